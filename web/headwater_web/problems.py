"""Refusals over HTTP: problem documents (RFC 9457) with code, sentence as detail, and remedy."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Final

import orjson
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from headwater_catalog.door import Ack
from headwater_catalog.errors import HeadwaterError
from headwater_catalog.faults import traceback_of

MEDIA_TYPE: Final = "application/problem+json"
NOT_JSON_IS_400: Final = frozenset({"not-json"})
NOSNIFF: Final = ("X-Content-Type-Options", "nosniff")
_log = logging.getLogger(__name__)


def json_response(document: object, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    """A JSON answer."""
    return Response(orjson.dumps(document), status, headers, "application/json")


def problem(status: int, code: str, sentence: str, remedy: str, **more: object) -> Response:
    """A problem document; `more` are further members, of which retry_after and accept_encoding are headers too."""
    document = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": sentence,
        "remedy": remedy,
        **more,
    }
    headers: dict[str, str] = dict([NOSNIFF])  # here too: what nobody foresaw is answered outside of the middleware
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = str(more.get("retry_after", 1))
    if status == HTTPStatus.UNSUPPORTED_MEDIA_TYPE and "accept_encoding" in more:
        headers["Accept-Encoding"] = str(more["accept_encoding"])
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="headwater"'
    return Response(orjson.dumps(document, default=str), status, headers, MEDIA_TYPE)


def of_error(error: HeadwaterError) -> Response:
    """The problem document of one of our errors."""
    said = error.problem()
    return problem(error.http_status, error.code, error.sentence, error.remedy, **said["data"])


def of_ack(ack: Ack) -> Response:
    """The problem document of a rejected entry."""
    status = 400 if ack.code in NOT_JSON_IS_400 else ack.status
    data = {key: value for key, value in ack.data.items() if key not in {"entry", "code"}}
    return problem(status, ack.code, ack.sentence, ack.remedy, entry=ack.entry, **data)


async def on_error(_: Request, error: Exception) -> Response:
    """Handler of HeadwaterError."""
    assert isinstance(error, HeadwaterError)  # noqa: S101 - registered for this type
    return of_error(error)


async def on_http(_: Request, error: Exception) -> Response:
    """Handler of Starlette's own refusals: no such path, no such method."""
    assert isinstance(error, HTTPException)  # noqa: S101 - registered for this type
    code = {404: "no_such_path", 405: "no_such_method"}.get(error.status_code, "refused")
    remedy = "See /openapi.json for what there is."
    answer = problem(error.status_code, code, f"{error.detail}.", remedy)
    answer.headers.update(error.headers or {})
    return answer


async def on_database(_: Request, error: Exception) -> Response:
    """Handler of psycopg.OperationalError (PoolTimeout is one): the database is away, or took too long."""
    _log.warning("the database did not answer: %s", error)
    why = f"The database does not answer ({type(error).__name__})."
    remedy = "Send it again after the seconds that Retry-After names; `headwater doctor` says what is wrong."
    return problem(503, "database_unavailable", why, remedy, retry_after=2)


async def on_value(_: Request, __: Exception) -> Response:
    """Handler of psycopg.DataError: a value that the database cannot hold, so nothing it holds has it."""
    return problem(400, "invalid_value", "A value cannot be looked up.", "Leave out NUL and other odd signs.")


async def on_fault(_: Request, error: Exception) -> Response:
    """Handler of what nobody foresaw: told in the log, not to the client."""
    _log.error("a request failed: %s", traceback_of(error))
    return problem(
        500, "internal_error", "The server made a mistake.", "Look into its log, and tell us what stands there."
    )
