"""GraphiQL: a page apart with a policy of its own, since its editor sets styles in the page."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from headwater_web import explorer

PAGE: Final = "graphiql.html"
# The explorer's policy but for styles, which the editor sets as it measures and scrolls; still nothing from elsewhere.
POLICY: Final = explorer.POLICY.replace("style-src 'self'", "style-src 'self' 'unsafe-inline'")


async def page(_: Request) -> Response:
<<<<<<< HEAD
    """GET /graphiql: the editor, which asks /graphql; its addresses are relative, so it stands below any base path."""
    html = explorer.read_page(explorer.STATIC / PAGE)
    headers = {**explorer.HEADERS, "Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}
    return HTMLResponse(html, headers=headers)
=======
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
>>>>>>> web2
