"""What Spark's listener does not say of messages: which column of the folder is made of them. Said once, as a JobEvent.

python declare.py BROKER TOPIC
"""

import sys
from datetime import UTC, datetime

from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import InputDataset, Job, JobEvent, OutputDataset
from openlineage.client.facet_v2 import column_lineage_dataset as columns

broker, topic = sys.argv[1:]
messages = (f"kafka://{broker}", topic)
value = columns.InputField(*messages, field="value")
made = {name: columns.Fields(inputFields=[value]) for name in ("id", "customer", "amount")}
client = OpenLineageClient()
client.emit(
    JobEvent(
        eventTime=datetime.now(UTC).isoformat(),
        job=Job("shop", "land"),
        inputs=[InputDataset(*messages)],
        outputs=[
            OutputDataset(
                "s3a://lake", "orders", facets={"columnLineage": columns.ColumnLineageDatasetFacet(fields=made)}
            )
        ],
        producer="urn:declared",
    )
)
client.close()
