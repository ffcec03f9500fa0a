"""What a dataset holds, as its producer says in the facet datasetType: features, a model, a deployment; pure."""

from __future__ import annotations

FEATURES, MODEL, DEPLOYMENT = "FEATURES", "MODEL", "DEPLOYMENT"

_WORDS = {
    **dict.fromkeys(("FEATURE", "FEATURES", "FEATURE_TABLE", "FEATURE_VIEW", "FEATURE_GROUP"), FEATURES),
    **dict.fromkeys(("MODEL", "ML_MODEL", "MLMODEL", "MODEL_VERSION"), MODEL),
    **dict.fromkeys(("DEPLOYMENT", "MODEL_DEPLOYMENT", "ENDPOINT"), DEPLOYMENT),
}


def holding(dataset_type: str | None, sub_type: str | None) -> str | None:
    """What a dataset of this type holds; its subtype speaks first. None: plain data, or nobody says."""
    for word in (sub_type, dataset_type):
        found = _WORDS.get((word or "").strip().upper().replace(" ", "_").replace("-", "_"))
        if found:
            return found
    return None
