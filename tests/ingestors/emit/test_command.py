"""A wrapped command runs, prints and ends as it would without; whatever becomes of the telling."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from catching import Catching, catching, process_of
from deadline import until
from processes import PYTHONPATH
from wrapped import Wrapping, states

from headwater_ingestors.emit.command import job_name

PYTHON = sys.executable


# How it ends --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [0, 1, 2, 77, 126, 127, 255])
def test_the_exit_code_is_the_commands(wrapping: Wrapping, catalog: Catching, code: int) -> None:
    done = wrapping.run("--", "sh", "-c", f"exit {code}")
    assert (done.returncode, done.stdout, done.stderr) == (code, b"", b"")
    assert catalog.states == ["START", "FAIL" if code else "COMPLETE"]
    assert process_of(catalog.events[1])["exitCode"] == code


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGSEGV, signal.SIGRTMIN + 1])
def test_a_command_that_a_signal_ends_gives_the_code_of_a_shell(
    wrapping: Wrapping, catalog: Catching, number: int
) -> None:
    done = wrapping.run("--", "sh", "-c", f"ulimit -c 0; kill -{int(number)} $$")
    assert done.returncode == 128 + number
    said = process_of(catalog.events[1])
    names = {9: "SIGKILL", 15: "SIGTERM", 11: "SIGSEGV"}
    assert (said["exitCode"], said["signal"]) == (128 + number, names.get(number, f"signal {int(number)}"))
    assert said["signal"] in catalog.events[1]["run"]["facets"]["errorMessage"]["message"]


@pytest.mark.parametrize(
    ("command", "code", "why"),
    [
        ("no-such-program", 127, "command not found"),
        ("./no-such-program", 127, "No such file or directory"),
        ("./plain", 126, "Permission denied"),
        (".", 126, "Permission denied"),
        ("./plain/below", 127, "Not a directory"),
    ],
)
def test_a_command_that_cannot_be_started(
    wrapping: Wrapping, catalog: Catching, command: str, code: int, why: str
) -> None:
    (wrapping.folder / "plain").write_text("echo no")
    done = wrapping.run("--", command, "x")
    assert (done.returncode, done.stdout) == (code, b"")
    assert done.stderr.decode() == f"headwater run: {command}: {why}\n"
    assert catalog.states == ["START", "FAIL"]
    assert why in catalog.events[1]["run"]["facets"]["errorMessage"]["message"]


def test_a_script_without_an_interpreter_is_one_of_the_shell(wrapping: Wrapping) -> None:
    script = wrapping.folder / "script"
    script.write_text('echo "$0 $1"; exit 7\n')
    script.chmod(0o755)
    done = wrapping.run("./script", "a b")
    assert (done.returncode, done.stdout) == (7, b"./script a b\n")


def test_arguments_are_the_commands_as_they_are(wrapping: Wrapping) -> None:
    show = [PYTHON, "-c", "import os, sys; print(list(map(os.fsencode, sys.argv[1:])))"]
    arguments = ["--job", "", "a b", "--", "-q", "é\udcff", "*"]
    for before in (["--"], []):
        done = wrapping.run(*before, *show, *arguments)
        assert done.stdout.decode().strip() == str([os.fsencode(one) for one in arguments])


def test_a_wrong_option_is_told_before_anything_runs(wrapping: Wrapping, catalog: Catching) -> None:
    for wrong in (["--inptu", "x"], ["--input", "postgres://db"], ["--nominal-time", "soon"], ["--job", ""], []):
        command = ["--", "touch", "ran"] if wrong else []
        done = wrapping.run(*wrong, *command)
        assert done.returncode == 2, wrong
        assert done.stderr
    assert not (wrapping.folder / "ran").exists()
    assert catalog.events == []


# What it prints and reads -------------------------------------------------------------------------------------------


def test_streams_are_untouched_megabytes_and_garbage_too(wrapping: Wrapping, catalog: Catching) -> None:
    garbage = os.urandom(3 * 2**20)
    (wrapping.folder / "garbage").write_bytes(garbage)
    done = wrapping.run("--", "sh", "-c", "cat; cat garbage >&2; head -c 1000 garbage", stdin=None, input=garbage[::-1])
    assert done.stdout == garbage[::-1] + garbage[:1000]
    assert done.stderr == garbage
    said = process_of(catalog.events[1])
    assert said["stderrBytes"] == len(garbage)
    assert len(said["stderr"]) <= 4_000


def test_stderr_comes_while_the_command_runs(wrapping: Wrapping) -> None:
    wrapped = wrapping.start("--", "sh", "-c", "echo first >&2; read go; echo second >&2", stdin=-1, stderr=-1)
    assert wrapped.stderr is not None
    assert wrapped.stdin is not None
    assert wrapped.stderr.readline() == b"first\n", "before the command goes on"
    wrapped.stdin.write(b"go\n")
    wrapped.stdin.close()
    assert wrapped.stderr.read() == b"second\n"
    assert wrapped.wait(30) == 0
    wrapped.stderr.close()


def test_a_reader_who_has_gone_is_gone_for_the_command_too(wrapping: Wrapping) -> None:
    reading, writing = os.pipe()
    wrapped = wrapping.start("--", "sh", "-c", "while :; do echo more >&2 || exit 9; done", stderr=writing)
    os.close(writing)
    assert os.read(reading, 4) == b"more"
    os.close(reading)
    assert wrapped.wait(30) in {9, 128 + signal.SIGPIPE}


def test_a_closed_stderr_is_left_alone(wrapping: Wrapping, catalog: Catching) -> None:
    program = " ".join(["exec", PYTHON, "-c", "'from headwater_web.cli import main; main()'", "run", "--", "sh", "-c"])
    done = subprocess.run(
        ["sh", "-c", f"{program} 'echo out; exit 3' 2>&-"],
        cwd=wrapping.folder, env=wrapping.environ, stdout=subprocess.PIPE, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (3, b"out\n")
    assert "stderr" not in process_of(catalog.events[1])


def test_without_stderr_nothing_of_it_is_told(wrapping: Wrapping, catalog: Catching) -> None:
    done = wrapping.run("--no-stderr", "--", "sh", "-c", "echo secret >&2; exit 1")
    assert done.stderr == b"secret\n"
    assert b"secret\\n" not in catalog.bodies[1]
    assert not {"stderr", "stderrBytes"} & process_of(catalog.events[1]).keys()


def test_a_daemon_that_the_command_leaves_behind_is_not_waited_for_and_may_go_on_printing(wrapping: Wrapping) -> None:
    fifo = wrapping.folder / "fifo"
    os.mkfifo(fifo)
    wrapped = wrapping.start(
        "--", "sh", "-c", "(read go <fifo; echo late >&2; echo $? >code) & echo now >&2", stderr=-1
    )
    assert wrapped.stderr is not None
    assert wrapped.stderr.readline() == b"now\n"
    assert wrapped.wait(30) == 0, "it does not wait for the daemon"
    fifo.write_text("go\n")
    assert wrapped.stderr.readline() == b"late\n"
    assert wrapped.stderr.read() == b""
    until(lambda: (wrapping.folder / "code").exists() and (wrapping.folder / "code").read_text(), what="the daemon")
    assert (wrapping.folder / "code").read_text() == "0\n"
    wrapped.stderr.close()


# The catalog is away ------------------------------------------------------------------------------------------------


def added(tmp_path: Path, url: str, *command: str, rounds: int) -> float:
    """Seconds that telling a catalog adds to wrapping alone: the least of some rounds, since others are at work."""
    told, alone = Wrapping(tmp_path, url), Wrapping(tmp_path, url, OPENLINEAGE_DISABLED="true")

    def taken(wrapping: Wrapping) -> float:
        began = time.monotonic()
        done = wrapping.run("--", *command)
        assert done.returncode == 0
        assert len(done.stderr.splitlines()) <= 1
        return time.monotonic() - began

    return min(taken(told) for _ in range(rounds)) - min(taken(alone) for _ in range(rounds))


@pytest.mark.parametrize("command", [["true"], ["sleep", "1"]])
def test_a_catalog_that_never_answers_adds_two_seconds_at_most(tmp_path: Path, command: list[str]) -> None:
    with catching() as deaf:
        deaf.gate.clear()
        assert added(tmp_path, deaf.url, *command, rounds=2) < 2
    assert states(Wrapping(tmp_path).kept()) == ["START", "COMPLETE"] * 2


def test_an_address_where_nobody_is_adds_next_to_nothing(tmp_path: Path) -> None:
    assert added(tmp_path, "http://127.0.0.1:1", "true", rounds=4) < 0.5
    assert states(Wrapping(tmp_path).kept()) == ["START", "COMPLETE"] * 4


def test_what_was_kept_is_sent_with_the_next_run(tmp_path: Path) -> None:
    with catching() as first:
        port = first.server_port
    wrapping = Wrapping(tmp_path, f"http://127.0.0.1:{port}")
    done = wrapping.run("--job", "one", "--", "sh", "-c", "exit 3")
    assert done.returncode == 3
    assert b"takes no events now" in done.stderr
    assert wrapping.run("-q", "--job", "two", "--", "true").stderr == b""
    assert len(wrapping.kept()) == 4
    with catching(port) as again:
        assert wrapping.run("--job", "three", "--", "true").returncode == 0
        jobs = [event["job"]["name"] for event in again.events]
        sent = [(event["job"]["name"], event["eventType"]) for event in again.events]
    assert wrapping.kept() == []
    assert sorted(jobs) == ["one", "one", "three", "three", "two", "two"]
    old = [pair for pair in sent if pair[0] != "three"]
    assert old == [("one", "START"), ("one", "FAIL"), ("two", "START"), ("two", "COMPLETE")]


def test_an_event_that_is_refused_is_set_aside(wrapping: Wrapping, catalog: Catching) -> None:
    catalog.status = lambda event: 422 if event["eventType"] == "START" else 201
    try:
        done = wrapping.run("--", "true")
        assert done.returncode == 0
        assert b"The entry says nothing" in done.stderr
        wrapping.run("--", "true")
    finally:
        catalog.status = lambda _: 201
    assert catalog.states == ["COMPLETE", "COMPLETE"]
    assert states(wrapping.refused()) == ["START", "START"]
    assert wrapping.kept() == []


def test_a_kept_file_that_is_no_event_does_not_keep_the_rest_from_being_sent(tmp_path: Path) -> None:
    with catching() as first:
        port = first.server_port
    wrapping = Wrapping(tmp_path, f"http://127.0.0.1:{port}")
    wrapping.run("--job", "old", "--", "true")
    (folder,) = wrapping.spool.iterdir()
    (folder / "00000000000000000001-000000-1.json").write_text('{"a":1}')
    with catching(port) as again:
        done = wrapping.run("--job", "new", "--", "true")
        assert sorted(event["job"]["name"] for event in again.events) == ["new", "new", "old", "old"]
    assert b"no OpenLineage event" in done.stderr
    assert (wrapping.kept(), wrapping.refused()) == ([], [{"a": 1}])


def test_wrong_settings_do_not_keep_the_command_from_running(wrapping: Wrapping, catalog: Catching) -> None:
    (wrapping.folder / "headwater.toml").write_text("port = \n")
    done = wrapping.run("--", "sh", "-c", "echo out; exit 3")
    assert (done.returncode, done.stdout) == (3, b"out\n")
    assert b"is not TOML" in done.stderr
    assert catalog.events == []


def test_a_home_that_cannot_be_written_does_not_keep_the_command_from_running(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    wrapping = Wrapping(tmp_path, "http://127.0.0.1:1", HEADWATER_SPOOL_DIR=str(tmp_path / "file" / "spool"))
    done = wrapping.run("--", "sh", "-c", "exit 3")
    assert done.returncode == 3
    assert b"is lost" in done.stderr


def test_a_supervisor_who_wants_an_end_gets_the_commands_code(tmp_path: Path) -> None:
    with catching() as deaf:
        deaf.gate.clear()
        wrapping = Wrapping(tmp_path, deaf.url)
        wrapped = wrapping.start("--", "sh", "-c", "echo $$; exit 3", stdout=-1, stderr=subprocess.DEVNULL)
        assert wrapped.stdout is not None
        child = int(wrapped.stdout.readline())
        until(lambda: not Path(f"/proc/{child}").exists(), what="the end of the command")
        wrapped.send_signal(signal.SIGTERM)
        assert wrapped.wait(30) == 3
        wrapped.stdout.close()
    assert states(wrapping.kept()) == ["START", "FAIL"]


# How long it takes --------------------------------------------------------------------------------------------------


def test_the_command_starts_before_anything_is_loaded_for_telling() -> None:
    """What is imported by then delays the command itself."""
    load = (
        "import sys; from headwater_web.cli import main; from headwater_web.cli.run import program\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run(
        [PYTHON, "-c", load], env={**os.environ, "PYTHONPATH": PYTHONPATH}, capture_output=True, text=True, check=True
    )
    slow = {"openlineage", "requests", "httpx", "rich", "psycopg", "sqlalchemy", "starlette", "strawberry", "asyncio"}
    assert sorted(slow & set(done.stdout.split())) == []


def test_wrapping_takes_little_of_the_processor(tmp_path: Path, catalog: Catching) -> None:
    """0.33 s on an idle machine; processor time, since others may be at work, and twice that for the same reason."""
    wrapping = Wrapping(tmp_path, catalog.url, PYTHONPYCACHEPREFIX=str(tmp_path / "pycache"))
    wrapping.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    wrapping.run("--", "true")

    def used() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        wrapping.run("--", "true")
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(used() for _ in range(3)) < 0.7


def test_the_command_starts_before_git_is_asked(wrapping: Wrapping, catalog: Catching) -> None:
    programs = wrapping.folder / "bin"
    programs.mkdir()
    (programs / "git").write_text(f"#!/bin/sh\nexec cat {wrapping.folder}/fifo\n")
    (programs / "git").chmod(0o755)
    os.mkfifo(wrapping.folder / "fifo")
    wrapping.environ["PATH"] = f"{programs}{os.pathsep}{wrapping.environ['PATH']}"
    command = f"exec 3>{wrapping.folder}/fifo; echo asked"  # it waits for whoever reads
    assert wrapping.run("--", "sh", "-c", command).stdout == b"asked\n"


# Where it is told ---------------------------------------------------------------------------------------------------


def test_openlineages_own_variables_name_a_catalog_too(tmp_path: Path, catalog: Catching) -> None:
    wrapping = Wrapping(tmp_path, OPENLINEAGE_URL=catalog.url, OPENLINEAGE_API_KEY="k", OPENLINEAGE_NAMESPACE="prod")
    assert wrapping.run("--", "true").returncode == 0
    assert catalog.keys[-2:] == ["Bearer k"] * 2
    assert {event["job"]["namespace"] for event in catalog.events} == {"prod"}


def test_openlineage_yml_names_a_transport_of_any_kind(tmp_path: Path) -> None:
    (tmp_path / "openlineage.yml").write_text(
        f"transport: {{type: file, log_file_path: {tmp_path}/events.ndjson, append: true}}\n"
        "tags: {run: {team: sales}}\n"
    )
    assert Wrapping(tmp_path).run("--", "true").returncode == 0
    lines = (tmp_path / "events.ndjson").read_text().splitlines()
    assert len(lines) == 2
    assert '"team"' in lines[0], "what else that configuration says counts too"


def test_a_switched_off_client_tells_and_keeps_nothing(tmp_path: Path, catalog: Catching) -> None:
    done = Wrapping(tmp_path, catalog.url, OPENLINEAGE_DISABLED="true").run("--", "sh", "-c", "exit 3")
    assert (done.returncode, done.stderr) == (3, b"")
    assert catalog.events == []
    assert not (tmp_path / "spool").exists()


def test_flags_go_before_the_environment(wrapping: Wrapping, catalog: Catching) -> None:
    with catching() as other:
        assert wrapping.run("--url", other.url, "--api-key", "hw_1", "--", "true").returncode == 0
        assert other.keys == ["Bearer hw_1"] * 2
    assert catalog.events == []


def test_events_for_one_catalog_are_never_sent_to_another(tmp_path: Path, catalog: Catching) -> None:
    assert Wrapping(tmp_path, "http://127.0.0.1:1").run("-q", "--job", "private", "--", "true").returncode == 0
    assert Wrapping(tmp_path, catalog.url).run("--job", "public", "--", "true").returncode == 0
    assert {event["job"]["name"] for event in catalog.events} == {"public"}


# What it is called --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("command", "name"),
    [
        ("/usr/bin/make all", "make"),
        ("python etl/load_orders.py --day 3", "load_orders.py"),
        ("Rscript --vanilla clean.R", "clean.R"),
        ("papermill reports/sales.ipynb out.ipynb", "sales.ipynb"),
        ("psql -f load.sql", "load.sql"),
        ("./load.sh", "load.sh"),
        ("sort orders.csv", "sort"),
    ],
)
def test_a_job_is_called_as_its_script_else_as_its_program(command: str, name: str) -> None:
    assert job_name(command.split()) == name
