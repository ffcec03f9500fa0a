"""Whose word counts of a connection: a rule's secret goes where the rule says, a facet's is looked up by nobody."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.facets.opening import Connection, Location
from headwater_catalog.templates.opening import Field, Told, opening
from headwater_catalog.templates.render import Template, Wanted, template
from headwater_catalog.templates.roots import below, refuse_outside

PROGRAMS = ("pandas", "polars", "duckdb", "spark", "r")
SECRET = "env:SHOP_PASSWORD"
RULE = Connection(driver="postgresql", host="shop.internal", database="shop", user="reader", secret_reference=SECRET)
EVIL = Connection(
    driver="mysql", host="evil.example", port=666, database="evil.example", user="evil", secret_reference="file:/etc/x",
    options={
        "host": "evil.example", "hostaddr": "evil.example", "url": "jdbc:postgresql://evil.example/x",
        "service": "evil", "passfile": "/evil", "dbtable": "evil", "sslmode": "disable", "SessionInitStatement": "evil",
    },
)  # fmt: skip


def said(target: str, facet: Connection | None, ruled: Connection | None = None, **others: Any) -> Template:
    asked = {"namespace": "postgres://shop:5432", "rule": "postgres://shop*" if ruled else None, **others}
    fields = [Field("id", "integer")]
    told = Told(asked["namespace"], "shop.public.orders", None, fields, connection=facet, ruled=ruled,
                rule=asked["rule"])  # fmt: skip
    return template(opening(told), Wanted(target))


@pytest.mark.parametrize("target", PROGRAMS)
def test_a_rule_with_a_secret_stands_alone(target: str) -> None:
    """An event changes nothing of where its secret goes."""
    made = said(target, EVIL, RULE)
    assert made == said(target, None, RULE)
    assert made.code is not None
    assert "shop.internal" in made.code
    assert "SHOP_PASSWORD" in made.code


@pytest.mark.parametrize("target", PROGRAMS)
@pytest.mark.parametrize("absent", ["driver", "host", "database"])
def test_a_secret_goes_nowhere_that_its_rule_does_not_name(target: str, absent: str) -> None:
    members = {name: getattr(RULE, name) for name in ("driver", "host", "database") if name != absent}
    made = said(target, EVIL, Connection(user="reader", secret_reference=SECRET, **members))
    assert (made.code, made.missing[0].code) == (None, "incomplete_rule")
    assert absent in made.missing[0].sentence


def test_a_rule_for_one_namespace_says_what_that_says() -> None:
    ruled = Connection(database="shop", secret_reference=SECRET)
    made = said("pandas", EVIL, ruled, namespace="postgres://db:6543", rule="postgres://db:6543")
    assert "'db'" in (made.code or "")
    assert "6543" in (made.code or "")
    assert "evil" not in (made.code or "")
    other = said("pandas", EVIL, ruled, namespace="postgres://db*", rule="postgres://db*")
    assert other.missing[0].code == "incomplete_rule"


@pytest.mark.parametrize("target", PROGRAMS)
def test_what_a_facet_names_as_a_secret_is_only_told(target: str) -> None:
    facet = Connection(driver="postgresql", host="h", database="shop", secret_reference="file:/etc/hostname")
    made = said(target, facet)
    assert made.code is not None
    assert "/etc/hostname" not in made.code
    assert "password" not in made.code.lower()
    assert [(one.code, "/etc/hostname" in one.sentence) for one in made.missing] == [("secret_of_facet", True)]


@pytest.mark.parametrize("target", PROGRAMS)
@pytest.mark.parametrize("by_rule", [True, False])
def test_options_that_move_a_connection_are_left_out(target: str, by_rule: bool) -> None:
    one = Connection(driver="postgresql", host="h", database="shop", options=EVIL.options)
    made = said(target, None, one) if by_rule else said(target, one)
    assert made.code is not None
    assert "evil" not in made.code
    assert "sslmode" in made.code
    assert [one.code for one in made.missing] == ["refused_options"]


def test_below_a_root(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "link").symlink_to("/etc")
    root = str(tmp_path / "in")
    assert below(f"{root}/x.csv", root)
    assert below(f"file://{root}/x.csv", f"{root}/")
    assert below("s3://lake/in/x", "s3://lake/in/")
    for wrong in (f"{root}/../x", f"{root}x", f"{root}/link/passwd", "file:///etc/passwd", "s3://lake/in/x", "/"):
        assert not below(wrong, root), wrong
    for wrong in ("s3://lake/in/../x", "s3://lake/in/%2e%2e/x", "s3://lake/inside", "s3://other/in/x", "/in"):
        assert not below(wrong, "s3://lake/in"), wrong


def test_of_many_datasets_only_what_the_operator_names_is_opened() -> None:
    def refused(told: Told) -> bool:
        try:
            refuse_outside(opening(told), ["/data"])
        except InvalidRequest as error:
            assert error.code == "outside_roots"
            return True
        return False

    assert refused(Told("file", "/data/x.csv", location=Location(uri="file:///etc/passwd")))
    assert not refused(Told("file", "/data/x.csv"))
    assert refused(Told("sqlite://x", "t", connection=Connection(driver="sqlite", database="/home/x.db")))
    assert not refused(Told("sqlite://x", "t", connection=Connection(driver="sqlite", database="/data/x.db")))
    assert refused(Told("postgres://h", "d.s.t", connection=Connection(driver="postgresql", host="evil")))
    assert not refused(Told("postgres://h", "d.s.t", ruled=RULE, rule="postgres://*"))
