"""Runs of Python code, told to the catalog: a with-block or a decorated function, sync or async."""

from __future__ import annotations

import asyncio
import functools
import inspect
import logging
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar, Token
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

from headwater_catalog.errors import HeadwaterError, InvalidRequest
from headwater_catalog.references import Dataset, Name, dataset
from headwater_ingestors.emit import identity
from headwater_ingestors.emit.periods import period

if TYPE_CHECKING:
    from headwater_ingestors.emit.events import Flow
    from headwater_ingestors.emit.reporting import Reporter

LOG: Final = logging.getLogger("headwater_ingestors.emit")
F = TypeVar("F", bound=Callable[..., Any])
PATIENCE: Final = 2.0
"""Seconds that the end of a block may wait for a catalog that does not answer; the next ones then do not."""
_current: ContextVar[Run | None] = ContextVar("headwater run", default=None)


class Run:
    """A run that goes on: takes what it reads and writes, and how much."""

    def __init__(self, name: identity.RunName, above: identity.Ancestry | None) -> None:
        self.name = name
        self.above = above
        self._inputs: dict[Name, tuple[int | None, int | None]] = {}
        self._outputs: dict[Name, tuple[int | None, int | None]] = {}

    @property
    def run_id(self) -> str:
        """Its id, under which the catalog knows it."""
        return self.name.run_id

    def input(self, said: Dataset, *, rows: int | None = None, size: int | None = None) -> None:
        """It reads a dataset; rows and bytes where known, the last ones said count. Raises InvalidRequest."""
        _note(self._inputs, dataset(said), rows, size)

    def output(self, said: Dataset, *, rows: int | None = None, size: int | None = None) -> None:
        """It writes a dataset; rows and bytes where known, the last ones said count. Raises InvalidRequest."""
        _note(self._outputs, dataset(said), rows, size)

    def rows(self, count: int, said: Dataset | None = None) -> None:
        """So many rows were written, to the only output where none is named. Raises InvalidRequest."""
        if said is None and len(self._outputs) != 1:
            raise InvalidRequest(
                "which_output",
                f"The run has {len(self._outputs)} outputs: whose rows are these?",
                'Say r.rows(3, "s3://lake/orders").',
            )
        _note(self._outputs, next(iter(self._outputs)) if said is None else dataset(said), count, None)

    def environ(self, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
        """An environment for a process of this run, whose own runs then have it as their parent."""
        return {**environ, **identity.variables(identity.below(self.name, self.above))}

    def flow(self) -> Flow:
        """What it has read and written so far."""
        from headwater_ingestors.emit.events import Flow, Used

        inputs = [Used(name, *known) for name, known in self._inputs.items()]
        return Flow(inputs, [Used(name, *known) for name, known in self._outputs.items()])


def current() -> Run | None:
    """The run whose block or function this code is in, in this thread or task."""
    return _current.get()


def run(
    job: str | None = None,
    *,
    namespace: str | None = None,
    inputs: Iterable[Dataset] = (),
    outputs: Iterable[Dataset] = (),
    nominal_time: str | None = None,
    url: str | None = None,
    api_key: str | None = None,
) -> Recording:
    """Tell the catalog about a with-block, or about every call of a function that this decorates.

    job: else the function's name, or the program's. inputs, outputs: references as selectors print them, paths, or
    (namespace, name). nominal_time: the period it is about, START or START/END, RFC 3339 or a day. url, api_key: else
    as `headwater run` finds them. Raises InvalidRequest; nothing that goes wrong with the telling itself is raised.
    """
    caller = inspect.currentframe()
    code = caller.f_back.f_code.co_filename if caller and caller.f_back else ""
    said = Said(
        job=identity.chosen(job),
        namespace=namespace,
        inputs=tuple(map(dataset, inputs)),
        outputs=tuple(map(dataset, outputs)),
        nominal=period(nominal_time) if nominal_time else None,
        url=url,
        api_key=api_key,
        code=Path(code).resolve() if os.path.isfile(code) else None,
    )
    return Recording(said)


@dataclass(frozen=True, slots=True)
class Said:
    """What a program says of its runs beforehand; code: the file that says it."""

    job: str | None
    namespace: str | None
    inputs: tuple[Name, ...]
    outputs: tuple[Name, ...]
    nominal: tuple[str, str | None] | None
    url: str | None
    api_key: str | None
    code: Path | None


class Recording:
    """What `run` gives: enter it as a with-block, or decorate with it; every call of the function is a run then."""

    def __init__(self, said: Said) -> None:
        self._said = said
        self._run: Run | None = None
        self._reporter: Reporter | None = None
        self._token: Token[Run | None] | None = None

    def __enter__(self) -> Run:
        """Tell the START."""
        return self._enter(self._begin())

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        """Tell the COMPLETE, or why it ended otherwise; the exception goes on."""
        self._leave()
        self._end(error)

    async def __aenter__(self) -> Run:
        """The same in a task, which does not hold up the others."""
        return self._enter(await asyncio.to_thread(self._begin))

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        """The same in a task, which does not hold up the others."""
        self._leave()
        # A task that is cancelled would not even begin to wait; its end is told all the same.
        await asyncio.shield(asyncio.get_running_loop().run_in_executor(None, self._end, error))

    def __call__(self, function: F) -> F:
        """Decorate a function; raises InvalidRequest for a generator, whose body runs when nobody is in it."""
        if inspect.isgeneratorfunction(function) or inspect.isasyncgenfunction(function):
            raise InvalidRequest(
                "not_a_function",
                f"{function.__qualname__} is a generator: its calls are no runs.",
                "Put `with run(…):` around what its body does.",
            )
        said = replace(self._said, job=self._said.job or _name_of(function))

        @functools.wraps(function)
        def sync_call(*arguments: Any, **named: Any) -> Any:
            with Recording(said):
                return function(*arguments, **named)

        @functools.wraps(function)
        async def async_call(*arguments: Any, **named: Any) -> Any:
            async with Recording(said):
                return await function(*arguments, **named)

        return cast(F, async_call if inspect.iscoroutinefunction(function) else sync_call)

    def _begin(self) -> Run:
        if self._run is not None:
            raise InvalidRequest("run_entered_twice", "This run has begun already.", "Call run(…) for each block.")
        said = self._said
        name = identity.named(said.namespace, said.job or program_name(), os.environ)
        outer = current()
        above = identity.below(outer.name, outer.above) if outer else identity.ancestry(os.environ)
        self._run = Run(name, above)
        for one in said.inputs:
            self._run.input(one)
        for one in said.outputs:
            self._run.output(one)
        self._guarded(self._start)
        return self._run

    def _start(self) -> None:
        from headwater_ingestors.emit.reporting import Reporter

        if self._run:
            reporter = Reporter(self._run, self._said)
            reporter.start()
            self._reporter = reporter

    def _end(self, error: BaseException | None) -> None:
        reporter = self._reporter
        if reporter:
            self._guarded(lambda: reporter.end(error, PATIENCE))

    def _enter(self, begun: Run) -> Run:
        self._token = _current.set(begun)
        return begun

    def _leave(self) -> None:
        if self._token:
            _current.reset(self._token)

    def _guarded(self, work: Callable[[], None]) -> None:
        try:
            work()
        except HeadwaterError as error:
            LOG.warning("The run is not told: %s", error)
        except Exception:  # the caller's work goes before all that we do for it
            LOG.warning("The run is not told.", exc_info=True)


def program_name() -> str:
    """The script that runs, without its folder."""
    return Path(sys.argv[0]).name or "python"


def _name_of(function: Callable[..., Any]) -> str:
    module = function.__module__
    return f"{Path(program_name()).stem if module == '__main__' else module}.{function.__qualname__}"


def _note(known: dict[Name, tuple[int | None, int | None]], name: Name, rows: int | None, size: int | None) -> None:
    before = known.get(name, (None, None))
    known[name] = (before[0] if rows is None else rows, before[1] if size is None else size)
