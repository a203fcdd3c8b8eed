"""Whom a message is about; a wrong child is worse than a question."""

import pytest

from flows.reading.findings import NotUnderstood, Source, Understood, Unsure
from flows.reading.roster import Student
from flows.reading.values import Reading, Slot
from tests.flows.reading.small import (
    ANA,
    CONNOR,
    CONOR,
    DIEGO,
    EVA,
    FATHER,
    HOPE,
    MOTHER,
    OWN,
    STRANGER,
    SZYMON,
    TWINS,
    WORDS,
    XOCHITL,
    read,
)  # fmt: skip

SZYMONS = "+13125550119"


def named(reading: Reading) -> set[str]:
    """The students found for certain."""
    found = reading.students
    return set(found.value.student_ids) if isinstance(found, Understood) else set()


def ids(*students: Student) -> set[str]:
    return {student.student_id for student in students}


@pytest.mark.parametrize(
    ("words", "phone", "students"),
    [
        ("diego is sick", MOTHER, [DIEGO]),
        ("xochi is sick", MOTHER, [XOCHITL]),
        ("so cheel is sick", MOTHER, [XOCHITL]),
        ("my kids are sick", MOTHER, [XOCHITL, DIEGO]),
        ("both of them are sick", MOTHER, [XOCHITL, DIEGO]),
        ("my oldest is sick", MOTHER, [DIEGO]),
        ("my ninth grader is sick", MOTHER, [XOCHITL]),
        ("diego's sister is sick", MOTHER, [XOCHITL]),
        ("diego and his sister are sick", MOTHER, [XOCHITL, DIEGO]),
        ("not diego xochitl is sick", MOTHER, [XOCHITL]),
        ("diego no sorry xochitl is sick", MOTHER, [XOCHITL]),
        ("diego is fine but xochitl has a fever", MOTHER, [XOCHITL]),
        ("This is Mrs. Ibarra. Diego is sick", MOTHER, [DIEGO]),
        ("the twins are sick", TWINS, [ANA, EVA]),
        ("the twins are sick", MOTHER, [XOCHITL, DIEGO]),
        ("both my girls are out today", MOTHER, [XOCHITL, DIEGO]),
        ("both my kids are out today", TWINS, [ANA, EVA]),
        ("diegos mom here he is sick", MOTHER, [DIEGO]),
        ("he is sick", FATHER, [CONNOR]),
        ("conor is sick", FATHER, [CONNOR]),
        ("hope is sick", WORDS, [HOPE]),
        ("i hope you can help hope has a cold", WORDS, [HOPE]),
        ("shimmer is sick", SZYMONS, [SZYMON]),
        ("connor brandt ninth grade is sick", STRANGER, [CONNOR]),
        ("conor brandt with one n is sick", STRANGER, [CONOR]),
        ("c o n o r brandt is sick", STRANGER, [CONOR]),
        ("connor brandt is sick this is neil brandt", STRANGER, [CONNOR]),
        ("connor brandt born march third twenty twelve is sick", STRANGER, [CONNOR]),
        ("luna ibarra diego is sick", STRANGER, [DIEGO]),
        ("ana and eva kowal are sick", STRANGER, [ANA, EVA]),
        ("hope may is sick", STRANGER, [HOPE]),
        ("her name is eva kowal she is sick", STRANGER, [EVA]),
        ("my son's name is diego ibarra luna he is sick", STRANGER, [DIEGO]),
        (
            "diego is sick my number is seven seven three five five five zero one four four",
            MOTHER,
            [DIEGO],
        ),
        ("student id six one zero zero zero zero zero two is sick", STRANGER, [DIEGO]),
    ],
)
def test_a_student_is_found(words: str, phone: str, students: list[Student]) -> None:
    assert named(read(words, phone)) == ids(*students)


@pytest.mark.parametrize(
    ("words", "phone"),
    [
        ("one of my kids is sick", MOTHER),
        ("my child is sick", MOTHER),
        ("mateo is sick", MOTHER),
        ("mateo is sick", FATHER),
        ("my neighbor's boy mateo ruiz is sick", FATHER),
        ("diego is sick", STRANGER),
        ("diego is sick", None),
        ("ibarra is sick", STRANGER),
        ("connor brandt is sick", STRANGER),
        ("diego ibanez is sick", STRANGER),
        ("this is rosa luna diego is sick", STRANGER),
        ("student id 61000001 diego ibarra luna is sick", STRANGER),
        ("student id 61999999 is sick", STRANGER),
        ("lucas brandt is sick", STRANGER),
    ],
)
def test_nobody_is_named_where_it_is_not_certain(words: str, phone: str | None) -> None:
    assert named(read(words, phone)) == set()


def test_the_spelling_of_a_typed_name_counts_and_that_of_a_heard_one_does_not() -> None:
    assert named(read("Conor Brandt is sick", STRANGER, typed=True)) == ids(CONOR)
    heard = read("Conor Brandt is sick", STRANGER).students
    assert isinstance(heard, Unsure)
    assert {one.student_ids for one in heard.candidates} == {("61000003",), ("61000004",)}


def test_a_name_given_beside_one_that_is_found_is_asked_for() -> None:
    reading = read("Diego and his cousin Mateo Ruiz are out today", typed=True)
    assert named(reading) == ids(DIEGO)
    assert Slot.STUDENT in reading.missing


def test_the_words_that_named_a_student_are_kept_as_they_were_said() -> None:
    found = read("so cheel has the flu").students
    assert isinstance(found, Understood)
    assert found.value.as_said == ("so cheel",)
    assert found.source is Source.SAID
    assert found.probability < 0.95


def test_a_student_who_is_not_named_comes_from_the_file_and_is_never_called_said() -> None:
    found = read("my son is sick", FATHER).students
    assert isinstance(found, Understood)
    assert found.source is Source.ON_FILE
    assert found.value.as_said == (None,)


def test_a_stranger_hears_of_no_candidates_for_a_first_name() -> None:
    assert isinstance(read("diego is sick", STRANGER).students, NotUnderstood)


def test_an_adult_student_calls_for_herself() -> None:
    assert named(read("i'm not coming in today i have a fever", OWN)) == ids(HOPE)


def test_a_callers_surname_does_not_hide_the_child_who_is_named() -> None:
    reading = read("this is neil brandt connor brandt threw up", WORDS)
    assert named(reading) == ids(CONNOR)


def test_of_several_names_the_one_after_just_is_meant() -> None:
    reading = read("xochitl is coming so just diego is sick", MOTHER)
    assert named(reading) == ids(DIEGO)


def test_the_brother_is_meant_where_the_one_named_is_well() -> None:
    reading = read(
        "xochitl is fine it's her brother he was up coughing so he is staying home", MOTHER
    )
    assert named(reading) == ids(DIEGO)
