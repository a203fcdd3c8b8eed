"""One message that tells of two students different things: "Mariana today and Marlene tomorrow"."""

import pytest

from flows.scene import Channel
from tests.flows.scenes import CUEVAS, Talk, scene


def texts(words: str, language: str = "en") -> str:
    """What the line answers to this text of the mother of Mariana and Marlene."""
    return Talk(scene(CUEVAS, channel=Channel.SMS, language=language)).does(words).words


@pytest.mark.parametrize(
    ("words", "mariana", "marlene"),
    [
        (
            "Mariana has a fever today and Marlene has the flu and is out tomorrow",
            "Mariana: absent today (Tue, Nov 24), illness.",
            "Marlene: absent tomorrow (Wed, Nov 25), illness.",
        ),
        (
            "This is Mrs. Cuevas. Mariana has a cold today. Marlene has a dentist on Monday.",
            "Mariana: absent today (Tue, Nov 24), illness.",
            "Marlene: absent Mon, Nov 30, illness.",
        ),
        (
            "Mariana is sick today, tomorrow Marlene has a funeral to go to",
            "Mariana: absent today (Tue, Nov 24), illness.",
            "Marlene: absent tomorrow (Wed, Nov 25), a death in the family.",
        ),
        (
            "Mariana is sick, and Marlene will be late, at 10, because of the dentist",
            "Mariana: absent today (Tue, Nov 24), illness.",
            "Marlene: late today (Tue, Nov 24), 10:00 AM, illness.",
        ),
    ],
)
def test_a_text_makes_a_report_of_each(words: str, mariana: str, marlene: str) -> None:
    answer = texts(words)
    assert mariana in answer
    assert marlene in answer
    assert answer.index(mariana) < answer.index(marlene)


@pytest.mark.parametrize(
    "words",
    [
        "Mariana and Marlene are sick today and tomorrow",
        "Mariana is sick today and so is Marlene",
        "Mariana and her sister Marlene have the flu, back on Monday",
        "Mariana is sick today and tomorrow, and Marlene is too",
    ],
)
def test_what_holds_for_both_stays_one_report(words: str) -> None:
    assert "Mariana and Marlene: absent today" in texts(words)


def test_it_is_so_in_spanish() -> None:
    answer = texts("Mariana está enferma hoy y Marlene mañana tiene cita con el dentista", "es")
    assert "Mariana: ausencia hoy (mar, 24 de nov), enfermedad." in answer
    assert "Marlene: ausencia mañana (mié, 25 de nov), enfermedad." in answer


def test_what_one_part_leaves_out_is_asked_once_and_holds_for_the_next() -> None:
    talk = Talk(scene(CUEVAS, channel=Channel.SMS)).does(
        "Mariana is out today and Marlene tomorrow"
    )
    assert talk.words == "First about Mariana: What is the reason?"
    talk.does("a stomach bug")
    assert "Mariana: absent today (Tue, Nov 24), illness." in talk.words
    assert "Marlene: absent tomorrow (Wed, Nov 25), illness." in talk.words
    talk.does("sorry, Marlene on Monday")
    assert "Marlene: absent Mon, Nov 30, illness." in talk.words


def test_a_call_reads_them_back_one_after_the_other() -> None:
    talk = Talk(scene(CUEVAS)).does("3", "Mariana is sick today and Marlene tomorrow")
    assert talk.words.startswith(
        "First about Mariana. Mariana: absent today, Tuesday, November 24."
    )
    talk.does("yes")
    assert "Reference A A A A." in talk.words
    assert "Now about Marlene. Marlene: absent tomorrow, Wednesday, November 25." in talk.words
    talk.does("no", "on Monday")
    assert "Marlene: absent Monday, November 30." in talk.words
    talk.does("yes")
    assert "To report another absence" in talk.words
    assert talk.state.later == ()


@pytest.mark.parametrize(
    "before", [("Mariana is sick today and Marlene tomorrow",), ("Mariana is sick", "Marlene too")]
)
def test_a_correction_changes_the_form_of_the_student_it_names(before: tuple[str, ...]) -> None:
    talk = Talk(scene(CUEVAS, channel=Channel.SMS)).does(*before)
    talk.does("sorry, Mariana is out on Monday, not today")
    assert talk.words.startswith("Changed. Mariana: absent Mon, Nov 30, illness.")
    assert [form.answers.students[0].as_said for form in talk.state.earlier] == ["Marlene"]
