"""A task that names the assets it reads and makes, and two whose SQL tells."""

from datetime import datetime

from airflow.providers.common.sql.operators.sql import SQLExecuteQueryOperator
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, Asset, Connection

warehouse = Connection.get("warehouse")
RAW = Asset(f"postgres://{warehouse.host}:{warehouse.port}/{warehouse.schema}/raw/orders")
LOAD = "insert into trusted.orders select id, customer, amount from raw.orders"
ADD_UP = "insert into trusted.spent select customer, sum(amount) as spent from trusted.orders group by customer"

with DAG("shop", schedule=None, start_date=datetime(2026, 1, 1), description="What customers spend.") as dag:
    fetch = EmptyOperator(task_id="fetch", inlets=[Asset("file:///exports/orders.csv")], outlets=[RAW])
    load = SQLExecuteQueryOperator(task_id="load", conn_id="warehouse", sql=LOAD)
    add_up = SQLExecuteQueryOperator(task_id="add_up", conn_id="warehouse", sql=ADD_UP)
    fetch >> load >> add_up
