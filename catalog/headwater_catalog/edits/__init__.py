"""A person's or a file's edits: entries of the log of the project's own kind, their check, and their way into registers."""
