"""Signals that a wrapper gets are its command's: they are taken in a thread and passed on."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterable
from typing import Final

FORWARDED: Final = frozenset(
    {signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2}
)
_TAKEN: Final = FORWARDED | {signal.SIGWINCH}
_OF_A_TERMINAL: Final = frozenset({signal.SIGINT, signal.SIGQUIT, signal.SIGHUP})
_BY_A_PROCESS: Final = 0
"""Greatest si_code of what somebody sent with kill; the kernel's own, as for a key of the terminal, lie above."""


class Passing:
    """Blocks the signals of a wrapper from now on; `begin` passes them on, those that came in between too.

    What a terminal sends (Ctrl-C, Ctrl-\\, hanging up) it sends to the whole foreground group: the command has got it
    already, and a second one could cut its way of ending short. `changed` is called when the window changes its size.
    """

    def __init__(self) -> None:
        self.before: Iterable[int] = signal.pthread_sigmask(signal.SIG_BLOCK, _TAKEN)

    def begin(self, send: Callable[[int], None], changed: Callable[[], None] | None = None) -> None:
        """Pass signals on from a thread of its own, as long as the process lives."""

        def work() -> None:
            while True:
                number, from_terminal = _next()
                if number == signal.SIGWINCH:
                    if changed:
                        changed()
                elif not from_terminal:
                    send(number)

        threading.Thread(target=work, name="headwater signals", daemon=True).start()


def _next() -> tuple[int, bool]:
    """Wait for a signal; its number, and whether the terminal sent it, to the command too."""
    if hasattr(signal, "sigwaitinfo"):
        got = signal.sigwaitinfo(_TAKEN)
        return got.si_signo, got.si_code > _BY_A_PROCESS
    number = signal.sigwait(_TAKEN)  # macOS does not say who sent it
    return number, number in _OF_A_TERMINAL and os.isatty(0) and os.tcgetpgrp(0) == os.getpgrp()
