"""The explorer that is served stays small: whoever opens it over a slow line waits for nothing but it."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

ASSETS = Path(__file__).resolve().parents[2] / "web" / "headwater_web" / "static" / "assets"
MOST = 96 * 1024
"""Bytes of its script and style as they travel; GraphiQL is a page of its own."""


def test_the_explorers_bundle_stays_small() -> None:
    files = [*ASSETS.glob("index-*.js"), *ASSETS.glob("index-*.css")]
    if not files:
        pytest.skip("the explorer is not built: run `make install`")
    assert sum(len(gzip.compress(file.read_bytes())) for file in files) < MOST
