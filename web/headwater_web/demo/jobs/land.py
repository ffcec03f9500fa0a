"""Fetches the day's file of each source into temporal landing, as it is."""

from headwater_web.demo import sources
from headwater_web.demo.columns import NOTHING_UPSTREAM
from headwater_web.demo.datasets import PLATFORM
from headwater_web.demo.lakehouse import Lakehouse
from headwater_web.demo.sources import DIALECTS, Delivery, Served
from headwater_web.demo.story import DAYS, calendar_day
from headwater_web.demo.task import Job, Night, Outcome, Written

SERVED = "SELECT user_id, ad_id FROM exploitation.served_ads WHERE serve_day = $day ORDER BY serve_id"


def work(night: Night) -> Outcome:
    """The sources are the simulated world; that the ad network knows what we served is its business, not lineage."""
    writes = {}
    for delivery in sources.deliver(night.day, _served(night.lakehouse, night.day)):
        night.lakehouse.temporal(delivery.source).write_bytes(delivery.content)
        writes[f"temporal/{delivery.source}"] = _written(delivery, night.day)
    return Outcome(writes=writes)


def _served(lakehouse: Lakehouse, day: int) -> list[Served]:
    if not lakehouse.exists("exploitation.served_ads"):
        return []
    return [Served(user, ad) for user, ad in lakehouse.rows(SERVED, day=calendar_day(day))]


def _written(delivery: Delivery, day: int) -> Written:
    return Written(
        rows=delivery.records,
        fields=sources.fields_of(delivery.source, day),
        columns=NOTHING_UPSTREAM,
        change="CREATE" if day == 1 else "OVERWRITE",
        size=len(delivery.content),
    )


JOB = Job(
    name="land",
    language="PYTHON",
    about="Fetches the day's file of each source into temporal landing.",
    owner=PLATFORM,
    minute=2,
    lasts=4,
    reads=(),
    writes=tuple(f"temporal/{source}" for source in DIALECTS),
    work=work,
    # Only the explicit facet can say that nothing tracked lies upstream.
    explicit=True,
    # What waits is gone in six minutes; what is kept of it is looked at more often.
    looks=(DAYS,),
)
