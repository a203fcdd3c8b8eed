from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from flows.answers import Answers, StudentAnswer
from flows.events import Words
from flows.reading.values import Relationship
from flows.scene import Channel, Scene
from recordings.reading import Read, read_transcript
from recordings.transcription import Word
from tests.recordings.parts import ALICIA, ROSTER, SCHOOL, SISTERS

TUESDAY = datetime(2026, 11, 24, 6, 45, tzinfo=ZoneInfo("America/Chicago"))


def read(
    text: str,
    phone: str | None = SISTERS,
    unaided: str | None = None,
    language: str = "en",
    before: Answers | None = None,
) -> Read:
    words = [Word(word, n, n + 1, 0.9) for n, word in enumerate(text.split())]
    scene = Scene(
        Channel.PHONE, phone, language, ROSTER, SCHOOL.time.calendar, SCHOOL.facts, TUESDAY,
        office_open=False,
    )  # fmt: skip
    return read_transcript(text, words, unaided, scene, before or Answers())


def test_a_whole_message_fills_every_fact() -> None:
    answers = read(
        "Hi, this is Elena Cuevas, the mother of Mariana Cuevas. "
        "Mariana has a fever and won't be in today or tomorrow."
    ).answers
    assert answers.student_ids == ("1",)
    assert answers.days == (date(2026, 11, 24), date(2026, 11, 25))
    assert answers.reason == "illness"
    assert answers.relationship is Relationship.MOTHER
    assert not answers.unsure


def test_spanish_is_read_as_well() -> None:
    answers = read(
        "Habla la mamá de Gabriela Alvarado. Gabriela tiene fiebre y no va a ir hoy.",
        ALICIA,
        language="es",
    ).answers
    assert (answers.student_ids, answers.reason) == (("3",), "illness")


def test_the_words_of_each_fact_are_marked() -> None:
    text = "This is Elena Cuevas. Mariana Cuevas has a fever and is out tomorrow."
    marks = {mark.fact: mark for mark in read(text).marks}
    words = text.split()

    def marked(fact: str) -> str:
        return " ".join(words[marks[fact].first : marks[fact].last + 1])

    assert "Mariana" in marked("student")
    assert marked("dates") == "tomorrow."
    assert "fever" in marked("reason")
    assert marked("caller") == "Elena Cuevas."


HINTED = "This is Elena Cuevas. Mariana is sick today."


@pytest.mark.parametrize(
    ("unaided", "trusted"),
    [
        ("This is Elena Cueva's. Mariana is sick today.", True),
        ("This is a lenacuevas. Mary Anna is sick today.", True),
        ("This is Elena Cuevas. Maryana's sick today.", True),
        ("This is Elena Cuevas. Marlene is sick today.", False),  # her sister
        ("This is Elena Cuevas. Robert is sick today.", False),  # somebody else's child
        ("Thank you.", False),
        ("", False),
    ],
)
def test_a_name_that_the_hints_alone_put_there_is_not_trusted(unaided: str, trusted: bool) -> None:
    found = read(HINTED, unaided=unaided)
    assert found.answers.student_ids == ("1",)
    assert found.unsupported is not trusted
    assert found.answers.unsure is not trusted


def test_what_the_hints_pushed_aside_is_taken_from_the_reading_without_them_and_marked() -> None:
    answers = read(
        "This is Elena Cuevas, Mariana Cuevas, and will not be in school.",
        unaided="This is Elena Cuevas. Mariana has a fever and will not be in school tomorrow.",
    ).answers
    assert answers.student_ids == ("1",)
    assert answers.days == (date(2026, 11, 25),)
    assert (answers.reason, answers.reason_said) == ("illness", "has a fever")
    assert answers.unsure


@pytest.mark.parametrize(
    ("unaided", "sure"),
    [
        ("Mariana has a fever and is out tomorrow.", True),
        ("Mariana has a fever and is out.", True),  # no other day was heard
        ("Mariana is out tomorrow.", True),
        ("Mariana has a fever and is out today and tomorrow.", False),
        ("Mariana has a funeral and is out tomorrow.", False),
    ],
)
def test_where_both_readings_say_a_fact_the_first_counts_and_a_difference_is_marked(
    unaided: str, *, sure: bool
) -> None:
    answers = read("Mariana Cuevas has a fever and is out tomorrow.", unaided=unaided).answers
    assert (answers.days, answers.reason) == ((date(2026, 11, 25),), "illness")
    assert answers.unsure is not sure


def test_a_call_that_takes_an_absence_back_is_not_made_one_by_the_reading_without_hints() -> None:
    answers = read(
        "Please cancel the absence for Mariana Cuevas tomorrow.",
        unaided="Please, counsel. Mariana will be absent tomorrow.",
    ).answers
    assert answers.days == ()
    assert answers.unsure


@pytest.mark.parametrize(
    ("text", "sure"),
    [
        ("My daughter is sick and will be out today.", True),
        ("This is her mother. She is sick and will be out today.", True),
        ("Patient's march is sick and will be out today.", False),  # Patience March is another's
    ],
)
def test_the_only_child_of_a_number_is_meant_unless_a_name_may_have_been_missed(
    text: str, *, sure: bool
) -> None:
    answers = read(text, ALICIA).answers
    assert answers.student_ids == ("3",)
    assert answers.unsure is not sure


def test_what_wants_something_else_is_no_absence() -> None:
    answers = read("This is Elena Cuevas. Please cancel the absence for Mariana tomorrow.").answers
    assert answers.days == ()
    assert answers.unsure


BEFORE = Answers(
    students=(StudentAnswer("2", Words("Marlene")),), days=(date(2026, 11, 30),), reason="illness"
)


def test_what_was_known_before_the_beep_stays_where_the_message_says_nothing_of_it() -> None:
    answers = read("Sorry, I could not hear you. Please call me back.", before=BEFORE).answers
    assert answers.student_ids == ("2",)
    assert answers.days == (date(2026, 11, 30),)
    assert answers.reason == "illness"


def test_no_day_means_today_only_where_none_was_said_before() -> None:
    answers = read("Marlene has a fever. Thank you, bye.", before=BEFORE).answers
    assert answers.days == (date(2026, 11, 30),)
    assert read("Marlene has a fever. Thank you, bye.").answers.days == (date(2026, 11, 24),)


def test_what_the_message_says_counts_for_more_than_what_was_understood_before() -> None:
    answers = read("Mariana Cuevas has a family emergency and is out today.", before=BEFORE).answers
    assert answers.student_ids == ("1",)
    assert answers.days == (date(2026, 11, 24),)
    assert answers.reason == "family_emergency"
