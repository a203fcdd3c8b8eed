"""`take_turn` for calls and texts: a conversation and an event in, the stored reply out.

Two commits make a turn. First what was heard is kept, before anything is understood; then the
reply, the state after it and all that follows from it together. A turn that was answered before
gets its stored reply again; of two requests for one turn, one answers and the other reads that
answer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from flows.dialog import advance, begin_again, opening_state
from flows.events import Began, Event, Texted
from flows.scene import Channel, Scene
from flows.turn import HangUp, State, Turn
from ivr.conversations import (
    Found,
    Opening,
    answer,
    find,
    keep,
    keep_text,
    last_state,
    open_,
    reply_to,
)
from ivr.registrar import Registrar, locked
from ivr.rosters import RosterCache
from school.database import Clock, Database
from school.people import NumberRow
from school.school_file import School

Render = Callable[[Turn], str]
"""A turn in the carrier's markup."""


class AnsweredElsewhere(Exception):
    """Another request has answered this turn; what this one was about to write is taken back."""


@dataclass(frozen=True, slots=True)
class TurnTaker:
    """Takes the turns of one school's conversations."""

    database: Database
    clock: Clock
    school: School
    rosters: RosterCache
    registrar: Registrar

    def in_call(self, opening: Opening, number: int, event: Event, render: Render) -> str:
        """One turn of a call.

        Args:
            opening: who calls; used where the call is not known yet.
            number: of the turn; 0 begins the call.
            event: what happened.
            render: makes the reply.

        Returns:
            The reply, as it was stored.
        """
        now = self.clock()
        with self.database.single_statements() as connection:
            found = find(connection, opening.key, number) or open_(connection, opening, now)
            if found.reply is not None:
                return found.reply
            if not found.kept:
                keep(connection, found.id, number, event, now)
            before = self._state_before(connection, found, number)
        scene = self._scene(Channel.PHONE, found, before, now)
        turn = self._advance(before, event, scene)
        if turn.outcome is None and not isinstance(turn.next, HangUp) and not found.closed:
            return self._answer_alone(opening, found, number, turn, render)
        try:
            with self.database.begin() as session:
                return self._answer_with_effects(session, found, number, turn, scene, render)
        except AnsweredElsewhere:
            return self._stored(opening, number)

    def by_text(self, opening: Opening, text: Texted, message_sid: str, render: Render) -> str:
        """One text of an exchange, answered in the order of arrival.

        The conversation's row is locked from reading its state to writing the next one, so that
        of two texts sent at once the second is read with what the first has said.
        """
        now = self.clock()
        with self.database.single_statements() as connection:
            known = reply_to(connection, message_sid)
            if known is not None and known.reply is not None:
                return known.reply
            kept = known or keep_text(connection, opening, text, message_sid, now)
        try:
            with self.database.begin() as session:
                conversation = locked(session, kept.conversation)
                found = Found.of(conversation)
                state = last_state(session.connection(), found.id)
                scene = self._scene(Channel.SMS, found, state, now)
                turn = self._advance(state, text, scene)
                return self._answer_with_effects(session, found, kept.number, turn, scene, render)
        except AnsweredElsewhere:
            with self.database.single_statements() as connection:
                stored = reply_to(connection, message_sid)
            return stored.reply or "" if stored else ""

    def end(self, key: str) -> None:
        """The conversation with this key is over: the family hung up, or nothing came for long."""
        with self.database.single_statements() as connection:
            found = find(connection, key, 0)
        if found is not None:
            self.close(found.id)

    def close(self, conversation: int) -> None:
        """Close a conversation, keeping what was begun and not filed as an incomplete report."""
        with self.database.begin() as session:
            row = locked(session, conversation)
            state = last_state(session.connection(), conversation)
            if row.closed_at is None:
                self.registrar.close(session, row, state, self.rosters.get(), self.clock())

    def _answer_alone(
        self, opening: Opening, found: Found, number: int, turn: Turn, render: Render
    ) -> str:
        """Store a reply from which nothing else follows: one statement is enough."""
        reply = render(turn)
        with self.database.single_statements() as connection:
            first = answer(connection, found.id, number, reply, turn.state.to_json())
        return reply if first else self._stored(opening, number)

    def _answer_with_effects(
        self,
        session: Session,
        found: Found,
        number: int,
        turn: Turn,
        scene: Scene,
        render: Render,
    ) -> str:
        """Do what follows from the turn, and store the reply with it."""
        conversation = locked(session, found.id)
        while turn.outcome is not None:
            reply_of_school = self.registrar.carry_out(
                session, conversation, turn.state, turn.outcome, scene.roster, self.clock()
            )
            if reply_of_school is None:
                break
            turn = advance(turn.state, reply_of_school, scene)
        # The recogniser may still be writing when the call is over: last words are kept too.
        if isinstance(turn.next, HangUp) or conversation.closed_at is not None:
            self.registrar.close(session, conversation, turn.state, scene.roster, self.clock())
        reply = render(turn)
        session.flush()
        if not answer(session.connection(), found.id, number, reply, turn.state.to_json()):
            raise AnsweredElsewhere
        return reply

    def _advance(self, before: State | None, event: Event, scene: Scene) -> Turn:
        """The flow's turn; the form from the start where no state of this version is kept."""
        if before is None and not isinstance(event, Began | Texted):
            return begin_again(scene)
        return advance(before or self._opening(scene), event, scene)

    def _opening(self, scene: Scene) -> State:
        row = self._number(scene.phone)
        reach = scene.phone is not None and not (row and (row.opted_out_at or row.landline))
        return opening_state(scene, texts_reach=reach)

    def _state_before(self, connection: Connection, found: Found, number: int) -> State | None:
        """The state after the turn before; the newest there is when that one was interrupted."""
        if number == 0:
            return None
        if found.state is not None:
            return State.from_json(found.state)
        return last_state(connection, found.id)

    def _scene(self, channel: Channel, found: Found, state: State | None, now: datetime) -> Scene:
        roster = self.rosters.get()
        return Scene(
            channel=channel,
            phone=found.from_phone,
            language=state.language if state else self._language(found.from_phone),
            roster=roster,
            calendar=self.school.time.calendar,
            school=self.school.facts,
            now=self.school.time.local(now),
            office_open=self.school.time.office_open(now),
            minutes=(now - found.opened_at).total_seconds() / 60,
        )

    def _language(self, phone: str | None) -> str:
        """The language this number used last, or its contact's; else the school's first."""
        row = self._number(phone)
        contacts = self.rosters.get().contacts_at(phone)
        wanted = (row.language if row else None, *(contact.language for contact in contacts))
        offered = self.school.facts.languages
        known = (code for code in wanted if code is not None and code in offered)
        return next(known, self.school.facts.first_language)

    def _number(self, phone: str | None) -> NumberRow | None:
        if phone is None:
            return None
        with self.database.reading() as session:
            return session.get(NumberRow, phone)

    def _stored(self, opening: Opening, number: int) -> str:
        with self.database.single_statements() as connection:
            found = find(connection, opening.key, number)
        return (found.reply if found else None) or ""
