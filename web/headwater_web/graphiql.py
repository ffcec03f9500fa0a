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
    """GET /graphiql: the editor, which asks /graphql; its addresses are relative, so it stands below any base path."""
    html = explorer.read_page(explorer.STATIC / PAGE)
    headers = {**explorer.HEADERS, "Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}
    return HTMLResponse(html, headers=headers)
