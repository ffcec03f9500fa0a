"""Edits for tests: a database with the tables, a log to append to, and a short way to say what is changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg

from headwater_catalog.canonical import canonical
from headwater_catalog.edits.document import Edit, compose, read_edit
from headwater_catalog.edits.translator import EditTranslator
from headwater_catalog.facts import Entry
from headwater_catalog.names import key_of
from headwater_catalog.projection.apply import Projector
from headwater_web.composition import rederive

START = 1_700_000_000_000_000
NS = "postgres://db:5432"
ORDERS = ["dataset", NS, "shop.public.orders"]
AMOUNT = ["field", NS, "shop.public.orders", "amount"]
CUSTOMER = "https://example.org/terms/customer"


@contextmanager
def catalog(url: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection to a migrated database."""
    with psycopg.connect(url) as connection:
        yield connection


class Desk:
    """Where edits are handed in: numbers their times."""

    def __init__(self, connection: psycopg.Connection[Any], url: str = "", *, ask: bool = True) -> None:
        self.connection = connection
        self.url = url
        self.clock = START
        self._translator = EditTranslator(Projector({}), rederive, ask=ask)

    def hand_in(self, *changes: object, author: str = "ada", source: str = "PERSON", time: int = 0) -> str:
        """One edit; a time counts in seconds from START, else each edit comes a second after the last."""
        self.clock += 1_000_000
        moment = START + time * 1_000_000 if time else self.clock
        document = compose(author, changes, moment, source=source, nonce=f"{author} {moment}")
        return self.take([document])[0]

    def take(self, documents: Sequence[object]) -> list[str]:
        """Apply documents as the door does, received an hour after START."""
        batch = [pair(document) for document in documents]
        with self.connection.transaction():
            return self._translator.apply(self.connection, batch)

    def rows(self, statement: str, *arguments: object) -> list[tuple[Any, ...]]:
        """What a query gives."""
        return self.connection.execute(statement.encode(), arguments or None).fetchall()


def pair(document: object, received: int = START + 3_600_000_000) -> tuple[Entry, Edit]:
    """An edit's entry and what it says."""
    edit = read_edit(document, received)
    return Entry(canonical(document), edit.id, received), edit


def put_name(desk: Desk, kind: int, ns: str, name: str, word: str = "dataset") -> int:
    """A dataset or job that some event has named."""
    row = desk.rows(
        "insert into core.name (key, kind, ns, name) values (%s, %s, %s, %s) returning id",
        key_of(word, ns, name),
        kind,
        ns,
        name,
    )
    if word == "dataset":
        desk.connection.execute(
            "insert into core.dataset (name, node, own) values (%s, %s, true)", (row[0][0], row[0][0])
        )
    return int(row[0][0])


def put_facet(desk: Desk, owner: int, facet: str, body: object, kind: int = 1, s: int = 5) -> None:
    """A facet as its register holds it."""
    raw = canonical(body)
    key = key_of("value", raw.decode()).bytes * 2
    desk.connection.execute(
        "insert into core.value (hash, body, deleted) values (%s, %s, false) on conflict do nothing",
        (key, raw.decode()),
    )
    desk.connection.execute(
        "insert into core.facet values (%s, %s, '', %s, %s, %s, 0, %s, false)"
        " on conflict (owner_kind, owner, place, (case when length(facet) > 256 then md5(facet) else facet end))"
        " do update set hash = excluded.hash, s = excluded.s",
        (kind, owner, facet, s, key_of("event", str(s)), key),
    )
