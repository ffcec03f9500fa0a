"""What secrets look like in text: key=value pairs, command lines, URLs, SQL, and the shapes of well-known tokens.

Text comes from anybody. Whatever repeats without end in a pattern begins where no other match can begin, all else has a
bound, so that the time grows with the length and not with its square (tests/catalog/test_redaction_cost.py). Patterns
see lower case unless they are `exact`.
"""

import re

from headwater_catalog.secret_masking import (
    MASK,
    Found,
    Rule,
    Text,
    after,
    after_if_encoded,
    apply_all,
    before,
    credentials,
    pair,
    rule,
    whole,
)
from headwater_catalog.secret_sieve import suspicious
from headwater_catalog.secret_words import NEEDLES, WORD

__all__ = ["MASK", "redact_key_files", "redact_string", "redact_userinfo"]

_ESC = r"\\{0,8}"  # JSON inside JSON escapes its quotes again and again
_SINGLE = r"'(?:[^'\\]|''|\\.){0,4096}'"
_QUOTED = (
    rf"\"(?:[^\"\\]|\"\"|\\.){{0,4096}}\"|{_SINGLE}"
    r"|\\{1,8}\".{0,4096}?\\{1,8}\"|\\{1,8}'.{0,4096}?\\{1,8}'"
)
_BARE = r"(?!\(\w+=)[^\s\"'&;,<>\\]+"  # not a list of further pairs
_VALUE = rf"(?P<value>{_QUOTED}|{_BARE})"
_OPEN_VALUE = rf"(?P<value>{_QUOTED}|{_BARE}|[\"'][^\"'\s]+)"  # the closing quote may be cut off
_LABEL = rf"{_ESC}\"(?:name|key){_ESC}\"\s{{0,9}}:\s{{0,9}}{_ESC}\"[^\"\\]{{0,200}}?(?:{WORD}){_ESC}\""
_LABELLED = rf"{_ESC}\"value{_ESC}\"\s{{0,9}}:\s{{0,9}}"
_AUTHORIZATION = rf"\bauthorization{_ESC}[\"']?\s{{0,9}}[:=]\s{{0,9}}{_ESC}[\"']?"
_TO = r"\s[^|;&\n]{0,200}?(?<= )"  # from a program to one of its options


def _web_token(found: Found) -> str:
    """A run of signs that begins like a token is passed over as one, whether it is one or not."""
    return MASK if found.group("rest") else found.group()


# `password=x`, `"token": "x"`, `PASSWORD 'x'`, `PASSWORD('x')`.
_PAIR = Rule(
    NEEDLES,
    re.compile(
        rf"(?P<key>{WORD})(?P<sep>{_ESC}[\"']?\s{{0,9}}(?:=>|->|==?|:(?!/))\s{{0,9}}(?:[nbreu](?=[\"']))?"
        rf"|(?:\s{{1,9}}|\(\s{{0,9}})(?={_SINGLE})){_OPEN_VALUE}",
        re.ASCII | re.S,
    ),
    pair,
)
_USERINFO = rule("@", r"(:\\{0,8}/\\{0,8}/[^\s/?#\"'<>:@]*:)[^\s/?#\"'<>]+(?=@)")

_URLS = (
    _USERINFO,
    # A password that should have been encoded: what follows the colon is no port.
    rule(
        "@",
        r"(:\\{0,8}/\\{0,8}/[^\s/?#\"'<>:@]{0,128}:)(?!\d+(?:[,/?#\\]|\Z))[^\s/\"'<>@][^\s\"'<>@]{0,127}(?=@)",
    ),
    rule("@", r"(https?:\\{0,8}/\\{0,8}/)(?=[\w\-]{0,99}\d)[\w\-]{20,255}(?=@)"),
    rule("@", r"(jdbc:oracle:\w+:[^/\s:@]+/)[^\s@]{1,256}(?=@)"),
    rule(
        "@",
        r"(\b(?:sqlplus|conn(?:ect)?)\s{1,9}(?:-\w{1,9}\s{1,9}){0,4}[\w.$#]{1,64}/)[^\s@]{1,128}(?=@)",
    ),
    rule(
        "%3a%2f%2f",
        r"(%3a%2f%2f(?:(?!%3a|%40|%2f)[^\s\"'&<>]){0,128}%3a)(?:(?!%40|%2f)[^\s\"'&<>]){1,256}(?=%40)",
    ),
    rule("%3d", rf"((?:{WORD})%3d)(?P<value>(?:(?!%3b|%26|%2[27c]|%7d)[^\s\"'&;,<>\\]){{1,512}})", after),
    rule("sig", r"((?:\bsig|signature)=)[^&\s\"'<>\\]+"),
    rule("hooks.slack", r"(hooks\.slack\.com/services/)[\w/]+"),
)

_HEADERS = (
    rule("authorization", rf"({_AUTHORIZATION}(?:bearer|basic|digest|token)\s+)(?P<value>{_BARE})", after),
    rule("authorization", rf"({_AUTHORIZATION}[a-z][\w\-]{{1,24}}\s{{1,9}})(?P<value>{_BARE})", after_if_encoded),
    rule("bearer basic", r"\b((?:bearer|basic)\s+)([\w.~+/=\-]{8,})", credentials),
    rule(
        "cookie",
        r"(\b(?:set-)?cookie[\"']?\s{0,9}[:=]\s{0,9}[\"']?)(?P<value>[^\s\"'=;]{1,128}=[^\r\n\"']{1,4096})",
        after,
    ),
    rule("auth", rf"(\bauth{_ESC}\"\s{{0,9}}:\s{{0,9}}{_ESC}\")(?P<value>[\w+/=:.\-]{{8,4096}})", after_if_encoded),
)

_PAIRS = (
    _PAIR,
    # A list of variables in JSON that is cut off, or text inside JSON: {"name": "DB_PASSWORD", "value": "x"}.
    rule("value", rf"({_LABEL}\s{{0,9}},\s{{0,9}}{_LABELLED})(?P<value>{_QUOTED})", after),
    rule("value", rf"({_LABELLED})(?P<value>{_QUOTED})(?P<label>\s{{0,9}},\s{{0,9}}{_LABEL})", before),
)

_STATEMENTS = (
    rule(
        "identified",
        rf"(\bidentified\s+(?:with\s+\S+\s+)?(?:by|as)\s+(?:(?:password|values)\s+)?){_VALUE}",
        after,
    ),
    rule("password", rf"(\bset\s{{1,9}}password\b[^=;]{{0,200}}=\s{{0,9}}(?:\w{{1,20}}\(\s{{0,9}})?){_VALUE}", after),
    rule(
        "crypt",
        rf"(\b\w{{0,30}}crypt\w{{0,20}}\s{{0,9}}\((?:[^()']|'[^']{{0,99}}'|\([^()']{{0,99}}\)){{0,200}}?,\s{{0,9}})(?P<value>{_SINGLE})",
        after,
    ),
    rule("crypt", rf"(\bcrypt\s{{0,9}}\(\s{{0,9}})(?P<value>{_SINGLE})", after),
    rule(
        "('",
        rf"(\b(?:mysql|postgresql|remote(?:secure)?)\((?:\s?'[^']{{0,200}}'\s?,){{4}}\s?)(?P<value>{_SINGLE})",
        after,
    ),
    rule(
        "s3( s3cluster(",
        r"(\bs3(?:cluster)?\(\s?'[^']{0,2000}'\s?,\s?'[^']{0,128}'\s?,\s?')[\w+/=]{20,128}(?=')",
    ),
    rule(".logon", rf"(\.logon\s{{1,9}}[^\s,]{{1,128}},){_VALUE}", after),
)

_COMMANDS = (
    rule("- --", rf"((?<!\S)--?[\w\-.]*(?:{WORD})\s+)(?!-){_OPEN_VALUE}", after),
    rule("-p", rf"(\b(?:mysql|mariadb)\w*{_TO}-p){_VALUE}", after, exact=True),
    rule("-p", rf"(\b(?:sqlcmd|bcp|isql){_TO}-P\s?){_VALUE}", after, exact=True),
    rule("-p", rf"(\b(?:beeline|mongo\w{{0,9}}){_TO}-p\s{{1,9}}){_VALUE}", after, exact=True),
    rule(
        "login",
        rf"(\b(?:docker|podman|buildah|skopeo|helm|oras|az)\s[^|;&\n]{{0,99}}?\blogin{_TO}-p[ =]){_VALUE}",
        after,
    ),
    rule("-w", rf"(\bldap\w{{1,12}}{_TO}-w\s?){_VALUE}", after, exact=True),
    rule("redis-cli", rf"(\bredis-cli{_TO}-a\s{{1,9}}){_VALUE}", after),
    rule("sshpass", rf"(\bsshpass\s+-p\s*){_VALUE}", after),
    rule(
        "curl",
        rf"(\bcurl\s(?:[^|;\nc]|c(?!url\s)){{0,200}}?(?<= )(?:-u|--user)[\s=]*[\"']?[^\s:\"']+:)(?P<value>{_BARE})",
        after,
    ),
    rule("--auth", rf"((?<!\S)--auth[\s=][\"']?[^\s:\"']{{1,64}}:)(?P<value>{_BARE})", after),
    rule("-pass", rf"((?<!\S)-pass(?:in|out)?\s{{1,9}}pass:)(?P<value>{_BARE})", after),
    rule("configure", rf"(\bconfigure\s{{1,9}}set\s{{1,9}}[\w.\-]{{0,99}}(?:{WORD})\s{{1,9}}){_VALUE}", after),
    rule("secret", r"(secret(?:[_ -]?access)?[_ -]?key\W{1,5})[a-z0-9/+=]{40}"),
)

_SHAPES = (
    rule("eyj", r"\beyJ[\w\-]{6,}(?P<rest>\.[\w\-]{4,}(?:\.[\w\-]*)?)?", _web_token, exact=True),
    rule("akia asia aiza", r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bAIza[\w\-]{35}", exact=True),
    rule("gh github_pat_", r"\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_\w{20,}", exact=True),
    rule("gl", r"\bgl(?:pat|rt|dt|soat)-[\w\-]{16,}", exact=True),
    rule("xox xapp", r"\bxox[abeoprs]-[A-Za-z0-9\-]{10,}|\bxapp-[A-Za-z0-9\-]{10,}", exact=True),
    rule("sk- k_live k_test whsec_", r"\bsk-[\w\-]{20,}|\b[sr]k_(?:live|test)_\w{16,}|\bwhsec_\w{16,}", exact=True),
    rule("hw_", r"\bhw_[0-9a-f]{12}_[\w\-]{20,}", exact=True),  # our own keys
    rule("dapi npm_ hf_", r"\bdapi[0-9a-f]{32}(?:-\d)?\b|\bnpm_[A-Za-z0-9]{30,}|\bhf_[A-Za-z0-9]{30,}", exact=True),
    rule("pypi- gocspx-", r"\bpypi-[\w\-]{40,}|\bGOCSPX-[\w\-]{20,}", exact=True),
    rule("dop_v1_ dckr_pat_", r"\bdop_v1_[0-9a-f]{32,}|\bdckr_pat_[\w\-]{16,}", exact=True),
    rule("shp", r"\bshp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}", exact=True),
    rule("sg. hv ya29.", r"\bSG\.[\w\-]{16,}\.[\w\-]{16,}|\bhv[sb]\.[\w\-]{20,}|\bya29\.[\w\-]{20,}", exact=True),
)

_KEY_FILE = Rule(
    ("private key",),
    re.compile(
        r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY.*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]*-----|\Z)",
        re.S,
    ),
    whole,
    exact=True,
)
_RULES: tuple[Rule, ...] = (_KEY_FILE, *_URLS, *_HEADERS, *_PAIRS, *_STATEMENTS, *_COMMANDS, *_SHAPES)
_ROUNDS = 8  # one round is the rule; two rules on one place may need a second


def redact_string(text: str) -> str:
    """The text with `***` for every secret that a rule knows. Idempotent: the rules run until nothing changes."""
    if len(text) < 16 and (len(text) < 5 or text.isidentifier()):
        return text  # too short for a token, and nothing that sets a key apart from a value
    if not suspicious(text.encode("utf-8", "surrogatepass")):
        return text
    found = Text(text)
    for _ in range(_ROUNDS):
        before_round, found = found, apply_all(_RULES, found)
        if found is before_round:
            break
    return found.exact


def redact_key_files(text: str) -> str:
    """Only private keys with their BEGIN: for texts that are cut afterwards, perhaps in the midst of one."""
    return _KEY_FILE.apply(Text(text)).exact if "PRIVATE KEY" in text else text


def redact_userinfo(text: str) -> str:
    """Only passwords in URLs: for names, of which nothing else may change."""
    return _USERINFO.apply(Text(text)).exact if "@" in text else text
