"""The roster's names, found by spelling and by sound: built once for each roster.

Of 100,000 students most share their first names and surnames, so what is compared is the few
thousand different names, and only those that begin to fit; the students who bear a first name
and a surname that both fit are then an intersection of two sets.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property, lru_cache
from sys import intern
from weakref import WeakKeyDictionary

from doublemetaphone import doublemetaphone
from rapidfuzz import process
from rapidfuzz.fuzz import ratio

from flows.reading.names import (
    formal_names,
    heard_names,
    joined,
    likeness,
    parts,
    sound_key,
    spelling_sounds,
)  # fmt: skip
from flows.reading.roster import Roster, Student

Ids = frozenset[str]
NOBODY: Ids = frozenset()
LETTERS_CUTOFF = 50  # of 100, before the costlier comparison by sound
MOST_COMPARED = 40


def given_forms(student: Student) -> tuple[str, ...]:
    """The keys of everything the student is called: first name, its parts, preferred name."""
    return _given_forms(student.first_name, student.preferred_name or "", student.heard_as)


def family_forms(student: Student) -> tuple[str, ...]:
    """The keys of the surname: whole, its parts, and the parts the other way round."""
    return _family_forms(student.last_name)


@lru_cache(maxsize=100_000)
def _given_forms(first: str, preferred: str, heard_as: tuple[str, ...]) -> tuple[str, ...]:
    forms = [joined(name) for name in (first, preferred, *heard_as)]
    forms += [part for name in (first, preferred) for part in parts(name) if len(part) > 1]
    return tuple(dict.fromkeys(intern(form) for form in forms if form))


@lru_cache(maxsize=100_000)
def _family_forms(surname: str) -> tuple[str, ...]:
    pieces = parts(surname)
    forms = [joined(surname), *pieces, "".join(reversed(pieces))]
    return tuple(dict.fromkeys(intern(form) for form in forms if len(form) > 1))


class NameIndex:
    """Which students bear a name; the tables of sounds are made when first asked for."""

    def __init__(self, students: Iterable[Student]) -> None:
        given: dict[str, set[str]] = defaultdict(set)
        family: dict[str, set[str]] = defaultdict(set)
        mononyms: set[str] = set()
        self._given_of: dict[str, tuple[str, ...]] = {}
        self._family_of: dict[str, tuple[str, ...]] = {}
        for student in students:
            student_id = student.student_id
            self._given_of[student_id] = given_forms(student)
            self._family_of[student_id] = family_forms(student)
            for form in self._given_of[student_id]:
                given[form].add(student_id)
            for form in self._family_of[student_id]:
                family[form].add(student_id)
            if not student.last_name:
                mononyms.add(student_id)
        self.given: Mapping[str, set[str]] = dict(given)
        self.family: Mapping[str, set[str]] = dict(family)
        self.mononyms = frozenset(mononyms)

    def called(self, key: str) -> Ids:
        """Those with this first name, preferred name, or one that it is short for."""
        found = self.given.get(key, NOBODY)
        formal = formal_names(key)
        return frozenset(found).union(*(self.given.get(name, NOBODY) for name in formal))

    def of_family(self, key: str) -> Ids:
        """Those with this surname, or with it as a part of theirs."""
        return frozenset(self.family.get(key, NOBODY))

    def sounding(self, given: str, family: str) -> Ids:
        """Those whose first name and surname both sound like these."""
        called = _union(self.given, self._given_by_sound.get(sound_key(given), ()))
        return called & _union(self.family, self._family_by_sound.get(sound_key(family), ()))

    def like_given(self, heard: str, among: Ids) -> dict[str, float]:
        """How alike a word is to the first names of these students, 0 to 100."""
        return _like(heard, among, self._given_of)

    def like_family(self, heard: str, among: Ids) -> dict[str, float]:
        """How alike a word is to the surnames of these students, 0 to 100."""
        return _like(heard, among, self._family_of)

    def like_both(self, given: str, family: str) -> Ids:
        """Those of whom both names have the sounds of these words, however spelt."""
        called = _by_code(given, self.given, self._given_by_code)
        return called & _by_code(family, self.family, self._family_by_code)

    @cached_property
    def _given_by_sound(self) -> dict[str, list[str]]:
        return _keyed(self.given)

    @cached_property
    def _family_by_sound(self) -> dict[str, list[str]]:
        return _keyed(self.family)

    @cached_property
    def _given_by_code(self) -> dict[str, list[str]]:
        return _coded(self.given)

    @cached_property
    def _family_by_code(self) -> dict[str, list[str]]:
        return _coded(self.family)


def _union(names: Mapping[str, set[str]], keys: Iterable[str]) -> Ids:
    return frozenset().union(*(names.get(key, NOBODY) for key in keys))


def _keyed(names: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name in names:
        found[sound_key(name)].append(name)
    return dict(found)


def _coded(names: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name in names:
        for code in spelling_sounds(name):
            found[code].append(name)
    return dict(found)


def _by_code(heard: str, names: Mapping[str, set[str]], codes: Mapping[str, list[str]]) -> Ids:
    found = [name for code in doublemetaphone(heard) if code for name in codes.get(code, ())]
    return _union(names, [*found, *heard_names(heard)])


def _like(heard: str, among: Ids, names_of: Mapping[str, tuple[str, ...]]) -> dict[str, float]:
    """Compared by letters first, all in one call; by letters and sound only what is near."""
    bearers: dict[str, list[str]] = defaultdict(list)
    for student_id in among:
        for name in names_of[student_id]:
            bearers[name].append(student_id)
    near = process.extract(
        heard, list(bearers), scorer=ratio, score_cutoff=LETTERS_CUTOFF, limit=MOST_COMPARED
    )
    known = [name for name in heard_names(heard) if name in bearers]
    found: dict[str, float] = defaultdict(float)
    for name in dict.fromkeys([*(name for name, _, _ in near), *known]):
        score = likeness(heard, name)
        for student_id in bearers[name]:
            found[student_id] = max(found[student_id], score)
    return found


_indexes: WeakKeyDictionary[Roster, NameIndex] = WeakKeyDictionary()


def prepare(roster: Roster) -> None:
    """Build everything a roster's names are found by, so that no caller has to wait for it."""
    index_of(roster).sounding("", "")


def index_of(roster: Roster) -> NameIndex:
    """The roster's name index, built at first use."""
    index = _indexes.get(roster)
    if index is None:
        index = _indexes[roster] = NameIndex(roster.students.values())
    return index
