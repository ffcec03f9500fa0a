"""A stream: each file of CSV that lands becomes a micro-batch of Parquet, in the folder of the first argument."""

import sys

from pyspark.sql import SparkSession

folder = sys.argv[1]
spark = SparkSession.builder.appName("landing").getOrCreate()
landed = spark.readStream.option("header", True).option("maxFilesPerTrigger", 1)
orders = landed.schema("id int, customer int, amount int").csv(f"{folder}/in")
cents = orders.selectExpr("id", "amount * 100 as cents")
writing = cents.writeStream.option("checkpointLocation", f"{folder}/checkpoint").trigger(availableNow=True)
writing.foreachBatch(lambda batch, _: batch.write.mode("append").parquet(f"{folder}/cents")).start().awaitTermination()
spark.stop()
