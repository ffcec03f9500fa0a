"""Statements that questions and batches run, each with values as they bind them: test_plans.py."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from headwater_catalog import log, statements
from headwater_catalog.lineage import (
    acts,
    collapse,
    columns,
    edges,
    evidence,
    groups,
    narrow,
    ordering,
    picture,
    resolve,
    spoken,
    upstream,
)
from headwater_catalog.names import key_of
from headwater_catalog.naming import environments
from headwater_catalog.projection import (
    append,
    derivation,
    kinship,
    lanes,
    lexicon,
    loading,
    registers,
    schemas,
    tellers,
)
from headwater_catalog.reading import (
    accounts,
    aliases,
    changes,
    crawls,
    datasets,
    entries,
    facets,
    first,
    gate,
    jobs,
    landing,
    nodes,
    personal,
    ranges,
    reasons,
    runs,
    watermarks,
)
from headwater_catalog.search.find import FIND
from headwater_catalog.search.refresh import STALE
from headwater_catalog.search.words import pieces, query
from headwater_catalog.times import RANKED

RECEIVED = 1_800_000_000_000_000
ONE = {
    **{"nodes": [5], "after": edges.CURRENT, "far": None, "limit": 100, "k0": None, "k1": None, "k2": None},
    **{"statuses": None, "methods": None},
}
PICKED = {**ONE, "statuses": [1], "methods": [4]}
ACTS = {**ONE, "runs": [5], "jobs": [5], "datasets": [5], "tellers": [5], "most": 10}
SAYING = {
    **ONE,
    "sources": [5],
    "targets": [6],
    "jobs": [5],
    "fine": [False],
    "source_fields": [None],
    "target_fields": [None],
    "runs": None,
    "tellers": [5],
    "as_of": None,
    "known_at": None,
}
KEY = "00000000-0000-4000-8000-000000000001"
COLUMN = {**ONE, "fields": ["id"]}
ALL_RUNS = {**ONE, "jobs": None, "states": None, "after": None, "lost_before": 0}
NAMED = {
    "kind": 1,
    "whole_places": [0],
    "keys": [key_of("dataset", "pg", "s.t5")],
    "places": [0],
    "texts": ["t5"],
    "low": ["5t."],
    "high": ["5t0"],
    "most": 21,
}
PLACE = {"places": [0], "nodes": [5], "paths": ["id"]}
WORDS = {
    **{"query": query("t5 s"), "text": "t5 s", "pieces": pieces("t5 s"), "kinds": [1, 2], "fields": True, "cap": 2000},
    **{"score": 0, "after": None, "field": "", "limit": 20, "environment": "prod"},
}
RANGE = {**ranges.columns([ranges.Range(5, ranges.FIRST, ranges.LAST)]), **ONE, "jobs": [5], "low": 5, "high": 5}
LANDED = {**RANGE, "job": 5, "states": ["NEW"], "files": [uuid.UUID(KEY)], "versions": [uuid.UUID(KEY)], "s": [5]}
UNITED = {"names": [5], "renamed": [6], "as_of": None, "known_at": None}
SPEAKING = {"names": [5], "speaking": ["schema"]}
SLOTS = {"kind": 3, "nodes": [5], "places": [""], "facets": ["schema"]}
CRAWL = {**ONE, "facet": "headwater_crawl_postgres", "source": "postgres://shop:5432/shop"}

READING = {
    "reach up": (edges.REACH_UP, ONE),
    "reach down": (edges.REACH_DOWN, ONE),
    "edges up": (edges.EDGES_UP, ONE),
    "edges down": (edges.EDGES_DOWN, ONE),
    "picked reach up": (edges.REACH_UP, PICKED),
    "picked reach down": (edges.REACH_DOWN, PICKED),
    "picked edges up": (edges.EDGES_UP, PICKED),
    "picked edges down": (edges.EDGES_DOWN, PICKED),
    "what runs read": (acts.READ_BY, ACTS),
    "who read versions": (acts.READERS, ACTS),
    "what runs made": (acts.MADE_BY_RUNS, ACTS),
    "who made versions": (acts.MAKERS, ACTS),
    "newest versions": (acts.LAST_VERSIONS, ACTS),
    "last runs of jobs": (acts.LAST_RUNS, ACTS),
    "when runs were": (acts.WHEN_RUNS, [[5]]),
    "when versions were": (acts.WHEN_VERSIONS, [[5], [5]]),
    "zones of datasets": (groups.ZONES, [[5]]),
    "when first told": (first.FIRST, {"node": 5, "ranked": RANKED, "most": first.MOST_READ}),
    "names of one dataset": (gate.MEMBERS, {"names": [5]}),
    "columns like secrets": (gate.SECRETS, {"names": [5], "needles": "token", "most": 100}),
    "what runs used": (gate.USED, {"runs": [5]}),
    "what is personal": (personal.PERSONAL, {"words": ["pii"], "values": ["pii"], "wholes": [KEY]}),
    "in zones": (groups.IN_ZONES, {"groups": ["zone7"], "limit": 100}),
    "in namespaces": (groups.IN_NAMESPACES, {"groups": ["rare"], "limit": 100}),
    "of other environments": (narrow.FOREIGN, {**ONE, "default": "prod", "environment": "dev"}),
    "who says so": (evidence.TELLERS, SAYING),
    "who says so of columns": (
        evidence.TELLERS,
        {**SAYING, "fine": [True], "source_fields": ["id"], "target_fields": ["id"]},
    ),
    "events of who says so": (evidence.EVENTS, SAYING),
    "names in order": (ordering.NAMES, [[5]]),
    "columns up": (columns.EDGES_UP, COLUMN),
    "columns down": (columns.EDGES_DOWN, COLUMN),
    "parents of jobs": (collapse.PARENTS, [[5]]),
    "children of jobs": (collapse.CHILDREN, [[5], 100]),
    "origins": (columns.ORIGINS, COLUMN),
    "known columns": (resolve.KNOWN_COLUMNS, PLACE),
    "a zone": (resolve.BY_ZONE, {"value": "zone7", "limit": 100}),
    "datasets by name": (datasets.LIST.replace("{name}", "name"), {**ONE, "less": None, "environment": "prod"}),
    "jobs by name": (jobs.LIST.replace("{name}", "name"), {**ONE, "less": None}),
    "a namespace": (resolve.BY_NAMESPACE, {"value": "pg", "limit": 100}),
    "a tag": (resolve.BY_TAG, {"value": "pii", "limit": 100}),
    "columns of a tag": (spoken.STATEMENTS["tag"], {"value": "pii", "limit": 100}),
    "tags of columns": (spoken.TAGS, [[5]]),
    "an owner": (resolve.BY_OWNER, {"value": "ann", "limit": 100}),
    "names that begin so": (resolve.BY_PATH, {"start": "s.t5%", "pattern": "s.t5%9", "limit": 100}),
    "columns": (datasets.FIELDS, {**ONE, "k0": "0000000000", "k1": "id"}),
    "a column": (datasets.FIELDS_BY_PATH, [[5], ["id"]]),
    "an environment": (resolve.BY_ENVIRONMENT, {"value": "dev", "limit": 100}),
    "aliases": (aliases.OF_NODES, ONE),
    "kindred": (reasons.CLOSURE, ONE),
    "renames of kindred": (reasons.RENAMES, UNITED),
    "links of kindred": (reasons.LINKS, UNITED),
    "events of reasons": (reasons.EVENTS, [[uuid.UUID(KEY)]]),
    "runs": (runs.LIST, ALL_RUNS),
    "later runs": (runs.LIST, {**ALL_RUNS, "k0": RECEIVED, "k1": 1}),
    "runs by id": (runs.BY_IDS, [[5]]),
    "runs of jobs": (runs.OF_JOBS, ONE),
    "children": (runs.CHILDREN, ONE),
    "last runs": (runs.LAST_OF_JOBS, [[5]]),
    "producers": (datasets.PRODUCERS, ONE),
    "readers": (datasets.READERS, ONE),
    "history": (changes.HISTORY, {**ONE, "keys": [KEY]}),
    "history of a column": (changes.FIELD_HISTORY, {**ONE, "keys": [KEY], "paths": ["amount"]}),
    "feed": (changes.FEED, {"place": 5, "kinds": None, "ids": None, "since": None, "limit": 10, "window": 10}),
    "feed of nodes": (
        changes.FEED,
        {"place": 5, "kinds": ["run"], "ids": [5, 6], "since": 7, "limit": 10, "window": 20_000},
    ),
    "facets of datasets": (facets.HELD_BY_DATASETS, SLOTS),
    "facets of runs": (facets.HELD_BY_OWNERS, SLOTS),
    "uses": (facets.USES, {**ONE, "kind": 3}),
    "words of runs": (statements.OF_RUNS, [["tags"], [uuid.UUID(KEY)]]),
    "nodes": (nodes.BY_IDS, [[5]]),
    "meant": (ranges.MEANT, [[uuid.UUID(KEY)]]),
    "nodes by key": (nodes.BY_KEYS, {"keys": [uuid.UUID(KEY)]}),
    "matches": (nodes.MATCHES, NAMED),
    "search": (FIND, WORDS),
    "stale words": (STALE, SPEAKING),
    "watermarks of a job": (watermarks.PAIRS, RANGE),
    "jobs with watermarks": (watermarks.JOBS, RANGE),
    "commits": (watermarks.COMMITS, RANGE),
    "renamed to": (ranges.REACHED, [[5]]),
    "landing files": (landing.FILES, LANDED),
    "loads of files": (landing.LOADS, LANDED),
    "parked": (entries.LIST[entries.PARKED], {**ONE, "code": None}),
    "later parked": (entries.LIST[entries.PARKED], {**ONE, "code": "x", "k0": RECEIVED, "k1": 1}),
    "rejected": (entries.LIST[entries.REJECTED], {**ONE, "code": None}),
    "kept by hash": (entries.BY_HASH, {"hashes": [b"5"]}),
    "kept bytes": (entries.BYTES, {"hashes": [b"5"]}),
    "reasons": (entries.REASONS, {}),
    "another attempt": (entries.WAITING, {**ONE, "code": None, "states": ["parked"], "until": RECEIVED}),
    "events of compared runs": (accounts.EVENTS, {"runs": [5], "as_of": None, "known_at": None, "most": 100}),
    "values of compared runs": (accounts.BODIES, [[b"5"]]),
    "nodes of compared runs": (accounts.NODES, [[5]]),
    "success before": (upstream.SUCCESS_BEFORE, [5]),
    "makers": (upstream.MAKERS, {"runs": [5], "nodes": [6], "versions": [None], "until": [2**62]}),
    "schemas of compared runs": (upstream.SCHEMAS, {"runs": [5], "nodes": [6], "until": [2**62]}),
    "crawled": (crawls.CRAWLED, CRAWL),
    "later crawled": (crawls.CRAWLED, {**CRAWL, "k0": 1, "k1": 5}),
    "columns of a picture": (picture.FIELDS, ONE),
    "the log": (log.PAGE, (RECEIVED, 5, ["accepted", "parked"])),
}
# Lists of everything, page by page: the index is walked in its order, and the page ends the walk.
IN_ORDER = {
    "runs": {"ix_run_started"},
    # The index holds nothing but what is parked.
    **{what: {"ix_entry_parked"} for what in ("parked", "reasons", "another attempt")},
}

S, H = [RECEIVED], [uuid.UUID(KEY)]
WRITING: dict[str, tuple[str, Sequence[Sequence[Any]]]] = {
    "runs": (append.RUNS, (H,)),
    "earlier": (append.EARLIER, (H, S, S)),
    "standing": (append.STANDING, (H,)),
    "bodies": (append.BODIES, ([b"5"],)),
    "aliases": (lexicon.ALIASES, (H, ["s3://lake"], ["orders/dt=5"], [5], ["5"], ["1"], ["dev"])),
    "environments": (environments.SETTLE, ([5], ["dev"], [True])),
    "unmention": (append.UNMENTION, ([5], S, H)),
    "unlink": (append.UNLINK, ([5], S, H)),
    "events by number": (derivation.BY_NUMBER, ([5],)),
    "events of runs": (derivation.OF_RUNS, ([5],)),
    "events of jobs": (derivation.OF_JOBS, ([5],)),
    "listing": (derivation.LISTING, ([5],)),
    "subjects": (derivation.SUBJECTS, ([5],)),
    "naming": (derivation.NAMING, ([5],)),
    "silent runs": (derivation.SILENT_RUNS, ([5],)),
    "kin": (derivation.KIN, ([5],)),
    "heads": (lanes.HEADS, ([5], [6])),
    "open": (lanes.OPEN, ([5], [6])),
    "kinds of claims": (lanes.KINDS_OF_CLAIMS, ([5],)),
    "tellings": (lanes.TELLINGS, ([5], [6])),
    "declarations": (lanes.DECLARATIONS, ([5],)),
    "drops": (lanes.DROPS, ([5],)),
    "declared lanes": (lanes.DECLARED_LANES, ([5],)),
    "lanes of targets": (lanes.LANES_OF_TARGETS, ([5],)),
    "drop heads": (lanes.DROP_HEADS, ([5], [6])),
    "clear lanes": (lanes.CLEAR, ([5], [6])),
    "remove spans": (lanes.REMOVE, ([5], [6], [1], S, H)),
    "closure": (kinship.CLOSURE, ([5],)),
    "renames": (kinship.RENAMES, ([5], [5])),
    "links": (kinship.LINKS, ([5], [5], [5])),
    "listed": (kinship.LISTED, ([5],)),
    "moments": (kinship.MOMENTS, ([5],)),
    "readings": (kinship.READINGS, ([5], [5])),
    "stored": (kinship.STORED, ([5],)),
    "spoken of": (kinship.SPOKEN_OF, ([5],)),
    "gone": (kinship.GONE, ([5],)),
    "deleted values": (registers.DELETED, ([b"5"],)),
    "schema heads": (schemas.HEADS, ([5],)),
    "schemas seen": (schemas.SEEN, ([5],)),
    "clear versions": (schemas.CLEAR_VERSIONS, ([5],)),
    "clear fields": (schemas.CLEAR_FIELDS, ([5],)),
    "undeclare": (tellers.UNDECLARE, ([5],)),
    "written": (tellers.WRITTEN, ([5],)),
    "unwrite": (tellers.UNWRITE, ([5],)),
    "unrefer": (tellers.UNREFER, ([5],)),
    "unmeasure": (tellers.UNMEASURE, ([5],)),
    "unmark": (loading.UNMARK, ([5],)),
    "folders as spelled": (loading.SPELLED, ([5],)),
    "files told again": (loading.FILE, (*([5], [5], [1], H, H, ["f"], S, H, [5], [2], S, ["{}"]), [5])),
    "claims": (tellers.CLAIMS, (H, [1], ["{5}"], [b""])),
}
