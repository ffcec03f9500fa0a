"""What a whole script does to each table: its statements put together, temporary tables left out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from headwater_ingestors.crawlers.sql.values import Source, Statement, TableName, Write


@dataclass(slots=True)
class Target:
    """All that is written to a table.

    fields: by column; rows: what decides which rows; reads: all tables; change: the last to the table itself, previous:
    its name before; confidence: of the statement that is least sure.
    """

    fields: dict[str, set[Source]] = field(default_factory=dict)
    rows: set[Source] = field(default_factory=set)
    reads: set[TableName] = field(default_factory=set)
    change: str | None = None
    previous: TableName | None = None
    confidence: float = 1.0

    def absorb(self, other: Target) -> None:
        """All that was written to a table that goes by this name from now on."""
        for column, sources in other.fields.items():
            self.fields.setdefault(column, set()).update(sources)
        self.rows |= other.rows
        self.reads |= other.reads
        self.confidence = min(self.confidence, other.confidence)

    def add(self, write: Write, confidence: float) -> None:
        """One more statement that writes it."""
        for column, sources in write.relation.columns:
            if sources:
                self.fields.setdefault(column, set()).update(sources)
        self.rows |= write.relation.rows
        self.reads |= write.relation.reads
        self.change = write.change or self.change
        self.previous = write.previous or self.previous
        self.confidence = min(self.confidence, confidence)


@dataclass(slots=True)
class Flows:
    """What a script reads, and what it writes."""

    reads: set[TableName] = field(default_factory=set)
    targets: dict[TableName, Target] = field(default_factory=dict)


def flows(statements: Iterable[Statement]) -> Flows:
    """The statements put together."""
    found = Flows()
    for statement in statements:
        found.reads.update(statement.reads)
        for write in statement.writes:
            if write.temporary:
                continue
            target = found.targets.setdefault(write.table, Target())
            target.add(write, statement.confidence)
            if write.previous in found.targets:
                target.absorb(found.targets.pop(write.previous))
    return found
