"""Who looks at the lakehouse besides its jobs: a crawl of what a job has written, and a profile of what is in it."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.engine import make_url

from headwater_catalog.facets.profile import Profile
from headwater_catalog.facets.relation import Size
from headwater_catalog.hidden import WHOLE, Hidden
from headwater_catalog.templates.opening import Field, Opening, opening
from headwater_catalog.templates.opening import Told as Openable
from headwater_ingestors.crawlers.crawler import Document
from headwater_ingestors.crawlers.databases.duck import open_tables
from headwater_ingestors.crawlers.databases.filters import Filter
from headwater_ingestors.crawlers.databases.found import Table
from headwater_ingestors.crawlers.databases.target import Target
from headwater_ingestors.crawlers.datasets import Told, dataset_event
from headwater_ingestors.profiling.bounds import Bounds
from headwater_ingestors.profiling.loading import sampled
from headwater_ingestors.profiling.subject import Subject
from headwater_ingestors.profiling.telling import Failure, event, measured, profile_of, profiles
from headwater_web.demo.datasets import DATASETS, TABLES, Dataset
from headwater_web.demo.files import format_of, location_of
from headwater_web.demo.glossary import personal_columns
from headwater_web.demo.lakehouse import Lakehouse
from headwater_web.demo.story import DAYS, DemoError, iso
from headwater_web.demo.task import Outcome

BOUNDS = Bounds()
TARGET = Target(make_url("duckdb://"), "duckdb", TABLES, "lakehouse")
ZONES = Filter(include=("formatted", "trusted", "exploitation"))


class Look(NamedTuple):
    """What a job has left on a night, and when somebody looks."""

    lakehouse: Lakehouse
    outcome: Outcome
    day: int
    at: datetime

    def events(self, unmeasured: Collection[str]) -> Iterator[Document]:
        """An event of each dataset that stands, then one of each that is profiled."""
        yield from self._crawled()
        keys = [key for key in self.outcome.writes if key not in unmeasured]
        micros = round(self.at.timestamp() * 1_000_000)
        for key, profile in [*self._files(keys), *self._tables(keys)]:
            yield event((DATASETS[key].namespace, DATASETS[key].name), profile, micros)

    def _crawled(self) -> Iterator[Document]:
        tables = {".".join(one.place.parts[1:]): one for one in self._declared()}
        for key in self.outcome.writes:
            dataset = DATASETS[key]
            name, feed = (dataset.namespace, dataset.name), dataset.feed
            if feed:
                told, kind = (
                    Told(name, shapes=(format_of(feed), location_of(dataset, feed), self._size(dataset))),
                    "files",
                )
            else:
                rows = self.lakehouse.number(f"SELECT count(*) FROM {key}")  # noqa: S608 - a name of ours
                told, kind = Told(name, shapes=(tables[key].relation, Size(rows=rows))), "database"
            yield {**dataset_event(kind, told), "eventTime": iso(self.at)}

    def _declared(self) -> Iterator[Table]:
        return (one for one in open_tables(self.lakehouse.database, TARGET, ZONES) if isinstance(one, Table))

    def _size(self, dataset: Dataset) -> Size:
        files = self._paths(dataset)
        return Size(bytes=sum((self.lakehouse.root / path).stat().st_size for path in files), files=len(files))

    def _paths(self, dataset: Dataset) -> list[str]:
        location = location_of(dataset, dataset.feed or "")
        if not location.pattern:
            return [location.uri or ""]
        folder = self.lakehouse.root / dataset.name
        return [str(path.relative_to(self.lakehouse.root)) for path in sorted(folder.glob(location.pattern))]

    def _files(self, keys: Sequence[str]) -> list[tuple[str, Profile]]:
        """As `headwater profile` reads them: by what the crawl has told of them."""
        asked = {key: self._opening(DATASETS[key]) for key in keys if DATASETS[key].feed}
        subjects = [Subject(one, hidden(DATASETS[key])) for key, one in asked.items()]
        return list(zip(asked, _told(subjects), strict=True))

    def _opening(self, dataset: Dataset) -> Opening:
        feed = dataset.feed or ""
        location = location_of(dataset, feed)
        fields = dict.fromkeys(name.partition(".")[0] for name, _ in self.outcome.writes[dataset.key].fields)
        kinds = dict(self.outcome.writes[dataset.key].fields)
        return opening(
            Openable(
                dataset.namespace,
                dataset.name,
                dataset.kind,
                [Field(name, kinds.get(name), name not in kinds) for name in fields],
                format=format_of(feed),
                location=replace(location, uri=str(self.lakehouse.root.absolute() / (location.uri or ""))),
            )
        )

    def _tables(self, keys: Sequence[str]) -> list[tuple[str, Profile]]:
        """Through the connection that is open: nobody may open a DuckDB file twice."""
        connection, made = self.lakehouse.database, []
        for number, key in enumerate(key for key in keys if not DATASETS[key].feed):
            loaded = sampled(connection, f"SELECT * FROM {key}", {}, f"looked_{number}", BOUNDS)  # noqa: S608
            name = (DATASETS[key].namespace, DATASETS[key].name)
            made.append(measured(connection, name, loaded, hidden(DATASETS[key]), BOUNDS))
        # To look for columns in all other tables costs as much as all the rest: in that of the users, and once.
        others = made[:1] if self.day == DAYS else ()
        found = [(one.name[1], profile_of(connection, one, others, BOUNDS)) for one in made]
        for one in made:
            connection.execute(f"DROP TABLE {one.loaded.table}")
        return found


def _told(subjects: Sequence[Subject]) -> Iterator[Profile]:
    for one in profiles(subjects, BOUNDS, compared=False) if subjects else ():
        if isinstance(one, Failure):
            raise DemoError(f"{'/'.join(one.name)} could not be profiled: {one.error}")
        yield one[1]


def hidden(dataset: Dataset) -> Hidden:
    """Columns of which no value may be told: those that are tagged, and those that a term says are personal."""
    by_term = personal_columns().get(dataset.name, set())
    return Hidden([*dataset.personal, *(name or WHOLE for name in by_term)])
