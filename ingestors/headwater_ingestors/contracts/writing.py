"""A contract as YAML: its members in the standard's order, its texts as some reader of YAML would have found them."""

from __future__ import annotations

import re
from typing import Any, Final

import yaml

from headwater_catalog.contracts.document import Document
from headwater_ingestors.contracts.reading import AMBIGUOUS

ORDER: Final = (
    "apiVersion", "kind", "id", "name", "version", "status", "property", "metric", "rule", "domain", "dataProduct",
    "tenant", "physicalName", "physicalType", "businessName", "logicalType", "logicalTypeOptions", "type", "url",
    "primaryKey", "primaryKeyPosition", "required", "unique", "value", "unit", "description", "servers", "server",
    "environment", "host", "port", "database", "schema", "properties", "items", "quality", "relationships",
)  # fmt: skip
"""Members that come first, in this order; others follow by name."""
BREAKS: Final = re.compile("[\x85\u2028\u2029]")
"""What YAML takes for ends of lines and folds to blanks, unless it is escaped."""
_RANK: Final = {name: place for place, name in enumerate(ORDER)}
_SAFE: Any = yaml.SafeDumper


class _Plain(str):
    """A text without quotes."""

    __slots__ = ()


class _Dumper(_SAFE):  # type: ignore[misc] # typed as Any, since the stubs do not show its methods
    """Writes values whole, each time that they stand somewhere."""

    def ignore_aliases(self, data: object) -> bool:
        """No aliases."""
        return True

    def plain(self, data: _Plain) -> Any:
        """A text without quotes, as what a reader takes it for."""
        tag = self.resolve(yaml.ScalarNode, str(data), (True, False))
        return self.represent_scalar(tag, str(data))

    def quoted(self, data: str) -> Any:
        """A text, in quotes where some reader would take it for something else; of several lines as a block."""
        if BREAKS.search(data):
            style: str | None = '"'
        else:
            style = "'" if AMBIGUOUS.fullmatch(data) else "|" if "\n" in data else None
        return self.represent_scalar("tag:yaml.org,2002:str", data, style=style)


_Dumper.add_representer(_Plain, _Dumper.plain)
_Dumper.add_representer(str, _Dumper.quoted)


def write_contract(document: Document) -> str:
    """The contract as YAML."""
    told = _told(document.value, "", document.plain)
    return str(yaml.dump(told, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120))


def _told(value: Any, place: str, plain: frozenset[str]) -> Any:
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: (_RANK.get(name, len(ORDER)), name))
        return {
            name: _told(value[name], f"{place}/{name.replace('~', '~0').replace('/', '~1')}", plain) for name in names
        }
    if isinstance(value, list):
        return [_told(one, f"{place}/{n}", plain) for n, one in enumerate(value)]
    return _Plain(value) if isinstance(value, str) and place in plain else value
