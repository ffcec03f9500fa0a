"""What was measured, said: the machine, figures, gates."""

from __future__ import annotations

import json
import os
import platform
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Gate:
    """A condition on a ratio. least None: no bound below; most None: no bound above."""

    name: str
    value: float
    least: float | None = None
    most: float | None = None
    spread: tuple[float, float] | None = None

    @property
    def passed(self) -> bool:
        """Whether the value is within the bounds."""
        return (self.least is None or self.value >= self.least) and (self.most is None or self.value <= self.most)

    def line(self) -> str:
        """PASS or FAIL, the value with the spread over rounds, the bound."""
        bound = f">= {self.least:g}" if self.least is not None else f"<= {self.most:g}"
        spread = f"  [{self.spread[0]:.3g} - {self.spread[1]:.3g}]" if self.spread else ""
        return f"{'PASS' if self.passed else 'FAIL'}  {self.name}: {self.value:.3g}{spread}  (gate {bound})"


@dataclass
class Report:
    """All that a run has to say."""

    machine: dict[str, Any]
    tables: dict[str, list[list[str]]] = field(default_factory=dict)
    gates: list[Gate] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether no gate failed."""
        return all(gate.passed for gate in self.gates)

    def text(self) -> str:
        """For people."""
        lines = [", ".join(f"{key} {value}" for key, value in self.machine.items()), ""]
        for title, rows in self.tables.items():
            lines += [title, *_aligned(rows), ""]
        lines += [*self.notes, ""] if self.notes else []
        return "\n".join([*lines, *(gate.line() for gate in self.gates)])

    def json(self) -> str:
        """For programs."""
        gates = [{**asdict(gate), "passed": gate.passed} for gate in self.gates]
        said = {"machine": self.machine, "tables": self.tables, "gates": gates, "notes": self.notes}
        return json.dumps(said, indent=2, ensure_ascii=False)


def _aligned(rows: list[list[str]]) -> list[str]:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    return [
        "  "
        + "  ".join(
            cell.rjust(width) if n else cell.ljust(width)
            for n, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    ]


def machine(postgres: str) -> dict[str, Any]:
    """What it ran on; the load tells how far absolute figures can be trusted."""
    return {
        "when": datetime.now(UTC).strftime("%Y-%m-%d %H:%MZ"),
        "processor": _processor(),
        "cores": os.cpu_count(),
        "load": f"{os.getloadavg()[0]:.1f}",
        "python": platform.python_version(),
        "postgresql": postgres,
        "system": platform.system(),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
