"""What is taken back leaves the state as if it had never come; restored, all is as before. SEMANTICS §14."""

from __future__ import annotations

import random

import oracle
import pytest
from projected import Catalog, Raw, plain
from takenback import assert_rebuilt, take_back

from headwater_catalog.canonical import canonical
from headwater_catalog.names import key_of
from headwater_catalog.times import DAY, parse_time

pytestmark = oracle.needs_oracle


@pytest.mark.parametrize("seed", range(12))
def test_retracted_entries_and_runs_leave_no_trace_and_come_back_whole(catalog: Catalog, seed: int) -> None:
    entries: list[Raw] = oracle.generate.history(seed, 40)
    events, _ = oracle.model.select(entries)
    rng = random.Random(seed)
    chosen = rng.sample(events, 4)
    runs = {e.run for e in rng.sample([e for e in events if e.run], 2)}
    targets = [("entry", e.id) for e in chosen] + [("run", key_of("run", *run).hex) for run in runs]
    early = rng.randrange(len(entries))  # some retractions come before what they take back
    catalog.ingest(entries[:early])
    take_back(catalog, targets, on=True)
    catalog.ingest(entries[early:])
    left = [e for e in events if e.run not in runs and e.id not in {c.id for c in chosen}]
    assert catalog.document() == plain(oracle.model.document(oracle.model.State(left)))
    assert_rebuilt(catalog)
    take_back(catalog, targets, on=False)
    assert catalog.document() == plain(oracle.model.document(oracle.model.build(entries)))
    assert_rebuilt(catalog)


def test_what_was_taken_back_stays_so_when_it_turns_out_to_have_come_earlier(catalog: Catalog) -> None:
    time = parse_time("2024-05-03T00:00:00Z")
    assert time
    nothing = catalog.document()
    raw = canonical(
        {
            "eventTime": "2024-05-03T00:00:00Z",
            "dataset": {
                "namespace": "pg",
                "name": "s.t",
                "facets": {
                    "schema": {"fields": [{"name": "id"}]},
                    "symlinks": {"identifiers": [{"namespace": "pg", "name": "s.link", "type": "TABLE"}]},
                },
            },
        }
    )
    early = time - 2 * DAY  # then it was of the far future: another stamp
    catalog.ingest([(raw, time)])
    found = catalog.connection.execute("select replace(h::text || h2::text, '-', '') from core.event").fetchall()
    targets = [("entry", row[0]) for row in found]
    take_back(catalog, targets, on=True)
    catalog.ingest([(raw, early)])
    assert catalog.document() == nothing
    take_back(catalog, targets, on=False)
    assert catalog.document() == plain(oracle.model.document(oracle.model.build([(raw, early)])))
