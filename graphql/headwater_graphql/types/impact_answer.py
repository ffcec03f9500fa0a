"""How an answer about impact is put together: names, expressions, owners and terms, each fetched at once."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from headwater_catalog.facets.physical import DatasetType
from headwater_catalog.facets.table import fields_of
from headwater_catalog.lineage import because
from headwater_catalog.lineage.answer import Graphs
from headwater_catalog.lineage.ends import Key
from headwater_catalog.lineage.graph import Graph, whole
from headwater_catalog.lineage.holding import holding
from headwater_catalog.lineage.impact import Effect as EffectRow
from headwater_catalog.lineage.impact import Spread, Use
from headwater_catalog.lineage.proposed import Known, Proposed
from headwater_graphql.context import View
from headwater_graphql.types import said
from headwater_graphql.types.dataset import Dataset
from headwater_graphql.types.enums import ChangeOf, Effect, Granularity, Holding, SchemaChangeKind
from headwater_graphql.types.facets import first_said
from headwater_graphql.types.impact import (
    MOST_BECAUSE,
    Affected,
    AffectedDataset,
    AffectedOwner,
    AffectedTerm,
    Found,
    Impact,
    ImpactChange,
)
from headwater_graphql.types.lineage import Answer, answered

SENTENCES = {
    Known.NO_DATASET: "The catalog has no such dataset: nobody is known to use it.",
    Known.NO_COLUMN: "The catalog has no such column: nobody is known to use it alone.",
}


async def impact_of(view: View, graphs: Graphs, proposed: Sequence[Proposed], spread: Spread) -> Impact:
    """An answer with the names of all that stands in it."""
    shown = _shown(spread)
    writers = await _writers(graphs, sorted({one.node for one in proposed if one.node is not None}))
    seeds = [key for one in proposed for key in ([*one.seeds] if one.node is None else [*one.seeds, one.node])]
    answer = await _named(view, graphs, shown, [*seeds, *(job for jobs in writers.values() for job in jobs)])
    found = Found(view, spread, answer, shown, {}, writers)
    for uses in shown.values():
        uses.sort(key=lambda use: (not _breaks(spread, use), not use.direct, found.ref(use.source), use.edge.status))
    told = [use for uses in shown.values() for use in uses[:MOST_BECAUSE]]
    told.sort(key=lambda use: not _breaks(spread, use))
    texts = await because.expressions(view.connection, told, answer.names)
    found.expressions = {id(use): text for use, text in zip(told, texts, strict=True)}
    return await _assembled(found, proposed)


def _shown(spread: Spread) -> dict[Key, list[Use]]:
    """What is affected with its uses; an unknown column is its dataset."""
    found: dict[Key, list[Use]] = defaultdict(list)
    for key in spread.affected():
        found[key[0] if not isinstance(key, int) and key[1] is None else key] += [
            use for use in spread.uses[key] if use.source in spread.effects
        ]
    return found


def _breaks(spread: Spread, use: Use) -> bool:
    return use.direct and spread.effects.get(use.source) is EffectRow.BREAKS


async def _writers(graphs: Graphs, datasets: Sequence[int]) -> dict[int, list[int]]:
    """The jobs that write each dataset."""
    found: dict[int, list[int]] = defaultdict(list)
    for one in sorted(await graphs.datasets.written(targets=datasets)) if datasets else ():
        if one.target in datasets and one.job and one.job not in found[one.target]:
            found[one.target].append(one.job)
    return found


async def _named(view: View, graphs: Graphs, shown: Mapping[Key, Sequence[Use]], others: Iterable[Key]) -> Answer:
    """An answer that knows every name."""
    graph = Graph[Any]()
    graph.depth.update(dict.fromkeys(others, 0))
    for key, uses in shown.items():
        graph.depth[key] = 0
        graph.depth.update({use.source: 0 for use in uses})
        graph.edges.update({use.edge.key: use.edge for use in uses})
    return (await answered(view, Granularity.COLUMN, graph, graphs.columns)).answer


async def _assembled(found: Found, proposed: Sequence[Proposed]) -> Impact:
    keys = sorted(found.shown, key=lambda key: (_mild(found.effect(key)), found.depth(key), found.ref(key)))
    by_dataset: dict[int, list[Key]] = defaultdict(list)
    for key in keys:
        by_dataset[whole(key)].append(key)
    made = await asyncio.gather(*(_dataset_of(found, node, some) for node, some in by_dataset.items()))
    datasets = [one for one in made if one is not None]
    return Impact(
        found=found,
        changes=[_change(found, one) for one in proposed],
        affected=[Affected(found=found, key=key) for key in keys],
        datasets=datasets,
        terms=await _terms(found, keys, by_dataset),
        owners=await _owners(found, by_dataset),
    )


async def _dataset_of(found: Found, node: int, keys: list[Key]) -> AffectedDataset | None:
    made = found.answer.made.get(node)
    if not isinstance(made, Dataset):
        return None
    kind, owners = await asyncio.gather(
        first_said(made, fields_of("Dataset")["dataset_type"]), said.owners(found.view, made._subject())
    )
    word = holding(kind.dataset_type, kind.sub_type) if isinstance(kind, DatasetType) else None
    return AffectedDataset(found=found, keys=keys, dataset=made, holds=Holding(word) if word else None, owners=owners)


async def _owners(found: Found, by_dataset: Mapping[int, Sequence[Key]]) -> list[AffectedOwner]:
    """Of datasets, and of jobs that read without writing."""
    nodes = [(known, keys) for node, keys in by_dataset.items() if (known := found.answer.made.get(node)) is not None]
    told = await asyncio.gather(*(said.owners(found.view, node._subject()) for node, _ in nodes))
    owned: dict[str, list[tuple[Any, Effect]]] = defaultdict(list)
    for (node, keys), owners in zip(nodes, told, strict=True):
        for owner in owners:
            owned[owner.name].append((node, _worst(map(found.effect, keys))))
    made = [
        AffectedOwner(name=name, effect=_worst(effect for _, effect in some), nodes=[node for node, _ in some])
        for name, some in owned.items()
    ]
    return sorted(made, key=lambda one: (_mild(one.effect), one.name))


async def _terms(found: Found, keys: Sequence[Key], by_dataset: Mapping[int, Sequence[Key]]) -> list[AffectedTerm]:
    """Terms of affected columns, and of datasets with any."""
    effects: dict[Key, Effect] = {key: found.effect(key) for key in keys}
    effects |= {node: _worst(found.effect(key) for key in some) for node, some in by_dataset.items()}
    known = [(effect, node) for key, effect in effects.items() if (node := found.answer.node(key)) is not None]
    assigned = await asyncio.gather(*(said.assignments(found.view, node._subject()) for _, node in known))
    reached: dict[str, list[tuple[Effect, Any, said.Assignment]]] = defaultdict(list)
    for (effect, node), some in zip(known, assigned, strict=True):
        for one in some:
            if one.status == "ACCEPTED":
                reached[one.iri].append((effect, node, one))
    terms: list[Any] = await asyncio.gather(*(some[0][2].term() for some in reached.values()))
    made = [
        AffectedTerm(
            effect=_worst(effect for effect, _, _ in some), term=term, iri=iri, nodes=[node for _, node, _ in some]
        )
        for term, (iri, some) in zip(terms, reached.items(), strict=True)
    ]
    return sorted(made, key=lambda one: (_mild(one.effect), one.iri))


def _worst(effects: Iterable[Effect]) -> Effect:
    return Effect.BREAKS if any(effect is Effect.BREAKS for effect in effects) else Effect.MAY_CHANGE


def _mild(effect: Effect) -> bool:
    return effect is not Effect.BREAKS


def _change(found: Found, row: Proposed) -> ImpactChange:
    change = row.change
    return ImpactChange(
        found=found,
        row=row,
        kind=SchemaChangeKind(change.kind.value),
        dataset=change.dataset,
        column=change.column,
        to=change.to,
        old=change.old,
        new=change.new,
        known=ChangeOf(row.known.value),
        sentence=SENTENCES.get(row.known),
    )
