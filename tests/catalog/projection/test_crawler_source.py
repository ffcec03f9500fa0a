"""What crawlers tell stands beside what producers say, and the state document is that of the reference model still."""

from __future__ import annotations

import random
from typing import Any

import oracle
import psycopg
import pytest
from derivedrows import derived_rows
from histories import crawled, histories
from projected import Catalog, plain
from telling import entry, run, schema, state, table, told

from headwater_catalog.facets.crawled import CRAWLERS, OF_CRAWLER, WORDS, placed, type_of
from headwater_catalog.facts import CRAWLED, NO_TYPE, READ
from headwater_catalog.projection.rebuild import rebuild
from headwater_ingestors.openlineage.translate import translate

POSTGRES = f"{CRAWLERS}postgres"
PLACES = "select place, facet, deleted from core.facet where owner_kind = 1 order by 1, 2"


def by(producer: str, at: str, name: str = "t", **facets: object) -> dict[str, object]:
    """A DatasetEvent of a producer."""
    return {**told(at, name, **facets), "producer": producer}


def document(text: str) -> dict[str, str]:
    return {"description": text}


@oracle.needs_oracle
@pytest.mark.parametrize("seed", range(12))
def test_with_crawlers_among_them_histories_give_the_state_of_the_reference(catalog: Catalog, seed: int) -> None:
    entries = crawled(histories([seed, seed + 500], 40), seed)
    rng = random.Random(seed)
    rng.shuffle(entries)
    catalog.clear()
    catalog.ingest(entries, rng.choice([1, 7, 30]))
    received = sorted(at for _, at in entries)
    as_of = rng.choice(received)
    wanted, then = (plain(oracle.model.document(oracle.model.build(entries, as_of=at))) for at in (None, as_of))
    assert catalog.document() == wanted
    assert catalog.document_at(as_of, None) == then
    live = derived_rows(catalog.connection)
    assert {place for place, *_ in catalog.connection.execute(PLACES).fetchall()} == {"", "crawler"}
    rebuild(catalog.connection, catalog.projector, translate, lambda done, total: None)
    catalog.connection.commit()
    assert catalog.document() == wanted
    assert derived_rows(catalog.connection) == live


@pytest.mark.parametrize(
    ("producer", "wanted"),
    [
        (POSTGRES, CRAWLED),
        (f"{CRAWLERS}files", CRAWLED),
        (f"{CRAWLERS}cobol", CRAWLED),
        (f"{CRAWLERS}dbt", READ),
        (f"{CRAWLERS}dvc", READ),
        ("https://github.com/OpenLineage/OpenLineage/tree/1.40.0/integration/dbt", NO_TYPE),
        ("", NO_TYPE),
        ("URN:headwater:crawler:postgres", NO_TYPE),
    ],
)
def test_a_crawler_is_known_by_the_producer_of_a_dataset_event(producer: str, wanted: int) -> None:
    assert type_of(producer) == wanted
    event = {"eventTime": "2024-05-01T10:00:00Z", "producer": producer, "dataset": {"namespace": "a", "name": "b"}}
    assert translate(event, 0).type == wanted
    other = {"eventTime": "2024-05-01T10:00:00Z", "producer": producer, "job": {"namespace": "a", "name": "b"}}
    assert translate(other, 0).type == NO_TYPE


def test_a_project_is_the_producer_of_its_words_only() -> None:
    facets = {"schema": b"1", "headwater_relation": b"2"}
    assert list(placed(NO_TYPE, facets)) == [("", facets)]
    assert list(placed(CRAWLED, facets)) == [("crawler", facets)]
    assert list(placed(READ, facets)) == [("", {"schema": b"1"}), ("crawler", {"headwater_relation": b"2"})]
    assert all(f"'{word}'" in OF_CRAWLER for word in WORDS)
    assert OF_CRAWLER.count("'") == 2 * len(WORDS)


def test_s14_each_source_has_a_register_and_the_document_shows_the_greatest_stamp(catalog: Catalog) -> None:
    said = by("urn:spark", "10:00", documentation=document("of spark"))
    seen = by(POSTGRES, "11:00", documentation=document("of the database"))
    gone = by(POSTGRES, "12:00", documentation={"_deleted": True})
    late = by("urn:spark", "13:00", documentation={"_deleted": True})
    shown = state(catalog, said).facets("t")
    assert state(catalog, said, seen).facets("t") == state(catalog, seen).facets("t") != shown
    assert catalog.connection.execute(PLACES).fetchall() == [("crawler", "documentation", False)]
    assert state(catalog, said, seen, gone).facets("t") == {}
    assert catalog.connection.execute(PLACES).fetchall() == [
        ("", "documentation", False),
        ("crawler", "documentation", True),
    ]
    assert state(catalog, said, seen, late).facets("t") == {}


def test_a_run_that_claims_to_be_a_crawler_is_a_producer(catalog: Catalog) -> None:
    event = run(1, "10:00", writes=[table("t", documentation=document("x"))]) | {"producer": POSTGRES}
    state(catalog, event)
    assert catalog.connection.execute(PLACES).fetchall() == [("", "documentation", False)]


def test_a_batch_of_a_crawler_takes_the_statements_that_one_of_a_producer_takes(
    catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[int] = []
    execute = psycopg.Cursor.execute

    def counting(cursor: Any, *args: Any, **more: Any) -> Any:
        sent[-1] += 1
        return execute(cursor, *args, **more)

    for producer in ("urn:spark", POSTGRES, f"{CRAWLERS}dbt"):
        catalog.clear()
        told_by = [
            entry(by(producer, f"{hour}:00", f"t{n}", documentation=document(f"{hour}"), **schema("a", f"c{hour}")))
            for hour in (10, 11)
            for n in range(30)
        ]
        catalog.ingest(told_by[:30], 30)
        sent.append(0)
        with monkeypatch.context() as patched:
            patched.setattr(psycopg.Cursor, "execute", counting)
            catalog.ingest(told_by[30:], 30)
    assert sent == [sent[0]] * 3
    assert sent[0] > 5
