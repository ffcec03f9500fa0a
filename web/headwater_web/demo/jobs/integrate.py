"""Puts posts together with what is known of their authors."""

from headwater_web.demo.columns import columns
from headwater_web.demo.datasets import SCIENCE
from headwater_web.demo.story import calendar_day
from headwater_web.demo.task import Job, Night, Outcome, Read, appended, none_of, table_written

TABLE = "exploitation.user_posts"
DEFINITION = """
    post_id VARCHAR PRIMARY KEY, user_id VARCHAR NOT NULL, post_day DATE, posted_at TIMESTAMP, text VARCHAR,
    feeling VARCHAR, topic VARCHAR, country VARCHAR, birth_year BIGINT, monthly_spend DECIMAL(10, 2)"""
SQL = """\
INSERT INTO exploitation.user_posts BY NAME
SELECT p.post_id, p.user_id, p.post_day, p.posted_at, p.text, p.feeling, p.topic,
       u.country, u.birth_year, u.monthly_spend
FROM trusted.posts AS p
JOIN trusted.users AS u ON u.user_id = p.user_id
WHERE p.post_day = $day"""
COLUMNS = columns("""
    post_id       = trusted.posts:post_id
    user_id       = trusted.posts:user_id
    post_day      = trusted.posts:post_day
    posted_at     = trusted.posts:posted_at
    text          = trusted.posts:text
    feeling       = trusted.posts:feeling
    topic         = trusted.posts:topic
    country       = trusted.users:country
    birth_year    = trusted.users:birth_year
    monthly_spend = trusted.users:monthly_spend
    * JOIN          trusted.posts:user_id trusted.users:user_id
    * FILTER        trusted.posts:post_day
""")

STRANGERS = """
SELECT count(*) FROM trusted.posts AS p ANTI JOIN trusted.users AS u ON u.user_id = p.user_id
WHERE p.post_day = $day"""


def work(night: Night) -> Outcome:
    """One row a post whose author is known."""
    lake, day = night.lakehouse, calendar_day(night.day)
    change = appended(lake, TABLE, DEFINITION)
    rows = lake.run(SQL, day=day)
    posts, users = lake.profile("trusted.posts", "post_day = $day", day=day), lake.profile("trusted.users")
    strangers = none_of("integration: every author is known", lake.number(STRANGERS, day=day), "user_id")
    return Outcome(
        {"trusted.posts": Read(posts.rows, None, posts), "trusted.users": Read(users.rows, None, users)},
        {TABLE: table_written(night, TABLE, rows, COLUMNS, change, checks=(strangers,))},
    )


JOB = Job(
    name="integrate",
    language="SQL",
    about="Puts posts together with what is known of their authors.",
    owner=SCIENCE,
    minute=48,
    lasts=3,
    reads=("trusted.posts", "trusted.users"),
    writes=(TABLE,),
    work=work,
    sql=lambda _day: SQL,
)
