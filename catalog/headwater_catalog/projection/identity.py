"""What a dataset name means at a moment: renames, then the class of names that symlinks and stewards put together.

SEMANTICS §5. Built for the names that some fact put together (kin); every other name means itself.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import NamedTuple

from headwater_catalog.names import is_path_store
from headwater_catalog.projection.told import Stamp

SYMLINKS, SAME, DIFFERENT = 1, 2, 3
FacetStamp = tuple[int, uuid.UUID, int]
Spell = Callable[[int], tuple[str, str]]
"""Id of a name → (namespace, name)."""


class Rename(NamedTuple):
    """From that stamp on, `old` was called `new`."""

    stamp: Stamp
    old: int
    new: int


class LinkFact(NamedTuple):
    """One fact of identity: a symlinks facet, or pairs that a steward put together or took apart."""

    name: int
    stamp: FacetStamp
    verb: int
    others: tuple[tuple[int, bool], ...]


class Identity:
    """The meaning of names; `own` are the resolved names that events list themselves.

    A name without facts resolves to itself and is its own node.
    """

    def __init__(self, renames: Iterable[Rename], links: Iterable[LinkFact], spell: Spell) -> None:
        self._spell = spell
        self._later: dict[int, list[tuple[Stamp, int]]] = defaultdict(list)
        for rename in renames:
            self._later[rename.old].append((rename.stamp, rename.new))
        for moves in self._later.values():
            moves.sort(key=lambda move: (move[0], spell(move[1])))
        self.tables: set[int] = set()
        self.united: dict[frozenset[int], list[LinkFact]] = {}
        """Each pair of names that are one, with the facts that say so."""
        self._join(links)
        self._representative: dict[int, int] = {}

    def resolve(self, name: int, stamp: Stamp) -> int:
        """The name that carries on what `name` meant at the stamp."""
        moves = self._later.get(name)
        if not moves:
            return name
        move = next((m for m in moves if m[0] >= stamp), None)
        while move:
            stamp, name = move
            move = next((m for m in self._later.get(name, ()) if m[0] > stamp), None)
        return name

    @property
    def renamed(self) -> bool:
        """Whether any rename is known here."""
        return bool(self._later)

    def _join(self, links: Iterable[LinkFact]) -> None:
        registers: dict[int, LinkFact] = {}
        edits: dict[frozenset[int], LinkFact] = {}
        for link in sorted(links, key=lambda link: (link.stamp, link.verb)):
            at = link.stamp[:2]
            name = self.resolve(link.name, at)
            if link.verb == SYMLINKS:
                registers[name] = link  # sorted: the last is the greatest
            else:
                for other, _ in link.others:
                    edits[frozenset((name, self.resolve(other, at)))] = link
        for name, link in registers.items():
            for other, table in link.others:
                resolved = self.resolve(other, link.stamp[:2])
                self.united.setdefault(frozenset((name, resolved)), []).append(link)
                if table:
                    self.tables.add(resolved)
        for pair, link in edits.items():
            if link.verb == SAME:
                self.united.setdefault(pair, []).append(link)
            else:
                self.united.pop(pair, None)
        self.group = _components(self.united)

    def settle(self, own: Callable[[int], bool]) -> None:
        """Choose the representative of each class; `own` tells whether an event lists a resolved name itself."""
        for members in {id(g): g for g in self.group.values()}.values():
            least = min(members, key=lambda name: (self._rank(name, own), self._spell(name)))
            self._representative.update(dict.fromkeys(members, least))

    def _rank(self, name: int, own: Callable[[int], bool]) -> int:
        if name in self.tables:
            return 1 if is_path_store(self._spell(name)[0]) else 0
        return 2 if own(name) else 3

    def representative(self, resolved: int) -> int:
        """The node of a resolved name."""
        return self._representative.get(resolved, resolved)

    def node(self, name: int, stamp: Stamp) -> int:
        """The node that a name meant at a stamp."""
        return self.representative(self.resolve(name, stamp))


def _components(pairs: Iterable[frozenset[int]]) -> dict[int, frozenset[int]]:
    """Connected components: each name that is in a pair → all names of its class."""
    group: dict[int, set[int]] = {}
    for pair in pairs:
        merged: set[int] = set()
        for name in pair:
            merged |= group.get(name, {name})
        for name in merged:
            group[name] = merged
    frozen = {id(members): frozenset(members) for members in group.values()}
    return {name: frozen[id(members)] for name, members in group.items()}
