"""A catalog of a test that takes naming rules, and other edits, beside its events."""

from __future__ import annotations

from collections.abc import Sequence

from projected import Catalog

from headwater_catalog.canonical import canonical
from headwater_catalog.edits.document import compose, read_edit
from headwater_catalog.edits.translator import EditTranslator
from headwater_catalog.facts import Entry
from headwater_web.composition import rederive

START = 1_780_000_000_000_000
Rule = dict[str, str]


class Ruled:
    """A catalog that takes rules as edits. ask False: as when an export is taken in, an older one may come later."""

    def __init__(self, catalog: Catalog, *, ask: bool = True) -> None:
        self.catalog = catalog
        self._edits = EditTranslator(catalog.projector, rederive, ask=ask)
        self._clock = START

    def edit(self, change: object, time: int = 0) -> str:
        """Hand one change in; gives the edit's id. time: seconds after START, else each comes after the last."""
        self._clock += 1_000_000
        moment = START + time * 1_000_000 if time else self._clock
        document = compose("ada", [change], moment, source="FILE", nonce=str(self._clock))
        edit = read_edit(document, moment)
        with self.catalog.connection.transaction():
            self._edits.apply(self.catalog.connection, [(Entry(canonical(document), edit.id, moment), edit)])
        return edit.id.hex()

    def rules(self, rules: Sequence[Rule], time: int = 0) -> str:
        """Let a rule set hold."""
        return self.edit({"namingRules": {"rules": list(rules)}}, time)
