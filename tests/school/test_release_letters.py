"""Whom the desk tells of a release, and in which words."""

from collections.abc import Sequence

import pytest
from sqlalchemy import select, update

from school.audit import AuditLine
from school.database import Database
from school.dispatch import dispatch_due, dispatch_urgent
from school.outbox import Kind, Letter, Message, MessageStatus, queue
from school.people import ContactRow, number
from school.release_entry import Desk, Leaving
from school.release_letters import (
    How,
    Post,
    Told,
    messages_of,
    tell_of_leaving,
    tell_of_mistake,
    told_by_hand,
    told_of,
)
from school.releases import Release, release, undo
from tests.support.clock import StandingClock
from tests.support.dismissals import (
    FATHER,
    HEAD,
    LORENAS_FATHER,
    LORENAS_MOTHER,
    MOTHER,
    TEN_IN_THE_MORNING,
    add_family,
    alone,
    at_the_desk,
    by_mother,
    by_neighbor,
    jones,
    offered,
)
from tests.support.gateway import RememberingGateway

POST = Post(jones(), offered(), TEN_IN_THE_MORNING)


@pytest.fixture
def family(database: Database) -> Database:
    """A database with a small family."""
    with database.begin() as session:
        add_family(session)
    return database


def let_go(database: Database, leaving: Leaving, desk: Desk | None = None) -> Release:
    """The student leaves, and who has to know is told."""
    with database.begin() as session:
        row, _ = release(session, leaving, desk or at_the_desk())
        tell_of_leaving(session, row, POST)
        return row


def queued(database: Database) -> Sequence[Message]:
    with database.reading() as session:
        return session.scalars(select(Message).order_by(Message.id)).all()


def how(row: Release) -> dict[str, How]:
    return {person.contact_id: person.how for person in told_of(row)}


def test_when_a_student_of_18_leaves_alone_every_parent_on_file_is_told(family: Database) -> None:
    with family.begin() as session:
        session.get_one(ContactRow, LORENAS_FATHER).phone = "+13125550161"
    row = let_go(family, alone())
    assert [(m.to_phone, m.kind, m.urgent) for m in queued(family)] == [
        ("+13125550160", Kind.TEXT, True),
        ("+13125550161", Kind.TEXT, True),  # not on the emergency form, and a parent
    ]
    assert how(row) == {LORENAS_MOTHER: How.TEXT, LORENAS_FATHER: How.TEXT}


def test_when_a_student_is_collected_the_other_parents_are_told(family: Database) -> None:
    let_go(family, by_mother())
    (only,) = queued(family)
    assert (only.contact_id, only.language) == (FATHER, "en")
    assert only.body is not None
    assert only.body.replace("\u202f", " ").startswith(
        "Jones College Prep: Gaby was picked up from school at 10:05 AM by Alicia Villa."
    )


def test_when_somebody_off_the_form_collects_the_student_both_parents_are_told(
    family: Database,
) -> None:
    let_go(family, by_neighbor(), at_the_desk(who=HEAD, admin=True))
    assert {m.contact_id for m in queued(family)} == {MOTHER, FATHER}
    assert all("Nora Fields" in (m.body or "") for m in queued(family))


def test_each_reads_it_in_the_contacts_own_language(family: Database) -> None:
    let_go(family, by_neighbor(), at_the_desk(who=HEAD, admin=True))
    words = {m.contact_id: m.body or "" for m in queued(family)}
    assert "recogió a Gaby" in words[MOTHER]
    assert "was picked up" in words[FATHER]


def test_a_language_that_is_not_offered_gives_way_to_the_schools_first(family: Database) -> None:
    with family.begin() as session:
        session.get_one(ContactRow, FATHER).language = "tl"
    let_go(family, by_mother())
    assert [m.language for m in queued(family)] == ["en"]


def test_who_must_have_no_contact_is_told_nothing(family: Database) -> None:
    with family.begin() as session:
        session.execute(update(ContactRow).values(no_contact=True))
    row = let_go(family, by_neighbor(), at_the_desk(who=HEAD, admin=True))
    assert queued(family) == []
    assert told_of(row) == ()


def test_a_contact_without_a_number_is_named_to_the_desk(family: Database) -> None:
    row = let_go(family, alone())
    assert [m.contact_id for m in queued(family)] == [LORENAS_MOTHER]
    assert told_of(row)[1] == Told(
        LORENAS_FATHER, "Oscar Barajas", "father", None, "es", How.NO_NUMBER
    )


def test_a_landline_gets_a_spoken_call_with_the_same_content(family: Database) -> None:
    with family.begin() as session:
        number(session, "+13125550160").landline = True
    let_go(family, alone())
    (only,) = queued(family)
    assert only.kind == Kind.CALL
    assert only.body is not None
    assert only.body.startswith("Le habla Jones College Prep. Lorena, que tiene 18 años o más")


def test_a_number_that_opted_out_is_named_to_the_desk_and_gets_nothing(family: Database) -> None:
    with family.begin() as session:
        number(session, "+12245550190").opted_out_at = TEN_IN_THE_MORNING
    row = let_go(family, by_mother())
    assert queued(family) == []
    assert how(row) == {FATHER: How.OPTED_OUT}


def test_parents_who_share_a_line_get_one_message(family: Database) -> None:
    with family.begin() as session:
        session.get_one(ContactRow, LORENAS_FATHER).phone = "+13125550160"
    row = let_go(family, alone())
    assert len(queued(family)) == 1
    assert how(row)[LORENAS_FATHER] is How.SAME_NUMBER


def test_who_shares_the_collectors_line_knows(family: Database) -> None:
    with family.begin() as session:
        session.get_one(ContactRow, FATHER).phone = "+13315550111"
    assert told_of(let_go(family, by_mother())) == ()


def test_who_was_told_by_the_desk_is_kept_with_who_told_them(family: Database) -> None:
    row = let_go(family, alone())
    with family.begin() as session:
        row = session.get_one(Release, row.id)
        assert told_by_hand(session, row, LORENAS_FATHER, HEAD, TEN_IN_THE_MORNING)
        assert not told_by_hand(session, row, LORENAS_FATHER, HEAD, TEN_IN_THE_MORNING)
        assert not told_by_hand(session, row, "K99", HEAD, TEN_IN_THE_MORNING)
    with family.reading() as session:
        told = {one.contact_id: one for one in told_of(session.get_one(Release, row.id))}
        line = session.scalars(select(AuditLine).where(AuditLine.who == HEAD)).one()
    father = told[LORENAS_FATHER]
    assert (father.by_hand, father.by_hand_at) == (HEAD, TEN_IN_THE_MORNING)
    assert told[LORENAS_MOTHER].by_hand is None
    assert (line.did, line.detail) == ("told a family of a release", "Oscar Barajas")


def test_a_mistake_taken_back_in_time_sends_nothing(family: Database) -> None:
    row = let_go(family, by_mother())
    take_back(family, row)
    assert [m.status for m in queued(family)] == [MessageStatus.CANCELLED]


def test_who_was_told_by_mistake_is_told_that_it_was_one(family: Database) -> None:
    row = let_go(family, by_mother())
    with family.begin() as session:
        session.execute(update(Message).values(status=MessageStatus.DELIVERED))
    take_back(family, row)
    first, second = queued(family)
    assert first.status == MessageStatus.DELIVERED
    assert (second.contact_id, second.urgent) == (FATHER, True)
    assert "That was our mistake" in (second.body or "")


def take_back(database: Database, row: Release) -> None:
    with database.begin() as session:
        mistaken = session.get_one(Release, row.id)
        undo(session, mistaken, "Wrong student", at_the_desk())
        tell_of_mistake(session, mistaken, POST)


def test_the_desk_finds_the_spoken_message_where_the_text_could_not_go(family: Database) -> None:
    row = let_go(family, by_mother())
    with family.begin() as session:
        (text,) = session.scalars(select(Message))
        text.status = MessageStatus.CANCELLED
        spoken = Letter(f"{text.dedupe_key}:spoken", text.to_phone, "en", "Words", Kind.CALL)
        queue(session, spoken, TEN_IN_THE_MORNING)
    with family.reading() as session:
        assert messages_of(session, row)[FATHER].kind == Kind.CALL


def test_what_is_urgent_does_not_wait_for_what_is_not(family: Database) -> None:
    gateway, clock = RememberingGateway(), StandingClock(TEN_IN_THE_MORNING)
    with family.begin() as session:
        for n in range(3):
            queue(session, Letter(f"report:{n}", f"+1312555010{n}", "en", "Absent"), clock())
    assert dispatch_urgent(family, gateway, clock) == 0
    let_go(family, by_mother())
    assert dispatch_urgent(family, gateway, clock) == 1
    assert [m.to_phone for m in gateway.sent] == ["+12245550190"]
    assert dispatch_due(family, gateway, clock) == 3
