"""The facet of a relation: its attributes beyond name and type, keys, checks, indexes, partitions, its definition."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated


@dataclass(frozen=True, slots=True)
class Attribute:
    """A column as its system declares it; its description stands in the schema."""

    name: str | None = None
    native_type: Annotated[str | None, "As its system spells it, with its bounds."] = None
    domain: Annotated[str | None, "The domain that the type is, as its system names it."] = None
    nullable: bool | None = None
    default: Annotated[str | None, "An expression."] = None
    generated: Annotated[str | None, "The expression that it is computed by."] = None
    identity: Annotated[str | None, "ALWAYS or BY DEFAULT: numbered by its system."] = None
    collation: str | None = None
    virtual: Annotated[bool | None, "True: what is generated is computed when it is read, and not stored."] = None


@dataclass(frozen=True, slots=True)
class UniqueKey:
    """Columns that tell rows apart: the primary key, or another."""

    name: str | None = None
    columns: tuple[str, ...] = ()
    nulls_distinct: Annotated[bool | None, "Whether rows with nulls count as different; null: they do."] = None
    deferrable: bool | None = None
    initially_deferred: bool | None = None
    included: Annotated[tuple[str, ...], "Columns that its index carries and does not sort by."] = ()
    without_overlaps: Annotated[
        bool | None, "True: the last column is a range; rows that are alike in the others do not overlap in it."
    ] = None


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """Columns whose values are those of another dataset's key."""

    name: str | None = None
    columns: tuple[str, ...] = ()
    namespace: Annotated[str | None, "Of the dataset that is referred to."] = None
    dataset: Annotated[str | None, "The name of the dataset that is referred to, in its namespace."] = None
    referenced_columns: tuple[str, ...] = ()
    on_delete: Annotated[str | None, "CASCADE, RESTRICT, SET NULL …; null: NO ACTION."] = None
    on_update: Annotated[str | None, "The same for changes of the key."] = None
    match: Annotated[str | None, "FULL or PARTIAL; null: SIMPLE."] = None
    deferrable: bool | None = None
    initially_deferred: bool | None = None
    validated: Annotated[bool | None, "False: rows of before were not checked."] = None
    enforced: Annotated[bool | None, "False: it is stated, and not held."] = None
    period: Annotated[bool | None, "True: the last column is a range that those of the key cover."] = None


@dataclass(frozen=True, slots=True)
class Check:
    """A condition that each row meets."""

    name: str | None = None
    expression: str | None = None
    validated: Annotated[bool | None, "False: rows of before were not checked."] = None
    enforced: Annotated[bool | None, "False: it is stated, and not held."] = None
    no_inherit: Annotated[bool | None, "True: it is not one of the tables that inherit from this."] = None


@dataclass(frozen=True, slots=True)
class Index:
    """An index that is no key's."""

    name: str | None = None
    columns: Annotated[tuple[str, ...], "Columns or expressions, in order."] = ()
    included: Annotated[tuple[str, ...], "Columns that it carries and does not sort by."] = ()
    unique: bool | None = None
    method: Annotated[str | None, "btree, hash, gin …"] = None
    condition: Annotated[str | None, "Of a partial index."] = None
    definition: Annotated[str | None, "As its system would make it again."] = None


@dataclass(frozen=True, slots=True)
class Partitioning:
    """How rows are divided, or of which whole this is a part."""

    strategy: Annotated[str | None, "RANGE, LIST, HASH."] = None
    columns: Annotated[tuple[str, ...], "Columns or expressions."] = ()
    parent: Annotated[str | None, "The name of the dataset that this is a part of, in the same namespace."] = None
    bound: Annotated[str | None, "Which of the parent's rows are here, as its system spells it."] = None
    key: Annotated[str | None, "Strategy and columns as its system spells them: RANGE (day)."] = None


@dataclass(frozen=True, slots=True)
class TypeMember:
    """A member of a composite type."""

    name: str | None = None
    native_type: str | None = None
    collation: str | None = None


@dataclass(frozen=True, slots=True)
class NamedType:
    """A type that somebody made, which columns have."""

    name: Annotated[str | None, "As its system spells it, with its schema."] = None
    kind: Annotated[str | None, "ENUM, COMPOSITE, DOMAIN, RANGE."] = None
    labels: Annotated[tuple[str, ...], "Of an enum, in order."] = ()
    members: tuple[TypeMember, ...] = ()
    base: Annotated[str | None, "Of a domain or range: the type that it is of."] = None
    nullable: bool | None = None
    default: Annotated[str | None, "An expression."] = None
    collation: str | None = None
    checks: tuple[Check, ...] = ()


@dataclass(frozen=True, slots=True)
class NumberSequence:
    """What numbers rows; absent members are what its system takes where nothing is said."""

    name: Annotated[str | None, "As its system spells it, with its schema."] = None
    column: Annotated[str | None, "The column that it goes with; null: it stands alone."] = None
    native_type: str | None = None
    start: int | None = None
    increment: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    cache: int | None = None
    cycles: bool | None = None


@dataclass(frozen=True, slots=True)
class Relation:
    """How a table or view is declared in its system."""

    dialect: Annotated[str | None, "Of native types and expressions: postgres, mysql, tsql …"] = None
    attributes: tuple[Attribute, ...] = ()
    primary_key: UniqueKey | None = None
    unique_keys: tuple[UniqueKey, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    checks: tuple[Check, ...] = ()
    exclusions: Annotated[tuple[Check, ...], "Conditions that no two rows meet together."] = ()
    indexes: tuple[Index, ...] = ()
    partitioning: Partitioning | None = None
    definition: Annotated[str | None, "Of a view: its query."] = None
    options: Annotated[tuple[str, ...], "Storage options and the like, as its system spells them."] = ()
    inherits: Annotated[tuple[str, ...], "Names of the datasets that it inherits from, in the same namespace."] = ()
    types: Annotated[tuple[NamedType, ...], "Those that its columns have; what one is made of stands before it."] = ()
    sequences: tuple[NumberSequence, ...] = ()
    server: Annotated[str | None, "Of a foreign table: the name of the server that has it."] = None
    lineage_confidence: Annotated[
        float | None, "How sure the lineage is that was read from the definition, 0 to 1."
    ] = None


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is; absent members were not counted."""

    rows: int | None = None
    estimated: Annotated[bool | None, "True: rows is what the system's statistics say."] = None
    bytes: Annotated[int | None, "On disk, indexes left out."] = None
    files: int | None = None
