"""What events would make that were not taken in equals what the reference makes of all of them; nothing is written."""

from __future__ import annotations

import oracle
import pytest
from projected import Catalog, plain, read

from headwater_catalog.projection.proposed import Proposal
from headwater_catalog.reading.document import Document
from headwater_ingestors.openlineage.facets import INTERPRETERS

pytestmark = oracle.needs_oracle
CUTS = (0.0, 0.3, 0.8, 1.0)


@pytest.mark.parametrize("alone", [False, True])
@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=[pytest.mark.deep] if seed > 303 else []) for seed in range(300, 360)]
)
def test_a_proposal_is_what_ingest_would_make(catalog: Catalog, seed: int, alone: bool) -> None:
    entries = oracle.generate.history(seed, 60)
    at = int(len(entries) * CUTS[seed % len(CUTS)])
    taken, file = entries[:at], entries[max(at - 5, 0) :]
    catalog.ingest(taken)
    before = catalog.document()
    facts = [fact for _, fact in read(file)]
    rows = Proposal(catalog.connection, INTERPRETERS, facts, alone=alone).rows()
    found = plain(Document(rows).make())
    catalog.connection.rollback()
    wanted = oracle.model.document(oracle.model.build(file if alone else taken + file))
    assert found == plain(wanted)
    assert catalog.document() == before
