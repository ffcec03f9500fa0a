"""What is profiled; apart from how, which takes a while to import."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from headwater_catalog.templates.opening import Opening


class Subject(NamedTuple):
    """A dataset that is profiled. personal: its columns of which no value is copied."""

    opening: Opening
    personal: Collection[str]

    @property
    def name(self) -> tuple[str, str]:
        """Namespace and name."""
        return self.opening.namespace, self.opening.name
