"""Joins the valid ad events with what was served: the clicks that count."""

from headwater_web.demo.columns import columns
from headwater_web.demo.datasets import ADS
from headwater_web.demo.story import calendar_day
from headwater_web.demo.task import Job, Night, Outcome, Read, appended, none_of, table_written

TABLE = "exploitation.clicks"
DEFINITION = """
    click_id VARCHAR PRIMARY KEY, serve_id VARCHAR NOT NULL, user_id VARCHAR, ad_id VARCHAR, ad_day DATE,
    clicked_at TIMESTAMP, price DECIMAL(8, 2)"""
SQL = """\
INSERT INTO exploitation.clicks BY NAME
SELECT e.event_id AS click_id, s.serve_id, e.user_id, e.ad_id, s.serve_day AS ad_day, e.shown_at AS clicked_at, e.price
FROM trusted.ad_events AS e
JOIN exploitation.served_ads AS s ON s.serve_day = e.feed_day AND s.user_id = e.user_id AND s.ad_id = e.ad_id
WHERE e.clicked AND e.feed_day = $day"""
COLUMNS = columns("""
    click_id   = trusted.ad_events:event_id
    serve_id   = exploitation.served_ads:serve_id
    user_id    = trusted.ad_events:user_id
    ad_id      = trusted.ad_events:ad_id
    ad_day     = exploitation.served_ads:serve_day
    clicked_at = trusted.ad_events:shown_at
    price      = trusted.ad_events:price
    * JOIN       trusted.ad_events:feed_day trusted.ad_events:user_id trusted.ad_events:ad_id
    * JOIN       exploitation.served_ads:serve_day exploitation.served_ads:user_id exploitation.served_ads:ad_id
    * FILTER     trusted.ad_events:clicked trusted.ad_events:feed_day
""")

UNSERVED = """
SELECT count(*) FROM exploitation.clicks AS c ANTI JOIN exploitation.served_ads AS s ON s.serve_id = c.serve_id"""


def work(night: Night) -> Outcome:
    """One row a click."""
    lake, day = night.lakehouse, calendar_day(night.day)
    change = appended(lake, TABLE, DEFINITION)
    rows = lake.run(SQL, day=day)
    events = lake.profile("trusted.ad_events", "feed_day = $day", day=day)
    served = lake.profile("exploitation.served_ads", "serve_day = $day", day=day)
    unserved = none_of("integration: every click was served", lake.number(UNSERVED), "serve_id")
    return Outcome(
        {
            "trusted.ad_events": Read(events.rows, None, events),
            "exploitation.served_ads": Read(served.rows, None, served),
        },
        {TABLE: table_written(night, TABLE, rows, COLUMNS, change, checks=(unserved,))},
    )


JOB = Job(
    name="collect_clicks",
    language="SQL",
    about="Joins the valid ad events with what was served: the clicks that count.",
    owner=ADS,
    minute=36,
    lasts=3,
    reads=("trusted.ad_events", "exploitation.served_ads"),
    writes=(TABLE,),
    work=work,
    # The first ads are served for day 2.
    due=lambda day: day > 1,
    sql=lambda _day: SQL,
)
