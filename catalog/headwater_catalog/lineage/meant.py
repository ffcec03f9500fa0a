"""What the parts of a selector name, at the moment of a question; errors say where in it."""

from __future__ import annotations

from difflib import get_close_matches

from headwater_catalog.codes import DATASET, JOB
from headwater_catalog.errors import HeadwaterError, InvalidRequest
from headwater_catalog.lineage.edges import Connection
from headwater_catalog.lineage.near import near
from headwater_catalog.lineage.question import Question
from headwater_catalog.lineage.resolve import (
    SETS,
    AmbiguousName,
    Resolved,
    UnknownColumn,
    UnknownName,
    named_set,
    resolve,
    resolve_plain,
    resolve_runs,
)
from headwater_catalog.lineage.select import Atom, Selector, parse, place_in, quoted
from headwater_catalog.reading import datasets, nodes
from headwater_catalog.reading.known_zones import check_known

MOST_PATHS = 1000
"""Columns of a dataset that a mistyped one is compared with."""
MOST_NEAR = 5
"""Columns that an error names."""


async def meant(
    connection: Connection, select: str, question: Question, *, runs: bool = False
) -> tuple[Selector, dict[Atom, Resolved]]:
    """A selector of a question, and what its parts name. runs: `run:` names one.

    Raises InvalidSelector, InvalidRequest, AmbiguousName, UnknownName, UnknownColumn, NoZone, each with its place in
    the text.
    """
    selector = parse(select)
    try:
        return selector, await _resolve(connection, selector, question, runs=runs)
    except HeadwaterError as error:
        if "position" in error.data:
            error.data |= place_in(select, error.data["position"])
        raise


async def _resolve(
    connection: Connection, selector: Selector, question: Question, *, runs: bool
) -> dict[Atom, Resolved]:
    atoms = list(dict.fromkeys(atom for part in selector for atom in part))
    named_runs = [atom for atom in atoms if runs and atom.method == "run"]
    plain = [atom for atom in atoms if atom.method not in SETS and atom not in named_runs]
    for atom in plain:
        if atom.method in ("run", "field"):
            raise InvalidRequest(
                "invalid_selector",
                f"{atom.method}: is not understood here.",
                "Name a dataset, a job or a column (orders#amount); a run with granularity RUN.",
                position=atom.position,
            )
    # Without a kind in front a name is that of a dataset, else of a job: what answers print can be typed.
    bare = [atom for atom in plain if not atom.method]
    told = [atom for atom in plain if atom.method]
    found = dict(zip(bare, await resolve_plain(connection, [(a.value, a.column) for a in bare]), strict=True))
    refs = [(JOB if atom.method == "job" else DATASET, atom.value, atom.column) for atom in told]
    found |= dict(zip(told, await resolve(connection, refs), strict=True))
    for atom in plain:
        await _check(connection, atom, found[atom], question.absent)
    for atom in atoms:
        if atom.method in SETS:
            named = await named_set(connection, atom, question.lost_before, question.then)
            if atom.method == "zone" and not named:  # it may be empty, or a slip
                await check_known(connection, atom.value, position=atom.position)
            found[atom] = Resolved(tuple(named))
    return found | await resolve_runs(connection, named_runs)


async def _check(connection: Connection, atom: Atom, found: Resolved, absent: set[str] | None) -> None:
    """Raise where a name means nothing, unless that may be, or several."""
    shown = f"{atom.value}#{atom.column}" if atom.column else atom.value
    several = len(found.columns) > 1 or (not found.columns and len(found.found) > 1)
    if several:
        ids = [node for node, _ in found.columns] or list(found.found)
        named = await nodes.by_ids(connection, ids)
        paths = [path for _, path in found.columns] or [None] * len(ids)
        pairs = [(quoted(named[n].ref), path) for n, path in zip(ids, paths, strict=True)]
        whole = [f"{name}#{quoted(path)}" if path else name for name, path in pairs]
        raise AmbiguousName(shown, sorted(whole), position=atom.position)
    if not found.found and not found.columns:
        if absent is None:
            raise await _unknown(connection, atom, shown)
        absent.add(shown)


async def _unknown(connection: Connection, atom: Atom, shown: str) -> HeadwaterError:
    """Why a name means nothing: nobody bears it, or its dataset has no such column."""
    if atom.column:
        [dataset] = await resolve(connection, [(DATASET, atom.value, None)])
        if len(dataset.found) == 1:
            [known] = (await datasets.fields(connection, dataset.found, MOST_PATHS, None)).values()
            paths = [one.path for one in known.items]
            alike = get_close_matches(atom.column, paths, MOST_NEAR) or paths[:MOST_NEAR]
            return UnknownColumn(atom.value, atom.column, list(map(quoted, alike)), position=atom.position)
    kinds = (JOB,) if atom.method == "job" else (DATASET,) if atom.method else (DATASET, JOB)
    names = await near(connection, shown.replace("\0", ""), kinds)
    return UnknownName(shown, list(map(quoted, names)), position=atom.position)
