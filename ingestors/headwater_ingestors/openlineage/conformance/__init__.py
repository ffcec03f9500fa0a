"""Conformance: what is valid in events, and what Headwater makes of every part of them."""
