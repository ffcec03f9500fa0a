"""The tables of the three layers, identity and log."""

from headwater_catalog.layers import access, base, domain, physical, process, schedule, search
from headwater_catalog.layers.base import metadata

__all__ = ["access", "base", "domain", "metadata", "physical", "process", "schedule", "search"]
