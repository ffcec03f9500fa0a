"""Plans: what would become one, part, be called otherwise, over the names that there are."""

from __future__ import annotations

from collections.abc import Iterable

from headwater_catalog.naming.plan import Comparison, Group, Partitions, Plan
from headwater_catalog.naming.rules import Name, Naming

LAKE = "s3://lake"
DATED = {"name": r"(?P<t>\w+)/dt=(?P<d>.+)", "to_name": "{t}", "partition": "dt={d}"}


def names(*found: str) -> list[Name]:
    return [(LAKE, one) for one in found]


def plan(before: list[dict[str, str]], after: list[dict[str, str]], found: Iterable[Name], first: int = 20) -> Plan:
    comparison = Comparison(Naming(before), Naming(after))
    comparison.add(found)
    return comparison.plan(7, first)


def test_names_become_one_with_those_that_stay() -> None:
    found = plan([], [DATED], names("orders", "orders/dt=1", "orders/dt=2", "items/dt=1", "other"))
    assert (found.names, found.changed, found.entries) == (5, 3, 7)
    assert found.merged == [Group((LAKE, "orders"), 3, names("orders", "orders/dt=1", "orders/dt=2"))]
    assert found.renamed == [((LAKE, "items/dt=1"), (LAKE, "items"))]
    assert (found.split, found.split_count, found.merged_count, found.renamed_count) == ([], 0, 1, 1)
    assert found.partitions == [
        Partitions((LAKE, "orders"), 2, ["dt=1", "dt=2"]),
        Partitions((LAKE, "items"), 1, ["dt=1"]),
    ]


def test_what_was_one_parts_again() -> None:
    found = plan([DATED], [], names("orders", "orders/dt=1", "items/dt=1", "items/dt=2"))
    assert found.split == [
        Group((LAKE, "items"), 2, names("items/dt=1", "items/dt=2")),
        Group((LAKE, "orders"), 2, names("orders", "orders/dt=1")),
    ]
    assert (found.changed, found.merged, found.renamed) == (3, [], [])


def test_the_same_rules_change_nothing() -> None:
    found = plan([DATED], [{**DATED, "name": r"(?P<t>[a-z]+)/dt=(?P<d>.+)"}], names("orders/dt=1", "orders/dt=2"))
    assert (found.changed, found.merged, found.split, found.renamed) == (0, [], [], [])


def test_a_partition_or_an_environment_is_a_change() -> None:
    assert plan([], [{"name": "a", "environment": "dev"}], names("a", "b")).changed == 1
    found = plan([DATED], [{**DATED, "partition": "{d}"}], names("a/dt=1", "a/dt=2"))
    assert (found.changed, found.merged) == (2, [])


def test_rules_without_names_and_names_with_further_rules_are_told() -> None:
    rules = [{"name": "a", "to_name": "b"}, {"name": "b", "to_name": "c"}, {"name": "no", "environment": "dev"}]
    found = plan([], rules, names("a", "b"))
    assert found.unused == [3]
    assert found.again == [((LAKE, "b"), (LAKE, "c"))]
    # A swap is told too, and is no fault: b is not c by way of a.
    assert plan([], rules[:1], names("a")).again == []


def test_lists_are_cut_off_and_numbers_are_not() -> None:
    many = [one for n in range(50) for one in names(f"t{n:02}", f"t{n:02}/dt=1")]
    found = plan([], [DATED], many, first=3)
    assert [group.name for group in found.merged] == names("t00", "t01", "t02")
    assert (found.merged_count, found.partitioned_count, len(found.partitions)) == (50, 50, 3)


def test_environments_are_counted_by_name() -> None:
    rules = [{"name": "(?P<env>dev|ci)_.*", "environment": "{env}"}]
    assert plan([], rules, names("dev_a", "dev_b", "ci_a", "a")).environments == {"ci": 1, "dev": 2}
