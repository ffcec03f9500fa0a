"""What became of the entries that a command took in: counted as they come, shown in the end."""

from __future__ import annotations

from collections import Counter
from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table

from headwater_web.cli.client import Document
from headwater_web.cli.verb import Use

STATES: Final = ("accepted", "duplicate", "rejected", "parked")
MOST_REASONS: Final = 1_000
"""Reasons told apart; a sentence may quote the entry, and a command may run for months."""
_OTHERS: Final = ("others", "Entries were rejected for more reasons than are told apart.", "Mend those above first.")


class Tally:
    """Counts acknowledgements by state, reason of rejection, and finding."""

    def __init__(self) -> None:
        self._states: Counter[str] = Counter()
        self._reasons: Counter[tuple[str, str, str]] = Counter()
        self._findings: Counter[str] = Counter()

    @property
    def received(self) -> int:
        """How many were counted."""
        return self._states.total()

    @property
    def rejected(self) -> int:
        """How many were rejected."""
        return self._states["rejected"]

    def add(self, ack: Document) -> None:
        """Count one acknowledgement."""
        self._states[ack["state"]] += 1
        self._findings.update(ack.get("findings", ()))
        if ack["state"] == "rejected":
            reason = (ack["code"], ack["sentence"], ack["remedy"])
            known = reason in self._reasons or len(self._reasons) < MOST_REASONS
            self._reasons[reason if known else _OTHERS] += 1

    def show(self, use: Use) -> None:
        """Print what was counted."""
        document = {
            "received": self.received,
            **{state: self._states[state] for state in STATES},
            "rejections": [
                {"code": code, "sentence": sentence, "remedy": remedy, "count": count}
                for (code, sentence, remedy), count in self._reasons.most_common()
            ],
            "findings": dict(self._findings),
        }
        use.show(document, self._tables)

    def _tables(self) -> RenderableType:
        sums = Table("received", "", *STATES, box=None, header_style="bold")
        row: list[str] = [f"{self.received:,}", "="]
        sums.add_row(*row, *(f"{self._states[state]:,}" for state in STATES))
        parts: list[RenderableType] = [sums]
        if self._reasons:
            why = Table("count", "rejected because", "remedy", header_style="bold")
            for (code, sentence, remedy), count in self._reasons.most_common():
                why.add_row(f"{count:,}", f"{sentence} ({code})", remedy)
            parts.append(why)
        if self._findings:
            parts.append("findings: " + ", ".join(f"{name} {count:,}" for name, count in self._findings.most_common()))
        return Group(*parts)
