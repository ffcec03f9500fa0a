"""Every dataset of the demo lakehouse: its name, kind, owner, meaning, and the zone it lies in."""

from dataclasses import dataclass

FILES = "file"
TABLES = "duckdb://lakehouse"
JOB_NAMESPACE = "lakehouse"

LANDING = "lakehouse/landing"

# Which names lie in which zone, and what is expected of them there, as settings of the catalog; the first that fits.
ZONE_RULES: list[dict[str, object]] = [
    {"zone": "landing", "pattern": "lakehouse/landing/persistent/*"},
    {"zone": "landing", "pattern": "lakehouse/landing/*"},
    {"zone": "formatted", "pattern": "formatted.*"},
    {"zone": "trusted", "pattern": "trusted.*"},
    # Made of one table by a program: there is nothing integrated that could be tested.
    {"zone": "exploitation", "pattern": "exploitation.model_*"},
    {"zone": "exploitation", "pattern": "exploitation.deployment_*"},
    {
        "zone": "exploitation",
        "pattern": "exploitation.*",
        "expects": ["SCHEMA", "OWNER", "TERM", "INTEGRATION_TESTS"],
    },
]
# How systems are reached, by namespace. Paths are relative to the demo's directory, so that it is the same everywhere.
CONNECTION_RULES: list[dict[str, object]] = [
    {"name": "lakehouse", "namespace": TABLES, "driver": "duckdb", "database": "lakehouse/lakehouse.duckdb"},
    # Where the profiles come from: no job reads it, but who wants to finds the way, and where its password is kept.
    {
        "name": "crm",
        "namespace": "postgres://crm.lakehouse.example:5432",
        "driver": "postgresql",
        "host": "crm.lakehouse.example",
        "port": 5432,
        "database": "crm",
        "user": "lakehouse",
        "secretReference": "env:CRM_PASSWORD",
        "options": {"sslmode": "verify-full"},
    },
]

PLATFORM = ("team:data-platform", "MAINTAINER")
CRM = ("team:crm", "DATA_SOURCE_OWNER")
SOCIAL = ("team:social", "DATA_SOURCE_OWNER")
ADS = ("team:ads", "OWNER")
MODELLER = ("user:mira.lang", "OWNER")
SCIENCE = ("team:data-science", "MAINTAINER")


@dataclass(frozen=True)
class Dataset:
    """One node of the catalog; `key` is how the jobs of the demo call it."""

    namespace: str
    name: str
    kind: str
    about: str
    owners: tuple[tuple[str, str], ...]
    file_format: str | None = None
    subtype: str | None = None
    personal: tuple[str, ...] = ()
    # False: nobody measures what is in it, one of the demo's gaps.
    measured: bool = True

    @property
    def key(self) -> str:
        return self.name.removeprefix(LANDING + "/")

    @property
    def feed(self) -> str | None:
        """Of a landing dataset the source of its files."""
        return self.key.partition("/")[2] or None

    @property
    def zone(self) -> str:
        return "landing" if self.name.startswith(LANDING) else self.name.partition(".")[0]


_FEEDS = {
    "profiles": (
        "Snapshot of all user profiles from the CRM; CSV with ';', decimal comma, latin-1, dates as dd.mm.yyyy.",
        CRM,
        "csv",
        ("full_name", "email", "birth_date"),
    ),
    "posts": (
        "What users wrote that day, from the social network; JSON lines, nested.",
        SOCIAL,
        "jsonl",
        ("user.handle", "body.text"),
    ),
    "ad_events": (
        "Every ad shown that day and whether it was clicked, from the ad network; tab separated, quoted with ', "
        "dates as mm/dd/yyyy.",
        ADS,
        "csv",
        (),
    ),
}


def _landing(area: str, remark: str) -> list[Dataset]:
    return [
        Dataset(FILES, f"{LANDING}/{area}/{feed}", "FILE", f"{about} {remark}", (PLATFORM, owner), form, None, personal)
        for feed, (about, owner, form, personal) in _FEEDS.items()
    ]


def _table(
    name: str,
    about: str,
    *owners: tuple[str, str],
    personal: tuple[str, ...] = (),
    kind: str = "TABLE",
    subtype: str | None = None,
    measured: bool = True,
) -> Dataset:
    return Dataset(TABLES, name, kind, about, owners, None, subtype, personal, measured)


DATASETS: dict[str, Dataset] = {
    dataset.key: dataset
    for dataset in (
        *_landing("temporal", "Kept until it is persisted."),
        *_landing("persistent", "Every file that ever came, by source and time of arrival."),
        _table(
            "formatted.users",
            "Users in the canonical model, as of the last snapshot; one row a user.",
            PLATFORM,
            personal=("full_name", "email", "birth_date"),
        ),
        _table(
            "formatted.posts", "Posts in the canonical model; one row a post.", PLATFORM, personal=("handle", "text")
        ),
        _table("formatted.ad_events", "Ad impressions in the canonical model; what cannot be read is null.", PLATFORM),
        _table("trusted.users", "Users with valid ids and birth dates; no name, no address.", PLATFORM),
        _table("trusted.posts", "Posts with an author and a text, blanks normalised.", PLATFORM, personal=("text",)),
        _table("trusted.ad_events", "Valid ad impressions.", PLATFORM),
        _table(
            "trusted.rejected_ad_events",
            "Ad impressions that were refused, with the reason.",
            PLATFORM,
            measured=False,
        ),
        _table(
            "exploitation.user_posts",
            "Posts together with what is known of their authors.",
            SCIENCE,
            personal=("text",),
        ),
        _table(
            "exploitation.features_user_sentiment",
            "What a user wrote on a day, in numbers; input of the sentiment model.",
            SCIENCE,
            MODELLER,
            subtype="FEATURES",
        ),
        _table(
            "exploitation.model_sentiment",
            "Logistic regression that tells from a day's posts whether a user is in a good mood. One row a version.",
            MODELLER,
            kind="MODEL",
        ),
        _table(
            "exploitation.deployment_ad_targeting",
            "The model version that ad targeting uses from a day on, in the form it is served.",
            MODELLER,
            ADS,
            subtype="DEPLOYMENT",
            measured=False,
        ),
        _table(
            "exploitation.scores_user_sentiment",
            "How likely each user is in a good mood, by day and model version.",
            SCIENCE,
            subtype="SCORES",
        ),
        _table("exploitation.served_ads", "Ads to be shown on a day, each to one user.", ADS),
        _table("exploitation.clicks", "Clicks on ads that we served.", ADS),
        _table("exploitation.ad_performance", "Served ads, clicks and their share, day by day.", ADS),
    )
}
