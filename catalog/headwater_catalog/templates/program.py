"""A Python program, put together: imports, the functions it brings along, its statements."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from headwater_catalog.templates import parts
from headwater_catalog.templates.quoting import python

_FAR: Final = ("pandas", "polars", "duckdb", "pyspark", "sqlalchemy", "fsspec", "fastavro", "pyarrow")


@dataclass(slots=True)
class Program:
    """A program in the making. about: its first line, of which nothing can become code."""

    about: str
    imports: set[str] = field(default_factory=set)
    functions: list[Callable[..., Any]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)

    def uses(self, *imports: str) -> None:
        """Imports, as statements."""
        self.imports |= set(imports)

    def brings(self, *functions: Callable[..., Any]) -> None:
        """Functions of `parts`, in the order in which they call each other."""
        for function in functions:
            if function not in self.functions:
                self.functions.append(function)
                self.imports |= {f"import {name}" for name in parts.NEEDS[function]}

    def add(self, *lines: str) -> None:
        """Statements."""
        self.lines += lines

    def text(self) -> str:
        """The whole program."""
        code = "\n\n\n".join(parts.source(function) for function in self.functions)
        imports = self.imports | _typing(code)
        near = sorted((one for one in imports if not _is_far(one)), key=_order)
        far = sorted((one for one in imports if _is_far(one)), key=_order)
        future = ["from __future__ import annotations"] if code else []
        blocks = ["\n".join(block) for block in ([f"# {python(self.about)}"], future, near, far) if block]
        return "\n\n".join(blocks) + (f"\n\n\n{code}\n\n\n" if code else "\n\n") + "\n".join(self.lines) + "\n"


def _typing(code: str) -> set[str]:
    found = {"from typing import Any"} if "Any" in code else set()
    kinds = sorted(name for name in ("Callable", "Iterator", "Mapping") if f"{name}[" in code)
    return found | ({f"from collections.abc import {', '.join(kinds)}"} if kinds else set())


def _is_far(statement: str) -> bool:
    return statement.split()[1].partition(".")[0] in _FAR


def _order(statement: str) -> tuple[bool, str]:
    return statement.startswith("from"), statement
