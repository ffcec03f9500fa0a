"""What the answer to an event means: whether it is refused for good, and why, in words without secrets."""

from __future__ import annotations

from typing import Any, Final

from headwater_catalog.errors import HeadwaterError
from headwater_catalog.secret_patterns import redact_string

_ANOTHER_TIME: Final = frozenset({401, 403, 404, 405, 407, 408, 409, 425, 429})
"""Client errors that say nothing of the event: a key, an address or a moment is wrong."""
_LONGEST: Final = 300


class NotAnEventError(ValueError):
    """A document from which no event can be made: it will never be sent."""


def refuses(trouble: Exception) -> bool:
    """Whether that event will never be taken, however often it is sent."""
    if isinstance(trouble, NotAnEventError):
        return True
    status = _status(trouble)
    return status is not None and 400 <= status < 500 and status not in _ANOTHER_TIME


def fails(trouble: Exception) -> bool:
    """Whether the catalog failed over that event: for its own reasons, or for the event's."""
    status = _status(trouble)
    return status is not None and status >= 500


def why(trouble: Exception) -> str:
    """Why an event was not taken: the answer's own words, its status, else the kind of error."""
    if isinstance(trouble, HeadwaterError):
        return str(trouble).rstrip(".")
    if isinstance(trouble, NotAnEventError):
        return "it is no OpenLineage event"
    status = _status(trouble)
    if status is None:
        return type(trouble).__name__
    detail = _detail(getattr(trouble, "response", None))
    return f"{status}, {detail.rstrip('.')}" if detail else f"it answered {status}"


def _status(trouble: Exception) -> int | None:
    status = getattr(getattr(trouble, "response", None), "status_code", None)
    return status if isinstance(status, int) else None


def _detail(response: Any) -> str:
    try:
        detail = response.json()["detail"]
    except (ValueError, KeyError, TypeError, AttributeError, RuntimeError):  # not of ours, or already closed
        return ""
    return redact_string(detail)[:_LONGEST] if isinstance(detail, str) else ""
