"""A moment at the demo school, for conversations without telephone and database."""

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from console.services import Services
from flows.catalogue import Speaker
from flows.dialog import advance, opening_state
from flows.events import Began, Event, Filed, Heard, Pressed, Silence, Texted, Words
from flows.reading.roster import Roster
from flows.scene import Channel, Scene
from flows.turn import Reported, State, Turn
from school.roster_files import DEMO_FOLDER, read_folder
from school.school_file import SHIPPED, School, read_school
from tests.support.clock import A_SCHOOL_MORNING
from tests.support.line import settings

KEIKOS_MOTHER = "+18475550128"
CUEVAS = "+13315550127"  # mother of Mariana and Marlene
STRANGER = "+17735550104"


@cache
def school() -> School:
    """The school that is shipped."""
    return read_school(SHIPPED)


@cache
def roster() -> Roster:
    """The demo roster."""
    files = read_folder(Path(DEMO_FOLDER), A_SCHOOL_MORNING.date())
    return Roster(files.students, files.contacts)


@cache
def speaker(language: str = "en") -> Speaker:
    """Speaks one language of the school."""
    return Services(settings()).speakers[language]


def scene(phone: str | None = STRANGER, **changes: Any) -> Scene:
    """A Tuesday in November, 6:45 in the morning, on the telephone in English."""
    here = school()
    usual = Scene(
        channel=Channel.PHONE,
        phone=phone,
        language="en",
        roster=roster(),
        calendar=here.time.calendar,
        school=here.facts,
        now=here.time.local(A_SCHOOL_MORNING),
        office_open=False,
    )
    return replace(usual, **changes)


class Talk:
    """A conversation, event by event; the school files what is reported and answers AAAA."""

    def __init__(self, here: Scene) -> None:
        self.scene = here
        self.turn = Turn(opening_state(here))
        if here.channel is Channel.PHONE:
            self.take(Began())

    @property
    def state(self) -> State:
        """Where it stands."""
        return self.turn.state

    @property
    def words(self) -> str:
        """All that the line says in this turn."""
        voice = speaker(self.turn.state.language)
        return " ".join(
            (speaker(line.language) if line.language else voice).say(
                line, self.scene.channel, self.scene.today
            )
            for line in self.turn.lines
        )

    def take(self, event: Event) -> "Talk":
        """Whatever happens."""
        self.turn = advance(self.state, event, replace(self.scene, language=self.state.language))
        while isinstance(self.turn.outcome, Reported):
            codes = tuple("AAAA" for _ in self.turn.outcome.answers.students)
            filed = advance(self.state, Filed(codes), self.scene)
            self.turn = filed.after(self.turn.lines)
        return self

    def does(self, *steps: str) -> "Talk":
        """Keys where a step is made of them, silence where it is empty, else words."""
        for step in steps:
            if self.scene.channel is Channel.SMS:
                self.take(Texted(Words(step)))
            elif not step:
                self.take(Silence())
            elif set(step) <= set("0123456789*#"):
                self.take(Pressed(step))
            else:
                self.take(Heard(Words(step)))
        return self
