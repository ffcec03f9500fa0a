"""GraphiQL: a page apart with a policy of its own, since its editor injects styles and comes from elsewhere."""

from __future__ import annotations

import re
import secrets
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from strawberry.http.ides import get_graphql_ide_html

_SOURCE: Final = re.compile(r'(?:src|href)="(https://[^/"]+)')
_OWN_ADDRESS: Final = 'window.location.href.split("?")[0]'
_GRAPHQL: Final = _OWN_ADDRESS + r'.replace(/graphiql\/?$/, "graphql")'


async def page(_: Request) -> Response:
    """GET /graphiql: the editor, which asks /graphql."""
    nonce = secrets.token_urlsafe(16)
    html = get_graphql_ide_html(graphql_ide="graphiql").replace(_OWN_ADDRESS, _GRAPHQL)
    html = html.replace("<script>", f'<script nonce="{nonce}">')
    return HTMLResponse(html, headers={"Content-Security-Policy": policy(html, nonce)})


def policy(html: str, nonce: str) -> str:
    """What the page may load: from the places that it names, checked by their integrity hashes, and itself."""
    places = " ".join(sorted(set(_SOURCE.findall(html))))
    return (
        f"default-src 'self'; script-src 'self' 'nonce-{nonce}' {places}; style-src 'self' 'unsafe-inline' {places}; "
        f"img-src 'self' data: {places}; font-src 'self' data: {places}; connect-src 'self'; worker-src 'self' blob:; "
        "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    )
