"""`take_turn` for calls and texts: a conversation and an event in, the stored reply out.

Two commits make a turn. First what was heard is kept, before anything is understood; then the
reply, the state after it and all that follows from it together. A turn that was answered before
gets its stored reply again; of two requests for one turn, one answers and the other reads that
answer.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from flows import wording
from flows.dialog import advance, begin_again, opening_state
from flows.events import Began, Event, Texted
from flows.moves import may_be_heard, unheard
from flows.scene import Channel, Scene
from flows.turn import HangUp, Line, Listen, State, Turn
from ivr.conversations import (
    CALL_ABANDONED,
    Found,
    Locked,
    Opening,
    answer,
    begin,
    hear,
    keep_answered,
    last_state,
    lock,
    lock_open,
    reply_in,
    save,
)
from ivr.limits import caused_lately
from ivr.registrar import Registrar
from ivr.rosters import RosterCache
from ivr.text_turns import keep_text, reply_to
from school.database import Clock, Database
from school.people import Recalled, recall
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
    open_school: Callable[[], School]  # as it is today, with what was closed since
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
        if number == 0 and (greeting := self._begin(opening, event, render, now)) is not None:
            return greeting
        with self.database.single_statements() as connection:
            found = hear(connection, opening, number, event, now)
            if found.reply is not None:
                return found.reply
            before = self._state_before(connection, found, number)
            known = None if before else _recalled(connection, found.from_phone)
        turn, scene = self._advance(Channel.PHONE, found, before, known, event, now)
        if turn.outcome is None and not isinstance(turn.next, HangUp) and not found.closed:
            return self._answer_alone(opening, found, number, turn, render)
        try:
            with self.database.begin() as session:
                conversation = lock(session.connection(), found.id)
                return self._answer_with_effects(session, conversation, number, turn, scene, render)
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
                connection = session.connection()
                conversation = lock(connection, kept.conversation)
                before = last_state(connection, kept.conversation)
                self.registrar.keep_pictures(
                    session, message_sid, text.media, conversation.id, conversation.from_phone, now
                )
                if self._too_many(connection, conversation, now):
                    return self._answer_flood(
                        session, conversation, kept.number, before, now, render
                    )
                number = None if before else _recalled(connection, conversation.from_phone)
                turn, scene = self._advance(Channel.SMS, conversation, before, number, text, now)
                if text.words and text.pictures and not text.media:
                    render = with_refusal(render)
                return self._answer_with_effects(
                    session, conversation, kept.number, turn, scene, render
                )
        except AnsweredElsewhere:
            with self.database.single_statements() as connection:
                stored = reply_to(connection, message_sid)
            return stored.reply or "" if stored else ""

    def _too_many(self, connection: Connection, conversation: Locked, now: datetime) -> bool:
        phone, most = conversation.from_phone, self.school.most_texts_a_day
        return phone is not None and caused_lately(connection, phone, now) > most

    def _answer_flood(
        self,
        session: Session,
        conversation: Locked,
        number: int,
        before: State | None,
        now: datetime,
        render: Render,
    ) -> str:
        """Keep a text unread, and say so once; the exchange stays where it was."""
        connection = session.connection()
        state = before or State(language=self.school.facts.first_language)
        first = self.registrar.too_many(session, conversation, state, self.rosters.get(), now)
        words = Line(wording.TOO_MANY_TEXTS, {"number": self.school.facts.phone})
        told = first and state.texts_reach
        reply = render(Turn(state, (words,) if told else (), Listen()))
        save(connection, conversation)
        if not answer(connection, conversation.id, number, reply, state.to_json()):
            raise AnsweredElsewhere
        return reply

    def end(self, opening: Opening) -> None:
        """This call is over: the family hung up.

        Of a call that never came through to us, this word is all there is, and it is kept.
        """
        with self.database.begin() as session:
            connection = session.connection()
            conversation = lock_open(connection, opening.key)
            if conversation is None:
                missed = begin(connection, opening, self.clock())
                conversation = lock(connection, missed.id) if missed else None
            if conversation is not None:
                self._close(session, conversation)

    def close(self, conversation: int) -> None:
        """Close a conversation, keeping what was begun and not filed as an incomplete report."""
        with self.database.begin() as session:
            locked = lock(session.connection(), conversation)
            if locked.closed_at is None:
                self._close(session, locked)

    def _close(self, session: Session, conversation: Locked) -> None:
        connection = session.connection()
        state = last_state(connection, conversation.id)
        self.registrar.close(session, conversation, state, self.rosters.get(), self.clock())
        save(connection, conversation)

    def _begin(self, opening: Opening, event: Event, render: Render, now: datetime) -> str | None:
        """Begin a call; None if it was begun before.

        Nothing was said yet that could be lost, so that one commit keeps the call, its first turn
        and the answer.
        """
        with self.database.begin() as session:
            connection = session.connection()
            begun = begin(connection, opening, now)
            if begun is None:
                return None
            known = _recalled(connection, begun.from_phone)
            turn, _ = self._advance(Channel.PHONE, begun, None, known, event, now)
            reply = render(turn)
            keep_answered(connection, begun.id, 0, event, reply, turn.state.to_json(), now)
            return reply

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
        conversation: Locked,
        number: int,
        turn: Turn,
        scene: Scene,
        render: Render,
    ) -> str:
        """Do what follows from the turn, and store the reply with it."""
        while turn.outcome is not None:
            reply_of_school = self.registrar.carry_out(
                session, conversation, turn.state, turn.outcome, scene.roster, self.clock()
            )
            if reply_of_school is None:
                break
            turn = advance(turn.state, reply_of_school, scene).after(turn.lines)
        if scene.channel is Channel.SMS and not may_be_heard(turn):
            turn = unheard(turn)
        # The recogniser may still be writing when the call is over: last words are kept too.
        if isinstance(turn.next, HangUp) or conversation.closed_at is not None:
            self.registrar.close(session, conversation, turn.state, scene.roster, self.clock())
        reply = render(turn)
        session.flush()
        connection = session.connection()
        save(connection, conversation)
        if not answer(connection, conversation.id, number, reply, turn.state.to_json()):
            raise AnsweredElsewhere
        return reply

    def _advance(
        self,
        channel: Channel,
        conversation: Found | Locked,
        before: State | None,
        known: Recalled | None,
        event: Event,
        now: datetime,
    ) -> tuple[Turn, Scene]:
        """The flow's turn, and the scene it was taken in.

        Where no state of this version is kept, the form is begun from the start, with what is
        `known` of the number.
        """
        if before is not None:
            scene = self._scene(channel, conversation, before.language, now)
            return advance(before, event, scene), scene
        phone = conversation.from_phone
        scene = self._scene(channel, conversation, self._language(known, phone), now)
        if not isinstance(event, Began | Texted):
            return begin_again(scene), scene
        # Who texts is reached by texts, whatever the number was once taken for.
        no_texts = known and (known.opted_out or (channel is Channel.PHONE and known.landline))
        reach = phone is not None and not no_texts
        held = known is not None and known.carrier_holds
        opening = opening_state(scene, texts_reach=reach, carrier_holds=held)
        return advance(opening, event, scene), scene

    def _state_before(self, connection: Connection, found: Found, number: int) -> State | None:
        """The state after the turn before; the newest there is when that one was interrupted."""
        if number == 0:
            return None
        if found.state is not None:
            return State.from_json(found.state)
        return last_state(connection, found.id)

    def _scene(
        self, channel: Channel, conversation: Found | Locked, language: str, now: datetime
    ) -> Scene:
        school = self.open_school()
        return Scene(
            channel=channel,
            phone=conversation.from_phone,
            language=language,
            roster=self.rosters.get(),
            calendar=school.time.calendar,
            school=school.facts,
            now=school.time.local(now),
            office_open=school.time.office_open(now),
            minutes=_minutes(now - conversation.opened_at),
        )

    def _language(self, known: Recalled | None, phone: str | None) -> str:
        """The language this number used last, or its contact's; else the school's first."""
        contacts = self.rosters.get().contacts_at(phone)
        wanted = (known.language if known else None, *(contact.language for contact in contacts))
        offered = self.school.facts.languages
        spoken = (code for code in wanted if code is not None and code in offered)
        return next(spoken, self.school.facts.first_language)

    def _stored(self, opening: Opening, number: int) -> str:
        with self.database.single_statements() as connection:
            return reply_in(connection, opening.key, number) or ""


def with_refusal(render: Render) -> Render:
    """Say besides that what came with the words is no photo of a note."""

    def refusing(turn: Turn) -> str:
        if may_be_heard(turn):
            turn = replace(turn, lines=(*turn.lines, Line(wording.NOTE_NOT_TAKEN)))
        return render(turn)

    return refusing


def _minutes(since: timedelta) -> float:
    """How long a conversation lasts; nothing where the machine's clock was put forward in it.

    No call goes on for longer than it takes to be given up: it would have been ended before.
    """
    return 0.0 if since > CALL_ABANDONED else since.total_seconds() / 60


def _recalled(connection: Connection, phone: str | None) -> Recalled | None:
    return recall(connection, (phone,)).get(phone) if phone else None
