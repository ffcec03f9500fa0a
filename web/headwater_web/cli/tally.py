"""What became of the entries that a command took in: counted as they come, shown in the end."""

from __future__ import annotations

from collections import Counter
from typing import Final

from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Column, Table

from headwater_web.cli.client import Document
from headwater_web.cli.verb import Use
from headwater_web.splitting import Place

STATES: Final = ("accepted", "duplicate", "rejected", "parked")
SHOWN: Final = 20
"""Rejected entries that are listed one by one; --json lists all."""
MOST_REASONS: Final = 1_000
"""Reasons told apart; a sentence may quote the entry, and a command may run for months."""
_OTHERS: Final = ("others", "Entries were rejected for more reasons than are told apart.", "Mend those above first.")


class Tally:
    """Counts acknowledgements by state, reason of rejection, and finding; lists what was rejected, `most` at most."""

    def __init__(self, most: int | None = SHOWN) -> None:
        self._most = most
        self._listed: list[tuple[Place, str, str]] = []
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

    @property
    def duplicates(self) -> int:
        """How many the catalog had already."""
        return self._states["duplicate"]

    def add(self, ack: Document, place: Place | None = None) -> None:
        """Count one acknowledgement. place: where its entry stands, if that is to be told."""
        self._states[ack["state"]] += 1
        self._findings.update(ack.get("findings", ()))
        if ack["state"] == "rejected":
            reason = (ack["code"], ack["sentence"], ack["remedy"])
            known = reason in self._reasons or len(self._reasons) < MOST_REASONS
            self._reasons[reason if known else _OTHERS] += 1
            if place is not None and (self._most is None or len(self._listed) < self._most):
                self._listed.append((place, ack["code"], ack["sentence"]))

    def show(self, use: Use) -> None:
        """Print what was counted."""
        document = {
            "received": self.received,
            **{state: self._states[state] for state in STATES},
            "rejections": [
                {"code": code, "sentence": sentence, "remedy": remedy, "count": count}
                for (code, sentence, remedy), count in self._reasons.most_common()
            ],
            "rejectedEntries": [
                {"file": place.file, "line": place.line or None, "code": code, "sentence": sentence}
                for place, code, sentence in self._listed
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
        if self._listed:
            where = Table(Column("where", overflow="fold"), "rejected because", header_style="bold")
            for place, code, sentence in self._listed:
                where.add_row(escape(str(place)), f"{sentence} ({code})")
            parts.append(where)
            more = self.rejected - len(self._listed)
            if more:
                parts.append(f"and {more:,} more; --json lists all")
            parts.append("[dim]`headwater entries list` shows them, with what is kept of them.[/]")
        if self._findings:
            parts.append("findings: " + ", ".join(f"{name} {count:,}" for name, count in self._findings.most_common()))
        return Group(*parts)
