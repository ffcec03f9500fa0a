"""The cells of governance: who has and who lacks, and the jobs that flow into a zone."""

from __future__ import annotations

import catalogs
import pytest
import shop
from catalogs import Asking

from headwater_catalog.reading import openable

CELL = """
query($zone: String, $task: GovernanceTask!, $have: Boolean!) {
  governed(zone: $zone, task: $task, have: $have) { nodes { label } }
}
"""
FLOW_JOBS = """
query($zone: String) {
  flowJobs(zone: $zone) {
    nodes { job { name } fromZones datasets freshAt lastRun { state } watermarks { value dataset { label } } }
  }
}
"""
RETRACT = """mutation($node: String!, $undo: Boolean!) {
  edit(changes: [{retract: {node: $node, undo: $undo, reason: "a trial"}}]) { outcomes { status } } }"""
SET_RULES = "mutation($changes: [Edit!]!) { edit(changes: $changes) { outcomes { status } } }"
TARGETS = ("PANDAS", "POLARS", "DUCKDB", "SPARK", "R")
RULES = """mutation { edit(changes: [{zoneRules: {rules: [
  {zone: "raw", pattern: "shop.raw.*"}, {zone: "trusted", pattern: "shop.trusted.*"}]}}]) { outcomes { status } } }"""


async def test_each_cell_opens_those_that_have_and_those_that_lack(shop_asked: Asking) -> None:
    async def cell(task: str, have: bool) -> list[str]:
        found = await shop_asked.ask(CELL, task=task, have=have)
        return [one["label"] for one in found["governed"]["nodes"]]

    whole = ["mart.sales", "raw.customers", "raw.orders", "trusted.orders"]
    assert (await cell("FLOWS", True), await cell("FLOWS", False)) == ([whole[0], whole[3]], whole[1:3])
    assert (await cell("SCHEMAS", True), await cell("SCHEMAS", False)) == (whole, [])
    assert (await cell("TEMPLATES", True), await cell("TEMPLATES", False)) == (whole, [])
    assert (await cell("MAPPINGS", True), await cell("MAPPINGS", False)) == ([whole[0], whole[3]], [])
    assert (await cell("PROFILES", True), await cell("PROFILES", False)) == ([], whole)


def said(name: shop.Name, hour: int = 11, **facets: object) -> dict:
    """A dataset's own event."""
    return {
        "eventTime": f"2024-05-01T{hour}:00:00Z", "producer": "urn:shop", "dataset": shop.table(name, **facets),
    }  # fmt: skip


async def test_a_profile_fills_its_cell(edited: Asking) -> None:
    edited.tell(said(shop.RAW, headwater_profile={"rows": 3}))
    found = await edited.ask(CELL, task="PROFILES", have=True)
    assert [one["label"] for one in found["governed"]["nodes"]] == ["raw.orders"]


async def test_automation_is_done_where_a_template_opens_the_dataset(edited: Asking) -> None:
    """By format, extension, place, connection and rule; the cell says what `template` does."""
    system = {"driver": "postgresql", "host": "db", "database": "shop"}
    told: dict[shop.Name, dict[str, object]] = {
        ("kafka://b:9092", "topic"): {},
        ("file", "/lake/a.CSV.gz"): {},
        ("file", "/lake/folder"): {},
        ("file", "/lake/odd.csv"): {"headwater_format": {"name": "odd"}},
        ("file", "/lake/packed.csv"): {"headwater_format": {"name": "csv", "compression": "rar"}},
        ("file", "/lake/said.csv"): {"headwater_format": {"name": "parquet"}, "storage": {"fileFormat": "delta"}},
        ("file", "/lake/stored"): {"storage": {"storageLayer": "s", "fileFormat": "PARQUET"}},
        ("file", "/lake/delta.csv"): {"storage": {"storageLayer": "delta", "fileFormat": "delta"}},
        ("lake", "nowhere.csv"): {},
        ("lake", "somewhere.csv"): {"headwater_location": {"uri": "/srv/somewhere.csv"}},
        ("bigquery", "p.d.t"): {},
        ("warehouse", "d.t"): {"headwater_connection": {"driver": "sqlite", "database": "/srv/x.db"}},
        ("topics", "t"): {"headwater_connection": {"driver": "kafka", "host": "b"}},
        ("postgres://vault:5432", "shop.a.b"): {"headwater_connection": system},
        ("postgres://half:5432", "shop.a.b"): {"headwater_connection": system},
    }
    edited.tell(*(said(name, **facets) for name, facets in told.items()))
    rules = [
        {"namespace": "bigquery", "driver": "bigquery", "database": "p"},
        {"namespace": "postgres://vault*", **system, "secretReference": "vault:shop#password"},
        {"namespace": "postgres://half*", "user": "reader", "secretReference": "env:PW"},
    ]

    async def by_cell() -> set[str]:
        found = await edited.ask("{ governed(task: TEMPLATES, have: true) { nodes { ref } } }")
        return {one["ref"] for one in found["governed"]["nodes"]}

    async def by_template() -> set[str]:
        asked = "\n".join(f"t{n}: template(dataset: $d, for: {one}) {{ code }}" for n, one in enumerate(TARGETS))
        found = await edited.ask("{ datasets { nodes { ref } } }")
        refs = [one["ref"] for one in found["datasets"]["nodes"]]
        made = {ref: await edited.ask(f"query($d: String!) {{ {asked} }}", d=ref) for ref in refs}
        return {ref for ref, found in made.items() if any(one["code"] for one in found.values())}

    before = await by_cell()
    assert before == await by_template()
    assert "bigquery/p.d.t" not in before
    await edited.ask(SET_RULES, changes=[{"connectionRules": {"rules": rules}}])
    after = await by_cell()
    assert after == await by_template()
    names = {ref.rpartition("/")[2] for ref in after if "db:5432" not in ref}
    assert names == {"a.CSV.gz", "said.csv", "stored", "somewhere.csv", "p.d.t", "d.t"}


async def test_what_was_dropped_needs_nothing_and_breaks_nothing(edited: Asking) -> None:
    """A cell, its list, breaches and mappings pass it over until somebody writes it again."""
    await edited.ask(RULES)
    zone = "{ governance { zones { zone datasets tasks { have of } } } zones { name datasets } }"
    whole = await edited.ask(zone)

    async def told() -> tuple[set[str], set[str], set[str]]:
        listed = {
            one["label"]
            for task in ("FLOWS", "SCHEMAS", "TEMPLATES", "MAPPINGS", "PROFILES")
            for have in (True, False)
            for one in (await edited.ask(CELL, zone="trusted", task=task, have=have))["governed"]["nodes"]
        }
        broken = (await edited.ask("{ zoneBreaches { nodes { dataset { label } } } }"))["zoneBreaches"]["nodes"]
        mapped = (await edited.ask("{ mappings { nodes { target { dataset { label } } } } }"))["mappings"]["nodes"]
        named = [{one["dataset"]["label"] for one in broken}, {one["target"]["dataset"]["label"] for one in mapped}]
        return (listed, *named)

    edited.tell(
        {"eventTime": "2024-05-01T08:00:00Z", "producer": "urn:shop", "job": {"namespace": "shop", "name": "clean"},
         "inputs": [shop.table(shop.RAW)],
         "outputs": [shop.table(shop.CLEAN, columnLineage=shop.mapping(shop.RAW, ("customer", "customer")))]},
    )  # fmt: skip
    await edited.ask(SET_RULES, changes=[{"zoneRules": {"rules": [
        {"zone": "raw", "pattern": "shop.raw.*"}, {"zone": "trusted", "pattern": "shop.trusted.*", "expects": ["OWNER"]},
    ]}}])  # fmt: skip
    assert await told() == ({"trusted.orders"}, {"trusted.orders"}, {"trusted.orders", "mart.sales"})
    edited.tell(said(shop.CLEAN, 12, lifecycleStateChange={"lifecycleStateChange": "DROP"}))
    assert await told() == (set(), set(), {"mart.sales"})
    now = await edited.ask(zone)
    assert [one["zone"] for one in now["governance"]["zones"]] == ["raw", None]
    assert [one["datasets"] for one in now["zones"]] == [2, 0]
    edited.tell(said(shop.CLEAN, 13, lifecycleStateChange={"lifecycleStateChange": "CREATE"}))
    assert (await told())[0] == {"trusted.orders"}
    assert [one["datasets"] for one in whole["zones"]] == [2, 1]


async def test_what_a_notebook_proposes_is_no_flow_until_it_runs(edited: Asking) -> None:
    guess = {"headwater_proposal": {"confidence": 0.3, "unresolvedCount": 2}}
    job = {"namespace": "shop", "name": "look.ipynb", "facets": guess}
    edited.tell({
        "eventTime": "2024-05-01T11:00:00Z", "producer": "urn:shop", "job": job,
        "inputs": [shop.table(shop.RAW)], "outputs": [shop.table((shop.PG, "shop.mart.guessed"))],
    })  # fmt: skip

    async def lacking(task: str) -> bool:
        found = await edited.ask(CELL, task=task, have=False)
        return "mart.guessed" in [one["label"] for one in found["governed"]["nodes"]]

    data = await edited.ask("""{ lineage(select: "mart.guessed", direction: UP, depth: 1) {
        edges { status via { ref ... on Job { proposal { confidence unresolvedCount } } } } } }""")
    [edge] = data["lineage"]["edges"]
    assert edge["status"] == "DECLARED"
    assert edge["via"][0]["proposal"] == {"confidence": 0.3, "unresolvedCount": 2}
    assert (await lacking("FLOWS"), await lacking("MAPPINGS")) == (True, False)
    edited.tell(shop.run(30, "look.ipynb", [shop.table(shop.RAW)], [shop.table((shop.PG, "shop.mart.guessed"))]))
    assert (await lacking("FLOWS"), await lacking("MAPPINGS")) == (False, True)


async def test_flows_into_a_zone_with_state_freshness_and_watermark(edited: Asking) -> None:
    await edited.ask(RULES)
    marks = {"watermarks": [{"namespace": shop.PG, "name": "shop.raw.orders", "value": "2024-05-01", "type": "date"}]}
    edited.tell(
        shop.run(20, "clean", [shop.table(shop.RAW)], [
            shop.table(shop.CLEAN, columnLineage=shop.mapping(shop.RAW, ("id", "id")))
        ], headwater_watermark=marks),
        shop.run(21, "clean", [], [], "FAIL"),
    )  # fmt: skip
    [clean] = (await edited.ask(FLOW_JOBS, zone="trusted"))["flowJobs"]["nodes"]
    told = (clean["job"]["name"], clean["fromZones"], clean["datasets"], clean["lastRun"]["state"], clean["freshAt"])
    assert told == ("clean", ["raw"], 1, "FAIL", "2024-05-01T10:20:00.000000Z")
    assert clean["watermarks"] == [{"value": "2024-05-01", "dataset": {"label": "raw.orders"}}]
    [sales] = (await edited.ask(FLOW_JOBS))["flowJobs"]["nodes"]
    assert (sales["job"]["name"], sales["fromZones"]) == ("sales", ["trusted"])


async def test_what_was_taken_back_fills_no_cell(edited: Asking) -> None:
    """Cells, their lists, the jobs of a zone and its mappings say the same, whatever was taken back."""

    async def told(task: str, have: bool) -> list[str]:
        found = await edited.ask(CELL, task=task, have=have)
        return [one["label"] for one in found["governed"]["nodes"]]

    async def mapped() -> set[str]:
        found = await edited.ask("{ mappings { nodes { target { dataset { label } } } } }")
        return {one["target"]["dataset"]["label"] for one in found["mappings"]["nodes"]}

    for node, without in (("job:sales", ["mart.sales"]), ("shop.trusted.orders", ["mart.sales", "trusted.orders"])):
        await edited.ask(RETRACT, node=node, undo=False)
        assert set(await told("MAPPINGS", True)) == await mapped() == {"mart.sales", "trusted.orders"} - set(without)
        assert "mart.sales" not in await told("MAPPINGS", False), "what it is made of is not known any more"
        jobs = (await edited.ask("{ flowJobs { nodes { job { name } } } }"))["flowJobs"]["nodes"]
        assert ("mart.sales" in await told("FLOWS", True)) == ("sales" in [one["job"]["name"] for one in jobs])
        await edited.ask(RETRACT, node=node, undo=True)
    assert set(await told("MAPPINGS", True)) == await mapped() == {"mart.sales", "trusted.orders"}


async def test_what_is_declared_beside_runs_is_mapped_in_its_cell_too(edited: Asking) -> None:
    second = ("postgres://db:5432", "shop.trusted.second")
    declared = shop.table(second, columnLineage=shop.mapping(shop.RAW, ("id", "id")))
    job = {"namespace": "shop", "name": "declared"}
    edited.tell(
        {"eventTime": "2024-05-01T08:00:00Z", "producer": "urn:shop", "job": job,
         "inputs": [shop.table(shop.RAW)], "outputs": [declared]},
        shop.run(50, "declared", [shop.table(shop.RAW)], [shop.table(second)]),
    )  # fmt: skip
    found = await edited.ask(CELL, task="MAPPINGS", have=True)
    assert "trusted.second" in [one["label"] for one in found["governed"]["nodes"]]


async def test_a_past_moment_has_cells_of_its_own(shop_asked: Asking) -> None:
    query = """query($at: At) { governance(at: $at) { zones { datasets tasks { task have of } } } }"""
    [now] = (await shop_asked.ask(query))["governance"]["zones"]
    [then] = (await shop_asked.ask(query, at={"asOf": "2035-01-01T00:00:00Z"}))["governance"]["zones"]
    assert then == now
    assert (await shop_asked.ask(query, at={"asOf": "2001-01-01T00:00:00Z"}))["governance"]["zones"] == []


async def test_values_that_say_how_data_is_opened_are_read_once(
    edited: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They stay what they are: a request reads those alone that came since."""
    monkeypatch.setattr(openable, "_OUTLINES", {})
    told, reads = catalogs.statements_of(monkeypatch), []
    for number in range(3):
        opened = {"headwater_format": {"name": "csv", "encoding": str(number // 2)}}
        edited.tell(said(("file", f"/srv/{number // 2}.data"), 11 + number, **opened))
        await edited.ask(CELL, task="TEMPLATES", have=True)
        reads.append(told.count(openable.BODIES))
    assert reads == [1, 1, 2]
