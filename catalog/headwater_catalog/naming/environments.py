"""Environments of datasets: what all names agree on that mean one; where they do not, or one says nothing, none."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

import psycopg

from headwater_catalog.database.arrays import send

PROD: Final = "prod"
"""What is shown unless another environment is asked for; so is what belongs to none."""
ALL: Final = "all"

# Datasets that are new, and those that were spoken of with another environment than they have; a name that no rule
# fits speaks of none. Only those are counted anew: one more of ten thousand partitions costs nothing.
SETTLE = """
with asked as (
  select * from unnest(%s::int[], %s::text[], %s::boolean[]) as t(name, environment, new)),
stale as (
  select distinct d.name, n.said from asked a join core.dataset d using (name) join core.name n on n.id = d.name
  where a.new or d.environment is distinct from a.environment),
found as (
  select s.name, case when not s.said and count(*) = count(l.environment) and min(l.environment) = max(l.environment)
    then min(l.environment) end as environment
  from stale s left join core.alias l on l.target = s.name group by s.name, s.said)
update core.dataset d set environment = found.environment from found
where d.name = found.name and d.environment is distinct from found.environment
"""


def settle(
    connection: psycopg.Connection[Any], placed: Collection[tuple[int, str | None]], new: Collection[int]
) -> None:
    """Give datasets their environment: those of which something was said, (id, environment), and new ones."""
    rows = [(name, environment, False) for name, environment in placed]
    rows += [(name, None, True) for name in new]
    if rows:
        send(connection, SETTLE, *(list(column) for column in zip(*rows, strict=True)))
