"""On call: Kafka → Spark on dated folders of S3 → PostgreSQL → dbt, in tasks of Airflow; all of it really emitted.

Two days run once; what was emitted is taken in in many orders, with the naming rule before, between and after,
and with it what dbt's artifacts say and a crawl of the PostgreSQL finds.
"""

from __future__ import annotations

import os
import random
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest import mock

import httpx
import maven
import pytest
import servers
from broker import Broker
from commands import asked, headwater, told
from consumers import consumer
from deadline import until
from pages import Page
from producers import Environment, check_all_accepted
from served import Served, free_port
from warehouse import Warehouse, warehouse

pytestmark = pytest.mark.integration
HERE = Path(__file__).parent
DAYS = ("2026-11-20", "2026-11-21")
TOPIC, EVENTS = "shop.orders", "openlineage-on-call"
PROVIDERS = [f"apache-airflow-providers-{name}" for name in ("common-sql", "postgres", "standard")]
# Of Spark 3.5, with the Hadoop that it is built with.
JARS = (
    "org.apache.spark:spark-sql-kafka-0-10_2.12:3.5.7",
    "org.apache.hadoop:hadoop-aws:3.3.4",
    "org.postgresql:postgresql:42.7.4",
)
SPARK = """
spark.ui.enabled                          false
spark.sql.shuffle.partitions              1
spark.hadoop.fs.s3a.endpoint              {s3}
spark.hadoop.fs.s3a.path.style.access     true
spark.hadoop.fs.s3a.access.key            nobody
spark.hadoop.fs.s3a.secret.key            nothing
"""
RAW = (
    "create schema raw",
    "create table raw.orders (id integer, customer integer, amount integer)",
    "create table raw.customers (id integer, name text)",
    "insert into raw.customers values (1, 'ada'), (2, 'bob')",
)
RULES = r"""
[[naming]]
namespace = 's3://lake'
name = '(?P<table>[^/]+)/dt=(?P<day>[^/]+)'
to_name = "{table}"
partition = "dt={day}"
"""


@dataclass(frozen=True)
class Emitted:
    """What was emitted and what crawls told, an event a line, and how the tables are called in it."""

    lines: list[str]
    crawled: list[str]
    topic: str
    warehouse: str

    @property
    def path(self) -> list[str]:
        """The tables of an order, from the topic to the mart."""
        return [self.topic, "s3://lake/orders", *map(self.table, ("raw.orders", "trusted.orders", "trusted.spent"))]

    def table(self, name: str) -> str:
        return f"{self.warehouse}.{name}"


@dataclass(frozen=True)
class Pipeline:
    """All that takes part."""

    folder: Path
    environments: dict[str, Environment]
    jars: Path
    s3: str
    shop: Warehouse
    broker: Broker
    server: Served

    def prepare(self) -> dict[str, str]:
        """Write the settings of each program, with the lines of its page; gives the variables of Airflow."""
        lines = Page("producers/spark.md", self.server.address).block("properties", "packages")
        lines = re.sub(r"spark\.jars\.packages\s+\S+", f"spark.jars {self.jars}/*", lines)
        (self.jobs / "spark.conf").write_text(lines + SPARK.format(s3=self.s3))
        lines = Page("producers/kafka.md").block("yaml").replace("kafka:9092", self.broker.address)
        (self.jobs / "openlineage.yml").write_text(lines.replace("topic: openlineage", f"topic: {EVENTS}"))
        airflow = Page("producers/airflow.md", self.server.address)
        (self.jobs / "parent.properties").write_text(airflow.block("properties", "parentRunId"))
        (self.jobs / "parent.py").write_text(airflow.block("python", "OPENLINEAGE_PARENT_ID"))
        programs = {name.upper(): str(one.folder / "bin") for name, one in self.environments.items()}
        return {
            **airflow.environ("AIRFLOW__OPENLINEAGE__TRANSPORT"),
            **self.shop.environ,
            **programs,
            "AIRFLOW_HOME": str(self.folder / "airflow"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "false",
            "AIRFLOW__CORE__DAGS_FOLDER": str(self.jobs),
            "BROKER": self.broker.address,
            "CATALOG": self.server.address,
            "JOBS": str(self.jobs),
            "SPARK_LOCAL_IP": "127.0.0.1",
        }

    @property
    def jobs(self) -> Path:
        return self.folder / "jobs"

    def run(self) -> None:
        """Both days, and the reader of the events that went by Kafka."""
        for topic in (TOPIC, EVENTS):
            self.broker.create_topic(topic, 1)
        shutil.copytree(HERE / "on_call", self.jobs)
        shutil.copytree(HERE / "dbt", self.jobs / "dbt")
        environ = self.prepare()
        airflow, kafka = self.environments["airflow"], self.environments["kafka"]
        airflow.run(self.folder, "airflow", "db", "migrate", **environ)
        kafka.run(self.jobs, "python", "declare.py", self.broker.address, TOPIC)
        for day in DAYS:
            kafka.run(self.jobs, "python", "till.py", self.broker.address, TOPIC, day)
            airflow.run(self.folder, "airflow", "dags", "test", "orders", day, **environ)
        flags = ("--group", "on-call", "--until-caught-up", "--url", self.server.address)
        code, said = consumer(self.folder, "reader", self.broker.address, EVENTS, *flags).start().wait()
        assert (code, said["accepted"]) == (0, 1 + 2 * len(DAYS))
        check_all_accepted(self.server, self.shop.password)

    def crawl(self) -> list[str]:
        """What the artifacts of dbt and a crawl of its PostgreSQL tell."""
        project, target = self.jobs / "dbt", ("--target", "postgres")
        results = shutil.copy(project / "target" / "run_results.json", self.folder)
        self.environments["dbt"].run(project, "dbt", "docs", "generate", *target, **self.shop.environ)
        dbt = ("--profiles", str(project), *target, "--job-namespace", "shop", "--run-results", results)
        with mock.patch.dict(os.environ, self.shop.environ):
            told_by = [("dbt", str(project), *dbt), ("postgres", self.shop.address)]
            said = [headwater(self.shop.url, "snapshot", *one, "--dry-run") for one in told_by]
        assert [code for code, _ in said] == [0, 0]
        lines = b"".join(lines for _, lines in said).decode()
        assert self.shop.password not in lines
        return lines.splitlines()

    def emitted(self) -> Emitted:
        with self.server.client() as http:
            lines = http.get("/api/v1/export").text.splitlines()
        return Emitted(
            lines, self.crawl(), f"kafka://{self.broker.address}/{TOPIC}", f"{self.shop.namespace}/{self.shop.name}"
        )


@pytest.fixture(scope="module")
def environments() -> dict[str, Environment]:
    needed = {
        "airflow": [*Page("producers/airflow.md").requirements(), *PROVIDERS],
        "spark-2.12": ["pyspark==3.5.*"],
        "dbt": [*Page("producers/dbt.md").requirements(), "dbt-duckdb"],
        "kafka": ["openlineage-python[kafka]"],
        "s3": ["moto[server]>=5,<6"],
    }
    return {name.partition("-")[0]: Environment(name, requirements) for name, requirements in needed.items()}


@pytest.fixture(scope="module")
def jars() -> Path:
    lines = Page("producers/spark.md").block("properties", "packages")
    (listener,) = re.findall(r"spark\.jars\.packages\s+(\S+)", lines)
    return maven.jars(f"spark-{listener.rpartition(':')[2]}-on-call", [listener, *JARS])


@contextmanager
def lake(s3: Environment, folder: Path) -> Iterator[str]:
    """The address of an S3 with a bucket `lake`."""
    address = f"http://127.0.0.1:{free_port()}"
    process = s3.start(folder, "moto_server", "-H", "127.0.0.1", "-p", address.rpartition(":")[2])

    def made() -> bool:
        try:
            return httpx.put(f"{address}/lake").is_success
        except httpx.TransportError:
            return False

    try:
        until(made, 60, "a bucket")
        yield address
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(scope="module")
def emitted(
    environments: dict[str, Environment],
    jars: Path,
    broker: Broker,
    database_server: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Emitted:

    folder = tmp_path_factory.mktemp("on-call")
    with lake(environments["s3"], folder) as s3, warehouse(database_server) as shop, Served(folder) as server:
        shop.run(*RAW)
        pipeline = Pipeline(folder, environments, jars, s3, shop, broker, server)
        pipeline.run()
        return pipeline.emitted()


@pytest.fixture
def catalogs(database_server: str, database_template: str) -> Iterator[Any]:
    """Makes fresh catalogs."""
    made: list[str] = []

    def fresh() -> str:
        made.append(servers.create_database(database_server, database_template))
        return made[-1]

    yield fresh
    for url in made:
        servers.drop_database(url)


def take_in(url: str, folder: Path, lines: list[str]) -> None:
    file = folder / "events.jsonl"
    file.write_text("\n".join(lines))
    assert headwater(url, "ingest", str(file))[0] == 0


def apply(url: str, folder: Path) -> None:
    (folder / "naming.toml").write_text(RULES)
    assert told(url, "naming", "apply", str(folder / "naming.toml"))["status"] == "APPLIED"


def tables(url: str) -> dict[str, set[str]]:
    """Each dataset, with the partitions that names speak of."""
    said = asked(url, "{ datasets(first: 100) { nodes { ref aliases { nodes { partition } } } } }")
    nodes = said["datasets"]["nodes"]
    return {one["ref"]: {alias["partition"] for alias in one["aliases"]["nodes"]} - {None} for one in nodes}


def lineage(url: str, *arguments: str) -> tuple[set[str], set[tuple[str, str, str]]]:
    """Nodes and edges with their status of an answer that is whole."""
    found = told(url, "lineage", *arguments)
    assert found["complete"]
    names = {one["id"]: one["node"]["ref"] for one in found["nodes"]}
    return set(names.values()), {(names[e["from"]], names[e["to"]], e["status"]) for e in found["edges"]}


def check(url: str, emitted: Emitted, *, crawled: bool = False) -> None:
    """That every table is one node, the columns connect, and each task is one node when collapsed."""
    check_tables(url, emitted)
    check_columns(url, emitted, crawled=crawled)
    check_tasks(url)


def check_tables(url: str, emitted: Emitted) -> None:
    others = {emitted.table(name) for name in ("raw.customers", "trusted.customers")}
    assert sorted(tables(url)) == sorted({*emitted.path, *others})
    assert tables(url)["s3://lake/orders"] == {f"dt={day}" for day in DAYS}


def check_columns(url: str, emitted: Emitted, *, crawled: bool) -> None:
    """Spark's listener knows no columns of Kafka: that hop is what the team declared, all others were seen."""
    columns = [f"{table}#{name}" for table, name in zip(emitted.path, ("value", *["amount"] * 3, "spent"), strict=True)]
    statuses = ["DECLARED", *["OBSERVED"] * 3]
    nodes, edges = lineage(url, f"+{columns[-1]}")
    path = {(*pair, status) for pair, status in zip(pairwise(columns), statuses, strict=True)}
    if crawled:  # the SQL of views tells by which columns they are joined and grouped too
        assert path <= edges
        assert {node.partition("#")[0] for node in nodes} <= tables(url).keys()
    else:
        assert (nodes, edges) == (set(columns), path)


def check_tasks(url: str) -> None:
    tasks = ["shop/till", "shop/orders.land", "shop/orders.stage", "shop/orders.build"]
    nodes, edges = lineage(url, "+trusted.spent", "--collapse", "2")
    assert nodes == set(tasks)
    assert {edge[:2] for edge in edges} == set(pairwise(tasks))
    assert lineage(url, "+trusted.spent", "--collapse", "1")[0] == {"shop/till", "shop/orders"}


def test_without_the_rule_the_days_are_apart(emitted: Emitted, catalogs: Any, tmp_path: Path) -> None:
    """`land` says s3://lake/orders/dt=…, `stage` leaves the day out: so do listeners of two versions."""
    url = catalogs()
    take_in(url, tmp_path, emitted.lines)
    assert tables(url).keys() >= {f"s3://lake/orders/dt={day}" for day in DAYS}
    before = headwater(url, "export", "--state")[1]
    apply(url, tmp_path)
    check(url, emitted)
    assert told(url, "naming", "undo")["rules"] == 0
    assert headwater(url, "export", "--state")[1] == before


@pytest.mark.parametrize("seed", range(4))
def test_in_any_order_it_is_one_path(seed: int, emitted: Emitted, catalogs: Any, tmp_path: Path) -> None:
    wanted, url = catalogs(), catalogs()
    lines = [*emitted.lines, *emitted.crawled]
    take_in(wanted, tmp_path, lines)
    apply(wanted, tmp_path)
    chance = random.Random(seed)
    lines = chance.sample(lines, len(lines))
    cut = (0, len(lines), *chance.sample(range(1, len(lines)), 2))[seed]
    take_in(url, tmp_path, lines[:cut])
    apply(url, tmp_path)
    take_in(url, tmp_path, lines[cut:])
    check(url, emitted, crawled=True)
    assert told(url, "digest")["openlineage"] == told(wanted, "digest")["openlineage"]
    assert headwater(url, "export", "--state")[1] == headwater(wanted, "export", "--state")[1]
