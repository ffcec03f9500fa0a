"""A contract cut into the part of each dataset that it covers, and put together again without loss."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from headwater_catalog.canonical import canonical
from headwater_catalog.contracts.document import Document, objects
from headwater_catalog.errors import InvalidRequest
from headwater_catalog.facets.contract import Contract, Covered
from headwater_catalog.names import text


class InParts(InvalidRequest):
    """A contract of which not all datasets have their part."""

    def __init__(self, identity: str, missing: Sequence[str]) -> None:
        shown = ", ".join(missing[:5])
        super().__init__(
            "contract_in_parts",
            f"The contract {identity[:200]} is not whole: {shown} has no part of it, or that of another import.",
            "Import the contract again: `headwater contract import FILE`.",
            missing=list(missing[:100]),
        )


def cut(document: Document, datasets: Sequence[tuple[str, str]]) -> list[Contract]:
    """The part of each dataset; datasets: one for each schema object, or one of a contract without any."""
    whole = document.value
    own = objects(whole)
    shared = {key: value for key, value in whole.items() if key != "schema" or not own}
    covered = tuple(Covered(*one) for one in datasets)
    digest = digest_of(document)
    outside = {f"/shared{one}" for one in document.plain if not (own and one.startswith("/schema/"))}
    parts = []
    for place, _ in enumerate(datasets):
        start = f"/schema/{place}/"
        inside = {f"/schemaObject/{one.removeprefix(start)}" for one in document.plain if own and one.startswith(start)}
        parts.append(
            Contract(
                id=text(whole.get("id")),
                version=_said(whole.get("version")),
                status=_said(whole.get("status")),
                name=_said(whole.get("name")),
                api_version=_said(whole.get("apiVersion")),
                digest=digest,
                place=place if own else None,
                datasets=covered,
                shared=shared,
                schema_object=own[place] if own else None,
                plain=dict.fromkeys(sorted(outside | inside), True) or None,
            )
        )
    return parts


def digest_of(document: Document) -> str:
    """The digest that the parts of a contract have: of all that it says."""
    return hashlib.sha256(canonical([document.value, sorted(document.plain)])).hexdigest()


def join(parts: Iterable[Contract | None]) -> Document:
    """The contract out of its parts, in the order of its schema objects. Raises InParts."""
    every = list(parts)
    first = next(one for one in every if one is not None)
    missing = [
        f"{there.namespace}/{there.name}"
        for there, one in zip(first.datasets, every, strict=True)
        if one is None or one.digest != first.digest
    ]
    if missing:
        raise InParts(first.id or "", missing)
    whole: dict[str, Any] = dict(first.shared or {})
    plain = set(_below("/shared", "", first.plain))
    if first.place is not None:
        whole["schema"] = [one.schema_object for one in every if one is not None]
        for place, one in enumerate(every):
            plain |= set(_below("/schemaObject", f"/schema/{place}", one.plain if one else None))
    return Document(whole, frozenset(plain))


def _below(start: str, instead: str, plain: Mapping[str, object] | None) -> Iterable[str]:
    return (f"{instead}{one.removeprefix(start)}" for one in plain or () if one.startswith(f"{start}/"))


def _said(value: object) -> str | None:
    return str(value)[:1_000] if isinstance(value, str | int | float) and not isinstance(value, bool) else None
