"""Facets of Headwater itself: a row for each that its own programs send or that it alone understands."""

from __future__ import annotations

from headwater_catalog.facets.row import DATASET, IDENTITY, INPUT, OUTPUT, PROCESS, RUN, Row

OWN = (
    Row(
        DATASET, "headwater_identity", IDENTITY, "A steward's word on which names mean one dataset, and which do not",
        lands="core.link, core.dataset", shown=("Dataset.members",),
    ),
    Row(
        RUN, "headwater_watermark", PROCESS, "How far the job came in datasets, once the run has completed",
        lands="process.watermark", shown=("Query.watermarks",),
    ),
    Row(
        DATASET, "headwater_landing_files", PROCESS, "Files that landed; of an input those that were loaded",
        lands="process.landing_file", shown=("Query.landingFiles",), also=(INPUT, OUTPUT),
    ),
)  # fmt: skip
