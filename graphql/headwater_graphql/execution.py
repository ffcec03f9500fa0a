"""GraphQL over HTTP: a bounded JSON body in, one snapshot read, an answer whose errors have codes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

import orjson
import psycopg
from graphql import DocumentNode, GraphQLError, OperationDefinitionNode, OperationType
from psycopg_pool import PoolTimeout
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope
from starlette.types import Send as SendMessage
from strawberry.schema.exceptions import CannotGetOperationTypeError

from headwater_catalog.access import Principal
from headwater_catalog.door import Ack, Door
from headwater_catalog.errors import HeadwaterError, InvalidRequest, Overloaded, TooLarge, Unauthorized, Unavailable
from headwater_catalog.faults import traceback_of
from headwater_catalog.lineage.analysis.desk import Desk
from headwater_catalog.log import Kept
from headwater_catalog.reading.snapshot import Connection, Pool, snapshot
from headwater_catalog.secret_patterns import redact_string
from headwater_graphql.context import LOST_AFTER, Context, Forget, Means, Past, Replay, Send
from headwater_graphql.limits import MAX_BODY, check, refuse_large
from headwater_graphql.schema import read_document, schema

JSON_TYPE = "application/json"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, read."""

    query: str
    variables: dict[str, Any]
    operation: str | None
    document: DocumentNode

    @property
    def edits(self) -> bool:
        """Whether the operation that runs is a mutation."""
        return self._runs(OperationType.MUTATION)

    @property
    def listens(self) -> bool:
        """Whether the operation that runs is a subscription."""
        return self._runs(OperationType.SUBSCRIPTION)

    def _runs(self, kind: OperationType) -> bool:
        operations = [node for node in self.document.definitions if isinstance(node, OperationDefinitionNode)]
        chosen = [node for node in operations if self.operation in (None, node.name.value if node.name else None)]
        return any(node.operation is kind for node in chosen)


def make_means(
    door: Door | None = None, past: Past | None = None, *, lost_after: int = LOST_AFTER, desk: Desk | None = None
) -> Means:
    """What a server can do: edits through `door`, other moments by `past`.

    lost_after: seconds without a sign after which a run that has not ended is shown as lost.
    desk: that of others who ask the whole graph.
    """
    means = Means(past=past, lost_after=lost_after, desk=desk or Desk())
    if door is None:
        return means
    return replace(means, send=through(door), replay=replaying(door), forget=forgetting(door))


def make_graphql_app(pool: Pool, means: Means) -> ASGIApp:
    """POST /graphql as an ASGI application: reads over `pool`.

    Whoever mounts it puts the Principal into `scope["state"]["principal"]`.
    """

    async def app(scope: Scope, receive: Receive, send: SendMessage) -> None:
        request = Request(scope, receive)
        try:
            answer = await _answer(request, pool, means)
        except ClientDisconnect:
            return
        except HeadwaterError as error:
            status = error.http_status
            # What a client that only knows HTTP needs: when to come again.
            headers = {"Retry-After": str(error.data.get("retry_after", 1))} if status == 503 else None
            answer = _response(status, {"errors": [told(error)]}, headers)
        await answer(scope, receive, send)

    return app


def through(door: Door) -> Send:
    """Hands edits to a door; who asked sees why one is refused, so none is kept."""

    async def send(entry: bytes) -> tuple[str, Mapping[str, object]]:
        ack = await asyncio.wrap_future(door.submit(entry, keep=False))
        return ack.state, {"code": ack.code, **ack.data}

    return send


def replaying(door: Door) -> Replay:
    """Hands entries to a door that were not taken up."""

    async def replay(kept: Sequence[Kept]) -> list[Ack]:
        futures = await asyncio.to_thread(door.replay, kept)
        return list(await asyncio.gather(*map(asyncio.wrap_future, futures)))

    return replay


def forgetting(door: Door) -> Forget:
    """Has a door keep rejected entries no longer."""

    async def forget(hashes: Sequence[bytes] | None, code: str | None) -> set[bytes]:
        return await asyncio.to_thread(door.forget, hashes, code)

    return forget


async def _answer(request: Request, pool: Pool, means: Means) -> Response:
    if request.method != "POST":
        refused = InvalidRequest("only_post", "GraphQL is asked with POST.", 'Post {"query": ...} as JSON.')
        return _response(HTTPStatus.METHOD_NOT_ALLOWED, {"errors": [told(refused)]}, {"Allow": "POST"})
    principal = request.scope.get("state", {}).get("principal")
    if not isinstance(principal, Principal):
        raise Unauthorized("no_key", "Nobody has said who asks.", "Send an API key as a bearer token.")
    asked = await _read(request)
    if asked.listens:
        raise InvalidRequest(
            "only_socket",
            "A subscription is no question that has one answer.",
            "Open a WebSocket to /graphql (graphql-transport-ws), or ask for changes page by page.",
        )
    document = await execute(pool, asked, principal, means)
    failed = "data" not in document or (document["data"] is None and _before_execution(document))
    return _response(HTTPStatus.BAD_REQUEST if failed else HTTPStatus.OK, document)


def _before_execution(document: Mapping[str, Any]) -> bool:
    return all("path" not in error for error in document.get("errors", []))


async def _read(request: Request) -> Asked:
    """The request as it was sent; raises for what is no JSON, too large or too costly."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON_TYPE:
        raise InvalidRequest("not_json", "GraphQL is asked in JSON.", f"Send Content-Type: {JSON_TYPE}.")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY:
            raise TooLarge("too_large", f"A request has at most {MAX_BODY} bytes.", "Ask for less at once.")
    try:
        said = orjson.loads(bytes(body))
    except orjson.JSONDecodeError:
        raise InvalidRequest("not_json", "The body is not JSON.", 'Send {"query": ..., "variables": ...}.') from None
    return read(said)


def read(said: object) -> Asked:
    """A request out of its JSON; raises InvalidRequest."""
    if not isinstance(said, dict) or not isinstance(said.get("query"), str):
        raise InvalidRequest("no_query", "The body names no query.", 'Send {"query": "{ stats { datasets } }"}.')
    variables, operation = said.get("variables") or {}, said.get("operationName")
    if not isinstance(variables, dict) or not isinstance(operation, str | None):
        raise InvalidRequest(
            "invalid_request", "variables must be an object, operationName a text.", "Correct them, or leave them out."
        )
    query = said["query"]
    refuse_large(query)
    try:
        document = read_document(query)
    except GraphQLError as error:
        where = error.locations[0] if error.locations else None
        raise InvalidRequest(
            "graphql_syntax",
            redact_string(error.message),
            "Correct the document; the schema is at /graphiql.",
            **({"line": where.line, "column": where.column} if where else {}),
        ) from None
    operations = [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]
    if operation is None and len(operations) > 1:
        raise InvalidRequest(
            "no_operation", "The document holds several operations.", "Say in operationName which one is to run."
        )
    check(document, variables, operation)
    return Asked(query, variables, operation, document)


async def execute(
    pool: Pool,
    asked: Asked,
    principal: Principal,
    means: Means,
) -> dict[str, Any]:
    """The answer to a request as a document: data and errors.

    Questions read one snapshot; an edit reads what is newest at each step, since its answer shows what it changed.
    """
    held: AbstractAsyncContextManager[Connection] = pool.connection() if asked.edits else snapshot(pool)
    try:
        async with held as connection, AsyncExitStack() as opened:
            context = Context(connection, principal, means, opened)
            result = await schema.execute(
                asked.query, variable_values=asked.variables, context_value=context, operation_name=asked.operation
            )
    except CannotGetOperationTypeError:
        raise InvalidRequest(
            "no_operation", "The document holds no operation of this name.", "Correct operationName, or leave it out."
        ) from None
    except PoolTimeout:
        raise Overloaded("overloaded", "Too many questions at once.", "Ask again in a moment.", retry_after=1) from None
    except psycopg.OperationalError as error:
        raise _unavailable(error) from error
    document: dict[str, Any] = {"data": result.data}
    if result.errors:
        document["errors"] = [shown(error) for error in result.errors]
    return document


def _unavailable(error: psycopg.OperationalError) -> HeadwaterError:
    _log.warning("the database did not answer: %s", error)
    return Unavailable("database_unreachable", "The database does not answer.", "Try again; see `headwater doctor`.")


def told(error: HeadwaterError) -> dict[str, Any]:
    """One of our errors in the shape of GraphQL."""
    said = error.problem()
    extensions = {**said["data"], "code": error.code, "sentence": error.sentence, "remedy": error.remedy}
    return {"message": error.sentence, "extensions": extensions}


def shown(error: GraphQLError) -> dict[str, Any]:
    """An error of the execution: what we foresaw with its code, what the document did wrong, else nothing of it."""
    said = told(_cause(error))
    if error.path is not None:
        said["path"] = list(error.path)
    if error.locations:
        said["locations"] = [{"line": at.line, "column": at.column} for at in error.locations]
    return said


def _cause(error: GraphQLError) -> HeadwaterError:
    cause = error.original_error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    if isinstance(cause, HeadwaterError):
        return cause
    if isinstance(cause, psycopg.Error) and (known := foreseen(cause)):
        return known
    if cause is None or isinstance(cause, GraphQLError):
        return InvalidRequest(
            "graphql_invalid", redact_string(error.message), "Correct the document; the schema is at /graphiql."
        )
    _log.error("a resolver failed: %s", traceback_of(cause))
    return HeadwaterError(
        "internal_error", "The server made a mistake.", "Look into its log, and tell us what stands there."
    )


def foreseen(cause: psycopg.Error) -> HeadwaterError | None:
    """An error of the database as one of ours; None where it should not have come."""
    if isinstance(cause, psycopg.errors.QueryCanceled):
        return Overloaded("statement_timeout", "The database took too long.", "Ask for less: a smaller depth or page.")
    if isinstance(cause, psycopg.OperationalError):
        return _unavailable(cause)
    if isinstance(cause, psycopg.errors.InFailedSqlTransaction):
        return Overloaded(
            "failed_before", "Another part of the request failed, so this one was not tried.", "See the other error."
        )
    if isinstance(cause, psycopg.DataError):
        return InvalidRequest("invalid_value", "A value cannot be looked up.", "Leave out NUL and other odd signs.")
    return None


def _response(status: int, document: Mapping[str, Any], headers: dict[str, str] | None = None) -> Response:
    body = orjson.dumps(document, option=orjson.OPT_NON_STR_KEYS, default=str)
    return Response(body, status, headers, JSON_TYPE)
