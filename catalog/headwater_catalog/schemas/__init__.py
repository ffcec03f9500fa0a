"""Schemas as values: tables with columns and canonical types, and what differs between two of them; pure."""
