"""CSV and its like: DuckDB finds the dialect and the types, `values` what it does not look for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, NamedTuple

from headwater_catalog.facets.opening import Csv
from headwater_catalog.facets.shape import Sign
from headwater_ingestors.crawlers.files.content import Columns
from headwater_ingestors.crawlers.files.duck import Duck
from headwater_ingestors.crawlers.files.header import Header, header
from headwater_ingestors.crawlers.files.kinds import MOMENT, TEXT, Kind, decimal
from headwater_ingestors.crawlers.files.limits import MAX_COLUMNS
from headwater_ingestors.crawlers.files.readings import MOST, Marks, Reading, readings, sample
from headwater_ingestors.crawlers.files.readings import reading as reading_of
from headwater_ingestors.crawlers.files.spellings import (
    MOST_TRIED,
    TEMPORAL,
    Column,
    Spelled,
    formats,
    mixed,
    spellings,
)
from headwater_ingestors.crawlers.files.stores import Unreadable
from headwater_ingestors.crawlers.files.values import MAYBE, Numbers, kind_of_texts, null_tokens, numbers, told

RARE: Final = ("\x01", "||", "~", "^", "¦", "§")
"""Delimiters that DuckDB does not try by itself."""
USUAL: Final = (",", ";", "\t", "|", *RARE)
_SEPARATOR: Final = re.compile(r"sep=(.)\r?\n")
"""The line by which Excel is told the delimiter."""
_BREAK: Final = re.compile(r"\r\n|\r|\n")
_MOST_ROWS: Final = 200_000
_FOR_NAMES: Final = 1_000
"""Rows by whose types a record of names is known."""
_TYPES: Final = {"TIMESTAMP WITH TIME ZONE": MOMENT, "HUGEINT": decimal(38, 0), "BIGNUM": TEXT}
_NONE: Final = "(empty)"
_SHOWN: Final = 5
"""Columns that a note names."""

Said = dict[str, object]
"""Arguments of DuckDB's reader."""


@dataclass(frozen=True, slots=True)
class Table:
    """A text as CSV. rows: of the sample; spelled, tokens, notes: as Content has them."""

    csv: Csv
    columns: Columns
    rows: int | None
    spelled: Mapping[str, Spelled] = field(default_factory=dict)
    tokens: Mapping[str, frozenset[str]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


def read_delimited(duck: Duck, text: str, whole: bool) -> Table | None:
    """The table of a sample; None where it is none. Raises Unreadable where it may be one, too large to tell."""
    text = _cut(text, whole)
    _check_width(text)
    said_first = _SEPARATOR.match(text)
    if said_first is None:
        return _read(duck, text, {})
    table = _read(duck, text[said_first.end() :], {"delim": said_first[1]})
    return table and replace(table, csv=replace(table.csv, skip_rows=(table.csv.skip_rows or 0) + 1))


def _read(duck: Duck, text: str, pinned: Said) -> Table | None:
    mixed = len(set(_BREAK.findall(text))) > 1
    text = _BREAK.sub("\n", text) if mixed else text  # DuckDB goes by the first line break, be it within quotes
    duck.hold(text)
    found, said = _dialect(duck, text, pinned)
    if found is None:
        return None
    others: tuple[Reading, ...] = ()
    if not pinned and len(found["Delimiter"]) == 1:
        found, said, others = _weighed(duck, text, found, said)
    elif not pinned:
        quote = _sign(found["Quote"])
        alone = reading_of(
            sample(text), Marks(found["Delimiter"][0], quote, None)
        )  # || may be two, with nothing between
        others = (alone,) if alone else ()
    rows, counted = _rows(duck, {**said, "header": False})
    first: Sequence[str | None] = rows[0] if rows else ()
    below = [tuple(row[place] for row in rows[1:_FOR_NAMES]) for place in range(len(first))]
    names = header(first, below, null_tokens(below))
    named = bool(found["HasHeader"]) if names.named is None else names.named
    columns = list(zip(*rows[named:], strict=True)) or below
    tokens = null_tokens(columns)
    how = numbers(columns, tokens)
    said |= {"header": named}
    said |= {"nullstr": ["", *tokens]} if tokens else {}
    said |= {"decimal_separator": ","} if how.decimal else {}
    found = duck.sniff(said) or found
    count = len(rows) - named if counted and len(rows) < _MOST_ROWS else None
    return _table(found, said, _Texts(columns, count, tokens, how, first if named else (), mixed, others, names), text)


def _rows(duck: Duck, said: Said) -> tuple[list[tuple[str | None, ...]], bool]:
    """All records, the first as well (DuckDB makes names up where some are missing or come twice); if these are all."""
    rows = duck.rows(said, _MOST_ROWS)
    return (rows, True) if rows is not None else (duck.rows({**said, "ignore_errors": True}, _MOST_ROWS) or [], False)


def _cut(text: str, whole: bool) -> str:
    """The sample without its last line, which may be half a one; nor is it cut within quotes."""
    if whole:
        return text
    end = max(text.rfind("\n"), text.rfind("\r") if "\n" not in text else -1) + 1
    if not end:
        raise Unreadable("long-line", "Its first line is longer than what is read of a file; see --sample-bytes.")
    odd = text.count('"', 0, end) % 2 == 1
    at = end
    for _ in range(10_000 if odd else 0):
        before = text.rfind("\n", 0, at - 1) + 1
        if not before:
            break
        odd ^= text.count('"', before, at) % 2 == 1
        at = before
        if not odd:
            return text[:at]
    return text[:end]


def _check_width(text: str) -> None:
    """Too wide a text costs DuckDB more than it is worth."""
    if not any(text.count(sign) >= MAX_COLUMNS for sign in USUAL):
        return
    widest = max(max(line.count(sign) for sign in USUAL) for line in text.splitlines()[:1_000])
    if widest >= MAX_COLUMNS:
        raise Unreadable("too-many-columns", f"It has lines of more than {MAX_COLUMNS:,} columns; they are not told.")


def _dialect(duck: Duck, text: str, pinned: Said) -> tuple[dict[str, Any] | None, Said]:
    """What DuckDB finds, and how it is asked to read the sample again. One column is what is left if all else fails."""
    plain = duck.sniff(pinned or ({"delim": "||"} if _doubled(text) else {}))
    loose: list[Said] = [{"null_padding": True}, {"ignore_errors": True}, {"strict_mode": False}]
    rare: list[Said] = [{"delim": sign} for sign in RARE if sign in text]
    if plain is not None and len(plain["Columns"]) > 1:
        return plain, _asked(plain)
    for attempt in [*rare, *loose] if any(sign in text for sign in USUAL) else ():
        found = duck.sniff(attempt)
        if found is not None and len(found["Columns"]) > 1 and (attempt in rare or _divides(text, found["Delimiter"])):
            return found, {**_asked(found), **(attempt if attempt in loose else {})}
    return plain, {} if plain is None else _asked(plain)


def _weighed(
    duck: Duck, text: str, found: dict[str, Any], said: Said
) -> tuple[dict[str, Any], Said, tuple[Reading, ...]]:
    """What DuckDB finds, or a reading of all records that holds together better; and others that do so as well."""
    part = sample(text)
    ranked, own, start = readings(part), _own(found, said, part), 0
    if own is not None and bool(said["skip"]) and not said["comment"] and not any(one.width > 1 for one in ranked):
        start, ranked = _with_names(part, int(str(said["skip"])), own) or (0, ranked)
    skips = bool(said["skip"] or said["comment"])
    alone = skips or (own is not None and own.width == 1)  # else a column alone is what any text is
    chosen = next((one for one in ranked if one.width > 1 or one.clean == 1 or alone), own)
    column = tuple(one for one in ranked if one.width == 1)[:1]
    if chosen is None or (own is None and len(text) > MOST):
        return found, said, column if len(found["Columns"]) == 2 else ()
    outweighed = own is not None and bool(said["skip"]) and not said["comment"] and _outweighs(chosen, own)
    if own is not None and not outweighed and (own.rank > chosen.rank or (own.rank == chosen.rank and not skips)):
        chosen = own
    elif own is None or own.rows != chosen.rows:
        delimiter, quote, escape = chosen.marks
        sure: Said = {"delim": delimiter or _unused(text), "skip": start, "comment": ""}
        sure |= {"quote": quote or "", "escape": escape or quote or ""}
        found, said = duck.sniff(sure) or found, sure
    alike = [one for one in ranked if one.rank == chosen.rank and one.rows != chosen.rows]
    others = tuple(one for one in alike if one.width > 1 or one.clean == 1 or chosen.width == 1)
    if chosen.width > 1 and not others:  # numbers with a comma and a unit, a column alone
        others = tuple(one for one in ranked if one.width == 1 and one.clean == 1)
    others += (own,) if own is not None and outweighed and own.rank > chosen.rank else ()
    forced = (
        own is not None and chosen is own and skips and not own.alike
    )  # mere text, once other lines are passed over
    others = others or (column if forced else ())
    if own is not None and chosen is own and skips:  # lines were passed over that divide as well as those that are left
        others += tuple(one for one in ranked if one.width > 1 and one.clean >= own.clean and one not in others)
    return found, said, others


def _with_names(part: str, skip: int, own: Reading) -> tuple[int, list[Reading]] | None:
    """How many lines are above the last that was passed over, and readings from it on, if it may have the names."""
    lines = part.split("\n")
    above = next((place for place in range(skip - 1, 0, -1) if lines[place : place + 1] != [""]), 0)
    ranked = readings("\n".join(lines[above:])) if above else []
    return (above, ranked) if ranked and ranked[0].width > 1 and _outweighs(ranked[0], own) else None


def _outweighs(one: Reading, own: Reading) -> bool:
    """Whether it divides all lines, and cleanly, or by what the other, which passes lines over, has in its cells."""
    delimiter, quote, _ = one.marks
    if delimiter == own.marks.delimiter:
        return False
    within = delimiter is not None and all(delimiter in "".join(row) for row in own.rows)
    return one.clean == 1 or (within and quote == own.marks.quote)


def _own(found: Mapping[str, Any], said: Said, part: str) -> Reading | None:
    """What DuckDB finds as a reading, of what is left of the text without lines that it passes over."""
    if said.keys() & {"null_padding", "ignore_errors", "strict_mode"}:
        return None
    lines = part.split("\n")[int(str(said["skip"])) :]
    comment = str(said["comment"])
    rest = "\n".join(line for line in lines if not (comment and line.startswith(comment)))
    quote, escape = _sign(found["Quote"]), _sign(found["Escape"])
    alone = len(found["Columns"]) == 1
    one = reading_of(rest, Marks(None if alone else found["Delimiter"], quote, escape if escape != quote else None))
    # Any line is alike to those that are left once all others are passed over: then only types speak for them.
    return one and one._replace(clean=one.clean if one.alike else one.clean * len(rest) / max(len(part), 1))


def _unused(text: str) -> str:
    """A delimiter that divides nothing."""
    return next(sign for sign in (*USUAL, "\x1f", "\x02") if sign not in text or sign == "\x02")


def _divides(text: str, sign: str) -> bool:
    """Whether most lines have the sign: of lines that differ some have no field left, but most have."""
    lines = [line for line in text.splitlines()[:1_000] if line.strip()]
    return sum(sign in line for line in lines) * 2 > len(lines)


def _doubled(text: str) -> bool:
    bars = text.count("|")
    return bars > 0 and text.count("||") * 2 == bars


def _asked(found: Mapping[str, Any]) -> Said:
    said: Said = {"delim": found["Delimiter"], "skip": int(found["SkipRows"])}
    for name, key in (("quote", "Quote"), ("escape", "Escape"), ("comment", "Comment")):
        said[name] = "" if found[key] in (None, _NONE) else found[key]
    return said


class _Texts(NamedTuple):
    """The sample as texts. rows: None where there are too many to count; head: the record with the names, if any.

    mixed: several kinds of line breaks were made one. others: other readings of the text that are as good. names: what
    tells whether there is such a record.
    """

    columns: Sequence[Sequence[str | None]]
    rows: int | None
    tokens: tuple[str, ...]
    how: Numbers
    head: Sequence[str | None]
    mixed: bool
    others: tuple[Reading, ...]
    names: Header


def _table(found: Mapping[str, Any], said: Said, texts: _Texts, text: str) -> Table:
    how = texts.how
    read = _columns(found, texts)
    spelled = _spelled(found, texts, read)
    named, skipped = bool(found["HasHeader"]), int(found["SkipRows"])
    by_place = named and _made_up(found, texts, read)
    csv = Csv(
        delimiter=Sign(found["Delimiter"] if len(read) > 1 else _unused(text))
        if len(read) > 1 or "," in text
        else None,
        quote=_quote(found, text),
        escape=_escape(found, text),
        header=named and not by_place,
        skip_rows=skipped + (_lines(texts.head) if by_place else 0) or None,
        comment=_sign(found["Comment"]),
        null_tokens=texts.tokens,
        decimal=how.decimal or _point(read),
        thousands=Sign(how.thousands) if how.thousands else None,
    )
    notes = _mixed(texts, read, spelled)
    if said.keys() & {"null_padding", "ignore_errors"}:
        notes.append("Its lines differ in their number of fields.")
    if passed := _passed_over(found, text, len(read)):
        notes.append(
            f"{passed:,} lines begin with {csv.comment} and are passed over, but have as many fields as others."
        )
    if not texts.names.sure:
        notes.append(f"Whether its first line has the names is a guess; it is {'' if named else 'not '}taken so.")
    notes += [f"It can be read as well {_way(one)}." for one in texts.others]
    if by_place:
        notes.append("Its first line lacks names of columns, or has some twice: columns are told by their place.")
    if unclear := [repr(name) for name, one in spelled.items() if one.kind not in TEMPORAL]:
        more = f" and {len(unclear) - _SHOWN} more" if len(unclear) > _SHOWN else ""
        listed = ", ".join(unclear[:_SHOWN]) + more
        notes.append(f"Day, month and year of {listed} cannot be told apart, so they are told as text.")
    temporal = {name: one for name, one in spelled.items() if one.kind in TEMPORAL}
    dates, times, others = formats(temporal)
    csv = replace(csv, date_format=dates, timestamp_format=times, column_formats=others)
    kinds = tuple((name, spelled[name].kind if name in spelled else kind) for name, kind in read)
    tokens = {name: MAYBE.intersection(_values(texts, place)) for place, (name, _) in enumerate(read)}
    return Table(csv, kinds, texts.rows, temporal, {name: seen for name, seen in tokens.items() if seen}, tuple(notes))


def _passed_over(found: Mapping[str, Any], text: str, width: int) -> int:
    """How many lines are comments, and may be records."""
    comment, delimiter = _sign(found["Comment"]), found["Delimiter"]
    lines = text.splitlines() if comment and width > 1 else ()
    return sum(line.startswith(str(comment)) and line.count(delimiter) == width - 1 for line in lines)


def _way(one: Reading) -> str:
    delimiter, quote, _ = one.marks
    quoted = f", quoted by {quote}" if quote else ""
    return f"with {delimiter!r} between {one.width} columns{quoted}" if delimiter else f"as one column{quoted}"


def _made_up(found: Mapping[str, Any], texts: _Texts, read: Columns) -> bool:
    """Whether names are told that the first record has not, or not so; then it is passed over."""
    if not texts.head or _sign(found["Comment"]):
        return False
    changed = (texts.mixed and _lines(texts.head) > 1) or (found["Escape"] == "\\" and "\\" in str(texts.head))
    return changed or list(texts.head) != [name for name, _ in read]


def _lines(record: Sequence[str | None]) -> int:
    return 1 + sum(len(_BREAK.findall(cell or "")) for cell in record)


def _columns(found: Mapping[str, Any], texts: _Texts) -> Columns:
    return tuple(
        (one["name"], kind if kind != TEXT else kind_of_texts(_values(texts, place), texts.tokens, texts.how))
        for place, one in enumerate(found["Columns"])
        for kind in (_TYPES.get(one["type"], Kind(one["type"])),)
    )


def _values(texts: _Texts, place: int) -> Sequence[str | None]:
    return texts.columns[place] if place < len(texts.columns) else ()


def _spelled(found: Mapping[str, Any], texts: _Texts, read: Columns) -> dict[str, Spelled]:
    """The columns of dates and times, by their names; DuckDB looks for one form of dates and one of times."""
    known = [Column(kind, told(_values(texts, place), texts.tokens)) for place, (_, kind) in enumerate(read)]
    spelled = spellings(known, (found["DateFormat"], found["TimestampFormat"]))
    return {name: one for (name, _), one in zip(read, spelled, strict=True) if one}


def _mixed(texts: _Texts, read: Columns, spelled: Mapping[str, Spelled]) -> list[str]:
    """Of columns that stay text because their dates have several forms that they do."""
    notes: list[str] = []
    left = MOST_TRIED
    for place, (name, kind) in enumerate(read):
        if kind != TEXT or name in spelled:
            continue
        counts = Counter(value for value in _values(texts, place) if value and value not in texts.tokens)
        left -= len(counts)
        if left < 0:
            break
        if forms := mixed(counts):
            listed = ", ".join(f"{form} ({count:,})" for form, count in forms.items())
            notes.append(f"The dates of {name!r} have several forms, {listed}, so it is told as text.")
    return notes


def _point(read: Columns) -> str | None:
    return "." if any(kind.name in ("DOUBLE", "FLOAT", "DECIMAL") for _, kind in read) else None


def _quote(found: Mapping[str, Any], text: str) -> Sign | None:
    """Where nothing was quoted that was looked at, the usual sign, unless it stands in a value."""
    sign = _sign(found["Quote"])
    return Sign(sign) if sign else None if '"' in text else Sign('"')


def _escape(found: Mapping[str, Any], text: str) -> Sign | None:
    sign = _sign(found["Escape"])
    return Sign(sign) if sign else _quote(found, text)


def _sign(value: str | None) -> str | None:
    return None if value in (None, "", _NONE) else value
