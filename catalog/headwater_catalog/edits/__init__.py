"""Edits of people and files: entries of the log of the project's own kind, their check, their way into registers."""
