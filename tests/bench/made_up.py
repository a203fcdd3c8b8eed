"""A roster of any size with names that nobody bears, for the benchmarks of the readers."""

import tomllib
from datetime import date, timedelta
from random import Random

from flows.reading.names import FOLDER
from flows.reading.roster import Student

BEGINNINGS = "Ba Be Bo Ca Cha Co Da De Du Fa Fe Ga Go Ha He Ka Ki La Le Lo Ma Me Mo Na No Pa Pe Ra Ri Ro Sa Se Sta Ta Te To Va Vi Wa We Za Zo".split()  # noqa: E501  a list of syllables
MIDDLES = "la li lo man mar mi na ni no ra ri ro sa si ta te ti va ve vi da de di ga".split()
ENDS = "son ski ez er ton ley man berg wood ford field ham well is as os ov enko yan ian".split()
FIRST_BIRTHDAY, DAYS = date(2008, 9, 1), 1_400
FEWEST = 40_000_000  # the first student number; the labelled cases have others


def students(number: int, seed: int = 1) -> list[Student]:
    """So many students, the same ones each time."""
    random = Random(seed)  # noqa: S311  invented names, no secrets
    given = [name.capitalize() for name in _given_names()]
    surnames = sorted({
        random.choice(BEGINNINGS) + random.choice(MIDDLES) + random.choice(ENDS)
        for _ in range(max(200, number // 15))
    })  # fmt: skip
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


def _given_names() -> list[str]:
    tables = tomllib.loads((FOLDER / "given.toml").read_text(encoding="utf-8"))
    return sorted({name for table in tables.values() for name in table["words"].split()})
