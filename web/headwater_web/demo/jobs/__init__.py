"""The jobs of the demo, one file each; together they are one night's work, in this order."""

from headwater_web.demo.jobs import (
    clean,
    clicks,
    deploy,
    features,
    format,
    integrate,
    land,
    performance,
    persist,
    score,
    serve,
    train,
)
from headwater_web.demo.task import Job

JOBS: tuple[Job, ...] = (
    land.JOB,
    persist.JOB,
    format.JOB,
    clean.JOB,
    clicks.JOB,
    performance.JOB,
    integrate.JOB,
    features.JOB,
    train.JOB,
    deploy.JOB,
    score.JOB,
    serve.JOB,
)
