"""Find by text over the three layers: datasets, fields, jobs, terms, by name, label, tag, owner and description."""

from headwater_catalog.search.find import Found, Hit, find
from headwater_catalog.search.refresh import forget, refresh

__all__ = ["Found", "Hit", "find", "forget", "refresh"]
