"""headwater profile, template and connections, as a shell calls them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from commands import headwater, told
from rich.console import Console

from headwater_catalog.templates.opening import MOST_DEPTH, Field, Told, field_of, opening
from headwater_graphql.types.opening import as_json
from headwater_web.cli import openings
from headwater_web.cli.profile import _allowed, shown

pytest.importorskip("duckdb")
SCHEMA = {"fields": [{"name": "id", "type": "bigint"}, {"name": "email", "type": "text"}]}
TAGS = {"tags": [{"key": "pii", "value": "true", "field": "Email"}]}
CSV = {"name": "csv", "csv": {"delimiter": ",", "quote": '"', "header": True}}


@pytest.fixture
def catalog(fresh_database: str, tmp_path: Path) -> str:
    path = tmp_path / "people.csv"
    path.write_text("id,email\n1,ann@example.org\n2,bob@example.org\n3,\n")
    facets = {"schema": SCHEMA, "tags": TAGS, "headwater_format": CSV}
    event = {
        "eventTime": "2026-01-31T12:00:00Z", "producer": "urn:x", "schemaURL": "urn:x#/$defs/DatasetEvent",
        "dataset": {"namespace": "file", "name": str(path), "facets": facets},
    }  # fmt: skip
    gone = {"lifecycleStateChange": {"lifecycleStateChange": "DROP"}, "headwater_format": CSV}
    dropped = {**event, "dataset": {"namespace": "file", "name": str(tmp_path / "gone.csv"), "facets": gone}}
    (tmp_path / "told.jsonl").write_text(json.dumps(event) + "\n" + json.dumps(dropped))
    assert headwater(fresh_database, "ingest", str(tmp_path / "told.jsonl"))[0] == 0
    return fresh_database


def test_a_profile_is_told_shown_and_compared(catalog: str, tmp_path: Path) -> None:
    path = str(tmp_path / "people.csv")
    assert told(catalog, "profile", path)["profiled"] == 1
    first: Any = told(catalog, "profile", "--show", path)["datasets"][0]
    assert first["drift"] is None
    (tmp_path / "people.csv").write_text("id,email\n1,\n2,\n9,x@example.org\n9,\n")
    assert told(catalog, "profile", "--all", "--root", str(tmp_path))["profiled"] == 1
    last = told(catalog, "profile", "--show", path)["datasets"][0]
    profile, drift = last["profileHistory"]["nodes"][0]["profile"], last["drift"]
    assert (profile["rows"], drift["rowsBefore"], drift["rows"]) == (4, 3, 4)
    ids, email = drift["columns"]
    assert (ids["newTop"], ids["missingTop"]) == (["9"], ["3"])
    assert ids["meanShift"] == pytest.approx(3.25)
    assert (email["nullShareBefore"], email["nullShare"]) == (pytest.approx(1 / 3), 0.75)
    assert (profile["columns"][1]["withheld"], profile["columns"][1]["top"]) == (True, [])
    code, text = headwater(catalog, "profile", "--show", path)
    assert (code, b"withheld" in text, b"@example.org" in text) == (0, True, False)
    code, exported = headwater(catalog, "export")
    assert b"ann@example" not in exported


def test_of_a_sample_it_is_shown_what_is_of_all_rows() -> None:
    empty = {"mean": None, "top": [], "withheld": None, "approximate": None, "maximum": None, "minimum": "1"}
    columns = [
        {**empty, "name": name, "type": "BIGINT", "nulls": 2, "distinct": 3, "ofAll": told}
        for name, told in (("a", ["minimum", "nulls", "quantiles"]), ("b", []))
    ]
    found = {"rows": 900, "sampled": 100, "columns": columns, "keyCandidates": [], "inclusions": []}
    said = text_of({"ref": "t", "drift": None, "profileHistory": {"nodes": [{"at": "now", "profile": found}]}})
    assert "900 rows, 100 of them read" in said
    assert [said.count(one) for one in ("of all rows", "nulls, least", "none")] == [1, 1, 1]
    for column in columns:
        column["ofAll"] = []
    assert "of all rows" not in text_of(
        {"ref": "t", "drift": None, "profileHistory": {"nodes": [{"at": "now", "profile": found}]}}
    )


def text_of(one: dict[str, Any]) -> str:
    console = Console(width=200)
    with console.capture() as captured:
        console.print(shown(one))
    return captured.get()


def test_what_cannot_be_profiled_is_told(catalog: str, tmp_path: Path) -> None:
    (tmp_path / "people.csv").unlink()
    code, said = headwater(catalog, "profile", "--all", "--root", str(tmp_path), "--json")
    assert code == 1
    assert json.loads(said)["failed"][0]["code"] == "no_files"
    assert headwater(catalog, "profile")[0] == 2
    assert headwater(catalog, "profile", "x", "--all")[0] == 2


def test_of_many_only_files_below_a_root_are_read(catalog: str, tmp_path: Path) -> None:
    """Whoever sends events says where files lie; one that is named may lie anywhere."""
    (tmp_path / "elsewhere").mkdir()
    for wrong in ([], ["--root", str(tmp_path / "elsewhere")], ["--root", str(tmp_path / "people")]):
        code, said = headwater(catalog, "profile", "--all", *wrong, "--json")
        assert (code, json.loads(said)["profiled"]) == (1, 0)
        assert json.loads(said)["failed"][0]["code"] == "outside_roots"
    assert told(catalog, "profile", str(tmp_path / "people.csv"))["profiled"] == 1


PARTS = (Field("born", "date"), Field("tags", "array", True, (Field("_element", "text"),)))
NESTED = Told("file", "/x", fields=[Field("id", "bigint"), Field("who", "struct", True, PARTS), Field("odd")])


def asked(told: Told, **other: Any) -> dict[str, Any]:
    """What a catalog answers: as it writes JSON, tuples become texts."""
    document = {"namespace": told.namespace, "name": told.name, "personal": [], "told": {**as_json(told), **other}}
    answer: dict[str, Any] = orjson.loads(orjson.dumps(document, default=str))
    return answer


def test_columns_within_columns_are_told_as_they_are() -> None:
    assert openings.subject(asked(NESTED)).opening == opening(NESTED)
    deep: list[Any] = ["x", None, False, []]
    for _ in range(2 * MOST_DEPTH):
        deep = ["x", None, True, [deep]]
    found, depth = field_of(deep), 0
    while found.parts:
        found, depth = found.parts[0], depth + 1
    assert depth == MOST_DEPTH
    assert field_of(["a", None, True]) == Field("a", None, True)


def test_of_a_column_that_holds_a_personal_one_no_value_is_copied() -> None:
    key = Field("login", "struct", True, (Field("deep", "struct", True, (Field("password", "text"),)),))
    document = asked(replace(NESTED, fields=[*NESTED.fields, key]))
    columns = ("id", "who", "odd", "login")

    def withheld(*personal: str) -> list[str]:
        hidden = openings.subject({**document, "personal": personal}).personal
        return [name for name in columns if name in hidden]

    assert withheld() == ["login"]
    assert withheld("who.born") == ["who", "login"]
    assert withheld("odd.x") == ["odd", "login"], "nobody says that it has columns within, and it may"


@pytest.mark.parametrize("odd", ["abc", ["a"], ["a", "b", True, "Field()"], ["a", 1, True], [None, "b", True], 7, None])
def test_a_dataset_that_is_told_oddly_costs_that_one(odd: object) -> None:
    for fields in ([odd], [["s", "struct", True, [odd]]]):
        found, [failure] = _allowed(iter([asked(NESTED, fields=fields), asked(NESTED)]), None)
        assert (len(found), failure.name, failure.error.code) == (1, ("file", "/x"), "odd_field")


def test_a_name_that_is_not_known_is_told_as_typed(
    catalog: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the names that are nearly so; and names that commands print are those that they take."""
    for verb in ("profile", "template"):
        for typed in (str(tmp_path / "peple.csv"), "peple.csv", f"file/{tmp_path}/peple.csv"):
            assert headwater(catalog, verb, typed)[0] == 2
            said = capsys.readouterr().err
            assert f"Nothing in the catalog is called {typed}. Did you mean file/{tmp_path / 'people.csv'}?" in said
        assert headwater(catalog, verb, "else/where.else.again")[0] == 2
        assert "is called else/where.else.again.\n" in capsys.readouterr().err
    code, said = headwater(catalog, "profile", "--all", "--json")
    sentence = json.loads(said)["failed"][0]["sentence"]
    shown = sentence.partition(" lies below none")[0]
    assert (code, shown) == (1, f"file/{tmp_path / 'people.csv'}")
    for typed in (shown, f"file{tmp_path / 'people.csv'}"):
        code, text = headwater(catalog, "template", typed)
        assert (code, text.startswith(f"# {shown!r}"[:-1].encode())) == (0, True)


def test_a_template_is_a_program(catalog: str, tmp_path: Path) -> None:
    code, text = headwater(catalog, "template", str(tmp_path / "people.csv"), "--for", "duckdb")
    scope: dict[str, Any] = {}
    exec(text.decode(), scope)
    assert (code, len(scope["data"].fetchall())) == (0, 3)
    code, text = headwater(catalog, "template", str(tmp_path / "people.csv"), "--for", "sql", "--dialect", "mysql")
    assert (code, text.startswith(b"CREATE TABLE `people`")) == (0, True)


def test_connection_rules_from_a_file(catalog: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "connections.toml"
    file.write_text('[[connections]]\nnamespace = "postgres://*"\ndriver = "postgresql"\nsecret_reference = "env:PW"\n')
    assert told(catalog, "connections", "apply", str(file))["status"] == "APPLIED"
    assert told(catalog, "connections", "apply", str(file))["status"] == "UNCHANGED"
    assert b"1 rule holds." in headwater(catalog, "connections", "apply", str(file))[1]
    assert told(catalog, "connections", "list")["rules"][0]["connection"]["secretReference"] == "env:PW"
    file.write_text('[[connections]]\nnamespace = "*"\nsecret_reference = "hunter2hunter2"\n')
    code, said = headwater(catalog, "connections", "apply", str(file))
    assert (code, b"hunter2" in said) == (2, False)
    capsys.readouterr()
    for member in ("password", "api_key"):
        file.write_text(f'[[connections]]\nnamespace = "postgres://*"\n{member} = "hunter2hunter2"\n')
        assert headwater(catalog, "connections", "apply", str(file))[0] == 2
        told_so = capsys.readouterr().err
        assert f"Connection rule 1 has a member {member}: the catalog never keeps a secret" in told_so
        assert ('secret_reference = "env:SHOP_PASSWORD"' in told_so, "hunter2" in told_so) == (True, False)
    assert b"hunter2" not in headwater(catalog, "export")[1]
