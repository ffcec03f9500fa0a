"""What the door says of an entry."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Self

from headwater_catalog.errors import HeadwaterError

ACCEPTED: Final = "accepted"
DUPLICATE: Final = "duplicate"
PARKED: Final = "parked"
REJECTED: Final = "rejected"


@dataclass(frozen=True, slots=True)
class Ack:
    """An entry's end. `entry`: sha256 of its redacted bytes; `event`: the id of what it holds, where it was readable.

    accepted: durable and visible; duplicate: known already; parked: durable, yet the catalog failed to take it up;
    rejected: not taken in, with code, sentence, remedy, and `status` as HTTP says it. findings: what was odd about it.
    """

    entry: str
    event: str | None
    state: str
    findings: tuple[str, ...] = ()
    code: str = ""
    sentence: str = ""
    remedy: str = ""
    status: int = 201
    data: dict[str, object] = field(default_factory=dict)

    @classmethod
    def rejected(cls, entry: str, error: HeadwaterError, event: str | None = None) -> Self:
        """The end of an entry that `error` keeps out."""
        problem = (error.code, error.sentence, error.remedy)
        return cls(entry, event, REJECTED, (), *problem, error.http_status, error.data)

    @property
    def place(self) -> str:
        """Where in the entry the error is: a line and column, or the path of a member; "" where that is not known."""
        return str(self.data.get("place") or self.code.partition(":")[2])

    def document(self) -> dict[str, object]:
        """As JSON: what is empty is left out."""
        said = {
            "entry": self.entry,
            "event": self.event,
            "state": self.state,
            "findings": list(self.findings),
            "code": self.code,
            "sentence": self.sentence,
            "remedy": self.remedy,
            "place": self.place,
        }
        return {key: value for key, value in said.items() if value}
