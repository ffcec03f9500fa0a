"""What zone rules say where they are silent, what they cannot say, and the scope of tests."""

from __future__ import annotations

import pytest

from headwater_catalog.reading.zones import UNMET
from headwater_catalog.zone_rules import (
    DEFAULTS,
    SENTENCES,
    BadSettings,
    Expectation,
    Scope,
    ZoneKind,
    checked,
    rule_of,
    scope_of,
)


def test_each_kind_and_expectation_is_known_everywhere() -> None:
    assert set(UNMET) == {one.value for one in Expectation}
    assert set(SENTENCES) == set(Expectation)
    assert set(DEFAULTS) == {*ZoneKind, None}


@pytest.mark.parametrize(
    ("zone", "pattern", "kind"),
    [
        ("landing", "lake/landing/*", ZoneKind.TEMPORAL_LANDING),
        ("landing", "lake/landing/persistent/*", ZoneKind.PERSISTENT_LANDING),
        ("Persistent Landing", "*", ZoneKind.PERSISTENT_LANDING),
        ("formatted_eu", "*", ZoneKind.FORMATTED),
        ("Trusted", "*", ZoneKind.TRUSTED),
        ("exploitation", "*", ZoneKind.EXPLOITATION),
        ("bronze", "persistent*", None),
    ],
)
def test_the_name_says_what_a_zone_is_for(zone: str, pattern: str, kind: ZoneKind | None) -> None:
    rule = rule_of(0, zone, pattern, None)
    assert (rule.place, rule.kind, rule.expects) == (1, kind, DEFAULTS[kind])


def test_a_rule_says_else() -> None:
    rule = rule_of(3, "bronze", "*", {"kind": "TRUSTED", "expects": ["OWNER"], "testScope": "AFTER_INTEGRATION"})
    assert (rule.place, rule.kind, rule.expects) == (4, ZoneKind.TRUSTED, (Expectation.OWNER,))
    assert rule.test_scope is Scope.AFTER_INTEGRATION
    assert rule_of(0, "trusted", "*", {"expects": []}).expects == ()


@pytest.mark.parametrize(
    "settings", [{"kind": "BRONZE"}, {"kind": 1}, {"expects": "OWNER"}, {"expects": ["owner"]}, {"testScope": "all"}]
)
def test_what_there_is_not_is_refused_with_what_there_is(settings: dict[str, object]) -> None:
    with pytest.raises(BadSettings) as refused:
        checked(settings)
    assert refused.value.remedy.startswith("Write ")


def test_other_members_are_nobody_s_business() -> None:
    checked({"retention": 3, "kind": None})


def test_the_scope_of_a_test_is_the_first_that_is_said() -> None:
    integrated = rule_of(0, "exploitation", "*", None)
    assert scope_of(("not_null",), None, None) is Scope.GENERIC
    assert scope_of(("not_null",), None, integrated) is Scope.AFTER_INTEGRATION
    assert scope_of((None, "generic: not_null"), None, integrated) is Scope.GENERIC
    assert scope_of(("Integration: sums",), {}, None) is Scope.AFTER_INTEGRATION
    assert scope_of(("integration: sums",), {"scope": "generic"}, integrated) is Scope.GENERIC
    assert scope_of(("other: sums",), {"scope": "else"}, None) is Scope.GENERIC
