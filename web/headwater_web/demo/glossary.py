"""The demo's glossary: a SKOS file in two languages, and which columns, features and models its terms speak of."""

import json
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from headwater_web.demo.datasets import DATASETS

# The term for personal data, and those that are narrower than it.
PERSONAL = ("personal-data", "email-address", "marketing-consent")
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


@cache
def personal_columns() -> dict[str, set[str | None]]:
    """Fields that a term says are personal, by the name of their dataset; None: the whole of it."""
    found: dict[str, set[str | None]] = defaultdict(set)
    for one in assignments():
        if one.term.rpartition("/")[2] in PERSONAL:
            found[one.dataset].add(one.field)
    return dict(found)
