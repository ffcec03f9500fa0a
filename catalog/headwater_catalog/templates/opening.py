"""What is known of how a dataset is opened: one value, out of which every template and every profile is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any, Final, NamedTuple

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.facets.opening import UNREADABLE, Connection, Csv, Format, JsonLayout, Location
from headwater_catalog.facets.relation import Attribute, Relation
from headwater_catalog.facets.shape import Sign
from headwater_catalog.names import PATH_STORES, scheme_of
from headwater_catalog.schemas.declared import nullable_of
from headwater_catalog.schemas.dialects import sql_of
from headwater_catalog.schemas.made import Made, made_of, settled
from headwater_catalog.schemas.types import Type, read_type
from headwater_catalog.templates.drivers import Driver, driver
from headwater_catalog.templates.missing import Missing, Unknown, lacking
from headwater_catalog.templates.reaching import Reached

MOST_DEPTH: Final = 32
"""Levels of columns within columns."""
FOLDERS: Final = frozenset({"FOLDER", "DIRECTORY"})
COMMAS: Final = Csv(delimiter=Sign(","), quote=Sign('"'), header=True)
TABS: Final = replace(COMMAS, delimiter=Sign("\t"))
EXTENSIONS: Final = {
    "csv": "csv", "tsv": "tsv", "json": "json", "jsonl": "jsonl", "ndjson": "jsonl", "parquet": "parquet",
    "avro": "avro", "orc": "orc", "xlsx": "xlsx", "txt": "text",
}  # fmt: skip
COMPRESSIONS: Final = {"gz": "gzip", "bz2": "bz2", "xz": "xz", "zst": "zstd"}


@dataclass(frozen=True, slots=True)
class Column:
    """A column. type: None where it is not known; text: as written; within: it has columns of its own, parts."""

    name: str
    type: Type | None = None
    text: str = ""
    nullable: bool | None = None
    within: bool = False
    parts: tuple[Column, ...] = ()

    @property
    def family(self) -> str:
        """Of its canonical type; "" where that is not known."""
        return self.type.family if self.type else ""

    @property
    def bounds(self) -> tuple[int, ...]:
        """Of its canonical type; none where that is not known."""
        return self.type.bounds if self.type else ()


class Field(NamedTuple):
    """A column of the newest schema. within: it has columns of its own, parts; of a list that of what it holds."""

    name: str
    type: str | None = None
    within: bool = False
    parts: tuple[Field, ...] = ()


def as_list(field: Field) -> list[object]:
    """A field as JSON has it, which `field_of` reads."""
    return [field.name, field.type, field.within, [as_list(one) for one in field.parts]]


def field_of(told: object, depth: int = MOST_DEPTH) -> Field:
    """A field out of JSON: [name, type, within, parts]; the last may be missing. What lies too deep is left out.

    Raises InvalidRequest for what is no field.
    """
    below: list[Any] = []
    match told:
        case [str(name), str() | None as kind, bool(within)]:
            pass
        case [str(name), str() | None as kind, bool(within), list(below)]:
            pass
        case _:
            raise InvalidRequest(
                "odd_field",
                f"{str(told)[:80]!r} is no column with name, type and parts.",
                "Use the same release of Headwater here and where the catalog is served.",
            )
    return Field(name, kind, within, tuple(field_of(one, depth - 1) for one in below) if depth > 0 else ())


@dataclass(frozen=True, slots=True)
class Told:
    """What the catalog says of a dataset, before it is put together. fields: those at the top.

    storage: the file format of the standard's storage facet; rule: the pattern of the connection rule that fits.
    """

    namespace: str
    name: str
    kind: str | None = None
    fields: Sequence[Field] = ()
    storage: str | None = None
    format: Format | None = None
    location: Location | None = None
    connection: Connection | None = None
    ruled: Connection | None = None
    rule: str | None = None
    relation: Relation | None = None
    sub_kind: str | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """How a dataset is opened. connection: None of files; rule: the connection rule that gave it.

    unreached: what of the connection is left out; fatal where it is not to be used; ruled: whether the rule says where
    the database is.
    """

    namespace: str
    name: str
    kind: str | None
    columns: tuple[Column, ...]
    format: Format | None
    location: Location | None
    connection: Connection | None
    relation: Relation | None
    rule: str | None = None
    sub_kind: str | None = None
    unreached: tuple[Missing, ...] = ()
    ruled: bool = False

    @property
    def shown(self) -> str:
        """Its whole name, as commands take it: a path of this machine has two slashes, file//srv/x."""
        return f"{self.namespace}/{self.name}"

    @property
    def in_files(self) -> bool:
        """Whether it lies in files rather than in a database."""
        return self.location is not None

    @property
    def partitions(self) -> tuple[str, ...]:
        """Columns whose values stand in the names of folders."""
        return self.location.partition_columns if self.location else ()

    @property
    def stored(self) -> tuple[Column, ...]:
        """Columns that stand in the files themselves."""
        return tuple(column for column in self.columns if column.name not in self.partitions)

    @property
    def folder(self) -> bool:
        """Whether it is surely a folder."""
        return bool(self.location and (self.location.pattern or self.partitions)) or self.kind in FOLDERS

    def uri(self) -> str:
        """Where its file or folder is; raises Unknown."""
        if self.location is None or not self.location.uri:
            raise lacking(
                "no_location",
                "It is not known where it lies.",
                "Crawl it (`headwater snapshot`), or tell the facet headwater_location with its uri.",
            )
        return self.location.uri

    def read_format(self) -> Format:
        """How its bytes become records; raises Unknown."""
        if self.format is None or not self.format.name:
            raise lacking(
                "no_format",
                "Its format is not known, and its name does not end in one.",
                "Crawl it (`headwater snapshot`), or tell the facet headwater_format with its name.",
            )
        if self.format.name == UNREADABLE:
            raise lacking(
                UNREADABLE,
                " ".join(["It was found to be unreadable when it was last crawled.", *self.format.differences[:1]]),
                "Mend or convert it and crawl it again, or tell its format in the facet headwater_format.",
            )
        return self.format

    def reached(self) -> tuple[Connection, Driver]:
        """How its database is reached; raises Unknown."""
        fatal = next((one for one in self.unreached if one.fatal), None)
        if fatal is not None:
            raise Unknown(fatal)
        found = driver(self.connection.driver if self.connection else None)
        if self.connection is None or found is None:
            raise lacking(
                "no_connection",
                f"It is not known how {self.namespace} is reached.",
                "Name driver, host and database in a connection rule (`headwater connections apply`), or crawl it.",
            )
        if not (self.connection.database or self.connection.host):
            raise lacking(
                "no_database",
                f"It is not known which database {self.namespace} is.",
                "Name host and database, or the path of a file, in a connection rule (`headwater connections apply`).",
            )
        return self.connection, found


def opening(told: Told) -> Opening:
    """Put together what is said. A connection rule goes before a facet, a facet before what names say."""
    reached = Reached(told.namespace, told.connection, told.ruled, told.rule)
    connection = reached.connection
    location = None if connection and driver(connection.driver) else _location(told)
    return Opening(
        told.namespace,
        told.name,
        told.kind.upper() if told.kind else None,
        _columns(told),
        _format(told) if location else None,
        location,
        connection if location is None else None,
        told.relation,
        told.rule,
        told.sub_kind.upper() if told.sub_kind else None,
        unreached=tuple(reached.said) if location is None else (),
        ruled=reached.ruled,
    )


def notes(one: Opening) -> list[Missing]:
    """What is not known, and yet does not keep anybody from opening it."""
    said = [lost for lost in one.unreached if not lost.fatal]
    if not one.columns:
        said.append(
            Missing("no_schema", "Its columns are not known: their types are guessed by whoever reads it.",
                    "Crawl it (`headwater snapshot`), or send its schema facet.", False)
        )  # fmt: skip
    vague = [column.name for column in one.columns if column.type is None and not column.within]
    if vague:
        listed = ", ".join(vague[:5]) + (" …" if len(vague) > 5 else "")
        said.append(
            Missing("no_type", f"The types of {len(vague)} columns are not known, so they stay text: {listed}.",
                    "Tell types in the schema facet, or crawl it.", False)
        )  # fmt: skip
    csv = one.format.csv if one.format else None
    if one.format and one.format.name == "csv" and any(csv is assumed for assumed in (None, COMMAS, TABS)):
        said.append(
            Missing("no_dialect", "How its CSV is written is not known: a header and double quotes are assumed.",
                    "Crawl it (`headwater snapshot`), or tell the facet headwater_format with its csv.", False)
        )  # fmt: skip
    uri = one.location.uri if one.location else None
    if uri and "://" not in uri and not uri.startswith("/"):
        said.append(
            Missing("relative_path", f"{uri} is relative to where the program is started.",
                    "Tell the whole path in headwater_location, or start it there.", False)
        )  # fmt: skip
    return said


def _columns(told: Told) -> tuple[Column, ...]:
    """Those at the top, in the schema's order, with what the relation says of them; else the relation's own."""
    relation = told.relation or Relation()
    said = {one.name: one for one in relation.attributes if one.name}
    top = list(told.fields)
    named = {field.name for field in top}
    partitions = told.location.partition_columns if told.location else ()
    top += [Field(name) for name in dict.fromkeys([*said, *partitions]) if name not in named]
    made = made_of(relation)
    return tuple(_column(one, said.get(one.name), relation.dialect, made) for one in top)


def _column(field: Field, attribute: Attribute | None, dialect: str | None, made: Made) -> Column:
    native = attribute.native_type if attribute else None
    read = canonical(native, dialect) if native else canonical(field.type)
    found = settled(read, native or field.type or "", made)
    nullable = nullable_of(attribute, made)
    parts = tuple(_column(one, None, None, {}) for one in field.parts)
    return Column(field.name, found, native or field.type or "", nullable, field.within, parts)


def canonical(text: str | None, dialect: str | None = None) -> Type | None:
    """The canonical type of a text, those of Arrow too, whose names are those of other types elsewhere."""
    return read_type(text, dialect)


def sql_dialect(name: str | None) -> str | None:
    """What sqlglot calls a dialect that a relation names; None where it has none such."""
    return sql_of(name)


def _location(told: Told) -> Location | None:
    scheme = scheme_of(told.namespace)
    said = told.location
    if said and said.uri:
        return said
    if scheme not in PATH_STORES:
        return said
    uri = told.name if scheme == "file" else f"{told.namespace}/{told.name.lstrip('/')}"
    return replace(said, uri=uri) if said else Location(uri=uri)


def _format(told: Told) -> Format | None:
    """The facet; else the storage facet's word; else what the name ends in."""
    parts = PurePosixPath(told.name).name.lower().split(".")[1:]
    compression = COMPRESSIONS.get(parts[-1]) if parts else None
    ending = parts[-2] if compression and len(parts) > 1 else parts[-1] if parts else ""
    said = told.format
    if said is not None and said.name:
        return said
    name = (told.storage or "").lower() or EXTENSIONS.get(ending, "")
    found = _SIMPLE.get(EXTENSIONS.get(name, name))
    if found is None:
        return said
    return replace(found, compression=(said.compression if said else None) or compression)


_SIMPLE: Final[Mapping[str, Format]] = {
    "csv": Format(name="csv", csv=COMMAS),
    "tsv": Format(name="csv", csv=TABS),
    "json": Format(name="json"),
    "jsonl": Format(name="json", json=JsonLayout(layout="LINES")),
    **{name: Format(name=name) for name in ("parquet", "avro", "orc", "xlsx", "text")},
}
