"""The tables as classes of the ORM, columns as attributes of the same names."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import DeclarativeBase

from headwater_catalog.layers import base, physical, process


class Base(DeclarativeBase):
    """What the classes have in common: the metadata of the layers."""

    metadata = base.metadata


def _mapped(table: Any, *keys: Any) -> Any:
    """A class of a table; keys: what identifies a row where the table has no primary key."""
    members: dict[str, Any] = {"__table__": table, "__module__": __name__}
    if keys:
        members["__mapper_args__"] = {"primary_key": list(keys)}
    return type(table.name.title().replace("_", ""), (Base,), members)


Name = _mapped(base.name)
Entry = _mapped(base.entry)
Event = _mapped(base.event)
Value = _mapped(base.value)
Mention = _mapped(base.mention)
Facet = _mapped(base.facet, *(base.facet.c[name] for name in ("owner_kind", "owner", "place", "facet")))
Dataset = _mapped(base.dataset)
Job = _mapped(base.job)
Change = _mapped(base.change)
Schema = _mapped(physical.schema)
SchemaVersion = _mapped(physical.schema_version)
SchemaHead = _mapped(physical.schema_head)
Field = _mapped(physical.field, physical.field.c.node, physical.field.c.path)
Run = _mapped(process.run)
Claim = _mapped(process.claim)
ClaimSource = _mapped(process.claim_source)
Write = _mapped(process.write)
Timeline = _mapped(process.timeline)
Span = _mapped(process.span)
Quality = _mapped(process.quality)
