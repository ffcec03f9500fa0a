"""The way of the orders: Spark lands them from Kafka, Spark stages them in the warehouse, dbt builds on them."""

import os
from datetime import datetime

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG

JOBS, TOPIC, FOLDER = os.environ["JOBS"], "shop.orders", "s3a://lake/orders"
MACROS = "macros.OpenLineageProviderPlugin.lineage_"
PARENT = {
    "parentJobNamespace": "job_namespace()",
    "parentJobName": "job_name(task_instance)",
    "parentRunId": "run_id(task_instance)",
    "rootParentJobNamespace": "root_job_namespace(task_instance)",
    "rootParentJobName": "root_job_name(task_instance)",
    "rootParentRunId": "root_run_id(task_instance)",
}


def spark(task: str, *words: str) -> BashOperator:
    """A task that submits a Spark job, as the parent of what it does."""
    parent = [f"--conf spark.openlineage.{key}={{{{ {MACROS}{value} }}}}" for key, value in PARENT.items()]
    submit = f"spark-submit --master local[1] --properties-file {JOBS}/spark.conf"
    command = " ".join([submit, *parent, f"{JOBS}/{task}.py", *words])
    path = f"{os.environ['SPARK']}:{os.environ['PATH']}"
    return BashOperator(task_id=task, bash_command=command, env={"PATH": path}, append_env=True)


with DAG("orders", schedule=None, start_date=datetime(2026, 1, 1)) as dag:
    land = spark("land", os.environ["BROKER"], TOPIC, FOLDER, "{{ ds }}")
    stage = spark("stage", FOLDER, "{{ ds }}", "raw.orders")
    build = BashOperator(
        task_id="build",
        bash_command=f"dbt-ol build --target postgres --project-dir {JOBS}/dbt --profiles-dir {JOBS}/dbt",
        env={
            "PATH": f"{os.environ['DBT']}:{os.environ['PATH']}",
            "OPENLINEAGE_URL": os.environ["CATALOG"],
            "OPENLINEAGE_NAMESPACE": "shop",
            "OPENLINEAGE_PARENT_ID": f"{{{{ {MACROS}parent_id(task_instance) }}}}",
        },
        append_env=True,
    )
    land >> stage >> build
