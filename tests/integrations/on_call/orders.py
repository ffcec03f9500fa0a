"""The way of the orders: Spark lands them from Kafka, Spark stages them in the warehouse, dbt builds on them."""

import os
from ast import literal_eval
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

JOBS, TOPIC, FOLDER = Path(os.environ["JOBS"]), "shop.orders", "s3a://lake/orders"
# Who started what a task starts: the lines of docs/producers/airflow.md.
PARENT = (JOBS / "parent.properties").read_text().split("\n")[:-1]
PARENT_OF_DBT = literal_eval((JOBS / "parent.py").read_text())
# Each day's folder has a name of its own. `stage` has the listener's own way, without the day.
DATED = "spark.openlineage.dataset.disabledTrimmers=io.openlineage.client.dataset.partition.trimmer.KeyValueTrimmer"


def spark(task: str, *words: str, settings: Sequence[str] = ()) -> BashOperator:
    """A task that submits a Spark job, as the parent of what it does."""
    submit = f"spark-submit --master local[1] --properties-file {JOBS}/spark.conf"
    flags = (f"--conf '{setting}'" for setting in (*PARENT, *settings))
    command = " ".join([submit, *flags, f"{JOBS}/{task}.py", *words])
    path = f"{os.environ['SPARK']}:{os.environ['PATH']}"
    return BashOperator(task_id=task, bash_command=command, env={"PATH": path}, append_env=True)


with DAG("orders", schedule=None, start_date=datetime(2026, 1, 1)) as dag:
    land = spark("land", os.environ["BROKER"], TOPIC, FOLDER, "{{ ds }}", settings=[DATED])
    stage = spark("stage", FOLDER, "{{ ds }}", "raw.orders")
    build = BashOperator(
        task_id="build",
        bash_command=f"dbt-ol build --target postgres --project-dir {JOBS}/dbt --profiles-dir {JOBS}/dbt",
        env={
            "PATH": f"{os.environ['DBT']}:{os.environ['PATH']}",
            "OPENLINEAGE_URL": os.environ["CATALOG"],
            "OPENLINEAGE_NAMESPACE": "shop",
            **PARENT_OF_DBT,
        },
        append_env=True,
    )
    land >> stage >> build
