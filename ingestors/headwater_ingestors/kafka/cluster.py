"""Which Kafka, which topics, as which group, and how to prove who we are."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from typing import Any, Final

from headwater_catalog.errors import InvalidRequest

PROTOCOLS: Final = ("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL")
MECHANISMS: Final = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
CLIENT: Final = "headwater"
FETCHED_BYTES: Final = 16 * 2**20
SESSION_SECONDS: Final = 10
REBALANCE_SECONDS: Final = 30


@dataclass(frozen=True, slots=True)
class Cluster:
    """What a consumer is told. `bootstrap`: host:port, several with commas; files in PEM; `mechanism` for SASL only."""

    bootstrap: str
    topics: tuple[str, ...]
    group: str
    protocol: str = "PLAINTEXT"
    mechanism: str = "PLAIN"
    username: str = ""
    password: str = field(default="", repr=False)
    ca_file: str = ""
    cert_file: str = ""
    key_file: str = ""

    def check(self) -> None:
        """Raises InvalidRequest for what cannot be right."""
        if not self.bootstrap.strip():
            raise _wrong("No Kafka is named.", "Name one: --bootstrap host:9092, or HEADWATER_KAFKA_BOOTSTRAP.")
        if not self.topics:
            raise _wrong("No topic is named.", "Name some: --topic openlineage, or HEADWATER_KAFKA_TOPICS.")
        if not self.group:
            raise _wrong("The consumer group has no name.", "Set --group or HEADWATER_KAFKA_GROUP.")
        if self.protocol not in PROTOCOLS:
            raise _wrong(f"kafka_security_protocol is {self.protocol!r}.", f"Set one of {', '.join(PROTOCOLS)}.")
        if self.mechanism not in MECHANISMS:
            raise _wrong(f"kafka_sasl_mechanism is {self.mechanism!r}.", f"Set one of {', '.join(MECHANISMS)}.")
        if self.protocol.startswith("SASL") != bool(self.username):
            raise _wrong(
                f"kafka_security_protocol {self.protocol} and kafka_username do not go together.",
                "Set both kafka_username and one of SASL_SSL and SASL_PLAINTEXT, or neither.",
            )

    def options(self) -> dict[str, Any]:
        """The arguments of aiokafka's consumer. Raises InvalidRequest."""
        self.check()
        return {
            "bootstrap_servers": [one.strip() for one in self.bootstrap.split(",")],
            "group_id": self.group,
            "client_id": CLIENT,
            # Offsets are committed by hand, after the door has answered; where there is none yet, nothing is left out.
            "enable_auto_commit": False,
            "auto_offset_reset": "earliest",
            "isolation_level": "read_committed",
            "fetch_max_bytes": FETCHED_BYTES,
            "session_timeout_ms": SESSION_SECONDS * 1000,
            "rebalance_timeout_ms": REBALANCE_SECONDS * 1000,
            "retry_backoff_ms": 500,
            **self._security(),
        }

    def _security(self) -> dict[str, Any]:
        said: dict[str, Any] = {"security_protocol": self.protocol}
        if self.protocol.endswith("SSL"):
            said["ssl_context"] = self._tls()
        if self.protocol.startswith("SASL"):
            said["sasl_mechanism"] = self.mechanism
            said["sasl_plain_username"], said["sasl_plain_password"] = self.username, self.password
        return said

    def _tls(self) -> ssl.SSLContext:
        try:
            context = ssl.create_default_context(cafile=self.ca_file or None)
            if self.cert_file:
                # A password that nobody set: else OpenSSL would ask the terminal for it.
                context.load_cert_chain(self.cert_file, self.key_file or None, password=lambda: "")
        except OSError as error:  # ssl.SSLError is one
            raise _wrong(
                f"The certificates for Kafka cannot be used: {error}.",
                "kafka_ca_file, kafka_cert_file and kafka_key_file name PEM files without a password.",
            ) from None
        return context


def _wrong(sentence: str, remedy: str) -> InvalidRequest:
    return InvalidRequest("kafka_settings", sentence, remedy)
