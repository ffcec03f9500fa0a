"""A Checkpoint with three expectations of a table, one of which does not hold; the database's URL is the argument."""

import sys

import great_expectations as gx
from lineage_action import SayToOpenLineage

context = gx.get_context(mode="ephemeral")
source = context.data_sources.add_postgres("warehouse", connection_string=sys.argv[1])
table = source.add_table_asset("spent", table_name="spent", schema_name="trusted")
suite = context.suites.add(gx.ExpectationSuite("spent_is_sound"))
suite.add_expectation(gx.expectations.ExpectColumnValuesToNotBeNull(column="name"))
suite.add_expectation(gx.expectations.ExpectColumnValuesToBeBetween(column="spent", min_value=0, max_value=7))
suite.add_expectation(gx.expectations.ExpectTableRowCountToBeBetween(min_value=1))
whole = table.add_batch_definition_whole_table("all")
sound = gx.ValidationDefinition(name="spent_is_sound", data=whole, suite=suite)
sound = context.validation_definitions.add(sound)
nightly = gx.Checkpoint(name="nightly", validation_definitions=[sound], actions=[SayToOpenLineage()])
print(context.checkpoints.add(nightly).run().success)
