"""Which files programs for R and Spark read: those of the dataset's own pattern, or none."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from headwater_catalog.facets.opening import Csv, Format, JsonLayout, Location
from headwater_catalog.facets.shape import Sign
from headwater_catalog.templates import parts, source
from headwater_catalog.templates.opening import Field, Told, opening
from headwater_catalog.templates.render import Template, Wanted, template

COMMAS = Format("csv", csv=Csv(delimiter=Sign(","), quote=Sign('"'), header=True))
TREE = ("2025/orders/a.csv", "2025/customers/a.csv", "2025/orders/_tmp.csv", "2025/orders/.b.csv", "x.csv",
        "2025/orders/deep/c.csv", ".hidden/orders/a.csv", "2025/orders/a1.csv", "2025/orders/a.json")  # fmt: skip
PATTERNS = ("*/orders/*.csv", "**/*", "**/*.csv", "*.csv", "**/orders/a?.csv", "2025/**/*.csv", "*/*/[!b]*.csv",
            "*/orders/a[0-9].csv", "*/orders/(a|b)+.csv", "**")  # fmt: skip


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in TREE:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("id\n1\n")
    return tmp_path


def made(root: Path, target: str, pattern: str, *folders: str, style: str = "HIVE", form: Format = COMMAS) -> Template:
    where = Location(str(root), pattern, folders, style)
    fields = [Field("id", "int"), Field("ok", "boolean"), Field("big", "uint64"), Field("few", "uint32")]
    return template(opening(Told("file", str(root), None, fields, format=form, location=where)), Wanted(target))


@pytest.mark.parametrize("pattern", PATTERNS)
def test_an_expression_fits_what_its_pattern_fits(tree: Path, pattern: str) -> None:
    """R's list of files leaves hidden ones out, wherever they lie."""
    own = re.compile(source.expression(pattern))
    shown = [name for name in TREE if not any(part.startswith(".") for part in name.split("/"))]
    found = [name for name in shown if own.fullmatch(name) and not name.rpartition("/")[2].startswith("_")]
    assert sorted(found) == [str(Path(path).relative_to(tree)) for path in parts.listed(str(tree), pattern)]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_r_lists_these_files(tree: Path, pattern: str) -> None:
    if shutil.which("Rscript") is None:
        pytest.skip("R is not installed")
    code = made(tree, "r", pattern).code or ""
    files = [line for line in code.splitlines() if line.startswith(("root <-", "found <-", "files <-"))]
    file = tree.parent / f"{tree.name}.R"
    file.write_text("\n".join([*files, 'cat(files, sep = "\\n")']))
    done = subprocess.run(["Rscript", str(file)], capture_output=True, text=True, check=True)
    assert sorted(done.stdout.split()) == parts.listed(str(tree), pattern)


def test_spark_has_the_whole_pattern() -> None:
    def paths(pattern: str, *folders: str) -> tuple[list[str], dict[str, object]]:
        code = made(Path("/lake"), "spark", pattern, *folders).code or ""
        tree = ast.parse(code)
        (said,) = (ast.literal_eval(one.value) for one in tree.body
                   if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == "PATHS")  # fmt: skip
        calls = [ast.literal_eval(f"({ast.unparse(one)[14:-1]})") for one in ast.walk(tree)
                 if isinstance(one, ast.Call) and ast.unparse(one).startswith("reader.option(")]  # fmt: skip
        return said, dict(calls)

    assert paths("*/orders/*.csv")[0] == ["/lake/*/orders/*.csv"]
    assert "recursiveFileLookup" not in paths("*/orders/*.csv")[1]
    assert paths("[!a]/{b}.csv")[0] == ["/lake/[^a]/\\{b\\}.csv"]
    said, options = paths("2025/**/*.csv")
    assert (said, options["pathGlobFilter"], options["recursiveFileLookup"]) == (["/lake/2025"], "*.csv", True)
    said, options = paths("**/*.csv", "month")
    assert (said, options["basePath"]) == (["/lake"], "/lake")
    assert "recursiveFileLookup" not in options
    assert 'partitionColumnTypeInference.enabled", "false"' in (made(Path("/x"), "spark", "*", "month").code or "")
    assert made(Path("/lake"), "spark", "**/orders/*.csv").missing[0].code == "deep_pattern"


@pytest.mark.parametrize("target", ["spark", "r"])
@pytest.mark.parametrize("form", [COMMAS, Format("parquet"), Format("json", json=JsonLayout("LINES"))])
def test_folders_that_are_values_alone_are_refused(target: str, form: Format) -> None:
    one = made(Path("/lake"), target, "*/*", "year", style="VALUE", form=form)
    assert (one.code, one.missing[0].code) == (None, "folders")


def test_types_are_the_catalogs() -> None:
    spark, r = (made(Path("/lake"), target, "*.csv").code or "" for target in ("spark", "r"))
    assert "no truth value" in spark
    assert 'stopifnot(is.na(data[["ok"]])' in r
    assert 'data[["few"]] <- bit64::as.integer64' in r
    assert '# data[["big"]] stays text' in r
    parquet = made(Path("/lake"), "spark", "*", "month", form=Format("parquet")).code or ""
    assert "withColumn('id', F.col('`id`').cast('bigint'))" in parquet
    assert "hive_partition(`month` = utf8())" in (
        made(Path("/l"), "r", "*", "month", form=Format("parquet")).code or ""
    )
