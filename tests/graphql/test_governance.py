"""The cells of governance: who has and who lacks, and the jobs that flow into a zone."""

from __future__ import annotations

import shop
from catalogs import Asking

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
RULES = """mutation { edit(changes: [{zoneRules: {rules: [
  {zone: "raw", pattern: "shop.raw.*"}, {zone: "trusted", pattern: "shop.trusted.*"}]}}]) { outcomes { status } } }"""


async def test_each_cell_opens_those_that_have_and_those_that_lack(shop_asked: Asking) -> None:
    async def cell(task: str, have: bool) -> list[str]:
        found = await shop_asked.ask(CELL, task=task, have=have)
        return [one["label"] for one in found["governed"]["nodes"]]

    whole = ["mart.sales", "raw.customers", "raw.orders", "trusted.orders"]
    assert (await cell("FLOWS", True), await cell("FLOWS", False)) == ([whole[0], whole[3]], whole[1:3])
    assert (await cell("SCHEMAS", True), await cell("SCHEMAS", False)) == (whole, [])
    assert (await cell("TEMPLATES", True), await cell("TEMPLATES", False)) == ([], whole)
    assert (await cell("MAPPINGS", True), await cell("MAPPINGS", False)) == ([whole[0], whole[3]], [])
    assert (await cell("PROFILES", True), await cell("PROFILES", False)) == ([], whole)


async def test_a_profile_and_a_format_fill_their_cells(edited: Asking) -> None:
    facets = {"headwater_profile": {"rows": 3}, "headwater_format": {"name": "csv"}}
    edited.tell({
        "eventTime": "2024-05-01T11:00:00Z", "producer": "urn:shop", "dataset": shop.table(shop.RAW, **facets),
    })  # fmt: skip
    for task in ("PROFILES", "TEMPLATES"):
        found = await edited.ask(CELL, task=task, have=True)
        assert "raw.orders" in [one["label"] for one in found["governed"]["nodes"]], task


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
