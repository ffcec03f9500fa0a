"""On call: Kafka → Spark on dated folders of S3 → PostgreSQL → dbt, in tasks of Airflow; all of it really emitted."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import maven
import pytest
from broker import Broker
from consumers import consumer
from deadline import until
from pages import Page
from producers import Environment, ask, check_all_accepted
from served import Served, free_port
from warehouse import Warehouse, warehouse

pytestmark = pytest.mark.integration
HERE = Path(__file__).parent
PAGES = {name: f"producers/{name}.md" for name in ("airflow", "dbt", "kafka", "spark")}
PROVIDERS = [f"apache-airflow-providers-{name}" for name in ("common-sql", "postgres", "standard")]
DAYS = ("2026-11-20", "2026-11-21")
JARS = (
    "org.apache.spark:spark-sql-kafka-0-10_2.12:3.5.7",
    "org.apache.hadoop:hadoop-aws:3.3.4",
    "org.postgresql:postgresql:42.7.4",
)
SPARK = """
spark.ui.enabled                          false
spark.sql.shuffle.partitions              1
spark.driver.host                         127.0.0.1
spark.driver.bindAddress                  127.0.0.1
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


@pytest.fixture(scope="module")
def environments() -> dict[str, Environment]:
    for program in ("java", "mvn"):
        if shutil.which(program) is None:
            pytest.skip(f"no spark: {program} is not here")
    needed = {
        "airflow": [*Page(PAGES["airflow"]).requirements(), *PROVIDERS],
        "spark-2.12": ["pyspark==3.5.*"],
        "dbt": [*Page(PAGES["dbt"]).requirements(), "dbt-duckdb"],
        "kafka": ["openlineage-python[kafka]"],
        "s3": ["moto[server]>=5,<6"],
    }
    return {name: Environment(name, requirements) for name, requirements in needed.items()}


@pytest.fixture(scope="module")
def jars() -> Path:
    (listener,) = re.findall(r"spark\.jars\.packages\s+(\S+)", Page(PAGES["spark"]).block("properties", "packages"))
    return maven.jars("spark-on-call", [listener, *JARS])


@pytest.fixture
def s3(environments: dict[str, Environment], tmp_path: Path) -> Iterator[str]:
    """The address of an S3 with a bucket `lake`."""
    port = free_port()
    process = environments["s3"].start(tmp_path, "moto_server", "-H", "127.0.0.1", "-p", str(port))
    address = f"http://127.0.0.1:{port}"

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


@pytest.fixture
def shop(database_server: str) -> Iterator[Warehouse]:
    with warehouse(database_server) as found:
        found.run(*RAW)
        yield found


def test_proto(environments, jars, s3, shop, broker: Broker, tmp_path: Path) -> None:
    broker.create_topic("openlineage-on-call", 1)
    broker.create_topic("shop.orders", 1)
    with Served(tmp_path) as server:
        jobs = prepared(jars, server, s3, tmp_path)
        try:
            run(environments, server, shop, broker, jobs, tmp_path)
        finally:
            with server.client() as http:
                Path("/tmp/oncall_export.jsonl").write_text(http.get("/api/v1/export").text)
    assert 0


def prepared(jars, server, s3, folder):
    jobs = shutil.copytree(HERE / "on_call", folder / "jobs")
    shutil.copytree(HERE / "dbt", jobs / "dbt")
    lines = Page(PAGES["spark"], server.address).block("properties", "packages")
    lines = re.sub(r"spark\.jars\.packages\s+\S+", f"spark.jars {jars}/*", lines)
    (jobs / "spark.conf").write_text(lines + SPARK.format(s3=s3))
    return jobs


def run(environments, server, shop, broker, jobs, folder) -> None:
    transport = Page(PAGES["kafka"]).block("yaml").replace("kafka:9092", broker.address).replace("topic: openlineage", "topic: openlineage-on-call")
    (jobs / "openlineage.yml").write_text(transport)
    home = folder / "airflow"
    (home / "dags").mkdir(parents=True)
    shutil.copy(jobs / "orders.py", home / "dags")
    environ = {
        **Page(PAGES["airflow"], server.address).environ("AIRFLOW__OPENLINEAGE__TRANSPORT"),
        **shop.environ,
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "false",
        "BROKER": broker.address,
        "CATALOG": server.address,
        "JOBS": str(jobs),
        "SPARK": str(environments["spark-2.12"].folder / "bin"),
        "DBT": str(environments["dbt"].folder / "bin"),
        "SPARK_LOCAL_IP": "127.0.0.1",
    }
    airflow = environments["airflow"]
    airflow.run(home, "airflow", "db", "migrate", **environ)
    for day in DAYS[:1]:
        environments["kafka"].run(jobs, "python", "till.py", broker.address, "shop.orders", day)
        print(airflow.run(home, "airflow", "dags", "test", "orders", day, **environ)[-20000:])
    flags = ("--group", "on-call", "--until-caught-up", "--url", server.address)
    reader = consumer(folder, "reader", broker.address, "openlineage-on-call", *flags).start()
    print(reader.wait())
    check_all_accepted(server, shop.password)
