"""Puts a model version into the form that ad targeting serves, from the next day on; or rolls back to one."""

import json
from collections.abc import Callable

from headwater_web.demo.columns import columns
from headwater_web.demo.datasets import MODELLER
from headwater_web.demo.story import (
    COMPACT_EXPORTER_NIGHT,
    ROLLBACK_NIGHT,
    ROLLBACK_VERSION,
    TRAINING_NIGHTS,
    calendar_day,
)
from headwater_web.demo.task import Job, Night, Outcome, Read, appended, table_written

TABLE = "exploitation.deployment_ad_targeting"
SOURCE = "exploitation.model_sentiment"
DEFINITION = """
    live_from DATE PRIMARY KEY, model_version INTEGER, exporter VARCHAR, classes VARCHAR[], weights VARCHAR,
    artefact VARCHAR"""
CHOSEN = "SELECT version, weights FROM exploitation.model_sentiment WHERE version = $version"
DEPLOY = """
INSERT INTO exploitation.deployment_ad_targeting
VALUES ($live_from, $version, $exporter, $classes, $weights, $artefact)"""
COLUMNS = columns("""
    model_version = exploitation.model_sentiment:version
    weights       = exploitation.model_sentiment:weights -- the weights of the chosen version
    artefact      ~ exploitation.model_sentiment:version -- {live_from}-v{version}.json
    * FILTER        exploitation.model_sentiment:version -- WHERE version = $version
""")

# The model says how likely the first of these is.
CLASSES = ["positive", "negative"]


def plain(classes: list[str]) -> list[str]:
    """The first exporter: classes as the model has them."""
    return classes


def compact(classes: list[str]) -> list[str]:
    """The second exporter sorts whatever it writes. This is the demo's bug: the order of the classes has a meaning."""
    return sorted(classes)


def exporter(day: int) -> Callable[[list[str]], list[str]]:
    """The exporter of that night; the rollback takes the old one along."""
    return compact if COMPACT_EXPORTER_NIGHT <= day < ROLLBACK_NIGHT else plain


def version_of(day: int) -> int:
    """The version that this night deploys."""
    return ROLLBACK_VERSION if day == ROLLBACK_NIGHT else TRAINING_NIGHTS.index(day) + 1


def work(night: Night) -> Outcome:
    """One row, and one file, a deployment."""
    lake, export = night.lakehouse, exporter(night.day)
    change = appended(lake, TABLE, DEFINITION)
    [(version, weights)] = lake.rows(CHOSEN, version=version_of(night.day))
    live_from, classes = calendar_day(night.day + 1), export(CLASSES)
    artefact = f"lakehouse/deployments/ad_targeting/{live_from:%Y%m%d}-v{version}.json"
    path = lake.root / artefact
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"classes": classes, "model": json.loads(weights)}) + "\n", encoding="utf-8")
    lake.rows(
        DEPLOY,
        live_from=live_from,
        version=version,
        exporter=export.__name__,
        classes=classes,
        weights=weights,
        artefact=artefact,
    )
    return Outcome(
        {SOURCE: Read(1, str(version))}, {TABLE: table_written(night, TABLE, 1, COLUMNS, change, version=str(version))}
    )


JOB = Job(
    name="deploy",
    language="PYTHON",
    about="Puts a model version into the form that ad targeting serves, from the next day on; or rolls back to one.",
    owner=MODELLER,
    minute=82,
    lasts=3,
    reads=(SOURCE,),
    writes=(TABLE,),
    work=work,
    due=lambda day: day in TRAINING_NIGHTS or day == ROLLBACK_NIGHT,
    looks=TRAINING_NIGHTS[2:],
)
