"""Trains a new version of the sentiment model on all days so far, writes its file and registers it."""

import json
from dataclasses import asdict

from headwater_web.demo import model
from headwater_web.demo.columns import columns
from headwater_web.demo.datasets import MODELLER
from headwater_web.demo.jobs.features import FEATURES, LABEL
from headwater_web.demo.lakehouse import Lakehouse
from headwater_web.demo.story import TRAINING_NIGHTS, calendar_day
from headwater_web.demo.task import Job, Night, Outcome, Read, appended, rule, table_written

TABLE = "exploitation.model_sentiment"
SOURCE = "exploitation.features_user_sentiment"
LEAST_ACCURACY = 0.8
DEFINITION = """
    version INTEGER PRIMARY KEY, trained_through DATE, weights VARCHAR, training_rows BIGINT,
    holdout_accuracy DOUBLE, artefact VARCHAR"""
EXAMPLES = f"""
SELECT {", ".join(FEATURES)}, {LABEL} FROM {SOURCE}
WHERE feature_day <= $day AND {LABEL} IS NOT NULL ORDER BY feature_day, user_id"""  # noqa: S608 - names of this module
REGISTER = """
INSERT INTO exploitation.model_sentiment VALUES ($version, $day, $weights, $training_rows, $accuracy, $artefact)"""

_LEARNT_FROM = " ".join(f"{SOURCE}:{name}" for name in (*FEATURES, LABEL))
COLUMNS = columns(f"""
    trained_through  + {SOURCE}:feature_day -- the day of the night it is trained in
    weights          + {_LEARNT_FROM} -- model.train(features, good_mood)
    training_rows    + {SOURCE}:{LABEL} -- len(taught)
    holdout_accuracy + {_LEARNT_FROM} -- model.accuracy(trained, features, good_mood)
    * FILTER           {SOURCE}:feature_day {SOURCE}:{LABEL} -- WHERE feature_day <= $day AND {LABEL} IS NOT NULL
""")


def version_of(day: int) -> int:
    """The version that this night trains."""
    return TRAINING_NIGHTS.index(day) + 1


def work(night: Night) -> Outcome:
    """Every fifth example is held out to measure the model; the rest teaches it."""
    version, lake = version_of(night.day), night.lakehouse
    change = appended(lake, TABLE, DEFINITION)
    examples = lake.rows(EXAMPLES, day=calendar_day(night.day))
    taught, held_out = [e for n, e in enumerate(examples) if n % 5], examples[::5]

    def after(epoch: int, loss: float) -> None:
        if epoch % (model.EPOCHS // 3) == 0 and epoch < model.EPOCHS:
            night.running(epoch / model.EPOCHS, {"epoch": str(epoch), "loss": f"{loss:.4f}"})

    trained = model.train([e[:-1] for e in taught], [e[-1] for e in taught], after)
    accuracy = model.accuracy(trained, [e[:-1] for e in held_out], [e[-1] for e in held_out])
    _register(lake, night.day, trained, accuracy, len(taught))
    # No profile of the label's table is kept: it grows with every day and would say nothing about this version.
    return Outcome(
        {SOURCE: Read(len(examples))},
        {TABLE: table_written(night, TABLE, 1, COLUMNS, change, version=str(version))},
        (rule("holdout_accuracy_floor", accuracy, least=LEAST_ACCURACY, severity="error"),),
    )


def _register(lake: Lakehouse, day: int, trained: model.Model, accuracy: float, rows: int) -> None:
    artefact = f"lakehouse/models/sentiment/v{version_of(day)}.json"
    weights = json.dumps(asdict(trained))
    path = lake.root / artefact
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(weights + "\n", encoding="utf-8")
    lake.rows(
        REGISTER,
        version=version_of(day),
        day=calendar_day(day),
        weights=weights,
        training_rows=rows,
        accuracy=accuracy,
        artefact=artefact,
    )


JOB = Job(
    name="train_model",
    language="PYTHON",
    about="Trains a new version of the sentiment model on all days so far, writes its file and registers it.",
    owner=MODELLER,
    minute=60,
    lasts=18,
    reads=(SOURCE,),
    writes=(TABLE,),
    work=work,
    due=lambda day: day in TRAINING_NIGHTS,
    looks=TRAINING_NIGHTS[2:],
    parameters={"epochs": str(model.EPOCHS), "learning_rate": str(model.LEARNING_RATE)},
)
