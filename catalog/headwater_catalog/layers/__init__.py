"""The tables of the three layers, identity and log."""
