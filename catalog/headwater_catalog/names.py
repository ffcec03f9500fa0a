"""Names: the canonical name of a dataset, the key of a run, public ids, and references that people type."""

import hashlib
import re
import uuid
from functools import lru_cache

from headwater_catalog.canonical import canonical

SCHEMES = {"s3a": "s3", "s3n": "s3", "postgresql": "postgres", "abfs": "abfss", "wasb": "wasbs", "gcs": "gs"}
"""Other spellings of a scheme and the one that counts."""

DEFAULT_PORTS = {
    "postgres": 5432,
    "mysql": 3306,
    "redshift": 5439,
    "mssql": 1433,
    "sqlserver": 1433,
    "oracle": 1521,
    "kafka": 9092,
    "cassandra": 9042,
    "db2": 50000,
    "crate": 4200,
    "teradata": 1025,
}
"""Schemes whose authority is `{host}:{port}`, with the port of an authority that has none."""

OBJECT_STORES = frozenset({"s3", "gs", "abfss", "wasbs"})
PATH_STORES = OBJECT_STORES | {"file", "hdfs", "dbfs"}
HOST_STORES = OBJECT_STORES | DEFAULT_PORTS.keys() | {"hdfs", "snowflake", "trino", "hive", "awsathena", "unitycatalog"}
"""Schemes whose authority is a host or a bucket, where case means nothing."""

SQL_STORES = (DEFAULT_PORTS.keys() - {"kafka", "cassandra"}) | {
    "snowflake",
    "trino",
    "hive",
    "bigquery",
    "awsathena",
    "spanner",
    "unitycatalog",
}

LONGEST_REF = 200_000
"""Characters of a reference that are looked at: more than the longest namespace, name and column have together."""

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_NO_PLAIN_HOST = re.compile(r"[:,@/\[\]]")
_QUOTED_PART = re.compile(r'"[^"]+"|`[^`]+`|\[[^\[\]]+\]')
_QUOTED_NAME = re.compile(r'"((?:[^"]|"")*)"(?=#|\Z)')
_CACHEABLE = 1024  # a cache of names that may each be megabytes long would be no bounded cache


def text(value: object) -> str:
    """A string without blanks, tabs and newlines at both ends; "" for anything else, which means absent."""
    return value.strip(" \t\r\n") if isinstance(value, str) else ""


def scheme_of(namespace: str) -> str:
    """What stands before the first colon, in lower case; the whole namespace where there is none."""
    return namespace.partition(":")[0].lower()


def is_path_store(namespace: str) -> bool:
    """Whether the namespace names files or objects by path rather than tables by catalog name (SEMANTICS §4, §5)."""
    return scheme_of(namespace) in PATH_STORES


def dataset_name(namespace: str, name: str) -> tuple[str, str]:
    """The canonical (namespace, name) of a dataset, by the rules of SEMANTICS §4; both must be `text` already."""
    if len(namespace) + len(name) > _CACHEABLE:
        return _canonical_name(namespace, name)
    return _cached_name(namespace, name)


def _canonical_name(namespace: str, name: str) -> tuple[str, str]:
    namespace = _canonical_namespace(namespace)
    scheme = scheme_of(namespace)
    if scheme in PATH_STORES:
        name = name.rstrip("/") or "/"
        if scheme in OBJECT_STORES:
            name = name.lstrip("/") or "/"
    elif scheme in SQL_STORES:
        name = ".".join([_sql_part(part, scheme) for part in name.split(".")])
    return (namespace, name)


_cached_name = lru_cache(maxsize=65_536)(_canonical_name)


def _canonical_namespace(namespace: str) -> str:
    scheme, separator, rest = namespace.partition("://")
    if separator:
        scheme = SCHEMES.get(scheme.lower(), scheme.lower())
        authority, slash, path = rest.partition("/")
        namespace = f"{scheme}://{_canonical_authority(scheme, authority)}{slash}{path}"
    bare = namespace.rstrip("/")
    if bare in {"file:", "file"}:
        return "file"
    return namespace if namespace.endswith("://") else bare or namespace


def _canonical_authority(scheme: str, authority: str) -> str:
    if scheme in HOST_STORES:
        authority = authority.lower()
    if scheme == "snowflake":
        return _snowflake_account(authority)
    if scheme in DEFAULT_PORTS and authority and not _NO_PLAIN_HOST.search(authority):
        return f"{authority}:{DEFAULT_PORTS[scheme]}"
    return authority


def _snowflake_account(authority: str) -> str:
    account = authority.removesuffix(":443").removesuffix(".snowflakecomputing.com")
    if not account or "-" in account.partition(".")[0]:  # organisation-account names have no region
        return account
    return account + {0: ".us-west-1.aws", 1: ".aws"}.get(account.count("."), "")


def _sql_part(part: str, scheme: str) -> str:
    if _QUOTED_PART.fullmatch(part):
        return part[1:-1]
    if scheme == "snowflake":
        return part.upper()
    return part.lower() if scheme in {"hive", "awsathena"} else part


def run_key(run_id: str, job: tuple[str, str]) -> tuple[str, str, str]:
    """A UUID, in lower case, is the run whatever its job; any other text is a run of that job only (SEMANTICS §2)."""
    lowered = run_id.lower()
    return (lowered, "", "") if _UUID.fullmatch(lowered) else (run_id, *job)


def key_of(kind: str, *parts: str) -> uuid.UUID:
    """The 128-bit key of a node: the first half of sha256 over the canonical JSON of kind and canonical name.

    Parts: namespace and name of a dataset or job, those and the path of a field, the run key of a run, the IRI of a
    term. It depends on nothing else, so it survives rebuild, restore and union (DESIGN invariant 10).
    """
    return uuid.UUID(bytes=_digest(kind, parts)[:16])


def public_id(kind: str, *parts: str) -> str:
    """`kind:` and the 32 hex digits of `key_of`, as shown outside."""
    return f"{kind}:{_digest(kind, parts)[:16].hex()}"


def _digest(kind: str, parts: tuple[str, ...]) -> bytes:
    return hashlib.sha256(canonical([kind, *parts])).digest()


def parse_public_id(public: str) -> tuple[str, uuid.UUID] | None:
    """Kind and key of a public id; None where the text is none."""
    kind, colon, digits = public.partition(":")
    if not (kind and colon and re.fullmatch("[0-9a-f]{32}", digits)):
        return None
    return kind, uuid.UUID(hex=digits)


def split_ref(ref: str) -> tuple[str, str | None]:
    """Name and field of a reference as people type it: `trusted.orders#amount`, `trusted.orders`, `"a#b"#amount`.

    A name in double quotes may hold any sign (`""` stands for one quote); else it ends at the first `#`. Namespaces
    hold slashes themselves, so they are not told apart here: whoever looks the name up matches suffixes.
    """
    ref = text(ref)
    quoted = _QUOTED_NAME.match(ref)
    if quoted:
        return quoted[1].replace('""', '"'), ref[quoted.end() + 1 :] or None
    name, _, field = ref.partition("#")
    return name, field or None


def print_ref(name: str, field: str | None = None) -> str:
    """The text that `split_ref` reads back as these two."""
    if "#" in name or name.startswith('"') or name != text(name):
        escaped = name.replace('"', '""')
        name = f'"{escaped}"'
    return f"{name}#{field}" if field else name


def short_name(namespace: str, name: str) -> str:
    """What fits on a label: the last segment of a path, the last two parts of a table's name, else the name."""
    if is_path_store(namespace):
        return name.rstrip("/").rpartition("/")[2] or name
    return ".".join(name.split(".")[-2:]) if scheme_of(namespace) in SQL_STORES else name


def path_below(path: str, namespace: str, name: str) -> str:
    """A file's path below the dataset (a folder) where it lies, however whole it was spelled; else as it is.

    `s3://lake/orders/2026/x.csv` below (`s3://lake`, `orders`) is `2026/x.csv`.
    """
    scheme, separator, rest = path.partition("://")
    if separator:
        scheme = SCHEMES.get(scheme.lower(), scheme.lower())
        authority, _, path = rest.partition("/")
        if namespace not in (f"{scheme}://{_canonical_authority(scheme, authority)}", scheme):
            return f"{scheme}://{rest}"
    folder, inner = name.strip("/"), path.strip("/")
    return (inner.removeprefix(f"{folder}/") if folder else inner) or path


def path_within(path: str, spelled: tuple[str, str], meant: tuple[str, str]) -> str:
    """A file's path below the dataset that a naming rule makes of the folder where it lies.

    `x.csv` in (`s3://lake`, `orders/dt=1`), which means (`s3://lake`, `orders`), is `dt=1/x.csv`.
    """
    below = path_below(path, *spelled)
    if "://" not in below:
        root = spelled[0] if "://" in spelled[0] else f"{spelled[0]}://"
        below = "/".join(part for part in (root, spelled[1].strip("/"), below.strip("/")) if part)
    return path_below(below, *meant)
