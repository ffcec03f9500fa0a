"""A batch: two files of CSV joined and added up to Parquet, in the folder of the first argument."""

import sys

from pyspark.sql import SparkSession
from pyspark.sql.functions import sum

folder = sys.argv[1]
spark = SparkSession.builder.appName("spent_by_customer").getOrCreate()
orders = spark.read.csv(f"{folder}/orders.csv", header=True, schema="id int, customer int, amount int")
customers = spark.read.csv(f"{folder}/customers.csv", header=True, schema="id int, name string")
joined = orders.join(customers, orders.customer == customers.id)
spent = joined.groupBy("name").agg(sum("amount").alias("spent"))
spent.write.mode("overwrite").parquet(f"{folder}/spent")
spark.stop()
