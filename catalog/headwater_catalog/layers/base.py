"""Identity and log: names, entries, events, values, mentions, registers of facets, the change feed."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    TextClause,
    UniqueConstraint,
    Uuid,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

metadata = MetaData(
    naming_convention={"ix": "ix_%(table_name)s_%(column_0_N_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s"}
)


def key_text() -> Text:
    """Text compared byte by byte, so that order does not depend on the server's locale."""
    return Text(collation="C")


# Producers' names may be longer than an index row can be (2,704 bytes), so no index holds one whole: START where their
# order counts, md5 where they are looked up whole. Statements say both what the index has and the name itself; in C
# order `a < b` implies `START(a) <= START(b)`. 256 characters are at most 1 KiB, and two of them fit one row.
START = 256
# As PostgreSQL prints it, with its line breaks: Alembic compares texts.
FACET = text("(\nCASE\n    WHEN length(facet) > 256 THEN md5(facet)\n    ELSE facet\nEND)")


def start(column: str, of: str = "{}") -> TextClause:
    """The beginning of a name, as an index has it; `of`: what is done to the name first."""
    return text(f'"left"({of.format(column)}, {START})')


# Counts the turns of projecting that were committed, in its one row: who gets another number than its own last plus one
# knows that somebody else had one; where the number is the same, nothing is different.
turn = Table(
    "turn",
    metadata,
    Column("one", Boolean, CheckConstraint("one", name="only_one"), primary_key=True, server_default=text("true")),
    Column("n", BigInteger, nullable=False),
    schema="core",
)

# The version of the projection that derived the catalog (projection/version.py); no row: an older one, or none.
projection = Table(
    "projection",
    metadata,
    Column(
        "one",
        Boolean,
        CheckConstraint("one", name="only_one_projection"),
        primary_key=True,
        server_default=text("true"),
    ),
    Column("version", Integer, nullable=False),
    schema="core",
)

# For tables whose rows move on with every event: with room on its page, a row is changed in place and no index is
# touched (docs/benchmarks.md).
ROOM = {"fillfactor": 60}

# A dataset's or job's canonical name. `key` is the 128-bit hash of kind, namespace and name: the public id.
# `linked`: some rename, symlink or identity edit ever spoke of it, so that its meaning must be looked up.
# `retracted`: known by name only; no traversal passes.
# `said`: of datasets, some entry spells it so and no naming rule fits it; false: only a rule makes it.
name = Table(
    "name",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("key", Uuid, nullable=False, unique=True),
    Column("kind", SmallInteger, nullable=False),
    Column("ns", key_text(), nullable=False),
    Column("name", key_text(), nullable=False),
    Column("linked", Boolean, nullable=False, server_default=text("false")),
    Column("retracted", Boolean, nullable=False, server_default=text("false")),
    Column("said", Boolean, nullable=False, server_default=text("true")),
    Index("ix_name_kind_ns_name", "kind", start("ns"), start("name")),
    Index("ix_name_name", start("name"), "kind"),
    Index("ix_name_reversed", start("name", "reverse({})")),  # names by their ends: a range (reading/nodes.py)
    schema="core",
)

# A dataset's name as entries spell it, where a naming rule fits it: the name that it means (target, of core.name), and
# what else the rule tells. key: as core.name has it. Made anew with all that is derived.
alias = Table(
    "alias",
    metadata,
    Column("id", Integer, Identity(), primary_key=True),
    Column("key", Uuid, nullable=False, unique=True),
    Column("ns", key_text(), nullable=False),
    Column("name", key_text(), nullable=False),
    Column("target", Integer, nullable=False),
    Column("partition", key_text()),
    Column("version", key_text()),
    Column("environment", key_text()),
    Index("ix_alias_name", start("name")),
    Index("ix_alias_reversed", start("name", "reverse({})")),  # as ix_name_reversed
    Index("ix_alias_target_ns_name", "target", start("ns"), start("name")),
    schema="core",
)

# The log: redacted bytes (zlib), keyed by their sha256; received in microseconds, the earliest of equal bytes.
# kind: openlineage, edit, settings. h: the event or edit it holds. state: accepted, parked.
entry = Table(
    "entry",
    metadata,
    Column("seq", BigInteger, Identity(), primary_key=True),
    Column("hash", LargeBinary, nullable=False, unique=True),
    Column("received", BigInteger, nullable=False),
    Column("kind", key_text(), nullable=False),
    Column("h", Uuid, nullable=False, index=True),
    Column("state", key_text(), nullable=False, server_default="accepted"),
    Column("problem", JSONB),
    Column("body", LargeBinary),
    Column("retracted", Boolean, nullable=False, server_default=text("false")),
    Index("ix_entry_received_seq", "received", "seq"),  # export and rebuild, page by page (log.py)
    Index("ix_entry_parked", "received", "seq", postgresql_where=text("state = 'parked'")),  # reading/entries.py
    schema="core",
)

# What could not be read: the first 64 KiB, redacted; length of the whole; how often it came. place: where in it the
# error is. whole: the head is an entry from end to end. rights: what its sender might do (headwater_catalog.door).
rejected = Table(
    "rejected",
    metadata,
    Column("id", BigInteger, Identity(), primary_key=True),
    Column("hash", LargeBinary, nullable=False, unique=True),
    Column("received", BigInteger, nullable=False),
    Column("code", key_text(), nullable=False),
    Column("sentence", Text, nullable=False),
    Column("remedy", Text, nullable=False),
    Column("place", Text, nullable=False, server_default=""),
    Column("length", BigInteger, nullable=False),
    Column("times", Integer, nullable=False, server_default="1"),
    Column("head", LargeBinary, nullable=False),
    Column("whole", Boolean, nullable=False, server_default=text("false")),
    Column("rights", SmallInteger, nullable=False, server_default="0"),
    Index("ix_rejected_received_id", "received", "id"),  # reading/entries.py
    schema="core",
)

# An event: the fact. h and h2 are the two halves of its id. kind: 1 run, 2 job, 3 dataset event. type: see projection.
# said: the names it lists and the hashes of their facets (headwater_catalog.facts); hashes: those, 32 bytes each.
event = Table(
    "event",
    metadata,
    Column("seq", BigInteger, Identity(), primary_key=True),
    Column("h", Uuid, nullable=False, unique=True),
    Column("h2", Uuid, nullable=False),
    Column("s", BigInteger, nullable=False),
    Column("received", BigInteger, nullable=False, index=True),
    Column("kind", SmallInteger, nullable=False),
    Column("type", SmallInteger, nullable=False),
    Column("run", Integer, index=True),
    Column("job", Integer),
    Column("said", LargeBinary, nullable=False),
    Column("hashes", LargeBinary, nullable=False),
    Column("retracted", Boolean, nullable=False, server_default=text("false")),
    Index("ix_event_job_s", "job", "s"),
    # What comes from the far future (rank 0): few, and they may be of a later time than a stamp says (SEMANTICS §2).
    Index("ix_event_future", "s", "run", postgresql_where=text("s < '2305843009213693952'::bigint")),
    schema="core",
)

# Values of facets, canonical JSON, by their sha256. deleted: it says `"_deleted": true`.
value = Table(
    "value",
    metadata,
    Column("hash", LargeBinary, primary_key=True),
    Column("deleted", Boolean, nullable=False),
    Column("body", Text, nullable=False),
    schema="core",
)

# An event lists a dataset: side 0 input, 1 output, 2 the dataset of a DatasetEvent; idx its place in the event;
# schema: hash of the fields of its schema facet where it has any.
mention = Table(
    "mention",
    metadata,
    Column("name", Integer, primary_key=True),
    Column("s", BigInteger, primary_key=True),
    Column("h", Uuid, primary_key=True),
    Column("idx", Integer, primary_key=True, autoincrement=False),
    Column("side", SmallInteger, nullable=False),
    Column("event", BigInteger, nullable=False),
    Column("schema", Uuid),
    schema="core",
)

# A teller names a dataset that none of its events lists (column lineage, explicit lineage).
reference = Table(
    "reference",
    metadata,
    Column("name", Integer, primary_key=True, autoincrement=False),
    Column("teller", BigInteger, primary_key=True, autoincrement=False),
    Index("ix_reference_teller", "teller"),
    schema="core",
)

# Registers of facets: the value with the greatest stamp (s, h, idx). owner_kind: DATASET (a resolved name), JOB, RUN.
# place: "" for facets; "crawler" for those of datasets that crawlers tell (facets/crawled.py); "inputFacets:<name id>"
# or "outputFacets:<name id>" for those of a run's or job's use of a name.
facet = Table(
    "facet",
    metadata,
    Column("owner_kind", SmallInteger, nullable=False),
    Column("owner", Integer, nullable=False),
    Column("place", key_text(), nullable=False),
    Column("facet", key_text(), nullable=False),
    Column("s", BigInteger, nullable=False),
    Column("h", Uuid, nullable=False),
    Column("idx", Integer, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Index("uq_facet_owner_facet", "owner_kind", "owner", "place", FACET, unique=True),
    # What crawlers told of (reading/crawls.py).
    Index("ix_facet_crawl", "facet", "owner_kind", "owner", postgresql_where=text("facet like 'headwater_crawl%'")),
    schema="core",
    postgresql_with=ROOM,
)

# Facts of identity: verb 1 symlinks facet, 2 same, 3 different. others: [[name id, is a TABLE], ...].
link = Table(
    "link",
    metadata,
    Column("name", Integer, primary_key=True, autoincrement=False),
    Column("s", BigInteger, primary_key=True, autoincrement=False),
    Column("h", Uuid, primary_key=True),
    Column("idx", Integer, primary_key=True, autoincrement=False),
    Column("verb", SmallInteger, primary_key=True, autoincrement=False),
    Column("others", JSONB, nullable=False),
    schema="core",
)

# Names that identity facts ever put together; both directions are stored.
kin = Table(
    "kin",
    metadata,
    Column("name", Integer, primary_key=True, autoincrement=False),
    Column("other", Integer, primary_key=True, autoincrement=False),
    schema="core",
)

# A dataset name that exists (after renames), and its node: the representative of its class. own: an event listed it.
# zone: by the zone rules that hold. environment: on which all its names agree, by the naming rules that hold.
dataset = Table(
    "dataset",
    metadata,
    Column("name", Integer, primary_key=True, autoincrement=False),
    Column("node", Integer, nullable=False, index=True),
    Column("own", Boolean, nullable=False),
    Column("zone", key_text(), index=True),
    Column("environment", key_text()),
    Index("ix_dataset_environment", text("COALESCE(environment, 'prod'::text)")),  # as lists ask
    schema="core",
)

# A job that exists. own: an event of it came (else only references). parent: the job that its runs' latest parent
# facet names.
job = Table(
    "job",
    metadata,
    Column("name", Integer, primary_key=True, autoincrement=False),
    Column("own", Boolean, nullable=False),
    Column("parent", Integer, index=True),
    schema="core",
)

# The feed: what became different, in commit order. kind: see reading.changes. node: public key.
change = Table(
    "change",
    metadata,
    Column("seq", BigInteger, Identity(), primary_key=True),
    Column("kind", key_text(), nullable=False),
    Column("node_kind", SmallInteger, nullable=False),
    Column("node", Uuid, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("at", BigInteger),
    Column("detail", JSONB),
    Index("ix_change_node", "node", "seq"),
    schema="core",
)

# Registers of §14's retractions: target_kind entry, run, job, dataset, term, edge; on: taken back or restored.
retraction = Table(
    "retraction",
    metadata,
    Column("target_kind", key_text(), primary_key=True),
    Column("target", key_text(), primary_key=True),
    Column("s", BigInteger, nullable=False),
    Column("h", Uuid, nullable=False),
    Column("received", BigInteger, nullable=False),
    Column("on", Boolean, nullable=False),
    Column("author", Text),
    Column("reason", Text),
    schema="core",
)

__all__ = [
    "ARRAY",
    "ROOM",
    "UniqueConstraint",
    "alias",
    "change",
    "dataset",
    "entry",
    "event",
    "facet",
    "job",
    "key_text",
    "kin",
    "link",
    "mention",
    "metadata",
    "name",
    "projection",
    "reference",
    "rejected",
    "retraction",
    "start",
    "turn",
    "value",
]
