"""Lineage questions: selectors, traversal, dated answers."""
