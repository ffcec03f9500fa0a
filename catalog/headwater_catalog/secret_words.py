"""Which keys name a secret, and which values are none: for members, options, variables and pairs in text."""

import re
from functools import lru_cache

FLAGS = re.IGNORECASE | re.ASCII  # ASCII: else "\u212a" would count as a "k" here, and not in the sieve

_S = r"[_.\- ]?"
_OF_KEYS = (
    "api|access|private|shared|auth|ssh|signing|encryption|master|app|storage|subscription|functions|fernet|hmac"
    "|webhook|license|consumer|deploy"
)
_OPENED = "auth|proxy|db|https?|smtp|imap|ftp|user|login|admin|root|kafka|redis|mail|ldap|store|key"
# Words that name a secret where they stand at the end of a key: `tokens`, `token_count`, `secret_name` name none.
_WORD = (
    rf"pass{_S}(?:word|wd|phrase|code)|pwd|(?:(?:{_OPENED}){_S}|(?<![\w.\-]))pass"
    rf"|env{_S}secret_\w{{1,64}}+|secret(?:{_S}(?:access{_S})?key(?:{_S}base)?|{_S}(?:string|value))?|token"
    rf"|authorization|(?:{_OF_KEYS}){_S}key(?:{_S}id)?|account{_S}key|client{_S}key{_S}data"
    rf"|credentials?|creds|rediscli_auth|connection{_S}string|shared{_S}access{_S}signature"
)
# What may follow: the spelling or the number of a secret (TOKEN_B64, PASSWORD2), the account it opens (Spark on Azure).
_AFTER = rf"(?:{_S}(?:json|b64|base64|pem|\d{{1,2}}))?(?:(?:\.[\w\-]{{1,64}}){{1,2}}\.(?:dfs|blob)\.[\w.\-]{{1,64}})?"
WORD = rf"(?:{_WORD}){_AFTER}"
NEEDLES = ("pass", "pwd", "secret", "token", "authorization", "key", "cred", "connection", "signature", "rediscli")
"""Of these one stands, in lower case, wherever WORD does."""

_ENDS_WITH_WORD = re.compile(rf"(?:{WORD})\Z", FLAGS)
_HOLDS_MANY = re.compile(r"(?:passwords|secrets|credentials|creds)\Z", FLAGS)
_VAGUE_KEY = re.compile(r"(?:(?:.*[_.\-])?auth|pass)", FLAGS | re.S)
_ENCODED = re.compile(r"(?=.*\d)\S{8,}\Z", FLAGS)
_LONGEST_KEY = 512
"""Signs at the end of a key that are looked at; a longer key is no name that anybody chose."""

NO_SECRET = re.compile(
    r"\*+|<[^<>]*>|\[?redacted\]?|\(?hidden\)?|x{3,}|\?|%s|%\(\w+\)s|:[a-z_]+|\$[A-Z_][A-Z0-9_]*|\$\{.*\}|\{\{.*\}\}"
    r"|\$?\d|\{\w*\}|null|none|nil|true|false|undefined|[ ]*",
    FLAGS | re.S,
)


def names_secret(key: str) -> bool:
    """Whether a member of that key, or an option of that name, holds a secret."""
    return _names_secret(key[-_LONGEST_KEY:])  # the cache must not hold on to megabytes


@lru_cache(maxsize=4096)
def _names_secret(key: str) -> bool:
    return bool(_ENDS_WITH_WORD.search(key)) and key not in {"PWD", "OLDPWD", "pass"}


def holds_secrets(key: str) -> bool:
    """Whether a member of that key holds a map or list of secrets."""
    return bool(_HOLDS_MANY.search(key))


def is_secret(value: str) -> bool:
    """Whether a value that stands where a secret belongs is one, not a mask, a placeholder or nothing."""
    return not NO_SECRET.fullmatch(value)


def is_login(key: str, value: str) -> bool:
    """`"auth": "dXNlcjpw…"`: the words auth and pass may as well name a method or an outcome (`oauth2`, `yes`)."""
    return bool(_VAGUE_KEY.fullmatch(key) and _ENCODED.match(value))
