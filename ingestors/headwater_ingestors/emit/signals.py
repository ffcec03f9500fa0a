"""Signals that a wrapper gets are its command's: they are taken in a thread and passed on."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterable
from typing import Final

FORWARDED: Final = frozenset(
    {signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2}
)
_BY_A_PROCESS: Final = 0
"""Greatest si_code of what somebody sent with kill; the kernel's own, as for a key of the terminal, lie above."""


class Passing:
    """Blocks the signals of a wrapper from now on; `begin` passes them on, those that came in between too.

    What a terminal sends (Ctrl-C, Ctrl-\\, hanging up) it sends to the whole foreground group: the command has got it
    already, and a second one could cut its way of ending short. `changed` is called when the window changes its size.
    """

    def __init__(self) -> None:
        self.before: Iterable[int] = signal.pthread_sigmask(signal.SIG_BLOCK, FORWARDED)

    def begin(self, send: Callable[[int], None], changed: Callable[[], None] | None = None) -> None:
        """Pass signals on from a thread of its own, as long as the process lives."""
        taken = FORWARDED | {signal.SIGWINCH} if changed else FORWARDED
        signal.pthread_sigmask(signal.SIG_BLOCK, taken)

        def work() -> None:
            while True:
                got = signal.sigwaitinfo(taken)
                if got.si_signo == signal.SIGWINCH:
                    if changed:
                        changed()
                elif got.si_code <= _BY_A_PROCESS:
                    send(got.si_signo)

        threading.Thread(target=work, name="headwater signals", daemon=True).start()
