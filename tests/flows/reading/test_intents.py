"""What a message wants; a report comes first, and a word in passing wants nothing."""

import pytest

from flows.reading.values import Intent
from tests.flows.reading.small import STRANGER, read

REPORT, LATE, EARLY = Intent.REPORT_ABSENCE, Intent.LATE_ARRIVAL, Intent.EARLY_DISMISSAL
CANCEL, STATUS, OFFICE = Intent.CANCEL_REPORT, Intent.STATUS_QUERY, Intent.SPEAK_TO_OFFICE
PORTAL, STOP, HELP, OTHER = Intent.PORTAL_HELP, Intent.OPT_OUT, Intent.HELP, Intent.OTHER


@pytest.mark.parametrize(
    ("words", "intent"),
    [
        ("diego won't be in today", REPORT),
        ("diego has a fever", REPORT),
        ("diego threw up on the way to school so i took him home", REPORT),
        ("diego is out today please send his homework to the office", REPORT),
        ("diego is out today please call me back", REPORT),
        ("diego has to go to the consulate tomorrow", REPORT),
        ("diego is sick sorry for the late notice", REPORT),
        ("sorry this is late diego was sick today", REPORT),
        ("diego is running late", LATE),
        ("diego won't be in until ten", LATE),
        ("diego will miss first period", LATE),
        ("diego overslept he's on his way", LATE),
        ("please send diego down at one i'm picking him up", EARLY),
        ("diego needs to leave at noon", EARLY),
        ("diego is coming in after all", CANCEL),
        ("please disregard my message about diego he's fine", CANCEL),
        ("i reported diego out by mistake", CANCEL),
        ("diego's appointment was cancelled so he won't be absent", CANCEL),
        ("did you get my message about diego", STATUS),
        ("why was diego marked absent on monday", STATUS),
        ("i got a call that diego was absent but i dropped him off", STATUS),
        ("can i talk to somebody in the office", OFFICE),
        ("please have the counselor call me", OFFICE),
        ("i forgot my password for the parent portal", PORTAL),
        ("how much are the school fees", PORTAL),
        ("stop calling me", STOP),
        ("take me off your list", STOP),
        ("i don't want these texts anymore", STOP),
        ("how do i report an absence", HELP),
        ("do i need a doctor's note", HELP),
        ("wrong number sorry", OTHER),
        ("what time does school get out on friday", OTHER),
        ("can you grab milk on the way home", OTHER),
        ("hello", OTHER),
    ],
)
def test_a_wish_is_read(words: str, intent: Intent) -> None:
    assert read(words).intent.value is intent


@pytest.mark.parametrize(
    "words",
    [
        "perdón por avisar tan tarde, diego está enfermo",
        "diego tiene tos, disculpe el mensaje tarde",
    ],
)
def test_a_late_message_is_no_late_arrival_in_spanish(words: str) -> None:
    assert read(words, language="es").intent.value is REPORT


@pytest.mark.parametrize(
    ("words", "intent"),
    [("STOP", STOP), ("unsubscribe", STOP), ("ALTO", STOP), ("baja", STOP), ("UNDO", CANCEL),
     ("Status?", STATUS), ("HELP", HELP), ("info", HELP), ("AYUDA", HELP),
     ("stop the bleeding", OTHER),      ("cancel diego's absence", CANCEL)],
)  # fmt: skip
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_word_is_a_command_only_as_the_whole_message(
    words: str, intent: Intent, language: str
) -> None:
    if language == "en" or len(words.split()) == 1:
        assert read(words, language=language, typed=True).intent.value is intent


@pytest.mark.parametrize(
    ("language", "words", "intent"),
    [
        ("es", "diego no va hoy", REPORT),
        ("es", "diego llega como a las diez", LATE),
        ("es", "paso por diego a la una", EARLY),
        ("es", "siempre sí va diego cancele el reporte", CANCEL),
        ("es", "recibieron mi mensaje de diego", STATUS),
        ("es", "me comunica con la oficina", OFFICE),
        ("es", "ya no me manden mensajes", STOP),
        ("es", "cómo reporto una falta", HELP),
        ("es", "número equivocado", OTHER),
        ("es", "ya no quiero mensajes de ustedes", STOP),
        ("pl", "nie piszcie do mnie więcej", STOP),
        ("pl", "proszę mnie wypisać", STOP),
        ("pl", "Diego spóźni się", LATE),
        ("pl", "Odbiorę Diego o 13", EARLY),
        ("pl", "Proszę anulować nieobecność Diego", CANCEL),
        ("pl", "Proszę o telefon z sekretariatu", OFFICE),
        ("zh", "Diego 今天晚到", LATE),
        ("zh", "下午一点来接 Diego", EARLY),
        ("zh", "取消 Diego 今天的请假", CANCEL),
        ("zh", "请给我回电话", OFFICE),
    ],
)
def test_a_wish_is_read_in_other_languages(language: str, words: str, intent: Intent) -> None:
    assert read(words, language=language, typed=language != "es").intent.value is intent


@pytest.mark.parametrize(
    "words", ["i want to talk to the office about diego", "diego's grades are not in the portal"]
)
def test_other_wishes_carry_no_facts_of_attendance(words: str) -> None:
    reading = read(words, STRANGER)
    assert reading.missing == ()
    assert reading.partial_day is None
    assert not getattr(reading.students, "value", None)
    assert not getattr(reading.days, "value", None)
