"""Takes secrets out of an entry's bytes before they are hashed or stored; deterministic, idempotent, versioned."""

import json
import re
from itertools import pairwise
from typing import NamedTuple

from headwater_catalog.canonical import read_json
from headwater_catalog.errors import Refused
from headwater_catalog.secret_patterns import MASK, redact_string, redact_userinfo
from headwater_catalog.secret_sieve import suspicious
from headwater_catalog.secret_words import holds_secrets, is_login, is_secret, names_secret

REDACTION_VERSION = 1
"""Counts the rules: another version may mask more, so entries of two versions can differ in their hashes."""

_UNTOUCHED = frozenset({"runId", "eventTime", "eventType"})
_NAMES = frozenset({"namespace", "name", "field"})
# Members of these are keyed by column names, and a column may be called `password`.
_BY_COLUMN = frozenset({"fields", "columns", "columnMetrics", "schema", "types", "dtypes"})
_OPTION = re.compile(r"--?[\w.\-]+")


class Redacted(NamedTuple):
    """The bytes without secrets, and whether they differ from what came in."""

    raw: bytes
    changed: bool


def redact(raw: bytes) -> Redacted:
    """The entry without secrets; the very same bytes where there are none.

    Changed entries are written without spaces, members in their order, of duplicate keys the last. What depends on the
    value alone is the value: two spellings of one event stay one event. Bytes that are no JSON come back as they are:
    they are going to be refused, and what is kept of them goes through `redact_text`.
    """
    if not suspicious(raw):
        return Redacted(raw, False)
    try:
        value = read_json(raw)
    except Refused:
        return Redacted(raw, False)
    clean = redact_value(value)
    if _same(clean, value):
        return Redacted(raw, False)
    return Redacted(json.dumps(clean, ensure_ascii=False, separators=(",", ":")).encode(), True)


def redact_text(raw: bytes) -> bytes:
    """Bytes that are no JSON without secrets; redact first, then cut, or half a secret may stay.

    NULs are left out when secrets are looked for, and in the answer if there are any: a body in UTF-16 is full of them.
    """
    text = raw.replace(b"\0", b"").decode("utf-8", "surrogateescape")
    clean = redact_string(text)
    return raw if clean == text else clean.encode("utf-8", "surrogateescape")


def redact_value(value: object, key: str = "", within: str = "") -> object:
    """A JSON value without secrets; the same object where nothing changed.

    `key` is the member that holds the value, `within` the member that holds the object of that member.
    """
    if isinstance(value, str):
        return _string(value, key, within)
    if isinstance(value, dict):
        return _object(value, key, within)
    if isinstance(value, list):
        return _list(value, key, within)
    return value


def _string(text: str, key: str, within: str) -> str:
    if key in _UNTOUCHED:
        return text
    if key in _NAMES:
        return redact_userinfo(text)
    if within not in _BY_COLUMN and (names_secret(key) or is_login(key, text)):
        return _masked(text)
    return redact_string(text)


def _holds_secrets(key: str, within: str) -> bool:
    return holds_secrets(key) and within not in _BY_COLUMN


def _masked(text: str) -> str:
    return MASK if is_secret(text) else text


def _list(members: list[object], key: str, within: str) -> list[object]:
    if _holds_secrets(key, within):
        clean: list[object] = [_masked(m) if isinstance(m, str) else redact_value(m, key, within) for m in members]
    else:
        clean = [redact_value(member, key, within) for member in members]
        _mask_option_values(clean)
    return members if all(map(_same, clean, members)) else clean


def _mask_option_values(arguments: list[object]) -> None:
    """`["--password", "x"]`: an argument list keeps option and value apart."""
    for place, (option, value) in enumerate(pairwise(list(arguments)), 1):
        if (
            isinstance(option, str)
            and isinstance(value, str)
            and _OPTION.fullmatch(option)
            and names_secret(option)
            and not _OPTION.fullmatch(value)
        ):
            arguments[place] = _masked(value)


def _object(members: dict[str, object], key: str, within: str) -> dict[str, object]:
    named = ((redact_string(name), each) for name, each in members.items())
    clean: dict[str, object] = {name: redact_value(each, name, key) for name, each in named}
    if _holds_secrets(key, within) and all(isinstance(member, str) for member in clean.values()):
        clean = {name: _masked(str(member)) for name, member in clean.items()}
    _mask_named_value(clean)
    if (
        len(clean) == len(members)
        and all(map(_same, clean, members))
        and all(map(_same, clean.values(), members.values()))
    ):
        return members
    return clean


def _mask_named_value(members: dict[str, object]) -> None:
    """`{"name": "DB_PASSWORD", "value": "x"}`: a list of variables or parameters."""
    value = members.get("value")
    if isinstance(value, str) and any(names_secret(str(members.get(label))) for label in ("name", "key")):
        members["value"] = _masked(value)


def _same(left: object, right: object) -> bool:
    """Identity for containers, equality for strings: both tell whether anything was replaced."""
    return left is right or (isinstance(left, str) and left == right)
