"""Expressions as PostgreSQL prints them, so that it prints them alike when they were made again."""

from __future__ import annotations

import re
from typing import Final

_LITERAL: Final = r"'(?:[^']|'')*'::character varying"
_LIST: Final = re.compile(rf"\((ARRAY\[{_LITERAL}(?:, {_LITERAL})*\])\)::text\[\]")


def again(expression: str) -> str:
    """The expression, with a cast that changes nothing where PostgreSQL would move one.

    It prints `status IN ('a', 'b')` of a varchar as `(ARRAY['a'::character varying, …])::text[]`, and reads that with
    the outer cast on each element, but not where another cast stands between the two.
    """
    return _LIST.sub(r"((\1)::character varying[])::text[]", expression)
