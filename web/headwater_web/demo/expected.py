"""What the demo leaves behind after fourteen nights, counted by hand: the tests hold the catalog to it."""

# Twelve jobs and the pipeline that is their parent.
JOBS = 13

RUNS = {
    "daily_pipeline": 14,
    "land": 14,
    "persist": 14,
    "format": 14,
    # Fourteen nights and the refused attempt of day 9.
    "clean": 15,
    # The first ads are served for day 2.
    "collect_clicks": 13,
    "ad_performance": 13,
    "integrate": 14,
    "build_features": 14,
    # Nights 1, 3, 6 and 11; the rollback of night 13 is a deployment only.
    "train_model": 4,
    "deploy": 5,
    "score_users": 14,
    "serve_ads": 14,
}
FAILED_RUNS = 1

# Events of those who looked at datasets: a crawl each, a profile of those that are measured. On the last night three
# files that wait; on that and the second three that are kept, three formatted tables, four trusted ones of which three
# are measured, six of exploitation; of nights 6 and 11 the model, and its deployment, which nobody measures.
LOOKED = 3 * 2 + 2 * (3 * 2 + 3 * 2 + 4 + 3 + 6 * 2) + 2 * (2 + 1)
# The parts of a contract that covers two tables.
PROMISED = 2
# A start and an end each, and two signs of life of each training.
EVENTS = 2 * sum(RUNS.values()) + 2 * RUNS["train_model"] + LOOKED + PROMISED

# Three feeds in temporal and in persistent landing, three canonical tables, those three and the quarantine in trusted.
DATASETS_BY_ZONE = {"landing": 6, "formatted": 3, "trusted": 4, "exploitation": 8}

# temporal → persistent → formatted → trusted: 3 + 3 + 4; then user_posts 2, features 1, model 1, deployment 1,
# scores 2, served_ads 2, clicks 2, ad_performance 2.
DATASET_EDGES = 23

# (source field, target field) for each target: those whose values flow, those that only have a say in which rows
# there are (distinct source fields times columns), and how many pairs are both.
COLUMN_EDGES = {
    "persistent/profiles": (8, 0, 0),
    "persistent/posts": (8, 0, 0),
    "persistent/ad_events": (7, 0, 0),
    "formatted.users": (8, 0, 0),
    "formatted.posts": (9, 0, 0),
    "formatted.ad_events": (7, 0, 0),
    "trusted.users": (7, 2 * 7, 2),
    "trusted.posts": (7, 3 * 7, 3),
    "trusted.ad_events": (8, 4 * 8, 4),
    "trusted.rejected_ad_events": (2, 4 * 3, 1),
    "exploitation.user_posts": (10, 3 * 10, 2),
    "exploitation.features_user_sentiment": (10, 2 * 10, 2),
    "exploitation.model_sentiment": (1 + 8 + 1 + 8, 2 * 6, 4),
    "exploitation.deployment_ad_targeting": (3, 1 * 6, 2),
    "exploitation.scores_user_sentiment": (1 + 1 + 9 + 1, 2 * 4, 1),
    "exploitation.served_ads": (7, 5 * 6, 4),
    "exploitation.clicks": (7, 7 * 7, 3),
    "exploitation.ad_performance": (8, 4 * 7, 4),
}
DIRECT_COLUMN_EDGES = 146
INDIRECT_COLUMN_EDGES = 262
COLUMN_PAIRS = 376

MODEL_VERSIONS = ["1", "2", "3", "4"]
DEPLOYED_VERSIONS = ["1", "2", "3", "4", "3"]

TERMS = 16
# Hierarchical and associative pairs, each counted once.
BROADER_PAIRS = 6
RELATED_PAIRS = 10
ASSIGNMENTS = 32
ASSIGNED_TERMS = 14
