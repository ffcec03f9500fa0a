"""Zones: the first rule whose pattern fits a dataset's name decides where it lives."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, LiteralString

import psycopg
from psycopg.types.json import Jsonb

FORGET_RULES: LiteralString = "delete from physical.zone_rule"
PUT_RULES: LiteralString = """
insert into physical.zone_rule (place, zone, pattern, settings)
select * from unnest(%s::int[], %s::text[], %s::text[], %s::jsonb[])
"""

# The zone of each dataset asked for (null: of all), by the first rule whose glob fits "namespace/name" or the name;
# * stands for any signs, slashes too, ? for one. Written only where it changes.
REZONE: LiteralString = r"""
with rule as materialized (
  select place, zone, '^' || replace(replace(
      regexp_replace(pattern, '([.^$+(){}|\[\]\\])', '\\\1', 'g'), '*', '.*'), '?', '.') || '$' as fits
  from physical.zone_rule
), found as (
  select d.name, z.zone from core.dataset d join core.name n on n.id = d.name
  left join lateral (
    select zone from rule where n.name ~ fits or n.ns || '/' || n.name ~ fits order by place limit 1) z on true
  where %(names)s::int[] is null or d.name = any(%(names)s::int[])
)
update core.dataset d set zone = found.zone from found
where d.name = found.name and d.zone is distinct from found.zone
"""


def rezone(connection: psycopg.Connection[Any], names: Collection[int] | None = None) -> None:
    """Give these datasets (all of them where None) the zone of the rules that hold: call it for every new dataset."""
    connection.execute(REZONE, {"names": None if names is None else list(names)})


def set_rules(connection: psycopg.Connection[Any], rules: Sequence[Mapping[str, Any]]) -> None:
    """Let these rules hold, in order: {"zone", "pattern", "settings"}; an empty list takes all zones away."""
    connection.execute(FORGET_RULES)
    places = list(range(len(rules)))
    settings = [Jsonb(rule["settings"]) if rule.get("settings") else None for rule in rules]
    connection.execute(
        PUT_RULES, (places, [rule["zone"] for rule in rules], [rule["pattern"] for rule in rules], settings)
    )
    rezone(connection)
