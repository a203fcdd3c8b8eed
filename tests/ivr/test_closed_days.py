"""The school stays closed against its calendar, and every way in knows it at once."""

from datetime import date

import pytest

from app import create_app
from console.services import Services
from ivr.simulator.carrier import Carrier, in_process
from school.closings import CannotClose, Closing, close
from tests.support.line import ADDRESS, ALICIA, KEIKOS_MOTHER, SCHOOL, WholeLine, settings

TODAY, TOMORROW = date(2026, 11, 24), date(2026, 11, 25)


def snow(line: WholeLine, day: date) -> None:
    with line.services.database.begin() as session:
        school = line.services.open_school.get()
        close(session, school, day, "Snow", "clerk@school.example", line.clock())
    line.clock.go_on(seconds=2)


def test_a_call_hears_that_there_is_no_school_and_is_offered_the_next_day(line: WholeLine) -> None:
    snow(line, TODAY)
    call = line.call(KEIKOS_MOTHER)
    call.says("Keiko is out today with a fever")
    assert "There is no school today" in call.prompt
    assert "Wednesday, November 25, say yes or press 1" in call.prompt
    assert "Snow" not in call.prompt, "what the office writes down is not for families"


@pytest.mark.parametrize(
    ("from_", "words", "answer"),
    [
        (KEIKOS_MOTHER, "Keiko is out tomorrow with a fever", "No school"),
        (ALICIA, "Gaby no va a ir mañana, tiene fiebre", "No hay clases"),
    ],
)
def test_a_text_is_told_so_in_its_language_by_every_process_and_after_it_is_opened_no_more(
    line: WholeLine, from_: str, words: str, answer: str
) -> None:
    token = line.services.settings.twilio_auth_token or ""
    other = Services(settings(), line.clock, line.services.database)
    carrier = Carrier(in_process(create_app(other), ADDRESS), ADDRESS, token)
    carrier.text("+17735550104", SCHOOL, "hello")  # it has looked before the day is closed
    snow(line, TOMORROW)
    said = carrier.text(from_, SCHOOL, words)
    assert answer in " ".join(said)
    with line.services.database.begin() as session:
        session.delete(session.get_one(Closing, TOMORROW))
    line.clock.go_on(seconds=2)
    said = carrier.text(from_, SCHOOL, words)
    assert answer not in " ".join(said)
    assert str(TOMORROW) in line.reports()[-1]["dates"]


def test_a_day_is_closed_once_and_by_nobody_twice(line: WholeLine) -> None:
    snow(line, TODAY)
    with pytest.raises(CannotClose):
        snow(line, TODAY)
    assert not line.services.open_school.get().time.office_open(line.clock())
