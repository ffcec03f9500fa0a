"""The file of a schedule: which sources are crawled, how, and how often."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.names import text
from headwater_catalog.schedule import Crawl
from headwater_catalog.secret_patterns import redact_string
from headwater_catalog.secret_words import names_secret
from headwater_ingestors.crawlers import registry
from headwater_web.toml_place import toml_place

MEMBERS: Final = ("name", "kind", "source", "options", "every", "timeout", "retries", "retry_after")
MOST_CRAWLS: Final = 200
MOST_AT_ONCE: Final = 16
AT_ONCE: Final = 2
LONGEST_TEXT: Final = 1_024
MOST_BYTES: Final = 2**20
TIMEOUT: Final = 3_600
RETRIES: Final = 5
RETRY_AFTER: Final = 30
SHORTEST_INTERVAL: Final = 60
LONGEST_INTERVAL: Final = 31 * 86_400
_SECONDS: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_DURATION: Final = re.compile(r"(\d{1,7})([smhd])", re.ASCII)
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._\-]{0,99}", re.ASCII)
_REMEDY: Final = 'Write [[crawls]] tables with name = "shop", kind = "postgres", source = "env:SHOP_URL", every = "6h".'


class BadSchedule(InvalidRequest):
    """A file that is no schedule; in its sentence stands nothing that may be a secret."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """What a file says. at_once: so many crawls of it run at one time."""

    crawls: Sequence[Crawl]
    at_once: int = AT_ONCE


def read_file(path: Path) -> Schedule:
    """The schedule that a TOML file says; raises BadSchedule, also for what looks like a secret."""
    try:
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            raise _bad(f"{path} is longer than {MOST_BYTES:,} bytes.")
        document = tomllib.loads(raw.decode())
    except OSError as error:
        raise BadSchedule("no_such_file", f"{path} cannot be read: {error.strerror}.", "Name a TOML file.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise _bad(f"{path} is no TOML{toml_place(error)}.") from None
    return read(document)


def read(document: Mapping[str, Any]) -> Schedule:
    """The schedule of a document; raises BadSchedule."""
    crawls, at_once = document.get("crawls"), document.get("at_once", AT_ONCE)
    if document.keys() - {"crawls", "at_once"} or not isinstance(crawls, list) or len(crawls) > MOST_CRAWLS:
        raise _bad(f"A schedule holds at_once and at most {MOST_CRAWLS} [[crawls]], and nothing else.")
    if type(at_once) is not int or not 1 <= at_once <= MOST_AT_ONCE:
        raise _bad(f"at_once is no number from 1 to {MOST_AT_ONCE}.", "It says how many crawls run at one time.")
    read_ = [_crawl(number, one) for number, one in enumerate(crawls, 1)]
    names = [one.name for one in read_]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise _bad(f"Several crawls are called {', '.join(twice)[:200]}.", "Give each a name of its own.")
    return Schedule(read_, at_once)


def _crawl(number: int, said: object) -> Crawl:
    if not isinstance(said, dict):
        raise _bad(f"Crawl {number} is no table.")
    unknown = sorted(str(name) for name in said.keys() - set(MEMBERS))
    if unknown:
        raise _bad(f"Crawl {number} has no {', '.join(unknown)[:200]}.", f"Use {', '.join(MEMBERS)}.")
    name = said.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise _bad(
            f"Crawl {number} has no name of letters, digits, dots, dashes and underscores, 100 at most.",
            "It is known by it: another name makes it another crawl.",
        )
    kind, source = (_text(name, said, member) for member in ("kind", "source"))
    if kind not in registry.names():
        raise BadSchedule(
            "unknown_crawler",
            f"There is no crawler {redact_string(kind)[:80]!r}, which crawl {name} names.",
            f"Name one of: {', '.join(registry.names())}.",
        )
    options = _options(name, said.get("options", {}))
    _refuse_secrets(name, source, options)
    every = _interval(name, "every", said.get("every"))
    timeout = _duration(name, "timeout", said.get("timeout", f"{min(every, TIMEOUT)}s"), 1, every)
    retries = said.get("retries", RETRIES)
    if type(retries) is not int or not 0 <= retries <= 100:
        raise _bad(f"retries of crawl {name} is no number from 0 to 100.", "It says how often it is tried again soon.")
    after = _duration(name, "retry_after", said.get("retry_after", f"{RETRY_AFTER}s"), 1, LONGEST_INTERVAL)
    return Crawl(name, kind, source, every, timeout, retries, after, options)


def _text(name: str, said: Mapping[str, object], member: str) -> str:
    value = said.get(member)
    if not text(value) or not isinstance(value, str) or len(value) > LONGEST_TEXT or "\0" in value:
        raise _bad(f"{member} of crawl {name} is no text of at most {LONGEST_TEXT:,} characters.")
    return value


def _options(name: str, said: object) -> dict[str, str]:
    if not isinstance(said, dict) or not all(_is_option(value) for value in said.values()):
        raise _bad(
            f"The options of crawl {name} are no table of texts and numbers.",
            "Write them as `headwater snapshot other KIND SOURCE -o NAME=VALUE` takes them.",
        )
    return {str(option): str(value) for option, value in said.items()}


def _is_option(value: object) -> bool:
    if isinstance(value, str):
        return len(value) <= LONGEST_TEXT and "\0" not in value
    return isinstance(value, int | float) and not isinstance(value, bool)


def _refuse_secrets(name: str, source: str, options: Mapping[str, str]) -> None:
    """The source is stored and shown, and options stand in the list of processes."""
    told = [source, *options.values(), *(f"{option}={value}" for option, value in options.items())]
    if any(names_secret(option) for option in options) or any(redact_string(one) != one for one in told):
        raise BadSchedule(
            "secret_in_crawl",
            f"Crawl {name} seems to hold a secret, which is neither kept nor shown.",
            'Put it into a variable of the server, and name that: source = "env:NAME". Change it, if it went far.',
        )


def _interval(name: str, member: str, said: object) -> int:
    return _duration(name, member, said, SHORTEST_INTERVAL, LONGEST_INTERVAL)


def _duration(name: str, member: str, said: object, least: int, most: int) -> int:
    """Seconds of a text like 90s, 15m, 6h, 1d."""
    found = _DURATION.fullmatch(said) if isinstance(said, str) else None
    seconds = int(found[1]) * _SECONDS[found[2]] if found else -1
    if not least <= seconds <= most:
        raise _bad(
            f"{member} of crawl {name} is no time from {spelled(least)} to {spelled(most)}.",
            "Write it like 90s, 15m, 6h or 1d; no crawl may take longer than the time between two.",
        )
    return seconds


def spelled(seconds: int) -> str:
    """90s, 15m, 6h, 1d: in the largest unit that says it whole."""
    unit = next(unit for unit in ("d", "h", "m", "s") if seconds % _SECONDS[unit] == 0)
    return f"{seconds // _SECONDS[unit]}{unit}"


def _bad(sentence: str, remedy: str = _REMEDY) -> BadSchedule:
    return BadSchedule("invalid_crawls", sentence, remedy)
