"""The program `headwater`, called in this process as a shell would call it."""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from typing import Any
from unittest import mock

from headwater_web.cli import main


def headwater(database_url: str, *arguments: str) -> tuple[int, bytes]:
    """Exit code and output of a command on a database."""
    out = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    code = 0
    environ = {"HEADWATER_DATABASE_URL": database_url, "HEADWATER_URL": ""}
    with (
        mock.patch.object(sys, "argv", ["headwater", *arguments]),
        mock.patch.dict(os.environ, environ),
        contextlib.redirect_stdout(out),
    ):
        try:
            main()
        except SystemExit as ended:
            code = int(ended.code or 0)
    out.flush()
    assert isinstance(out.buffer, io.BytesIO)
    return code, out.buffer.getvalue()


def told(database_url: str, *arguments: str) -> Any:
    """What a command says with --json."""
    return json.loads(headwater(database_url, *arguments, "--json")[1])


def asked(database_url: str, query: str) -> Any:
    """The data of a GraphQL answer on a database."""
    from headwater_web.cli.client import connect
    from headwater_web.settings import Settings

    with connect(Settings(database_url=database_url)) as client:
        return client.graphql(query, {})
