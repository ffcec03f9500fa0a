"""What an edit may name though no answer shows it: whole names of data that may still come, terms by IRI."""

from __future__ import annotations

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.lineage.select import METHODS
from headwater_catalog.names import HOST_STORES, PATH_STORES, SCHEMES, SQL_STORES, scheme_of, split_ref, text
from headwater_catalog.references import dataset
from headwater_catalog.subjects import Subject
from headwater_graphql.context import View
from headwater_graphql.types.dataset import Dataset
from headwater_graphql.types.meaning import COLUMNS, resolutions, told_kind

STORES = HOST_STORES | PATH_STORES | SQL_STORES
"""Schemes of which it is certain where namespace and name part: after the authority."""
_WEB = ("http", "https")


def may_be_term(iri: str) -> bool:
    """Whether an IRI that no term has yet is one of a term: neither a selector nor the address of data."""
    scheme = scheme_of(iri)
    return scheme not in METHODS and (scheme in _WEB or not iri.startswith(f"{scheme}://"))


async def unseen(view: View, ref: str) -> Subject | None:
    """The dataset or column of this whole name, of which nothing told yet; None where it is no whole name.

    A column of a dataset that is known, or what has an address: `postgres://…/shop.orders#email`, with or without
    `dataset:` or `column:` before it.
    """
    kind, said = told_kind(text(ref).replace("\0", ""))
    whole, column = split_ref(said)
    if kind == "job" or (kind in COLUMNS and not column):
        return None
    name = await _known(view, whole) or _by_address(whole)
    if name is None:
        return None
    return ("field", *name, column) if column else ("dataset", *name)


async def _known(view: View, whole: str) -> tuple[str, str] | None:
    """The dataset that has this very name: of a part of a name it is not certain which one will have the column."""
    [found] = await resolutions(view, [f"dataset:{whole}"])
    node = found.node
    if isinstance(node, Dataset) and node._ref() == whole:
        return node.row.namespace, node.row.name
    return None


def _by_address(whole: str) -> tuple[str, str] | None:
    scheme, separator, _ = whole.partition("://")
    if not separator or SCHEMES.get(scheme.lower(), scheme.lower()) not in STORES:
        return None
    try:
        return dataset(whole)
    except InvalidRequest:
        return None
