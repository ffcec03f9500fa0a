"""The three source systems: what the CRM, the social network and the ad network deliver, each in its own dialect."""

import csv
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from headwater_web.demo import world
from headwater_web.demo.story import BROKEN_FEED_DAY, NEW_COLUMN_DAY, calendar_day, dice


@dataclass(frozen=True)
class Dialect:
    """How to open a source's files; what a read template has to find out."""

    extension: str
    format: str
    encoding: str
    # Empty where the format has none.
    delimiter: str = ""
    quote: str | None = None
    decimal: str | None = None
    dates: str | None = None


DIALECTS = {
    "profiles": Dialect("csv", "csv", "latin-1", delimiter=";", quote='"', decimal=",", dates="%d.%m.%Y"),
    "posts": Dialect("jsonl", "jsonl", "utf-8", dates="epoch milliseconds"),
    "ad_events": Dialect("tsv", "csv", "utf-8", delimiter="\t", quote="'", decimal=".", dates="%m/%d/%Y %H:%M"),
}

PROFILE_FIELDS = (
    ("user_id", "string"),
    ("full_name", "string"),
    ("email", "string"),
    ("city", "string"),
    ("country", "string"),
    ("birth_date", "date"),
    ("monthly_spend", "decimal"),
)
CONSENT_FIELD = ("marketing_consent", "string")
AD_EVENT_FIELDS = (
    ("event_id", "string"),
    ("ad_id", "string"),
    ("placement", "string"),
    ("user_ref", "string"),
    ("shown_at", "string"),
    ("clicked", "string"),
    ("price_cents", "string"),
)
# Dotted names are members of a JSON object.
POST_FIELDS = (
    ("id", "string"),
    ("created_ms", "long"),
    ("user.id", "string"),
    ("user.handle", "string"),
    ("body.text", "string"),
    ("body.lang", "string"),
    ("feeling", "string"),
    ("topic", "string"),
)


@dataclass(frozen=True)
class Served:
    """An ad that the catalog's owner asked the ad network to show."""

    user_id: str
    ad_id: str


@dataclass(frozen=True)
class Delivery:
    """A file as a source hands it over."""

    source: str
    content: bytes
    records: int


def fields_of(source: str, day: int) -> tuple[tuple[str, str], ...]:
    """Name and type of the fields of a source's file on that day."""
    if source == "profiles":
        return (*PROFILE_FIELDS, CONSENT_FIELD) if day >= NEW_COLUMN_DAY else PROFILE_FIELDS
    return POST_FIELDS if source == "posts" else AD_EVENT_FIELDS


def deliver(day: int, served: Iterable[Served]) -> list[Delivery]:
    """The three files of a day; `served` are the ads that were to be shown on it."""
    return [_profiles(day), _posts(day), _ad_events(day, list(served))]


def _table(source: str, day: int, rows: list[list[str]]) -> Delivery:
    dialect, buffer = DIALECTS[source], io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=dialect.delimiter, quotechar=dialect.quote, lineterminator="\n")
    writer.writerow([name for name, _ in fields_of(source, day)])
    writer.writerows(rows)
    return Delivery(source, buffer.getvalue().encode(dialect.encoding), len(rows))


def _profiles(day: int) -> Delivery:
    rows = []
    for person in world.users(day):
        rng = dice("profile", person.id)
        email = person.email.replace("@", "(at)") if rng.random() < 0.02 else person.email
        city = f"  {person.city} " if rng.random() < 0.05 else person.city
        born, spend = person.born.strftime("%d.%m.%Y"), f"{person.spend:.2f}".replace(".", ",")
        row = [person.id, person.name, email, city, person.country, born, spend]
        if day >= NEW_COLUMN_DAY:
            row.append("ja" if person.consents else "nein")
        rows.append(row)
    return _table("profiles", day, rows)


def _posts(day: int) -> Delivery:
    lines = []
    for post in world.posts(day):
        blank = dice("blank", post.id).random() < 0.01
        record = {
            "id": post.id,
            "created_ms": int(post.at.replace(tzinfo=UTC).timestamp() * 1000),
            "user": {"id": post.user.id, "handle": "@" + post.user.email.partition("@")[0]},
            "body": {"text": "   " if blank else post.text, "lang": "en"},
            "feeling": post.feeling,
            "topic": post.topic,
        }
        lines.append(json.dumps(record, ensure_ascii=False) + "\n")
    return Delivery("posts", "".join(lines).encode(), len(lines))


def _ad_events(day: int, served: list[Served]) -> Delivery:
    stamp, rows = calendar_day(day).strftime("%Y%m%d"), []
    for number, ad in enumerate(served, 1):
        rng = dice("ad event", day, ad.user_id, ad.ad_id)
        shown = datetime.combine(calendar_day(day), datetime.min.time()) + timedelta(minutes=rng.randrange(360, 1320))
        row = [
            f"E-{stamp}-{number:05d}",
            ad.ad_id,
            rng.choice(world.PLACEMENTS),
            ad.user_id.lower(),
            shown.strftime("%m/%d/%Y %H:%M"),
            "Y" if world.clicks(ad.user_id, ad.ad_id, day) else "N",
            str(rng.randrange(5, 60)),
        ]
        rows.append(_spoiled(row, day, rng))
    return _table("ad_events", day, rows)


def _spoiled(row: list[str], day: int, rng: Random) -> list[str]:
    """Every feed has a few bad records; on the day of the broken feed most of them are."""
    if rng.random() >= (0.65 if day == BROKEN_FEED_DAY else 0.02):
        return row
    position, value = rng.choice(((3, "#REF!"), (4, "00/00/0000 00:00"), (5, "?"), (3, "")))
    return [*row[:position], value, *row[position + 1 :]]
