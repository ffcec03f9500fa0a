"""The read side of the catalog: named statements and what they give, one file a noun."""
