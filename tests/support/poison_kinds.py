"""Hundreds of kinds of entries that cannot be taken up: what BAD names, members of wrong types, broken bytes."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from typing import Any

from poison import BAD
from poison_requests import VALUES
from samples import event

_WRONG = {kind: value for kind, value in VALUES.items() if not (isinstance(value, str) and value)}
_OF_TYPES: dict[str, tuple[dict[str, Any], tuple[str, ...]]] = {
    "a run event": (
        event(),
        ("eventTime", "run.runId", "job", "job.namespace", "job.name"),
    ),
    "a job event": (
        {"eventTime": "2024-05-01T10:00:00Z", "job": {"namespace": "demo", "name": "load"}},
        ("eventTime", "job.namespace", "job.name"),
    ),
    "a dataset event": (
        {"eventTime": "2024-05-01T10:00:00Z", "dataset": {"namespace": "demo", "name": "orders"}},
        ("eventTime", "dataset.namespace", "dataset.name"),
    ),
    "an edit": (
        {
            "headwater": "edit",
            "author": "ann",
            "nonce": "n",
            "time": "2024-05-01T10:00:00Z",
            "changes": [{"describe": {"node": ["dataset", "demo", "orders"], "text": "x"}}],
        },
        ("author", "nonce", "time", "changes"),
    ),
}
_TIMES = [
    *[
        "2024",
        "2024-05",
        "05/01/2024 10:00",
        "1 May 2024",
        "10:00:00Z",
        "2024-05-01T",
        "T10:00:00Z",
        "now",
        "1714557600",
    ],
    *["2024-5-1T10:00:00Z", "2024-05-01T10Z-", "2024-00-01T10:00:00Z", "2024-05-00T10:00:00Z", "2024-05-32T10:00:00Z"],
    *["2023-02-29T10:00:00Z", "2024-05-01T10:60:00Z", "2024-05-01T10:00:61Z", "2024-05-01T10:00:00+2500", "NaT"],
    *["2024-05-01T10:00:00.Z", "-2024-05-01T10:00:00Z", "0000-00-00 00:00:00", "null"],
    *["2024-05-01T10:00:00 Z extra", "+12024-05-01T10:00:00Z", "２０２４-05-01T10:00:00Z", "2024-05-01T24:00:01Z"],
]
_TEXT = json.dumps(event()).encode()
_MARK = b'"urn:test"'
_IN_PLACE_OF_A_TEXT = [
    *["tru", "True", "None", "undefined", "nul", "'urn:test'", "urn:test", "`x`", "/* x */ 1", "// x", "# x"],
    *[
        "01",
        "+1",
        ".5",
        "1.",
        "1e",
        "1e+",
        "0x10",
        "--1",
        "1_000",
        "1,5,",
        "1 2",
        '"a" "b"',
        "[1,]",
        "[,1]",
        "[1",
        "1]",
    ],
    *[
        '{"a"}',
        '{"a":}',
        "{1: 2}",
        "{a: 1}",
        '{"a": 1,}',
        '{"a" 1}',
        '"\\x41"',
        '"\\u12"',
        '"\\uZZZZ"',
        '"\\',
        '"a',
        "<x/>",
    ],
    *["- x", "!!str x", "b'x'", "${X}", "{{ x }}", "@x", "=1", ";", "()", "…"],
]
_NO_UTF8 = {
    "a byte too few": b"\xe2\x82",
    "a byte too many": b"\xc3\xa4\xa4",
    "a NUL in two bytes": b"\xc0\x80",
    "a slash in three bytes": b"\xe0\x80\xaf",
    "a surrogate in bytes": b"\xed\xa0\x80",
    "a pair of surrogates in bytes": b"\xed\xa0\xbd\xed\xb8\x80",
    "beyond Unicode": b"\xf4\x90\x80\x80",
    "five bytes": b"\xf8\x88\x80\x80\x80",
    "latin-1 umlauts": "Größe".encode("latin-1"),
    "windows-1252 quotes": "„x“".encode("cp1252"),
    "shift-jis": "日本".encode("shift-jis"),
    "gb18030": "中文".encode("gb18030"),
    "koi8-r": "мир".encode("koi8-r"),
    "a lone 0xFF": b"\xff",
}
_CONTROLS = [sign for sign in range(32) if sign not in b"\n\r"]  # those end a line of a batch


def _of_types() -> Iterator[tuple[str, bytes]]:
    for name, (good, paths) in _OF_TYPES.items():
        for path in paths:
            for kind, value in _WRONG.items():
                yield f"{kind} as {path} of {name}", _dump(_with(good, path, value))
            yield f"{name} without {path}", _dump(_with(good, path))


def _with(good: Mapping[str, Any], path: str, *value: object) -> dict[str, Any]:
    """A copy with this value at the path, or with nothing there."""
    made: dict[str, Any] = copy.deepcopy(dict(good))
    *parents, last = path.split(".")
    within = made
    for parent in parents:
        within = within[parent]
    if value:
        within[last] = value[0]
    else:
        del within[last]
    return made


def _broken() -> Iterator[tuple[str, bytes]]:
    for text in _IN_PLACE_OF_A_TEXT:
        yield f"{text} in place of a text", _TEXT.replace(_MARK, text.encode())
    for kind, signs in _NO_UTF8.items():
        yield f"{kind} in a text", _TEXT.replace(_MARK, b'"' + signs + b'"')
    for sign in _CONTROLS:
        yield f"control character {sign} in a text", _TEXT.replace(_MARK, b'"%c"' % sign)
    for cut in range(1, len(_TEXT), 12):
        yield f"cut off after {cut} bytes", _TEXT[:cut]


def _dump(document: object) -> bytes:
    return json.dumps(document).encode()


def _all() -> Iterator[tuple[str, bytes]]:
    yield from ((kind, body) for kind, (body, _) in BAD.items())
    yield from _of_types()
    yield from ((f"{said} as eventTime", _dump(event(eventTime=said))) for said in _TIMES)
    yield from _broken()


# No two that are the same bytes in the end.
POISON: dict[str, bytes] = {kind: body for body, kind in {body: kind for kind, body in reversed(list(_all()))}.items()}
