"""headwater demo: a living catalog."""

from __future__ import annotations

from headwater_web.cli.verb import Use, local_verb


@local_verb
def demo(use: Use) -> None:
    """Run real jobs that report to a catalog of their own, and serve it."""
