"""GraphQL types, one file a noun."""
