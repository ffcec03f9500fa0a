"""Turns what a user wrote on a day into the numbers that the sentiment model reads."""

from headwater_web.demo.columns import columns
from headwater_web.demo.datasets import SCIENCE
from headwater_web.demo.story import calendar_day
from headwater_web.demo.task import Check, Job, Night, Outcome, Read, appended, none_of, table_written

TABLE = "exploitation.features_user_sentiment"
# What the model reads, in the order of its weights.
FEATURES = ("post_count", "joyful_words", "gloomy_words", "exclamations", "questions", "mean_words", "monthly_spend")
LABEL = "good_mood"

DEFINITION = """
    user_id VARCHAR NOT NULL, feature_day DATE NOT NULL, post_count BIGINT, joyful_words BIGINT, gloomy_words BIGINT,
    exclamations BIGINT, questions BIGINT, mean_words DOUBLE, monthly_spend DOUBLE, good_mood INTEGER,
    PRIMARY KEY (user_id, feature_day)"""
SQL = r"""INSERT INTO exploitation.features_user_sentiment BY NAME
SELECT user_id, post_day AS feature_day, count(post_id) AS post_count,
       sum(len(regexp_extract_all(text, '\b(love|great|sunny|happy|wonderful|thanks|fun)\b'))) AS joyful_words,
       sum(len(regexp_extract_all(text, '\b(sad|broken|late|tired|rain|awful|angry|hate)\b'))) AS gloomy_words,
       sum(len(regexp_extract_all(text, '!'))) AS exclamations,
       sum(len(regexp_extract_all(text, '\?'))) AS questions,
       round(avg(len(string_split(text, ' '))), 4) AS mean_words,
       CAST(max(monthly_spend) AS DOUBLE) AS monthly_spend,
       max(CASE feeling WHEN 'happy' THEN 1 WHEN 'sad' THEN 0 END) AS good_mood
FROM exploitation.user_posts
WHERE post_day = $day
GROUP BY user_id, post_day"""
COLUMNS = columns("""
    user_id       = exploitation.user_posts:user_id
    feature_day   = exploitation.user_posts:post_day
    post_count    + exploitation.user_posts:post_id
    joyful_words  + exploitation.user_posts:text
    gloomy_words  + exploitation.user_posts:text
    exclamations  + exploitation.user_posts:text
    questions     + exploitation.user_posts:text
    mean_words    + exploitation.user_posts:text
    monthly_spend + exploitation.user_posts:monthly_spend
    good_mood     + exploitation.user_posts:feeling
    * FILTER        exploitation.user_posts:post_day
    * GROUP_BY      exploitation.user_posts:user_id exploitation.user_posts:post_day
""")

SILENT = f"""
SELECT count(*) FROM (SELECT DISTINCT user_id FROM trusted.posts WHERE post_day = $day) AS p
ANTI JOIN {TABLE} AS f ON f.user_id = p.user_id AND f.feature_day = $day"""  # noqa: S608 - a name of this module


def work(night: Night) -> Outcome:
    """One row a user who wrote something; the label is there where the user told how they felt."""
    lake, day = night.lakehouse, calendar_day(night.day)
    change = appended(lake, TABLE, DEFINITION)
    rows = lake.run(SQL, day=day)
    posts = lake.profile("exploitation.user_posts", "post_day = $day", day=day)
    known = Check("not_null", posts.nulls["country"] == 0, "0", str(posts.nulls["country"]), "country")
    silent = none_of("integration: features of every author", lake.number(SILENT, day=day), "user_id")
    return Outcome(
        {"exploitation.user_posts": Read(posts.rows, None, posts, (known,))},
        {TABLE: table_written(night, TABLE, rows, COLUMNS, change, checks=(silent,))},
    )


JOB = Job(
    name="build_features",
    language="SQL",
    about="Turns what a user wrote on a day into the numbers that the sentiment model reads.",
    owner=SCIENCE,
    minute=54,
    lasts=4,
    reads=("exploitation.user_posts",),
    writes=(TABLE,),
    work=work,
    sql=lambda _day: SQL,
)
