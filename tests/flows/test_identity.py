"""Which student is meant, and that a stranger learns nothing by trying names."""

from dataclasses import replace
from datetime import date

import pytest

from flows.answers import StudentAnswer
from flows.events import Words
from flows.identity import keyed, named, on_file_student, resolve, said
from flows.reading.roster import Contact, Roster, Student
from flows.scene import Channel
from flows.turn import Listen, State, Step
from tests.flows.scenes import CUEVAS, KEIKOS_MOTHER, STRANGER, Talk, roster, scene

GABRIELA, KEIKO = "61240424", "61556150"
MARIANA, MARLENE = "61722476", "61220087"
RANGELS = {"61737322", "61334956"}  # two of one name

MADE_UP = "Zebedee Quackenbush"


# --- a stranger learns nothing ---------------------------------------------------------------

ON_FILE = [
    "Gabriela Alvarado",
    "Carlos Rangel",  # two of one name
    "Keiko Tanaka",
    "Yadira De La Rosa",
]
KEYS = ["999", "258", "726", "825", "767", "25", "61240424", "00000000"]


def told(name: str, keys: tuple[str, ...], phone: str | None) -> list[tuple[str, Step, int | None]]:
    """All that a caller hears who tries this name and these keys, the name taken out."""
    talk = Talk(scene(phone)).does("3", f"{name} is sick today")
    heard = []
    for key in (*keys, "Rosa Diaz, aunt", "1"):
        listens = talk.turn.next.keys if isinstance(talk.turn.next, Listen) else None
        heard.append((talk.words.replace(name, "NAME"), talk.state.step, listens))
        talk.does(key)
    return heard


@pytest.mark.parametrize("keys", KEYS)
@pytest.mark.parametrize("name", ON_FILE)
def test_a_stranger_hears_the_same_of_a_name_on_file_as_of_one_made_up(
    name: str, keys: str
) -> None:
    assert told(name, (keys,), STRANGER) == told(MADE_UP, (keys,), STRANGER)


def test_a_withheld_number_hears_the_same_too() -> None:
    assert told("Gabriela Alvarado", ("258",), None) == told(MADE_UP, ("258",), None)


def test_a_parent_hears_of_other_peoples_children_no_more_than_a_stranger() -> None:
    of_another = told("Gabriela Alvarado", ("258",), KEIKOS_MOTHER)
    assert of_another == told(MADE_UP, ("258",), KEIKOS_MOTHER)


@pytest.mark.parametrize("number", ["61240424", "61240425", "12345"])
def test_a_student_number_that_exists_is_answered_like_one_that_does_not(number: str) -> None:
    talk = Talk(scene()).does("3", number, "1", "1", "1")
    assert talk.words.startswith("the student you keyed: absent today")


def test_letters_and_birthday_of_nobody_are_answered_like_a_students() -> None:
    right = Talk(scene()).does("3", "258", "0126").words
    assert right == Talk(scene()).does("3", "258", "0127").words
    assert right == Talk(scene()).does("3", "999", "0126").words


@pytest.mark.parametrize("name", ON_FILE)
def test_by_text_a_stranger_reads_the_same_of_every_name(name: str) -> None:
    def read(name: str) -> list[str]:
        talk = Talk(scene(channel=Channel.SMS))
        sentences = (f"{name} is sick today", "I am Rosa Diaz, the aunt")
        return [talk.does(words).words.replace(name, "NAME") for words in sentences]

    assert read(name) == read(MADE_UP)


def test_no_name_on_file_is_spoken_to_a_caller_who_said_none() -> None:
    for phone in {contact.phone for s in roster().students for contact in roster().contacts_of(s)}:
        talk = Talk(scene(phone))
        heard = [talk.words]
        for step in ("3", "sick today", "567", "1", "1", "1", "2", "1", "", "1", "1"):
            if isinstance(talk.turn.next, Listen):
                heard += [talk.does(step).words]
        for student in roster().linked_to(phone):
            names = {student.first_name, student.last_name, student.preferred_name or ""} - {""}
            assert not [n for n in names for words in heard if n in words.split()], phone


# --- who is meant ----------------------------------------------------------------------------


def test_a_number_on_file_for_one_student_is_about_that_student() -> None:
    assert [s.student_id for s in on_file_student(scene(KEIKOS_MOTHER))] == [KEIKO]
    assert on_file_student(scene(CUEVAS)) == ()
    assert on_file_student(scene(STRANGER)) == ()
    assert on_file_student(scene(None)) == ()


def test_a_name_is_enough_from_a_parents_own_number() -> None:
    assert named(MARIANA, Words("Mariana"), scene(CUEVAS)).settled


def test_a_name_is_not_enough_from_any_other() -> None:
    assert not named(MARIANA, Words("Mariana Cuevas"), scene(STRANGER)).settled
    assert not named(GABRIELA, Words("Gabriela Alvarado"), scene(CUEVAS)).settled
    assert not named(None, Words(MADE_UP), scene(STRANGER)).settled


def test_a_full_name_is_enough_in_a_text() -> None:
    by_text = scene(STRANGER, channel=Channel.SMS)
    assert named(GABRIELA, Words("Gabriela Alvarado"), by_text).settled
    assert not named(None, Words("Gabriela"), by_text).settled


@pytest.mark.parametrize(
    ("first_fact", "keys", "found"),
    [
        ("Gabriela Alvarado", "258", GABRIELA),
        ("Gabriela", "258", GABRIELA),  # within one last name the first is enough
        ("Gaby", "258", GABRIELA),
        ("Gabriela Alvarado", "999", None),
        ("Gabriela", "999", None),
        ("Carlos Rangel", "726", None),  # two: staff choose
        (MADE_UP, "258", None),
    ],
)
def test_a_name_and_letters_find_the_student(first_fact: str, keys: str, found: str | None) -> None:
    answer = keyed(StudentAnswer(as_said=Words(first_fact)), keys, scene())
    assert answer.settled, "nothing more is asked, whoever was found"
    assert answer.student_id == found


@pytest.mark.parametrize(
    ("first", "then", "name"),
    [
        ("Gaby is sick today", "Alvarado", "Gaby Alvarado"),
        ("Gaby is sick today", "her last name is Alvarado", "Gaby Alvarado"),
        ("Gaby is sick today", "Gabriela Alvarado", "Gabriela Alvarado"),
        ("Gaby is sick today", "A L V A R A D O", "Gaby A L V A R A D O"),
        ("Gabriela Alvarado is sick today", "Gabriela Alvarado", "Gabriela Alvarado"),
        ("Gabriela Alvarado is sick today", "Alvarado", "Gabriela Alvarado"),
    ],
)
def test_the_other_half_of_a_name_is_a_second_fact_and_asked_for_once(
    first: str, then: str, name: str
) -> None:
    talk = Talk(scene()).does("3", first, then)
    assert talk.state.step is Step.CALLER
    (student,) = talk.state.answers.students
    assert (student.as_said, student.student_id) == (name, GABRIELA)


@pytest.mark.parametrize("noise", ["um", "uh huh", "yes", "no", "okay thank you"])
def test_what_names_nobody_does_not_take_the_place_of_a_name(noise: str) -> None:
    talk = Talk(scene()).does("3", "Gaby is sick today", noise)
    assert (talk.state.step, talk.state.misses) == (Step.STUDENT_CHECK, 1)
    assert [student.as_said for student in talk.state.answers.students] == ["Gaby"]


def test_who_knows_no_more_of_a_student_is_asked_no_more() -> None:
    talk = Talk(scene()).does("3", "Gaby is sick today", "I don't know")
    assert talk.state.step is Step.CALLER
    assert [student.student_id for student in talk.state.answers.students] == [None]


def test_letters_and_a_birthday_find_the_student() -> None:
    letters = keyed(StudentAnswer(), "258", scene())
    assert not letters.settled
    assert keyed(letters, "0126", scene()).student_id == GABRIELA
    assert keyed(letters, "0127", scene()).student_id is None


def test_letters_and_a_name_find_the_student_and_the_name_is_what_is_said_again() -> None:
    letters = keyed(StudentAnswer(), "258", scene())
    answer = said(letters, Words("Gabriela"), scene())
    assert (answer.student_id, answer.as_said) == (GABRIELA, "Gabriela")


def test_a_student_number_alone_finds_the_student() -> None:
    assert keyed(StudentAnswer(), GABRIELA, scene()).student_id == GABRIELA
    assert keyed(StudentAnswer(), "61240425", scene()).student_id is None


def test_a_parent_of_two_keys_three_letters_of_either_name() -> None:
    assert keyed(StudentAnswer(), "627", scene(CUEVAS)).settled is False  # "Mar" is both
    assert keyed(StudentAnswer(), "6275", scene(CUEVAS)).student_id == MARLENE
    assert keyed(StudentAnswer(), "6274", scene(CUEVAS)).student_id == MARIANA


def test_of_two_with_one_name_the_birthday_finds_one() -> None:
    letters = keyed(StudentAnswer(), "726", scene())
    found = keyed(letters, "0512", scene()).student_id
    assert found == "61737322"


def test_two_of_one_name_and_one_birthday_are_left_to_staff() -> None:
    twins = Roster(
        [
            Student("1", "Ana", "Lee", None, 9, date(2011, 5, 1)),
            Student("2", "Ana", "Lee", None, 9, date(2011, 5, 1)),
        ],
        [],
    )
    here = scene(roster=twins)
    assert resolve(StudentAnswer(letters="533", birthday="0501"), here).student_id is None


def test_a_student_who_left_is_found_by_nobody() -> None:
    contact = Contact("K1", "gone", "Ann Lee", "mother", STRANGER, "en", True, 1)
    here = scene(roster=Roster([], [contact]))
    assert here.linked == ()
    assert on_file_student(here) == ()


# --- who calls -------------------------------------------------------------------------------


def couple() -> Roster:
    student = Student("1", "Ana", "Lee", None, 9, date(2011, 5, 1))
    mother = Contact("K1", "1", "Mia Lee", "mother", "+17735550110", "en", True, 1)
    father = Contact("K2", "1", "Tom Lee", "father", "+17735550111", "en", True, 2)
    return Roster([student], [mother, father])


def test_a_parent_known_by_number_is_not_asked_for_a_name() -> None:
    here = scene("+17735550110", roster=couple())
    assert Talk(here).does("Ana is sick today").state.step is Step.CONFIRM


def test_a_parent_who_says_mother_as_the_file_does_is_not_asked_for_a_name() -> None:
    here = scene("+17735550110", roster=couple())
    talk = Talk(here).does("This is Ana's mother, Ana is sick today")
    assert talk.state.step is Step.CONFIRM


@pytest.mark.parametrize("name", ["Mia Lee", "Mia"])
def test_a_parent_who_gives_the_name_on_file_is_not_asked_what_she_is(name: str) -> None:
    here = scene("+17735550110", roster=couple())
    talk = Talk(here).does(f"This is {name}, Ana is sick today")
    assert talk.state.step is Step.CONFIRM


def test_a_strangers_name_that_is_on_file_tells_nothing() -> None:
    here = scene(STRANGER, roster=couple())
    talk = Talk(here).does("This is Mia Lee, Ana Lee is sick today", "533")
    assert talk.state.step is Step.CALLER


def test_a_couple_with_one_telephone_is_asked_who_calls() -> None:
    shared = couple()
    contacts = [replace(c, phone="+17735550110") for c in shared.contacts_of("1")]
    here = scene("+17735550110", roster=Roster(shared.students.values(), contacts))
    assert Talk(here).does("Ana is sick today").state.step is Step.CALLER


def test_of_a_couple_with_one_telephone_the_mother_is_known_once_she_says_so() -> None:
    shared = couple()
    contacts = [replace(c, phone="+17735550110") for c in shared.contacts_of("1")]
    here = scene("+17735550110", roster=Roster(shared.students.values(), contacts))
    assert Talk(here).does("Ana is sick today, I am her mother").state.step is Step.CONFIRM


def test_whoever_says_to_be_somebody_else_is_asked_for_the_name() -> None:
    here = scene("+17735550110", roster=couple())
    talk = Talk(here).does("Ana is sick today, I am her aunt")
    assert talk.state.step is Step.CALLER


def test_a_state_is_the_same_after_it_was_kept() -> None:
    state = Talk(scene(CUEVAS)).does("3", "Mariana is sick today and tomorrow").state
    assert State.from_json(state.to_json()) == state
