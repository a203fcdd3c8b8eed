"""What a log may not hold: names, numbers and words of families, and the line's own secrets."""

import csv
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from school.roster_files import DEMO_FOLDER

SHORTEST = 4  # letters; shorter names are in half of all words


@cache
def on_file() -> frozenset[str]:
    """Every name, number and address of the demo school's files."""
    found = set()
    with (Path(DEMO_FOLDER) / "roster.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found |= {row["first_name"], row["last_name"], row["student_id"], row["birth_date"]}
    with (Path(DEMO_FOLDER) / "contacts.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found |= {row["name"], row["phone"], row["phone"][2:], row["email"]}
    return frozenset(word for word in found if len(word) >= SHORTEST)


def told_in(log: str, *more: Iterable[str]) -> set[str]:
    """What a log tells of families, and of the words and secrets handed in besides."""
    return {word for words in (on_file(), *more) for word in words if word in log}
