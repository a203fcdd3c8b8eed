"""Telling two students of one name apart: grade, birth date, spelling, or who is calling."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

from flows.reading.callers import CallerSaid
from flows.reading.contacts import contacts_named
from flows.reading.language import Marked
from flows.reading.mentions import Mention
from flows.reading.name_index import family_forms, given_forms
from flows.reading.numerals import numeric_marks
from flows.reading.phrases import Mark
from flows.reading.roster import Roster, Student
from flows.reading.spelling import doubled_letters, spelled_words

Keep = Callable[[Student], bool]
NEAR = 3  # tokens between "born" and the date


def narrowed(mention: Mention, marked: Marked, roster: Roster, caller: CallerSaid) -> Mention:
    """The mention, with those of its students left that everything said fits."""
    if mention.certain or not mention.students:
        return mention
    students = [roster.students[i] for i in sorted(mention.students)]
    for keep in _tests(marked, roster, caller):
        kept = [student for student in students if keep(student)]
        students = kept or students
    ids = frozenset(student.student_id for student in students)
    return replace(mention, students=ids, probability=min(mention.probability, 0.94))


def _tests(marked: Marked, roster: Roster, caller: CallerSaid) -> Iterator[Keep]:
    grades = {w.value for words in marked.class_words for w in words if w.name == "grade"}
    if grades:
        yield lambda student: student.grade in grades
    birth = birth_date(marked)
    if birth:
        yield lambda student: student.birth_date == birth
    spelled = {word for _, word in spelled_words(marked)}
    if spelled:
        yield lambda student: not spelled.isdisjoint(given_forms(student) + family_forms(student))
    for letter, times in doubled_letters(marked):
        yield _has_letter(letter, times)
    if caller.name:
        keys = marked.keys[caller.name.start : caller.name.end]
        yield lambda student: bool(contacts_named(keys, roster.contacts_of(student.student_id)))


def _has_letter(letter: str, times: int) -> Keep:
    """For "With two n's" is said of a letter that is doubled; with one, of a letter that is not."""

    def keep(student: Student) -> bool:
        doubled = any(letter * 2 in form for form in given_forms(student) + family_forms(student))
        return doubled == (times == 2)

    return keep


def birth_date(marked: Marked) -> date | None:
    """The date after "born" or "date of birth", if it has a year."""
    starts = [m.end for m in marked.table("identity") if m.meaning == "birth"]
    for mark in (*marked.table("when"), *numeric_marks(marked.utterance)):
        if any(0 <= mark.start - start <= NEAR for start in starts):
            born = _full_date(mark, marked)
            if born:
                return born
    return None


def _full_date(mark: Mark, marked: Marked) -> date | None:
    numbers, months = mark.numbers("n", "nth"), mark.numbers("month")
    if not months and len(numbers) > 1:
        months, numbers = numbers[:1], numbers[1:]
        if marked.language.day_first:
            months, numbers = numbers, months
    years = mark.numbers("year") or _year_after(mark, marked)
    if not (months and numbers and years):
        return None
    try:
        return date(years[0], months[0], numbers[0])
    except ValueError:
        return None


def _year_after(mark: Mark, marked: Marked) -> tuple[int, ...]:
    word = marked.class_at(mark.end, "year")
    return (int(word.value),) if word else ()
