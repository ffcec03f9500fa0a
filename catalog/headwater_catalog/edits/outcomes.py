"""What became, or would become, of each change of an edit; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from headwater_catalog import times
from headwater_catalog.edits.changes import Change
from headwater_catalog.edits.document import Edit, register_source
from headwater_catalog.edits.writes import Problem, Write
from headwater_catalog.said import NEVER, SOURCES, Statement, stamp_of
from headwater_catalog.subjects import Subject, key, show, whole

APPLIED, UNCHANGED, CONFLICT, INVALID, SKIPPED = "APPLIED", "UNCHANGED", "CONFLICT", "INVALID", "SKIPPED"
AHEAD = 5 * 60 * 1_000_000
"""Microseconds by which an edit's time may be ahead of its receipt: it would else outvote every later one."""

NAMED = ("dataset", "field", "job", "run", "term")
"""Kinds of subjects that may be named before anything told of them."""

RegisterKey = tuple[UUID, str, str, int]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of one change. current: the other's values where it is a CONFLICT; subject None where INVALID."""

    status: str
    subject: Subject | None = None
    current: tuple[Statement, ...] = ()
    code: str = ""
    sentence: str = ""
    remedy: str = ""

    def document(self) -> dict[str, object]:
        """As JSON; what is empty is left out."""
        said = {
            "status": self.status,
            "node": list(self.subject) if self.subject else None,
            "current": [_current(one) for one in self.current],
            "code": self.code,
            "message": self.sentence,
            "remedy": self.remedy,
        }
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True, slots=True)
class Known:
    """What the database says of an edit: its registers, and which of the nodes that it names exist.

    existing: keys; of a column too where its dataset has no schema.
    """

    registers: Mapping[RegisterKey, Statement]
    existing: frozenset[UUID]


def judge(edit: Edit, known: Known) -> list[Outcome]:
    """The outcomes of an edit's changes, in their order. Earlier changes of the edit count for later ones."""
    ahead: dict[RegisterKey, object | None] = {}
    made = {key(change.subject) for change in edit.changes if isinstance(change, Change) and _makes_term(change)}
    outcomes: list[Outcome] = []
    for change in edit.changes:
        outcome = _judge(edit, change, known, ahead, made)
        if outcome.status == APPLIED and isinstance(change, Change):
            ahead.update({register_of(edit, write): write.value for write in change.writes})
        outcomes.append(outcome)
    return outcomes


def _makes_term(change: Change) -> bool:
    return change.verb == "putTerm" and any(write.value is not None for write in change.writes)


def register_of(edit: Edit, write: Write) -> RegisterKey:
    """The register that a write of this edit is for."""
    return (key(write.subject), write.property, write.member, register_source(edit, write))


def _judge(
    edit: Edit, change: Change | Problem, known: Known, ahead: Mapping[RegisterKey, object | None], made: set[UUID]
) -> Outcome:
    if isinstance(change, Problem):
        return Outcome(INVALID, None, (), *change)
    problem = _time_problem(edit) or _unknown(change, known.existing | made)
    if problem is not None:
        return Outcome(INVALID, change.subject, (), *problem)
    registers = [register_of(edit, write) for write in change.writes]
    changed = [
        register
        for write, register in zip(change.writes, registers, strict=True)
        if _value(register, known, ahead) != write.value
    ]
    if not changed:
        return Outcome(UNCHANGED, change.subject)
    if since := _changed_since(change, registers, known):
        return Outcome(CONFLICT, change.subject, since, *_conflict(change.subject, since))
    later = [one for one in map(known.registers.get, changed) if one is not None and one.stamp >= (edit.s, edit.h)]
    if later:
        return Outcome(CONFLICT, change.subject, tuple(later), *_LATER)
    return Outcome(APPLIED, change.subject, (), *_unseen(change.subject, known.existing | made))


def held_back(outcome: Outcome) -> Outcome:
    """Of a change that would have been applied, had not another one of its list failed."""
    if outcome.status != APPLIED:
        return outcome
    return Outcome(SKIPPED, outcome.subject, (), *_HELD_BACK)


def _unseen(subject: Subject, existing: set[UUID] | frozenset[UUID]) -> tuple[str, str, str]:
    """What to say where nothing in the catalog is called so yet: it may come, or be a slip."""
    kind, of = subject[0], whole(subject)
    if kind not in NAMED:
        return ("", "", "")
    if key(of) not in existing:
        return (
            "not-seen-yet",
            f"Nothing told the catalog of {show(of)} yet: what you say of it shows once something does.",
            "Look up its whole name with `headwater search` if it should be there.",
        )
    if kind == "field" and key(subject) not in existing:
        return (
            "not-seen-yet",
            f"The schema of {show(of)} has no column {subject[3]}: what you say of it shows once it has.",
            "Compare the name with the columns of the dataset.",
        )
    return ("", "", "")


def _value(register: RegisterKey, known: Known, ahead: Mapping[RegisterKey, object | None]) -> object | None:
    if register in ahead:
        return ahead[register]
    statement = known.registers.get(register)
    return statement.value if statement else None


def _changed_since(change: Change, registers: Sequence[RegisterKey], known: Known) -> tuple[Statement, ...]:
    """The registers that stand at another revision than the change expects.

    One revision for a change of several registers is that of the node as it was seen: none of them may be newer.
    """
    found: list[Statement] = []
    for write, register in zip(change.writes, registers, strict=True):
        expected = _expected(change, write)
        if expected is None:
            continue
        current = known.registers.get(register)
        if current is None:
            if expected != NEVER and len(registers) == 1:
                found.append(Statement(*register, None, None, 0, UUID(int=0)))
        elif isinstance(change.expects, str) and len(registers) > 1:
            if current.stamp > (stamp_of(expected) or (0, UUID(int=0))):
                found.append(current)
        elif current.revision != expected:
            found.append(current)
    return tuple(found)


def _expected(change: Change, write: Write) -> str | None:
    if change.expects is None or isinstance(change.expects, str):
        return change.expects
    return change.expects.get(f"{write.property}/{write.member}", change.expects.get(write.property))


def _time_problem(edit: Edit) -> Problem | None:
    if times.micros_of(edit.s) <= edit.received + AHEAD:
        return None
    return Problem(
        "time-ahead", "The edit's time lies in the future.", "Set the clock of whoever made it, and send it anew."
    )


def _unknown(change: Change, existing: set[UUID] | frozenset[UUID]) -> Problem | None:
    if change.verb in ("retract", "restore") and change.subject[0] != "edge" and key(change.subject) not in existing:
        return Problem(
            "unknown-target", f"There is no {show(change.subject)}.", "Look up its whole name with `headwater search`."
        )
    if change.verb == "assign":
        term: Subject = ("term", change.writes[0].member)
        if key(term) not in existing:
            return Problem("unknown-term", f"There is no {show(term)}.", "Put the term first, or in the same edit.")
    return None


def _conflict(subject: Subject, changed: Sequence[Statement]) -> tuple[str, str, str]:
    authors = sorted({one.author for one in changed if one.author})
    who = f"{' and '.join(authors)} changed" if authors else "Somebody changed"
    return (
        "changed-since",
        f"{who} {show(subject)} since it was read.",
        "Look at the current value, and send the change with its revision.",
    )


_HELD_BACK = (
    "held-back",
    "Another change of the list could not be applied, so none was.",
    "Mend that change and send the list again, or send it with mode BEST_EFFORT.",
)
_LATER = (
    "later-edit",
    "A value with a later time stands already.",
    "Look at the current value; if the clocks differ, wait until yours has passed its time.",
)


def _current(one: Statement) -> dict[str, object]:
    return {
        "property": one.prop,
        "member": one.member,
        "value": one.value,
        "author": one.author,
        "source": SOURCES[one.source],
        "time": times.show(times.micros_of(one.s)) if one.s else None,
        "revision": one.revision if one.s else NEVER,
    }
