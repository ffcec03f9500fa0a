"""The feed misses nothing and repeats nothing: many writers, a subscriber that dies, a reader that does not read."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import listener
import psycopg
import pytest
import shop
from deadline import until
from edits import pair
from listener import FEED, Listener
from processes import PYTHONPATH
from running import running
from writing import read

from headwater_catalog.canonical import canonical
from headwater_catalog.database.engine import Database
from headwater_catalog.edits.document import compose
from headwater_catalog.reading.changes import position_at
from headwater_graphql import subscriptions
from headwater_ingestors.openlineage.translator import OpenLineageTranslator
from headwater_web import composition
from headwater_web.cli.client import connect
from headwater_web.settings import Settings

WRITERS, EVENTS = 4, 150
WRITING = Path(listener.__file__).with_name("writing.py")
ENVIRON = {**os.environ, "PYTHONPATH": PYTHONPATH}


def share(folder: Path, writer: int) -> Path:
    """Runs of a writer's own jobs, on datasets that writers share."""
    lines = []
    for number in range(EVENTS):
        tables = [(shop.PG, f"shop.t{(number * 7 + turn) % 60}") for turn in (0, writer + 1)]
        said = shop.run(writer * EVENTS + number, f"job{writer}.{number % 9}", *([shop.table(one)] for one in tables))
        lines.append(json.dumps({"receivedAt": "2024-06-01T00:00:00Z", "event": said}))
    file = folder / f"share{writer}.ndjson"
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return file


def positions(url: str) -> list[str]:
    """All there is, in the order of the feed."""
    with psycopg.connect(url) as connection:
        return [position_at(row[0]) for row in connection.execute("select seq from core.change order by seq")]


def taken(file: Path) -> tuple[list[str], str | None]:
    """What a subscriber has written: positions in order, and the cursor of its last whole line."""
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    whole = text[: text.rfind("\n") + 1]
    if whole != text:  # it died while it wrote: that page will come again
        file.write_text(whole, encoding="utf-8")
    pages = [json.loads(line) for line in whole.splitlines()]
    return [one for page, _ in pages for one in page], pages[-1][1] if pages else None


def subscriber(address: str, file: Path) -> subprocess.Popen[str]:
    command = [sys.executable, listener.__file__, address, str(file), taken(file)[1] or "-", "-"]
    started = subprocess.Popen(command, env=ENVIRON, stdout=subprocess.PIPE, text=True)
    assert started.stdout is not None
    assert started.stdout.readline() == "ready\n"
    return started


@pytest.mark.slow
def test_who_dies_and_resumes_beside_four_writers_gets_each_change_once(fresh_database: str, tmp_path: Path) -> None:
    """Writers in processes of their own, one batch size each; naming rules and a rebuild in between."""
    rng = random.Random(5)
    told = tmp_path / "told.ndjson"
    commands = [[sys.executable, str(WRITING), fresh_database, str(share(tmp_path, n)), str(size)]
                for n, size in enumerate((1, 2, 5, 23))]  # fmt: skip
    with running(Database.from_url(fresh_database), None) as address:
        writers = [
            subprocess.Popen(one, env=ENVIRON, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for one in commands
        ]
        following = subscriber(address, told)
        for writer in writers:
            assert writer.stdin is not None
            assert writer.stdout is not None
            assert writer.stdout.readline()
            writer.stdin.write("go\n")
            writer.stdin.flush()
        kills = 0
        while kills < 6 or any(writer.poll() is None for writer in writers):
            before = len(taken(told)[0])
            at_least = rng.randint(1, 60)
            until(lambda n=before + at_least: len(taken_lines(told)) >= n or stopped(writers), 60, "pages")  # type: ignore[misc]
            following.kill()
            following.wait()
            kills += 1
            following = subscriber(address, told)
            if kills == 3:
                rules = [{"namingRules": {"rules": [{"name": "shop.t1*", "environment": "dev"}]}}]
                with connect(Settings(url=address)) as client:
                    assert client.edit(rules, source="PERSON", dry_run=False)["outcomes"][0]["status"] == "APPLIED"
        assert [writer.wait(60) for writer in writers] == [0] * WRITERS
        with psycopg.connect(fresh_database) as connection:
            composition.rebuild(connection, lambda *_: None)
        everything = positions(fresh_database)
        assert len(everything) > WRITERS * EVENTS
        until(lambda: len(taken_lines(told)) >= len(everything), 60, "the end of the feed")
        following.kill()
        following.wait()
    assert taken(told)[0] == everything


def taken_lines(file: Path) -> list[str]:
    """Positions of whole lines, the file left as it is."""
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    return [one for line in text[: text.rfind("\n") + 1].splitlines() for one in json.loads(line)[0]]


def stopped(writers: list[subprocess.Popen[str]]) -> bool:
    return all(writer.poll() is not None for writer in writers)


def test_who_writes_later_has_later_places(fresh_database: str) -> None:
    """Two open transactions: the second waits for its places until the first has committed."""
    events = [json.dumps({"receivedAt": "2024-06-01T00:00:00Z", "event": one}).encode() for one in shop.events()[:2]]
    one, other = OpenLineageTranslator(), OpenLineageTranslator()
    with psycopg.connect(fresh_database) as first, psycopg.connect(fresh_database) as second:
        one.apply(first, read(one, events[0]))
        second.execute("set lock_timeout = 100")
        second.commit()
        with pytest.raises(psycopg.errors.LockNotAvailable):
            other.apply(second, read(other, events[1]))
        second.rollback()
        edit = canonical(compose("ada", [{"tag": {"node": ["job", "shop", "x"], "tag": "a"}}], 1, nonce="1"))
        known = composition.translators().here
        [editor] = [translator for translator in known if translator.kind == "edit"]
        with pytest.raises(psycopg.errors.LockNotAvailable):
            editor.apply(second, [pair(json.loads(edit))])
        second.rollback()
        with pytest.raises(psycopg.errors.LockNotAvailable):
            composition.rebuild(second, lambda *_: None)


MANY = """insert into core.change (kind, node_kind, node, received, at, detail)
select 'created', 1, gen_random_uuid(), n, n, jsonb_build_object('words', repeat(md5(n::text), 200))
from generate_series(1, %s) n
"""
HOLDING = """select count(*) from pg_stat_activity
where datname = current_database() and application_name = 'headwater read' and state <> 'idle'"""


@pytest.mark.slow
def test_who_does_not_read_holds_nothing_up(fresh_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages are made as they are taken: what waits is what the network holds; no snapshot, no writer waits."""
    with psycopg.connect(fresh_database) as connection:
        connection.execute(MANY, [12_000])
    made: list[int] = []
    plain = subscriptions.fed

    def counted(*given: object, **more: object) -> object:
        made.append(1)
        return plain(*given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(subscriptions, "fed", counted)
    with (
        running(Database.from_url(fresh_database), None) as address,
        Listener(address, max_queue=1, compression=None) as slow,
    ):
        pages = slow.pages(query=FEED.replace("node { __typename ref }", ""), first=50)
        found = [one["position"] for one in next(pages)["nodes"]]
        held = -1

        def stands_still() -> bool:
            nonlocal held
            before, held = held, len(made)
            with psycopg.connect(fresh_database, autocommit=True) as looking:
                counted = looking.execute(HOLDING).fetchone()
            return before == held and counted == (0,)

        until(lambda: all(stands_still() for _ in range(20)), 30, "a server that waits for its reader")
        assert len(made) < 120, "half of the feed would be in memory"
        with connect(Settings(url=address)) as client:
            states = [ack["state"] for ack in client.ingest(json.dumps(one).encode() for one in shop.events())]
        assert set(states) == {"accepted"}
        everything = positions(fresh_database)
        while len(found) < len(everything):
            found += [one["position"] for one in next(pages)["nodes"]]
    assert found == everything
