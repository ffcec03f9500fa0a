"""What differs between two schemas: columns, tables and keys dropped, renamed, added, types and nulls changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

from headwater_catalog.schemas.keys import key_changes
from headwater_catalog.schemas.model import Column, Schema, Table
from headwater_catalog.schemas.types import Type


class ChangeKind(Enum):
    """Kinds of differences, those first that break who reads."""

    DATASET_DROPPED = "DATASET_DROPPED"
    COLUMN_DROPPED = "COLUMN_DROPPED"
    COLUMN_RENAMED = "COLUMN_RENAMED"
    TYPE_NARROWED = "TYPE_NARROWED"
    KEY_DROPPED = "KEY_DROPPED"
    NULLABILITY_TIGHTENED = "NULLABILITY_TIGHTENED"
    KEY_ADDED = "KEY_ADDED"
    NULLABILITY_LOOSENED = "NULLABILITY_LOOSENED"
    TYPE_WIDENED = "TYPE_WIDENED"
    LABELS_REORDERED = "LABELS_REORDERED"
    COLUMN_ADDED = "COLUMN_ADDED"
    DATASET_ADDED = "DATASET_ADDED"


SAID = {
    ChangeKind.TYPE_NARROWED: "narrowed",
    ChangeKind.TYPE_WIDENED: "widened",
    ChangeKind.LABELS_REORDERED: "sorts its labels otherwise",
    ChangeKind.NULLABILITY_TIGHTENED: "forbids nulls now",
    ChangeKind.NULLABILITY_LOOSENED: "allows nulls now",
}
ORDER = {kind: place for place, kind in enumerate(ChangeKind)}


@dataclass(frozen=True, slots=True)
class Change:
    """A difference. dataset: the table's name; column: its path, of a rename the old one; to: the new one.

    old, new: the type and whether it may be null, as written; of a key or check the whole. tight: of a TYPE_NARROWED
    whether the old type holds every new value; of a COLUMN_ADDED whether it may not be null, and nothing fills it.
    """

    kind: ChangeKind
    dataset: str
    column: str | None = None
    to: str | None = None
    old: str | None = None
    new: str | None = None
    tight: bool = field(default=False, compare=False)


def say(change: Change) -> str:
    """What changed, for people: a sentence without its full stop, names and types as they are."""
    kind = change.kind
    if kind is ChangeKind.COLUMN_RENAMED:
        return f"{change.column} renamed to {change.to}"
    if kind in (ChangeKind.KEY_DROPPED, ChangeKind.KEY_ADDED):
        return f"{change.old or change.new} {'dropped' if change.old else 'added'}"
    what = change.column or change.dataset
    if kind in (ChangeKind.COLUMN_DROPPED, ChangeKind.COLUMN_ADDED):
        shown = change.old or change.new
        return f"{what}{f' {shown}' * bool(shown)} {'dropped' if kind is ChangeKind.COLUMN_DROPPED else 'added'}"
    if kind in (ChangeKind.DATASET_DROPPED, ChangeKind.DATASET_ADDED):
        return f"{what} {'dropped' if kind is ChangeKind.DATASET_DROPPED else 'added'}"
    return f"{what} {SAID[kind]}: {change.old or 'no type'} → {change.new or 'no type'}"


def differences(old: Schema, new: Schema, *, one: bool = False) -> list[Change]:
    """What differs, by table, those changes first that break who reads.

    Tables are paired by name; names that differ in case only are one. Of a single one on both sides either may be
    unnamed, or say less of its name. one: what the two single ones are called does not matter.
    """
    if len(old.tables) == len(new.tables) == 1 and (one or _alike(old.tables[0].name, new.tables[0].name)):
        return compare(old.tables[0], new.tables[0])
    before = {table.name.casefold(): table for table in old.tables}
    after = {table.name.casefold(): table for table in new.tables}
    found: list[Change] = []
    for name in sorted(before.keys() | after.keys()):
        if name not in after:
            found.append(Change(ChangeKind.DATASET_DROPPED, before[name].name))
        elif name not in before:
            found.append(Change(ChangeKind.DATASET_ADDED, after[name].name))
        else:
            found += compare(before[name], after[name])
    return found


def _alike(name: str, other: str) -> bool:
    """Whether one name is the end of the other, at a dot; an empty one is."""
    short, long = sorted((name.casefold(), other.casefold()), key=len)
    return not short or f".{long}".endswith(f".{short}")


def compare(old: Table, new: Table) -> list[Change]:
    """What differs between two states of one table, under the old name.

    A column that is gone and one that is new are a rename where they stand at one place among their siblings and are
    of one known type. For who reads, a rename is a drop: the old name is gone.
    """
    name = old.name or new.name
    before, after = _both_by_path(old, new)
    gone = [before[key] for key in before if key not in after]
    come = [after[key] for key in after if key not in before]
    renamed = dict(_renames(old.columns, new.columns, gone, come))
    found = [Change(ChangeKind.COLUMN_RENAMED, name, one.path, two.path) for one, two in renamed.items()]
    found += [
        Change(ChangeKind.COLUMN_DROPPED, name, one.path, old=one.shown or None) for one in gone if one not in renamed
    ]
    taken = set(renamed.values())
    found += [
        Change(
            ChangeKind.COLUMN_ADDED,
            name,
            one.path,
            new=one.shown or None,
            tight=one.nullable is False and not one.filled,
        )
        for one in come
        if one not in taken
    ]
    found += [change for one, two in _pairs(old, new) for change in _retyped(name, one, two)]
    return sorted(found, key=lambda change: (ORDER[change.kind], change.column or ""))


def compare_all(old: Table, new: Table) -> list[Change]:
    """What differs between two states of one table, its keys and checks too where both sides know them.

    And the order of labels, which decides how values are sorted, and breaks nobody who reads.
    """
    name = old.name or new.name
    kinds = old.kinds & new.kinds
    gone, come = key_changes(old.keys, new.keys)
    found = compare(old, new)
    found += [change for one, two in _pairs(old, new) for change in _reordered(name, one, two)]
    found += [Change(ChangeKind.KEY_DROPPED, name, old=key.shown) for key in gone if key.kind in kinds]
    found += [Change(ChangeKind.KEY_ADDED, name, new=key.shown) for key in come if key.kind in kinds]
    return sorted(found, key=lambda change: (ORDER[change.kind], change.column or ""))


def _both_by_path(old: Table, new: Table) -> tuple[dict[str, Column], dict[str, Column]]:
    apart = _differing_in_case(old.columns) | _differing_in_case(new.columns)
    return _by_path(old.columns, apart), _by_path(new.columns, apart)


def _pairs(old: Table, new: Table) -> Iterator[tuple[Column, Column]]:
    """The columns that both have."""
    before, after = _both_by_path(old, new)
    return ((one, after[key]) for key, one in before.items() if key in after)


def _by_path(columns: Sequence[Column], apart: Collection[str]) -> dict[str, Column]:
    """Columns by what tells them apart: their path, its case aside but for those that are apart by it."""
    folded = ((column.path.casefold(), column) for column in columns)
    return {column.path if key in apart else key: column for key, column in folded}


def _differing_in_case(columns: Sequence[Column]) -> set[str]:
    """The paths, in lower case, of which several columns are."""
    counts = Counter(column.path.casefold() for column in columns)
    return {path for path, count in counts.items() if count > 1}


def _renames(
    old: Sequence[Column], new: Sequence[Column], gone: Sequence[Column], come: Sequence[Column]
) -> Iterator[tuple[Column, Column]]:
    places, others = _places(old), {place: column for column, place in _places(new).items()}
    free = set(come)
    for one in gone:
        two = others.get(places[one])
        if two is not None and two in free and one.type is not None and one.type == two.type:
            yield one, two


def _places(columns: Sequence[Column]) -> Mapping[Column, tuple[str, int]]:
    """Where each column stands: its parent's path, and its number among the siblings."""
    counts: dict[str, int] = {}
    found = {}
    for column in columns:
        parent = column.path.rpartition(".")[0]
        counts[parent] = counts.get(parent, 0) + 1
        found[column] = (parent, counts[parent])
    return found


def _retyped(name: str, old: Column, new: Column) -> Iterator[Change]:
    was, now = old.shown or None, new.shown or None
    before, after = _under_one_name(old, new)
    if before is not None and after is not None and not before.same(after):
        kind = ChangeKind.TYPE_WIDENED if after.holds(before) else ChangeKind.TYPE_NARROWED
        told = (was, now) if was != now and not _labelled_otherwise(before, after) else (_whole(old), _whole(new))
        yield Change(kind, name, old.path, old=told[0], new=told[1], tight=before.holds(after))
    if old.nullable is not None and new.nullable is not None and old.nullable != new.nullable:
        kind = ChangeKind.NULLABILITY_LOOSENED if new.nullable else ChangeKind.NULLABILITY_TIGHTENED
        yield Change(kind, name, old.path, old=was, new=now)


def _reordered(name: str, old: Column, new: Column) -> Iterator[Change]:
    before, after = _under_one_name(old, new)
    if before is not None and after is not None and before.same(after) and not before.ordered_as(after):
        yield Change(ChangeKind.LABELS_REORDERED, name, old.path, old=_whole(old), new=_whole(new))


def same_type(old: Column, new: Column) -> bool:
    """Whether both are of one type, as far as both say."""
    one, two = _under_one_name(old, new)
    return one is None or two is None or one.same(two)


def _under_one_name(old: Column, new: Column) -> tuple[Type | None, Type | None]:
    """Both types; of one that somebody made, by the same name, perhaps without its schema: as far as both say of it."""
    one, two = old.type, new.type
    names = [(a, b) for a in (old.text, old.domain) for b in (new.text, new.domain) if a and b]
    if one is None or two is None or not any(_alike(*pair) for pair in names):
        return one, two
    inner = (one.innermost, two.innermost)
    if all(each.is_own for each in inner):
        return one, two.named(inner[0].family)
    return (one, one) if any(each.is_own and each.labels is None for each in inner) else (one, two)


def _labelled_otherwise(old: Type, new: Type) -> bool:
    return old.innermost.labels != new.innermost.labels


def _whole(column: Column) -> str:
    """A type that somebody made, with what it is made of: its name alone does not tell what changed."""
    made = column.type.innermost if column.type else None
    parts = made.labels or sorted(made.rules or ()) if made else ()
    return column.text if "(" in column.text else f"{column.text} ({', '.join(parts)})".removesuffix(" ()")
