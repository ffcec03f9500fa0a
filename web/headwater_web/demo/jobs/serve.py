"""Chooses tomorrow's ads: one each for the users who are most likely in a good mood."""

from headwater_web.demo.columns import columns
from headwater_web.demo.datasets import ADS
from headwater_web.demo.story import NEW_COLUMN_DAY, calendar_day
from headwater_web.demo.task import Job, Night, Outcome, Read, appended, table_written

TABLE = "exploitation.served_ads"
SCORES, USERS = "exploitation.scores_user_sentiment", "trusted.users"
ADS_A_DAY = 150
LEAST_SCORE = 0.6
DEFINITION = """
    serve_id VARCHAR PRIMARY KEY, serve_day DATE NOT NULL, user_id VARCHAR NOT NULL, ad_id VARCHAR NOT NULL,
    score DOUBLE, model_version INTEGER"""
CHOOSE = """
SELECT s.user_id, u.country, u.monthly_spend, s.score, s.model_version
FROM exploitation.scores_user_sentiment AS s
JOIN trusted.users AS u ON u.user_id = s.user_id
WHERE s.score_day = $day AND s.score >= $least{consent}
ORDER BY s.score DESC, s.user_id LIMIT $most"""
INSERT = """
INSERT INTO exploitation.served_ads
SELECT unnest($ids), $day, unnest($users), unnest($ads), unnest($scores), unnest($versions)"""
COLUMNS = """
    serve_id      ~ exploitation.scores_user_sentiment:score_day
    serve_day     ~ exploitation.scores_user_sentiment:score_day
    user_id       = exploitation.scores_user_sentiment:user_id
    ad_id         ~ trusted.users:country trusted.users:monthly_spend
    score         = exploitation.scores_user_sentiment:score
    model_version = exploitation.scores_user_sentiment:model_version
    * JOIN          exploitation.scores_user_sentiment:user_id trusted.users:user_id
    * FILTER        exploitation.scores_user_sentiment:score_day exploitation.scores_user_sentiment:score
    * SORT          exploitation.scores_user_sentiment:score"""
CONSENT = """
    * FILTER        trusted.users:marketing_consent"""


def advert(country: str, spend: float) -> str:
    """Which ad suits a user; the campaign's rule."""
    if spend > 60:
        return "ad-travel"
    if spend > 35:
        return "ad-concert" if country in ("ES", "PT", "FR") else "ad-shoes"
    return "ad-books" if country in ("DE", "AT", "CH") else "ad-coffee"


def work(night: Night) -> Outcome:
    """Since the profiles tell who consents, only those are asked."""
    lake, known = night.lakehouse, night.day >= NEW_COLUMN_DAY
    change, tomorrow = appended(lake, TABLE, DEFINITION), calendar_day(night.day + 1)
    choose = CHOOSE.format(consent=" AND u.marketing_consent" if known else "")
    chosen = lake.rows(choose, day=calendar_day(night.day), least=LEAST_SCORE, most=ADS_A_DAY)
    lake.rows(
        INSERT,
        ids=[f"S-{tomorrow:%Y%m%d}-{n:05d}" for n in range(1, len(chosen) + 1)],
        day=tomorrow,
        users=[row[0] for row in chosen],
        ads=[advert(row[1], float(row[2])) for row in chosen],
        scores=[row[3] for row in chosen],
        versions=[row[4] for row in chosen],
    )
    scores = lake.profile(SCORES, "score_day = $day", day=calendar_day(night.day))
    users = lake.profile(USERS)
    lineage = columns(COLUMNS + (CONSENT if known else ""))
    return Outcome(
        {SCORES: Read(scores.rows, None, scores), USERS: Read(users.rows, None, users)},
        {TABLE: table_written(night, TABLE, len(chosen), lineage, change)},
    )


JOB = Job(
    name="serve_ads",
    language="PYTHON",
    about="Chooses tomorrow's ads: one each for the users who are most likely in a good mood.",
    owner=ADS,
    minute=98,
    lasts=4,
    reads=(SCORES, USERS),
    writes=(TABLE,),
    work=work,
    explicit=True,
    parameters={"ads_a_day": str(ADS_A_DAY), "least_score": str(LEAST_SCORE)},
)
