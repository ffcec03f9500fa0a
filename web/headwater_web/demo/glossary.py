"""The demo's glossary: a SKOS file in two languages, and which columns, features and models its terms speak of."""

import json
from dataclasses import dataclass
from importlib.resources import files

from headwater_web.demo.datasets import DATASETS

_PACKAGE = files("headwater_web.demo")


@dataclass(frozen=True)
class Assignment:
    """A term, and the dataset or the field that it describes."""

    term: str
    namespace: str
    dataset: str
    field: str | None


def turtle() -> str:
    """The glossary as SKOS in Turtle."""
    return _PACKAGE.joinpath("glossary.ttl").read_text(encoding="utf-8")


def assignments() -> list[Assignment]:
    """What `assignments.json` says, as {term IRI: [dataset#field or dataset]}; a name the demo lacks is a KeyError."""
    namespaces = {dataset.name: dataset.namespace for dataset in DATASETS.values()}
    stated: dict[str, list[str]] = json.loads(_PACKAGE.joinpath("assignments.json").read_text(encoding="utf-8"))
    found = []
    for term, targets in stated.items():
        for target in targets:
            name, _, field = target.partition("#")
            found.append(Assignment(term, namespaces[name], name, field or None))
    return found
