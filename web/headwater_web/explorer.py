"""The explorer's files, any path of it, its content security policy, and its login."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import orjson
from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from headwater_catalog.access import Principal
from headwater_catalog.errors import InvalidRequest, NotFound, Unauthorized
from headwater_web import problems
from headwater_web.security import COOKIE, KeyRing, cookie_key, require_any

STATIC: Final = Path(__file__).parent / "static"
POLICY: Final = (
    "default-src 'self'; script-src 'self'; worker-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
COOKIE_SECONDS: Final = 30 * 86_400
LONGEST_LOGIN: Final = 4096
PAGES: Final = frozenset(
    {
        "search",
        "node",
        "lineage",
        "glossary",
        "term",
        "governance",
        "conformance",
        "entries",
        "compare",
        "crawls",
        "diff",
        "changes",
        "impact",
        "paths",
        "login",
    }
)
"""First parts of the paths at which the explorer has a page (web/explorer/src/app.tsx); a test holds them together."""


class Explorer(StaticFiles):
    """Static files, and the pages of the explorer, which finds its way among them by itself."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory=directory, check_dir=False)
        self.config_checked = True  # without the files the answer is ours to give
        self._directory = directory

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A file, or the page; raises NotFound for what can be neither."""
        try:
            if path in {".", "index.html"}:
                return self._page(scope)
            if path == "graphiql.html":  # stands at /graphiql, under a policy of its own
                raise HTTPException(404)
            answer = await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != 404:
                raise
            if path.partition("/")[0] in PAGES and not Path(path).suffix:
                return self._page(scope)
            if not _is_for_eyes(scope) or path.startswith("api/"):
                raise
            return self._page(scope, 404)  # which says so, and leads on
        if path.startswith("assets/"):  # their names hold a hash of what is in them
            answer.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        answer.headers.update(HEADERS)
        return answer

    def _page(self, scope: Scope, status: int = 200) -> Response:
        page = read_page(self._directory / "index.html")
        # Built with relative addresses, which a deep link would resolve in the wrong place; <base> is forbidden by
        # the policy. So the page is told where it stands.
        base = str(scope.get("app_root_path", scope.get("root_path", ""))).rstrip("/")
        page = page.replace('="./', f'="{base}/')
        page = page.replace("<head>", f'<head><meta name="headwater-base" content="{base}">', 1)
        return HTMLResponse(page, status, headers={**HEADERS, "Cache-Control": "no-cache"})


def _is_for_eyes(scope: Scope) -> bool:
    """Whether somebody looks for a page: only browsers ask for HTML by name."""
    return "text/html" in Headers(scope=scope).get("accept", "")


def read_page(file: Path) -> str:
    """A page that the build made; raises NotFound where nobody built."""
    try:
        return file.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise NotFound("explorer_not_built", "The explorer is not built.", "Run `make install` once.") from None


async def login(request: Request) -> Response:
    """POST /login with {"key": "hw_…"}: puts the key into a cookie that no script can read; 200 with who that is.

    The cookie holds the key itself: it can be revoked, works for any number of processes, and a stolen database
    does not help to forge it.
    """
    key = await _key_of(request)
    ring: KeyRing = request.app.state.keys
    principal = await ring.principal(key)
    if principal is None:
        raise Unauthorized("unknown_key", "This API key is not known, or was revoked.", "Ask for another one.")
    answer = problems.json_response(_document(principal))
    path = request.scope.get("root_path") or "/"
    secure = request.url.scheme == "https"
    answer.set_cookie(COOKIE, key, max_age=COOKIE_SECONDS, path=path, secure=secure, httponly=True, samesite="strict")
    return answer


async def logout(request: Request) -> Response:
    """POST /logout: forgets the cookie."""
    answer = Response(status_code=204)
    answer.delete_cookie(COOKIE, path=request.scope.get("root_path") or "/", httponly=True, samesite="strict")
    return answer


async def session(request: Request) -> Response:
    """GET /api/v1/session: who asks, with which scopes, whether by the explorer's cookie; 401 for nobody."""
    document = _document(require_any(request))
    return problems.json_response({**document, "cookie": bool(cookie_key(request.headers))})


def _document(principal: Principal) -> dict[str, object]:
    return {"name": principal.name, "scopes": sorted(principal.scopes)}


async def _key_of(request: Request) -> str:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_LOGIN:
            break
    try:
        said = orjson.loads(body[:LONGEST_LOGIN])
    except orjson.JSONDecodeError:
        said = None
    key = said.get("key") if isinstance(said, dict) else None
    # Only what keys are made of: a cookie with other signs could become two.
    if not isinstance(key, str) or not key.replace("_", "").replace("-", "").isalnum() or not key.isascii():
        raise InvalidRequest("no_key", "The body holds no key.", 'Send {"key": "hw_…"}.')
    return key
