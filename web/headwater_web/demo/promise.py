"""A data contract that covers two of the demo's tables, as `headwater contract import` tells of it."""

from collections.abc import Iterator
from datetime import datetime
from importlib.resources import files

from headwater_catalog.contracts.document import label, objects
from headwater_catalog.contracts.parts import cut
from headwater_catalog.names import text
from headwater_ingestors.contracts.reading import read_contract
from headwater_ingestors.crawlers.crawler import Document
from headwater_ingestors.crawlers.facets import physical, producer
from headwater_web.demo.datasets import TABLES
from headwater_web.demo.lakehouse import Lakehouse
from headwater_web.demo.story import iso

FILE = "contracts/ads.odcs.yaml"


def promised(lakehouse: Lakehouse, at: datetime) -> Iterator[Document]:
    """Puts the contract beside the tables, and tells each of them its part of it."""
    content = files("headwater_web.demo").joinpath("contract.yaml").read_bytes()
    path = lakehouse.home / FILE
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    contract = read_contract(content, FILE)
    names = [(TABLES, text(label(one)) or "") for one in objects(contract.value)]
    for (namespace, name), part in zip(names, cut(contract, names), strict=True):
        facets = physical("contract", part)
        yield {
            "eventTime": iso(at),
            "producer": producer("contract"),
            "dataset": {"namespace": namespace, "name": name, "facets": facets},
        }
