"""A stranger who tries names, numbers, letters and birthdays, hundreds of them, to learn who goes
to this school: what is answered depends on what was tried, and never on whether it exists.

Nor does the time tell: the database is asked about as much. That is counted and not timed.
"""

import random
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import cycle, product

import pytest

from school.roster_files import RosterFolder
from tests.support.line import WITHHELD, WholeLine, demo_roster
from tests.support.statements import statements

ABOUT = " is out today with a fever, this is Rosa Diaz, an aunt"
THEN = ("what is the name and the grade?", "yes", "STATUS", "repeat")
REFERENCE = re.compile(r"\b[A-Z0-9](?:[, ]*[A-Z0-9]){3}\b(?=\.)")
KEYS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")
# Statements: a real student's other contacts are told. Some milliseconds of a whole exchange, of
# which the carrier's own answers differ by hundreds.
MOST_MORE = 5
MANY = 6  # students who are tried, chosen anew from the same seed


@dataclass(frozen=True)
class Tried:
    """What a stranger tries of one student: facts that are true, or made up."""

    first: str
    last: str
    number: str
    letters: str  # the first keys of the last name
    birthday: str

    @property
    def made_up(self) -> "Tried":
        """The same keys with the name and number of nobody."""
        return replace(self, first="Zebulon", last="Quackenby", number=f"6{self.number[:0:-1]}")


FIRST_SENTENCES: dict[str, Callable[[Tried], str]] = {
    "first and last name": lambda t: f"{t.first} {t.last}{ABOUT}",
    "a first name": lambda t: f"{t.first}{ABOUT}",
    "a last name": lambda t: f"{t.last}{ABOUT}",
    "a name with a letter lost": lambda t: f"{t.first[:-1]} {t.last[:-1]}{ABOUT}",
    "a brother's first name": lambda t: f"Zachary {t.last}{ABOUT}",
    "a brother too": lambda t: f"{t.first} {t.last} and her brother are out today with a fever",
    "a student number": lambda t: f"student {t.number}{ABOUT}",
    "a number one digit off": lambda t: f"student {one_off(t.number)}{ABOUT}",
    "a student number, announced": lambda t: f"my student, student ID {t.number},{ABOUT}",
    "a number and a wrong name": lambda t: f"Zebulon {t.number}{ABOUT}",
}


def one_off(number: str) -> str:
    """The number with another last digit."""
    return f"{number[:-1]}{(int(number[-1]) + 1) % 10}"


KEYED: dict[str, Callable[[Tried], tuple[str, ...]]] = {
    "nothing keyed": lambda _: (),
    "the right letters": lambda t: (f"{t.letters}#", "1", "1"),
    "letters and a birthday": lambda t: (f"{t.letters}#", f"{t.birthday}#", "1"),
    "a student number": lambda t: (f"{t.number}#", "1", "1"),
    "a number one digit off": lambda t: (f"{one_off(t.number)}#", "1", "1"),
}


def plain(text: str) -> str:
    """In small letters, without accents."""
    split = unicodedata.normalize("NFD", text.lower())
    return "".join(sign for sign in split if not unicodedata.combining(sign))


def tokens(text: str) -> set[str]:
    """The words and numbers of a text."""
    return set(re.findall(r"[a-z0-9+]+", plain(text)))


def secrets(roster: RosterFolder) -> set[str]:
    """Every name and number of the school's files."""
    students = (
        f"{s.first_name} {s.last_name} {s.preferred_name or ''} {s.student_id} {s.birth_date}"
        for s in roster.students
    )
    contacts = (f"{c.name} {c.phone or ''}" for c in roster.contacts)
    return {word for text in (*students, *contacts) for word in tokens(text) if len(word) > 2}


@pytest.fixture
def roster(sqlite_line: WholeLine) -> RosterFolder:
    return demo_roster(sqlite_line.clock().date())


@pytest.fixture
def real(roster: RosterFolder) -> list[Tried]:
    """Students who exist, by everything that a stranger might have found out."""
    plainly_named = [
        s
        for s in roster.students
        if min(len(s.first_name), len(s.last_name)) > 3 and (s.first_name + s.last_name).isalpha()
    ]
    chosen = random.Random(1).sample(plainly_named, MANY)  # noqa: S311  (chance, not secrets)
    return [
        Tried(
            s.first_name,
            s.last_name,
            s.student_id,
            plain(s.last_name).translate(KEYS)[:3],
            f"{s.birth_date:%m%d}",
        )
        for s in chosen
    ]


def numbers(roster: RosterFolder) -> Iterator[str]:
    """Numbers that are on nobody's file, a new one for each try."""
    on_file = {contact.phone for contact in roster.contacts}
    areas = (217, 309, 312, 618, 707, 808, 907, 919)
    made = (f"+1{area}55501{n:02}" for area in areas for n in range(100))
    return (phone for phone in made if phone not in on_file)


def by_text(line: WholeLine, phone: str, first: str) -> list[str]:
    """All that the line answers to a stranger's texts."""
    return [answer for words in (first, *THEN) for answer in line.text(words, phone)]


def by_call(line: WholeLine, phone: str, first: str, keys: tuple[str, ...] = ()) -> list[str]:
    """All that a stranger hears in a call, question by question."""
    call = line.call(phone).says(first)
    heard = [call.prompt]
    for act in (*keys, *THEN):
        if call.waiting is None or call.waiting.tag != "Gather":
            break
        call = call.presses(act) if act.rstrip("#").isdigit() else call.says(act)
        heard.append(call.prompt)
    call.hangs_up()
    return heard


def without_own_words(answers: list[str], tried: Tried) -> str:
    """The answers, with what was tried and the references taken out."""
    text = " | ".join(answers)
    own = sorted((tried.first, tried.last, tried.number), key=len, reverse=True)
    for word in own:
        text = re.sub(rf"\b{re.escape(word[:-1])}\w*", "X", text, flags=re.IGNORECASE)
    return REFERENCE.sub("REF", text)


@dataclass
class Trial:
    """What was tried of a student who exists and of nobody, and what was told."""

    known: set[str]  # the names and numbers of the school's files
    told: list[str] = field(default_factory=list)  # names and numbers that nobody had said
    given_away: list[str] = field(default_factory=list)  # who exists, by another answer
    by_its_work: list[str] = field(default_factory=list)  # who exists, by what it takes

    def compare(
        self, tried: Tried, how: str, said: Callable[[Tried], str], ask: Callable[..., list[str]]
    ) -> None:
        """Try it of both, and note what differs."""
        answers, work = [], []
        for one in (tried, tried.made_up):
            with statements() as sent:
                heard = ask(one)
            work.append(len(sent))
            leaked = (tokens(" ".join(heard)) & self.known) - tokens(said(one)) - ORDINARY
            self.told += [f"{how}: {said(one)} told {sorted(leaked)}"] if leaked else []
            answers.append(without_own_words(heard, one))
        if answers[0] != answers[1]:
            self.given_away.append(f"{how}: {said(tried)}\n{answers[0]}\n{answers[1]}")
        if abs(work[0] - work[1]) > MOST_MORE:
            self.by_its_work.append(f"{how}: {said(tried)}: {work[0]} statements, not {work[1]}")

    @property
    def outcome(self) -> tuple[list[str], list[str], list[str]]:
        """All that a stranger has learned."""
        return self.told, self.given_away, self.by_its_work


# Words of the prompts that are also somebody's name.
ORDINARY = {
    "may",
    "maria",
    "day",
    "will",
    "june",
    "april",
    "grace",
    "jones",
    "college",
    "rosa",
    "diaz",
}


def test_no_text_tells_a_stranger_who_goes_to_this_school(
    sqlite_line: WholeLine, roster: RosterFolder, real: list[Tried]
) -> None:
    phones, trial = numbers(roster), Trial(secrets(roster))
    for how, sentence in FIRST_SENTENCES.items():
        for tried in real:
            trial.compare(
                tried, how, sentence, lambda t, s=sentence: by_text(sqlite_line, next(phones), s(t))
            )
    assert trial.outcome == ([], [], [])


@pytest.mark.parametrize("withheld", [False, True])
def test_no_call_tells_a_stranger_who_goes_to_this_school(
    sqlite_line: WholeLine, roster: RosterFolder, real: list[Tried], *, withheld: bool
) -> None:
    phones, trial = numbers(roster), Trial(secrets(roster))
    ways = product(FIRST_SENTENCES.items(), KEYED.items())
    for tried, ((how, sentence), (what, keys)) in zip(cycle(real), ways, strict=False):
        trial.compare(
            tried,
            f"{how}, {what}",
            sentence,
            lambda t, s=sentence, k=keys: by_call(
                sqlite_line, WITHHELD if withheld else next(phones), s(t), k(t)
            ),
        )
    assert trial.outcome == ([], [], [])


def test_the_measure_finds_a_line_that_tells() -> None:
    """Else the tests above could not fail."""
    keiko, trial = Tried("Keiko", "Tanaka", "61556150", "826", "0101"), Trial({"keiko", "tanaka"})

    def tells(tried: Tried) -> list[str]:
        return ["Keiko Tanaka, grade 11?"] if tried == keiko else ["There is no Zebulon."]

    trial.compare(keiko, "a name", lambda tried: tried.first, tells)
    assert trial.told == ["a name: Keiko told ['tanaka']"]
    assert len(trial.given_away) == 1
