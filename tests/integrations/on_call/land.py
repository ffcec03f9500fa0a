"""Spark: a day's messages of a topic, from their JSON to Parquet in a dated folder.

land.py BROKER TOPIC FOLDER DAY
"""

import sys

from pyspark.sql import SparkSession
from pyspark.sql.functions import col, from_json

broker, topic, folder, day = sys.argv[1:]
spark = SparkSession.builder.appName("land").getOrCreate()
messages = spark.read.format("kafka").option("kafka.bootstrap.servers", broker).option("subscribe", topic).load()
said = from_json(col("value").cast("string"), "id int, customer int, amount int, day string")
orders = messages.select(said.alias("order")).where(col("order.day") == day)
landed = orders.select(
    col("order.id").alias("id"), col("order.customer").alias("customer"), col("order.amount").alias("amount")
)
landed.write.mode("overwrite").parquet(f"{folder}/dt={day}")
spark.stop()
