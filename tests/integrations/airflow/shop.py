"""Two tasks of SQL, and one of Python that says itself what it reads and writes."""

from datetime import datetime

from airflow.providers.common.compat.openlineage.facet import Dataset
from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.providers.standard.operators.python import PythonOperator
from airflow.sdk import DAG

LOAD = "insert into trusted.orders select id, customer, amount from raw.orders"
ADD_UP = "insert into trusted.spent select customer, sum(amount) as spent from trusted.orders group by customer"

with DAG("shop", schedule=None, start_date=datetime(2026, 1, 1), description="What customers spend.") as dag:
    load = SQLExecuteQueryOperator(task_id="load", conn_id="warehouse", sql=LOAD)
    add_up = SQLExecuteQueryOperator(task_id="add_up", conn_id="warehouse", sql=ADD_UP)
    send = PythonOperator(
        task_id="send",
        python_callable=lambda: None,
        inlets=[Dataset(namespace="s3://reports", name="template.html")],
        outlets=[Dataset(namespace="s3://reports", name="spent.html")],
    )
    load >> add_up >> send
