"""SEMANTICS §7: what made a dataset, said by a run, a declaration, or the dataset's own structure."""

from __future__ import annotations

from typing import Any

import pytest
from projected import Catalog
from telling import Event, change, columns, declared, run, source, state, table, told


def entries(*made: Event) -> Event:
    """The explicit lineage facet of a job."""
    return {"lineage": {"entries": list(made)}}


def made(target: str, *sources: Event, **more: Any) -> Event:
    """An entry of it; without sources: that the target has none."""
    return {"namespace": "pg", "name": target, "type": "DATASET", "inputs": list(sources), **more}


JOB = {"type": "JOB"}


def test_s07_1_explicit_lineage_denies_what_is_only_listed(catalog: Catalog) -> None:
    found = state(catalog, run(1, "10:00", reads=["a", "b"], writes=["x"], job_facets=entries(made("x", source("a")))))
    assert found.claim("x") == ("explicit", ["a"])
    assert found.reads() == [("observed", "a", False), ("observed", "b", True)]


def test_s07_1_entries_of_all_events_of_a_run_are_united_by_target(catalog: Catalog) -> None:
    found = state(
        catalog,
        run(1, "10:00", "START", writes=["x"], job_facets=entries(made("x", source("a")))),
        run(1, "11:00", job_facets=entries(made("x", source("b")), made("y", source("c")))),
    )
    assert (found.claim("x"), found.claim("y")) == (("explicit", ["a", "b"]), ("explicit", ["c"]))


def test_s07_1_an_output_that_no_entry_describes_ends_at_the_job(catalog: Catalog) -> None:
    found = state(catalog, run(1, "10:00", reads=["a"], writes=["x", "y"], job_facets=entries(made("x", source("a")))))
    assert found.claim("y") == ("boundary", [])


def test_s07_1_no_inputs_are_no_sources_and_no_type_is_a_dataset(catalog: Catalog) -> None:
    bare = {"namespace": "pg", "name": "y", "inputs": [{"namespace": "pg", "name": "b"}]}
    found = state(catalog, run(1, "10:00", reads=["a"], writes=["x"], job_facets=entries(made("x"), bare)))
    assert (found.claim("x"), found.claim("y")) == (("explicit", []), ("explicit", ["b"]))


def test_s07_1_jobs_are_sources_and_targets_and_the_own_job_is_only_detail(catalog: Catalog) -> None:
    other = {"type": "JOB", "namespace": "etl", "name": "other"}
    target = {"type": "JOB", "namespace": "etl", "name": "sink", "inputs": [source("a")]}
    own = {**JOB, "transformations": [{"type": "DIRECT", "subtype": "TRANSFORMATION"}]}
    found = state(catalog, run(1, "10:00", job_facets=entries(made("x", other, own), target, {**JOB, "inputs": []})))
    assert found.claim("x") == ("explicit", ["other"])
    assert found.columns("x") == {(None, "load", None, "DIRECT", "TRANSFORMATION", False)}
    assert found.claim("sink") == ("explicit", ["a"])
    assert [found.job(name)["seen"] for name in ("other", "sink", "load")] == ["reference", "reference", "event"]


@pytest.mark.parametrize("value", [{"_deleted": True}, {"entries": "none"}, {}])
def test_s07_1_a_facet_that_is_deleted_or_lists_nothing_is_not_explicit(catalog: Catalog, value: Event) -> None:
    found = state(catalog, run(1, "10:00", reads=["a"], writes=["x"], job_facets={"lineage": value}))
    assert found.claim("x") == ("cartesian", ["a"])


def test_s07_2_column_lineage_says_which_inputs_made_an_output(catalog: Catalog) -> None:
    out = table("x", **columns(total="a.amount"))
    found = state(catalog, run(1, "10:00", reads=["a", "b"], writes=[out, "y"]))
    assert (found.claim("x"), found.claim("y")) == (("column", ["a"]), ("cartesian", ["a", "b"]))


def test_s07_2_the_last_column_lineage_of_an_output_counts(catalog: Catalog) -> None:
    found = state(
        catalog,
        run(1, "10:00", "START", writes=[table("x", **columns(total="a.amount"))]),
        run(1, "11:00", writes=[table("x", **columns(total="b.amount"))]),
    )
    assert found.claim("x") == ("column", ["b"])


def test_s07_2_that_of_the_dataset_level_is_lineage_too(catalog: Catalog) -> None:
    """columnLineage 1-2-0 has a list `dataset`: sources of every field, indirect unless they say otherwise."""
    whole = {"columnLineage": {"fields": {}, "dataset": [source("a.day", {"type": "INDIRECT", "subtype": "FILTER"})]}}
    found = state(catalog, run(1, "10:00", reads=["a", "b"], writes=[table("x", **whole)]))
    assert found.claim("x") == ("column", ["a"])
    assert found.columns("x") == {(None, "a", "day", "INDIRECT", "FILTER", False)}
    bare = {"columnLineage": {"fields": {}, "dataset": [source("a.day")]}}
    assert state(catalog, run(1, "10:00", writes=[table("x", **bare)])).columns("x") == {
        (None, "a", "day", "INDIRECT", None, False)
    }


@pytest.mark.parametrize("value", [{"fields": {}}, {"fields": {"t": {"inputFields": []}}}, {"_deleted": True}, {}])
def test_s07_2_column_lineage_that_names_no_dataset_says_nothing(catalog: Catalog, value: Event) -> None:
    found = state(catalog, run(1, "10:00", reads=["a"], writes=[table("x", columnLineage=value)]))
    assert found.claim("x") == ("cartesian", ["a"])


def test_s07_3_else_every_listed_input_made_every_output(catalog: Catalog) -> None:
    """Also those that only column lineage of another output names are read; but they are no listed inputs."""
    found = state(catalog, run(1, "10:00", reads=["a"], writes=["x", table("y", **columns(t="other.f"))]))
    assert found.claim("x") == ("cartesian", ["a"])
    assert [node[2] for node in found.run()["inputs"]] == ["a", "other"]


@pytest.mark.parametrize(
    ("verb", "reads", "claimed"),
    [("DROP", ["a"], False), ("ALTER", [], False), ("TRUNCATE", ["x"], False), ("RENAME", [], False),
     ("ALTER", ["a"], True), ("CREATE", [], True), ("OVERWRITE", [], True)],
)  # fmt: skip
def test_s07_4_changes_that_make_no_data_claim_nothing(
    catalog: Catalog, verb: str, reads: list[str], claimed: bool
) -> None:
    found = state(catalog, run(1, "10:00", reads=reads, writes=[table("x", **change(verb))]))
    assert bool(found.spans("x")) is claimed


def test_s07_5_columns_have_a_row_for_each_transformation_and_defaults(catalog: Catalog) -> None:
    masked = {"type": "direct", "subtype": "transformation", "masking": True}
    said = columns(
        total=[source("a.x", masked, {"type": "INDIRECT", "subtype": "JOIN", "masking": "yes"}), source("b")],
        plain="a.y",
    )
    assert state(catalog, run(1, "10:00", writes=[table("o", **said)])).columns("o") == {
        ("total", "a", "x", "DIRECT", "TRANSFORMATION", True),
        ("total", "a", "x", "INDIRECT", "JOIN", False),
        ("total", "b", None, "DIRECT", None, False),  # which column is unknown
        ("plain", "a", "y", "DIRECT", None, False),
    }


def test_s07_5_the_deprecated_transformation_type_counts_where_inputs_have_none(catalog: Catalog) -> None:
    field = {"transformationType": "MASKED", "transformationDescription": "hashed",
             "inputFields": [source("a.x"), source("a.y", {"type": "INDIRECT"})]}  # fmt: skip
    found = state(catalog, run(1, "10:00", writes=[table("o", columnLineage={"fields": {"f": field}})]))
    assert found.columns("o") == {("f", "a", "x", "DIRECT", "MASKED", True), ("f", "a", "y", "INDIRECT", None, False)}


def test_s07_5_descriptions_are_no_part_of_a_claim(catalog: Catalog) -> None:
    """They hold dates and SQL: each run would be a change."""

    def told_on(day: str) -> Event:
        return table("o", **columns(f=[source("a.x", {"type": "DIRECT", "description": f"where d = {day}"})]))

    found = state(catalog, run(1, "10:00", writes=[told_on("1")]), run(2, "11:00", writes=[told_on("2")]))
    assert found.spans("o") == [("observed", "10:00", None, ["a"], 2)]


def test_s07_5_nested_fields_keep_their_paths(catalog: Catalog) -> None:
    said = {"fields": {"address.city": {"inputFields": [{"namespace": "pg", "name": "a", "field": "raw.town"}]}}}
    found = state(catalog, run(1, "10:00", writes=[table("o", columnLineage=said)]))
    assert found.columns("o") == {("address.city", "a", "raw.town", "DIRECT", None, False)}


def test_s07_6_reads_are_dangling_where_no_claim_has_them(catalog: Catalog) -> None:
    found = state(catalog, run(1, "10:00", reads=["a", "b"], writes=[table("x", **columns(t="a.f"))]))
    assert found.reads() == [("observed", "a", False), ("observed", "b", True)]
    sink = state(catalog, run(1, "10:00", reads=["a"]))
    assert sink.reads() == [("observed", "a", True)]


def test_s07_7_a_job_event_declares_only_if_it_lists_something(catalog: Catalog) -> None:
    found = state(catalog, declared("10:00", "view", ["a"], ["x"]), declared("11:00", "view", sql={"query": "select"}))
    assert found.spans("x", "view") == [("declared", "10:00", None, ["a"], 1)]  # the second speaks of facets only
    assert "sql" in found.job_facets("view")


def test_s07_8_the_structure_of_a_dataset_is_its_own_lineage_else_its_column_lineage(catalog: Catalog) -> None:
    explicit = {"lineage": {"inputs": [source("a")]}}
    found = state(catalog, told("10:00", "view", **columns(f="b.f")), told("11:00", "view", **explicit))
    assert found.spans("view", None) == [
        ("declared", "10:00", "11:00", ["b"], 1),
        ("declared", "11:00", None, ["a"], 1),
    ]
    gone = told("12:00", "view", lineage={"_deleted": True})  # then the column lineage speaks again
    found = state(catalog, told("10:00", "view", **columns(f="b.f")), told("11:00", "view", **explicit), gone)
    assert found.spans("view", None)[-1] == ("declared", "12:00", None, ["b"], 1)


def test_s07_8_a_structure_that_names_nothing_closes(catalog: Catalog) -> None:
    found = state(
        catalog, told("10:00", "view", **columns(f="b.f")), told("11:00", "view", columnLineage={"fields": {}})
    )
    assert found.spans("view", None) == [("declared", "10:00", "11:00", ["b"], 1)]


def test_s07_9_lineage_on_a_dataset_of_a_run_is_only_stored(catalog: Catalog) -> None:
    out = table("x", lineage={"inputs": [source("b")]})
    found = state(catalog, run(1, "10:00", reads=["a"], writes=[out]))
    assert (found.claim("x"), list(found.facets("x"))) == (("cartesian", ["a"]), ["lineage"])
