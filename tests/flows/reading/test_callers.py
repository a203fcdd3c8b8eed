"""Who calls: what is said counts, and the contact list fills in what is not."""

import pytest

from flows.reading.findings import Source, Understood
from flows.reading.values import Reading, Relationship, Slot
from tests.flows.reading.small import FATHER, MOTHER, OWN, STRANGER, TWINS, WORDS, read


def who(reading: Reading) -> tuple[str | None, str | None]:
    """The relationship, and the name on file or as said."""
    relationship, name = reading.relationship, reading.caller_name
    said = name.value if isinstance(name, Understood) else None
    return (
        relationship.value.value if isinstance(relationship, Understood) else None,
        reading.caller_on_file or said,
    )


@pytest.mark.parametrize(
    ("words", "phone", "expected"),
    [
        ("diego is sick", MOTHER, ("mother", "Rosa Luna")),
        ("this is mrs luna diego is sick", MOTHER, ("mother", "Rosa Luna")),
        ("diego is sick this is rosa", MOTHER, ("mother", "Rosa Luna")),
        ("diego is sick this is his mom", MOTHER, ("mother", "Rosa Luna")),
        ("this is diego's mom he is sick", MOTHER, ("mother", "Rosa Luna")),
        ("his grandmother here diego is sick", MOTHER, ("grandparent", None)),
        ("this is his uncle mateo diego is sick", MOTHER, ("aunt_uncle", "mateo")),
        ("my grandson diego is sick", MOTHER, ("grandparent", None)),
        ("diego's grandmother died he is out today", MOTHER, ("mother", "Rosa Luna")),
        ("my niece's wedding is tomorrow so diego is out", MOTHER, ("mother", "Rosa Luna")),
        ("neil brandt calling my son is sick", FATHER, ("father", "Neil Brandt")),
        ("connor brandt in ninth grade is sick this is neil", STRANGER, ("father", "Neil Brandt")),
        ("connor brandt in ninth grade is sick", STRANGER, (None, None)),
        ("this is mr brandt connor brandt in ninth grade is sick", None, ("father", "Neil Brandt")),
        ("this is the neighbor lena fox diego ibarra luna is sick", None, ("other", "lena fox")),
        ("this is april hope is sick", WORDS, ("mother", "April May")),
        ("i'm not coming in today i'm sick this is hope may", OWN, ("self", "Hope May")),
        ("this is ana my stomach hurts i'm not coming in", TWINS, ("self", "Ana Kowal")),
        ("my mom says i have a fever so i'm not coming", TWINS, ("self", None)),
        ("this is nora luna diego's mother he is sick", MOTHER, ("mother", "nora luna")),
        ("this is nora luna diegos mother he is sick", MOTHER, ("mother", "nora luna")),
        ("diegos mom here he is sick", MOTHER, ("mother", "Rosa Luna")),
        ("hi this is rosa luna my son diego has a fever", MOTHER, ("mother", "Rosa Luna")),
        ("i'm ana's legal guardian she is sick", TWINS, ("guardian", None)),
        ("Diego is sick. Thanks, Rosa de la Luna", MOTHER, ("mother", "Rosa Luna")),
        ("Diego is sick. - Paz De León", MOTHER, (None, "Paz De León")),
        ("connor brandt in ninth grade is sick. mrs brandt", None, (None, "brandt")),
    ],
)  # fmt: skip
def test_the_caller_is_found(
    words: str, phone: str | None, expected: tuple[str | None, str | None]
) -> None:
    assert who(read(words, phone)) == expected


@pytest.mark.parametrize(
    ("language", "words", "expected"),
    [
        ("es", "habla la mamá de diego está enfermo", ("mother", "Rosa Luna")),
        ("es", "soy la señora luna diego está enfermo", ("mother", "Rosa Luna")),
        ("es", "soy su abuelita diego está enfermo", ("grandparent", None)),
        ("es", "soy la tía carmen diego está enfermo", ("aunt_uncle", "carmen")),
        ("pl", "Diego jest chory. Rosa Luna, mama", ("mother", "Rosa Luna")),
        ("zh", "Diego 今天发烧,我是他妈妈", ("mother", "Rosa Luna")),
    ],
)
def test_the_caller_is_found_in_other_languages(
    language: str, words: str, expected: tuple[str | None, str | None]
) -> None:
    assert who(read(words, language=language, typed=language != "es")) == expected


def test_what_was_not_said_is_from_the_file_and_never_called_said() -> None:
    reading = read("diego is sick")
    assert isinstance(reading.relationship, Understood)
    assert reading.relationship.source is Source.ON_FILE
    assert isinstance(reading.caller_name, Understood)
    assert reading.caller_name.source is Source.ON_FILE


def test_the_words_that_tell_the_relationship_are_kept() -> None:
    found = read("this is his stepdad diego is sick").relationship
    assert isinstance(found, Understood)
    assert found.value is Relationship.STEPPARENT
    assert found.evidence == "stepdad"


@pytest.mark.parametrize(
    ("words", "name"),
    [("maria lopez", "maria lopez"), ("yes it's maria lopez", "maria lopez"),
     ("mrs lopez", "lopez"), ("my name is maria", "maria"),
     ("maria lopez his mother", "maria lopez")],
)  # fmt: skip
def test_a_name_alone_answers_the_question_who_calls(words: str, name: str) -> None:
    found = read(words, STRANGER, asked=Slot.CALLER_NAME).caller_name
    assert isinstance(found, Understood)
    assert found.value == name


def test_a_relative_alone_answers_the_question_of_the_relationship() -> None:
    found = read("the grandmother", STRANGER, asked=Slot.RELATIONSHIP).relationship
    assert isinstance(found, Understood)
    assert found.value is Relationship.GRANDPARENT


def test_two_who_share_a_telephone_are_asked_who_it_is() -> None:
    reading = read("mateo is sick", STRANGER)
    assert {Slot.RELATIONSHIP, Slot.CALLER_NAME} <= set(reading.missing)
