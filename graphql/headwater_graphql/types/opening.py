"""How a dataset is opened: templates, connection rules, and what both are made of."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from enum import Enum
from typing import Any

import strawberry

from headwater_catalog import connections as rules
from headwater_catalog.codes import DATASET
from headwater_catalog.errors import TooLarge
from headwater_catalog.facets.opening import Connection, Format, Location
from headwater_catalog.facets.physical import DatasetType, Storage
from headwater_catalog.facets.relation import Relation
from headwater_catalog.facets.shape import write
from headwater_catalog.facets.table import fields_of
from headwater_catalog.lineage.near import unknown
from headwater_catalog.names import LONGEST_REF, key_of
from headwater_catalog.reading import datasets, gate, landing, watermarks
from headwater_catalog.reading.ranges import key_of_ref, ranges
from headwater_catalog.reading.rules import RuleSet, connection_rules
from headwater_catalog.said import revision
from headwater_catalog.templates.fresh import MOST_FILES, Fresh
from headwater_catalog.templates.opening import MOST_DEPTH, Field, Opening, Told, as_list, opening
from headwater_catalog.templates.render import Wanted, template
from headwater_catalog.times import micros_of
from headwater_graphql.context import View
from headwater_graphql.types import loading, node
from headwater_graphql.types.dataset import Dataset
from headwater_graphql.types.facets import first_said, type_of
from headwater_graphql.types.scalars import JSON, DateTime

MOST_COLUMNS = 100_000
"""Columns of all datasets whose openings are told at once."""


@strawberry.enum(description="What is to open a dataset.")
class TemplateTarget(Enum):
    """What is to open a dataset."""

    PANDAS = "pandas"
    POLARS = "polars"
    DUCKDB = "duckdb"
    SPARK = "spark"
    SQL = "sql"
    R = "r"


@strawberry.type(description="What a template lacks; fatal: without it there is no program.")
class MissingPart:
    """What a template lacks."""

    code: str
    sentence: str
    remedy: str
    fatal: bool


@strawberry.type(description="A program that opens a dataset; code null where something fatal is missing.")
class Template:
    """A program that opens a dataset."""

    dataset: str
    language: str = strawberry.field(description="python, r or sql.")
    code: str | None
    missing: list[MissingPart]
    connection_rule: str | None = strawberry.field(description="The pattern of the connection rule that gave it.")


@strawberry.type(description="The first rule whose pattern fits a namespace says how its system is reached.")
class ConnectionRule:
    """A connection rule."""

    namespace: str
    connection: type_of(Connection) | None = strawberry.field(description="How it is reached.")  # type: ignore[valid-type]


@strawberry.type(description="The connection rules that hold, in order. edit: of whom to retract to have those before.")
class ConnectionRuleSet:
    """The connection rules that hold."""

    rules: list[ConnectionRule]
    edit: str | None
    by: str | None
    at: DateTime | None
    revision: str | None


@strawberry.type(description="All that templates and profiles are made of; told: the shapes of facets by name.")
class DatasetOpening:
    """All that templates and profiles are made of."""

    dataset: str
    namespace: str
    name: str
    told: JSON
    personal: list[str] = strawberry.field(
        description="Columns of which no value may be copied, whatever the case of their names, nor of any within one, "
        'or that holds one; "": all.'
    )
    connection_rule: str | None


async def rule_set(view: View) -> ConnectionRuleSet:
    """The rules that hold."""
    row = await connection_rules(view.connection)
    if row is None:
        return ConnectionRuleSet(rules=[], edit=None, by=None, at=None, revision=None)
    found = [ConnectionRule(namespace=rule["namespace"], connection=rules.connection_of(rule)) for rule in row.rules]
    at = DateTime(micros_of(row.s))
    return ConnectionRuleSet(rules=found, edit=row.edit, by=row.author, at=at, revision=revision(row.s, row.h))


async def named(view: View, ref: str) -> Dataset:
    """The dataset of a name; raises UnknownName, AmbiguousName."""
    key = await key_of_ref(view.connection, "dataset", ref.replace("\0", "")[:LONGEST_REF])
    found = None if key is None else await node.by_key(view, "dataset", key)
    if not isinstance(found, Dataset):
        raise await unknown(view.connection, ref, (DATASET,))
    return found


async def told_of(view: View, dataset: Dataset) -> Told:
    """What the catalog says of how a dataset is opened."""
    return await _told(view, dataset, await connection_rules(view.connection))


async def _told(view: View, dataset: Dataset, held: RuleSet | None) -> Told:
    known = fields_of("Dataset")

    async def said(name: str, shape: type) -> Any:
        found = await first_said(dataset, known[name])
        return found if isinstance(found, shape) else None

    storage, kind = await said("storage", Storage), await said("dataset_type", DatasetType)
    rule = rules.fitting(held.rules if held else [], dataset.row.namespace)
    return Told(
        dataset.row.namespace,
        dataset.row.name,
        await dataset.said_kind(),
        await _fields(view, dataset),
        storage.file_format if storage else None,
        await said("format", Format),
        await said("location", Location),
        await said("connection", Connection),
        rules.connection_of(rule) if rule else None,
        rule["namespace"] if rule else None,
        await said("relation", Relation),
        kind.sub_type if kind else None,
    )


async def _fields(view: View, dataset: Dataset) -> list[Field]:
    page = await view.get(datasets.schemas, dataset.row.id, 1, None)
    if page is None or not page.items:
        return []
    return [_field(one, MOST_DEPTH) for one in json.loads(page.items[0].fields)]


def _field(one: dict[str, Any], depth: int) -> Field:
    parts = tuple(_field(part, depth - 1) for part in one["fields"]) if depth > 0 else ()
    return Field(one["name"], one["type"], bool(one["fields"]), parts)


def _columns(fields: Sequence[Field]) -> int:
    """How many there are, with those within."""
    return sum(1 + _columns(one.parts) for one in fields)


async def openings_of(view: View, refs: Sequence[str]) -> list[DatasetOpening]:
    """Of each its own; a dataset that is named several times is read once. Raises TooLarge beyond MOST_COLUMNS."""
    found = [await named(view, ref) for ref in dict.fromkeys(refs)]
    each = {dataset.row.id: dataset for dataset in found}
    held = await connection_rules(view.connection)
    told = dict(zip(each, await asyncio.gather(*(_told(view, one, held) for one in each.values())), strict=True))
    columns = sum(_columns(one.fields) for one in told.values())
    if columns > MOST_COLUMNS:
        raise TooLarge(
            "openings_too_large",
            f"These datasets have {columns:,} columns together; {MOST_COLUMNS:,} are told at once.",
            "Ask for fewer datasets in one request.",
        )
    made = {node: await _opening(view, dataset, told[node]) for node, dataset in each.items()}
    known = dict(zip(dict.fromkeys(refs), found, strict=True))
    return [made[known[ref].row.id] for ref in refs]


async def _opening(view: View, dataset: Dataset, told: Told) -> DatasetOpening:
    """All that templates and profiles are made of."""
    fields = await view.get(datasets.fields, dataset.row.id, 2_000, None)
    paths = [row.path for row in fields.items] if fields else []
    opened = await asyncio.to_thread(opening, told)
    hidden = (await view.get(gate.gates_of, dataset.row.id) or gate.UNKNOWN).hidden
    columns = {*(one.name for one in opened.columns), *paths}
    return DatasetOpening(
        dataset=dataset._ref(),
        namespace=told.namespace,
        name=told.name,
        told=JSON(as_json(told)),
        personal=sorted({*hidden, *(path for path in columns if path in hidden)}),
        connection_rule=told.rule,
    )


def as_json(told: Told) -> dict[str, object]:
    """What is told, as JSON that `headwater_web.cli.openings` reads."""
    shapes = {name: getattr(told, name) for name in ("format", "location", "connection", "ruled", "relation")}
    return {
        "kind": told.kind,
        "subKind": told.sub_kind,
        "storage": told.storage,
        "rule": told.rule,
        "fields": [as_list(one) for one in told.fields],
        **{name: write(shape) for name, shape in shapes.items() if shape is not None},
    }


async def template_of(view: View, ref: str, wanted: Wanted, new_for: str | None) -> Template:
    """A program; new_for: a job, of which only what it has not loaded is opened."""
    dataset = await named(view, ref)
    one = opening(await told_of(view, dataset))
    fresh = await fresh_of(view, one, dataset, new_for) if new_for else None
    made = template(one, wanted._replace(fresh=fresh))
    return Template(
        dataset=dataset._ref(),
        language=made.language,
        code=made.code,
        missing=[MissingPart(**lacks._asdict()) for lacks in made.missing],
        connection_rule=made.rule if not one.in_files else None,
    )


async def fresh_of(view: View, one: Opening, dataset: Dataset, job: str) -> Fresh:
    """What a job has not loaded of a dataset."""
    own, key = await loading.job_of_ref(view, job), key_of("dataset", dataset.row.namespace, dataset.row.name)
    names: Sequence[Any] = (await ranges(view.connection, [key])).get(key, ())
    landed = await landing.files(view.connection, names, 1, None)
    files = None
    more = False
    if landed.items:
        states = [landing.NEW, landing.FAILED]
        page = await landing.files(view.connection, names, MOST_FILES, None, states=states, job=own)
        files, more = tuple(row.path for row in page.items), page.more
    marks = [] if own == loading.NOBODY else await watermarks.watermarks(view.connection, own, key)
    last = marks[0].current if marks else None
    value = json.loads(last.value) if last else None
    plain = value if isinstance(value, str | int | float) else None
    field = last.field if last else None
    if plain is not None and field is None and files is None and len(one.columns) == 1:
        field = one.columns[0].name
    return Fresh(job, files, more, plain, field)
