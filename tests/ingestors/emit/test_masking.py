"""Texts that leave the machine: no secret by its looks, none that this process was given, no terminal noise."""

from __future__ import annotations

import time

import pytest
from planted import SHAPES, noise
from planted_texts import TEXTS

from headwater_ingestors.emit.masking import MOST_READ, Mask, plain
from headwater_ingestors.emit.stderr import REMEMBERED

NOTHING = Mask({})


@pytest.mark.parametrize("template", TEXTS)
def test_what_looks_like_a_secret_is_not_told(template: str) -> None:
    secret = TEXTS[template]
    said = template.format(secret)
    for cut in (NOTHING.head(said, 4_000), NOTHING.end(said, 4_000), NOTHING.last_lines(said.encode(), 20, 4_000)):
        assert secret not in cut


@pytest.mark.parametrize("template", TEXTS)
def test_nor_is_it_told_as_an_argument_or_as_several(template: str) -> None:
    secret = TEXTS[template]
    said = template.format(secret)
    assert secret not in NOTHING.command(["sh", "-c", said, "--table", "t"], 4_000)
    assert secret not in NOTHING.command(["run.sh", *said.split()], 4_000)


def test_a_command_is_told_as_a_shell_reads_it() -> None:
    assert NOTHING.command(["Rscript", "my file.R", "--day", "3", ""], 100) == "Rscript 'my file.R' --day 3 ''"
    assert NOTHING.command(["load", "--db-password", "hunter22", "--day", "3"], 100) == "load --db-password *** --day 3"


@pytest.mark.parametrize("shape", SHAPES)
def test_what_has_the_shape_of_a_token_is_not_told(shape: str) -> None:
    lines = NOTHING.last_lines(f"see {shape} there".encode(), 1_000, 100_000)
    assert not any(part in lines for part in shape.split() if len(part) > 30)


@pytest.mark.parametrize(
    "environ",
    [
        {"DB_PASSWORD": "correct horse"},
        {"GITHUB_TOKEN": "correct horse"},
        {"DATABASE_URL": "postgres://u:correct%20horse@db/shop", "AWS_SECRET_ACCESS_KEY": "correct horse"},
    ],
)
def test_what_the_environment_holds_as_a_secret_is_told_nowhere(environ: dict[str, str]) -> None:
    mask = Mask(environ)
    assert "horse" not in mask.clean("it was correct horse, or correct%20horse")


def test_a_short_secret_of_the_environment_is_masked_where_it_is_a_word() -> None:
    mask = Mask({"DB_PASSWORD": "h.t1"})
    assert mask.clean("login h.t1 failed, (h.t1) xh.t1 h.t10 h_t1") == "login *** failed, (***) xh.t1 h.t10 h_t1"
    assert Mask({"DB_PASSWORD": "no"}).clean("no") == "no"


def test_a_secret_on_the_line_after_its_name_is_not_told() -> None:
    assert NOTHING.last_lines(b"Password:\r\nhunter6\nfailed\n", 5, 500) == "Password:\n***\nfailed"


@pytest.mark.parametrize("environ", [{}, {"TLS_PRIVATE_KEY": "the same"}])
def test_a_cut_leaves_no_lines_of_a_key(environ: dict[str, str]) -> None:
    lines = [noise(64, f"line {number}") for number in range(200)]
    key = "\n".join(["-----BEGIN RSA PRIVATE KEY-----", *lines, "-----END RSA PRIVATE KEY-----"])
    mask = Mask(dict.fromkeys(environ, "\n".join(lines)))
    for said in (key, "\n".join(lines) if environ else key, key.rpartition("\n")[0]):
        for told in (mask.last_lines(f"{said}\nfailed\n".encode(), 40, 4_000), mask.end(f"{said}\nfailed", 4_000)):
            assert not any(line[:8] in told for line in lines)
        assert not any(line[:8] in mask.head(said, 4_000) for line in lines)
        assert not any(line[:8] in mask.command(["load", said], 4_000) for line in lines)


def test_a_secret_of_the_settings_is_told_nowhere() -> None:
    assert Mask({}, ["hw_abcdef"]).clean("key hw_abcdef?") == "key ***?"


@pytest.mark.parametrize("environ", [{"DB_PASSWORD": "***"}, {"TOKEN": ""}, {"PWD": "/home"}, {"USER": "maria"}])
def test_a_word_that_is_no_secret_stays(environ: dict[str, str]) -> None:
    assert Mask(environ).clean("*** /home maria") == "*** /home maria"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (b"\x1b[31mred\x1b[0m \x1b]0;title\x07x", "red x"),
        (b" 10%\r 50%\r100%\r\ndone\r\n", "100%\ndone\n"),
        (b"a\0b\x07\xff\xfe", "ab��"),
        ("é\t→\n".encode(), "é\t→\n"),
    ],
)
def test_text_is_what_a_terminal_would_show(raw: bytes, text: str) -> None:
    assert plain(raw) == text


def test_colours_do_not_hide_a_secret() -> None:
    assert "Zq8abcdef1" not in NOTHING.last_lines(b"password=\x1b[1mZq8abc\x1b[0mdef1", 5, 500)
    assert "Zq8abcdef1" not in NOTHING.last_lines("password=Zq8abcdef1".encode("utf-16-le"), 5, 500)


def test_the_last_lines_are_kept_whole_and_bounded() -> None:
    raw = b"".join(b"line %d\n" % number for number in range(100))
    assert NOTHING.last_lines(raw, 3, 1_000) == "line 97\nline 98\nline 99"
    assert NOTHING.last_lines(raw, 100, 10) == "…8\nline 99"
    assert NOTHING.head("x" * 100, 5) == "xxxx…"


def test_a_cut_leaves_no_half_of_a_secret() -> None:
    secret = noise(40, "edge")
    for shift in range(0, 60, 7):
        raw = f"x postgres://u:{secret}@db/shop".encode() + b" " + b"y" * (4_000 - shift)
        told = NOTHING.last_lines(b"z" * MOST_READ + b"\n" + raw, 5, 4_000)
        assert not any(secret[at : at + 8] in told for at in range(32))


@pytest.mark.parametrize(
    "piece",
    ["a", "\\", "eyJ-", "password= \n", "token '", "\r", "\x1b]", "://a:", '"value":\\', "-----BEGIN A PRIVATE KEY"],
)
def test_no_output_takes_long_to_read(piece: str) -> None:
    """A command that has ended waits for this; patterns that are quadratic would take minutes for megabytes."""
    raw = b"password=x curl -u a:b " + piece.encode() * 50_000
    began = time.process_time()
    assert len(NOTHING.last_lines(raw[-REMEMBERED:], 10, 1_000)) <= 1_000
    assert time.process_time() - began < 2
