"""The files of a dataset as one: the least types that hold all, the commonest format, and where files differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final

from headwater_catalog.facets.opening import Csv, Format
from headwater_catalog.facets.relation import Attribute
from headwater_ingestors.crawlers.files.content import Columns, Content
from headwater_ingestors.crawlers.files.kinds import TEXT, UNKNOWN, Kind, join
from headwater_ingestors.crawlers.files.spellings import Spelled, formats, united

MOST_DIFFERENCES: Final = 20
_LONGEST: Final = 500
"""Characters of one."""
_SHOWN: Final = 3
"""Names that a sentence lists."""

Seen = Sequence[tuple[str, Content]]
"""Paths of the files that were looked into, with what is in them."""


@dataclass(frozen=True, slots=True)
class Merged:
    """What is told of a dataset's files. differences: sentences, where the files are not alike."""

    format: Format
    columns: Columns
    attributes: tuple[Attribute, ...]
    differences: tuple[str, ...]


def merged(seen: Seen) -> Merged:
    """Files with columns say the format; those without, such as empty ones, only if there are no others."""
    told = [one for one in seen if one[1].columns] or list(seen)
    kinds = dict(columns([content.columns for _, content in told]))
    spelled = united([content.spelled for _, content in told], kinds)
    kinds |= {name: TEXT for name, one in spelled.items() if one is None}
    differences = [*_format_differences(told), *_column_differences(told), *_spelling_differences(told, spelled)]
    form = _format([content for _, content in told], {name: one for name, one in spelled.items() if one})
    differences += [*_token_differences(told, kinds, form.csv), *_notes(seen)]
    return Merged(
        form,
        tuple(kinds.items()),
        _attributes([content for _, content in told]),
        tuple(_short(one) for one in differences[:MOST_DIFFERENCES]),
    )


def columns(files: Iterable[Columns]) -> Columns:
    """Columns of all files, in the order of the first that has them."""
    found: dict[str, Kind] = {}
    for file in files:
        for name, kind in file:
            found[name] = join(found[name], kind) if name in found else kind
    return tuple(found.items())


def _format(contents: Sequence[Content], spelled: Mapping[str, Spelled]) -> Format:
    first = _commonest([content.format.name for content in contents])
    alike = [content for content in contents if content.format.name == first]
    csvs = [content for content in alike if content.format.csv]
    layouts = [content.format.json for content in alike if content.format.json]
    return Format(
        name=first,
        encoding=_encoding([content.format.encoding for content in alike]),
        compression=_commonest([content.format.compression for content in alike]),
        csv=_csv(csvs, spelled) if csvs else None,
        json=_commonest(layouts) if layouts else None,
        options=next((content.format.options for content in alike if content.format.options), None),
    )


def _commonest(said: Sequence[Any]) -> Any:
    """The value that most files have; of several the first."""
    counts = Counter(said)
    return max(counts, key=lambda value: counts[value])


def _encoding(said: Sequence[str | None]) -> str | None:
    """ASCII is UTF-8 and all the others too: where one file tells another encoding, that reads more of them."""
    told = [one for one in said if one and one != "utf-8"]
    found: str | None = _commonest(said)
    return told[0] if told and len(set(told)) == 1 and len(told) * 2 > len(said) else found


def _csv(contents: Sequence[Content], spelled: Mapping[str, Spelled]) -> Csv:
    """Member by member; a sign that only some files needed is told."""
    csvs = [content.format.csv for content in contents if content.format.csv]
    alike = [csv for csv in csvs if csv.delimiter == _commonest([one.delimiter for one in csvs])]
    changed: dict[str, Any] = {"null_tokens": tuple(sorted({token for csv in alike for token in csv.null_tokens}))}
    for member in ("quote", "escape", "decimal", "thousands", "comment"):
        told = [getattr(csv, member) for csv in alike if getattr(csv, member) is not None]
        changed[member] = _commonest(told) if told else None
    for member in ("header", "skip_rows"):
        changed[member] = _commonest([getattr(csv, member) for csv in alike])
    if any(csv.decimal == "," for csv in alike):
        changed["decimal"] = ","
    dates, times, others = formats(spelled)
    return replace(alike[0], **changed, date_format=dates, timestamp_format=times, column_formats=others)


def _attributes(contents: Sequence[Content]) -> tuple[Attribute, ...]:
    """Native types where all files have the same; may be null what is so in one."""
    found: dict[str, Attribute] = {}
    for content in contents:
        for one in content.attributes:
            before = found.setdefault(one.name or "", one)
            alike = before.native_type == one.native_type
            nullable = before.nullable or one.nullable
            found[one.name or ""] = replace(
                before, native_type=before.native_type if alike else None, nullable=nullable
            )
    return tuple(found.values())


def _format_differences(seen: Seen) -> Iterable[str]:
    says: list[tuple[str, Callable[[Content], object]]] = [
        ("format", lambda one: one.format.name),
        ("encoding", lambda one: one.format.encoding),
        ("compression", lambda one: one.format.compression),
        ("layout", lambda one: one.format.json),
    ]
    says += [(_spoken(each.name), _member(each.name)) for each in fields(Csv) if each.name not in _APART]
    for what, of in says:
        values: dict[object, list[str]] = {}
        for path, content in seen:
            values.setdefault(of(content), []).append(path)
        if len(values) > 1:
            parts = (
                f"{value if value is not None else 'none'!s} in {_listed(paths)}" for value, paths in values.items()
            )
            yield f"Files differ in {what}: {'; '.join(parts)}."


_APART: Final = frozenset(
    {
        "null_tokens", "quote", "escape", "decimal", "thousands", "timestamp_format", "date_format", "column_formats",
    }
)  # fmt: skip
"""Members that one file shows and another does not, and both can be read so; dates are looked at by column."""


def _member(name: str) -> Callable[[Content], object]:
    return lambda one: repr(said) if (said := getattr(one.format.csv, name, None)) is not None else None


def _spoken(name: str) -> str:
    return name.replace("_", " ")


def _column_differences(seen: Seen) -> Iterable[str]:
    everywhere = columns([content.columns for _, content in seen])
    for name, kind in everywhere:
        missing = [path for path, content in seen if name not in dict(content.columns)]
        if missing:
            yield f"Column {name!r} is not in {_listed(missing)}."
        kinds: dict[str, list[str]] = {}
        for path, content in seen:
            told = dict(content.columns).get(name, UNKNOWN)
            if told != UNKNOWN:
                kinds.setdefault(_whole(told), []).append(path)
        if len(kinds) > 1:
            parts = "; ".join(f"{said} in {_listed(paths)}" for said, paths in kinds.items())
            yield f"Column {name!r} is told as {kind}: {parts}."


def _spelling_differences(seen: Seen, spelled: Mapping[str, Spelled | None]) -> Iterable[str]:
    """Of columns that files spell otherwise, and of those whose day and month no file tells apart."""
    for name, one in spelled.items():
        if one is None:
            forms: dict[str, list[str]] = {}
            for path, content in seen:
                if name in content.spelled:
                    forms.setdefault(content.spelled[name].form or "ISO 8601", []).append(path)
            parts = "; ".join(f"{form} in {_listed(paths)}" for form, paths in forms.items())
            yield f"The dates of {name!r} have several forms, so it is told as text: {parts}."
    open_ = [repr(name) for name, one in spelled.items() if one and not one.sure]
    if open_:
        yield f"Day and month of {_listed(open_)} cannot be told apart."


def _token_differences(seen: Seen, kinds: Mapping[str, Kind], csv: Csv | None) -> Iterable[str]:
    """A token means no value in all columns; in those of text it may be a text, such as the code of Namibia."""
    tokens = set(csv.null_tokens if csv else ())
    found = {
        name: tokens.intersection(one for _, content in seen for one in content.tokens.get(name, ()))
        for name, kind in kinds.items()
        if kind == TEXT
    }
    names = [repr(name) for name, some in found.items() if some]
    if names:
        listed = ", ".join(sorted(set[str]().union(*found.values())))
        yield f"{listed} is read as no value in {_listed(names)} too, where it may be texts."


def _whole(kind: Kind) -> str:
    """With the fields of records."""
    if not kind.parts:
        return str(kind)
    return f"{kind.name}<{', '.join(f'{name} {_whole(part)}' for name, part in kind.parts)}>"[:200]


def _short(sentence: str) -> str:
    return sentence if len(sentence) <= _LONGEST else f"{sentence[: _LONGEST - 1]}…"


def _notes(seen: Seen) -> Iterable[str]:
    notes: dict[str, list[str]] = {}
    for path, content in seen:
        for note in content.notes:
            notes.setdefault(note, []).append(path)
    for note, paths in notes.items():
        yield f"{note} ({_listed(paths)})"


def _listed(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - _SHOWN} more" if len(paths) > _SHOWN else ""
    return ", ".join(paths[:_SHOWN]) + more
