"""Kafka's errors as ours: those that no retry mends."""

from __future__ import annotations

from typing import Final

from aiokafka import errors
from aiokafka.errors import KafkaError

from headwater_catalog.errors import Forbidden, HeadwaterError, NotFound, Unavailable

_NOT_PERMITTED: Final = (
    errors.AuthenticationFailedError,
    errors.AuthenticationMethodNotSupported,
    errors.SaslAuthenticationFailed,
    errors.UnsupportedSaslMechanismError,
    errors.TopicAuthorizationFailedError,
    errors.GroupAuthorizationFailedError,
    errors.ClusterAuthorizationFailedError,
)


def refusal(error: KafkaError) -> HeadwaterError | None:
    """What to tell about an error that trying again would not mend; None for the others."""
    if isinstance(error, _NOT_PERMITTED):
        return Forbidden(
            "kafka_refused",
            f"Kafka does not let us in ({type(error).__name__}).",
            "Check kafka_username and kafka_password, and that this user may read the topics and use the group.",
        )
    if isinstance(error, errors.UnknownTopicOrPartitionError):
        return NotFound(
            "kafka_no_topic",
            "Kafka does not have all of the topics that were named.",
            "Create them, or correct --topic (HEADWATER_KAFKA_TOPICS).",
        )
    return None


def unreachable(bootstrap: str, error: KafkaError) -> Unavailable:
    """Nobody, or nobody who speaks as the settings say, answers where Kafka was named."""
    return Unavailable(
        "kafka_unreachable",
        f"No Kafka answers at {bootstrap} ({type(error).__name__}).",
        "Check that it runs there, and that protocol, user, password and certificates (kafka_…) are those it asks for.",
    )
