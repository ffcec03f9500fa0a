"""SEMANTICS §10: versions of schemas and data, drops, tests and metrics over time."""

from __future__ import annotations

from projected import Catalog
from telling import change, clock, facet_hash, run, schema, state, symlinks, table, told


def test_s10_1_equal_schemas_in_a_row_are_one_version(catalog: Catalog) -> None:
    found = state(
        catalog, *(run(n, f"1{n}:00", writes=[table("t", **schema(*fields))]) for n, fields in enumerate(
            [["a"], ["a"], ["a", "b"], ["a", "b"], ["a"]]))
    )  # fmt: skip
    assert found.fields("t") == [["a"], ["a", "b"], ["a"]]
    assert [clock(one["from"]) for one in found.dataset("t")["schemas"]] == ["10:00", "12:00", "14:00"]


def test_s10_1_readers_see_projections_and_count_only_where_nobody_writes(catalog: Catalog) -> None:
    reader = run(1, "11:00", job="report", reads=[table("t", **schema("a"))])
    assert state(catalog, reader).fields("t") == [["a"]]
    assert state(catalog, reader, told("10:00", "t", **schema("a", "b"))).fields("t") == [["a", "b"]]


def test_s10_1_names_types_nesting_and_order_make_a_version_and_descriptions_do_not(catalog: Catalog) -> None:
    inner = {"name": "s", "type": "STRUCT", "fields": [{"name": "x", "type": "INT"}]}
    wider = {"name": "s", "type": "STRUCT", "fields": [{"name": "x", "type": "LONG"}]}
    steps = [
        [{"name": "a", "type": "INT"}],
        [{"name": "a", "type": "INT", "description": "the a"}],  # no change
        [{"name": "a"}],
        [inner],
        [wider],
        ["b", "a"],
        ["a", "b"],
    ]
    found = state(catalog, *(told(f"1{n}:00", "t", **schema(*fields)) for n, fields in enumerate(steps)))
    versions = found.dataset("t")["schemas"]
    assert [clock(one["from"]) for one in versions] == ["10:00", "12:00", "13:00", "14:00", "15:00", "16:00"]
    assert versions[1]["fields"] == [{"name": "a", "type": None, "fields": []}]
    assert versions[3]["fields"][0]["fields"] == [{"name": "x", "type": "LONG", "fields": []}]


def test_s10_1_ordinal_positions_say_the_order_where_all_fields_have_one(catalog: Catalog) -> None:
    first = [{"name": "b", "ordinal_position": 2}, {"name": "a", "ordinal_position": 1}]
    found = state(catalog, told("10:00", "t", **schema(*first)), told("11:00", "t", **schema(*first[::-1])))
    assert found.fields("t") == [["a", "b"]]
    some = [{"name": "b", "ordinal_position": 2}, {"name": "a"}]
    assert state(catalog, told("10:00", "t", **schema(*some))).fields("t") == [["b", "a"]]


def test_s10_1_a_facet_without_fields_is_no_version_and_names_of_a_class_share_theirs(catalog: Catalog) -> None:
    found = state(
        catalog,
        told("10:00", "t", **schema("a"), **symlinks(("pg", "u", "TABLE"))),
        told("11:00", "t", schema={"fields": []}),
        told("12:00", "u", **schema("a", "b")),
    )
    assert found.fields("u") == [["a"], ["a", "b"]]


def test_s10_1_a_schema_that_comes_late_makes_no_explosion(catalog: Catalog) -> None:
    """a, b, a, b … told backwards: as many versions as there were changes, not more."""
    steps = [["a"], ["a"], ["b"], ["b"], ["a"]]
    found = state(catalog, *(told(f"1{n}:00", "t", **schema(*fields)) for n, fields in enumerate(steps)))
    assert found.fields("t") == [["a"], ["b"], ["a"]]


def test_s10_2_each_confirmed_run_that_writes_makes_a_data_version(catalog: Catalog) -> None:
    found = state(
        catalog,
        run(1, "10:00", "RUNNING", writes=["t"]),
        run(1, "10:30", "RUNNING", writes=["t"]),
        run(1, "11:00"),
        run(2, "12:00", "FAIL", writes=["t"]),
        run(3, "13:00", writes=["t"]),
        run(4, "14:00", writes=[table("t", **change("ALTER"))]),
        run(5, "15:00", reads=["t"]),
    )
    assert [(clock(at), run[0][-1]) for at, run, _ in found.dataset("t")["versions"]] == [
        ("11:00", "1"),
        ("13:00", "3"),
    ]


def test_s10_2_an_explicit_version_equal_to_the_one_before_is_no_new_one(catalog: Catalog) -> None:
    def version(name: str) -> dict:
        return {"version": {"datasetVersion": name}}

    found = state(
        catalog,
        run(1, "10:00", writes=[table("t", **version("v1"))]),
        run(2, "11:00", writes=[table("t", **version("v1"))]),
        run(3, "12:00", writes=["t"]),
        told("13:00", "t", **version("v2")),
        told("14:00", "t", documentation={"description": "none"}),
        run(4, "15:00", reads=[table("t", **version("v9"))]),
    )
    assert [version[2] for version in found.dataset("t")["versions"]] == ["v1", None, "v2"]


def test_s10_3_it_is_dropped_if_nothing_came_after_the_drop(catalog: Catalog) -> None:
    drop = told("11:00", "t", **change("DROP"))
    assert state(catalog, run(1, "10:00", writes=["t"]), drop).dataset("t")["dropped"]
    assert not state(catalog, run(1, "12:00", writes=["t"]), drop).dataset("t")["dropped"]
    assert not state(catalog, drop, told("12:00", "t", **change("CREATE"))).dataset("t")["dropped"]
    assert state(catalog, drop, run(1, "12:00", "FAIL", writes=["t"])).dataset("t")["dropped"]


def test_s10_4_assertions_are_test_results_over_time(catalog: Catalog) -> None:
    def tested(success: bool, column: str | None = "id") -> dict:
        one = {"assertion": "not_null", "success": success, **({"column": column} if column else {})}
        return {"dataQualityAssertions": {"assertions": [one]}}

    found = state(
        catalog,
        run(1, "10:00", "START", job="check", reads=[table("t", **tested(False))]),  # the run's last word counts
        run(1, "10:30", job="check", reads=[table("t", inputFacets=tested(True))]),
        run(2, "11:00", job="check", reads=[table("t", **tested(False))]),
        run(3, "12:00", writes=[table("t", **tested(True, None))]),
        told("13:00", "t", **tested(True)),
    )
    assert [[clock(at), who and who[0][-1], *rest] for at, who, *rest in found.dataset("t")["tests"]] == [
        ["10:30", "1", "not_null", "id", True],
        ["11:00", "2", "not_null", "id", False],
        ["12:00", "3", "not_null", None, True],
        ["13:00", None, "not_null", "id", True],
    ]


def test_s10_4_metrics_are_the_last_of_each_kind_a_run_wherever_they_stand(catalog: Catalog) -> None:
    rows = [{"rowCount": n} for n in range(4)]
    found = state(
        catalog,
        run(1, "10:00", "RUNNING", writes=[table("t", outputFacets={"outputStatistics": rows[0]})]),
        run(1, "11:00", writes=[table("t", outputFacets={"outputStatistics": rows[1]})]),
        run(2, "12:00", job="report", reads=[table("t", inputFacets={"dataQualityMetrics": rows[2]})]),
        run(3, "13:00", job="profile", reads=[table("t", dataQualityMetrics=rows[3])]),
    )
    assert [one[2:] for one in found.dataset("t")["metrics"]] == [
        ["outputStatistics", facet_hash(rows[1])],
        ["dataQualityMetrics", facet_hash(rows[2])],
        ["dataQualityMetrics", facet_hash(rows[3])],
    ]


def test_s10_5_measurements_follow_a_rename(catalog: Catalog) -> None:
    found = state(
        catalog,
        run(1, "10:00", writes=[table("old", outputFacets={"outputStatistics": {"rowCount": 1}})]),
        told("11:00", "new", **change("RENAME", "old")),
    )
    assert len(found.dataset("new")["metrics"]) == 1
