"""The students whose names are near what somebody types, the nearest first.

For a person who chooses from a list: beginnings of names count, slips of the keys are forgiven,
and a student number finds its student. Short names, taught spellings and names that only sound so
are found with the index of the line; what a family says is read by `flows.reading` as a whole.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from rapidfuzz import fuzz, process

from flows.reading.name_index import Ids, NameIndex, index_of
from flows.reading.roster import Roster, Student

MOST = 8
NEAR_ENOUGH = 70  # of 100
SHORTEST_NUMBER = 3
NUMBER_AT_END = re.compile(r"([0-9]+)\s*$")


@dataclass(frozen=True, slots=True)
class Names:
    """The roster's names as they are compared."""

    by_id: dict[str, str]  # student number to folded names


_known: WeakKeyDictionary[Roster, Names] = WeakKeyDictionary()


def label(student: Student) -> str:
    """How a student stands in a list to choose from: nobody else reads the same."""
    name = f"{student.first_name} {student.last_name}".strip()
    called = f" ({student.preferred_name})" if student.preferred_name else ""
    return f"{name}{called}, grade {student.grade}, {student.student_id}"


def near(roster: Roster, typed: str, limit: int = MOST) -> Sequence[Student]:
    """The students this may mean, the likeliest first."""
    wanted = fold(typed)
    if not wanted:
        return ()
    if wanted.isdigit():
        return _by_number(roster, wanted, limit)
    words = wanted.split()
    names = _names(roster).by_id
    index = index_of(roster)
    called = [(word, index.called(word)) for word in words]
    found = [key for key, name in names.items() if _begins(called, key, name)]
    found.sort(key=lambda key: (len(names[key]), names[key]))
    found += sorted(_by_sound(words, index) - set(found), key=lambda key: names[key])
    if len(found) < limit:
        alike = process.extract(
            wanted, names, scorer=fuzz.WRatio, limit=limit, score_cutoff=NEAR_ENOUGH
        )
        found += [key for _, _, key in alike if key not in found]
    return [roster.students[key] for key in found[:limit]]


def named(roster: Roster, typed: str) -> Student | None:
    """The one student this can only mean: chosen from the list, or typed in full."""
    number = NUMBER_AT_END.search(typed)
    if number:
        return roster.students.get(number[1])
    wanted = fold(typed)
    found = [s for s in near(roster, typed) if wanted in _forms(s)]
    return found[0] if len(found) == 1 else None


def fold(text: str) -> str:
    """Lower case, without accents and signs."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", bare.casefold()))


def _by_number(roster: Roster, digits: str, limit: int) -> Sequence[Student]:
    if len(digits) < SHORTEST_NUMBER:
        return ()
    found = (s for key, s in roster.students.items() if key.startswith(digits))
    return [student for student, _ in zip(found, range(limit), strict=False)]


def _names(roster: Roster) -> Names:
    if roster not in _known:
        by_id = {
            key: fold(f"{s.first_name} {s.preferred_name or ''} {s.last_name}")
            for key, s in roster.students.items()
        }
        _known[roster] = Names(by_id)
    return _known[roster]


def _forms(student: Student) -> set[str]:
    called = student.preferred_name or student.first_name
    return {fold(f"{first} {student.last_name}") for first in (student.first_name, called)}


def _begins(called: Sequence[tuple[str, Ids]], key: str, name: str) -> bool:
    """Whether each word begins a part of the name, or is what the student is called for short."""
    parts = name.split()
    return all(key in ids or any(part.startswith(word) for part in parts) for word, ids in called)


def _by_sound(words: Sequence[str], index: NameIndex) -> Ids:
    """Whose first name and surname sound like the words, in either order: as the line hears."""
    found: Ids = frozenset()
    for at in range(1, len(words)):
        first, last = "".join(words[:at]), "".join(words[at:])
        for one, other in ((first, last), (last, first)):
            found |= index.sounding(one, other) | index.like_both(one, other)
    return found
