"""YAML of strangers: safe types only, aliases, depth and size bounded."""

from __future__ import annotations

from typing import Any, Final

import yaml
from yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, ScalarEvent

from headwater_ingestors.crawlers.reading import RefusedError

MAX_DEPTH: Final = 60
MAX_NODES: Final = 500_000
MAX_ALIASES: Final = 1_000
_LOADER: Final = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
_BOUNDS: Final = "It is nested too deeply, or has too many values, counting those that aliases stand for."


class _Counted:
    """Counts what a document stands for once its aliases are followed: a short one may stand for billions of values."""

    def __init__(self) -> None:
        self.open: list[tuple[str | None, int]] = []
        self.sizes: dict[str, int] = {}
        self.total = 0
        self.aliases = 0

    def add(self, event: Any) -> None:
        """One event of the parser; raises RefusedError."""
        if isinstance(event, CollectionStartEvent):
            self.open.append((event.anchor, self.total))
        elif isinstance(event, CollectionEndEvent):
            anchor, before = self.open.pop()
            if anchor:
                self.sizes[anchor] = self.total - before + 1
        elif isinstance(event, AliasEvent):
            self.aliases += 1
            if any(anchor == event.anchor for anchor, _ in self.open):
                raise RefusedError("too-complex", "Something in it holds itself.")
            self.total += self.sizes.get(event.anchor or "", 1)
        if isinstance(event, ScalarEvent | CollectionStartEvent):
            self.total += 1
        if self.total > MAX_NODES or len(self.open) > MAX_DEPTH or self.aliases > MAX_ALIASES:
            raise RefusedError("too-complex", _BOUNDS)


def load(raw: bytes) -> Any:
    """The value of a document: objects, lists, texts, numbers, dates; raises RefusedError."""
    counted = _Counted()
    try:
        text = raw.decode("utf-8-sig")
        for event in yaml.parse(text, Loader=_LOADER):
            counted.add(event)
        return yaml.load(text, Loader=_LOADER)  # noqa: S506 - one of the two safe ones
    except UnicodeDecodeError:
        raise RefusedError("not-yaml", "It is no UTF-8.") from None
    except (yaml.YAMLError, ValueError, RecursionError, OverflowError, TypeError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" near line {mark.line + 1}" if mark is not None else ""
        raise RefusedError("not-yaml", f"It is no YAML that can be read{where}.") from None
