"""SEMANTICS §5: renames, and classes of names that mean one dataset."""

from __future__ import annotations

from projected import Catalog
from telling import change, columns, facet_hash, run, schema, state, symlinks, table, told

WAREHOUSE = "hive://meta:9083"
LAKE = "s3://lake"


def renamed(number: int, at: str, old: str, new: str, kind: str = "COMPLETE", job: str = "mover") -> dict:
    return run(number, at, kind, job=job, writes=[table(new, **change("RENAME", old))])


def identity(same: list[str] | None = None, different: list[str] | None = None) -> dict:
    def named(names: list[str] | None) -> list[dict[str, str]]:
        return [{"namespace": "pg", "name": name} for name in names or ()]

    return {"headwater_identity": {"same": named(same), "different": named(different)}}


def test_s05_1_changes_count_of_completed_runs_and_dataset_events_only(catalog: Catalog) -> None:
    drop = change("DROP")
    found = state(
        catalog,
        run(1, "10:00", "FAIL", writes=[table("a", **drop)]),
        run(2, "10:00", "RUNNING", writes=[table("b", **drop)]),
        {**run(3, "10:00", kind=None, writes=[table("c", **drop)])},
        run(4, "10:00", writes=[table("d", **drop)]),
        told("10:00", "e", **drop),
        run(5, "10:00", reads=[table("f", **drop)]),
    )
    assert {name: found.dataset(name)["dropped"] for name in "abcdef"} == dict(
        zip("abcdef", [False, False, False, True, True, False], strict=True)
    )


def test_s05_1_a_change_on_a_job_event_is_a_facet_only(catalog: Catalog) -> None:
    said = {"eventTime": "2024-05-01T10:00:00Z", "job": {"namespace": "etl", "name": "view"},
            "outputs": [table("a", **change("DROP"))]}  # fmt: skip
    found = state(catalog, said)
    assert (found.dataset("a")["dropped"], list(found.facets("a"))) == (False, ["lifecycleStateChange"])


def test_s05_1_of_a_run_the_last_change_of_a_name_counts_at_its_end(catalog: Catalog) -> None:
    found = state(
        catalog,
        run(1, "10:00", "START", writes=[table("a", **change("CREATE"))]),
        run(1, "10:30", "RUNNING", writes=[table("a", **change("TRUNCATE"))]),
        run(1, "11:00"),
    )
    assert found.dataset("a")["lifecycle"] == [["2024-05-01T11:00:00.000000Z", "TRUNCATE", ["pg", "a"]]]


def test_s05_2_a_rename_carries_history_to_the_new_name(catalog: Catalog) -> None:
    """Facets, schemas, lineage in both directions: all that was said of the old name until then."""
    found = state(
        catalog,
        run(1, "09:00", reads=["raw"], writes=[table("old", mine={"v": 1}, **schema("id", "amount"))]),
        run(2, "09:30", job="report", reads=["old"], writes=["sheet"]),
        renamed(3, "10:00", "old", "new"),
    )
    assert found.datasets == ["new", "raw", "sheet"]
    assert found.facets("new")["mine"] == facet_hash({"v": 1})
    assert found.fields("new") == [["id", "amount"]]
    assert found.spans("new") == [("observed", "09:00", None, ["raw"], 1)]
    assert found.spans("sheet", "report") == [("observed", "09:30", None, ["new"], 1)]
    assert [version[1][0][-1] for version in found.dataset("new")["versions"]] == ["1"]


def test_s05_3_an_old_name_may_be_used_again_for_something_new(catalog: Catalog) -> None:
    found = state(
        catalog,
        told("09:00", "m", mine={"v": "first"}),
        renamed(1, "10:00", "m", "archive"),
        told("11:00", "m", mine={"v": "second"}),
    )
    assert found.facets("archive")["mine"] == facet_hash({"v": "first"})
    assert found.facets("m") == {"mine": facet_hash({"v": "second"})}


def test_s05_4_swaps_come_out_right(catalog: Catalog) -> None:
    """m → bak, then tmp → m: what was m is bak now, what was tmp is m."""
    found = state(
        catalog,
        told("09:00", "m", mine={"v": "of m"}),
        told("09:00", "tmp", mine={"v": "of tmp"}),
        renamed(1, "10:00", "m", "bak"),
        renamed(2, "10:05", "tmp", "m"),
    )
    assert (found.facets("bak")["mine"], found.facets("m")["mine"]) == (
        facet_hash({"v": "of m"}), facet_hash({"v": "of tmp"})
    )  # fmt: skip
    assert found.datasets == ["bak", "m"]


def test_s05_5_chains_of_renames_are_followed_and_circles_end(catalog: Catalog) -> None:
    found = state(catalog, told("08:00", "a", mine={}), renamed(1, "09:00", "a", "b"), renamed(2, "10:00", "b", "c"))
    assert "mine" in found.facets("c")
    found = state(catalog, told("08:00", "a", mine={}), renamed(1, "09:00", "a", "b"), renamed(2, "10:00", "b", "a"))
    assert found.datasets == ["a"]


def test_s05_6_a_failed_rename_and_one_to_itself_move_nothing(catalog: Catalog) -> None:
    found = state(
        catalog, told("09:00", "old"), renamed(1, "10:00", "old", "new", "FAIL"), renamed(2, "10:30", "old", "old")
    )
    assert found.datasets == ["new", "old"]


def test_s05_7_symlinks_make_one_dataset_and_the_table_names_it(catalog: Catalog) -> None:
    """A path of Spark, the table of its metastore: people know tables by their catalog names."""
    found = state(
        catalog,
        run(1, "10:00", reads=["raw"], writes=[table("t", LAKE, **symlinks((WAREHOUSE, "db.t", "TABLE")))]),
        run(2, "11:00", job="report", reads=[table("db.t", WAREHOUSE)], writes=["sheet"]),
    )
    table_name = f"{WAREHOUSE}/db.t"
    assert found.members(table_name) == {table_name: "event", f"{LAKE}/t": "event"}
    assert found.spans(table_name)[0][3] == ["raw"]
    assert found.spans("sheet", "report")[0][3] == [table_name]


def test_s05_8_two_locations_of_one_table_are_one_class(catalog: Catalog) -> None:
    link = symlinks((WAREHOUSE, "db.t", "TABLE"))
    found = state(catalog, told("10:00", "a", LAKE, **link), told("11:00", "b", LAKE, **link))
    assert set(found.members(f"{WAREHOUSE}/db.t")) == {f"{WAREHOUSE}/db.t", f"{LAKE}/a", f"{LAKE}/b"}


def test_s05_9_no_identifiers_take_a_symlink_back(catalog: Catalog) -> None:
    found = state(
        catalog,
        told("10:00", "a", **symlinks(("pg", "b", "TABLE"))),
        told("11:00", "b"),
        told("12:00", "a", **symlinks()),
    )
    assert found.datasets == ["a", "b"]


def test_s05_10_an_identifier_without_a_name_is_skipped(catalog: Catalog) -> None:
    link = {"symlinks": {"identifiers": [{"namespace": "pg"}, "odd", {"namespace": "pg", "name": "b"}]}}
    assert found_members(catalog, told("10:00", "a", **link)) == {"a": "event", "b": "reference"}


def found_members(catalog: Catalog, *events: dict) -> dict[str, str]:
    found = state(catalog, *events)
    [one] = found.datasets
    return found.members(one)


def test_s05_11_a_steward_puts_pairs_together_and_takes_them_apart(catalog: Catalog) -> None:
    together = told("10:00", "a", **identity(same=["b", "c"]))
    found = state(catalog, together, told("11:00", "b"), told("11:00", "c"))
    assert set(found.members("a")) == {"a", "b", "c"}
    apart = told("12:00", "b", **identity(different=["a"]))  # the pair, in whichever direction; c stays with a
    found = state(catalog, together, told("11:00", "b"), told("11:00", "c"), apart)
    assert (found.datasets, set(found.members("a"))) == (["a", "b"], {"a", "c"})


def test_s05_12_different_undoes_a_symlink_for_the_pair_and_not_for_the_class(catalog: Catalog) -> None:
    link = told("09:00", "a", **symlinks(("pg", "b", "TABLE"), ("pg", "c", "TABLE")))
    apart = told("10:00", "a", **identity(different=["b"]))
    found = state(catalog, link, told("11:00", "b"), apart)
    assert found.datasets == ["b", "c"]
    again = told("12:00", "a", **identity(same=["b"]))
    assert state(catalog, link, told("11:00", "b"), apart, again).datasets == ["b"]


def test_s05_13_the_representative_is_the_table_then_the_table_in_a_path_store_then_what_was_listed(
    catalog: Catalog,
) -> None:
    link = symlinks((WAREHOUSE, "z.t", "TABLE"), (LAKE, "a", "TABLE"), ("pg", "a", "LOCATION"))
    assert state(catalog, told("10:00", "0", **link)).datasets == [f"{WAREHOUSE}/z.t"]
    link = symlinks((LAKE, "z", "TABLE"), ("pg", "0", "LOCATION"))
    assert state(catalog, told("10:00", "a", **link)).datasets == [f"{LAKE}/z"]
    assert state(catalog, told("10:00", "z", **symlinks(("pg", "a", "LOCATION")))).datasets == ["z"]


def test_s05_14_names_are_read_at_the_end_of_their_run(catalog: Catalog) -> None:
    """A run that began before a rename and ended after it means the new thing that has the name."""
    found = state(
        catalog,
        run(1, "09:00", "START", job="long", reads=["m"], writes=["out"]),
        renamed(2, "10:00", "m", "archive"),
        run(1, "11:00", job="long"),
    )
    assert found.spans("out", "long")[0][3] == ["m"]
    earlier = state(
        catalog, run(1, "09:00", job="long", reads=["m"], writes=["out"]), renamed(2, "10:00", "m", "archive")
    )
    assert earlier.spans("out", "long")[0][3] == ["archive"]


def test_s05_15_column_lineage_follows_renames_and_classes(catalog: Catalog) -> None:
    found = state(
        catalog,
        run(1, "09:00", writes=[table("out", **columns(total="old.amount"))]),
        renamed(2, "10:00", "old", "new"),
        told("11:00", "new", **symlinks((WAREHOUSE, "db.new", "TABLE"))),
    )
    assert {row[:3] for row in found.columns("out")} == {("total", f"{WAREHOUSE}/db.new", "amount")}
