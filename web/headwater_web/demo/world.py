"""The simulated world: users, their moods, what they write and which ads they click. No job sees any of it directly."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache

from headwater_web.demo.story import SEED, calendar_day, dice

START_USERS = 600
NEW_USERS_A_DAY = 4

GIVEN = ("Jörg", "Zoë", "François", "Márta", "Søren", "Aïcha", "Luís", "Käthe", "Ana", "Émile", "Björk", "Piet")
FAMILY = ("Müller", "Lefèvre", "Núñez", "Sørensen", "Weiß", "Güell", "Pérez", "Brøgger", "Rossi", "Bauer", "Claes")
PLACES = (
    ("Köln", "de"),
    ("Zürich", "ch"),
    ("Málaga", "es"),
    ("Besançon", "fr"),
    ("Århus", "dk"),
    ("Liège", "be"),
    ("Wien", "at"),
    ("Porto", "pt"),
)
JOYFUL = ("love", "great", "sunny", "happy", "wonderful", "thanks", "beautiful", "excited", "win", "delicious")
GLOOMY = ("sad", "broken", "late", "tired", "rain", "awful", "angry", "lost", "boring", "sick")
NEUTRAL = ("today", "train", "coffee", "work", "city", "again", "garden", "phone", "match", "music", "morning", "book")
TOPICS = ("food", "sport", "travel", "books", "music")

ADS = ("ad-shoes", "ad-coffee", "ad-travel", "ad-books", "ad-concert")
PLACEMENTS = ("top banner", "side 'tall'", "feed, 3rd post", "story\tfull screen")


@dataclass(frozen=True)
class User:
    """One person, as the CRM would describe them."""

    id: str
    name: str
    email: str
    city: str
    country: str
    born: date
    spend: float
    consents: bool
    since_day: int
    cheerful_at_first: bool


@dataclass(frozen=True)
class Post:
    """One thing a user wrote."""

    id: str
    user: User
    at: datetime
    text: str
    feeling: str | None
    topic: str


@cache
def user(number: int) -> User:
    """The user of that number: always the same one."""
    rng = dice("user", number)
    given, family = rng.choice(GIVEN), rng.choice(FAMILY)
    city, country = rng.choice(PLACES)
    return User(
        id=f"U{number:05d}",
        name=f"{given} {family}",
        email=f"{given}.{family}{number}@mail.example".lower(),
        city=city,
        country=country,
        born=date(1955, 1, 1) + timedelta(days=rng.randrange(18_000)),
        spend=round(rng.lognormvariate(3.4, 0.7), 2),
        consents=rng.random() < 0.8,
        since_day=1 + max(0, number - START_USERS + NEW_USERS_A_DAY - 1) // NEW_USERS_A_DAY,
        cheerful_at_first=rng.random() < 0.55,
    )


def users(day: int) -> list[User]:
    """Everybody who has joined by that day."""
    return [user(number) for number in range(1, START_USERS + (day - 1) * NEW_USERS_A_DAY + 1)]


@cache
def cheerful(user_id: str, day: int) -> bool:
    """The mood of a user on a day: it lasts, and turns now and then."""
    if day <= 1:
        return user(int(user_id[1:])).cheerful_at_first
    turned = dice("mood", user_id, day).random() < 0.1
    return cheerful(user_id, day - 1) != turned


def posts(day: int) -> list[Post]:
    """What was written on that day, by the clock."""
    rng = dice("posts", day)
    written = [_post(author, day, rng.random()) for author in users(day) for _ in range(rng.choice((0, 1, 1, 2, 3)))]
    written.sort(key=lambda post: (post.at, post.user.id))
    stamp = calendar_day(day).strftime("%Y%m%d")
    return [
        Post(f"P-{stamp}-{n:05d}", post.user, post.at, post.text, post.feeling, post.topic)
        for n, post in enumerate(written, 1)
    ]


def _post(author: User, day: int, moment: float) -> Post:
    rng = dice("post", author.id, day, moment)
    glad = cheerful(author.id, day)
    own, other = (JOYFUL, GLOOMY) if glad else (GLOOMY, JOYFUL)
    words = [rng.choice(NEUTRAL) for _ in range(rng.randint(4, 9))]
    words += [rng.choice(own) for _ in range(rng.choice((0, 1, 2, 2, 3)))]
    words += [rng.choice(other) for _ in range(rng.choice((0, 0, 0, 1)))]
    rng.shuffle(words)
    mark = rng.choice(("!", "!!", ".", "")) if glad else rng.choice((".", "...", "?", ""))
    said = ("happy" if glad else "sad") if rng.random() < 0.3 else None
    # The last hour of the day belongs to the pipeline: what is written then comes with the next delivery.
    at = datetime.combine(calendar_day(day), datetime.min.time()) + timedelta(seconds=int(moment * 22.9 * 3600))
    return Post("", author, at, " ".join(words) + mark, said, rng.choice(TOPICS))


def clicks(user_id: str, ad_id: str, day: int) -> bool:
    """Whether a user clicks an ad: people in a good mood do so far more often."""
    chance = 0.45 if cheerful(user_id, day) else 0.05
    return dice("click", SEED, user_id, ad_id, day).random() < chance
