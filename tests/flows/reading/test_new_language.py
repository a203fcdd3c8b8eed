"""A language is a folder of data: one that nobody speaks, in forty lines, is read like others."""

from datetime import date, time
from pathlib import Path

import pytest

from flows.events import Words
from flows.reading.findings import Understood
from flows.reading.language import Language, codes, load_language
from flows.reading.message import Manner, Message, read_message
from flows.reading.values import Intent, Reading, Relationship, Slot
from tests.flows.reading.small import BACKGROUND, MOTHER, STRANGER

TABLES = {
    "language": """
name = "Tikki"
[aliases]
ka = "kai"
""",
    "classes": """
[weekday]
0 = ["mono"]
2 = ["teru"]
[relative_day]
0 = ["kai"]
1 = ["kairu"]
[kin]
mother = ["mamu"]
[my]
1 = ["mo"]
""",
    "numbers": """
[n]
9 = ["nenu"]
30 = ["teri"]
""",
    "dates": """
[when]
day = ["<relative_day>"]
weekday = ["[o] <weekday>"]
[join]
and = ["e"]
through = ["sik"]
""",
    "times": """
[clock]
hour_minute = ["at <n> <n>"]
""",
    "cues": """
[cue]
absent = ["nu vena*"]
late = ["tarru*"]
""",
    "intents": """
[whole]
help = ["halp"]
[intent]
speak_to_office = ["parlo ku"]
""",
    "people": """
[people]
intro = ["jo es"]
subject = ["nu", "es"]
""",
    "reasons": """
[reason]
illness = ["febr*"]
""",
}


@pytest.fixture
def tikki(tmp_path: Path) -> Language:
    """The language, loaded from its folder."""
    folder = tmp_path / "tk"
    folder.mkdir()
    for name, text in TABLES.items():
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return load_language(folder)


def read(tikki: Language, words: str, phone: str = MOTHER) -> Reading:
    return read_message(Message(Words(words), Manner.SMS, "tk", phone), BACKGROUND, tikki)


def test_a_report_in_a_language_of_forty_lines_is_read_whole(tikki: Language) -> None:
    reading = read(tikki, "jo es mamu Rosa. Diego nu venas ka e teru, febrat")
    assert reading.intent.value is Intent.REPORT_ABSENCE
    assert isinstance(reading.students, Understood)
    assert reading.students.value.student_ids == ("61000002",)
    assert isinstance(reading.days, Understood)
    assert reading.days.value.days == (date(2026, 11, 24), date(2026, 11, 25))
    assert isinstance(reading.reason, Understood)
    assert reading.reason.value == "illness"
    assert isinstance(reading.relationship, Understood)
    assert reading.relationship.value is Relationship.MOTHER
    assert reading.caller_on_file == "Rosa Luna"
    assert reading.missing == ()


def test_times_and_ranges_come_with_the_tables_too(tikki: Language) -> None:
    late = read(tikki, "Diego tarru at nenu teri")
    assert late.partial_day is not None
    assert late.partial_day.at == time(9, 30)
    away = read(tikki, "Diego nu vena sik mono")
    assert isinstance(away.days, Understood)
    assert [day.day for day in away.days.value.days] == [24, 25, 30]


def test_other_wishes_come_with_the_tables_too(tikki: Language) -> None:
    assert read(tikki, "parlo ku sekretar").intent.value is Intent.SPEAK_TO_OFFICE
    assert read(tikki, "halp").intent.value is Intent.HELP
    assert read(tikki, "blim blam", STRANGER).intent.value is Intent.OTHER


def test_what_the_tables_do_not_say_is_asked_for(tikki: Language) -> None:
    assert read(tikki, "nu vena", STRANGER).missing == (
        Slot.STUDENT, Slot.REASON, Slot.RELATIONSHIP, Slot.CALLER_NAME,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("file", "text", "problem"),
    [
        ("cues", '[cue]\nabsent = ["nu (vena"]\n', "bracket"),
        ("cues", '[cue]\nabsent = ["[nu]"]\n', "empty"),
        ("cues", '[cue]\nabsent = ["?!"]\n', "could hold"),
    ],
)
def test_a_phrase_that_cannot_be_meant_is_refused_with_a_sentence(
    tmp_path: Path, file: str, text: str, problem: str
) -> None:
    folder = tmp_path / "tk"
    folder.mkdir()
    (folder / "language.toml").write_text(TABLES["language"], encoding="utf-8")
    (folder / f"{file}.toml").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=problem):
        load_language(folder)


def test_the_languages_that_come_with_the_readers_are_four() -> None:
    assert codes() == ("en", "es", "pl", "zh")
