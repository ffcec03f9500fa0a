"""Questions to the whole graph, and the graph itself for networkx (docs/analysis.md)."""

from headwater_catalog.lineage.analysis.network import to_networkx

__all__ = ["to_networkx"]
