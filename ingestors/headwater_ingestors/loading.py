"""The facets of loaders as openlineage-python sends them: watermarks and landing files. Schemas: docs/facets."""

from __future__ import annotations

from typing import ClassVar, Final

import attr
from openlineage.client.facet_v2 import DatasetFacet, InputDatasetFacet, OutputDatasetFacet, RunFacet
from openlineage.client.utils import RedactMixin

WATERMARK: Final = "headwater_watermark"
LANDING_FILES: Final = "headwater_landing_files"
_SCHEMA: Final = "urn:headwater:facets:1-0-0:"
"""Published as docs/facets/1-0-0/."""


@attr.define
class Watermark(RedactMixin):
    """How far the run's job came in a dataset. value: any JSON value but null; type, field: for whoever reads it."""

    namespace: str
    name: str
    value: object
    type: str | None = None
    field: str | None = None
    _skip_redact: ClassVar[list[str]] = ["namespace", "name", "value", "type", "field"]


@attr.define
class HeadwaterWatermarkRunFacet(RunFacet):
    """`headwater_watermark` of a run: it moves the watermarks of its job if the run completes."""

    watermarks: list[Watermark]

    @staticmethod
    def _get_schema() -> str:
        return f"{_SCHEMA}HeadwaterWatermarkRunFacet.json#/$defs/HeadwaterWatermarkRunFacet"


@attr.define
class LandingFile(RedactMixin):
    """A file below the dataset. hash, else modified, else timestamp tells it from others of that path."""

    path: str
    size: int | None = None
    modified: str | None = None
    hash: str | None = None
    source: str | None = None
    timestamp: str | None = None
    _skip_redact: ClassVar[list[str]] = ["path", "size", "modified", "hash", "source", "timestamp"]


def _schema(name: str) -> str:
    return f"{_SCHEMA}HeadwaterLandingFilesFacet.json#/$defs/{name}"


@attr.define
class HeadwaterLandingFilesDatasetFacet(DatasetFacet):
    """`headwater_landing_files` of a dataset event: files that landed."""

    files: list[LandingFile]

    @staticmethod
    def _get_schema() -> str:
        return _schema("HeadwaterLandingFilesDatasetFacet")


@attr.define
class HeadwaterLandingFilesOutputDatasetFacet(OutputDatasetFacet):
    """`headwater_landing_files` of an output: files that the run landed."""

    files: list[LandingFile]

    @staticmethod
    def _get_schema() -> str:
        return _schema("HeadwaterLandingFilesOutputDatasetFacet")


@attr.define
class HeadwaterLandingFilesInputDatasetFacet(InputDatasetFacet):
    """`headwater_landing_files` of an input: files that the run loaded, if it completes."""

    files: list[LandingFile]

    @staticmethod
    def _get_schema() -> str:
        return _schema("HeadwaterLandingFilesInputDatasetFacet")
