"""How the program ends: what an error offers can be pasted into a shell."""

from __future__ import annotations

import shlex

import pytest

from headwater_catalog.errors import HeadwaterError
from headwater_catalog.lineage.resolve import AmbiguousName, UnknownName
from headwater_catalog.reading.known_zones import NoZone
from headwater_web.cli.ending import ending

ODD = ["file//data/my file.csv", "file//data/it's", '"file//a,b"', "file//$HOME/x"]


@pytest.mark.parametrize(
    ("error", "before", "between", "offered"),
    [
        (UnknownName("x", ODD[:3]), "Did you mean ", " or ", ODD[:3]),
        (UnknownName("x", ["file//a b", "file//a b c"]), "Did you mean ", " or ", ["file//a b", "file//a b c"]),
        (UnknownName("x", ["file/plain.csv"]), "Did you mean ", " or ", ["file/plain.csv"]),
        (AmbiguousName("x", ODD), "several: ", ", ", ODD),
        (NoZone("my zon", ["my zone"]), "Did you mean ", " or ", ["my zone"]),
    ],
)
def test_names_that_are_offered_are_quoted_for_a_shell(
    error: HeadwaterError, before: str, between: str, offered: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    def program() -> None:
        raise error

    with pytest.raises(SystemExit) as ended:
        ending(program)
    assert ended.value.code == error.exit_code
    said = capsys.readouterr().err.splitlines()[0].partition(before)[2][:-1]
    assert said == between.join(map(shlex.quote, offered))
    assert [shlex.split(one) for one in said.split(between)] == [[one] for one in offered]
