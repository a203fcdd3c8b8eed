"""Why a student is away, by meaning: whose misfortune it is decides, and no word is no reason."""

import pytest

from flows.reading.findings import NotUnderstood, Understood
from flows.reading.message import Background
from flows.reading.values import Reading, Slot
from tests.flows.reading.small import BACKGROUND, read

ILLNESS, DEATH, EMERGENCY = "illness", "death_in_family", "family_emergency"
HOLIDAY, DEPLOYMENT, OTHER = "religious_holiday", "military_deployment", "other_unexcused"


def reason(reading: Reading) -> str:
    found = reading.reason
    return found.value if isinstance(found, Understood) else "unknown"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("diego is throwing up", ILLNESS),
        ("diego has a panic attack", ILLNESS),
        ("diego is under the weather", ILLNESS),
        ("diego is at his dad's and sick today", ILLNESS),
        ("diego needs a mental health day", ILLNESS),
        ("diego is out for a dentist appointment", ILLNESS),
        ("diego is in the hospital", ILLNESS),
        ("diego is out he has an appointment", ILLNESS),
        ("diego is out he has an appointment at the consulate", OTHER),
        ("diego's grandma passed", DEATH),
        ("diego is out for his uncle's funeral", OTHER),
        ("diego is out for a funeral my mother died", DEATH),
        ("diego is out for a funeral my brother died", OTHER),
        ("diego is out for a funeral my mother in law died", DEATH),
        ("diego is out his hamster died", OTHER),
        ("diego is out there was a death in the family", DEATH),
        ("diego is out my husband had a heart attack", EMERGENCY),
        ("diego is out we had a fire", EMERGENCY),
        ("diego is out his baby sister was born", EMERGENCY),
        ("diego is out his father was arrested", EMERGENCY),
        ("diego's dad is back from deployment so he is out", DEPLOYMENT),
        ("diego's brother is back from the army so he is out", OTHER),
        ("diego is sounding taps at a military funeral", "military_funeral"),
        ("diego is out for eid", HOLIDAY),
        ("diego is out for yom kippur", HOLIDAY),
        ("diego overslept he'll be late", OTHER),
        ("diego is out the car broke down", OTHER),
        ("diego is out for a college visit", OTHER),
        ("diego is out for court", OTHER),
        ("diego is out for personal reasons", OTHER),
        ("diego is out today", "unknown"),
        ("diego is out wake me up when school is over", "unknown"),
        ("his mother is at work diego is out today", "unknown"),
    ],
)
def test_a_reason_is_read_by_what_it_means(words: str, expected: str) -> None:
    assert reason(read(words)) == expected


@pytest.mark.parametrize(
    ("language", "words", "expected"),
    [
        ("es", "diego tiene fiebre", ILLNESS),
        ("es", "diego tiene cita en el consulado no va a ir", OTHER),
        ("es", "diego no va falleció mi suegra", DEATH),
        ("es", "diego no va se murió su tío", OTHER),
        ("es", "diego no va se inundó la casa", EMERGENCY),
        ("es", "diego no va se le ponchó una llanta a la troca", OTHER),
        ("pl", "Diego nieobecny, pogrzeb dziadka", DEATH),
        ("pl", "Diego nieobecny, ma gorączkę", ILLNESS),
        ("pl", "Diego nieobecny, wyjazd do Polski", OTHER),
        ("zh", "Diego 今天请假,爷爷去世了", DEATH),
        ("zh", "Diego 今天请假,感冒", ILLNESS),
        ("zh", "Diego 今天请假,家里有急事", EMERGENCY),
    ],
)
def test_a_reason_is_read_in_other_languages(language: str, words: str, expected: str) -> None:
    assert reason(read(words, language=language, typed=language != "es")) == expected


def test_the_familys_own_words_are_kept_whole_and_the_evidence_is_the_phrase() -> None:
    reading = read("diego has a really bad stomach bug and won't be in")
    assert isinstance(reading.reason, Understood)
    assert reading.reason.evidence == "stomach bug"
    assert reading.reason_words is not None
    assert "really bad stomach bug" in reading.reason_words


def test_the_schools_own_phrases_are_read_too() -> None:
    school = Background(
        BACKGROUND.roster, BACKGROUND.calendar, BACKGROUND.now, {OTHER: ("innovation day",)}
    )
    assert reason(read("diego is out for innovation day", background=school)) == OTHER
    assert isinstance(read("diego is out for innovation day").reason, NotUnderstood)


def test_two_reasons_are_less_certain_than_one() -> None:
    one = read("diego has a fever").reason
    two = read("diego has a fever and his grandmother died").reason
    assert isinstance(one, Understood)
    assert isinstance(two, Understood)
    assert two.value == DEATH
    assert two.probability < one.probability


def test_a_reason_alone_answers_the_question_why() -> None:
    assert reason(read("traffic", asked=Slot.REASON)) == OTHER
    assert reason(read("traffic")) == "unknown"
