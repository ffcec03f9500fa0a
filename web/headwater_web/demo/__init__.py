"""The demo: a small lakehouse that is really run, day by day, and reports to the catalog what it does."""
