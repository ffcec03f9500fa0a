"""Naming rules over GraphQL: the rules, what others would change, names as entries spell them, environments."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
import shop
from catalogs import Asking, asking

from headwater_catalog.names import public_id

LAKE = "s3://lake"
RULES = [
    {
        **{"namespace": "s3://.*", "name": r"(?P<t>\w+)/dt=(?P<d>[^/]+)(/v(?P<v>\d+))?", "toNamespace": shop.PG},
        **{"toName": "shop.trusted.{t}", "partition": "{d}", "version": "{v}"},
    },
    {"namespace": r"postgres://(?P<env>\w+)-db:5432", "environment": "{env}"},
]
EDIT = "mutation($changes: [Edit!]!) { edit(changes: $changes) { changeSet outcomes { status code message } } }"
PLAN = """
query($rules: [NamingRuleInput!]!, $first: Int) { namingPlan(rules: $rules, first: $first) {
  names changed entries unused mergedCount merged { dataset count examples } splitCount renamedCount
  partitions { dataset count examples } environments { environment names } again { before after } } }
"""
DEV, PROD = ("postgres://dev-db:5432", "shop.sales"), ("postgres://prod-db:5432", "shop.sales")
OLD = public_id("dataset", LAKE, "orders/dt=2024-05-01")


def events() -> list[dict[str, Any]]:
    """The shop, and what Spark did before it and developers beside it."""
    dated = [(LAKE, f"orders/dt=2024-05-0{day}") for day in (1, 2)]
    return [
        *shop.events(),
        shop.run(10, "spark", [], [shop.table(dated[0], "id")]),
        shop.run(11, "spark", [shop.table(dated[0])], [shop.table((dated[1][0], dated[1][1] + "/v7"), "id")]),
        shop.run(12, "try", [], [shop.table(DEV)]),
        shop.run(13, "ship", [], [shop.table(PROD)]),
    ]


@pytest.fixture
async def asked(fresh_database: str) -> AsyncIterator[Asking]:
    async with asking(fresh_database) as found:
        assert set(found.tell(*events())) == {"accepted"}
        yield found


async def rule(asked: Asking, rules: list[dict[str, str]] = RULES) -> str:
    [outcome], edit = (await change(asked, {"namingRules": {"rules": rules}})).values()
    assert outcome["status"] == "APPLIED"
    return str(edit)


async def change(asked: Asking, *changes: dict[str, Any]) -> dict[str, Any]:
    done = (await asked.ask(EDIT, changes=list(changes)))["edit"]
    return {"outcomes": done["outcomes"], "edit": done["changeSet"]}


async def test_a_plan_says_what_would_be_one_and_changes_nothing(asked: Asking) -> None:
    plan = (await asked.ask(PLAN, rules=[*RULES, {"name": "none", "version": "1"}]))["namingPlan"]
    assert (plan["names"], plan["changed"], plan["entries"]) == (8, 4, len(events()))
    assert plan["merged"] == [
        {
            "dataset": f"{shop.PG}/shop.trusted.orders",
            "count": 3,
            "examples": [
                f"{shop.PG}/shop.trusted.orders",
                f"{LAKE}/orders/dt=2024-05-01",
                f"{LAKE}/orders/dt=2024-05-02/v7",
            ],
        }
    ]
    assert plan["partitions"][0]["examples"] == ["2024-05-01", "2024-05-02"]
    assert plan["environments"] == [{"environment": "dev", "names": 1}, {"environment": "prod", "names": 1}]
    assert (plan["unused"], plan["splitCount"], plan["again"]) == ([3], 0, [])
    assert (await asked.ask("{ naming { edit rules { name } } }"))["naming"] == {"edit": None, "rules": []}
    await rule(asked)
    assert (await asked.ask(PLAN, rules=RULES))["namingPlan"]["changed"] == 0
    assert (await asked.ask(PLAN, rules=[]))["namingPlan"]["splitCount"] == 1


async def test_bad_rules_are_refused_with_what_to_do(asked: Asking) -> None:
    refused = await asked.fails(PLAN, rules=[{"name": "(", "toName": "x"}])
    assert refused["code"] == "invalid_naming_rules"
    assert "lookaround" in refused["remedy"]
    done = await change(asked, {"namingRules": {"rules": [{"name": "(", "toName": "x"}]}})
    assert (done["outcomes"][0]["status"], done["outcomes"][0]["code"]) == ("INVALID", "invalid-rules")


async def test_rules_tell_who_made_them_and_are_taken_back_by_their_edit(asked: Asking) -> None:
    edit = await rule(asked)
    held = (await asked.ask("{ naming { edit by rules { namespace toName environment } } }"))["naming"]
    assert (held["edit"], held["by"]) == (edit, "local")
    assert [one["environment"] for one in held["rules"]] == [None, "{env}"]
    await change(asked, {"retract": {"entry": edit}})
    assert (await asked.ask("{ naming { edit rules { name } } }"))["naming"] == {"edit": None, "rules": []}


async def test_old_ids_and_names_lead_to_the_dataset_that_they_mean(asked: Asking) -> None:
    question = (
        "query($ids: [ID!]!, $refs: [String!]!) { nodes(ids: $ids) { ref } resolve(refs: $refs) { node { ref } } }"
    )
    refs = [f"{LAKE}/orders/dt=2024-05-01", "orders/dt=2024-05-01", "dt=2024-05-01", "trusted.orders", OLD]
    before = await asked.ask(question, ids=[OLD], refs=refs)
    assert before["nodes"] == [{"ref": refs[0]}]
    await rule(asked)
    # A path that came only after the rules has never been a node of its own.
    assert asked.tell(shop.run(20, "spark", [], [shop.table((LAKE, "orders/dt=2024-05-03"))])) == ["accepted"]
    new = public_id("dataset", LAKE, "orders/dt=2024-05-03")
    after = await asked.ask(question, ids=[OLD, new], refs=[*refs, "dt=2024-05-03"])
    meant = {"ref": f"{shop.PG}/shop.trusted.orders"}
    assert after["nodes"] == [meant, meant]
    assert after["resolve"] == [{"node": meant}] * 6
    found = await asked.ask('{ search(text: "dt=2024-05-01") { nodes { node { ref } } } }')
    assert found["search"]["nodes"] == [{"node": meant}]


async def test_what_was_said_of_an_old_name_shows_on_what_it_means(asked: Asking) -> None:
    words = {"describe": {"node": OLD, "text": "One row an order."}}
    tag = {"tag": {"node": f"{LAKE}/orders/dt=2024-05-01", "tag": "gold"}}
    await change(asked, words, tag)
    edit = await rule(asked)
    question = """{ datasets(select: "trusted.orders") { nodes {
      description descriptions { revision } tags { name } aliases { nodes { ref partition version environment } } } }
      tagged: datasets(select: "tag:gold") { nodes { ref } } }"""
    data = await asked.ask(question)
    [page] = data["datasets"]["nodes"]
    assert (page["description"], page["tags"]) == ("One row an order.", [{"name": "gold"}])
    assert page["aliases"]["nodes"] == [
        {"ref": f"{LAKE}/orders/dt=2024-05-01", "partition": "2024-05-01", "version": None, "environment": None},
        {"ref": f"{LAKE}/orders/dt=2024-05-02/v7", "partition": "2024-05-02", "version": "7", "environment": None},
    ]
    assert data["tagged"]["nodes"] == [{"ref": f"{shop.PG}/shop.trusted.orders"}]
    # The revision that was read is the one that an edit of the dataset meets.
    better = {"node": "trusted.orders", "text": "Orders.", "ifRevision": page["descriptions"][0]["revision"]}
    assert (await change(asked, {"describe": better}))["outcomes"][0]["status"] == "APPLIED"
    await change(asked, {"retract": {"entry": edit}})
    back = await asked.ask("query($id: ID!) { node(id: $id) { ref ... on Dataset { description } } }", id=OLD)
    assert back["node"] == {"ref": f"{LAKE}/orders/dt=2024-05-01", "description": "One row an order."}


async def test_a_run_lists_the_partitions_that_it_read_and_wrote(asked: Asking) -> None:
    await rule(asked)
    data = await asked.ask("""{ runs(select: "job:spark", first: 1) { nodes { inputs { ref } outputs { ref }
      aliases { side alias { name partition version } dataset { label } } } } }""")
    [run] = data["runs"]["nodes"]
    assert run["inputs"] == run["outputs"] == [{"ref": f"{shop.PG}/shop.trusted.orders"}]
    read, wrote = run["aliases"]
    assert (read["side"], read["alias"]["partition"], read["dataset"]) == (
        "INPUT",
        "2024-05-01",
        {"label": "trusted.orders"},
    )
    assert (wrote["side"], wrote["alias"]["partition"], wrote["alias"]["version"]) == ("OUTPUT", "2024-05-02", "7")


async def test_production_is_shown_unless_another_environment_is_asked_for(asked: Asking) -> None:
    listing = "query($e: String, $s: String) { datasets(environment: $e, select: $s) { nodes { ref environment } } }"
    dev, prod = "/".join(DEV), "/".join(PROD)

    async def listed(**given: str) -> set[str]:
        return {one["ref"] for one in (await asked.ask(listing, **given))["datasets"]["nodes"]}

    assert {dev, prod} <= await listed() == await listed(s="environment:prod")
    await rule(asked)
    assert (await listed()) & {dev, prod} == {prod}
    assert f"{shop.PG}/shop.trusted.orders" in await listed()
    assert await listed(e="dev") == {dev}
    assert {dev, prod} <= await listed(e="all")
    assert await listed(s="environment:dev") == {dev}
    assert await listed(s="environment:prod") == await listed(e="prod") == await listed()
    assert await listed(s=f"{dev} {prod}") == {dev, prod}

    finding = 'query($e: String) { search(text: "shop.sales", environment: $e) { nodes { node { ref } } } }'
    found = {e: (await asked.ask(finding, e=e))["search"]["nodes"] for e in (None, "dev", "all")}
    hits = {e: {one["node"]["ref"] for one in ones} & {dev, prod} for e, ones in found.items()}
    assert hits == {None: {prod}, "dev": {dev}, "all": {dev, prod}}
    # A short name that both have is that of production; the whole name means what it says.
    data = await asked.ask("query($r: [String!]!) { resolve(refs: $r) { node { ref } } }", r=["shop.sales", dev])
    assert [one["node"]["ref"] for one in data["resolve"]] == [prod, dev]


async def test_the_past_is_told_by_the_rules_of_now(asked: Asking) -> None:
    await rule(asked)
    data = await asked.ask("""{
      then: datasets(select: "trusted.orders", at: {asOf: "2024-05-01T10:10:00Z"}) { nodes { ref environment
        producers { job { name } } } }
      old: resolve(refs: ["dt=2024-05-01"], at: {asOf: "2024-05-01T10:10:00Z"}) { node { ref } }
      runs(select: "job:spark", at: {asOf: "2024-05-01T10:10:00Z"}) { nodes { aliases { alias { partition } } } }
    }""")
    [then] = data["then"]["nodes"]
    assert {one["job"]["name"] for one in then["producers"]} == {"clean", "spark"}
    assert data["old"] == [{"node": {"ref": f"{shop.PG}/shop.trusted.orders"}}]
    assert data["runs"]["nodes"] == [{"aliases": [{"alias": {"partition": "2024-05-01"}}]}]
