"""The words of which names of tests consist: a name that has others may repeat a value (accepted_values_city_Rome)."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

SEVERITIES: Final = frozenset(
    {"error", "warn", "warning", "info", "critical", "blocker", "major", "minor", "low", "medium", "high"}
)
RESULTS: Final = frozenset({"pass", "passed", "fail", "failed", "skip", "skipped", "error", "success", "warn"})
WORDS: Final = frozenset(
    re.findall(
        "[a-z]+",
        """
a accepted after all and anomaly any as assert at avg be been before between blank by change check column columns
compound constraint contain count custom data dataset date dbt decreasing distinct duplicate duplicates empty equal
equals every exist exists expect expectation expectations expression foreign format freshness generic greater have
in increasing integration integrity invalid is json key kl least length lengths less like list match max maximum
mean median min minimum missing most multiple must negative no non not null nulls of one only or order other pair
parseable pattern percent percentage positive present primary proportion quality quantile quantiles range rate ratio
recency record records referential regex relationship relationships row rows same schema set size sorted sql stale
stdev strictly sum table test tests than that the to true type types unique uniqueness utils valid validity value
values volume where with within without z zero zeros
""",
    )
)
"""What checks of dbt, Great Expectations, Soda and of contracts are called, word by word."""
COUNTS_ROWS: Final = (frozenset({"row", "count"}), frozenset({"not", "null"}))
"""Words of checks of which every number is one of rows: how many there are, or have no value."""
_NAME: Final = re.compile(r"[\w .:,()-]{1,200}")
_TOKEN: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\dA-Za-z_]+")


def words(name: str) -> list[str]:
    """The words of a name in whatever spelling, in lower case: notNull, not_null, Not null."""
    return [word.casefold() for word in _TOKEN.findall(name[:2_000])]


def says_only(name: str, *known: Collection[str]) -> bool:
    """Whether a name has words of checks alone, and these known ones; numbers are no words of checks."""
    found = words(name)
    return (
        bool(found)
        and bool(_NAME.fullmatch(name))
        and all(any(word in some for some in (WORDS, *known)) for word in found)
    )
