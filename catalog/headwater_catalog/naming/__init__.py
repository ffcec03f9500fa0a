"""Naming rules: what an organisation's own dataset names mean. See docs/decisions/0006."""
