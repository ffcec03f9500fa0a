"""Programs that open a dataset, out of what the catalog knows of it: one module a target, all pure functions."""
