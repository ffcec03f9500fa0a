"""Applies the generic rules: drops and quarantines invalid records, masks what identifies people; a gate guards it."""

from headwater_web.demo.columns import columns
from headwater_web.demo.datasets import PLATFORM
from headwater_web.demo.lakehouse import Lakehouse
from headwater_web.demo.story import NEW_COLUMN_DAY, calendar_day
from headwater_web.demo.task import (
    Check,
    Job,
    Night,
    Outcome,
    Read,
    RejectedFeedError,
    Severity,
    Written,
    appended,
    none_of,
    overwritten,
    rule,
    table_written,
)

MOST_INVALID = 0.2

USERS_TABLE = """
    user_id VARCHAR PRIMARY KEY, email_hash VARCHAR, city VARCHAR, country VARCHAR, birth_year BIGINT,
    monthly_spend DECIMAL(10, 2)"""
USERS = """\
INSERT INTO trusted.users BY NAME
SELECT user_id, CASE WHEN regexp_matches(email, '^[^@ ]+@[^@ ]+$') THEN sha256(lower(email)) END AS email_hash,
       trim(city) AS city, upper(country) AS country, year(birth_date) AS birth_year, monthly_spend{consent}
FROM formatted.users
WHERE regexp_matches(user_id, '^U[0-9]{{5}}$') AND birth_date IS NOT NULL"""
USER_COLUMNS = """
    user_id       = formatted.users:user_id
    email_hash    ! formatted.users:email
    city          ~ formatted.users:city
    country       ~ formatted.users:country
    birth_year    ~ formatted.users:birth_date
    monthly_spend = formatted.users:monthly_spend
    * FILTER        formatted.users:user_id formatted.users:birth_date"""
CONSENT_COLUMN = """
    marketing_consent = formatted.users:marketing_consent"""

POSTS_TABLE = """
    post_id VARCHAR PRIMARY KEY, user_id VARCHAR NOT NULL, posted_at TIMESTAMP, post_day DATE,
    text VARCHAR NOT NULL, feeling VARCHAR, topic VARCHAR"""
POSTS = """\
INSERT INTO trusted.posts BY NAME
SELECT post_id, user_id, posted_at, post_day, trim(regexp_replace(text, ' +', ' ', 'g')) AS text, feeling, topic
FROM formatted.posts
WHERE post_day = $day AND user_id IS NOT NULL AND length(trim(text)) > 0"""
POST_COLUMNS = columns("""
    post_id   = formatted.posts:post_id
    user_id   = formatted.posts:user_id
    posted_at = formatted.posts:posted_at
    post_day  = formatted.posts:post_day
    text      ~ formatted.posts:text
    feeling   = formatted.posts:feeling
    topic     = formatted.posts:topic
    * FILTER    formatted.posts:post_day formatted.posts:user_id formatted.posts:text
""")

AD_EVENTS_TABLE = """
    event_id VARCHAR PRIMARY KEY, feed_day DATE NOT NULL, ad_id VARCHAR NOT NULL, placement VARCHAR,
    user_id VARCHAR NOT NULL, shown_at TIMESTAMP NOT NULL, clicked BOOLEAN NOT NULL, price DECIMAL(8, 2)"""
AD_EVENTS = """\
INSERT INTO trusted.ad_events BY NAME
SELECT event_id, feed_day, ad_id, placement, user_id, shown_at, clicked, price
FROM formatted.ad_events
WHERE feed_day = $day AND user_id IS NOT NULL AND shown_at IS NOT NULL AND clicked IS NOT NULL"""
AD_EVENT_COLUMNS = columns("""
    event_id  = formatted.ad_events:event_id
    feed_day  = formatted.ad_events:feed_day
    ad_id     = formatted.ad_events:ad_id
    placement = formatted.ad_events:placement
    user_id   = formatted.ad_events:user_id
    shown_at  = formatted.ad_events:shown_at
    clicked   = formatted.ad_events:clicked
    price     = formatted.ad_events:price
    * FILTER    formatted.ad_events:feed_day formatted.ad_events:user_id
    * FILTER    formatted.ad_events:shown_at formatted.ad_events:clicked
""")

REJECTED_TABLE = "event_id VARCHAR PRIMARY KEY, feed_day DATE, reason VARCHAR NOT NULL"
REJECTED = """\
INSERT INTO trusted.rejected_ad_events BY NAME
SELECT event_id, feed_day,
       CASE WHEN user_id IS NULL THEN 'unknown user' WHEN shown_at IS NULL THEN 'no time' ELSE 'no answer' END AS reason
FROM formatted.ad_events
WHERE feed_day = $day AND (user_id IS NULL OR shown_at IS NULL OR clicked IS NULL)"""
REJECTED_COLUMNS = columns("""
    event_id = formatted.ad_events:event_id
    feed_day = formatted.ad_events:feed_day
    reason   ? formatted.ad_events:user_id formatted.ad_events:shown_at
    * FILTER   formatted.ad_events:feed_day formatted.ad_events:user_id
    * FILTER   formatted.ad_events:shown_at formatted.ad_events:clicked
""")

INVALID = """
SELECT count(*) FROM formatted.ad_events
WHERE feed_day = $day AND (user_id IS NULL OR shown_at IS NULL OR clicked IS NULL)"""
BLANK = "SELECT count(*) FROM formatted.posts WHERE post_day = $day AND trim(text) = ''"
BAD_ADDRESS = "SELECT count(*) FROM formatted.users WHERE NOT regexp_matches(email, '^[^@ ]+@[^@ ]+$')"
# Table: name of the rule, column, what breaks it.
GENERIC = {
    "trusted.users": ("valid_birth_year", "birth_year", "birth_year NOT BETWEEN 1900 AND 2025"),
    "trusted.posts": ("no_blanks_around", "text", "text <> trim(text)"),
    "trusted.ad_events": ("positive_price", "price", "price <= 0"),
}


def statements(day: int) -> dict[str, str]:
    """The statement that fills each table, as the code stands on that day."""
    users = USERS.format(consent=", marketing_consent" if day >= NEW_COLUMN_DAY else "")
    return {
        "trusted.users": users,
        "trusted.posts": POSTS,
        "trusted.ad_events": AD_EVENTS,
        "trusted.rejected_ad_events": REJECTED,
    }


def sql(day: int) -> str:
    """All statements of the job."""
    return ";\n\n".join(statements(day).values())


def work(night: Night) -> Outcome:
    """Stops before writing when too much of the ad feed is invalid, unless somebody has looked and runs it again."""
    reads = _inspect(night)
    share = invalid_share(night.lakehouse, night.day)
    if share > MOST_INVALID and night.attempt == 1:
        raise RejectedFeedError(
            f"{share:.0%} of the records of formatted.ad_events are invalid, at most {MOST_INVALID:.0%} are tolerated",
            reads,
        )
    return Outcome(reads, _write(night))


def _write(night: Night) -> dict[str, Written]:
    lake, day, known = night.lakehouse, night.day, night.day >= NEW_COLUMN_DAY
    changes = {
        "trusted.users": overwritten(
            lake, "trusted.users", USERS_TABLE + (", marketing_consent BOOLEAN" if known else "")
        ),
        "trusted.posts": appended(lake, "trusted.posts", POSTS_TABLE),
        "trusted.ad_events": appended(lake, "trusted.ad_events", AD_EVENTS_TABLE),
        "trusted.rejected_ad_events": appended(lake, "trusted.rejected_ad_events", REJECTED_TABLE),
    }
    lineage = {
        "trusted.users": columns(USER_COLUMNS + (CONSENT_COLUMN if known else "")),
        "trusted.posts": POST_COLUMNS,
        "trusted.ad_events": AD_EVENT_COLUMNS,
        "trusted.rejected_ad_events": REJECTED_COLUMNS,
    }
    rows = {
        table: lake.run(insert, **({"day": calendar_day(day)} if "$day" in insert else {}))
        for table, insert in statements(day).items()
    }
    checks = _checks(lake)
    return {
        table: table_written(night, table, rows[table], lineage[table], changes[table], checks=checks.get(table, ()))
        for table in rows
    }


def _checks(lake: Lakehouse) -> dict[str, tuple[Check, ...]]:
    """Generic rules, which can be asked of each table alone; nobody has written any for what was refused."""
    return {
        table: (none_of(name, lake.number(f"SELECT count(*) FROM {table} WHERE {broken}"), column),)  # noqa: S608
        for table, (name, column, broken) in GENERIC.items()
    }


def invalid_share(lake: Lakehouse, day: int) -> float:
    """How much of the day's ad feed cannot be used."""
    total = lake.number("SELECT count(*) FROM formatted.ad_events WHERE feed_day = $day", day=calendar_day(day))
    return lake.number(INVALID, day=calendar_day(day)) / total if total else 0.0


def _inspect(night: Night) -> dict[str, Read]:
    lake, day = night.lakehouse, calendar_day(night.day)
    users = lake.profile("formatted.users")
    posts = lake.profile("formatted.posts", "post_day = $day", day=day)
    events = lake.profile("formatted.ad_events", "feed_day = $day", day=day)
    known = lake.number("SELECT count(DISTINCT user_id) FROM formatted.users")
    unique = Check("unique", known == users.rows, str(users.rows), str(known), "user_id")
    address = rule("invalid_email_share", lake.number(BAD_ADDRESS) / users.rows, most=0.1, severity="warn")
    blank = rule("blank_text_share", lake.number(BLANK, day=day) / posts.rows, most=0.05, severity="warn")
    tolerated: Severity = "error" if night.attempt == 1 else "warn"
    invalid = rule("invalid_share", invalid_share(lake, night.day), most=MOST_INVALID, severity=tolerated)
    return {
        "formatted.users": Read(users.rows, None, users, (unique, address)),
        "formatted.posts": Read(posts.rows, None, posts, (blank,)),
        "formatted.ad_events": Read(events.rows, None, events, (invalid,)),
    }


JOB = Job(
    name="clean",
    language="SQL",
    about="Drops and quarantines invalid records, masks what identifies people; stops when a feed is mostly invalid.",
    owner=PLATFORM,
    minute=24,
    lasts=4,
    reads=("formatted.users", "formatted.posts", "formatted.ad_events"),
    writes=("trusted.users", "trusted.posts", "trusted.ad_events", "trusted.rejected_ad_events"),
    work=work,
    sql=sql,
    parameters={"most_invalid": str(MOST_INVALID)},
)
