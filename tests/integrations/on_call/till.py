"""A till: the orders of a day become messages of a topic. What it does it says by OpenLineage's Kafka transport.

python till.py BROKER TOPIC DAY
"""

import json
import sys
from datetime import UTC, datetime
from uuid import uuid4

from confluent_kafka import Producer
from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import Job, OutputDataset, Run, RunEvent, RunState
from openlineage.client.facet_v2 import schema_dataset

broker, topic, day = sys.argv[1:]
run, job = Run(str(uuid4())), Job("shop", "till")
fields = [
    schema_dataset.SchemaDatasetFacetFields("key", "bytes"),
    schema_dataset.SchemaDatasetFacetFields("value", "json"),
]
orders = OutputDataset(f"kafka://{broker}", topic, facets={"schema": schema_dataset.SchemaDatasetFacet(fields)})
client = OpenLineageClient()


def tell(state: RunState) -> None:
    now = datetime.now(UTC).isoformat()
    client.emit(RunEvent(eventType=state, eventTime=now, run=run, job=job, outputs=[orders], producer="urn:till"))


tell(RunState.START)
producer = Producer({"bootstrap.servers": broker})
for number, (customer, amount) in enumerate([(1, 3), (2, 4), (1, 5)]):
    producer.produce(topic, json.dumps({"id": number, "customer": customer, "amount": amount, "day": day}))
assert producer.flush(30) == 0
tell(RunState.COMPLETE)
client.close()
