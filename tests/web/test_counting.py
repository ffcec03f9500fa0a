"""Counts in sentences."""

from __future__ import annotations

from headwater_web.cli.counting import counted


def test_one_is_told_as_one() -> None:
    assert [counted(n, "rule") for n in (0, 1, 2_000)] == ["0 rules", "1 rule", "2,000 rules"]
    assert [counted(n, "secret was", "secrets were") for n in (1, 2)] == ["1 secret was", "2 secrets were"]
