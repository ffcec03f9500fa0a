"""The command line: the same answers in process and over HTTP, exit codes, and a server found by its data directory."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import oracle
import pytest
from running import running
from samples import event, raw

from headwater_catalog.access import create_key
from headwater_catalog.database.engine import Database
from headwater_web.composition import translators
from headwater_web.settings import Settings

Run = Callable[..., tuple[int, str, str]]
PROGRAM = [sys.executable, "-c", "from headwater_web.cli import main; main()"]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A directory with every kind of file: nine entries, three of them no good."""
    folder = tmp_path / "events"
    (folder / "below").mkdir(parents=True)
    (folder / "one.json").write_text(json.dumps(event(1), indent=2))
    (folder / "array.json").write_text(json.dumps([event(2), event(3), {}]))
    (folder / "below" / "lines.jsonl").write_bytes(b"\xef\xbb\xbf" + raw(4) + b"\r\n\n" + raw(1) + b"\nnonsense\n")
    wrapped = {"receivedAt": "2024-05-02T00:00:00Z", "event": event(5)}
    (folder / "wrapped.ndjson").write_text(json.dumps(wrapped) + "\n")
    (folder / "broken.json").write_text("{")
    (folder / "COUNTS.json").write_text("{}")
    (folder / "readme.txt").write_text("no event")
    return folder


def test_ingest_counts_what_it_received_and_says_why_some_was_rejected(
    run: Run, catalog: Database, files: Path
) -> None:
    code, out, _ = run("ingest", str(files), "--json")
    said = json.loads(out)
    assert code == 1
    counts = [said[name] for name in ("received", "accepted", "duplicate", "rejected", "parked")]
    assert counts == [9, 5, 1, 3, 0]
    assert {one["code"]: one["count"] for one in said["rejections"]} == {"not-json": 2, "no-shape": 1}
    assert all(one["remedy"] for one in said["rejections"])
    with catalog.connect() as connection:
        ((received,),) = connection.execute("select min(received) from core.entry").fetchall()
    assert received == 1714608000000000, "a wrapped event keeps its time"


def test_ingest_shows_a_table_and_ends_well_when_all_is_well(run: Run, catalog: Database, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(raw(1) + b"\n" + raw(2))
    code, out, _ = run("ingest", "a.jsonl")
    assert code == 0
    assert out.split() == ["received", "accepted", "duplicate", "rejected", "parked", "2", "=", "2", "0", "0", "0"]


def test_an_export_taken_in_again_changes_nothing(run: Run, catalog: Database, files: Path, tmp_path: Path) -> None:
    run("ingest", str(files))
    code, out, _ = run("export", "--openlineage")
    assert code == 0
    (tmp_path / "export.ndjson").write_text(out)
    before = run("digest", "--json")
    code, out, _ = run("ingest", "export.ndjson", "--json")
    assert json.loads(out)["duplicate"] == 6
    assert run("digest", "--json") == before
    code, out, _ = run("rebuild", "--json")
    assert (code, json.loads(out)["catalog"]) == (0, json.loads(before[1])["catalog"])


def test_state_and_digest_are_those_of_the_reference(run: Run, catalog: Database, files: Path) -> None:
    if not oracle.oracle_dir().exists():
        pytest.skip("the reference model is not here")
    run("ingest", str(files))
    digest = json.loads(run("digest", "--json")[1])
    model = subprocess.run(
        [sys.executable, "model.py", str(files), "--format", "digest"],
        cwd=oracle.oracle_dir(), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert digest["openlineage"] == model.stdout.strip()
    code, out, _ = run("export", "--state", "--as-of", "2024-05-01T10:00:02Z")
    assert (code, json.loads(out)["events"][0]) == (0, 2)


def test_keys_are_made_shown_and_revoked(run: Run, catalog: Database) -> None:
    code, out, _ = run("keys", "create", "loader", "--scope", "ingest", "-s", "read", "--json")
    made = json.loads(out)
    assert (code, made["scopes"]) == (0, ["ingest", "read"])


def test_revoking(run: Run, fresh_database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEADWATER_DATABASE_URL", fresh_database)
    made = json.loads(run("keys", "create", "x", "-s", "admin", "--json")[1])
    assert "x" in run("keys", "list")[1]
    assert run("keys", "revoke", made["id"])[0] == 0
    assert json.loads(run("keys", "list", "--json")[1])["keys"][0]["revoked"]
    code, _, err = run("keys", "revoke", "none")
    assert code == 2
    assert "headwater keys list" in err
    assert run("keys", "create", "x", "-s", "all")[0] == 2


def test_doctor_says_what_is_wrong_and_where(run: Run, catalog: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("doctor")[0] == 0
    monkeypatch.setenv("HEADWATER_URL", "http://127.0.0.1:1")
    code, out, _ = run("doctor")
    assert code == 1
    assert "server_unreachable" in out


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["--version"], 0),
        (["ingest"], 2),
        (["ingest", "nowhere.json"], 2),
        (["export"], 2),
        (["digest", "--url", "http://127.0.0.1:1"], 3),
        (["digest", "--database-url", "postgresql://nobody@127.0.0.1:1/x"], 3),
        (["digest", "--database-url", "mysql://x"], 2),
    ],
)
def test_exit_codes(run: Run, arguments: list[str], code: int) -> None:
    ended, out, err = run(*arguments)
    assert ended == code
    assert "Traceback" not in out + err


def test_a_refusal_of_the_server_is_passed_on(run: Run, fresh_database: str) -> None:
    database = Database.from_url(fresh_database)
    with database.connect() as connection:
        key = create_key(connection, "reader", ["read"])[1]
    with running(database, translators().here) as address:
        assert run("digest", "--url", address)[0] == 2
        assert run("digest", "--url", address, "--api-key", key)[0] == 0
        code, _, err = run("export", "--openlineage", "--url", address, "--api-key", key)
        assert code == 2
        assert "scope admin" in err


def test_glossary_files_are_taken_in_once(run: Run, catalog: Database, tmp_path: Path) -> None:
    (tmp_path / "terms.ttl").write_text(
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        '<https://example.org/customer> a skos:Concept ; skos:prefLabel "Customer"@en .\n'
    )
    assert json.loads(run("glossary", "import", "terms.ttl", "--dry-run", "--json")[1])["applied"] == 1
    code, out, _ = run("glossary", "import", "terms.ttl", "--json")
    assert (code, json.loads(out)["applied"]) == (0, 1)
    assert json.loads(run("glossary", "import", "terms.ttl", "--json")[1])["unchanged"] == 1
    digest = json.loads(run("digest", "--json")[1])["edits"]
    run("rebuild")
    assert json.loads(run("digest", "--json")[1])["edits"] == digest


def test_a_server_is_found_by_its_data_directory_and_stops_when_told(tmp_path: Path) -> None:
    place = ["--data-dir", str(tmp_path / "data")]
    server = subprocess.Popen(
        [*PROGRAM, "serve", "--port", "0", "--json", *place], stdout=subprocess.PIPE, cwd=tmp_path
    )
    try:
        assert server.stdout is not None
        address = json.loads(server.stdout.readline())["url"]
        assert httpx.post(address + "/api/v1/lineage", content=raw()).status_code == 201
        found = subprocess.run([*PROGRAM, "doctor", "--json", *place], capture_output=True, cwd=tmp_path, check=True)
        assert json.loads(found.stdout)["catalog"] == address
        made = subprocess.run(
            [*PROGRAM, "keys", "create", "x", "-s", "read", *place], capture_output=True, cwd=tmp_path, check=True
        )
        assert made.stdout.startswith(b"hw_")
        # With a key there, only those who have one come in; the owner of the directory still does.
        assert httpx.get(address + "/api/v1/keys").status_code == 401
        subprocess.run([*PROGRAM, "keys", "list", *place], capture_output=True, cwd=tmp_path, check=True)
    finally:
        server.send_signal(signal.SIGTERM)
        assert server.wait(30) == 0
    assert not (tmp_path / "data" / "local.key").exists()


def test_a_server_for_others_does_not_start_without_a_key(run: Run, fresh_database: str) -> None:
    code, _, err = run("serve", "--host", "0.0.0.0", "--port", "0", "--database-url", fresh_database)
    assert code == 2
    assert "headwater keys create" in err


def test_a_taken_port_is_told(run: Run, fresh_database: str, tmp_path: Path) -> None:
    database = Database.from_url(fresh_database)
    with running(database, translators().here, Settings()) as address:
        code, _, err = run("serve", "--port", address.rsplit(":", 1)[1], "--database-url", fresh_database)
    assert code == 3
    assert "--port" in err


def test_the_demo_never_begins_in_a_directory_of_something_else(run: Run, tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "file").write_text("mine")
    code, _, err = run("demo", "--exit", "--data-dir", "precious")
    assert code == 2
    assert "--data-dir" in err
    assert (tmp_path / "precious" / "file").read_text() == "mine"


@pytest.mark.slow
def test_the_demo_runs_ends_and_can_be_run_again(tmp_path: Path) -> None:
    command = [*PROGRAM, "demo", "--exit", "--json", "--days", "2", "--port", "0", "--data-dir", str(tmp_path / "demo")]
    said = [json.loads(subprocess.run(command, capture_output=True, check=True).stdout) for _ in range(2)]
    assert said[0]["runs"] == said[1]["runs"] > 20
    assert said[0]["events"] == said[1]["events"]
    assert said[0]["failedRuns"] == 0


def test_an_empty_path_is_not_the_working_directory(run: Run, catalog: Database, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(raw(1))
    (tmp_path / "nothing").mkdir()
    for arguments, said in (([""], "A path is empty"), (["nothing"], "no .json")):
        code, _, err = run("ingest", *arguments)
        assert (code, said in err) == (2, True), err
    assert json.loads(run("rebuild", "--json")[1])["events"] == 0


def test_every_rejected_entry_is_told_with_its_place(run: Run, catalog: Database, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(raw(1) + b"\n\nnonsense\n" * 25)
    (tmp_path / "b.json").write_text("[{}]")
    (tmp_path / "c.json").write_text("{")
    code, out, _ = run("ingest", ".", "--json")
    told = json.loads(out)["rejectedEntries"]
    assert (code, len(told)) == (1, 27)
    places = [(Path(one["file"]).name, one["line"], one["code"]) for one in told]
    assert places[:2] == [("a.jsonl", 3, "not-json"), ("a.jsonl", 6, "not-json")]
    assert places[-2:] == [("b.json", 1, "no-shape"), ("c.json", None, "not-json")]
    _, out, _ = run("ingest", "a.jsonl")
    assert "a.jsonl:3" in out
    assert "and 5 more" in out


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (["serve", "--port", "99999"], 2, "65535"),
        (["serve", "--log-level", "nope"], 2, "warning"),
        (["lineage", "x", "--as-of", "yesterday"], 2, "2024-05-01"),
        (["lineage", "a,", "--data-dir", "d"], 2, "comma"),
        (["search", "x", "--kind", "nope"], 2, "dataset"),
        (["search", "x", "--data-dir", "typo"], 3, "typo"),
        (["lineage", "x", "--data-dir", "typo"], 3, "--data-dir"),
        (["export", "--openlineage", "--state"], 2, "Say one of them."),
        (["export", "--openlineage", "--as-of", "2024-05-01"], 2, "--state"),
        (["glossary", "import", "."], 2, "is a directory"),
    ],
)
def test_wrong_use_is_told_in_a_sentence_and_makes_nothing(
    run: Run, tmp_path: Path, arguments: list[str], code: int, word: str
) -> None:
    ended, out, err = run(*arguments)
    assert (ended, word in err) == (code, True), err
    assert "Traceback" not in out + err
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_told(run: Run, catalog: Database) -> None:
    code, _, err = run("export", "--openlineage", "-o", "/nosuch/x")
    assert (code, "/nosuch/x cannot be written" in err) == (2, True)


def test_a_key_is_alone_on_standard_output_and_the_first_one_warns(run: Run, fresh_database: str) -> None:
    place = ["--database-url", fresh_database]
    code, out, err = run("keys", "create", "x", "-s", "admin", *place)
    assert (code, out.startswith("hw_"), len(out.split())) == (0, True, 1)
    assert "explorer" in err
    assert "explorer" not in run("keys", "create", "y", "-s", "read", *place)[2]


def test_lineage_takes_what_it_prints(run: Run, catalog: Database, tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(raw(1))
    run("ingest", "a.jsonl")
    found = json.loads(run("lineage", "orders", "--json", "--history", "all", "--as-of", "2030-01-01")[1])
    assert found["edges"][0]["closedAt"] is None
    jobs = {via["ref"] for edge in found["edges"] for via in edge["via"]}
    for ref in [*jobs, *(one["node"]["ref"] for one in found["nodes"])]:
        code, out, _ = run("lineage", ref, "--json")
        assert (code, len(json.loads(out)["nodes"])) == (0, 2 if ref not in jobs else 3), ref
    assert "closed" in run("lineage", "orders", "--history", "all")[1]
    code, out, err = run("lineage", "orders,raw")
    assert (code, out.strip(), "names nothing" in err) == (0, "", True)
    assert "do not count" in run("lineage", "+orders", "--depth", "2")[2]


def test_a_glossary_with_findings_is_taken_in_well(run: Run, catalog: Database, tmp_path: Path) -> None:
    (tmp_path / "terms.ttl").write_text(
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n"
        '<https://example.org/a> a skos:Concept ; skos:prefLabel "A"@en ; skos:broader <https://example.org/a> .\n'
    )
    code, out, _ = run("glossary", "import", "terms.ttl", "--json")
    assert (code, bool(json.loads(out)["findings"])) == (0, True)
    (tmp_path / "bad.ttl").write_text("foo bar\n")
    for arguments, word in ((["bad.ttl"], "line 1: expected"), (["terms.ttl", "--format", "html"], "turtle")):
        code, _, err = run("glossary", "import", *arguments)
        assert (code in {1, 2}, word in err, "b'" in err) == (True, True, False), err


def test_a_demo_that_somebody_added_to_is_kept(run: Run, tmp_path: Path, fresh_database: str) -> None:
    left = tmp_path / "demo"
    (tmp_path / "a.jsonl").write_bytes(raw(1))
    assert run("ingest", "a.jsonl", "--data-dir", "demo")[0] == 0
    (left / "headwater-demo").write_text("another digest")
    code, _, err = run("demo", "--exit", "--data-dir", "demo")
    assert (code, "--again" in err) == (4, True), err
    assert (left / "postgres").exists()
