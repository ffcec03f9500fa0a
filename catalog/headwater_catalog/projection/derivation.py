"""One pass of derivation: from the events of what a batch touched to rows. SEMANTICS §5 to §10.

The steps are read in `Derivation.run`. What was not touched is not looked at.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Any

import psycopg

from headwater_catalog.codes import DATASET, JOB, RUN
from headwater_catalog.database.arrays import send
from headwater_catalog.facts import DATASET_EVENT, INPUT, JOB_EVENT, RUN_EVENT, SchemaSeen
from headwater_catalog.naming.environments import settle
from headwater_catalog.projection import jobs, lifecycles, loading, registers, schemas, spent, structures
from headwater_catalog.projection.append import Appended
from headwater_catalog.projection.claims import Reading, derive
from headwater_catalog.projection.feed import tell
from headwater_catalog.projection.meanings import BoundDerivation, BoundEntries
from headwater_catalog.projection.runs import RunPicture, picture
from headwater_catalog.projection.tellers import Retold, Tale
from headwater_catalog.projection.told import COLUMNS, Stamp, Told, decode
from headwater_catalog.projection.workshop import Outcome, Touched, Workshop
from headwater_catalog.search import forget, refresh
from headwater_catalog.zones import rezone

Connection = psycopg.Connection[Any]
_REMEMBERED = 50_000

# Stored events, those taken back left out: by number, of runs, of jobs.
_EVENTS = f"select {COLUMNS} from core.event where not retracted and "  # noqa: S608 - a constant
BY_NUMBER = _EVENTS + "seq = any(%s::bigint[])"
OF_RUNS = _EVENTS + "run = any(%s::int[])"
OF_JOBS = _EVENTS + "job = any(%s::int[])"
# Events that list some names, and those of tellers that name them.
_LISTED = _EVENTS + "seq in (select event from core.mention where name = any(%s::int[])"  # noqa: S608
LISTING = _LISTED + ")"
SUBJECTS = _LISTED + " and side = 2)"
NAMING = "select teller from core.reference where name = any(%s::int[])"
# Runs of which every event was taken back are known by name only, as if they had been taken back before they came.
SILENT_RUNS = """
update process.run set (job, jobs, state, started, ended, at_s, at_h, confirmed, last_s, last_h, first_s, parent, root,
  parent_key, parent_job, parent_s, parent_h, nominal_start, nominal_end, reads, dangling, writes, explicit, events,
  needed) = (null, null, null, null, null, null, null, null, null, null, null, null, null,
  null, null, null, null, null, null, null, null, null, null, null, null)
where id = any(%s::int[])
"""
# Pairs of kin among linked names.
KIN = "select name, other from core.kin where name = any(%s::int[])"


class Derivation:
    """One pass over what a batch appended and what else was touched."""

    def __init__(self, workshop: Workshop, connection: Connection, appended: Appended, touched: Touched) -> None:
        self.shop, self.connection = workshop, connection
        self.new, self.flipped, self.touched = appended.new, appended.flipped, touched
        self.runs: dict[int, list[Told]] = defaultdict(list)
        self.spent: dict[int, int] = {}
        self.pictures: dict[int, RunPicture] = {}
        self.singles: dict[int, Told] = {}
        self.subjects: dict[int, Told] = {}
        self.before: dict[int, tuple[Told, ...]] = {}
        self.known: set[int] = set()
        self.known_runs = appended.known_runs | touched.runs
        self.new_runs = appended.new_runs
        self.remade: set[int] = set()
        self.moved: set[int] = set()
        self.renamed: set[int] = set()
        self.dropped: set[int] = set()
        self.asked: set[int] = set()
        self.kin = workshop.kinship.load(connection, set())

    def run(self) -> Outcome:
        """The steps, in order."""
        self._gather()
        self._changes(self.runs, self.singles)
        self.moved = self._meet_kin()
        self._registers()  # most of the server's work: it goes on meanwhile
        tales = self._tales()
        retold = self._tell(tales)
        outcome = Outcome(runs=self.pictures)
        outcome.new_names = self._exist(retold)
        outcome.schemas = self._schemas(self.moved)
        outcome.lanes = self.shop.lanes.follow(self.connection, retold, self.dropped)
        outcome.jobs = {e.job for e in self._said() if e.job is not None}
        named = jobs.named_jobs(self.shop.lexicon, self.pictures, tales)
        outcome.new_jobs = jobs.keep_jobs(self.connection, outcome.jobs, named, self.shop.jobs)
        jobs.recount_jobs(self.connection, self.touched.jobs, self.shop.jobs)
        jobs.keep_parents(self.connection, self.pictures, self.known, self.touched.jobs, self.shop.parents)
        self.touched.referred |= jobs.forsaken_jobs(self.runs, self.known_runs, named, self.shop.meanings)
        jobs.forget_jobs(self.connection, self.touched.referred | self.touched.jobs)
        self._publish(outcome)
        return outcome

    def _wording(self) -> set[int]:
        """Names whose facets are not those that they came with the last time: their words may have changed."""
        seen, changed = self.shop.worded, set()
        for e in self._said():
            spoken = [(listing.name, listing.facets) for listing in e.listings]
            spoken += [(e.job, e.job_facets)] if e.job is not None else []
            for name, facets in spoken:
                if facets and seen.get(name) != facets:
                    seen[name] = facets
                    changed.add(name)
        if len(seen) > _REMEMBERED:
            seen.clear()
        return changed

    def _publish(self, outcome: Outcome) -> None:
        """What follows for zones, search and the feed."""
        connection = self.connection
        if outcome.new_names:
            rezone(connection, outcome.new_names)
        settle(connection, *self.shop.lexicon.take_placed(connection, outcome.new_names))
        again = self.touched.names | self.touched.jobs | self.touched.referred | self.remade | self.moved
        refresh(connection, self._wording() | again | outcome.schemas | outcome.new_names | outcome.new_jobs)
        forget(connection, again)
        changed = {
            "created": outcome.new_names | outcome.new_jobs,
            "schema": outcome.schemas,
            "lineage": {target for _, target in outcome.lanes},
        }
        received = max((e.received for e in self._said()), default=self.touched.received)
        tell(connection, list(self._said()), received, changed)

    def _said(self) -> Iterator[Told]:
        yield from self.new
        yield from self.flipped

    # Events of what is touched

    def _gather(self) -> None:
        flipped = {e.seq for e in self.flipped}
        for e in self._said():
            if e.kind == RUN_EVENT and e.run is not None:
                if e.run not in self.known_runs and e.seq not in flipped:
                    self.runs[e.run].append(e)
                else:
                    self.known_runs.add(e.run)
            else:
                self.singles[e.seq] = e
        for e in self.flipped:
            self.known.add(-e.seq)
            self.touched.names |= {listing.name for listing in e.listings}
            self.touched.jobs |= {e.job} if e.job is not None else set()
            self.touched.runs |= {e.run} if e.run is not None else set()
        self._load_runs(self.known_runs)
        if self.touched.singles:
            self.known |= {-seq for seq in self.touched.singles}
            self._add_singles(self._stored(BY_NUMBER, self.touched.singles))
        self._picture()

    def _stored(self, statement: str, ids: Collection[int]) -> list[Told]:
        rows = send(self.connection, statement, sorted(ids)).fetchall() if ids else []
        told = [decode(row) for row in rows]
        self.shop.appender.recall(self.connection, told)
        return told

    def _load_runs(self, runs: Collection[int]) -> None:
        """The events of runs that count; all of them where some were taken back, or changed their stamp."""
        self.known |= set(runs)
        again = self.touched.runs & set(runs)
        told, others = spent.counting(self.connection, set(runs) - again)
        self.shop.appender.recall(self.connection, told)
        told += self._stored(OF_RUNS, again)
        told += [e for e in self.new if e.run in runs]  # a run with a list has not got them on it yet
        self.spent |= others
        for run in runs:
            self.runs[run] = []
        for e in {e.seq: e for e in told}.values():
            self.runs[e.run or 0].append(e)

    def _add_singles(self, events: Iterable[Told]) -> None:
        for e in events:
            self.singles[e.seq] = e
        names = {listing.name for e in self.singles.values() for listing in e.listings}
        self.shop.lexicon.load(self.connection, names)

    def _picture(self) -> None:
        for run, events in self.runs.items():
            if run not in self.pictures and events:
                events.sort(key=lambda e: e.stamp)
                if len(events) > spent.ENOUGH:
                    self.runs[run] = spent.needed(events)
                    self.spent[run] = self.spent.get(run, 0) + len(events) - len(self.runs[run])
                self.pictures[run] = picture(self.runs[run], self.shop.meanings)

    def _changes(self, runs: Iterable[int], singles: Iterable[int]) -> None:
        """Store the lifecycle changes of tellers; notes what was renamed and dropped, now or before."""
        rows: list[lifecycles.Row] = []
        meanings = self.shop.meanings
        for run in runs:
            seen = self.pictures.get(run)
            if seen and seen.confirmed:
                rows += lifecycles.rows_of(self.runs[run], seen.at, run, meanings)
        for seq in singles:
            e = self.singles[seq]
            if e.kind == DATASET_EVENT and not e.future:
                rows += lifecycles.rows_of([e], e.stamp, -seq, meanings)
        changed = lifecycles.replace(self.connection, rows, self.known)
        self.renamed |= {name for row in changed if row.renames for name in (row.name, row.previous or 0)}
        self.dropped |= {row.node for row in changed if row.change == "DROP"}
        self.shop.appender.relate(self.connection, [(row.name, row.previous or 0) for row in changed if row.renames])

    # Identity

    def _meet_kin(self) -> set[int]:
        """Load the identity of what is linked; where it changed, take in everybody who speaks of it.

        Gives the nodes whose names changed.
        """
        connection, kinship = self.connection, self.shop.kinship
        names = {listing.name for e in self._said() for listing in e.listings} | self.touched.names | self.renamed
        self.asked = names
        self.kin = kinship.load(connection, kinship.closure(connection, names))
        moved = self.kin.moved
        affected = self._component(moved | self.renamed) if moved or self.renamed else set()
        if affected:
            self._take_in(affected)
        self.remade = affected if self.renamed else set()
        self._load_subjects()
        self._widen()
        self._settle_changes()
        stored = {self.kin.stored[name][0] for name in affected if name in self.kin.stored}
        return stored | {self.kin.identity.representative(name) for name in affected}

    def _component(self, names: set[int]) -> set[int]:
        """Everything that is kin of some names, directly or not."""
        found, frontier = set(names), set(names)
        if not names:
            return found
        near: dict[int, set[int]] = defaultdict(set)
        for name, other in send(self.connection, KIN, sorted(self.kin.names)).fetchall():
            near[name].add(other)
        while frontier:
            frontier = {other for name in frontier for other in near[name]} - found
            found |= frontier
        return found & self.kin.names

    def _take_in(self, affected: set[int]) -> None:
        """Everybody who lists or names an affected name speaks anew."""
        connection = self.connection
        listing = self._stored(LISTING, affected)
        naming = [row[0] for row in send(connection, NAMING, sorted(affected)).fetchall()]
        runs = {e.run for e in listing if e.run is not None} | {teller for teller in naming if teller > 0}
        singles = [e for e in listing if e.run is None]
        singles += self._stored(BY_NUMBER, {-teller for teller in naming if teller < 0})
        fresh = {e.seq for e in self.new}
        self.known |= {-e.seq for e in singles if e.seq not in fresh}
        self._load_runs(runs - self.runs.keys())
        self._add_singles(e for e in singles if e.seq not in self.singles)
        self._picture()

    def _load_subjects(self) -> None:
        """Where an event speaks of the structure of a dataset, all that did so of it and still counts."""
        spoken: dict[int, list[Told]] = defaultdict(list)
        for e in self.singles.values():
            if e.kind == DATASET_EVENT and e.listings and structures.structural(e):
                spoken[e.listings[0].name].append(e)
        names = spoken.keys() | self.touched.names
        kin = self.shop.kinship.closure(self.connection, names)
        plain = {name: events for name, events in spoken.items() if name not in kin | self.touched.names}
        self.before = structures.bases(self.connection, plain, self.shop.appender)
        events = [e for name in self.before for e in spoken[name]]
        if whole := (names | kin) - self.before.keys():
            events += [e for e in self._stored(SUBJECTS, whole) if structures.structural(e)]
        self.subjects = {e.seq: e for e in events if not e.future}

    def _widen(self) -> None:
        """Load the identity of every linked name that the tellers speak of."""
        names = {name for e in self._speaking() for name in self._names(e)}
        closure = self.shop.kinship.closure(self.connection, names - self.kin.names - self.asked)
        if closure - self.kin.names:
            self.kin = self.shop.kinship.load(self.connection, self.kin.names | closure)

    def _speaking(self) -> Iterator[Told]:
        """Every event that what is told depends on."""
        yield from self._all_events()
        yield from self.subjects.values()
        for last in self.before.values():
            yield from last

    def _all_events(self) -> Iterator[Told]:
        for events in self.runs.values():
            yield from events
        yield from self.singles.values()

    def _names(self, e: Told) -> Iterator[int]:
        """The datasets and jobs that an event lists or names."""
        meanings = self.shop.meanings
        explicit = meanings.get("job/", e.job_facets, "lineage")
        if isinstance(explicit, BoundEntries):
            for target, derivation in explicit.entries:
                yield target
                yield from derivation.sources
        for listing in e.listings:
            yield listing.name
            for facet in structures.STRUCTURAL:
                said = meanings.get("dataset/", listing.facets, facet)
                if isinstance(said, BoundDerivation):
                    yield from said.sources

    def _settle_changes(self) -> None:
        """Lifecycle changes of linked names belong to the nodes that the names meant."""
        if self.kin.names:
            moved = lifecycles.settle(self.connection, self.kin.names, self.kin.identity.node)
            self.dropped |= moved

    # Tellers

    def _reading(self) -> Reading:
        lexicon, identity, kin = self.shop.lexicon, self.kin.identity, self.kin.names
        plain: Callable[[int, Stamp], int] = lambda name, _: name  # noqa: E731 - the common case, at its cheapest
        return Reading(identity.node if kin else plain, lexicon.is_job, lexicon.spell)

    def _tales(self) -> list[Tale]:
        lexicon, reading, meanings = self.shop.lexicon, self._reading(), self.shop.meanings
        lexicon.load(self.connection, {n for e in self._speaking() for n in self._names(e) if n} | self.kin.names)
        tales: list[Tale] = []
        for run, seen in self.pictures.items():
            said = derive(self.runs[run], seen.at, seen.job, reading, meanings)
            tales.append(Tale(run, self.runs[run], seen.at, said, seen, seen.job, spent=self.spent.get(run, 0)))
        for seq, e in self.singles.items():
            if e.kind == JOB_EVENT:
                tales.append(structures.declaration(-seq, e, reading, meanings))
        return [*tales, *self._structures(reading)]

    def _structures(self, reading: Reading) -> list[Tale]:
        """DatasetEvents; the stored ones that are told along with them had spoken before."""
        told = structures.tales(
            self.singles, self.subjects, self.touched.names, reading, self.shop.meanings, before=self.before
        )
        fresh = {e.seq for e in self.new}
        self.known |= {t.teller for t in told if -t.teller in self.subjects and -t.teller not in fresh}
        return told

    def _tell(self, tales: list[Tale]) -> Retold:
        retold = self.shop.tellers.store(self.connection, tales, self.known, self.new_runs)
        silent = self.known - {t.teller for t in tales}
        if silent:
            gone = self.shop.tellers.silence(self.connection, silent)
            retold.lanes |= gone.lanes
            retold.declaring |= gone.declaring
            retold.unnamed |= gone.unnamed
            send(self.connection, SILENT_RUNS, sorted(t for t in silent if t > 0))
        self._load(tales)
        return retold

    def _load(self, tales: list[Tale]) -> None:
        """Watermarks and landing files. Only what is taken back leaves a teller without a facet that it had."""
        speaking = [tale for tale in tales if loading.speaks(tale)]
        taken = self.touched.runs or self.touched.singles
        known = self.known if taken else self.known & {tale.teller for tale in speaking}
        loading.store(self.connection, speaking, known, self.shop.meanings, self.shop.lexicon.spell)

    # Names, registers, schemas

    def _exist(self, retold: Retold) -> set[int]:
        kinship, kin = self.shop.kinship, self.kin.names
        new = kinship.keep(self.connection, self.kin)
        listed = {listing.name for e in self._said() for listing in e.listings} - kin
        new |= kinship.meet(self.connection, listed, retold.named - kin)
        kinship.recheck(self.connection, (retold.unnamed | self.touched.names) - kin)
        return new

    def _registers(self) -> None:
        resolve = self.kin.identity.resolve
        registers.put(self.connection, registers.fold(self.new, resolve), self.shop.appender.deleted)
        names = self.remade | self.touched.names
        names |= self._component(names & self.kin.names) if names & self.kin.names else set()
        owners = {(DATASET, n) for n in names} | {(JOB, j) for j in self.touched.jobs}
        owners |= {(RUN, r) for r in self.touched.runs}
        if owners:
            events = self._stored(LISTING, names) + self._stored(OF_JOBS, self.touched.jobs)
            events += [e for run in self.touched.runs for e in self.runs[run]]
            registers.clear(self.connection, owners)
            made = registers.fold({e.seq: e for e in events}.values(), resolve, owners)
            registers.put(self.connection, made, registers.deleted_among(self.connection, made))

    def _schemas(self, moved: set[int]) -> set[int]:
        node = self._reading().node
        seen: dict[int, list[schemas.Seen]] = defaultdict(list)
        for e in self._said():
            for idx, listing in enumerate(e.listings):
                schema = self.shop.meanings.get("dataset/", listing.facets, "schema")
                if isinstance(schema, SchemaSeen):
                    one = schemas.Seen((*e.stamp, idx), listing.side != INPUT, schema.key)
                    seen[node(listing.name, e.stamp)].append(one)
        # What was said of a name may be of what it meant before it was renamed.
        names = self.touched.names | self._component(self.touched.names & self.kin.names)
        remake = moved | {self.kin.identity.representative(n) for n in names}
        return schemas.follow(self.connection, seen, remake, schemas.Raw(self.kin.names, node), self.shop.schemas)
