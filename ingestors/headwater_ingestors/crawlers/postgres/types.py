"""Types that somebody made, and which of them a column needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from headwater_catalog.facets.relation import Check, NamedType, TypeMember
from headwater_ingestors.crawlers.databases.secrets import without_secrets
from headwater_ingestors.crawlers.postgres.gather import Row

KINDS: Final = {"e": "ENUM", "d": "DOMAIN", "r": "RANGE", "c": "COMPOSITE"}


@dataclass(frozen=True, slots=True)
class _Made:
    type: NamedType
    needs: tuple[int, ...]


class Types:
    """All types that somebody made in a database, by number."""

    def __init__(self, rows: Iterable[Row]) -> None:
        self._made: dict[int, _Made] = {}
        self._others: dict[int, int] = {}
        for row in rows:
            self._made[row.oid] = _made(row)
            self._others |= {other: row.oid for other in row.others if other}

    def domain(self, oid: int) -> tuple[str, str] | None:
        """The name of a domain, and of the type that it is in the end; None for other types."""
        made = self._made.get(oid)
        if made is None or made.type.kind != "DOMAIN":
            return None
        below = self.domain(made.needs[0]) if made.needs else None
        return made.type.name or "", below[1] if below else made.type.base or ""

    def needed(self, oids: Iterable[int]) -> tuple[NamedType, ...]:
        """What columns of these types need, in an order in which it can be made."""
        found: dict[int, NamedType] = {}
        for oid in oids:
            for number in self._below(oid, set()):
                found.setdefault(number, self._made[number].type)
        return tuple(found.values())

    def _below(self, oid: int, passed: set[int]) -> Iterator[int]:
        oid = self._others.get(oid, oid)
        if oid in passed or oid not in self._made:
            return
        passed.add(oid)
        for need in self._made[oid].needs:
            yield from self._below(need, passed)
        yield oid


def _made(row: Row) -> _Made:
    domain = row.kind == "d"
    members = row.members or ()
    made = NamedType(
        name=row.name,
        kind=KINDS[row.kind],
        labels=tuple(row.labels),
        members=tuple(TypeMember(name, spelled, collation) for name, spelled, _, collation in members),
        base=row.base,
        nullable=False if domain and row.filled else None,
        default=without_secrets(row.default_value, row.name) if row.default_value else None,
        collation=row.collation,
        checks=tuple(
            Check(name, without_secrets(said, row.name), validated=None if valid else False)
            for name, said, valid in (row.checks or ())
        ),
    )
    return _Made(made, (*(oid for _, _, oid, _ in members), *((row.base_oid,) if row.base_oid else ())))
