"""Crawlers by name: our own, and those that other packages bring as entry points of `headwater.crawlers`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Final, cast

from headwater_catalog.errors import InvalidRequest, NotFound
from headwater_ingestors.crawlers.crawler import Crawler

GROUP: Final = "headwater.crawlers"
Factory = Callable[[str, Mapping[str, str]], Crawler]
"""Makes a crawler of a source and options; raises InvalidRequest where these are wrong."""

OWN: Final = {
    "database": "headwater_ingestors.crawlers.databases.crawler:opened",
    "postgres": "headwater_ingestors.crawlers.postgres.crawler:opened",
    "dbt": "headwater_ingestors.crawlers.dbt.crawler:opened",
    "dvc": "headwater_ingestors.crawlers.dvc.crawler:opened",
    "notebooks": "headwater_ingestors.crawlers.notebooks.crawler:opened",
    "sql": "headwater_ingestors.crawlers.sql.files:opened",
    "files": "headwater_ingestors.crawlers.files.crawler:opened",
    "sql-log": "headwater_ingestors.crawlers.sql.querylog:opened",
}


def names() -> list[str]:
    """All that there are."""
    return sorted({*OWN, *(entry.name for entry in entry_points(group=GROUP))})


def crawler(name: str, source: str, options: Mapping[str, str]) -> Crawler:
    """The crawler of that name for a source; raises NotFound, and what its factory raises."""
    if name in OWN:
        module, _, attribute = OWN[name].partition(":")
        return cast(Factory, getattr(import_module(module), attribute))(source, options)
    for entry in entry_points(group=GROUP):
        if entry.name == name:
            return _loaded(entry)(source, options)
    raise NotFound("unknown_crawler", f"There is no crawler {name[:80]!r}.", f"Name one of: {', '.join(names())}.")


def _loaded(entry: EntryPoint) -> Factory:
    try:
        return cast(Factory, entry.load())
    except (ImportError, AttributeError) as error:
        raise InvalidRequest(
            "broken_crawler",
            f"The crawler {entry.name!r} ({entry.value}) cannot be loaded: {type(error).__name__}.",
            "Install its package again, or take it away.",
        ) from error
