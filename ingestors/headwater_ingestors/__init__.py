"""Sources of entries: OpenLineage events and crawlers."""
