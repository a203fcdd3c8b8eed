"""A roster of any size with names that nobody bears, for the benchmarks of the readers."""

import tomllib
from datetime import date, timedelta
from random import Random

from flows.reading.names import FOLDER
from flows.reading.roster import Student

CONSONANTS, VOWELS = "bcdfghklmnprstvwz", "aeiou"
ENDS = ("son", "ski", "ez", "er", "ton", "ley", "man", "wood", "ford", "os", "ov", "enko", "ian")
FIRST_BIRTHDAY, DAYS = date(2008, 9, 1), 1_400
FEWEST = 40_000_000  # the first student number; the labelled cases have others


def students(number: int, seed: int = 1) -> list[Student]:
    """So many students, the same ones each time."""
    random = Random(seed)  # noqa: S311  invented names, no secrets
    given = [name.capitalize() for name in _given_names()]
    surnames = sorted({_surname(random) for _ in range(max(200, number // 15))})
    return [
        Student(
            student_id=str(FEWEST + index),
            first_name=random.choice(given),
            last_name=random.choice(surnames),
            preferred_name=None,
            grade=random.randint(9, 12),
            birth_date=FIRST_BIRTHDAY + timedelta(days=random.randrange(DAYS)),
        )
        for index in range(number)
    ]


def _surname(random: Random) -> str:
    syllables = (random.choice(CONSONANTS) + random.choice(VOWELS) for _ in range(2))
    return ("".join(syllables) + random.choice(ENDS)).capitalize()


def _given_names() -> list[str]:
    tables = tomllib.loads((FOLDER / "given.toml").read_text(encoding="utf-8"))
    return sorted({name for table in tables.values() for name in table["words"].split()})
