"""Questions to the whole graph, and the graph itself for networkx (docs/analysis.md)."""
