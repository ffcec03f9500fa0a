"""Planted secrets vanish wherever they stand, what is no secret stays, and a second pass changes nothing."""

import copy
import json

import oracle
import pytest
from documents import values
from hypothesis import example, given, settings
from hypothesis import strategies as st
from planted import HEX, KEYS, PASS, SHAPES
from planted_texts import SPARK, TEXTS, VARIABLES

from headwater_catalog.canonical import canonical, hash_of, read_json
from headwater_catalog.redaction import redact, redact_text, redact_value

EVENT = {
    "eventType": "COMPLETE",
    "eventTime": "2025-01-31T12:00:00.000Z",
    "run": {
        "runId": "0194bd3c-5d0a-7000-8000-000000000001",
        "facets": {"errorMessage": {"message": "m", "stackTrace": "s"}},
    },
    "job": {"namespace": "etl", "name": "load", "facets": {"sql": {"query": "SELECT 1"}}},
    "inputs": [{"namespace": "postgres://db:5432", "name": "shop.orders", "facets": {"dataSource": {"uri": "u"}}}],
}


def events_with(text: str) -> list[bytes]:
    """The text in every kind of place where producers put text."""
    places = [
        lambda e: e["run"]["facets"]["errorMessage"].update(stackTrace=f"at x\n{text}\nat y"),
        lambda e: e["job"]["facets"]["sql"].update(query=text),
        lambda e: e["inputs"][0]["facets"]["dataSource"].update(uri=text),
        lambda e: e["run"]["facets"].update(
            {"environment-properties": {"environment-properties": {"cmd": [text, "x"]}}}
        ),
        lambda e: e["run"]["facets"].update(spark_properties={"properties": {text: "x"}}),
    ]
    found = []
    for place in places:
        place(event := copy.deepcopy(EVENT))
        found += [json.dumps(event).encode(), json.dumps(event, ensure_ascii=False, indent=2).encode()]
    return found


def events_with_member(key: str, secret: object) -> list[bytes]:
    facets = [
        {"environment-properties": {"environment-properties": {key: secret}}},
        {"spark_properties": {"properties": {"spark.app.name": "x", key: secret}}},
        {"custom": {"deep": [{"deeper": {key: secret, "user": "u"}}]}},
        {"custom": {"variables": [{"name": key, "value": secret}]}},
    ]
    return [json.dumps({**EVENT, "run": {**EVENT["run"], "facets": facet}}).encode() for facet in facets]


def check_gone(raw: bytes, secret: str) -> None:
    clean = redact(raw)
    assert clean.changed
    for piece in secret.split("\n"):
        assert json.dumps(piece)[1:-1].encode() not in clean.raw
    assert redact(clean.raw) == (clean.raw, False)
    read_json(clean.raw)


@pytest.mark.parametrize("text", TEXTS)
def test_secrets_in_text_vanish(text: str) -> None:
    planted = text.replace("{{", "{").replace("}}", "}").replace("{}", TEXTS[text])
    for raw in events_with(planted):
        check_gone(raw, TEXTS[text])
    assert TEXTS[text].encode() not in redact_text(planted.encode())


@pytest.mark.parametrize("secret", SHAPES, ids=lambda secret: secret[:12])
def test_tokens_vanish_by_their_shape(secret: str) -> None:
    for text in (secret, f"said '{secret}' aloud", f"x={secret},y", f"(\t{secret}\n)"):
        for raw in events_with(text):
            check_gone(raw, secret.removeprefix("Bearer ").removeprefix("Basic "))


@pytest.mark.parametrize("key", sorted({*KEYS, *VARIABLES, *SPARK}))
def test_members_that_a_key_calls_secret_vanish(key: str) -> None:
    for raw in events_with_member(key, "correct horse"):
        check_gone(raw, "correct horse")
    for raw in events_with(f"{key}={PASS}"):
        check_gone(raw, PASS)


def test_a_word_that_may_name_a_method_is_looked_at_with_its_value() -> None:
    for secret in ("dXNlcjpwYXNzd29yZDE=", "hunter2hunter2"):
        check_gone(
            json.dumps({**EVENT, "config": {"registry": {"auth": secret}, "login": {"pass": secret}}}).encode(), secret
        )


def test_maps_and_lists_of_secrets_vanish() -> None:
    for value in ({"db": PASS, "mq": "x" + PASS}, [PASS, "y" + PASS]):
        for key in ("secrets", "credentials", "passwords"):
            check_gone(json.dumps({**EVENT, "custom": {key: value}}).encode(), PASS)


def test_argument_lists_keep_option_and_value_apart() -> None:
    raw = json.dumps({**EVENT, "args": ["load", "--password", PASS, "--token", "--verbose", "-api-key", "k9"]}).encode()
    assert json.loads(redact(raw).raw)["args"] == [
        "load",
        "--password",
        "***",
        "--token",
        "--verbose",
        "-api-key",
        "***",
    ]


KEPT = [
    {
        "fields": [
            {"name": "password", "type": "VARCHAR(255)"},
            {"name": "token", "type": "string", "description": "a token"},
        ]
    },
    {"fields": {"password": {"inputFields": [{"namespace": "n", "name": "t", "field": "secret"}]}}, "token": 5},
    {"columnMetrics": {"password": {"nullCount": 3}, "credentials": {"min": "a"}}},
    {"columns": {"password": "varchar", "id": "int"}},
    {
        "tokens": 5,
        "token_count": "12",
        "max_tokens": 4096,
        "secret_name": "db",
        "token_type": "jwt",
        "credentials_provider": "x.Y",
    },
    {"primary_key": "id", "partition_key": "day", "sort.key": "x", "keys": ["a"], "PWD": "/home/u", "hash": HEX},
    {
        "password": "",
        "secret": None,
        "token": True,
        "api_key": "***",
        "pwd": "${DB_PASSWORD}",
        "credential": "{{ var.x }}",
    },
    {"query": "SELECT a.password FROM a JOIN t ON a.token = t.token WHERE a.password = t.password AND token IS NULL"},
    {"query": "CREATE TABLE u (password VARCHAR(255) NOT NULL, token TEXT, secret_key BYTEA)"},
    {"query": "SELECT * FROM u WHERE password = ? AND token = :token AND secret = $1 AND api_key=%s"},
    {"type": "struct<password:string,token:bigint,creds:array<string>>"},
    {"message": "unexpected token: SELECT near line 3; Basic authentication failed; invalid credentials: try again"},
    {"uri": "https://github.com/OpenLineage/OpenLineage/tree/1.22.0/client/python", "mail": "ann@example.com"},
    {"uri": "s3://bucket/key=1/tokens=2/x", "arn": "arn:aws:iam::123456789012:role/token-reader"},
    {"uri": "kafka://a:9092,b:9092", "git": "git@github.com:a/b.git", "at": "https://h:8080/x@v1"},
    {"uri": "kafka://a:9092,b:9092/x@y", "lake": "abfss://long-container-2024@acc.dfs.core.windows.net/p"},
    {"auth": "oauth2", "pass": "yes", "first_pass": "done", "login": {"auth": "kerberos"}},
    {"message": "pass: 12 of 13 tests; pass=12; cookie: none set; connect to a/b, mail ann@example.com"},
    {"cmd": "docker run -p 8080:80 x; redis-cli -p 6379; mysql -P 3306 x; tool --author ann:b --pass"},
    {"query": "select encrypt(a, b), s3('https://b/k.csv', 'CSV', 'a Int32, b String') from t where tokens = 5"},
    {"name": "daily_token=abc", "namespace": "secret=x", "field": "password=1"},
]


@pytest.mark.parametrize("facet", KEPT, ids=lambda facet: next(iter(facet)))
def test_what_is_no_secret_stays(facet: object) -> None:
    raw = json.dumps({**EVENT, "custom": facet}, indent=1).encode()
    assert redact(raw) == (raw, False)


def test_names_and_times_stay_but_for_passwords_in_urls() -> None:
    event = {
        "eventTime": "2025-01-31T12:00:00Z",
        "run": {"runId": "token=abcdefgh123"},
        "job": {"namespace": f"airflow://u:{PASS}@h", "name": "password=x"},
        "outputs": [{"namespace": f"postgres://u:{PASS}@h:5432", "name": "db.secret=1"}],
    }
    clean = json.loads(redact(json.dumps(event).encode()).raw)
    assert clean["run"] == event["run"]
    assert clean["job"] == {"namespace": "airflow://u:***@h", "name": "password=x"}
    assert clean["outputs"] == [{"namespace": "postgres://u:***@h:5432", "name": "db.secret=1"}]


@oracle.needs_oracle
@oracle.needs_corpus
def test_the_corpus_holds_no_secret_and_stays_as_it_is() -> None:
    for raw in oracle.corpus_entries():
        assert redact(raw) == (raw, False)


def test_what_is_no_json_is_left_alone_and_has_its_own_way() -> None:
    raw = f'{{"password": "{PASS}", "url": "x://u:{PASS}@h'.encode()
    assert redact(raw) == (raw, False)
    for broken in (raw, b"\xff" + raw, raw.decode().encode("utf-16"), raw.decode().encode("utf-16-be")):
        clean = redact_text(broken)
        assert PASS.encode() not in clean.replace(b"\0", b"")
        assert redact_text(clean) == clean
    assert redact_text(b"\xff\xfe nothing here") == b"\xff\xfe nothing here"


def test_numbers_keep_their_value_and_members_their_order() -> None:
    raw = b'{"z":1e-7,"password":"x1","a":[NaN,-0.0,1.0,18446744073709551615],"b":"\\u00e9\\ud83d\\ude00"}'
    clean = redact(raw).raw
    assert clean == '{"z":1e-07,"password":"***","a":[NaN,-0.0,1.0,18446744073709551615],"b":"é😀"}'.encode()


SEPARATORS = [*"'\"\\=: @/&?;(){}\n\0", ": ", "://", "->", "--", " -p", " -u ", "***", "null", "$1", "a.b", "x9"]
STARTS = [
    *["crypt(", ".logon x/", "%3a%2f%2f", "%3d", "%40", "cookie: ", 'auth":"', "sqlplus ", "connect u/", "hw_", "s3('"],
    *["mysql('a','b','c','d',", " -P", " -w ", "pass", "https://", "set password ", "docker login -p ", "pass:"],
    *["IDENTIFIED BY ", "mysql ", "curl ", "select ", "string", "sig=", "Bearer ", "Basic ", "jdbc:oracle:thin:"],
]
FOLDING = [
    "postgres://u:",
    "://:",
    ":\\/\\/u:",
    "@h",
    "\\/",
    "\b",
    "\t",
    "-----BEGIN ",
    "PRIVATE KEY-----",
    "sshpass ",
    "\u212a",
    "\u017f",
    "\u00e9",
]
words = st.sampled_from([*KEYS, *SHAPES, *SEPARATORS, *STARTS, *FOLDING, PASS])
texts = st.lists(words, max_size=9).map("".join)
suspects = st.recursive(
    texts | st.integers() | st.none() | values,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            texts | st.sampled_from(["name", "value", "key", "fields", "namespace", "secrets"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


def check_sound(value: object, escape: bool) -> None:
    raw = json.dumps(value, ensure_ascii=escape).encode("utf-8", "surrogatepass")
    once = redact(raw)
    assert once.changed == (once.raw != raw)
    assert redact(once.raw) == (once.raw, False)
    assert canonical(read_json(once.raw)) == canonical(redact_value(read_json(raw)))


@given(suspects, st.booleans())
@example("\u212aEN=abc", True)
@example({"a": "pass\u0077ord=x"}, True)
def test_idempotent_and_the_same_with_or_without_the_sieve(value: object, escape: bool) -> None:
    check_sound(value, escape)


@pytest.mark.deep
@settings(max_examples=30_000, deadline=None)  # a busy machine is no wrong answer
@given(suspects, st.booleans())
def test_idempotent_and_the_same_with_or_without_the_sieve_often(value: object, escape: bool) -> None:
    check_sound(value, escape)


@given(texts)
def test_text_that_is_no_json_is_redacted_once_and_for_all(text: str) -> None:
    once = redact_text(text.encode())
    assert redact_text(once) == once


def test_the_spelling_of_an_event_decides_nothing() -> None:
    plain = {**EVENT, "custom": {"uri": f"https://h/?token={PASS}", "password": PASS}}
    one = json.dumps(plain).encode()
    other = (
        json.dumps(plain, indent=3)
        .replace("=", "\\u003d")
        .replace("password", "pass\\u0077ord")
        .replace("/", "\\/")
        .encode()
    )
    assert hash_of(read_json(redact(one).raw)) == hash_of(read_json(redact(other).raw))
