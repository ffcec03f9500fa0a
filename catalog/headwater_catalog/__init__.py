"""The catalog: names, log, facts, projection, lineage and glossary on PostgreSQL; no web framework, no producer."""
