"""Spark with OpenLineage's listener: a batch that joins files, and a stream of micro-batches."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from pages import Page
from producers import Environment, ask, check_all_accepted, check_questions
from served import Served

pytestmark = pytest.mark.integration
PAGE = "producers/spark.md"
JOBS = Path(__file__).parent / "spark"
# Of each the newest, with the Scala that its package is built with: 3.5 is the last of 2.12.
VERSIONS = {"pyspark==3.5.*": "2.12", "pyspark==4.*": "2.13"}
QUIET = {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "1"}
QUERY = """query ($of: String!) {
  jobs { nodes { namespace name parent { name } reads { node { label } } writes { node { label } }
                 runs { nodes { state parent { job { name } } inputs { label } facets } } } }
  datasets { nodes { namespace name fields { nodes { path type } } } }
  lineage(select: $of, granularity: COLUMN) {
    nodes { id node { ref label } } edges { from to status transformations { type subtype } } }
}"""


class Spark(NamedTuple):
    """Where it is installed, and the lines of the page for its Scala."""

    environment: Environment
    scala: str

    def lines(self, address: str) -> str:
        return Page(PAGE, address).block("properties", "packages").replace("_2.12", f"_{self.scala}")


@pytest.fixture(scope="module", params=VERSIONS)
def spark(request: pytest.FixtureRequest) -> Spark:
    """With the listener's jar in Maven's local repository, where Spark looks before it asks others."""
    for program in ("java", "mvn"):
        if shutil.which(program) is None:
            pytest.skip(f"no spark: {program} is not here")
    scala = VERSIONS[request.param]
    found = Spark(Environment(f"spark-{scala}", [request.param]), scala)
    (artifact,) = re.findall(r"spark\.jars\.packages\s+(\S+)", found.lines(""))
    get = ["mvn", "-q", "-B", "dependency:get", f"-Dartifact={artifact}", "-Dtransitive=false"]
    done = subprocess.run(get, capture_output=True, text=True, timeout=600, check=False)
    if done.returncode:
        pytest.skip(f"no spark: Maven could not fetch {artifact} ({done.stdout.strip()[:300]})")
    return found


def submit(spark: Spark, server: Served, job: str, folder: Path) -> None:
    """Run a job of the folder `spark` on one core, with the lines of the page."""
    (folder / "spark.conf").write_text(
        spark.lines(server.address) + "".join(f"{key} {value}\n" for key, value in QUIET.items())
    )
    command = ["spark-submit", "--master", "local[1]", "--properties-file", "spark.conf", str(JOBS / job), str(folder)]
    spark.environment.run(folder, *command, SPARK_LOCAL_IP="127.0.0.1")
    check_all_accepted(server)


def orders(file: Path, *rows: str) -> None:
    file.parent.mkdir(exist_ok=True)
    file.write_text("\n".join(["id,customer,amount", *rows, ""]))


def test_a_batch_that_joins_two_files(spark: Spark, server: Served, tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    orders(folder / "orders.csv", "1,1,3", "2,2,4", "3,1,5")
    (folder / "customers.csv").write_text("id,name\n1,ada\n2,bob\n")
    submit(spark, server, "spent.py", folder)
    said = ask(server, QUERY, of=f"+{folder}/spent#spent")
    jobs = {one["name"]: one for one in said["jobs"]["nodes"]}
    application, action = "spent_by_customer", "spent_by_customer.adaptive_spark_plan.shop_spent"
    assert set(jobs) == {application, action}
    assert {one["namespace"] for one in jobs.values()} == {"shop"}
    assert jobs[action]["parent"]["name"] == application
    assert edges_of(jobs[action]) == (["customers.csv", "orders.csv"], ["spent"])
    (run,) = jobs[action]["runs"]["nodes"]
    assert (run["state"], jobs[application]["runs"]["nodes"][0]["state"]) == ("COMPLETE", "COMPLETE")
    assert statistics(run) == 2
    assert columns(said) == {
        f"{folder}/orders.csv": {"id": "integer", "customer": "integer", "amount": "integer"},
        f"{folder}/customers.csv": {"id": "integer", "name": "string"},
        f"{folder}/spent": {"name": "string", "spent": "long"},
    }
    joins = ["INDIRECT/FILTER", "INDIRECT/JOIN"]
    assert flows(said) == {
        f"{folder}/orders.csv#amount": ["DIRECT/AGGREGATION"],
        f"{folder}/orders.csv#customer": joins,
        f"{folder}/customers.csv#id": joins,
        f"{folder}/customers.csv#name": ["INDIRECT/GROUP_BY"],
    }
    check_questions(server, Page(PAGE), f"{folder}/orders.csv#amount")


def test_a_stream_of_micro_batches(spark: Spark, server: Served, tmp_path: Path) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    for number in range(3):
        orders(folder / "in" / f"{number}.csv", f"{number},1,3")
    submit(spark, server, "landing.py", folder)
    said = ask(server, QUERY, of=f"{folder}/cents#cents")
    jobs = {one["name"]: one for one in said["jobs"]["nodes"]}
    written = "landing.execute_insert_into_hadoop_fs_relation_command.shop_cents"
    assert set(jobs) == {"landing", "landing.project", written}
    assert edges_of(jobs[written]) == (["in"], ["cents"])
    runs = jobs[written]["runs"]["nodes"]
    assert [one["state"] for one in runs] == ["COMPLETE"] * 3
    assert [statistics(one) for one in runs] == [1, 1, 1]
    read = [one for run in jobs["landing.project"]["runs"]["nodes"] for one in run["inputs"]]
    assert sorted(one["label"] for one in read) == ["0.csv", "1.csv", "2.csv"]
    assert {one["parent"]["job"]["name"] for one in runs} == {"landing"}
    assert columns(said)[f"{folder}/cents"] == {"id": "integer", "cents": "integer"}


def edges_of(job: Any) -> tuple[list[str], list[str]]:
    """What a job reads and what it writes."""
    read, written = (sorted(one["node"]["label"] for one in job[side]) for side in ("reads", "writes"))
    return read, written


def statistics(run: Any) -> int:
    """How many rows a run says that it wrote."""
    (facet,) = (one["value"] for one in run["facets"] if one["facet"] == "outputStatistics")
    return int(facet["rowCount"])


def columns(said: Any) -> dict[str, dict[str, str]]:
    """Columns and types of each dataset."""
    nodes = said["datasets"]["nodes"]
    return {node["name"]: {one["path"]: one["type"] for one in node["fields"]["nodes"]} for node in nodes}


def flows(said: Any) -> dict[str, list[str]]:
    """Of each source column how it flows into the one that was asked for."""
    names = {one["id"]: one["node"]["ref"].removeprefix("file/") for one in said["lineage"]["nodes"]}
    assert {one["status"] for one in said["lineage"]["edges"]} == {"OBSERVED"}
    return {
        names[edge["from"]]: sorted(f"{one['type']}/{one['subtype']}" for one in edge["transformations"])
        for edge in said["lineage"]["edges"]
    }
