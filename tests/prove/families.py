"""Families on a bad morning: they call, text, hang up, leave messages; what they said is noted."""

import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from secrets import token_hex
from threading import Lock, Thread

from ivr.simulator.carrier import Call, Carrier, WebhookFailed
from school.roster_files import DEMO_FOLDER, read_folder
from tests.prove.carrier import LINE, SORRY, NoAnswer

REASONS = ("a fever", "the flu", "a stomach ache", "a bad cold", "a migraine")


@dataclass
class Said:
    """One family's call or text: what was said and answered, so what the school must know."""

    how: str
    phone: str
    student_id: str
    day: date
    sid: str = ""  # the CallSid, or the text's MessageSid
    words: list[str] = field(default_factory=list)  # those the line answered
    confirmed: bool = False
    message: str = ""  # the recording's id, where a message was left
    fell_back: bool = False  # the line said that something went wrong, and what to do
    trouble: str = ""  # what kept the family from ending as it wished


@dataclass(frozen=True)
class Person:
    """A contact on file, and one student they may call for."""

    phone: str
    student_id: str
    name: str


class FellBack(Exception):
    """The line said that something went wrong, and took a message instead."""


class Families:
    """They share the line, but nobody makes two calls at once."""

    def __init__(
        self,
        carrier: Carrier,
        day: date,
        chance: random.Random,
        dialled: Callable[[str, str], object],
    ) -> None:
        """Args: the carrier; the day out; chance; who notes each call's id and number."""
        self.carrier, self.day, self.chance, self.dialled = carrier, day, chance, dialled
        self.said: list[Said] = []
        self._busy: dict[str, Lock] = defaultdict(Lock)
        self._note = Lock()
        folder = read_folder(DEMO_FOLDER)
        names = {student.student_id: student.first_name for student in folder.students}
        shared = Counter((contact.phone, contact.student_id) for contact in folder.contacts)
        self.people = [
            Person(contact.phone, contact.student_id, names[contact.student_id])
            for contact in folder.contacts
            if contact.phone
            and contact.language == "en"
            and not contact.no_contact  # whom the line does not know
            and shared[contact.phone, contact.student_id] == 1  # else the line asks who it is
        ]
        self._have_texted: set[str] = set()

    def morning(self, calls: int, callers: int) -> None:
        """So many calls and texts, by so many families at once."""
        left = iter(range(calls))

        def one_after_another() -> None:
            for _ in left:
                self._one()

        threads = [Thread(target=one_after_another) for _ in range(callers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    def _one(self) -> None:
        person = self.chance.choice(self.people)
        with self._note:
            how = self.chance.choices(tuple(WAYS), (35, 15, 15, 5, 5, 10, 15))[0]
            if how == "texted" and person.phone in self._have_texted:
                how = "reported"  # a second text may be meant as a correction of the first
            if how == "texted":
                self._have_texted.add(person.phone)
        said = Said(how, person.phone, person.student_id, self.day)
        sentence = (
            f"{person.name} has {self.chance.choice(REASONS)} and will be out on "
            f"{self.day:%B} {self.day.day}."
        )
        with self._busy[person.phone]:
            try:
                WAYS[how](self, said, sentence)
            except FellBack:
                said.fell_back = True
            except (NoAnswer, WebhookFailed) as trouble:
                said.trouble = f"{type(trouble).__name__}: {trouble}"
        with self._note:
            self.said.append(said)

    def _call(self, said: Said) -> Call:
        call = Call(self.carrier, said.phone, LINE, {"StirVerstat": "TN-Validation-Passed-A"})
        said.sid = call.sid
        self.dialled(call.sid, said.phone)
        call.begin()
        self._go_on(call, said)
        return call

    def _menu(self, said: Said) -> Call:
        """The greeting was heard, and the key for absences pressed."""
        call = self._call(said)
        call.presses("3")
        self._go_on(call, said)
        return call

    def report(self, said: Said, sentence: str) -> None:
        """Menu, one sentence, yes."""
        call = self._menu(said)
        self._say(call, said, sentence)
        self._confirm(call, said)
        self._hang_up(call)

    def report_at_once(self, said: Said, sentence: str) -> None:
        """One sentence at the menu, yes."""
        call = self._call(said)
        self._say(call, said, sentence)
        self._confirm(call, said)
        self._hang_up(call)

    def hang_up_before_yes(self, said: Said, sentence: str) -> None:
        """The bus comes before the read-back has ended."""
        call = self._menu(said)
        self._say(call, said, sentence)
        self._hang_up(call)

    def hang_up_with_yes(self, said: Said, sentence: str) -> None:
        """The word of the end of the call overtakes the last answer."""
        call = self._menu(said)
        self._say(call, said, sentence)
        ended = Thread(target=self._hang_up_soon, args=(said,))
        ended.start()
        try:
            call.says("Yes.")
            self._go_on(call, said)
            said.confirmed = True
        finally:
            ended.join()

    def say_nothing(self, said: Said, _sentence: str) -> None:
        """Hang up in the greeting."""
        self._hang_up(self._call(said))

    def leave_message(self, said: Said, _sentence: str) -> None:
        """Silent at every question, then a message."""
        call = self._menu(said)
        while call.waiting is not None and call.waiting.tag == "Gather":
            call.keeps_silent()
        self._leave_message(call, said)

    def text(self, said: Said, sentence: str) -> None:
        """One text, which says everything."""
        said.sid = "SM" + token_hex(16)
        answers = self.carrier.text(said.phone, LINE, sentence, MessageSid=said.sid)
        if any(SORRY in answer for answer in answers):
            raise FellBack
        said.words.append(sentence)
        said.confirmed = bool(answers)

    def _say(self, call: Call, said: Said, sentence: str) -> None:
        call.says(sentence)
        self._go_on(call, said)
        said.words.append(sentence)

    def _confirm(self, call: Call, said: Said) -> None:
        call.says("Yes.")
        self._go_on(call, said)
        said.confirmed = True

    def _go_on(self, call: Call, said: Said) -> None:
        """See whether the line goes on; else do as it says, and leave a message."""
        if SORRY in call.prompt:
            self._leave_message(call, said)
            raise FellBack

    def _leave_message(self, call: Call, said: Said) -> None:
        said.message = "RE" + token_hex(16)
        call.leaves_message(7, hangs_up=self.chance.random() < 0.5, sid=said.message)

    def _hang_up(self, call: Call) -> None:
        """Hang up; of every fifth call no word comes, and of some more it gets lost."""
        if self.chance.random() < 0.8:
            call.hangs_up()

    def _hang_up_soon(self, said: Said) -> None:
        time.sleep(self.chance.uniform(0, 0.02))
        ended = {"CallSid": said.sid, "From": said.phone, "To": LINE, "CallStatus": "completed"}
        with suppress(NoAnswer):
            self.carrier.send("/voice/status", ended)


WAYS: dict[str, Callable[[Families, Said, str], None]] = {
    "reported": Families.report,
    "reported at the menu": Families.report_at_once,
    "hung up before yes": Families.hang_up_before_yes,
    "hung up with yes": Families.hang_up_with_yes,
    "hung up at once": Families.say_nothing,
    "left a message": Families.leave_message,
    "texted": Families.text,
}
