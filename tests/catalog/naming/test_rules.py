"""Naming rules: what fits, what is made of it, what is refused; whatever the pattern, in linear time."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater_catalog.names import dataset_name, text
from headwater_catalog.naming.rules import MAX_NAME, MAX_RULES, BadRules, Meant, Naming, read_rules

DATED = {"namespace": "s3://lake", "name": r"(?P<table>.+)/dt=(?P<day>[^/]+)", "to_name": "{table}"}


def name_of(rule: dict[str, str], *name: str) -> tuple[str, str]:
    return Naming(read_rules([rule])).name((name[0], name[1]))


def test_the_first_rule_that_fits_decides_and_what_it_makes_stays() -> None:
    naming = Naming(
        read_rules([{"name": "a", "to_name": "b"}, {"name": "b", "to_name": "c"}, {"name": ".", "version": "1"}])
    )
    assert naming.of(("x", "a")) == Meant(("x", "b"), None, None, None, 0)
    assert naming.of(("x", "b")) == Meant(("x", "c"), None, None, None, 1)
    assert naming.of(("x", "c")) == Meant(("x", "c"), None, "1", None, 2)
    assert naming.of(("x", "long")) is None
    assert not Naming()


def test_patterns_fit_the_whole_and_templates_name_groups_of_both() -> None:
    rule = {
        **{"namespace": "s3://(?P<bucket>.+)", "name": r"(?P<table>[^/]+)/dt=(?P<day>\d+)(/v(?P<v>\d+))?"},
        **{"to_namespace": "hive://{bucket}", "to_name": "x.{table}", "partition": "{{day}}={day}", "version": "{v}"},
    }
    naming = Naming(read_rules([rule]))
    assert naming.of(("s3://b", "t/dt=1/v7")) == Meant(("hive://b", "x.t"), "{day}=1", "7", None, 0)
    assert naming.of(("s3://b", "t/dt=1")) == Meant(("hive://b", "x.t"), "{day}=1", None, None, 0)
    assert naming.of(("s3://b", "t/dt=1/more")) is None
    assert naming.of(("xs3://b", "t/dt=1")) is None


def test_what_is_made_is_canonical() -> None:
    assert name_of({"name": "t", "to_namespace": "postgresql://DB"}, "file", "t") == ("postgres://db:5432", "t")
    assert name_of({"name": "t", "to_name": ' "q"."r" '}, "postgres://db:5432", "t") == ("postgres://db:5432", "q.r")


@pytest.mark.parametrize("name", ["t", "x" * MAX_NAME])
def test_a_rule_that_would_make_no_name_or_one_too_long_does_not_fit(name: str) -> None:
    rules = [
        {"name": "(?P<all>.*)(?P<none>y?)", "to_name": "{none}" if name == "t" else "{all}{all}"},
        {"name": ".*", "to_name": "z"},
    ]
    assert Naming(read_rules(rules)).name(("x", name)) == ("x", "z")


def test_names_that_are_too_long_are_left_alone() -> None:
    assert name_of(DATED, "s3://lake", "a" * (MAX_NAME - 5) + "/dt=1") == ("s3://lake", "a" * (MAX_NAME - 5))
    long = "a" * MAX_NAME + "/dt=1"
    assert name_of(DATED, "s3://lake", long) == ("s3://lake", long)


@pytest.mark.parametrize("pattern", ["(a*)*b", "(a|aa)+b", "(.*)(.*)(.*)(.*)(.*)(.*)(.*)b", "(a?){500}(a){500}b"])
def test_no_pattern_takes_long(pattern: str) -> None:
    """Each would keep a backtracking engine busy for years: that this test ends is what it shows."""
    assert name_of({"name": pattern, "to_name": "c"}, "x", "a" * MAX_NAME) == ("x", "a" * MAX_NAME)


ONE: dict[str, Any] = {"name": "a", "to_name": "b"}
BAD: dict[str, tuple[object, str]] = {
    "no list": ({"naming": []}, "a list of at most"),
    "too many": ([ONE] * (MAX_RULES + 1), "a list of at most"),
    "no table": (["a"], "rule 1 cannot be read"),
    "a member that is none": ([ONE, {**ONE, "to": "x"}], "rule 2 cannot be read: to."),
    "no text": ([{**ONE, "name": 1}], "name of naming rule 1 must be a text"),
    "an empty text": ([{**ONE, "name": ""}], "name of naming rule 1 must be a text"),
    "a long text": ([{**ONE, "name": "a" * 1_025}], "name of naming rule 1 must be a text"),
    "no pattern": ([{"to_name": "b"}], "fits every name"),
    "no effect": ([{"name": "b"}], "changes nothing"),
    "no regular expression": ([{**ONE, "name": "("}], "The pattern for name of naming rule 1 cannot be read"),
    "a lookahead": ([{**ONE, "name": "(?=a)a"}], "invalid perl operator"),
    "a back reference": ([{**ONE, "name": r"(a)\1"}], "invalid escape sequence"),
    "a pattern too large": ([{**ONE, "name": "((a{100}){100}){100}"}], "cannot be read"),
    "an unknown group": ([{**ONE, "to_name": "{x}"}], "names a group {x}"),
    "a group without a name": ([{**ONE, "to_name": "{}"}], "names a group {}"),
    "a formatted group": ([{"name": "(?P<x>.)", "to_name": "{x:>100000000}"}], "names a group {x}"),
    "the word for all": ([{"name": "a", "environment": " all"}], "which is the word for every environment"),
    "an attribute": ([{"name": "(?P<x>.)", "to_name": "{x.real}"}], "names a group {x.real}"),
    "an open brace": ([{**ONE, "to_name": "{"}], "to_name of naming rule 1 cannot be read"),
    "a group twice": ([{**ONE, "name": "(?P<x>.)", "namespace": "(?P<x>.)"}], "name a group x"),
}


@pytest.mark.parametrize("what", BAD)
def test_rules_that_cannot_be_are_refused_with_a_sentence_and_a_remedy(what: str) -> None:
    rules, sentence = BAD[what]
    with pytest.raises(BadRules, match=re.escape(sentence)) as refused:
        read_rules(rules)
    assert refused.value.remedy.endswith((".", "…"))


def test_null_means_that_a_member_is_left_out() -> None:
    assert read_rules([{**ONE, "namespace": None}]) == [ONE]


@given(st.text(min_size=1).map(text).filter(bool), st.text(min_size=1).map(text).filter(bool))
def test_any_name_is_given_a_canonical_name(namespace: str, name: str) -> None:
    naming = Naming([{"name": "(?P<a>.)(?P<b>.*)", "to_name": "{b}{a}", "to_namespace": "S3A://{a}/"}])
    given = dataset_name(namespace, name)
    found = naming.name(given)
    assert dataset_name(*found) == found
    assert all(map(text, found))
