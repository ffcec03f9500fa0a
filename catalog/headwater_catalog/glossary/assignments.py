"""Assignments of terms from spreadsheets (CSV) and JSON: rows become changes of an edit, or findings."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from headwater_catalog.errors import Refused, TooLarge
from headwater_catalog.glossary.skos import Finding, Imported
from headwater_catalog.names import text
from headwater_catalog.subjects import is_iri, read_subject

MAX_BYTES = 10 * 2**20
MAX_ROWS = 10_000
COLUMNS = ("term", "kind", "namespace", "name", "field", "status", "note")
STATUSES = ("PROPOSED", "ACCEPTED", "REJECTED", "REMOVED")

Terms = Callable[[str], Sequence[str]]
"""IRIs of the terms that have a label."""


def read_assignments(raw: bytes, name: str, terms: Terms = lambda _label: ()) -> Imported:
    """Changes from rows with the columns term (IRI or label), namespace, name, and perhaps kind, field, status, note.

    Status REMOVED takes an assignment away. A row that cannot be read is a finding with its number; the others count.
    Raises TooLarge `assignments_too_large`, Refused `unreadable_assignments`.
    """
    if len(raw) > MAX_BYTES:
        raise TooLarge("assignments_too_large", f"The file has more than {MAX_BYTES // 2**20} MiB.", "Split it.")
    rows = _rows(raw, name)
    if len(rows) > MAX_ROWS:
        raise TooLarge("assignments_too_large", f"The file has more than {MAX_ROWS:,} rows.", "Split it.")
    changes: list[dict[str, Any]] = []
    findings: list[Finding] = []
    for number, row in enumerate(rows, 1):
        read = _change(row, terms)
        if isinstance(read, dict):
            changes.append(read)
        else:
            findings.append(Finding(read[0], f"{name}, row {number}", read[1]))
    return Imported(changes, findings)


def _rows(raw: bytes, name: str) -> list[Mapping[str, object]]:
    try:
        content = raw.decode("utf-8-sig")
        if name.lower().endswith(".json"):
            found = json.loads(content)
            rows = found.get("assignments") if isinstance(found, dict) else found
            return _objects(rows if isinstance(rows, list) else [])
        dialect = csv.Sniffer().sniff(content.partition("\n")[0] + "\n", ",;\t")
        return list(csv.DictReader(io.StringIO(content), dialect=dialect))
    except (UnicodeDecodeError, ValueError, RecursionError, csv.Error) as error:
        raise Refused(
            "unreadable_assignments",
            f"{name} cannot be read: {error}.",
            f"Write a CSV in UTF-8 with the columns {', '.join(COLUMNS)}, or a JSON list of objects with these names.",
        ) from error


def _objects(rows: Iterable[object]) -> list[Mapping[str, object]]:
    return [row if isinstance(row, dict) else {} for row in rows]


def _change(row: Mapping[str, object], terms: Terms) -> dict[str, Any] | tuple[str, str]:
    cells = {str(column or "").strip().lower(): text(value) for column, value in row.items()}
    term = _term(cells.get("term", ""), terms)
    if isinstance(term, tuple):
        return term
    kind = cells.get("kind") or ("field" if cells.get("field") else "dataset")
    parts = [kind, cells.get("namespace", ""), cells.get("name", "")] + ([cells.get("field", "")] * (kind == "field"))
    subject = read_subject(parts)
    if subject is None or kind not in ("dataset", "field", "job"):
        return "unreadable-node", "It names no dataset, field or job by kind, namespace, name and field."
    status = (cells.get("status") or "ACCEPTED").upper()
    if status not in STATUSES:
        return "unknown-status", f"{status} is no status; use {', '.join(STATUSES)}."
    if status == "REMOVED":
        return {"unassign": {"term": term, "node": list(subject)}}
    return {"assign": {"term": term, "node": list(subject), "status": status, "note": cells.get("note") or None}}


def _term(said: str, terms: Terms) -> str | tuple[str, str]:
    if is_iri(said) and not terms(said):
        return said
    found = terms(said) if said else ()
    if len(found) == 1:
        return found[0]
    if found:
        return "ambiguous-term", f"{said} is the label of {len(found)} terms: {', '.join(found[:5])}."
    return "unknown-term", f"No term is called {said}." if said else "The row names no term."
