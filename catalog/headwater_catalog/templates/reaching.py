"""How a system is reached, and whose word counts: a secret goes nowhere but where a connection rule says.

Whoever may send events may send the facet headwater_connection, for any dataset. So where a rule names a secret, the
rule alone says driver, host, port, database, user and options; and no secret is looked up that a facet names.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from headwater_catalog.errors import InvalidRequest
from headwater_catalog.facets.opening import Connection
from headwater_catalog.templates import options
from headwater_catalog.templates.drivers import driver, known
from headwater_catalog.templates.missing import Missing
from headwater_catalog.templates.secrets import reference

MOST_NAMED: Final = 5


class Reached:
    """How a system is reached, put together from what is said. connection: None where nothing is known of it.

    said: what is left out of it; fatal where a rule's secret would go to a place that the rule does not name.
    ruled: whether a connection rule says where it is.
    """

    def __init__(self, namespace: str, facet: Connection | None, ruled: Connection | None, pattern: str | None) -> None:
        self.said: list[Missing] = []
        own = of_namespace(namespace)
        # What a pattern without signs names is the rule's own word; what fits a pattern is anybody's.
        exact = own if pattern == namespace and not {"*", "?"} & set(namespace) else None
        told = merged(ruled, exact) if ruled is not None else None
        self.ruled = _is_somewhere(told)
        if told is not None and told.secret_reference:
            self.connection: Connection | None = self._optioned(told, ruled=True)
            self._whole(namespace, told)
            return
        if facet is not None and facet.secret_reference:
            self._names_secret(facet.secret_reference)
            facet = replace(facet, secret_reference=None)
        drives = merged(ruled, facet, own)
        if drives is None:
            self.connection = None
            return
        said = [self._optioned(one, ruled=one is ruled, of=drives.driver) for one in (ruled, facet) if one is not None]
        self.connection = merged(*said, own)

    def _whole(self, namespace: str, found: Connection) -> None:
        """A rule's secret goes where the rule itself says, or nowhere."""
        system = driver(found.driver)
        if system is not None and found.database and _is_somewhere(found):
            return
        named = (("driver", system), ("host", found.host or (system and system.file)), ("database", found.database))
        absent = [name for name, value in named if not value]
        self.said.append(
            Missing(
                "incomplete_rule",
                f"The connection rule for {namespace} names a secret, and not its {' and '.join(absent)}: a secret is "
                "looked up only for what a rule names.",
                "Name driver, host and database in the connection rule (`headwater connections apply`).",
            )
        )

    def _names_secret(self, text: str) -> None:
        try:
            store, place = reference(text)
        except InvalidRequest:
            store, place = "", "a place that is no reference"
        self.said.append(
            Missing(
                "secret_of_facet",
                f"Its facet says that the secret is at {store}{':' if store else ''}{place[:200]}; no program looks "
                "up what only a facet names.",
                "Name driver, host, database and secretReference in a connection rule (`headwater connections apply`).",
                False,
            )
        )

    def _optioned(self, one: Connection | None, *, ruled: bool, of: str | None = None) -> Connection | None:
        """With those options that its driver is given."""
        if one is None or not one.options:
            return one
        given, refused = options.divided(known(one.driver or of or ""), one.options, ruled=ruled)
        if refused:
            named = ", ".join(repr(name[:40]) for name in refused[:MOST_NAMED])
            more = " …" if len(refused) > MOST_NAMED else ""
            self.said.append(
                Missing(
                    "refused_options",
                    f"Options that templates do not hand to the driver are left out: {named}{more}.",
                    "Say host, port, user and database as members of a connection rule; add other options by hand.",
                    False,
                )
            )
        return replace(one, options=given or None)


def _is_somewhere(one: Connection | None) -> bool:
    """Whether it names a host, or the file of a database."""
    system = driver(one.driver if one else None)
    return one is not None and bool(one.host or (system is not None and system.file and one.database))


def merged(*said: Connection | None) -> Connection | None:
    """Members of the first before those of the second, and so on."""
    members: dict[str, object] = {}
    for one in reversed([one for one in said if one is not None]):
        members |= {
            name: value for name in Connection.__dataclass_fields__ if (value := getattr(one, name)) is not None
        }
    return Connection(**members) if members else None  # type: ignore[arg-type] # members are those of connections


def of_namespace(namespace: str) -> Connection | None:
    """What a namespace says itself: postgres://host:5432."""
    scheme, mark, rest = namespace.partition("://")
    system = driver(scheme)
    if not mark or system is None:
        return None
    authority = rest.partition("/")[0]
    host, colon, port = authority.rpartition(":")
    if not (colon and port.isdigit()):
        host, port = authority, ""
    if system.file:
        return Connection(driver=known(scheme), database=rest if rest.startswith("/") else None)
    return Connection(driver=known(scheme), host=host or None, port=int(port) if port else None)
