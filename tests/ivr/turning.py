"""What the tests of lost and doubled turns share."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from sqlalchemy import select

from app import create_app
from console.services import Services
from flows.turn import Turn
from ivr.conversations import Conversation, TurnRow
from ivr.simulator.carrier import Call, Carrier, in_process
from tests.support.line import (
    ADDRESS,
    KEIKOS_MOTHER,
    WholeLine,
    settings,
)
from tests.support.twiml_grammar import check

SICK_TODAY = "Keiko is sick today"


class Crash(Exception):
    """The process ends here."""


def crash(_turn: Turn) -> str:
    """Takes the place of writing the reply."""
    raise Crash


def conversations(line: WholeLine) -> Sequence[Conversation]:
    with line.services.database.reading() as session:
        return session.scalars(select(Conversation).order_by(Conversation.id)).all()


def turns(line: WholeLine) -> Sequence[TurnRow]:
    with line.services.database.reading() as session:
        return session.scalars(select(TurnRow).order_by(TurnRow.number)).all()


def after(line: WholeLine, *steps: str, from_: str = KEIKOS_MOTHER) -> Call:
    """A call in which the family has done this: words, keys, or "" for silence."""
    call = line.call(from_)
    for step in steps:
        act = call.presses if step.isdigit() else call.says
        act(step) if step else call.keeps_silent()
    return call


def restarted(line: WholeLine) -> Carrier:
    """A carrier to another process of the same line, which has only the database in common."""
    services = Services(settings(), line.clock, line.services.database)
    token = services.settings.twilio_auth_token or ""
    return Carrier(in_process(create_app(services), ADDRESS), ADDRESS, token, on_document=check)


def at_once(*work: Callable[[], Any]) -> list[Any]:
    """What these give, all begun at the same moment."""
    barrier = Barrier(len(work))

    def run(one: Callable[[], Any]) -> Any:
        barrier.wait(10)
        return one()

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(run, work))
