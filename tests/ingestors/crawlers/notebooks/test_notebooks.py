"""Notebooks as proposals: what each library's calls read and write, what could not be resolved, hostile code."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from crawled import Memory

from headwater_catalog.errors import InvalidRequest
from headwater_ingestors.crawlers.notebooks import cells, code, crawler
from headwater_ingestors.crawlers.notebooks.crawler import opened
from headwater_ingestors.crawlers.snapshot import Report


def ipynb(*cells: str, version: int = 4, language: str = "python") -> str:
    found = [{"cell_type": "code", "source" if version == 4 else "input": cell.splitlines(True)} for cell in cells]
    metadata = {"kernelspec": {"language": language}}
    if version == 4:
        return json.dumps({"nbformat": 4, "metadata": metadata, "cells": [{"cell_type": "markdown"}, *found]})
    return json.dumps({"nbformat": 3, "metadata": metadata, "worksheets": [{"cells": found}]})


def crawl(root: Path, memory: Memory | None = None, **options: str) -> tuple[list[dict[str, Any]], Report]:
    return (memory or Memory()).crawl(opened(str(root), {"job-namespace": "ds", **options}))


def read(root: Path, *cells: str, **options: str) -> tuple[list[str], list[str], list[str]]:
    """What a notebook of these cells reads, writes, and the codes of what could not be resolved."""
    (root / "a.ipynb").write_text(ipynb(*cells))
    events, report = crawl(root, **options)
    codes = [one.code for one in report.listed]
    if not events:
        return [], [], codes

    def names(side: str) -> list[str]:
        shown = [
            one["name"] if one["namespace"] == "file" else f"{one['namespace']}/{one['name']}"
            for one in events[0][side]
        ]
        return [one.removeprefix(f"{root}/") for one in shown]

    return names("inputs"), names("outputs"), codes


PG = "import sqlalchemy as sa\nengine = sa.create_engine('postgresql+psycopg://ana:hunter2hunter2@db/shop')\n"
SHOP = "postgres://db:5432/shop"


@pytest.mark.parametrize(
    ("code", "reads", "writes"),
    [
        (
            "import pandas as pd\ndf = pd.read_csv('raw/a.csv')\ndf.to_parquet('out/b.parquet')",
            ["raw/a.csv"],
            ["out/b.parquet"],
        ),
        ("from pandas import read_excel\nread_excel(io='a.xlsx')", ["a.xlsx"], []),
        ("import polars as pl\npl.scan_parquet('a.parquet').sink_csv('b.csv')", ["a.parquet"], ["b.csv"]),
        ("import pandas as pd\npd.read_parquet('s3://lake/orders/')", ["s3://lake/orders"], []),
        ("import pandas as pd\nroot = 'raw'\nday = '1'\npd.read_csv(f'{root}/{day}.csv')", ["raw/1.csv"], []),
        ("import pandas as pd, os\npd.read_csv(os.path.join('raw', 'a.csv'))", ["raw/a.csv"], []),
        (
            "from pathlib import Path\nimport pandas as pd\nD = Path('raw')\npd.read_json(D / 'x' / 'a.json')",
            ["raw/x/a.json"],
            [],
        ),
        ("import pandas as pd\nC = {'in': 'a.csv'}\npd.read_csv(C['in'])", ["a.csv"], []),
        ("import pandas as pd\nfor n in ['a', 'b']:\n    pd.read_csv(n + '.csv')", ["a.csv", "b.csv"], []),
        ("import pandas as pd\npd.read_csv('{}-{x}.csv'.format('a', x='b'))", ["a-b.csv"], []),
        ("import pandas as pd\ndef load(path='a.csv'):\n    return pd.read_csv(path)", ["a.csv"], []),
        (
            "import duckdb\nduckdb.sql(\"select * from 'a.parquet' join read_csv('b.csv') using (id)\")",
            ["a.parquet", "b.csv"],
            [],
        ),
        ("import duckdb\ndf = 1\nduckdb.sql('select * from df')", [], []),
        ("import duckdb\nduckdb.sql(\"copy (select * from 'a.csv') to 'b.parquet'\")", ["a.csv"], ["b.parquet"]),
        (
            "import duckdb\ncon = duckdb.connect('w.duckdb')\ncon.execute('create table t as select * from mart.s')",
            ["duckdb://{root}/w.duckdb/w.mart.s"],
            ["duckdb://{root}/w.duckdb/w.main.t"],
        ),
        ("x = spark.read.option('header', True).csv('a.csv')\nx.write.mode('append').parquet('b')", ["a.csv"], ["b"]),
        ("spark.table('raw.o').write.saveAsTable('mart.o')", ["spark/raw.o"], ["spark/mart.o"]),
        ("spark.sql('insert into mart.o select * from raw.o')", ["spark/raw.o"], ["spark/mart.o"]),
        (PG + "import pandas as pd\npd.read_sql('select * from raw.o', engine)", [f"{SHOP}.raw.o"], []),
        (PG + "import pandas as pd\npd.read_sql_table('o', engine, schema='raw')", [f"{SHOP}.raw.o"], []),
        (PG + "frame.to_sql('o', engine, schema='mart', if_exists='append')", [], [f"{SHOP}.mart.o"]),
        (
            PG + "with engine.begin() as c:\n    c.execute(sa.text('insert into mart.o select 1 from raw.p'))",
            [f"{SHOP}.raw.p"],
            [f"{SHOP}.mart.o"],
        ),
        (
            "import psycopg\nc = psycopg.connect(host='db', dbname='shop', password='hunter2hunter2')\n"
            "c.cursor().execute('insert into raw.o values (1)')",
            [],
            [f"{SHOP}.raw.o"],
        ),
        ("import joblib\njoblib.dump(model, 'models/m.joblib')", [], ["models/m.joblib"]),
        ("with open('notes.txt', 'w') as f:\n    f.write('x')", [], ["notes.txt"]),
        ("%%sql postgresql://ana:hunter2hunter2@db/shop\nselect * from raw.o", [f"{SHOP}.raw.o"], []),
        (
            "%load_ext sql\n%sql postgresql://ana:hunter2hunter2@db/shop\nt = %sql select * from raw.o",
            [f"{SHOP}.raw.o"],
            [],
        ),
        ("%%time\nimport pandas as pd\n!ls\npd.read_csv('a.csv')", ["a.csv"], []),
        ("%%bigquery df\nselect * from p.d.t", ["bigquery/p.d.t"], []),
        ("import requests\nrequests.get('http://x').json()\nd.read().json()", [], []),
    ],
)
def test_calls_and_magics_are_read(tmp_path: Path, code: str, reads: Sequence[str], writes: Sequence[str]) -> None:
    found = read(tmp_path, code)
    there = [one.replace("{root}", str(tmp_path)) for one in reads]
    assert found == (there, [one.replace("{root}", str(tmp_path)) for one in writes], [])
    (event,), _ = crawl(tmp_path) if found[0] or found[1] else ((None,), None)
    assert "hunter2" not in json.dumps(event)


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        ("import pandas as pd\npd.read_csv(input())", ["unresolved-path"]),
        ("import pandas as pd\nif x:\n    p = 'a.csv'\nelse:\n    p = 'b.csv'\npd.read_csv(p)", ["unresolved-path"]),
        ("import pandas as pd\np = 'a.csv'\np += end()\npd.read_csv(p)", ["unresolved-path"]),
        ("import pandas as pd\npd.read_sql(make(), con)", ["unresolved-query"]),
        ("df.to_sql(name(), con)", ["unresolved-table"]),
        ("def (", ["unparsed"]),
        ("import duckdb\nduckdb.sql('selec 1 fro')", ["unparsed"]),
        ("%%bash\nls", ["language"]),
        ("x = " + "(" * 5_000, ["unparsed"]),
        ("x = " + "-" * 50_000 + "1", ["unparsed"]),
    ],
)
def test_what_cannot_be_resolved_is_told(tmp_path: Path, code: str, wanted: list[str]) -> None:
    assert read(tmp_path, code)[2] == wanted


@pytest.mark.parametrize(
    ("code", "where"),
    [
        ("import duckdb\nduckdb.connect('md:shop?motherduck_token=hunter2hunter2')", "duckdb://md:shop"),
        (
            "import sqlalchemy\nsqlalchemy.create_engine('postgresql://ana:hun?ter2hunter2@db/shop')",
            "postgres://db:5432",
        ),
        ("import sqlalchemy\nsqlalchemy.create_engine('mssql://db;password=hunter2hunter2')", "mssql://db:1433"),
        ("import psycopg\npsycopg.connect('host=db password=hunter2hunter2')", "postgres://db:5432"),
        ("import psycopg\npsycopg.connect(host='ana:hunter2hunter2@db')", "postgres"),
    ],
)
def test_no_secret_of_a_connection_becomes_part_of_a_name(tmp_path: Path, code: str, where: str) -> None:
    module, _, connection = code.partition("\n")
    text = f"{module}\nc = {connection}\nc.execute('insert into s.t values (1)')"
    (tmp_path / "a.ipynb").write_text(ipynb(text))
    (event,), _ = crawl(tmp_path, dialect="postgres")
    assert [one["namespace"] for one in event["outputs"]] == [where]
    assert "hunter2" not in json.dumps(event)


def test_values_go_from_cell_to_cell_and_queries_take_them(tmp_path: Path) -> None:
    cells = (
        PG + "table = 'raw.o'",
        "%%sql $engine\nselect * from {{table}}",
        "import pandas as pd\npd.read_csv(nowhere)",
    )
    reads, _, codes = read(tmp_path, *cells)
    assert (reads, codes) == ([f"{SHOP}.raw.o"], ["unresolved-path"])
    (event,), report = crawl(tmp_path)
    assert report.listed[0].place == f"{tmp_path.name}/a.ipynb cell 4:2"
    told = event["job"]["facets"]["headwater_proposal"]
    assert [(one["name"], one["cell"], one["line"], one["by"]) for one in told["reads"]] == [
        ("shop.raw.o", 3, 2, "%%sql")
    ]
    assert [(one["cell"], one["line"], one["code"]) for one in told["unresolved"]] == [(4, 2, "unresolved-path")]
    assert 0 < told["confidence"] < 0.5
    assert event["job"]["name"] == f"{tmp_path.name}/a.ipynb"


def test_tables_of_no_known_database_are_those_of_the_options(tmp_path: Path) -> None:
    options = {"dialect": "postgres", "namespace": "postgres://db", "database": "shop"}
    assert read(tmp_path, "%%sql\nselect * from o", **options)[0] == [f"{SHOP}.public.o"]
    assert read(tmp_path, "conn.execute('insert into mart.o select 1')", **options)[1] == [f"{SHOP}.mart.o"]


def test_older_notebooks_and_scripts_with_cells(tmp_path: Path) -> None:
    code = "import pandas as pd\npd.read_csv('a.csv')"
    (tmp_path / "old.ipynb").write_text(ipynb(code, version=3))
    (tmp_path / "cells.py").write_text(f"# %% [markdown]\n# words\n# %%\n{code}\n")
    (tmp_path / "plain.py").write_text(code)
    (tmp_path / "stats.ipynb").write_text(ipynb("read.csv('a.csv')", language="R"))
    events, report = crawl(tmp_path)
    assert [one["job"]["name"].rpartition("/")[2] for one in events] == ["cells.py", "old.ipynb"]
    assert [(one.place.rpartition("/")[2], one.code) for one in report.listed] == [("stats.ipynb", "language")]


def test_a_second_crawl_adds_nothing_and_what_is_gone_is_taken_back(tmp_path: Path) -> None:
    memory = Memory()
    (tmp_path / "a.ipynb").write_text(ipynb("import pandas as pd\npd.read_csv('a.csv').to_csv('b.csv')"))
    (tmp_path / "b.ipynb").write_text(ipynb("import pandas as pd\npd.read_csv('b.csv')"))
    assert len(crawl(tmp_path, memory)[0]) == 2
    os.utime(tmp_path / "a.ipynb", (0, 0))
    assert crawl(tmp_path, memory)[0] == []
    (tmp_path / "a.ipynb").write_text("{")
    (tmp_path / "b.ipynb").unlink()
    events, report = crawl(tmp_path, memory)
    assert [(one["job"]["name"].rpartition("/")[2], one["job"]["facets"]["lineage"]["entries"]) for one in events] == [
        ("b.ipynb", [])
    ]
    assert [one.code for one in report.listed] == ["not-json"]


def test_nothing_is_run(tmp_path: Path) -> None:
    trap = tmp_path / "sprung"
    code = f"open({str(trap)!r}, 'w')\n__import__('pathlib').Path({str(trap)!r}).touch()"
    read(tmp_path, code, f"!touch {trap}", f"%%bash\ntouch {trap}")
    assert not trap.exists()


@pytest.mark.parametrize(
    "code",
    [
        "x = 'a'\n" + "x = x + x\n" * 60 + "import pandas as pd\npd.read_csv(x)",
        "x = ('a',)\n"
        + "x = (x, x)\n" * 60
        + "if y:\n    x = ('a',)\n"
        + "    x = (x, x)\n" * 60
        + "import pandas as pd\npd.read_csv(x)",
        "import pandas as pd\n"
        + "".join(f"{' ' * n}for a{n} in {list('abcdefghij')}:\n" for n in range(9))
        + " " * 9
        + "pd.read_csv(z)",
        "import pandas as pd\npd.read_csv('{:>999999999}'.format('a'))",
        "import pandas as pd\npd.read_csv('a\\0b')",
    ],
)
def test_hostile_code_takes_no_longer_than_other(tmp_path: Path, code: str) -> None:
    assert [one for one in read(tmp_path, code)[2] if one != "too-many-statements"] == ["unresolved-path"]


def test_of_too_many_cells_and_statements_the_first_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cells, "MAX_CELLS", 2)
    monkeypatch.setattr(code, "MAX_STEPS", 4)
    reading = "import pandas as pd\npd.read_csv('{}.csv')"
    (tmp_path / "a.ipynb").write_text(ipynb(*map(reading.format, "abc")))
    (tmp_path / "b.py").write_text("".join(f"# %%\n{reading.format(name)}\n" for name in "abc"))
    (tmp_path / "c.ipynb").write_text(ipynb(reading.format("a") + "\npass\npass\npass\npass"))
    events, report = crawl(tmp_path)
    assert [len(one["inputs"]) for one in events] == [2, 2, 1]
    assert [(one.place.rpartition("/")[2], one.code) for one in report.listed] == [
        ("a.ipynb", "too-many-cells"), ("b.py", "too-many-cells"), ("c.ipynb cell 2:5", "too-many-statements"),
    ]  # fmt: skip


def test_of_too_much_code_nothing_more_is_parsed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reading = "import pandas as pd\npd.read_csv('{}.csv')"
    monkeypatch.setattr(code, "MAX_CODE", 2 * len(reading))
    assert read(tmp_path, *map(reading.format, "abcd"))[::2] == (["a.csv", "b.csv"], ["too-large"])


def test_files_are_bounded_and_links_lead_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outside = tmp_path / "outside"
    root = tmp_path / "root"
    outside.mkdir()
    root.mkdir()
    (outside / "a.ipynb").write_text(ipynb("open('a', 'w')"))
    (root / "link.ipynb").symlink_to(outside / "a.ipynb")
    (root / "folder").symlink_to(outside)
    (root / "deep.ipynb").write_text("[" * 100_000)
    (root / "odd.ipynb").write_text('{"cells": [1, {"cell_type": "code", "source": 7}, null]}')
    (root / "large.ipynb").write_text(" " * 1_000)
    monkeypatch.setattr(crawler, "MAX_FILE", 200_000)
    assert [one.code for one in crawl(root)[1].listed] == ["not-json", "not-json", "no-file"]
    monkeypatch.setattr(crawler, "MAX_FILE", 500)
    assert [one.code for one in crawl(root)[1].listed] == ["too-large", "too-large", "no-file"]
    with pytest.raises(InvalidRequest, match="There is no"):
        opened(str(tmp_path / "no"), {})
