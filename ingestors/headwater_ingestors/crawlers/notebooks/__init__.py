"""Notebooks: what their code reads and writes, read out of the code, which is never run."""
