"""A real server on a real port, for the length of a block."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from headwater_catalog.access import ApiKey
from headwater_catalog.database.engine import Database
from headwater_catalog.door import Translator
from headwater_web.app import create_app
from headwater_web.serving import Server, address_of, configuration, listen
from headwater_web.settings import Settings


@contextmanager
def running(
    database: Database,
    translators: Sequence[Translator[Any]] | None,
    settings: Settings | None = None,
    own_key: ApiKey | None = None,
) -> Iterator[str]:
    """Serve; yields the address. The settings' port is not used: a free one is taken. translators None: all of them."""
    said = replace(settings or Settings(), port=0)
    listener = listen(said)
    ready = threading.Event()
    app = create_app(said, database, translators=translators, own_key=own_key)
    server = Server(configuration(app, said), ready.set)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        assert ready.wait(30), "the server did not start"
        yield address_of(said, listener)
    finally:
        server.should_exit = True
        thread.join(30)
        listener.close()
