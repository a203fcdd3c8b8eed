"""Short replies: each good one beside sentences that only look like it."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.events import Words
from flows.reading.replies import (
    Answer,
    Command,
    guess_language,
    read_answer,
    read_command,
    read_fact,
    read_language,
)
from flows.reading.values import Slot
from tests.flows.reading.work import calls_of

Meaning = TypeVar("Meaning")
Sentences = Mapping[str, Mapping[Meaning | None, Sequence[str]]]

YES, NO = Answer.YES, Answer.NO
LANGUAGES = ("en", "es", "pl", "zh")

ANSWERS: Sentences[Answer] = {
    "en": {
        YES: (
            "Yes.", "YES", "yeah that's right", "correct", "mm-hmm", "uh-huh",
            "yep thats correct thx",
            "Yes, ma'am", "  that  is   right  ", "sure, go ahead", "ok", "👍🏽",
            "Uh, yes. Correct.",
            "everything's right", "yeah, yeah", "sí",
        ),
        NO: (
            "No.", "nope", "no that's wrong", "nope, it's Thursday", "that's not right", "wrong",
            "no he's in tenth grade", "not quite", "well no", "uh-uh", "no thanks", "👎",
            "yes but it's tomorrow", "yes no wait", "yeah, except the date",
            "right, only not today",
            "wait, no", "I want to change something", "no it's for Friday, yes, Friday",
        ),
        None: (
            "I don't know", "no school today", "no fever", "no idea", "she has no appetite",
            "right now",
            "yes and tomorrow too", "yes on Thursday", "no, that's right", "good morning", "",
            "...",
            "nobody", "north", "not okay", "Yesenia Noah", "know", "his right arm", "maybe",
            "thanks",
        ),
    },
    "es": {
        YES: (
            "sí", "si", "Sí, está bien", "si esta bien", "así es, gracias", "claro que sí",
            "correcto",
            "sí señora", "ándale pues", "ok", "todo está bien", "eso es", "SI",
        ),
        NO: (
            "no", "no, es mañana", "no, el jueves", "no está bien", "eso está mal",
            "sí pero es mañana",
            "no es correcto", "no señor", "si, pero no hoy", "no gracias", "no es el martes",
        ),
        None: (
            "no sé", "no va hoy", "no va a ir", "no se siente bien", "no entiendo", "hoy",
            "sí y mañana",
            "nosotros", "¿", "mi hijo sí va", "buenos días", "no tiene fiebre", "asistió",
        ),
    },
    "pl": {
        YES: (
            "tak", "Tak, zgadza się", "zgadza sie", "dobrze", "wszystko się zgadza",
            "tak, dziękuję",
        ),
        NO: ("nie", "nie, w czwartek", "to nieprawda", "tak, ale jutro", "nie zgadza sie", "źle"),
        None: ("nie będzie go", "nie wiem", "jutro", "nie bedzie w szkole", "proszę", "taksówka"),
    },
    "zh": {
        YES: ("是", "是的", "对", "对，没错", "好的谢谢", "可以", "對的", "好吧"),
        NO: ("不", "不对", "不是，是周三", "错了", "是的但是明天", "没有", "不用了"),
        None: ("不知道", "不来", "对不起", "今天不来学校", "好像发烧", "早上好", "周三"),
    },
}  # fmt: skip

COMMANDS: Sentences[Command] = {
    "en": {
        Command.REPEAT: ("repeat that please", "Sorry, what?", "can you say that again", "Huh?"),
        Command.HELP: ("help", "Help me please!", "I don't understand", "what do I say"),
        Command.START_OVER: ("start over", "let's start over please", "can we start over"),
        Command.PERSON: (
            "operator", "I'd like to speak to a person please",
            "can I talk to someone in the office",
            "transfer me to the front office", "a real person",
        ),
        Command.ANOTHER: ("another one", "I have another child", "one more please"),
        Command.DONE: (
            "that's all", "no thanks", "goodbye", "no, that's all, thank you", "Bye bye!",
        ),
        Command.UNDO: ("UNDO", "undo that please", "cancel my report", "take it back"),
        Command.STATUS: ("status", "did you get my report?", "what's the status of my report"),
        Command.DONT_KNOW: ("I don't know", "idk", "uh I'm not sure", "no idea", "I dont know yet"),
        None: (
            "he needs help with his inhaler", "another day off please, Maria is sick", "no",
            "uh-huh",
            "she'll repeat the test tomorrow", "the office told me to call", "person of interest",
            "I don't know when but Daniel is sick", "her status is sick", "undone", "cancel Friday",
            "that's all from Rosa", "", "!!!",
        ),
    },
    "es": {
        Command.REPEAT: ("repita por favor", "¿cómo?", "no le entendí", "otra vez"),
        Command.HELP: ("ayuda", "no entiendo", "necesito ayuda por favor"),
        Command.START_OVER: ("empezar de nuevo", "quiero empezar otra vez"),
        Command.PERSON: (
            "quiero hablar con una persona", "operadora", "me comunica con alguien por favor",
            "la oficina",
        ),
        Command.ANOTHER: ("otro hijo", "tengo otra hija", "una más"),
        Command.DONE: ("es todo", "nada más", "no gracias", "adiós", "es todo gracias"),
        Command.UNDO: ("UNDO", "cancelar el reporte", "quiero anular la falta"),
        Command.STATUS: ("STATUS", "¿ya les llegó mi mensaje?", "estado de mi reporte"),
        Command.DONT_KNOW: ("no sé", "no se", "ni idea", "todavía no sé", "no estoy segura"),
        None: (
            "mi hija necesita ayuda", "no se siente bien", "no va hoy", "otra vez tiene fiebre",
            "la oficina del doctor", "hoy", "se comunicó con una persona",
        ),
    },
    "pl": {
        Command.REPEAT: ("proszę powtórzyć", "jeszcze raz"),
        Command.HELP: ("pomoc", "nie rozumiem"),
        Command.PERSON: ("sekretariat", "chciałabym rozmawiać z kimś"),
        Command.DONE: ("to wszystko", "nie dziękuję", "do widzenia"),
        Command.UNDO: ("UNDO", "cofnij", "wycofaj zgłoszenie"),
        Command.STATUS: ("status",),
        Command.DONT_KNOW: ("nie wiem", "nie jestem pewna", "Nie wiem o której"),
        None: ("nie będzie go", "syn w sekretariacie", "jutro", "nie wie"),
    },
    "zh": {
        Command.REPEAT: ("再说一遍", "没听清楚", "请再说一遍"),
        Command.HELP: ("帮助", "我不明白"),
        Command.START_OVER: ("重新开始",),
        Command.PERSON: ("转人工", "我要跟真人说话"),
        Command.DONE: ("没有了谢谢", "再见", "就这样"),
        Command.UNDO: ("撤回", "UNDO"),
        Command.DONT_KNOW: ("不知道", "我不确定"),
        None: ("今天不来学校", "他不知道作业", "发烧"),
    },
}  # fmt: skip

FACTS: Sentences[Slot] = {
    "en": {
        Slot.STUDENT: (
            "the student", "the name is wrong", "it's the wrong student", "wrong kid",
            "her last name",
            "no that's not my son",
        ),
        Slot.DATES: (
            "the date", "Day.", "the dates are wrong", "change the day please", "which day",
        ),
        Slot.REASON: ("the reason", "no, the reason is wrong", "reason please"),
        Slot.CALLER_NAME: ("my name", "you got my name wrong", "name"),
        Slot.RELATIONSHIP: ("the relationship", "I'm not his mother"),
        Slot.TIME: ("the time", "no the time isn't right", "the arrival time"),
        None: ("no", "the fever", "my name is Maria Lopez", "what is the reason for this call", ""),
    },
    "es": {
        Slot.STUDENT: ("el estudiante", "el nombre está mal", "no es mi hijo"),
        Slot.DATES: ("el día", "la fecha está mal", "dia"),
        Slot.REASON: ("la razón", "el motivo", "quiero cambiar el motivo"),
        Slot.CALLER_NAME: ("mi nombre", "nombre", "mi nombre está mal"),
        Slot.TIME: ("la hora", "no es la hora correcta"),
        None: ("mi nombre es Rosa", "no", "tiene fiebre"),
    },
    "pl": {
        Slot.STUDENT: ("uczeń", "zły uczeń"),
        Slot.DATES: ("data", "zła data", "dzień"),
        Slot.REASON: ("powód", "powod"),
        None: ("tak", "gorączka"),
    },
    "zh": {
        Slot.STUDENT: ("学生", "学生的名字错了"),
        Slot.DATES: ("日期", "日期不对"),
        Slot.REASON: ("原因", "请改原因"),
        None: ("是的", "发烧"),
    },
}  # fmt: skip

ASKED_FOR = {
    "en": (
        "in English", "English please", "no español, english", "po angielsku",
        "can we do this in english", "habla inglés",
    ),
    "es": ("español", "Spanish please", "¿habla español?", "en espanol por favor"),
    "pl": ("po polsku", "Polish", "czy mówi ktoś po polsku"),
    "zh": ("中文", "请说中文", "Chinese please", "Do you speak Mandarin?", "普通话"),
    None: (
        "she has a Spanish test", "French please", "English class", "speak to the office", "hoy",
        "",
        "el maestro de inglés", "he missed english and spanish", "arabic",
    ),
}  # fmt: skip

WRITTEN_IN = {
    "en": (
        "Daniel is sick today", "she won't be in tomorrow", "Yadira De La Rosa out today, fever",
        "Hello",
    ),
    "es": ("Hola", "Mi hijo no va hoy", "daniela no va a ir mañana tiene fiebre", "buenos dias"),
    "pl": (
        "Dzień dobry, syn jest chory", "Zuzia nie przyjdzie jutro do szkoły",
        "Hania dzisiaj u lekarza",
    ),
    "zh": ("Yi Hu 下周一到周三请假", "今天发烧", "我女儿 Iris 明天请假"),
    None: (
        "fever", "Maria Lopez", "ok", "", "🤧🤧", "12/3", "Luis de la Cruz", "حالا مریض است",
        "일어났어요",
    ),
}  # fmt: skip


def cases(table: Sentences[Meaning]) -> list[tuple[str, Meaning | None, str]]:
    return [
        (language, meaning, words)
        for language, meanings in table.items()
        for meaning, said in meanings.items()
        for words in said
    ]


@pytest.mark.parametrize(("language", "meaning", "words"), cases(ANSWERS))
def test_an_answer_is_a_yes_that_nothing_follows_or_a_no(
    language: str, meaning: Answer | None, words: str
) -> None:
    assert read_answer(Words(words), language) is meaning


@pytest.mark.parametrize(("language", "meaning", "words"), cases(COMMANDS))
def test_a_command_is_the_whole_of_what_is_said(
    language: str, meaning: Command | None, words: str
) -> None:
    assert read_command(Words(words), language) is meaning


@pytest.mark.parametrize(("language", "meaning", "words"), cases(FACTS))
def test_a_fact_to_change_is_named(language: str, meaning: Slot | None, words: str) -> None:
    assert read_fact(Words(words), language) is meaning


@pytest.mark.parametrize(("language", "words"), [(k, w) for k, ws in ASKED_FOR.items() for w in ws])
def test_a_language_is_asked_for_by_name_in_any_language(language: str | None, words: str) -> None:
    assert read_language(Words(words), LANGUAGES) == language


def test_a_language_that_the_school_does_not_offer_is_not_changed_to() -> None:
    assert read_language(Words("Polish please"), ("en", "es")) is None
    assert read_language(Words("العربية"), ("en", "ar")) == "ar"


@pytest.mark.parametrize(
    ("language", "words"), [(k, w) for k, ws in WRITTEN_IN.items() for w in ws]
)
def test_a_language_is_guessed_only_where_it_is_plain(language: str | None, words: str) -> None:
    assert guess_language(Words(words), LANGUAGES) == language


def test_a_language_that_is_not_offered_is_not_taken_for_one_that_is() -> None:
    assert guess_language(Words("Dzień dobry, syn jest chory"), ("en", "es")) is None


def test_a_language_without_tables_has_no_replies() -> None:
    yes = Words("yes")
    assert read_answer(yes, "xx") is None
    assert read_command(Words("help"), "xx") is None
    assert read_fact(Words("the date"), "xx") is None


def test_what_is_longer_than_any_reply_is_none() -> None:
    assert read_answer(Words("yes " * 100), "en") is None
    assert read_command(Words("help " * 100), "en") is None


@given(st.text(), st.sampled_from((*LANGUAGES, "xx", "")))
def test_any_text_is_read_without_an_exception(text: str, language: str) -> None:
    words = Words(text)
    assert read_answer(words, language) in (YES, NO, None)
    assert read_command(words, language) in (*Command, None)
    assert read_fact(words, language) in (*Slot, None)
    assert read_language(words, LANGUAGES) in (*LANGUAGES, None)
    assert guess_language(words, LANGUAGES) in (*LANGUAGES, None)


@pytest.mark.parametrize(
    "words",
    ["no", "yeah that's right thank you", "no he's in tenth grade and his name is Bob " * 40],
)
def test_a_reply_is_read_with_little_work(words: str) -> None:
    for read in (read_answer, read_command, read_fact):
        read(Words(words), "en")  # its tables are loaded
        assert calls_of(partial(read, Words(words), "en")) < 5000  # usually a few hundred
