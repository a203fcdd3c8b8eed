"""Every wording in every language: complete, short, and without the carrier's words."""

import re
from datetime import date, time
from pathlib import Path

import pytest

from flows.catalogue import (
    MissingTranslation,
    cut,
    english,
    problems,
    prompts,
    speakers,
    translations,
    written_only,
)
from flows.events import Words
from flows.reading.replies import Command, read_command
from flows.scene import Channel
from flows.school_facts import Language, SchoolText
from flows.texting import parts, thrifty
from flows.turn import All, Clock, Days, Line, NamesOnFile, Notice, Prompt, Sayable, Spelled
from school.school_file import SHIPPED, read_school

SCHOOL = read_school(SHIPPED).facts
SPEAKERS = speakers(SCHOOL.languages)
TODAY = date(2026, 11, 24)
MOST_PARTS = 2
# Words that the carrier acts upon by itself.
CARRIERS = frozenset(
    [
        "STOP",
        "STOPALL",
        "UNSUBSCRIBE",
        "CANCEL",
        "END",
        "QUIT",
        "REVOKE",
        "OPTOUT",
        "START",
        "YES",
        "UNSTOP",
        "HELP",
        "INFO",
    ]
)
# What is asked for by name in a text, in each language.
ASKED_FOR = {
    "en": {"UNDO": Command.UNDO, "STATUS": Command.STATUS},
    "es": {"DESHACER": Command.UNDO, "ESTADO": Command.STATUS},
    "pl": {"COFNIJ": Command.UNDO, "STATUS": Command.STATUS},
    "zh": {"撤回": Command.UNDO, "查询": Command.STATUS},
}

LONG_NAME = "Maximiliano-Alejandro de la Santísima Trinidad Rodríguez-Villanueva y Fernández"
LONG_CHINESE = "欧阳亚历山大马克西米利安诺"
DAYS = (date(2026, 11, 24), date(2026, 11, 25), date(2026, 12, 1), date(2026, 12, 8))


def values(language: str) -> dict[str, object]:
    """A long value for every placeholder there is."""
    name = LONG_CHINESE if language == "zh" else LONG_NAME
    reason = max((r.words[language] for r in SCHOOL.reasons), key=len)
    late: dict[str, Sayable] = {"days": Days(DAYS), "time": Clock(time(9, 30))}
    names = All((Words(name), Words(name[:30])))
    student = Line(PROMPTS["read_late_at"], {"students": names, **late})
    absent = Line(PROMPTS["late_at"], late)
    statuses = [Line(prompt) for id_, prompt in PROMPTS.items() if re.match("status_(?!of)", id_)]
    return {
        "absence": student,
        "absent": absent,
        "back": Line(PROMPTS["back_at"], {"time": Clock(time(13, 30))}),
        "collector": Words(name),
        "count": "12",
        "day": "24",
        "days": Days(DAYS),
        "due": Days((TODAY,)),
        "excused": Line(PROMPTS["unexcused"]),
        "first": "24",
        "hours": SCHOOL.office_hours,
        "key": Spelled("7"),
        "last": "27",
        "name": max((off[language] for off in SCHOOL.days_off.values()), key=len),
        "number": SCHOOL.phone,
        "reason": Words(name),
        "reference": Spelled("HKMQR"),
        "references": All((Spelled("HKMQR"), Spelled("23469"))),
        "school": SCHOOL.name,
        "status": max(statuses, key=lambda line: len(say(line, language))),
        "student": Words(name),
        "students": All((Words(name), Words(name))),
        "summary": Line(PROMPTS["summary"], {"absence": student, "reason": reason}),
        "time": Clock(time(9, 30)),
        "what": reason,
        "why": Line(PROMPTS["why_not_on_file"]),
        "words": SCHOOL.portal_text,
    }


def say(line: Line, language: str) -> str:
    """The line, as it is sent."""
    return thrifty(SPEAKERS[language].say(line, Channel.SMS, TODAY))


PROMPTS = {prompt.id: prompt for prompt in prompts()}
TEXTS = [prompt for prompt in PROMPTS.values() if prompt.text is not None]


def worded(prompt: Prompt, language: str) -> str:
    """The text with long names and many days, as it is sent."""
    speaker = SPEAKERS[language]
    long = {
        key: NamesOnFile((LONG_NAME, LONG_NAME))
        if key == "student" and _to_family(prompt)
        else value
        for key, value in values(language).items()
    }
    return thrifty(speaker.write(Notice(prompt, long), Channel.SMS, TODAY))  # type: ignore[arg-type]  # every kind of value there is


def _to_family(prompt: Prompt) -> bool:
    return prompt.id.startswith(("confirmation", "notice", "told_"))


@pytest.mark.parametrize("language", SPEAKERS)
@pytest.mark.parametrize("prompt", TEXTS, ids=lambda prompt: prompt.id)
def test_no_text_takes_more_than_two_parts(prompt: Prompt, language: str) -> None:
    text = worded(prompt, language)
    assert parts(text) <= MOST_PARTS, f"{parts(text)} parts, {len(text)} signs: {text}"


@pytest.mark.parametrize("language", SPEAKERS)
def test_texts_with_ordinary_names_take_one_part_where_the_alphabet_allows(language: str) -> None:
    student = Line(
        PROMPTS["read_absent"], {"students": All((Words("Daniel"),)), "days": Days((TODAY,))}
    )
    reason = SCHOOL.reasons[0].words
    summary = Line(PROMPTS["summary"], {"absence": student, "reason": reason})
    line = Line(PROMPTS["done_by_text"], {"references": Spelled("HK34"), "summary": summary})
    text = say(line, language)
    assert parts(text) == 1, text


@pytest.mark.parametrize("language", SPEAKERS)
def test_no_text_asks_for_a_word_that_the_carrier_acts_upon(language: str) -> None:
    for prompt in TEXTS:
        template = translations(language)[f"{prompt.id}.text"]
        loud = set(re.findall(r"\b[A-Z]{2,}\b", template)) & CARRIERS
        # To get texts again after an opt-out is the one thing only the carrier's word does.
        assert loud <= ({"START"} if prompt.id == "opted_out" else set()), template


@pytest.mark.parametrize("language", SPEAKERS)
def test_every_command_a_text_asks_for_is_understood(language: str) -> None:
    asked = "".join(text for context, text in translations(language).items() if ".text" in context)
    for word, command in ASKED_FOR[language].items():
        assert word in asked
        assert read_command(Words(word), language) is command
        assert read_command(Words(word.lower() + " !"), language) is command


@pytest.mark.parametrize("path", sorted((Path("flows") / "locales").glob("*.po")), ids=str)
def test_every_translation_is_complete(path: Path) -> None:
    assert problems(path.stem, spoken=not written_only(path.stem)) == []


def test_a_language_that_is_only_written_needs_no_words_for_the_ear() -> None:
    assert written_only("pl")
    assert not written_only("es")
    spoken = problems("pl", spoken=True)
    assert spoken
    assert all(".voice." in problem for problem in spoken)


def test_a_voice_without_words_for_the_ear_stops_the_start() -> None:
    polish = Language("pl-PL", voice="Polly.Ola", key="7", offer=SchoolText("Po polsku, 7."))
    with pytest.raises(MissingTranslation, match=r"greeting\.voice\.1 is not translated"):
        speakers({"pl": polish})


def test_a_novel_in_place_of_a_name_is_cut_at_a_word() -> None:
    assert cut("Daniel", 40) == "Daniel"
    assert cut("word " * 30, 20) == "word word word..."
    assert len(cut("x" * 500, 40)) == 40


def test_many_days_are_told_by_the_first_and_the_last() -> None:
    say = Line(PROMPTS["absent"], {"days": Days(DAYS)})
    text = SPEAKERS["en"].say(say, Channel.SMS, TODAY)
    assert text == "absent 4 days, Tue, Nov 24 to Tue, Dec 8"


def test_the_english_of_a_text_is_plain() -> None:
    for context, text in english().items():
        if context.endswith(".text"):
            assert text.isascii(), context
