"""What the simulated sources deliver: three dialects, a new column, a broken feed."""

import csv
import json

from headwater_web.demo import sources, world
from headwater_web.demo.sources import Served

ASKED = [Served(user.id, "ad-shoes") for user in world.users(1)[:300]]


def delivered(source, day, asked=()):
    [found] = [d for d in sources.deliver(day, asked) if d.source == source]
    return found


def spoiled(day):
    lines = delivered("ad_events", day, ASKED).content.decode().splitlines()
    rows = list(csv.DictReader(lines, delimiter="\t", quotechar="'"))
    bad = [r for r in rows if not r["user_ref"].startswith("u") or r["shown_at"][0] != "1" or r["clicked"] == "?"]
    return len(bad) / len(rows)


def test_profiles_are_latin_1_with_semicolons_and_decimal_commas():
    rows = list(csv.DictReader(delivered("profiles", 1).content.decode("latin-1").splitlines(), delimiter=";"))
    assert len(rows) == delivered("profiles", 1).records == world.START_USERS
    assert all(len(r["birth_date"].split(".")) == 3 and r["monthly_spend"][-3] == "," for r in rows)
    assert any("ö" in r["full_name"] for r in rows)


def test_a_column_comes_on_day_5():
    before, after = (delivered("profiles", day).content.decode("latin-1").splitlines()[0] for day in (4, 5))
    assert after == before + ";marketing_consent"
    assert [name for name, _ in sources.fields_of("profiles", 5)] == after.split(";")


def test_posts_are_nested_json_lines():
    first = json.loads(delivered("posts", 1).content.splitlines()[0])
    flat = {f"{k}.{inner}" for k, v in first.items() if isinstance(v, dict) for inner in v}
    flat |= {k for k, v in first.items() if not isinstance(v, dict)}
    assert flat == {name for name, _ in sources.fields_of("posts", 1)}


def test_only_the_feed_of_day_9_is_broken():
    assert spoiled(8) < 0.06
    assert 0.5 < spoiled(9) < 0.8
    assert spoiled(10) < 0.06


def test_people_in_a_good_mood_click():
    def share(glad):
        chosen = [u.id for u in world.users(1) if world.cheerful(u.id, 3) is glad]
        return sum(world.clicks(user, "ad-shoes", 3) for user in chosen) / len(chosen)

    assert share(True) > 0.35 > 0.1 > share(False)
