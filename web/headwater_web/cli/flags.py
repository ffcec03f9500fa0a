"""The flags that say which catalog; they go before the environment."""

from __future__ import annotations

from typing import Annotated

import typer

Url = Annotated[str | None, typer.Option(help="Address of the server to ask. [HEADWATER_URL]", show_default=False)]
Key = Annotated[str | None, typer.Option(help="API key for that server. [HEADWATER_API_KEY]", show_default=False)]
DatabaseUrl = Annotated[
    str | None, typer.Option(help="PostgreSQL to open instead. [HEADWATER_DATABASE_URL]", show_default=False)
]
DataDir = Annotated[str | None, typer.Option(help="Data directory to open. [HEADWATER_DATA_DIR]", show_default=False)]
