"""Assignments from spreadsheets: each row a change or a finding with its number."""

from __future__ import annotations

import json

import pytest

from headwater_catalog.edits.changes import Change, read_change
from headwater_catalog.errors import HeadwaterError
from headwater_catalog.glossary.assignments import read_assignments

IRI = "https://e.org/customer"
LABELS = {"Customer": [IRI], "Order": ["urn:a", "urn:b"]}


def test_rows_become_assignments_by_iri_or_label() -> None:
    table = f"Term;Namespace;Name;Field;Status\nCustomer;s3://lake;/orders;buyer;\n{IRI};s3a://lake;orders;;removed\n"
    imported = read_assignments(table.encode(), "x.csv", lambda label: LABELS.get(label, ()))
    assert imported.findings == []
    assert [list(change) for change in imported.changes] == [["assign"], ["unassign"]]
    assert imported.changes[0]["assign"]["node"] == ["field", "s3://lake", "orders", "buyer"]
    assert all(isinstance(read_change(change), Change) for change in imported.changes)


def test_each_row_that_cannot_be_read_is_told_by_its_number() -> None:
    rows = [
        {"term": "Order", "namespace": "n", "name": "t"},
        {"term": "Nobody", "namespace": "n", "name": "t"},
        {"term": IRI, "name": "t"},
        {"term": IRI, "namespace": "n", "name": "t", "status": "MAYBE"},
        {"term": IRI, "kind": "job", "namespace": "n", "name": "t"},
        5,
    ]
    imported = read_assignments(json.dumps(rows).encode(), "x.json", lambda label: LABELS.get(label, ()))
    assert [(one.code, one.about) for one in imported.findings] == [
        ("ambiguous-term", "x.json, row 1"),
        ("unknown-term", "x.json, row 2"),
        ("unreadable-node", "x.json, row 3"),
        ("unknown-status", "x.json, row 4"),
        ("unknown-term", "x.json, row 6"),
    ]
    assert imported.changes[0]["assign"]["node"] == ["job", "n", "t"]


@pytest.mark.parametrize("raw", [b"", b"\xff", b"term"])
def test_a_file_that_is_no_table_is_refused(raw: bytes) -> None:
    with pytest.raises(HeadwaterError):
        read_assignments(raw, "x.csv")
