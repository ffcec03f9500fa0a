"""A directory of real events goes in; what comes out gives anybody who follows the rules the same state."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from pathlib import Path

import oracle
import psycopg
import pytest
from commands import headwater, told

pytestmark = [oracle.needs_oracle, oracle.needs_corpus, pytest.mark.xdist_group("faults")]


def of_reference(path: Path) -> str:
    """The digest of the reference, run as a program of its own on a file."""
    command = [sys.executable, "model.py", str(path), "--format", "digest"]
    done = subprocess.run(command, cwd=oracle.oracle_dir(), capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_the_corpus_comes_out_as_the_reference_reads_it(fresh_database: str, tmp_path: Path) -> None:
    corpus = oracle.corpus_dir() / "openlineage"
    said = told(fresh_database, "ingest", str(corpus))
    entries = oracle.model.load([corpus])
    accepted, refused = oracle.model.select(entries)
    assert said["received"] == len(entries)
    assert said["received"] == said["accepted"] + said["duplicate"] + said["rejected"]
    assert (said["accepted"], said["rejected"], said["parked"]) == (len(accepted), len(refused), 0)
    reasons = Counter(reason for _, reason in refused)
    assert {one["code"]: one["count"] for one in said["rejections"]} == reasons
    assert all(one["sentence"] and one["remedy"] for one in said["rejections"])
    with psycopg.connect(fresh_database) as connection:
        ids = connection.execute("select encode(uuid_send(h) || uuid_send(h2), 'hex') from core.event").fetchall()
        kept = connection.execute("select sum(times) from core.rejected").fetchall()
    assert {row[0] for row in ids} == {event.id for event in accepted}
    assert kept == [(len(refused),)], "each that was refused can be looked at"

    digest = told(fresh_database, "digest")["openlineage"]
    exported = tmp_path / "export.ndjson"
    assert headwater(fresh_database, "export", "--openlineage", "-o", str(exported))[0] == 0
    assert of_reference(exported) == digest
    assert told(fresh_database, "rebuild")["openlineage"] == digest
    again = tmp_path / "again.ndjson"
    headwater(fresh_database, "export", "--openlineage", "-o", str(again))
    assert again.read_bytes() == exported.read_bytes()
