"""What facets are and what they say: a row for each that is known, and the shape of those that are shown by type."""
