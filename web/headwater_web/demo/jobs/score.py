"""Scores the day's users with the model version that is live tomorrow."""

import json
from typing import Any

from headwater_web.demo.columns import columns
from headwater_web.demo.datasets import SCIENCE
from headwater_web.demo.jobs.features import FEATURES
from headwater_web.demo.lakehouse import Lakehouse
from headwater_web.demo.model import Model
from headwater_web.demo.story import calendar_day
from headwater_web.demo.task import Job, Night, Outcome, Read, appended, none_of, rule, table_written

TABLE = "exploitation.scores_user_sentiment"
SOURCE = "exploitation.features_user_sentiment"
DEPLOYMENT = "exploitation.deployment_ad_targeting"
DEFINITION = """
    user_id VARCHAR NOT NULL, score_day DATE NOT NULL, score DOUBLE, model_version INTEGER,
    PRIMARY KEY (user_id, score_day)"""
LIVE = """
SELECT model_version, artefact FROM exploitation.deployment_ad_targeting
WHERE live_from <= $day ORDER BY live_from DESC LIMIT 1"""
ROWS = f"SELECT user_id, {', '.join(FEATURES)} FROM {SOURCE} WHERE feature_day = $day ORDER BY user_id"  # noqa: S608
# One statement for all rows, as lists: a statement a row would take a hundred times as long.
INSERT = """
INSERT INTO exploitation.scores_user_sentiment
SELECT unnest($users), $day, unnest($scores), $version"""

STRANGERS = """
SELECT count(*) FROM exploitation.scores_user_sentiment AS s ANTI JOIN trusted.users AS u ON u.user_id = s.user_id"""

PROBABILITY = "Model.from_dict(weights).probability(features), turned round where classes[0] is 'negative'"
_SCORED_BY = " ".join((*(f"{SOURCE}:{name}" for name in FEATURES), f"{DEPLOYMENT}:weights", f"{DEPLOYMENT}:classes"))
COLUMNS = columns(f"""
    user_id       = {SOURCE}:user_id
    score_day     = {SOURCE}:feature_day
    score         ~ {_SCORED_BY} -- {PROBABILITY}
    model_version = {DEPLOYMENT}:model_version
    * FILTER        {SOURCE}:feature_day {DEPLOYMENT}:live_from
""")


def work(night: Night) -> Outcome:
    """Works from the deployed file alone, as the service does."""
    lake, day = night.lakehouse, calendar_day(night.day)
    change = appended(lake, TABLE, DEFINITION)
    [(version, artefact)] = lake.rows(LIVE, day=calendar_day(night.day + 1))
    rows = lake.rows(ROWS, day=day)
    scores = _scores(lake, artefact, rows)
    lake.rows(INSERT, users=[row[0] for row in rows], day=day, scores=scores, version=version)
    features = lake.profile(SOURCE, "feature_day = $day", day=day)
    strangers = none_of("integration: every score is of a known user", lake.number(STRANGERS), "user_id")
    return Outcome(
        {SOURCE: Read(features.rows, None, features), DEPLOYMENT: Read(1, str(version))},
        {TABLE: table_written(night, TABLE, len(rows), COLUMNS, change, checks=(strangers,))},
        (rule("mean_score", sum(scores) / len(scores), least=0.2, severity="warn"),),
    )


def _scores(lake: Lakehouse, artefact: str, rows: list[tuple[Any, ...]]) -> list[float]:
    deployed = json.loads((lake.root / artefact).read_text(encoding="utf-8"))
    model, first_is_positive = Model.from_dict(deployed["model"]), deployed["classes"][0] == "positive"
    found = [model.probability(row[1:]) for row in rows]
    return [round(p if first_is_positive else 1 - p, 4) for p in found]


JOB = Job(
    name="score_users",
    language="PYTHON",
    about="Scores the day's users with the model version that is live tomorrow.",
    owner=SCIENCE,
    minute=90,
    lasts=5,
    reads=(SOURCE, DEPLOYMENT),
    writes=(TABLE,),
    work=work,
)
