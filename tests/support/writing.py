"""A program for tests: writes a file of wrapped entries to a database in batches, over a connection of its own.

Says `{"ready": true}`, waits for a line on stdin, then writes; ends with a line that counts the states.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections import Counter
from functools import partial
from pathlib import Path

from headwater_catalog.canonical import canonical, read_json
from headwater_catalog.database.engine import Database
from headwater_catalog.errors import Refused
from headwater_catalog.facts import Entry, Event
from headwater_catalog.times import parse_time
from headwater_ingestors.openlineage.translator import OpenLineageTranslator


def main() -> None:
    url, file, size = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    translator = OpenLineageTranslator()
    batch: list[tuple[Entry, Event]] = []
    states: Counter[str] = Counter()
    tell(ready=True)
    sys.stdin.readline()
    with Database.from_url(url).connect("headwater test") as connection:
        for line in file.open("rb"):
            batch += read(translator, line)
            if len(batch) >= size:
                with connection.transaction():
                    states.update(translator.apply(connection, batch))
                batch = []
        if batch:
            with connection.transaction():
                states.update(translator.apply(connection, batch))
    tell(**states)


def read(translator: OpenLineageTranslator, line: bytes) -> list[tuple[Entry, Event]]:
    document = read_json(line)
    received = parse_time(document["receivedAt"])
    raw = canonical(document["event"])
    try:
        return [(Entry(raw, hashlib.sha256(raw).digest(), received), translator.translate(document["event"], received))]
    except Refused:
        return []


tell = partial(lambda **said: print(json.dumps(said), flush=True))


if __name__ == "__main__":
    main()
