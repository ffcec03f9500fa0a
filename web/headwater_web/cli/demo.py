"""headwater demo: a living catalog, filled by jobs that really run."""

from __future__ import annotations

import importlib.util
import shlex
import shutil
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.console import Group, RenderableType
from rich.markup import escape
from rich.table import Table

from headwater_catalog.errors import Conflict, ExtraMissing, HeadwaterError, InvalidRequest
from headwater_web.cli.client import Client
from headwater_web.cli.local import local
from headwater_web.cli.remote import Remote, reached
from headwater_web.cli.serve import Port
from headwater_web.cli.verb import Use, directory_verb, progress
from headwater_web.settings import Settings

if TYPE_CHECKING:
    from headwater_web.demo.run import DemoReport
    from headwater_web.serving import Running

MARK: Final = "headwater-demo"
PROGRAM: Final = "headwater"
DAYS: Final = 14
Days = Annotated[int, typer.Option(help="Nights to run.", min=1, max=DAYS)]
Exit = Annotated[bool, typer.Option("--exit", help="Print the summary and stop, instead of serving on.")]
Again = Annotated[
    bool, typer.Option("--again", help="Begin anew even if something was added to the demo's catalog since it ran.")
]


class DemoFailed(HeadwaterError):  # noqa: N818 - named like its siblings in errors.py
    """A job of the demo, or the catalog under it, failed."""


@directory_verb
def demo(use: Use, *, port: Port = None, days: Days = DAYS, leave: Exit = False, again: Again = False) -> None:
    """Run a small lakehouse night by night, watch it arrive in a catalog of its own, and serve that until Ctrl-C.

    The catalog of an earlier demo is thrown away, unless something was added to it.
    """
    from headwater_web.serving import PortTaken, serve

    _check_installed()
    settings = _own(use, again=again)
    told = _Told(replace(use, settings=settings), days, leave)
    try:
        serve(settings, told.begin)
    except PortTaken:
        if port is not None:
            raise
        serve(replace(settings, port=0), told.begin)
    if told.problem is not None:
        raise told.problem


class _Told:
    """The demo beside its server: it runs in a thread, and tells what it did when it is done."""

    def __init__(self, use: Use, days: int, leave: bool) -> None:
        self._use, self._days, self._leave = use, days, leave
        self.problem: HeadwaterError | None = None

    def begin(self, running: Running) -> None:
        """Start, once the server answers."""
        threading.Thread(target=self._run, args=(running,), name="demo", daemon=True).start()

    def _run(self, running: Running) -> None:
        try:
            document = self._fill(running)
            self._use.show(document, lambda: _summary(document, running.address, self._use.settings, self._leave))
            if not self._leave and not self._use.as_json:
                # Not by rich: a path may hold what looks like markup, and a line that is wrapped cannot be pasted.
                sys.stdout.writelines(f"  {line}\n" for line in _questions(self._use.settings))
            sys.stdout.flush()
        except Exception as error:  # noqa: BLE001 - told by the main thread, once the server has stopped
            self.problem = error if isinstance(error, HeadwaterError) else _failed(error)
            running.stop()
        if self._leave:
            running.stop()

    def _fill(self, running: Running) -> dict[str, Any]:
        from headwater_web.demo.run import run_demo

        lakehouse = self._use.settings.directory
        if not sys.stderr.isatty():  # there a bar tells it
            self._use.note("The demo runs its nights; the summary follows in half a minute or two.")
        with reached(running.address, running.key) as http, progress("running the nights") as move:
            client = Remote(http)
            describe(client)
            report = run_demo(running.address, running.key or None, lakehouse, self._days, _moving(move))
            assign(client)
            digest = client.digest()["catalog"]
        # By this the next demo knows whether anybody has added something since.
        (lakehouse / MARK).write_text(digest, encoding="ascii")
        return {"url": running.address, **_document(report), "digest": digest}


def describe(client: Client) -> None:
    """Tell the catalog what the demo's names and words mean: zones, connections and glossary."""
    from headwater_catalog.glossary.skos import read_skos
    from headwater_web.demo.datasets import CONNECTION_RULES, ZONE_RULES
    from headwater_web.demo.glossary import turtle

    terms = read_skos(turtle().encode(), "glossary.ttl").changes
    settings = [{"zoneRules": {"rules": ZONE_RULES}}, {"connectionRules": {"rules": CONNECTION_RULES}}]
    _edit(client, [*settings, *terms])


def assign(client: Client) -> None:
    """Tell which columns, features and models the terms speak of."""
    from headwater_web.demo.glossary import assignments

    changes = [
        {
            "assign": {
                "term": one.term,
                "node": ["field", one.namespace, one.dataset, one.field]
                if one.field
                else ["dataset", one.namespace, one.dataset],
            }
        }
        for one in assignments()
    ]
    _edit(client, changes)


def _edit(client: Client, changes: list[Any]) -> None:
    outcomes = client.edit(changes, source="FILE", dry_run=False)["outcomes"]
    bad = [one for one in outcomes if one["status"] not in {"APPLIED", "UNCHANGED"}]
    if bad:
        raise DemoFailed("demo_failed", f"The catalog refused an edit: {bad[0].get('message')}", "Tell us, please.")


def _check_installed() -> None:
    """Raises ExtraMissing where the demo's jobs could not run; nothing has been touched by then."""
    missing = [name for name in ("duckdb",) if importlib.util.find_spec(name) is None]
    if missing:
        raise ExtraMissing(f"The demo needs {', '.join(missing)}", "demo")


def _own(use: Use, *, again: bool) -> Settings:
    """Settings with a data directory of the demo's own, made anew; never one that holds anything else.

    A catalog that somebody added to is kept, and the next directory taken; one that was named is not passed over.
    """
    settings = use.settings
    named = Path(settings.data_dir).expanduser() if settings.data_dir else None
    usual = settings.directory.with_name(MARK)
    for directory in [named] if named else [usual, *(usual.with_name(f"{MARK}-{n}") for n in range(2, 100))]:
        settings = replace(settings, data_dir=str(directory), database_url="", kafka_topics=(), crawls="")
        try:
            _make_room(use, settings, directory, again=again)
        except Conflict as kept:
            if named:
                raise
            use.note(f"{kept.sentence} It is kept, and this demo takes the next directory.")
        else:
            break
    return settings


def _make_room(use: Use, settings: Settings, directory: Path, *, again: bool) -> None:
    if directory.exists() and any(directory.iterdir()):
        if not (directory / MARK).exists():
            raise InvalidRequest(
                "not_a_demo",
                f"{directory} holds something that is not the demo's, which begins with an empty catalog.",
                "Name another directory with --data-dir.",
            )
        if not again:
            _check_untouched(settings, directory)
        use.note(f"The earlier demo in {directory} is thrown away, its catalog with it.")
    _empty(directory)
    (directory / MARK).write_text("", encoding="ascii")


def _check_untouched(settings: Settings, directory: Path) -> None:
    """Raises Conflict where the catalog is no longer what the demo left. One that it did not finish is nobody's."""
    left = (directory / MARK).read_text(encoding="ascii", errors="replace")
    if not left:
        return
    with local(settings) as client:
        now = client.digest()["catalog"]
    if now != left:
        raise Conflict(
            "demo_was_changed",
            f"Something was added to the demo's catalog in {directory} since it ran.",
            "Look at it with `headwater serve --data-dir` and this directory; begin anew with --again, which throws it"
            " away, or in another directory with --data-dir.",
        )


def _empty(directory: Path) -> None:
    from headwater_catalog.database.directory import DataDirectory

    with DataDirectory(directory).claim():  # raises while another demo runs there
        for inside in directory.iterdir():
            if inside.is_dir() and not inside.is_symlink():
                shutil.rmtree(inside)
            elif inside.name not in {"headwater.lock", MARK}:
                inside.unlink()


def _moving(move: Callable[[float, float | None], None]) -> Callable[[int, int, str], None]:
    return lambda done, total, _: move(done, total)


def _document(report: DemoReport) -> dict[str, Any]:
    return {
        "jobs": report.jobs,
        "runs": report.runs,
        "failedRuns": report.failed_runs,
        "events": report.events,
        "rowsWritten": report.rows_written,
        "seconds": report.seconds,
        "clickShare": {str(day): share for day, share in report.click_share.items()},
    }


def _summary(said: dict[str, Any], address: str, settings: Settings, leave: bool) -> RenderableType:
    sums = Table(box=None, show_header=False)
    names = {
        "jobs": "jobs",
        "runs": "runs",
        "failedRuns": "failed runs",
        "events": "events",
        "rowsWritten": "rows written",
    }
    for name, shown in names.items():
        sums.add_row(shown, f"{said[name]:,}")
    shares = [share for share in said["clickShare"].values() if share is not None]
    if shares:
        sums.add_row("clicks an ad", f"{shares[0]:.1%} at first, {shares[-1]:.1%} in the end")
    sums.add_row("digest", said["digest"])
    sums.add_row("data", escape(str(settings.directory)))
    parts: list[RenderableType] = [f"[bold]{settings.directory.name}[/] ran {said['seconds']} s", sums]
    if not leave:
        parts += [
            f"\nLook at it: [bold cyan]{address}[/]   Ctrl-C ends it. Ask it:",
        ]
    return Group(*parts)


def _questions(settings: Settings) -> list[str]:
    program, at = _program(), f"--data-dir {shlex.quote(settings.data_dir)}"
    asked = ("lineage exploitation.ad_performance --direction up", "search consent", "digest")
    return [f"{program} {question} {at}" for question in asked]


def _program() -> str:
    """How this program was called, for commands that can be pasted: `make demo` puts it on nobody's PATH."""
    said, found = Path(sys.argv[0]), shutil.which(PROGRAM)
    if said.name != PROGRAM or (found and said.exists() and said.samefile(found)):
        return PROGRAM
    return shlex.quote(str(said))


def _failed(error: Exception) -> DemoFailed:
    return DemoFailed("demo_failed", f"The demo failed: {error}", "Run it again; if it fails again, tell us.")
