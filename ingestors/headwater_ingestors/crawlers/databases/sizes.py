"""Sizes that statistics estimate."""


def rounded(number: int) -> int:
    """To two digits: estimates move by chance, and a small move is no news."""
    return int(float(f"{number:.1e}"))
