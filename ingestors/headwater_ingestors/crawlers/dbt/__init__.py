"""dbt: what its artifacts say of models, their tables, tests and what uses them."""
