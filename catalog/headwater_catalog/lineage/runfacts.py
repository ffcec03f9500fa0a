"""What a run said, as facts that can be compared with those of another. Pure; odd shapes say nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from headwater_catalog.lineage.comparison import Fact, FactKey, Facts, Kind
from headwater_catalog.lineage.holding import DEPLOYMENT, MODEL, holding
from headwater_catalog.names import text
from headwater_catalog.reading.accounts import Account, Facets
from headwater_catalog.reading.document import STATES
from headwater_catalog.reading.runs import Run
from headwater_catalog.times import show

LONGEST: Final = 500
"""Characters of a text that are shown; all of it is compared."""
MOST_FACTS: Final = 5_000
"""Facts of one run; what comes after is not compared."""
MODELS: Final = frozenset({MODEL, DEPLOYMENT})
"""What a dataset holds whose version is that of a model."""
CODE: Final = {"version": "version", "tag": "tag", "branch": "branch", "repoUrl": "repository", "path": "path"}
_STATISTICS: Final = (("rowCount", Kind.ROWS), ("size", Kind.BYTES))


@dataclass(frozen=True, slots=True)
class Maker:
    """The run that made what another read, and when (microseconds). job: its whole name."""

    run: int
    job: str
    at: int


@dataclass(frozen=True, slots=True)
class Told:
    """A run with all that is known of it. names: whole names of its datasets by node; schemas: node → "path type".

    makers: of inputs, the runs that made what was read. models: the datasets that are models, or deployments of them.
    """

    run: Run
    account: Account
    names: Mapping[int, str]
    schemas: Mapping[int, Sequence[str]] = field(default_factory=dict)
    makers: Mapping[int, Maker] = field(default_factory=dict)
    models: frozenset[int] = frozenset()


def facts_of(told: Told) -> Facts:
    """All facts of a run, at most MOST_FACTS."""
    found: dict[FactKey, Fact] = {}
    for key, fact in _facts(told):
        if len(found) == MOST_FACTS:
            break
        found[key] = fact
    return found


def version_of(account: Account, node: int) -> str | None:
    """The version of an input, as the run names it."""
    return _text(account.inputs.get(node, {}).get("version"), "datasetVersion")


def _facts(told: Told) -> Iterator[tuple[FactKey, Fact]]:
    run, account = told.run, told.account
    yield _fact(Kind.STATE, "", "state", STATES[run.state])
    if error := _text(account.run.get("errorMessage"), "message"):
        yield _fact(Kind.ERROR, "", "error", error)
    yield from _code(account)
    yield from _parameters(account.run)
    yield from _engine(account.run)
    yield from _tests("", _listed(account.run.get("test"), "tests"))
    ended = run.ended if run.ended is not None else run.last_sign
    if run.started is not None and ended is not None:
        seconds = (ended - run.started) / 1_000_000
        yield FactKey(Kind.DURATION, "", "duration"), Fact(ended - run.started, f"{seconds:,.3f} s")
    yield from _uses(told, Kind.INPUT, run.reads or (), account.inputs)
    yield from _uses(told, Kind.OUTPUT, run.writes or (), account.outputs)


def _code(account: Account) -> Iterator[tuple[FactKey, Fact]]:
    location = account.job.get("sourceCodeLocation", {})
    known = {name: said for member, name in CODE.items() if (said := _text(location, member))}
    if not known and (url := _text(location, "url")):
        known["url"] = url
    for name, said in known.items():
        yield _fact(Kind.CODE, "", name, said)
    for facet, member, name in (("sourceCode", "sourceCode", "source"), ("sql", "query", "SQL")):
        if said := _text(account.job.get(facet), member):
            yield _fact(Kind.CODE, "", name, said)


def _parameters(run: Facets) -> Iterator[tuple[FactKey, Fact]]:
    for one in _listed(run.get("executionParameters"), "parameters"):
        if name := _text(one, "key") or _text(one, "name"):
            yield _fact(Kind.PARAMETER, "", name, _shown(one.get("value")))
    for one in _listed(run.get("environmentVariables"), "environmentVariables"):
        if name := _text(one, "name"):
            yield _fact(Kind.PARAMETER, "", f"${name}", _shown(one.get("value")))


def _engine(run: Facets) -> Iterator[tuple[FactKey, Fact]]:
    engine = run.get("processing_engine", {})
    if name := _text(engine, "name"):
        yield _fact(Kind.ENVIRONMENT, "", "engine", name)
    if version := _text(engine, "version"):
        yield _fact(Kind.ENVIRONMENT, "", "engine version", version)


def _tests(subject: str, tests: Sequence[Mapping[str, Any]]) -> Iterator[tuple[FactKey, Fact]]:
    """Of a test its verdict, and the number that it saw."""
    for number, one in enumerate(tests, 1):
        # A test whose name is withheld still passes or fails.
        rule = (
            _text(one, "assertion") or _text(one, "name") or (f"test {number}" if one.get("withheld") is True else "")
        )
        if not rule:
            continue
        name = " ".join(part for part in (rule, _text(one, "column"), f"of {subject}" if subject else "") if part)
        actual, expected = _shown(one.get("actual")), _shown(one.get("expected"))
        seen = ", ".join(part for part in (actual, f"expected {expected}" if expected else "") if part)
        verdict = _verdict(one)
        yield FactKey(Kind.TEST, subject, name), Fact(verdict, f"{verdict} ({seen})" if seen else verdict)
        if actual:
            yield _fact(Kind.MEASURE, subject, name, actual)


def _verdict(test: Mapping[str, Any]) -> str:
    if isinstance(test.get("success"), bool):
        return "passed" if test["success"] else "failed"
    status = (_text(test, "status") or "").lower()
    return {"pass": "passed", "fail": "failed", "skip": "skipped"}.get(status, status or "unknown")


def _uses(told: Told, kind: Kind, nodes: Sequence[int], said: Mapping[int, Facets]) -> Iterator[tuple[FactKey, Fact]]:
    done = "read" if kind is Kind.INPUT else "written"
    for node in nodes:
        subject, facets = told.names.get(node, ""), said.get(node, {})
        yield _fact(kind, subject, done, done)
        if columns := told.schemas.get(node):
            yield (
                FactKey(Kind.SCHEMA, subject, done),
                Fact(tuple(columns), f"{len(columns)} column{'s' if len(columns) > 1 else ''}"),
            )
        version = _text(facets.get("version"), "datasetVersion")
        if version and node in told.models:
            yield _fact(Kind.MODEL, subject, done, version)
        elif version and kind is Kind.INPUT:
            yield _fact(Kind.VERSION, subject, done, version)
        elif kind is Kind.INPUT and (maker := told.makers.get(node)):
            yield FactKey(Kind.DATA, subject, done), Fact(maker.run, f"{maker.job} of {show(maker.at)}")
        statistics = facets.get("inputStatistics" if kind is Kind.INPUT else "outputStatistics", {})
        for member, what in _STATISTICS:
            count = statistics.get(member)
            if isinstance(count, int) and not isinstance(count, bool):
                yield FactKey(what, subject, done), Fact(count, f"{count:,}")
        yield from _tests(subject, _listed(facets.get("dataQualityAssertions"), "assertions"))


def is_model(dataset_type: object) -> bool:
    """Whether a datasetType facet says that the dataset is a model, or a deployment of one."""
    return holding(_text(dataset_type, "datasetType"), _text(dataset_type, "subType")) in MODELS


def _fact(kind: Kind, subject: str, name: str, said: str) -> tuple[FactKey, Fact]:
    return FactKey(kind, subject, name), Fact(said, _short(said))


def _short(said: str) -> str:
    """As much of a text as people read, and what tells the rest from another one."""
    if len(said) <= LONGEST:
        return said
    digest = hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:12]
    return f"{said[:LONGEST]}… ({len(said):,} characters, sha256 {digest})"


def _text(facet: object, member: str) -> str:
    return text(facet.get(member)) or "" if isinstance(facet, dict) else ""


def _shown(value: object) -> str:
    """Any JSON value as a text; "" for none."""
    return "" if value is None else value if isinstance(value, str) else str(value)


def _listed(facet: object, member: str) -> list[dict[str, Any]]:
    found = facet.get(member) if isinstance(facet, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
