"""Tells how well the ads of a day did: the share of those served that were clicked."""

from headwater_web.demo.columns import columns
from headwater_web.demo.datasets import ADS
from headwater_web.demo.story import calendar_day
from headwater_web.demo.task import Check, Job, Night, Outcome, Read, appended, none_of, rule, table_written

TABLE = "exploitation.ad_performance"
LEAST_SHARE = 0.2
DEFINITION = """
    ad_day DATE PRIMARY KEY, model_version INTEGER, served BIGINT, clicks BIGINT, click_share DOUBLE,
    mean_score DOUBLE, cost DECIMAL(12, 2)"""
SQL = """\
INSERT INTO exploitation.ad_performance BY NAME
SELECT s.serve_day AS ad_day, s.model_version, count(s.serve_id) AS served, count(c.click_id) AS clicks,
       round(count(c.click_id) / count(s.serve_id), 4) AS click_share, round(avg(s.score), 4) AS mean_score,
       coalesce(sum(c.price), 0) AS cost
FROM exploitation.served_ads AS s
LEFT JOIN exploitation.clicks AS c ON c.serve_id = s.serve_id
WHERE s.serve_day = $day
GROUP BY s.serve_day, s.model_version"""
COLUMNS = columns("""
    ad_day        = exploitation.served_ads:serve_day
    model_version = exploitation.served_ads:model_version
    served        + exploitation.served_ads:serve_id
    clicks        + exploitation.clicks:click_id
    click_share   + exploitation.clicks:click_id exploitation.served_ads:serve_id
    mean_score    + exploitation.served_ads:score
    cost          + exploitation.clicks:price
    * JOIN          exploitation.served_ads:serve_id exploitation.clicks:serve_id
    * FILTER        exploitation.served_ads:serve_day
    * GROUP_BY      exploitation.served_ads:serve_day exploitation.served_ads:model_version
""")
SHARE = "SELECT click_share FROM exploitation.ad_performance WHERE ad_day = $day"

UNCOUNTED = """
SELECT abs((SELECT coalesce(sum(clicks), 0) FROM exploitation.ad_performance)
           - (SELECT count(*) FROM exploitation.clicks))"""


def work(night: Night) -> Outcome:
    """One row a day; a low share is a warning, for somebody to look into."""
    lake, day = night.lakehouse, calendar_day(night.day)
    change = appended(lake, TABLE, DEFINITION)
    rows = lake.run(SQL, day=day)
    served = lake.profile("exploitation.served_ads", "serve_day = $day", day=day)
    clicks = lake.profile("exploitation.clicks", "ad_day = $day", day=day)
    known = lake.number("SELECT count(DISTINCT serve_id) FROM exploitation.clicks WHERE ad_day = $day", day=day)
    repeated = Check("unique", known == clicks.rows, str(clicks.rows), str(known), "serve_id")
    uncounted = none_of("integration: clicks add up", lake.number(UNCOUNTED), "clicks")
    return Outcome(
        {
            "exploitation.served_ads": Read(served.rows, None, served),
            "exploitation.clicks": Read(clicks.rows, None, clicks, (repeated,)),
        },
        {TABLE: table_written(night, TABLE, rows, COLUMNS, change, checks=(uncounted,))},
        (rule("click_share_floor", float(lake.rows(SHARE, day=day)[0][0]), least=LEAST_SHARE, severity="warn"),),
    )


JOB = Job(
    name="ad_performance",
    language="SQL",
    about="Tells how well the ads of a day did: the share of those served that were clicked.",
    owner=ADS,
    minute=42,
    lasts=3,
    reads=("exploitation.served_ads", "exploitation.clicks"),
    writes=(TABLE,),
    work=work,
    due=lambda day: day > 1,
    sql=lambda _day: SQL,
    parameters={"least_share": str(LEAST_SHARE)},
)
