"""Runs any command as a shell would, and tells the catalog about it; nothing of ours changes how it runs or ends."""

from __future__ import annotations

import logging
import os
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from headwater_catalog.errors import HeadwaterError
from headwater_catalog.references import Name
from headwater_ingestors.emit import identity
from headwater_ingestors.emit.child import CannotStartError, Child, Ended, start
from headwater_ingestors.emit.place import Place
from headwater_ingestors.emit.signals import Passing
from headwater_ingestors.emit.stderr import Passage, Tail, usable

if TYPE_CHECKING:
    from headwater_ingestors.emit.telling import Teller

PATIENCE: Final = 1.2
"""Seconds that telling may take after the command has ended; with the start of the program less than two."""
SCRIPTS: Final = frozenset(
    {".bash", ".ipynb", ".jar", ".jl", ".js", ".mjs", ".pl", ".py", ".qmd", ".r", ".rb", ".rmd", ".scala", ".sh"}
    | {".sql", ".ts", ".zsh"}
)
"""Ends of names by which an argument is known as the program that an interpreter runs."""

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be run, and what is to be said of it.

    environment: names of variables to tell; nominal: start and end of the period it is about, RFC 3339, or None;
    keep_stderr False: standard error is inherited and nothing of it is told; tell_command False: only the program.
    """

    command: Sequence[str]
    job: str | None = None
    namespace: str | None = None
    inputs: Sequence[Name] = ()
    outputs: Sequence[Name] = ()
    environment: Sequence[str] = ()
    nominal: tuple[str, str | None] | None = None
    keep_stderr: bool = True
    tell_command: bool = True


@dataclass(frozen=True, slots=True)
class Begun:
    """What is known of the run when its command is about to start."""

    order: Order
    name: identity.RunName
    above: identity.Ancestry | None
    at: datetime
    script: Path | None
    environ: Mapping[str, str]

    @property
    def program(self) -> str:
        """The command's own name."""
        return Path(self.order.command[0]).name


def wrap(order: Order, place: Callable[[], Place], tell: Tell, environ: Mapping[str, str] = os.environ) -> int:
    """Run a command and tell of it; gives the exit code, as a shell would. From the main thread only.

    `place` may raise HeadwaterError: then the command runs all the same. `tell` gets what people should know of the
    telling, at any time and from any thread.
    """
    passing = Passing()
    begun = _begin(order, environ)
    telling = _Telling(begun, place, tell)
    passage = Passage() if order.keep_stderr and usable() else None
    try:
        child = start(
            order.command,
            {**environ, **identity.variables(identity.below(begun.name, begun.above))},
            list(passing.before),
            passage.sink if passage else None,
        )
    except CannotStartError as error:
        sys.stderr.write(f"headwater run: {order.command[0]}: {error.why}\n")
        telling.start()
        telling.end(Ended(datetime.now(UTC), error.code), Tail.of(error.why.encode()))
        return error.code
    return _follow(child, telling, passing, passage)


def job_name(command: Sequence[str]) -> str:
    """What a command is called where nobody says: the script that it runs, else the program."""
    script = _script(command)
    return (script or Path(command[0])).name


def _begin(order: Order, environ: Mapping[str, str]) -> Begun:
    script = _script(order.command)
    script = script.resolve() if script and script.is_file() else None
    name = identity.named(order.namespace, order.job or job_name(order.command), environ)
    return Begun(order, name, identity.ancestry(environ), datetime.now(UTC), script, environ)


def _script(command: Sequence[str]) -> Path | None:
    return next((Path(part) for part in command if Path(part).suffix.lower() in SCRIPTS), None)


def _follow(child: Child, telling: _Telling, passing: Passing, passage: Passage | None) -> int:
    """Tell of a command that runs, wait for its end and tell that."""
    waiting = _Waiting(child)
    if passage:
        passage.begin()

    def send(number: int) -> None:
        if not child.send(number):
            telling.hurry()

    passing.begin(send, passage.resize if passage else None)
    telling.start()
    ended = waiting.result()
    tail = passage.finish() if passage else None
    telling.end(ended, tail)
    return ended.code


class _Waiting:
    """Waits for a command in a thread, so that its end is noted when it comes, whatever we do meanwhile."""

    def __init__(self, child: Child) -> None:
        self._ended: Ended | None = None

        def work() -> None:
            self._ended = child.wait()

        self._thread = threading.Thread(target=work, name="headwater wait")
        self._thread.start()

    def result(self) -> Ended:
        self._thread.join()
        if self._ended is None:
            raise RuntimeError("The end of the command was not seen.")
        return self._ended


class _Telling:
    """The teller, made when there is time for it; whatever goes wrong with it is said, and nothing else comes of it."""

    def __init__(self, begun: Begun, place: Callable[[], Place], tell: Tell) -> None:
        self._begun, self._place, self._tell = begun, place, tell
        self._teller: Teller | None = None

    def start(self) -> None:
        self._guarded(self._start)

    def end(self, ended: Ended, tail: Tail | None) -> None:
        teller = self._teller
        if teller:
            self._guarded(lambda: teller.end(ended, tail, PATIENCE))

    def hurry(self) -> None:
        if self._teller:
            self._teller.hurry()

    def _start(self) -> None:
        from headwater_ingestors.emit.telling import Teller

        for library in ("openlineage.client", "urllib3"):  # their warnings would stand among the command's own words
            logging.getLogger(library).addHandler(logging.NullHandler())
        self._teller = Teller(self._begun, self._place(), self._tell)
        self._teller.start()

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except HeadwaterError as error:
            self._tell(f"The run is not told: {error}")
        except Exception as error:  # the command goes before all that we do for it
            self._tell(f"The run is not told: {type(error).__name__}.")
            logging.getLogger(__name__).debug("telling failed", exc_info=error)
