"""Which run this is and which ones it is part of, and the environment in which runs tell that to each other."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from headwater_catalog.errors import InvalidRequest

PARENT: Final = "OPENLINEAGE_PARENT_ID"
ROOT: Final = "OPENLINEAGE_ROOT_PARENT_ID"
NAMESPACE: Final = "OPENLINEAGE_NAMESPACE"
DEFAULT_NAMESPACE: Final = "default"
"""That of the OpenLineage clients, so that one variable moves all of them."""
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
"""All that the parent facet of the clients takes."""


@dataclass(frozen=True, slots=True)
class RunName:
    """A run and its job."""

    namespace: str
    job: str
    run_id: str

    @property
    def text(self) -> str:
        """`namespace/job/run id`, as other producers read it: in exactly three parts."""
        return f"{self.namespace.replace('/', '%2F')}/{self.job.replace('/', '%2F')}/{self.run_id}"


@dataclass(frozen=True, slots=True)
class Ancestry:
    """The run that started this one, and the one at the top; the same where there are only two."""

    parent: RunName
    root: RunName


def chosen(job: str | None) -> str | None:
    """The name that somebody chose for a job; raises InvalidRequest where it is empty: a variable that is not set."""
    if job is not None and not job.strip():
        raise InvalidRequest("empty_job", "The job's name is empty.", "Name the job, or leave its name out.")
    return job


def named(namespace: str | None, job: str, environ: Mapping[str, str]) -> RunName:
    """A new run of a job."""
    return RunName(namespace or environ.get(NAMESPACE) or DEFAULT_NAMESPACE, job, str(uuid.uuid4()))


def ancestry(environ: Mapping[str, str]) -> Ancestry | None:
    """What the environment says of the runs above; None where it says nothing that can be read."""
    parent = _read(environ.get(PARENT, ""))
    return Ancestry(parent, _read(environ.get(ROOT, "")) or parent) if parent else None


def below(run: RunName, above: Ancestry | None) -> Ancestry:
    """The ancestry of what `run` starts."""
    return Ancestry(run, above.root if above else run)


def variables(above: Ancestry) -> dict[str, str]:
    """The environment that tells a process about the runs above it."""
    return {PARENT: above.parent.text, ROOT: above.root.text}


def _read(text: str) -> RunName | None:
    names, _, run_id = text.strip().rpartition("/")
    namespace, _, job = names.rpartition("/")
    if not (namespace and job and _UUID.fullmatch(run_id)):
        return None
    return RunName(namespace.replace("%2F", "/"), job.replace("%2F", "/"), run_id)
