"""Jars of Maven Central, fetched once, with what they need."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

_POM = """
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>tests</groupId><artifactId>jars</artifactId><version>1</version>
  <dependencies>{}</dependencies>
</project>
"""
_DEPENDENCY = "<dependency><groupId>{}</groupId><artifactId>{}</artifactId><version>{}</version></dependency>"


def jars(name: str, artifacts: Sequence[str], programs: Sequence[str] = ("java", "mvn")) -> Path:
    """The folder of these artifacts (group:artifact:version), filled at the first call.

    Skips the test, by the name, where that cannot be done.
    """
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"no {name}: {program} is not here")
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "headwater-tests"
    home = cache / name
    if not home.is_dir():
        work = cache / f"{name}.{os.getpid()}"
        work.mkdir(parents=True)
        dependencies = (_DEPENDENCY.format(*artifact.split(":")) for artifact in artifacts)
        (work / "pom.xml").write_text(_POM.format("".join(dependencies)))
        copy = ["mvn", "-q", "-B", "dependency:copy-dependencies", "-DincludeScope=runtime", "-DoutputDirectory=jars"]
        done = subprocess.run(copy, cwd=work, capture_output=True, text=True, timeout=600, check=False)
        if done.returncode:
            shutil.rmtree(work)
            pytest.skip(f"no {name}: Maven could not fetch it ({done.stdout.strip()[:200]})")
        (work / "jars").rename(home)
        shutil.rmtree(work)
    return home
