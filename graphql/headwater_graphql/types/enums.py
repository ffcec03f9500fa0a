"""Enumerations: kinds, states, sources, statuses, methods, and what questions may choose from."""

from __future__ import annotations

from enum import Enum

import strawberry

from headwater_catalog.lineage.mappings import Agreement
from headwater_catalog.schemas.compatibility import Compatibility
from headwater_catalog.schemas.diff import ChangeKind
from headwater_catalog.schemas.keys import KeyKind
from headwater_catalog.zone_rules import Expectation, Scope, ZoneKind


@strawberry.enum
class NodeKind(Enum):
    """Kinds of nodes."""

    DATASET = "dataset"
    FIELD = "field"
    JOB = "job"
    RUN = "run"
    TERM = "term"


@strawberry.enum
class Found(Enum):
    """What became of a reference."""

    FOUND = "FOUND"
    AMBIGUOUS = "AMBIGUOUS"
    NOT_FOUND = "NOT_FOUND"
    HIDDEN = "HIDDEN"
    INVALID = "INVALID"


@strawberry.enum
class Seen(Enum):
    """EVENT: some event listed it. REFERENCE: others only speak of it."""

    EVENT = True
    REFERENCE = False


@strawberry.enum
class ReasonKind(Enum):
    """SYMLINK: a producer says so. SAME: a steward does. RENAME: it was called so. NAMING_RULE: a rule makes it so."""

    SYMLINK = 1
    SAME = 2
    RENAME = 3
    NAMING_RULE = 4


@strawberry.enum
class Source(Enum):
    """Who says something, in order of precedence."""

    PERSON = 1
    FILE = 2
    PRODUCER = 3
    CRAWLER = 4


@strawberry.enum
class Side(Enum):
    """Whether a dataset is read or written."""

    INPUT = "input"
    OUTPUT = "output"


@strawberry.enum
class RunState(Enum):
    """UNKNOWN: it told neither of a start nor of an end. LOST: it runs, and was silent for too long (lost_after)."""

    UNKNOWN = 0
    RUNNING = 1
    COMPLETE = 2
    ABORT = 3
    FAIL = 4
    LOST = 5


@strawberry.enum
class Status(Enum):
    """OBSERVED: a completed run did it. DECLARED: it is meant so. UNCONFIRMED: a run did that is not complete."""

    OBSERVED = 1
    DECLARED = 2
    UNCONFIRMED = 3


@strawberry.enum
class Method(Enum):
    """How it is known. CARTESIAN: each output from all inputs. READS, BOUNDARY: where lineage ends at a job."""

    EXPLICIT = 1
    BOUNDARY = 2
    COLUMN = 3
    CARTESIAN = 4
    READS = 5


@strawberry.enum
class Direction(Enum):
    """UP: to what something was made of. DOWN: to what is made of it."""

    UP = "up"
    DOWN = "down"
    BOTH = "both"


@strawberry.enum
class Granularity(Enum):
    """Between what a step leads. RUN: from versions of datasets to runs that read them, and on to what they made."""

    DATASET = "dataset"
    JOB = "job"
    COLUMN = "column"
    RUN = "run"
    ZONE = "zone"
    NAMESPACE = "namespace"


@strawberry.enum
class History(Enum):
    """CURRENT: what holds. ALL: what ever held, too."""

    CURRENT = "current"
    ALL = "all"


@strawberry.enum
class EdgeKind(Enum):
    """Between what an edge leads; BOUNDARY: from a dataset to a job that reads it."""

    DATASET = "dataset"
    JOB = "job"
    COLUMN = "column"
    BOUNDARY = "boundary"
    RUN = "run"
    ZONE = "zone"
    NAMESPACE = "namespace"


@strawberry.enum
class CutReason(Enum):
    """Why an answer is not whole."""

    DEPTH = "DEPTH"
    LIMIT = "LIMIT"
    EDGES = "EDGES"
    RIGHTS = "RIGHTS"
    PATHS = "PATHS"
    LENGTH = "LENGTH"
    WORK = "WORK"


@strawberry.enum
class SchemaChangeKind(Enum):
    """Kinds of changes of a schema. TYPE_NARROWED: the new type does not hold every value of the old one."""

    DATASET_DROPPED = "DATASET_DROPPED"
    COLUMN_DROPPED = "COLUMN_DROPPED"
    COLUMN_RENAMED = "COLUMN_RENAMED"
    TYPE_NARROWED = "TYPE_NARROWED"
    NULLABILITY_TIGHTENED = "NULLABILITY_TIGHTENED"
    NULLABILITY_LOOSENED = "NULLABILITY_LOOSENED"
    TYPE_WIDENED = "TYPE_WIDENED"
    COLUMN_ADDED = "COLUMN_ADDED"
    DATASET_ADDED = "DATASET_ADDED"


@strawberry.enum
class Effect(Enum):
    """BREAKS: computed of what is no more as it was. MAY_CHANGE: it depends on it, or may do so."""

    BREAKS = "BREAKS"
    MAY_CHANGE = "MAY_CHANGE"


@strawberry.enum
class ChangeOf(Enum):
    """Whether the catalog has what a change is of."""

    FOUND = "FOUND"
    NO_COLUMN = "NO_COLUMN"
    NO_DATASET = "NO_DATASET"


@strawberry.enum
class Holding(Enum):
    """What a dataset holds, where its producer says so (the facet datasetType)."""

    FEATURES = "FEATURES"
    MODEL = "MODEL"
    DEPLOYMENT = "DEPLOYMENT"


@strawberry.enum
class Order(Enum):
    """How a list is ordered."""

    NAME = "name"
    NEWEST = "newest"


@strawberry.enum
class GovernanceTask(Enum):
    """The five tasks of governance."""

    FLOWS = "FLOWS"
    SCHEMAS = "SCHEMAS"
    TEMPLATES = "TEMPLATES"
    MAPPINGS = "MAPPINGS"
    PROFILES = "PROFILES"


@strawberry.enum
class KeptState(Enum):
    """REJECTED: refused at the door, its beginning is kept. PARKED: in the log, where the catalog failed with it."""

    REJECTED = "rejected"
    PARKED = "parked"


@strawberry.enum
class ReplayState(Enum):
    """What became of an entry that was tried again. NOT_WHOLE: only a part of it is kept. NOT_FOUND: not among them."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    PARKED = "parked"
    REJECTED = "rejected"
    NOT_WHOLE = "not_whole"
    NOT_FOUND = "not_found"


@strawberry.enum
class EditMode(Enum):
    """ALL_OR_NOTHING: one change that cannot be made keeps all out. BEST_EFFORT: those that can be made are."""

    ALL_OR_NOTHING = "ALL_OR_NOTHING"
    BEST_EFFORT = "BEST_EFFORT"


@strawberry.enum
class EditStatus(Enum):
    """What became, or would become, of a change."""

    APPLIED = "APPLIED"
    UNCHANGED = "UNCHANGED"
    CONFLICT = "CONFLICT"
    INVALID = "INVALID"
    SKIPPED = "SKIPPED"


@strawberry.enum
class FileState(Enum):
    """NEW: nobody loaded it. PROCESSED: a completed run did. FAILED: only runs tried that did not complete."""

    NEW = "NEW"
    PROCESSED = "PROCESSED"
    FAILED = "FAILED"


strawberry.enum(Agreement)
strawberry.enum(ZoneKind)
strawberry.enum(Expectation)
strawberry.enum(Scope, name="TestScope")
strawberry.enum(ChangeKind, name="SchemaDifferenceKind")
strawberry.enum(Compatibility)
strawberry.enum(KeyKind)
