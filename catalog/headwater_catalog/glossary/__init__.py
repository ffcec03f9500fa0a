"""Terms, relations, assignments and SKOS."""
