"""The facet classes of loaders are what the published schemas say, and what the command sends says the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import attr
import pytest

from headwater_ingestors import loading
from headwater_web.cli.commit import _base

FACETS = Path(__file__).parents[2] / "docs" / "facets" / "1-0-0"
URN = "urn:headwater:facets:1-0-0:"
CLASSES = [one for name, one in vars(loading).items() if name.startswith("Headwater")]


def page_of(url: str) -> tuple[dict[str, Any], str]:
    """The published schema that an URL names, and the definition in it."""
    file, _, name = url.removeprefix(URN).partition("#/$defs/")
    page: dict[str, Any] = json.loads((FACETS / file).read_text(encoding="utf-8"))
    assert page["$id"] == URN + file
    return page, name


def members(page: dict[str, Any], name: str) -> set[str]:
    """The members of a definition, less those of the base facet."""
    definition = page["$defs"][name]
    found = set(definition.get("properties", ()))
    for part in definition.get("allOf", ()):
        found |= set(part.get("properties", ()))
        if part.get("$ref", "").startswith("#/$defs/"):
            found |= members(page, part["$ref"].removeprefix("#/$defs/"))
    return found


def own(kind: Any) -> set[str]:
    return {field.name for field in attr.fields(kind)} - {"_producer", "_schemaURL", "_deleted"}


@pytest.mark.parametrize("facet", CLASSES)
def test_a_facet_has_the_members_of_its_schema(facet: Any) -> None:
    page, name = page_of(facet._get_schema())
    assert name == facet.__name__
    assert members(page, name) == own(facet)


def test_entries_have_the_members_of_their_schemas() -> None:
    assert len(CLASSES) == 4
    pages = [page_of(facet._get_schema())[0] for facet in CLASSES]
    found = {name: members(page, name) for page in pages for name in ("Watermark", "File") if name in page["$defs"]}
    assert found == {"Watermark": own(loading.Watermark), "File": own(loading.LandingFile)}


def test_the_command_names_the_same_schemas() -> None:
    named = {
        _base("HeadwaterWatermarkRunFacet")["_schemaURL"],
        _base("HeadwaterLandingFilesInputDatasetFacet", "HeadwaterLandingFilesFacet")["_schemaURL"],
    }
    assert named <= {facet._get_schema() for facet in CLASSES}
