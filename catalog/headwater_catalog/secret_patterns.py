"""What secrets look like in text: key=value pairs, command lines, URLs, SQL, and the shapes of well-known tokens."""

import re
from collections.abc import Callable
from functools import lru_cache

MASK = "***"

_FLAGS = re.IGNORECASE | re.ASCII  # ASCII: else "\u212a" would count as a "k" here, and not in the sieve

_S = r"[_.\- ]?"
# Words that name a secret where they stand at the end of a key: `tokens`, `token_count`, `secret_name` name none.
_WORD = (
    rf"pass{_S}(?:word|wd|phrase|code)|pwd|secret(?:{_S}(?:access{_S})?key)?|token|authorization"
    rf"|(?:api|access|private|shared|auth|ssh|signing|encryption){_S}key(?:{_S}id)?|account{_S}key(?:\.[\w.\-]+)?"
    rf"|credentials?|creds|connection{_S}string|shared{_S}access{_S}signature"
)
_ENDS_WITH_WORD = re.compile(rf"(?:{_WORD})\Z", _FLAGS)
_HOLDS_MANY = re.compile(r"(?:passwords|secrets|credentials|creds)\Z", _FLAGS)
# Words that prose uses too: after them and a colon only what has a digit and eight signs is taken for a secret.
_VAGUE = re.compile(r"token|credentials?|creds|secret|authorization", _FLAGS)

_NO_SECRET = re.compile(
    r"\*+|<[^<>]*>|\[?redacted\]?|\(?hidden\)?|x{3,}|\?|%s|%\(\w+\)s|:[a-z_]+|\$[A-Z_][A-Z0-9_]*|\$\{.*\}|\{\{.*\}\}"
    r"|\$?\d|\{\w*\}|null|none|nil|true|false|undefined|[ ]*",
    _FLAGS | re.S,
)
_TYPE = re.compile(
    r"(?:string|varchar|n?char|text|str|bytes?|binary|varbinary|u?int(?:\d+|eger)?|(?:big|small|tiny)int|long|short"
    r"|double|float|decimal|numeric|bool(?:ean)?|date(?:time)?|timestamp\w*|uuid|json|struct|array|map|object)s?\b",
    _FLAGS,
)
_COLUMN = re.compile(rf"[a-z_]\w*\.[\"`]?\w*(?:{_WORD})[\"`]?", _FLAGS)
_SQL = re.compile(r"\b(?:select|insert|merge|update|delete|create|alter)\s", _FLAGS)

_QUOTED = r"\"(?:[^\"\\]|\"\"|\\.){0,4096}\"|'(?:[^'\\]|''|\\.){0,4096}'|\\+\".{0,4096}?\\+\"|\\+'.{0,4096}?\\+'"
_BARE = r"[^\s\"'&;,<>\\]+"
_VALUE = rf"(?P<value>{_QUOTED}|{_BARE}|[\"'][^\"'\s]+)"
_PAIR = re.compile(rf"(?P<key>{_WORD})(?P<sep>\\*[\"']?\s{{0,9}}(?:=>|->|==?|:(?!/))\s{{0,9}}){_VALUE}", _FLAGS | re.S)


def _pair(match: re.Match[str]) -> str:
    key, separator, value = match["key"], match["sep"], match["value"]
    left, inner, right = _unquoted(value)
    if _NO_SECRET.fullmatch(inner) or (key == "PWD" and inner.startswith("/")):
        return match[0]
    if ":" in separator and (_TYPE.match(inner) or (not left and _vague(key, inner))):
        return match[0]
    if not left and (_COLUMN.fullmatch(inner) or (separator[-1:].isspace() and _SQL.search(match.string))):
        return match[0]  # a condition between columns, not a value
    return f"{key}{separator}{left}{MASK}{right}"


def _vague(key: str, value: str) -> bool:
    return bool(_VAGUE.fullmatch(key)) and not (len(value) >= 8 and any(sign.isdigit() for sign in value))


def _unquoted(value: str) -> tuple[str, str, str]:
    """What stands left of, in and right of a value: its quotes, or the brackets that close around a bare one."""
    quote = re.match(r"\\*[\"']", value)
    if quote is None:
        bare = value if _NO_SECRET.fullmatch(value) else value.rstrip(")}]")
        return "", bare, value[len(bare) :]
    closing = quote[0] if value.endswith(quote[0]) and len(value) >= 2 * len(quote[0]) else ""
    return quote[0], value[len(quote[0]) : len(value) - len(closing)], closing


def _after(match: re.Match[str]) -> str:
    """Keeps what stands before the secret, group 1."""
    left, inner, right = _unquoted(match["value"])
    return match[0] if _NO_SECRET.fullmatch(inner) else f"{match[1]}{left}{MASK}{right}"


def _before(match: re.Match[str]) -> str:
    """The same where the name stands after the value."""
    return _after(match) + (match["label"] if not _NO_SECRET.fullmatch(_unquoted(match["value"])[1]) else "")


def _scheme_credentials(match: re.Match[str]) -> str:
    """`Bearer` and `Basic` are words too: what follows must look encoded."""
    encoded = any(sign.isdigit() or sign == "=" for sign in match[2]) or match[2][1:] != match[2][1:].lower()
    return f"{match[1]}{MASK}" if encoded else match[0]


Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str] | str]

_LABEL = rf"\\*\"(?:name|key)\\*\"\s{{0,9}}:\s{{0,9}}\\*\"[^\"\\]{{0,200}}?(?:{_WORD})\\*\""
_LABELLED = r"\\*\"value\\*\"\s{0,9}:\s{0,9}"
# A list of variables in JSON that is cut off, or text inside JSON: {"name": "DB_PASSWORD", "value": "x"}, either first.
_NAMED_VALUE = re.compile(rf"({_LABEL}\s{{0,9}},\s{{0,9}}{_LABELLED})(?P<value>{_QUOTED})", _FLAGS | re.S)
_VALUE_NAMED = re.compile(rf"({_LABELLED})(?P<value>{_QUOTED})(?P<label>\s{{0,9}},\s{{0,9}}{_LABEL})", _FLAGS | re.S)

_USERINFO: Rule = (re.compile(r"(:\\*/\\*/[^\s/?#\"'<>:@]*:)[^\s/?#\"'<>]+@"), rf"\g<1>{MASK}@")

_RULES: tuple[Rule, ...] = (
    (
        re.compile(
            r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY.*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY[A-Z ]*-----|\Z)", re.S
        ),
        MASK,
    ),
    _USERINFO,
    (re.compile(r"(jdbc:oracle:\w+:[^/\s:@]+/)[^\s@]+@", _FLAGS), rf"\g<1>{MASK}@"),
    (re.compile(r"((?:\bsig|signature)=)[^&\s\"'<>\\]+", _FLAGS), rf"\g<1>{MASK}"),
    (re.compile(r"(hooks\.slack\.com/services/)[\w/]+"), rf"\g<1>{MASK}"),
    (
        re.compile(
            rf"(\bauthorization\\*[\"']?\s*[:=]\s*\\*[\"']?(?:bearer|basic|digest|token)\s+)(?P<value>{_BARE})", _FLAGS
        ),
        _after,
    ),
    (re.compile(r"\b((?:bearer|basic)\s+)([\w.~+/=\-]{8,})", _FLAGS), _scheme_credentials),
    (_PAIR, _pair),
    (_NAMED_VALUE, _after),
    (_VALUE_NAMED, _before),
    (
        re.compile(
            rf"(\bidentified\s+(?:with\s+\S+\s+)?(?:by|as)\s+(?:password\s+)?)(?P<value>{_QUOTED}|{_BARE})", _FLAGS
        ),
        _after,
    ),
    (re.compile(rf"((?:{_WORD})\s+)(?P<value>'(?:[^'\\]|''|\\.){{0,4096}}')", _FLAGS | re.S), _after),
    (re.compile(rf"((?<!\S)--?[\w\-]*(?:{_WORD})\s+)(?!-){_VALUE}", _FLAGS), _after),
    (re.compile(rf"(\b(?:mysql|mariadb)\w*\s[^|;&\n]{{0,200}}?(?<= )-p)(?P<value>{_QUOTED}|{_BARE})"), _after),
    (re.compile(rf"(\bsshpass\s+-p\s*)(?P<value>{_QUOTED}|{_BARE})"), _after),
    (re.compile(rf"(\bcurl\s[^|;\n]{{0,200}}?(?<= )(?:-u|--user)[\s=]*[\"']?[^\s:\"']+:)(?P<value>{_BARE})"), _after),
    (re.compile(r"(secret(?:[_ -]?access)?[_ -]?key\W{1,5})[A-Za-z0-9/+=]{40}", _FLAGS), rf"\g<1>{MASK}"),
    (re.compile(r"\beyJ[\w\-]{6,}\.[\w\-]{4,}(?:\.[\w\-]*)?"), MASK),
    (re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bAIza[\w\-]{35}"), MASK),
    (re.compile(r"\bgh[pousr]_[A-Za-z0-9]{20,}|\bgithub_pat_\w{20,}|\bgl(?:pat|rt|dt|soat)-[\w\-]{16,}"), MASK),
    (re.compile(r"\bxox[abeoprs]-[A-Za-z0-9\-]{10,}|\bsk-[\w\-]{20,}|\b[sr]k_(?:live|test)_\w{16,}"), MASK),
)
_ROUNDS = 8  # one round is the rule; two rules on one place may need a second


def redact_string(text: str) -> str:
    """The text with `***` for every secret that a rule knows. Idempotent: the rules run until nothing changes."""
    if len(text) < 16 and (len(text) < 5 or text.isidentifier()):
        return text  # too short for a token, and nothing that sets a key apart from a value
    if not suspicious(text.encode("utf-8", "surrogatepass")):
        return text
    for _ in range(_ROUNDS):
        before = text
        for pattern, replacement in _RULES:
            text = pattern.sub(replacement, text)
        if text == before:
            break
    return text


def redact_userinfo(text: str) -> str:
    """Only passwords in URLs: for names, of which nothing else may change."""
    return _USERINFO[0].sub(_USERINFO[1], text) if "@" in text else text


@lru_cache(maxsize=4096)
def names_secret(key: str) -> bool:
    """Whether a member of that key, or an option of that name, holds a secret."""
    return bool(_ENDS_WITH_WORD.search(key)) and key not in {"PWD", "OLDPWD"}


def holds_secrets(key: str) -> bool:
    """Whether a member of that key holds a map or list of secrets."""
    return bool(_HOLDS_MANY.search(key))


def is_secret(value: str) -> bool:
    """Whether a value that stands where a secret belongs is one, not a mask, a placeholder or nothing."""
    return not _NO_SECRET.fullmatch(value)


# The sieve. The words that the rules need are looked for in what is left of the bytes, folded to lower case, when all
# signs but those below are left out. That only joins what stood apart, so nothing is overlooked (`api_key` neither),
# and a find in error costs a walk. Each pattern begins with fixed signs, with no alternatives before them: twenty such
# searches cost a third of one search for any of twenty words.
_FOLDED = bytes(range(256)).lower()
_LEFT_OUT = bytes(sign for sign in range(256) if chr(_FOLDED[sign]) not in "abcdegkprstwyz=")
_WORDS = tuple(
    re.compile(pattern)
    for pattern in (
        rb"w(?:rd(?<=passwrd)|d(?<=[sp]wd))",  # password, passwd, pwd
        rb"pass(?:p|cd)",  # passphrase, passcode, sshpass -p
        rb"cre(?:t|deta|ds)",  # secret, credential, creds
        rb"tke",  # token
        rb"key(?:(?<=apkey)|(?<=sskey)|(?<=pratekey)|(?<=redkey)|(?<=atkey)|(?<=ggkey)|(?<=ptkey)|(?<=acctkey))",
        rb"trzat",  # authorization
        rb"cectstrg",  # connection string
        rb"sg(?:=|atre)",  # sig=, signature
        rb"kssack",  # hooks.slack
        rb"bearer",
        rb"basc",  # basic
        rb"deted[baw]",  # identified by, as, with
    )
)
# Shapes of tokens, options of one letter, and ASCII that is spelled as an escape: these need the bytes as they are.
_MARKS = tuple(
    re.compile(pattern)
    for pattern in (
        rb"A(?:KIA|SIA|Iza)[0-9A-Za-z_-]{16}",
        rb"eyJ[A-Za-z0-9_-]{6}",
        rb"g(?:h[pousr]_|ithub_pat_|l(?:pat|rt|dt|soat)-)",
        rb"xox[abeoprs]-",
        rb"k(?:(?<=sk)-[A-Za-z0-9_-]{20}|(?<=[sr]k)_(?:live|test)_)",
        rb" -(?:p|-?u)",
        rb"\\u00[2-7]",
    )
)
# No wider than it must be, and still met by every spelling: an escape only adds signs that may stand here.
_BEFORE_AT = re.compile(rb"/[^\s/?#\"'<>:@]*:[^\s/?#\"'<>]+@")


def suspicious(raw: bytes) -> bool:
    """Whether the bytes of a text or of a JSON document may hold what a rule knows; False is certain."""
    if b"@" in raw and (_BEFORE_AT.search(raw) or b"jdbc:oracle" in raw.lower()):  # else addresses of people
        return True
    left = raw.translate(_FOLDED, _LEFT_OUT)
    for word in _WORDS:
        if word.search(left):
            return True
    return any(mark.search(raw) for mark in _MARKS)
