"""Facets of Headwater itself: a row for each that its own programs send or that it alone understands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from headwater_catalog.facets.contract import Contract
from headwater_catalog.facets.opening import Connection, Format, Location
from headwater_catalog.facets.profile import Profile
from headwater_catalog.facets.relation import Relation, Size
from headwater_catalog.facets.row import DATASET, DOMAIN, IDENTITY, INPUT, JOB, OUTPUT, PHYSICAL, PROCESS, RUN, Row

CRAWLERS = ("sql", "postgres", "database", "files", "dbt", "dvc", "notebooks")
"""The kinds of our own crawlers that tell of what stands, as their facets spell them."""


@dataclass(frozen=True, slots=True)
class WrappedProcess:
    """What the operating system knows of a wrapped command or block of code; docs/facets says what members mean."""

    command: str | None
    host: str | None
    working_directory: str | None
    source_modified: bool | None
    exit_code: int | None
    signal: str | None
    duration_seconds: float | None
    user_seconds: float | None
    system_seconds: float | None
    peak_memory_bytes: int | None
    block_read_bytes: int | None
    block_written_bytes: int | None
    read_bytes: int | None
    written_bytes: int | None
    stderr: str | None
    stderr_bytes: int | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """Lineage that was read out of code and of which no run told: a guess until one does."""

    confidence: Annotated[float | None, "How sure its reads and writes are, 0 to 1."]
    unresolved_count: Annotated[int | None, "Reads and writes of which it could not be told what they are."]


OWN = (
    Row(
        DATASET, "headwater_identity", IDENTITY, "A steward's word on which names mean one dataset, and which do not",
        lands="core.link, core.dataset", shown=("Dataset.members",),
    ),
    Row(
        RUN, "headwater_process", PROCESS, "What a command or block of code that was wrapped took and left behind",
        shape=WrappedProcess, under="process",
    ),
    Row(
        RUN, "headwater_watermark", PROCESS, "How far the job came in datasets, once the run has completed",
        lands="process.watermark", shown=("Query.watermarks",),
    ),
    Row(
        DATASET, "headwater_landing_files", PROCESS, "Files that landed; of an input those that were loaded",
        lands="process.landing_file", shown=("Query.landingFiles",), also=(INPUT, OUTPUT),
    ),
    Row(
        DATASET, "headwater_relation", PHYSICAL, "How a table or view is declared: columns, keys, checks, parts",
        shape=Relation, under="relation",
    ),
    Row(DATASET, "headwater_size", PHYSICAL, "How many rows, bytes and files there are", shape=Size, under="size"),
    Row(DATASET, "headwater_format", PHYSICAL, "How its bytes become records", shape=Format, under="format"),
    Row(
        DATASET, "headwater_location", PHYSICAL, "Where it lies, and which files it is",
        shape=Location, under="location",
    ),
    Row(
        DATASET, "headwater_connection", PHYSICAL, "How its system is reached, and where the secret for that is kept",
        shape=Connection, under="connection",
    ),
    Row(
        DATASET, "headwater_profile", PHYSICAL, "What its values look like", shape=Profile, under="profile",
        lands="process.quality", shown=("Dataset.metrics", "Dataset.profileHistory", "Dataset.drift"),
    ),
    Row(
        DATASET, "headwater_contract", PHYSICAL, "The data contract that covers it, as far as it is of it",
        shape=Contract, under="contractPart", shown=("Dataset.contract",),
    ),
    *(
        Row(
            JOB, f"headwater_crawl_{kind}", PROCESS,
            "What that crawler read it from, so that it is told again only where it differs", also=(DATASET,),
        )
        for kind in CRAWLERS
    ),
    Row(JOB, "headwater_sql", PROCESS, "How its SQL was read: the dialect, how sure of each output, what was not read"),
    Row(
        DATASET, "headwater_dbt", DOMAIN, "Where dbt defines it; metrics and semantic models that stand on it",
        also=(JOB,),
    ),
    Row(
        JOB, "headwater_dvc", PROCESS, "Whether a stage of DVC is up to date, and which of its inputs are not",
        also=(DATASET,),
    ),
    Row(
        JOB, "headwater_proposal", PROCESS, "Lineage that was read out of code: how sure, by which lines, what not",
        shape=Proposal, under="proposal",
    ),
    Row(RUN, "headwater_query", PROCESS, "Who sent a query that a log tells of, and to which database"),
)  # fmt: skip
