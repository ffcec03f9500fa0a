"""`python -m headwater_web.crawls.command …`: a `headwater …` that ends, with all that it began, with its parent.

Standard input is a pipe that the parent holds and never writes to: it ends with the parent, however that ended.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Mapping
from typing import Final

from headwater_catalog.schedule import Crawl

MODULE: Final = "headwater_web.crawls.command"
OWN: Final = ("HEADWATER_URL", "HEADWATER_API_KEY", "HEADWATER_DATABASE_URL")


def arguments(crawl: Crawl) -> list[str]:
    """The command that runs a crawl; -P: what lies in the working directory is not imported."""
    options = [part for name, value in crawl.options.items() for part in ("-o", f"{name}={value}")]
    ours = ["snapshot", "other", "--json", *options, "--", crawl.kind, crawl.source]
    return [sys.executable, "-P", "-m", MODULE, *ours]


def environment(address: str, key: str, environ: Mapping[str, str]) -> dict[str, str]:
    """Of the server, with where it is and how to get in instead of its database; sources' secrets are in there."""
    rest = {name: value for name, value in environ.items() if name not in OWN}
    return {**rest, "HEADWATER_URL": address, "HEADWATER_API_KEY": key}


def _end_with_parent() -> None:
    while os.read(0, 1):
        continue
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    threading.Thread(target=_end_with_parent, name="end with parent", daemon=True).start()
    from headwater_web.cli import main

    main()
