"""A wrapped command has the terminal and the signals that it would have without."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import termios
from pathlib import Path

import pytest
from catching import Catching, process_of
from deadline import until
from processes import alive
from wrapped import Wrapping

PYTHON = sys.executable


# Terminals ----------------------------------------------------------------------------------------------------------


class Terminal:
    """A wrapped command in a terminal of its own."""

    def __init__(self, wrapping: Wrapping, *command: str) -> None:
        program = [PYTHON, "-c", "from headwater_web.cli import main; main()", "run", "--", *command]
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.chdir(wrapping.folder)
            os.execve(PYTHON, program, wrapping.environ)
        self.seen = b""

    def read_until(self, what: bytes) -> bytes:
        """What was printed up to something."""
        while what not in self.seen:
            self.seen += self._more()
        return self.seen

    def _more(self) -> bytes:
        try:
            return os.read(self.terminal, 1_000) or pytest.fail(f"no more than {self.seen!r}")
        except OSError:
            return pytest.fail(f"no more than {self.seen!r}")

    def wait(self) -> int:
        """The exit code."""
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        os.close(self.terminal)
        return code


SHOW = "import os, sys; print([os.isatty(n) for n in range(3)]); print('to stderr', file=sys.stderr)"


def test_in_a_terminal_the_command_finds_terminals(wrapping: Wrapping, catalog: Catching) -> None:
    terminal = Terminal(wrapping, PYTHON, "-c", SHOW)
    seen = terminal.read_until(b"to stderr\r\n")
    assert terminal.wait() == 0
    assert b"[True, True, True]\r\n" in seen
    assert b"\r\r\n" not in seen
    assert process_of(catalog.events[1])["stderr"] == "to stderr"


def test_the_command_reads_from_the_terminal_and_gets_its_keys_once(wrapping: Wrapping) -> None:
    count = (
        "import signal, time; got = []; signal.signal(signal.SIGINT, lambda *_: got.append(1)); print(input())\n"
        "while not got: time.sleep(0.01)\n"
        "time.sleep(0.5); print('interrupts', len(got), flush=True); raise SystemExit(4)"
    )
    terminal = Terminal(wrapping, PYTHON, "-c", count)
    os.write(terminal.terminal, b"typed\n")
    terminal.read_until(b"typed\r\ntyped\r\n")
    os.write(terminal.terminal, b"\x03")
    terminal.read_until(b"interrupts 1\r\n")
    assert terminal.wait() == 4


def test_a_terminal_that_changes_its_size_does_so_for_the_command(wrapping: Wrapping) -> None:
    show = (
        "import os, time; print('started', flush=True)\n"
        "while os.get_terminal_size(2) != (132, 43): time.sleep(0.01)\n"
        "print('seen', flush=True)"
    )
    terminal = Terminal(wrapping, PYTHON, "-c", show)
    terminal.read_until(b"started")
    termios.tcsetwinsize(terminal.terminal, (43, 132))
    terminal.read_until(b"seen")
    assert terminal.wait() == 0


# Signals ------------------------------------------------------------------------------------------------------------

CATCH = """
import os, signal, sys, time
def caught(number, _):
    os.write(1, signal.Signals(number).name.encode() + b"\\n")  # print may be busy with the line before
    sys.exit(40 + number)
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2):
    signal.signal(number, caught)
print("ready", flush=True)
while True: time.sleep(0.01)
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"])
def test_a_signal_to_the_wrapper_is_the_commands(wrapping: Wrapping, catalog: Catching, name: str) -> None:
    number = signal.Signals[name]
    wrapped = wrapping.start("--", PYTHON, "-c", CATCH, stdout=-1)
    assert wrapped.stdout is not None
    assert wrapped.stdout.readline() == b"ready\n"
    wrapped.send_signal(number)
    assert wrapped.stdout.read() == f"{name}\n".encode()
    assert wrapped.wait(30) == 40 + number
    wrapped.stdout.close()
    assert catalog.states == ["START", "FAIL"]


def test_without_what_linux_has_and_others_do_not(wrapping: Wrapping, catalog: Catching) -> None:
    """macOS: no waitid, no sigwaitinfo, no /proc."""
    poor = "import os, signal; del os.waitid, signal.sigwaitinfo; from headwater_web.cli import main; main()"
    wrapped = subprocess.Popen(
        [PYTHON, "-c", poor, "run", "--", PYTHON, "-c", CATCH],
        cwd=wrapping.folder, env=wrapping.environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert wrapped.stdout is not None
    assert wrapped.stdout.readline() == b"ready\n"
    wrapped.send_signal(signal.SIGINT)
    assert wrapped.stdout.read() == b"SIGINT\n"
    assert wrapped.wait(30) == 40 + signal.SIGINT
    wrapped.stdout.close()
    assert process_of(catalog.events[1])["exitCode"] == 42


def test_a_signal_that_comes_before_the_command_runs_reaches_it(wrapping: Wrapping) -> None:
    wrapped = wrapping.start("--", "sh", "-c", "echo started; sleep 60", stdout=-1)
    assert wrapped.stdout is not None
    blocked = Path(f"/proc/{wrapped.pid}/status")
    until(lambda: _blocks(blocked, signal.SIGTERM), what="the moment when signals are held")
    wrapped.send_signal(signal.SIGTERM)
    assert wrapped.wait(30) == 128 + signal.SIGTERM
    wrapped.stdout.close()


def _blocks(status: Path, number: int) -> bool:
    mask = next(line.split()[1] for line in status.read_text().splitlines() if line.startswith("SigBlk"))
    return bool(int(mask, 16) >> (number - 1) & 1)


def test_the_command_has_the_signals_that_it_would_have_without(wrapping: Wrapping) -> None:
    show = ["sh", "-c", "grep -E '^Sig(Blk|Ign)' /proc/self/status"]
    bare = subprocess.run(show, capture_output=True, env=wrapping.environ, check=True).stdout
    assert _masks(wrapping.run("--", *show).stdout) == _masks(bare)


def _masks(status: bytes) -> list[int]:
    """Blocked and ignored signals, without 32 and 33, which are the C library's own."""
    return [int(line.split()[1], 16) & ~(3 << 31) for line in status.splitlines()]


def test_a_group_that_is_killed_leaves_nothing_behind(wrapping: Wrapping) -> None:
    wrapped = wrapping.start("--", "sh", "-c", "echo $$; exec sleep 60", stdout=-1, start_new_session=True)
    assert wrapped.stdout is not None
    child = int(wrapped.stdout.readline())
    os.killpg(wrapped.pid, signal.SIGKILL)
    wrapped.wait(30)
    until(lambda: not alive(child), what="the end of the command")
    wrapped.stdout.close()
