"""A program for tests: holds a data directory open, says so in one line of JSON, and leaves when its stdin ends."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from headwater_catalog.database.embedded import embedded
from headwater_catalog.errors import HeadwaterError


def main() -> None:
    began = time.monotonic()
    try:
        with embedded(Path(sys.argv[1])) as server:
            server.lock.announce("http://127.0.0.1:7070")
            tell(pid=os.getpid(), postgres=server.pid, url=server.url, seconds=time.monotonic() - began)
            sys.stdin.read()
    except HeadwaterError as error:
        tell(**error.problem())


def tell(**said: object) -> None:
    print(json.dumps(said), flush=True)


if __name__ == "__main__":
    main()
