"""What a query says in its parameters, on the command line as over HTTP."""

from __future__ import annotations

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.times import parse_moment


def moment(said: str | None, name: str) -> int | None:
    """A time of a query as microseconds; raises InvalidRequest."""
    if not said:
        return None
    found = parse_moment(said)
    if found is None:
        raise InvalidRequest(
            "invalid_time",
            f"{name} is no time.",
            "Write it as 2024-05-01T10:00:00Z, or a day as 2024-05-01, which is its beginning in UTC.",
            name=name,
        )
    return found


def moments(**asked: str | None) -> dict[str, str]:
    """Those times that were said, as they were, by name; raises InvalidRequest for what is no time."""
    said = {name: one for name, one in asked.items() if one}
    for name, one in said.items():
        moment(one, name)
    return said


def flag(said: str | None, name: str) -> bool:
    """A flag of a query; raises InvalidRequest for what is neither true nor false: it must not be taken for false."""
    if said not in (None, "true", "false"):
        raise InvalidRequest(
            "invalid_flag", f"{name} is true or false.", f"Write {name}=true, or leave it out.", name=name
        )
    return said == "true"
