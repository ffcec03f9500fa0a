"""Which schemas of a database are read: lists of names with * and ?."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Final

OPTIONS: Final = ("include", "exclude")


@dataclass(frozen=True, slots=True)
class Filter:
    """Schemas that are read, all where none is included, without those that are excluded."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def __contains__(self, schema: str) -> bool:
        included = not self.include or any(fnmatchcase(schema, one) for one in self.include)
        return included and not any(fnmatchcase(schema, one) for one in self.exclude)

    @property
    def shown(self) -> str:
        """As a part of the source, since a crawl of other schemas must not take these back; "" without any."""
        said = {"include": self.include, "exclude": self.exclude}
        return "&".join(f"{name}={','.join(sorted(values))}" for name, values in said.items() if values)


def read(options: Mapping[str, str]) -> Filter:
    """The options include and exclude: names with commas between them."""
    said = {name: options.get(name, "").split(",") for name in OPTIONS}
    return Filter(*(tuple(part for one in said[name] if (part := one.strip())) for name in OPTIONS))
