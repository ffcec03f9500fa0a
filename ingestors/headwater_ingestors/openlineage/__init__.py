"""OpenLineage: reading events, facets, translation into facts."""
