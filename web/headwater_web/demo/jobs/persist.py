"""Keeps every landed file for good, by source and time of arrival: a shell command."""

import subprocess
from importlib.resources import files

from headwater_web.demo.columns import copied
from headwater_web.demo.datasets import PLATFORM
from headwater_web.demo.files import landed
from headwater_web.demo.lakehouse import arrival
from headwater_web.demo.sources import DIALECTS, fields_of
from headwater_web.demo.story import DemoError
from headwater_web.demo.task import Job, Night, Outcome, Read, Written

SCRIPT = files("headwater_web.demo.jobs").joinpath("persist.sh").read_text(encoding="utf-8")


def work(night: Night) -> Outcome:
    """Runs the script in the landing folder; what it moved is counted afterwards."""
    records = {source: _records(night, source) for source in DIALECTS}
    command = ["sh", "-c", SCRIPT, "persist.sh", arrival(night.day)]
    done = subprocess.run(  # noqa: S603 - our own script
        command, cwd=night.lakehouse.home / "landing", capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise DemoError(f"persist.sh ended with {done.returncode}: {done.stderr.strip()}")
    return Outcome(
        reads={f"temporal/{source}": Read(count) for source, count in records.items()},
        writes={f"persistent/{source}": _written(night, source, count) for source, count in records.items()},
    )


def _records(night: Night, source: str) -> int:
    """Lines, less the header of a CSV file; no record of the three sources spans lines."""
    lines = night.lakehouse.temporal(source).read_bytes().count(b"\n")
    return lines - 1 if DIALECTS[source].format == "csv" else lines


def _written(night: Night, source: str, records: int) -> Written:
    fields, path = fields_of(source, night.day), night.lakehouse.persistent(source, night.day)
    size = (night.lakehouse.root / path).stat().st_size
    return Written(
        rows=records,
        fields=fields,
        columns=copied(f"temporal/{source}", [name for name, _ in fields]),
        change="CREATE" if night.day == 1 else None,
        version=arrival(night.day),
        size=size,
        location=path,
        files=(landed(path, source, night.day, size),),
    )


JOB = Job(
    name="persist",
    language="SHELL",
    about="Keeps every landed file for good, by source and time of arrival.",
    owner=PLATFORM,
    minute=8,
    lasts=2,
    reads=tuple(f"temporal/{source}" for source in DIALECTS),
    writes=tuple(f"persistent/{source}" for source in DIALECTS),
    work=work,
    script=SCRIPT,
)
