"""Spark: a dated folder of Parquet is added to a table of the warehouse.

stage.py FOLDER DAY TABLE; the warehouse is told by variables.
"""

import os
import sys

from pyspark.sql import SparkSession

folder, day, table = sys.argv[1:]
port, user, password, name = (os.environ[f"WAREHOUSE_{one}"] for one in ("PORT", "USER", "PASSWORD", "NAME"))
spark = SparkSession.builder.appName("stage").getOrCreate()
orders = spark.read.parquet(f"{folder}/dt={day}").select("id", "customer", "amount")
login = {"user": user, "password": password, "driver": "org.postgresql.Driver"}
orders.write.mode("append").jdbc(f"jdbc:postgresql://127.0.0.1:{port}/{name}", table, properties=login)
spark.stop()
