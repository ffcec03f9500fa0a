"""The declared column lineage against what a SQL parser derives from the statements that really run."""

import pytest
import sqlglot
from sqlglot import exp
from sqlglot.lineage import lineage

from headwater_web.demo.columns import columns
from headwater_web.demo.datasets import DATASETS
from headwater_web.demo.jobs import clean, clicks, features, integrate, performance
from headwater_web.demo.jobs import format as formatting

pytestmark = pytest.mark.xdist_group("demo")

STATEMENTS = {
    **formatting.statements(14),
    **clean.statements(14),
    clicks.TABLE: clicks.SQL,
    performance.TABLE: performance.SQL,
    integrate.TABLE: integrate.SQL,
    features.TABLE: features.SQL,
}
FILES = {"formatted.users": "profiles", "formatted.posts": "posts", "formatted.ad_events": "ad_events"}


@pytest.fixture(scope="module")
def written(demo):
    """Facets of every dataset as it was last written."""
    return {o["name"]: o["facets"] for e in demo.events for o in e["outputs"] if o.get("facets")}


def schema_of(written, name):
    return {f["name"]: "VARCHAR" for f in written[name]["schema"]["fields"]}


def parsed(written, target):
    """{column: {(table, field)}} as the parser sees it; a landed file counts as a table."""
    query = sqlglot.parse_one(STATEMENTS[target], dialect="duckdb").expression
    tables: dict[str, dict[str, dict[str, str]]] = {}
    for found in list(query.find_all(exp.Table)):
        if target in FILES:
            source = DATASETS[f"persistent/{FILES[target]}"]
            tables.setdefault("landing", {})[FILES[target]] = schema_of(written, source.name)
            alias = found.alias or None
            found.replace(exp.table_(FILES[target], db="landing", alias=alias))
        else:
            name = f"{found.db}.{found.name}"
            tables.setdefault(found.db, {})[found.name] = schema_of(written, name)
    return {name: leaves(lineage(name, query, tables, dialect="duckdb")) for name in query.named_selects}


def leaves(node):
    ends = [n for n in node.walk() if not n.downstream and isinstance(n.source, exp.Table)]
    return {(f"{n.source.db}.{n.source.name}", n.name.rpartition(".")[2]) for n in ends if n.name != n.source.name}


@pytest.mark.parametrize("target", STATEMENTS)
def test_declared_is_derived(written, target):
    derived = parsed(written, target)
    declared = {
        name: {
            (i["name"].replace("lakehouse/landing/persistent/", "landing."), i["field"].partition(".")[0])
            for i in value["inputFields"]
        }
        for name, value in written[target]["columnLineage"]["fields"].items()
    }
    assert {name: sources for name, sources in derived.items() if sources} == declared


@pytest.mark.parametrize("target", [t for t in STATEMENTS if t not in FILES])
def test_declared_row_choices_are_derived(written, target):
    """What every column depends on is what stands outside the select list."""
    query = sqlglot.parse_one(STATEMENTS[target], dialect="duckdb").expression
    names = {t.alias_or_name: f"{t.db}.{t.name}" for t in query.find_all(exp.Table)}
    [only] = set(names.values()) if len(names) == 1 else [None]
    outside = [query.args.get("where"), query.args.get("group"), *(j.args["on"] for j in query.args.get("joins") or [])]
    derived = {
        (names[c.table] if c.table else only, c.name) for part in outside if part for c in part.find_all(exp.Column)
    }
    declared = {(i["name"], i["field"]) for i in written[target]["columnLineage"].get("dataset", [])}
    assert derived == declared


def test_the_notation():
    read = columns("""
        clicks + exploitation.clicks:click_id exploitation.clicks:price
        mail   ! formatted.users:email
        * JOIN   trusted.users:user_id
    """)
    assert [(s.dataset, s.field, s.subtype) for s in read.fields["clicks"]] == [
        ("exploitation.clicks", "click_id", "AGGREGATION"),
        ("exploitation.clicks", "price", "AGGREGATION"),
    ]
    assert read.fields["mail"][0].masking
    assert [(s.type, s.subtype, s.field) for s in read.every] == [("INDIRECT", "JOIN", "user_id")]
    with pytest.raises(KeyError):
        columns("a = formatted.nothing:b")
