"""What a crawler is: something that reads a source and tells what it found as OpenLineage events."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol

Document = dict[str, Any]
"""An OpenLineage event as JSON."""
Name = tuple[str, str]
"""(namespace, name) of a dataset."""


class Subject(NamedTuple):
    """What an event is about: a job or a dataset. kind: as public ids are spelled."""

    kind: str
    namespace: str
    name: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Something that is so until it is told otherwise: a JobEvent or DatasetEvent without eventTime.

    at: since when, as far as the source says, in microseconds since 1970. Told again only when it differs from what was
    told last.
    """

    event: Document
    at: int


@dataclass(frozen=True, slots=True)
class Happened:
    """Something that happened: a whole event. It is the same event each time it is told, so that twice is once.

    landed: how many files it says have landed.
    """

    event: Document
    landed: int = 0


@dataclass(frozen=True, slots=True)
class Unread:
    """What could not be read: where, a code that never changes, a sentence. subject: it is not gone, though unread."""

    place: str
    code: str
    sentence: str
    subject: Subject | None = None


@dataclass(frozen=True, slots=True)
class Same:
    """What is known to stand as it was told last, without being read again."""

    subject: Subject


@dataclass(frozen=True, slots=True)
class Noted:
    """What whoever crawls should know, and is no failure: where, a sentence."""

    place: str
    sentence: str


Finding = Standing | Happened | Same | Unread | Noted


class Crawled(NamedTuple):
    """What the catalog was told of a subject last: the digest of the event, and its time in microseconds.

    source: the one that told it, where that is another than the one that is asked for.
    """

    digest: str
    at: int
    source: str = ""


class Told(NamedTuple):
    """A facet of a job or dataset as the catalog holds it."""

    facet: str
    value: Document


class Landed(NamedTuple):
    """A landed file. version: its hash, else when it was modified as it was told, else ""."""

    path: str
    version: str


class Known(Protocol):
    """What the catalog knows already; a crawler asks it in batches, never one by one."""

    def columns(self, datasets: Sequence[Name]) -> Mapping[Name, Sequence[str]]:
        """Top-level columns of the newest schemas, of those that have one."""
        ...

    def crawled(self, kind: str, source: str, subjects: Sequence[Subject]) -> Mapping[Subject, Crawled]:
        """What a crawler of this kind told last, of those that it spoke of, most of them of this source."""
        ...

    def facets(self, facets: Collection[str], datasets: Sequence[Name]) -> Mapping[Name, Mapping[str, Document]]:
        """Values of these facets by their names, as they stand under the very names of the datasets."""
        ...

    def told(self, subjects: Sequence[Subject]) -> Mapping[Subject, Sequence[Told]]:
        """All facets that stand under the very names: of a dataset one of a producer beside one of a crawler."""
        ...

    def landed(self, dataset: Name) -> Collection[Landed]:
        """The files that are known to have landed below a dataset, each as it landed last."""
        ...

    def standing(self, kind: str, source: str) -> Iterator[Subject]:
        """All that a crawler of this kind told of from this source and has not taken back."""
        ...


class Crawler(Protocol):
    """A source that is read. The pure part of a crawler lies below this, the reading of files and databases in it."""

    @property
    def kind(self) -> str:
        """How the registry calls it: sql, postgres, files."""
        ...

    @property
    def source(self) -> str:
        """What is read, without secrets, the same each time: what it told of before and does not find again is gone."""
        ...

    @property
    def whole(self) -> bool:
        """Whether what it does not find again is gone. Asked for when the crawl has ended."""
        ...

    def crawl(self, known: Known) -> Iterator[Finding]:
        """Everything that the source holds, in one pass; raises HeadwaterError where there is no such source.

        What is wrong with one thing costs that thing: an Unread. Order is that of the source, and the same each time.
        """
        ...


class NothingKnown:
    """A catalog that knows nothing, for crawls that only show what they would tell."""

    def columns(self, datasets: Sequence[Name]) -> Mapping[Name, Sequence[str]]:
        """None."""
        return {}

    def crawled(self, kind: str, source: str, subjects: Sequence[Subject]) -> Mapping[Subject, Crawled]:
        """None."""
        return {}

    def facets(self, facets: Collection[str], datasets: Sequence[Name]) -> Mapping[Name, Mapping[str, Document]]:
        """None."""
        return {}

    def told(self, subjects: Sequence[Subject]) -> Mapping[Subject, Sequence[Told]]:
        """None."""
        return {}

    def landed(self, dataset: Name) -> Collection[Landed]:
        """None."""
        return ()

    def standing(self, kind: str, source: str) -> Iterator[Subject]:
        """None."""
        return iter(())
