"""The built wheel: what it holds, and that it migrates a database without the work tree."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from headwater_catalog.database import migrate

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
STATIC = Path("headwater_web/static/index.html")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy of the tree and unpacked; no hook, so the explorer is as it was built before."""
    folder = tmp_path_factory.mktemp("wheel")
    tree = folder / "tree"
    unwanted = shutil.ignore_patterns(".git", ".venv", "node_modules", "__pycache__", ".*_cache")
    shutil.copytree(ROOT, tree, ignore=unwanted, symlinks=True)
    env = {**os.environ, "HATCH_BUILD_NO_HOOKS": "true"}
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(folder)]
    done = subprocess.run(build, cwd=tree, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (packed,) = folder.glob("headwater-*.whl")
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(folder / "unpacked")
    return folder / "unpacked"


def test_it_holds_the_four_packages_and_the_migrations(wheel: Path) -> None:
    tops = {path.name for path in wheel.iterdir() if not path.name.endswith(".dist-info")}
    assert tops == {"headwater_catalog", "headwater_graphql", "headwater_ingestors", "headwater_web"}
    tracked = {path.name for path in (ROOT / "migrations" / "versions").glob("*.py")}
    packed = wheel / "headwater_catalog" / "migrations"
    assert (packed / "env.py").is_file()
    assert {path.name for path in (packed / "versions").glob("*.py")} == tracked


def test_it_holds_the_explorer(wheel: Path) -> None:
    if not (ROOT / "web" / STATIC).exists():
        pytest.skip("the explorer is not built: run `make install`")
    assert (wheel / STATIC).is_file()


def test_it_migrates_a_database(wheel: Path, empty_database: str, tmp_path: Path) -> None:
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]);"
        "from headwater_catalog.database import migrate;"
        "assert str(migrate.migrations_dir()).startswith(sys.argv[1]), migrate.migrations_dir();"
        "migrate.upgrade(sys.argv[2]); migrate.check_ready(sys.argv[2])"
    )
    done = subprocess.run(
        [sys.executable, "-P", "-c", program, str(wheel), empty_database],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert migrate.current(empty_database) == migrate.head()
