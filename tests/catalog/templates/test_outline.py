"""Outlines of formats and systems: few, and opened exactly where the whole value is."""

from __future__ import annotations

from itertools import product

import pytest

from headwater_catalog.facets.opening import Connection, Csv, Format, JsonLayout
from headwater_catalog.facets.shape import Sign
from headwater_catalog.templates import outline
from headwater_catalog.templates.opening import Told, opening
from headwater_catalog.templates.render import TARGETS, Wanted, template

LONG = Sign("||")
DIALECTS = [
    None,
    Csv(null_tokens=("none",), header=False, date_format="%q", decimal=","),
    Csv(delimiter=Sign("\t"), quote=Sign("'"), escape=Sign("\\"), comment="--", skip_rows=3),
    *(Csv(delimiter=LONG, skip_rows=skip, comment=said) for skip, said in product((None, 2), (None, "#"))),
    Csv(quote=LONG, escape=Sign("//"), skip_rows=1),
    Csv(quote=LONG, escape=LONG, skip_rows=1),
]
FORMATS = [
    *(
        Format(name="csv", encoding=encoding, compression=packed, csv=csv)
        for encoding, packed, csv in product((None, "cp1252", "nobody's"), (None, "gz", "XZ", "zstd", "rar"), DIALECTS)
    ),
    *(Format(name=name) for name in ("CSV", "parquet", "avro", "orc", "xlsx", "text", "delta", "jsonl", "tsv")),
    *(Format(name="json", json=JsonLayout(layout, where)) for layout, where in (("LINES", None), (None, "a.b"))),
    *(Format(name=name, compression="rar", encoding="base64") for name in ("parquet", "avro", "text", "json")),
]
SPACES = (
    *("postgres://db:5432", "postgresql://", "mysql://m", "sqlite:///srv/x.db", "sqlite://x", "bigquery://p"),
    *("oracle://o:1521", "kafka://b:9092", "file", "s3://bucket", "lake", "trino://:8080"),
)
SYSTEMS = [
    None,
    Connection(name="said alone"),
    *(Connection(driver=name, database="shop") for name in ("PostgreSQL", "sqlite", "bigquery", "kafka", "oracle")),
    Connection(host="db", port=1, user="u", options={"sslmode": "require"}),
]


def opened(told: Told) -> bool:
    one = opening(told)
    made = [template(one, Wanted(target)).code for target in TARGETS if target != "sql"]
    return any(code is not None for code in made)


@pytest.mark.parametrize("said", FORMATS, ids=str)
def test_a_format_is_opened_where_its_outline_is(said: Format) -> None:
    assert opened(Told("file", "x", format=outline.of_format(said))) == opened(Told("file", "x", format=said))


@pytest.mark.parametrize("space", SPACES)
def test_a_table_is_opened_where_its_outline_is(space: str) -> None:
    for said in SYSTEMS:
        kept = outline.of_connection(said) if said else None
        whole = Told(space, "a.b.c", connection=said)
        assert opened(Told(outline.of_space(space), "a.b.c", connection=kept)) == opened(whole), said


def test_what_decides_nothing_makes_no_other_outline() -> None:
    """Judging one takes milliseconds, and a catalog has as many formats and systems as somebody tells."""
    formats = [
        Format(name="csv", csv=Csv(null_tokens=(f"none{n}",), delimiter=Sign(chr(64 + n))), differences=(f"{n}",))
        for n in range(50)
    ]
    assert len({outline.of_format(one) for one in formats}) == 1
    assert len({outline.of_space(f"postgres://db{n}:5432") for n in range(50)}) == 1
    assert len({outline.of_connection(Connection(driver="mysql", host=f"h{n}", user=f"u{n}")) for n in range(50)}) == 1
