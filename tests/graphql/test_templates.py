"""Templates and connection rules over GraphQL: what is told is opened, rules decide by namespace, nothing is a secret."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import shop
from catalogs import Asking
from openers import run

from headwater_catalog.facets.opening import Csv, Format
from headwater_catalog.facets.shape import Sign, write
from headwater_catalog.templates.render import TARGETS
from headwater_graphql.types.opening import TemplateTarget

EDIT = "mutation($changes: [Edit!]!) { edit(changes: $changes) { outcomes { status code message remedy } } }"
TEMPLATE = """
query($d: String!, $t: TemplateTarget!, $j: String) { template(dataset: $d, for: $t, newFor: $j) {
  dataset language code connectionRule missing { code sentence remedy fatal } } }
"""


def dataset(namespace: str, name: str, **facets: Any) -> dict[str, Any]:
    """A dataset's own event."""
    return {
        "eventTime": "2026-01-31T12:00:00Z", "producer": "urn:x", "schemaURL": "urn:x#/$defs/DatasetEvent",
        "dataset": {"namespace": namespace, "name": name, "facets": facets},
    }  # fmt: skip


def schema(*fields: tuple[str, str]) -> dict[str, Any]:
    return {"fields": [{"name": name, "type": kind} for name, kind in fields]}


def test_every_target_can_be_asked_for() -> None:
    assert tuple(one.value for one in TemplateTarget) == TARGETS


async def rule(asked: Asking, *rules: dict[str, Any]) -> Any:
    return (await asked.ask(EDIT, changes=[{"connectionRules": {"rules": list(rules)}}]))["edit"]["outcomes"][0]


async def test_what_was_told_is_opened(edited: Asking, tmp_path: Path) -> None:
    pytest.importorskip("pandas")
    path = tmp_path / "orders.csv"
    path.write_text("id;price\n1;1,50\n")
    form = write(Format(name="csv", csv=Csv(delimiter=Sign(";"), quote=Sign('"'), header=True, decimal=",")))
    told = dataset("file", str(path), schema=schema(("id", "bigint"), ("price", "decimal(9,2)")), headwater_format=form)
    assert edited.tell(told) == ["accepted"]
    made = (await edited.ask(TEMPLATE, d=f"file/{path}", t="PANDAS"))["template"]
    assert (made["missing"], made["language"]) == ([], "python")
    assert run(made["code"])["data"].to_dict("list")["id"] == [1]
    vague = (await edited.ask(TEMPLATE, d=f"{shop.PG}/shop.trusted.orders", t="SQL"))["template"]
    assert vague["code"].startswith("CREATE TABLE")


async def test_rules_say_how_a_namespace_is_reached(edited: Asking) -> None:
    said = {"driver": "postgresql", "host": "db.internal", "database": "shop", "secretReference": "env:SHOP_PASSWORD"}
    done = await rule(edited, {"namespace": "mysql://*"}, {"namespace": "postgres://*", **said}, {"namespace": "*"})
    assert done["status"] == "APPLIED"
    made = (await edited.ask(TEMPLATE, d=f"{shop.PG}/shop.trusted.orders", t="PANDAS"))["template"]
    assert made["connectionRule"] == "postgres://*"
    assert "os.environ['SHOP_PASSWORD']" in made["code"]
    assert "'db.internal'" in made["code"]
    held = (await edited.ask("{ connections { by rules { namespace connection { host } } } }"))["connections"]
    assert [one["namespace"] for one in held["rules"]] == ["mysql://*", "postgres://*", "*"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"secretReference": "hunter2hunter2"}, {"options": {"password": "hunter2"}}, {"host": "u:hunter2@h"},
        {"database": "x?password=hunter2"}, {"options": {"extra": "token=hunter2hunter2hunter2"}},
        {"user": "AKIAABCDEFGHIJKLMNOP"}, {"secretReference": "env:NOT A NAME hunter2"},
    ],
)  # fmt: skip
async def test_what_looks_like_a_secret_is_refused_and_not_shown(edited: Asking, wrong: dict[str, Any]) -> None:
    done = await rule(edited, {"namespace": "*", "driver": "postgresql", **wrong})
    assert done["status"] == "INVALID"
    assert done["code"] in ("secret_in_connection", "no_secret_reference")
    assert done["remedy"]
    assert "hunter2" not in str(done)
    assert "AKIA" not in str(done)
    assert (await edited.ask("{ connections { edit } }"))["connections"]["edit"] is None


@pytest.mark.parametrize(
    "wrong", [{"driver": 1}, {"port": 99999}, {"colour": "red"}, {"options": [1]}, {"namespace": ""}]
)
async def test_what_is_no_rule_is_refused(edited: Asking, wrong: dict[str, Any]) -> None:
    from headwater_catalog.connections import BadConnections, read_rules

    with pytest.raises(BadConnections) as raised:
        read_rules([{"namespace": "*", **wrong}])
    assert raised.value.remedy


async def test_what_a_job_has_not_loaded(edited: Asking, tmp_path: Path) -> None:
    pytest.importorskip("duckdb")
    for number in (1, 2):
        (tmp_path / f"{number}.csv").write_text(f"id\n{number}\n")
    files = {"files": [{"path": "1.csv"}, {"path": "2.csv"}]}
    form = write(Format(name="csv", csv=Csv(delimiter=Sign(","), quote=Sign('"'), header=True)))
    told = dataset(
        "file", str(tmp_path), schema=schema(("id", "int")), headwater_format=form, headwater_landing_files=files
    )
    loaded = shop.run(50, "load", [{"namespace": "file", "name": str(tmp_path),
                                    "inputFacets": {"headwater_landing_files": {"files": [{"path": "1.csv"}]}}}], [])  # fmt: skip
    assert edited.tell(told, loaded) == ["accepted", "accepted"]
    job = f"{loaded['job']['namespace']}/{loaded['job']['name']}"
    made = (await edited.ask(TEMPLATE, d=f"file/{tmp_path}", t="DUCKDB", j=job))["template"]
    assert run(made["code"])["data"].fetchall() == [(2,)]
    other = (await edited.ask(TEMPLATE, d=f"file/{tmp_path}", t="DUCKDB", j="etl/other"))["template"]
    assert run(other["code"])["data"].fetchall() == [(1,), (2,)]


async def test_columns_that_are_personal(edited: Asking) -> None:
    """By a producer's tag, a person's tag or its value, as contracts tell it, and a term narrower than one called so."""
    table = ("s3://lake", "people")
    tags = {
        "tags": [{"key": "pii", "value": "true", "field": "email"}, {"key": "pii", "value": "false", "field": "id"}]
    }
    fields = schema(
        ("id", "int"),
        ("email", "text"),
        ("phone", "text"),
        ("born", "date"),
        ("town", "text"),
        ("name", "text"),
        ("wage", "int"),
    )
    edited.tell(dataset(*table, schema=fields, tags=tags))
    ref = "/".join(table)
    terms = [
        {"putTerm": {"iri": "urn:t:pii", "prefLabel": {"en": "Personal data"}}},
        {"putTerm": {"iri": "urn:t:phone", "broader": ["urn:t:pii"]}},
        {"assign": {"node": f"{ref}#phone", "term": "urn:t:phone"}},
        {"tag": {"node": f"{ref}#born", "tag": "Personal"}},
        {"tag": {"node": f"{ref}#name", "tag": "classification", "value": "PII"}},
        {"tag": {"node": f"{ref}#wage", "tag": "classification", "value": "confidential"}},
        {"tag": {"node": f"{ref}#town", "tag": "classification", "value": "public"}},
    ]
    done = (await edited.ask(EDIT, changes=terms))["edit"]["outcomes"]
    assert {one["status"] for one in done} == {"APPLIED"}, done
    found = (await edited.ask("query($d: [String!]!) { openings(datasets: $d) { personal } }", d=[ref]))["openings"]
    assert found[0]["personal"] == ["born", "email", "name", "phone", "wage"]
