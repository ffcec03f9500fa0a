"""What every verb has: the flags that say which catalog, --json, and how results are shown."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.segment import Segment

from headwater_web import settings as configuration
from headwater_web.cli.client import Client, connect
from headwater_web.cli.flags import DatabaseUrl, DataDir, Key, Url
from headwater_web.cli.plain import printable, printable_json
from headwater_web.settings import Settings

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")]

WIDE = 10_000

_PLACE: dict[str, object] = {"url": Url, "api_key": Key, "database_url": DatabaseUrl, "data_dir": DataDir}
_OWN: dict[str, object] = {"database_url": DatabaseUrl, "data_dir": DataDir}


@dataclass(frozen=True, slots=True)
class Use:
    """How this command was called: which settings hold, and how to show what it found."""

    settings: Settings
    as_json: bool

    @contextmanager
    def client(self, *, reading: bool = False) -> Iterator[Client]:
        """The catalog that the settings name; reading: raises NoCatalog instead of making one."""
        with connect(self.settings, reading=reading) as client:
            yield client

    def note(self, sentence: str) -> None:
        """Tell people something beside the result, which stays alone on standard output."""
        Console(stderr=True, highlight=False, soft_wrap=True).print(printable(sentence), style="dim", markup=False)

    @property
    def piped(self) -> bool:
        """Whether the result goes into a pipe or a file."""
        return not sys.stdout.isatty()

    def show(self, document: object, human: Callable[[], RenderableType], *, wide: bool = False) -> None:
        """Print a result: as JSON, or as people read it; wide: as wide as that is."""
        if self.as_json:
            told = orjson.dumps(document, option=orjson.OPT_INDENT_2, default=str).decode()
            sys.stdout.write(printable_json(told) + "\n")
        else:
            # Into a pipe or a file names go whole, however long: somebody will search for them.
            width = WIDE if self.piped or wide else None
            Console(highlight=False, width=width).print(_Printable(human()))


class _Printable:
    """What is shown, without what its texts would make a terminal do."""

    def __init__(self, shown: RenderableType) -> None:
        self._shown = shown

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for part in console.render(self._shown, options):
            yield part if part.control else Segment(printable(part.text), part.style)


def verb(function: Callable[..., None]) -> Callable[..., None]:
    """A verb that asks a catalog, wherever it is: its first parameter `use` is made of flags, environment and file."""
    return _with_flags(function, _PLACE)


def local_verb(function: Callable[..., None]) -> Callable[..., None]:
    """A verb that works on this machine's database itself."""
    return _with_flags(function, _OWN)


def directory_verb(function: Callable[..., None]) -> Callable[..., None]:
    """A verb that works on a data directory of its own."""
    return _with_flags(function, {"data_dir": DataDir})


def plain_verb(function: Callable[..., None]) -> Callable[..., None]:
    """A verb that needs no catalog."""
    return _with_flags(function, {})


def _with_flags(function: Callable[..., None], flags: dict[str, object]) -> Callable[..., None]:
    own = [one for one in inspect.signature(function, eval_str=True).parameters.values() if one.name != "use"]
    settable = {field for field in Settings.__dataclass_fields__ if field in {one.name for one in own}}

    @functools.wraps(function)
    def wrapper(**said: Any) -> None:
        as_json = bool(said.pop("as_json"))
        given = {name: said.pop(name) for name in flags} | {name: said.pop(name) for name in settable}
        function(Use(configuration.load(given), as_json), **said)

    keyword = inspect.Parameter.KEYWORD_ONLY
    added = [inspect.Parameter(name, keyword, default=None, annotation=kind) for name, kind in flags.items()]
    added.append(inspect.Parameter("as_json", keyword, default=False, annotation=AsJson))
    parameters = [one.replace(kind=keyword) for one in own] + added
    wrapper.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined] # what Typer reads
    wrapper.__annotations__ = {one.name: one.annotation for one in parameters}
    return wrapper


@contextmanager
def progress(what: str, total: float | None = None) -> Iterator[Callable[[float, float | None], None]]:
    """A bar on stderr, if that is a terminal; yields what moves it: (done, total)."""
    console = Console(stderr=True)
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=total)

        def move(done: float, of: float | None = None) -> None:
            bar.update(task, completed=done, total=of if of is not None else total)

        yield move
