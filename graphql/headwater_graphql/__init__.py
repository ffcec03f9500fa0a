"""GraphQL over the catalog."""
