"""Checks an archive with Spark: lines of documents in, lines of answers out.

    python spark.py ZHUBI ARCHIVE ANSWERS [PARTITIONS]

ARCHIVE is a file, a folder or a pattern that Spark can read; ANSWERS is a folder that it creates. Each partition goes
through a zhubi of its own, which reads documents as fast as it answers them; neither holds more than a few of them.
"""

import shlex
import sys

from pyspark.sql import SparkSession

zhubi, archive, answers = sys.argv[1:4]
spark = SparkSession.builder.appName("zhubi").getOrCreate()
lines = spark.sparkContext.textFile(archive)
if len(sys.argv) > 4:
    lines = lines.repartition(int(sys.argv[4]))
# One thread each: Spark runs as many partitions at a time as there are cores. Lines that are no documents are answered
# in their places; with the exit code 2 for them, `checkCode=True` would fail the partition.
lines.pipe(f"{shlex.quote(zhubi)} check --jsonl-in --exit-zero --jobs 1").saveAsTextFile(answers)
spark.stop()
