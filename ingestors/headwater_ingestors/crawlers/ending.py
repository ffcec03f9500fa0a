"""A crawl that can be ended half way: what was found until then is told, and nothing counts as gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from headwater_ingestors.crawlers.crawler import Crawler, Finding, Known


class Endable:
    """See `crawler.Crawler`. It asks `end` after each thing that it found."""

    def __init__(self, crawler: Crawler, end: Callable[[], bool]) -> None:
        self._crawler, self._end = crawler, end
        self.ended = False

    @property
    def kind(self) -> str:
        """That of the crawler."""
        return self._crawler.kind

    @property
    def source(self) -> str:
        """That of the crawler."""
        return self._crawler.source

    @property
    def whole(self) -> bool:
        """Not where it was ended."""
        return not self.ended and self._crawler.whole

    def crawl(self, known: Known) -> Iterator[Finding]:
        """What the crawler finds until it is to end."""
        for finding in self._crawler.crawl(known):
            yield finding
            if self._end():
                self.ended = True
                return
