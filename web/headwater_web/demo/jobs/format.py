"""Reads each source's dialect into the canonical relational model; what cannot be read becomes null."""

from headwater_web.demo.columns import columns
from headwater_web.demo.datasets import PLATFORM
from headwater_web.demo.files import landed
from headwater_web.demo.lakehouse import Lakehouse, arrival
from headwater_web.demo.story import NEW_COLUMN_DAY, calendar_day
from headwater_web.demo.task import Job, Night, Outcome, Read, appended, overwritten, table_written

USERS_TABLE = """
    user_id VARCHAR PRIMARY KEY, full_name VARCHAR, email VARCHAR, city VARCHAR, country VARCHAR,
    birth_date DATE, monthly_spend DECIMAL(10, 2)"""
USERS = """\
INSERT INTO formatted.users BY NAME
SELECT user_id, full_name, email, city, country, birth_date, monthly_spend{consent}
FROM read_csv($profiles, delim = ';', header = true, encoding = 'latin-1', decimal_separator = ',',
     dateformat = '%d.%m.%Y', columns = {{
     'user_id': 'VARCHAR', 'full_name': 'VARCHAR', 'email': 'VARCHAR', 'city': 'VARCHAR', 'country': 'VARCHAR',
     'birth_date': 'DATE', 'monthly_spend': 'DECIMAL(10, 2)'{consent_type}}})"""
USER_COLUMNS = """
    user_id       = persistent/profiles:user_id
    full_name     = persistent/profiles:full_name
    email         = persistent/profiles:email
    city          = persistent/profiles:city
    country       = persistent/profiles:country
    birth_date    ~ persistent/profiles:birth_date
    monthly_spend ~ persistent/profiles:monthly_spend"""
CONSENT_COLUMN = """
    marketing_consent ~ persistent/profiles:marketing_consent"""

POSTS_TABLE = """
    post_id VARCHAR PRIMARY KEY, user_id VARCHAR, handle VARCHAR, posted_at TIMESTAMP, post_day DATE,
    text VARCHAR, lang VARCHAR, feeling VARCHAR, topic VARCHAR"""
POSTS = """\
INSERT INTO formatted.posts BY NAME
SELECT p.id AS post_id, p.user.id AS user_id, p.user.handle AS handle, epoch_ms(p.created_ms) AS posted_at,
       CAST(epoch_ms(p.created_ms) AS DATE) AS post_day, p.body.text AS text, p.body.lang AS lang, p.feeling, p.topic
FROM read_json($posts, format = 'newline_delimited', columns = {
     'id': 'VARCHAR', 'created_ms': 'BIGINT', 'user': 'STRUCT(id VARCHAR, handle VARCHAR)',
     'body': 'STRUCT("text" VARCHAR, lang VARCHAR)', 'feeling': 'VARCHAR', 'topic': 'VARCHAR'}) AS p"""
POST_COLUMNS = columns("""
    post_id   = persistent/posts:id
    user_id   = persistent/posts:user.id
    handle    = persistent/posts:user.handle
    posted_at ~ persistent/posts:created_ms
    post_day  ~ persistent/posts:created_ms
    text      = persistent/posts:body.text
    lang      = persistent/posts:body.lang
    feeling   = persistent/posts:feeling
    topic     = persistent/posts:topic
""")

AD_EVENTS_TABLE = """
    event_id VARCHAR PRIMARY KEY, feed_day DATE, ad_id VARCHAR, placement VARCHAR, user_id VARCHAR,
    shown_at TIMESTAMP, clicked BOOLEAN, price DECIMAL(8, 2)"""
AD_EVENTS = """\
INSERT INTO formatted.ad_events BY NAME
SELECT event_id, $day AS feed_day, ad_id, placement,
       CASE WHEN regexp_matches(user_ref, '^u[0-9]{5}$') THEN upper(user_ref) END AS user_id,
       try_strptime(shown_at, '%m/%d/%Y %H:%M') AS shown_at,
       CASE clicked WHEN 'Y' THEN true WHEN 'N' THEN false END AS clicked,
       CAST(TRY_CAST(price_cents AS INTEGER) / 100 AS DECIMAL(8, 2)) AS price
FROM read_csv($ad_events, delim = '\\t', header = true, quote = '''', escape = '''', columns = {
     'event_id': 'VARCHAR', 'ad_id': 'VARCHAR', 'placement': 'VARCHAR', 'user_ref': 'VARCHAR',
     'shown_at': 'VARCHAR', 'clicked': 'VARCHAR', 'price_cents': 'VARCHAR'})"""
AD_EVENT_COLUMNS = columns("""
    event_id  = persistent/ad_events:event_id
    ad_id     = persistent/ad_events:ad_id
    placement = persistent/ad_events:placement
    user_id   ~ persistent/ad_events:user_ref
    shown_at  ~ persistent/ad_events:shown_at
    clicked   ~ persistent/ad_events:clicked
    price     ~ persistent/ad_events:price_cents
""")


def statements(day: int) -> dict[str, str]:
    """The statement that fills each table, as the code stands on that day."""
    known = day >= NEW_COLUMN_DAY
    consent = ", marketing_consent = 'ja' AS marketing_consent" if known else ""
    users = USERS.format(consent=consent, consent_type=", 'marketing_consent': 'VARCHAR'" if known else "")
    return {"formatted.users": users, "formatted.posts": POSTS, "formatted.ad_events": AD_EVENTS}


def sql(day: int) -> str:
    """All statements of the job."""
    return ";\n\n".join(statements(day).values())


def work(night: Night) -> Outcome:
    """Users are the last snapshot; posts and ad events grow."""
    lake, day = night.lakehouse, night.day
    known = day >= NEW_COLUMN_DAY
    changes = {
        "formatted.users": overwritten(
            lake, "formatted.users", USERS_TABLE + (", marketing_consent BOOLEAN" if known else "")
        ),
        "formatted.posts": appended(lake, "formatted.posts", POSTS_TABLE),
        "formatted.ad_events": appended(lake, "formatted.ad_events", AD_EVENTS_TABLE),
    }
    rows = _fill(lake, day)
    lineage = {
        "formatted.users": columns(USER_COLUMNS + (CONSENT_COLUMN if known else "")),
        "formatted.posts": POST_COLUMNS,
        "formatted.ad_events": AD_EVENT_COLUMNS,
    }
    made = {"profiles": "users", "posts": "posts", "ad_events": "ad_events"}
    return Outcome(
        reads={f"persistent/{feed}": _read(lake, feed, day, rows[f"formatted.{made[feed]}"]) for feed in made},
        writes={table: table_written(night, table, rows[table], lineage[table], changes[table]) for table in rows},
    )


def _read(lake: Lakehouse, feed: str, day: int, rows: int) -> Read:
    return Read(rows, arrival(day), files=(landed(lake.persistent(feed, day), feed, day),))


def _fill(lake: Lakehouse, day: int) -> dict[str, int]:
    insert = statements(day)
    return {
        "formatted.users": lake.run(insert["formatted.users"], profiles=lake.persistent("profiles", day)),
        "formatted.posts": lake.run(insert["formatted.posts"], posts=lake.persistent("posts", day)),
        "formatted.ad_events": lake.run(
            insert["formatted.ad_events"], ad_events=lake.persistent("ad_events", day), day=calendar_day(day)
        ),
    }


JOB = Job(
    name="format",
    language="SQL",
    about="Reads each source's dialect into the canonical relational model; what cannot be read becomes null.",
    owner=PLATFORM,
    minute=14,
    lasts=6,
    reads=("persistent/profiles", "persistent/posts", "persistent/ad_events"),
    writes=("formatted.users", "formatted.posts", "formatted.ad_events"),
    work=work,
    sql=sql,
)
