"""What the dismissal desk enters, on each kind of database."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from school import releases
from school.audit import AuditLine
from school.database import Database
from school.people import StudentRow
from school.release_entry import Desk, Leaving, Refusal
from school.release_rules import Asked, Leaves, NotReleased, Way
from school.releases import (
    OVERRIDDEN,
    Release,
    come_back,
    mark,
    of_day,
    refuse,
    undo,
)
from tests.support.dismissals import (
    BARRED,
    FRONT_DESK,
    GABY,
    HEAD,
    LEFT,
    LORENA,
    OTHER_DESK,
    TEN_IN_THE_MORNING,
    add_family,
    alone,
    at_the_desk,
    by_mother,
    by_neighbor,
    clock_time,
    entered,
    todays,
)


@pytest.fixture
def family(database: Database) -> Database:
    """A database with a small family."""
    with database.begin() as session:
        add_family(session)
    return database


def refused(database: Database, leaving: Leaving, desk: Desk | None = None) -> NotReleased:
    """Why the student stays; nothing was written."""
    before = len(todays(database, desk))
    with pytest.raises(NotReleased) as caught:
        entered(database, leaving, desk)
    assert len(todays(database, desk)) == before
    return caught.value


def audit(database: Database) -> list[tuple[str, str, str | None]]:
    """Who did what, with the detail."""
    with database.reading() as session:
        lines = session.scalars(select(AuditLine).order_by(AuditLine.id))
        return [(line.who, line.did, line.detail) for line in lines]


Act = Callable[[Session, Release, Desk], object]


def changed(database: Database, act: Act, desk: Desk | None = None) -> object:
    """What comes of doing this to the only release."""
    with database.begin() as session:
        (number,) = session.scalars(select(Release.id))
        row = releases.locked(session, number)
        assert row is not None
        return act(session, row, desk or later())


def later(hours: float = 1, **changes: Any) -> Desk:
    """The desk, so much later."""
    return at_the_desk(TEN_IN_THE_MORNING + timedelta(hours=hours), **changes)


def back(at: str | None = None) -> Act:
    """The student comes back, at this time."""
    typed = clock_time(at) if at else None
    return lambda session, row, desk: come_back(session, row, typed, desk)


def mistaken(why: str = "Wrong student") -> Act:
    """It was entered by mistake."""
    return lambda session, row, desk: undo(session, row, why, desk)


def test_a_student_leaves_with_a_listed_parent_and_all_of_it_is_kept(family: Database) -> None:
    leaving = by_mother(
        left_at=clock_time("10:01"),
        expected_back=clock_time("11:30"),
        texted=True,
        swiped=True,
        signature="M10 20 L30 40 M5 5 L6 6",
    )
    entered(family, leaving)
    (row,) = todays(family)
    assert (row.outcome, row.person, row.relationship) == ("listed", "Alicia Villa", "mother")
    assert (row.id_seen, row.texted, row.swiped) == (True, True, True)
    assert row.left_at == datetime.fromisoformat("2026-11-24T10:01:00-06:00")
    assert row.expected_back == clock_time("11:30")
    assert row.signature == leaving.signature
    assert row.is_out
    assert not row.back_dated
    assert audit(family) == [(FRONT_DESK, "released student", None)]


def test_a_student_of_18_signs_out_alone(family: Database) -> None:
    row = entered(family, alone())
    assert (row.outcome, row.person, row.relationship) == ("self", "Lorena Barajas", "self")


def test_a_student_under_18_never_signs_out_alone(family: Database) -> None:
    for admin in (False, True):
        said = refused(family, alone(GABY), at_the_desk(admin=admin))
        assert "never leaves alone" in str(said)


def test_the_birthday_counts_in_the_schools_time_zone(family: Database) -> None:
    with family.begin() as session:
        born = {"birth_date": date(2008, 11, 25)}
        session.execute(update(StudentRow).where(StudentRow.student_id == LORENA).values(born))
    # In UTC the birthday has begun; in Chicago it is the evening before.
    evening = at_the_desk(datetime.fromisoformat("2026-11-24T23:30:00-06:00"))
    assert "under 18" in str(refused(family, alone(), evening))
    entered(family, alone(), at_the_desk(datetime.fromisoformat("2026-11-25T00:30:00-06:00")))


def test_who_must_have_no_contact_gets_nobody(family: Database) -> None:
    asked = Asked(Way.IN_PERSON, Leaves.LISTED, BARRED, id_seen=True)
    for admin in (False, True):
        said = refused(family, by_mother(asked=asked), at_the_desk(admin=admin))
        assert "must have no contact" in str(said)


def test_an_admins_decision_off_the_form_stands_out_in_the_audit(family: Database) -> None:
    assert "an admin decides, in writing" in str(refused(family, by_neighbor()))
    row = entered(family, by_neighbor(relationship="neighbor"), at_the_desk(who=HEAD, admin=True))
    assert (row.outcome, row.person, row.relationship) == ("override", "Nora Fields", "neighbor")
    assert audit(family) == [
        (HEAD, OVERRIDDEN, "Mother on the phone from the hospital; known to Mr. Ortiz.")
    ]


def test_a_student_is_not_signed_out_twice(family: Database) -> None:
    entered(family, by_mother())
    said = refused(family, by_mother(), at_the_desk(who=OTHER_DESK))
    assert str(said) == (
        "Gabriela is out already: signed out at 10:05 by desk@school.example. "
        "Enter the coming back first."
    )


def test_a_form_that_is_sent_twice_makes_one_release(family: Database) -> None:
    leaving = by_mother()
    first, second = entered(family, leaving), entered(family, leaving)
    assert first.id == second.id
    assert len(todays(family)) == 1


def test_a_form_found_again_by_the_way_back_enters_nothing_unsaid(family: Database) -> None:
    """The student left, came back, and leaves again; the browser still shows the first form."""
    leaving = by_mother()
    first = entered(family, leaving)
    with family.begin() as session:
        come_back(session, releases.locked(session, first.id) or first, None, at_the_desk())
    assert "This page is an old one" in str(refused(family, leaving))


def test_a_form_with_another_answer_is_not_taken_for_the_first(family: Database) -> None:
    leaving = by_mother()
    with family.begin() as session:
        refuse(session, Refusal(leaving.form_key, GABY, "Bruno Alt", "no_contact"), at_the_desk())
    assert "This page is an old one" in str(refused(family, leaving))
    with family.begin() as session, pytest.raises(NotReleased):
        refuse(session, Refusal(leaving.form_key, GABY, "Rosa Villa", "no_id"), at_the_desk())


def test_two_desks_at_once_make_one_release(family: Database) -> None:
    together = Barrier(2)
    said: list[str] = []

    def one_desk(who: str) -> None:
        together.wait()
        try:
            entered(family, by_mother(), at_the_desk(who=who))
            said.append("released")
        except NotReleased as not_released:
            said.append(str(not_released))

    desks = [Thread(target=one_desk, args=(who,)) for who in (FRONT_DESK, OTHER_DESK)]
    for desk in desks:
        desk.start()
    for desk in desks:
        desk.join()
    assert len(todays(family)) == 1
    (other,) = [words for words in said if words != "released"]
    assert "is out already" in other


def test_the_database_itself_lets_nobody_be_out_twice(family: Database) -> None:
    row = entered(family, by_mother())
    columns = {c.name: getattr(row, c.name) for c in Release.__table__.columns if c.name != "id"}
    with pytest.raises(IntegrityError), family.begin() as session:
        session.add(Release(**{**columns, "form_key": "another"}))


def test_what_another_desk_entered_meanwhile_is_seen_before_anybody_leaves(
    family: Database,
) -> None:
    with family.reading() as session:
        seen = mark(of_day(session, at_the_desk().today, GABY))
    with family.begin() as session:
        said_no = Refusal("a", GABY, "Bruno Alt", "no_contact")
        refuse(session, said_no, at_the_desk(who=OTHER_DESK))
    said = refused(family, by_mother(), at_the_desk(seen=seen))
    assert str(said).startswith("other@school.example entered something for this student")


def test_who_comes_back_may_leave_again(family: Database) -> None:
    entered(family, by_mother())
    assert changed(family, back("10:50")) is True
    entered(family, by_mother(), later())
    first, second = todays(family)
    assert first.returned_at == datetime.fromisoformat("2026-11-24T10:50:00-06:00")
    assert first.returned_by == FRONT_DESK
    assert [first.is_out, second.is_out] == [False, True]


def test_coming_back_is_entered_once(family: Database) -> None:
    entered(family, by_mother())
    assert changed(family, back()) is True
    assert changed(family, back(), later(2, who=OTHER_DESK)) is False
    (row,) = todays(family)
    assert row.returned_by == FRONT_DESK


def test_nobody_is_back_before_leaving(family: Database) -> None:
    entered(family, by_mother())
    with pytest.raises(NotReleased, match="before leaving"):
        changed(family, back("09:00"))
    assert "cannot be back before leaving" in str(
        refused(family, alone(expected_back=clock_time("10:00")))
    )


def test_who_came_back_only_the_day_after_is_entered_then(family: Database) -> None:
    entered(family, by_mother())
    assert changed(family, back(), later(24)) is True


def test_a_time_before_now_is_taken_and_marked_as_back_dated(family: Database) -> None:
    entered(family, by_mother(left_at=clock_time("08:15")))
    (row,) = todays(family)
    assert row.back_dated
    assert row.recorded_at == TEN_IN_THE_MORNING


def test_a_time_ahead_is_none(family: Database) -> None:
    said = refused(family, by_mother(left_at=clock_time("10:30")))
    assert str(said) == (
        "That time is still ahead: it is 10:05. Enter the time at which it happened."
    )
    assert said.field == "at"


def test_the_minute_that_a_desks_clock_is_ahead_does_no_harm(family: Database) -> None:
    row = entered(family, by_mother(left_at=clock_time("10:06")))
    assert row.left_at == TEN_IN_THE_MORNING


def test_a_time_the_clocks_went_over_in_spring_is_none(family: Database) -> None:
    spring = at_the_desk(datetime.fromisoformat("2027-03-14T10:05:00-05:00"))
    said = refused(family, by_mother(left_at=clock_time("02:30")), spring)
    assert "clocks went forward" in str(said)
    row = entered(family, by_mother(left_at=clock_time("09:30")), spring)
    assert row.left_at == datetime.fromisoformat("2027-03-14T09:30:00-05:00")


def test_on_the_day_the_clocks_go_back_times_are_of_that_day(family: Database) -> None:
    autumn = at_the_desk(datetime.fromisoformat("2026-11-01T10:05:00-06:00"))
    row = entered(family, by_mother(left_at=clock_time("09:30")), autumn)
    assert row.left_at == datetime.fromisoformat("2026-11-01T09:30:00-06:00")
    assert row.day == date(2026, 11, 1)


def test_what_was_entered_by_mistake_is_taken_back_and_kept(family: Database) -> None:
    entered(family, by_mother())
    assert changed(family, mistaken()) is True
    assert changed(family, mistaken("once more")) is False
    (row,) = todays(family)
    assert not row.is_out
    assert not row.left
    assert (row.undone_by, row.undone_why) == (FRONT_DESK, "Wrong student")
    assert audit(family)[-1] == (FRONT_DESK, "took a release back", "Wrong student")
    with pytest.raises(NotReleased, match="did not leave"):
        changed(family, back())
    entered(family, by_mother(), later(2))


def test_taking_back_needs_a_reason(family: Database) -> None:
    entered(family, by_mother())
    with pytest.raises(NotReleased, match="what was wrong"):
        changed(family, mistaken("  "))


def test_a_refusal_is_written_down_and_leaves_the_student_in_school(family: Database) -> None:
    said_no = Refusal("a", GABY, " Bruno Alt ", "no_contact", "Left after we called Ms. Reed.")
    for _ in range(2):  # sent twice, it is one
        with family.begin() as session:
            refuse(session, said_no, at_the_desk())
    (row,) = todays(family)
    assert (row.outcome, row.person, row.reason) == ("refused", "Bruno Alt", "no_contact")
    assert not row.is_out
    assert audit(family) == [(FRONT_DESK, "did not release student", None)]
    with pytest.raises(NotReleased, match="did not leave"):
        changed(family, back())


@pytest.mark.parametrize(("person", "reason"), [("", "no_id"), ("Bruno Alt", "because")])
def test_a_refusal_says_who_asked_and_why_not(family: Database, person: str, reason: str) -> None:
    with pytest.raises(NotReleased), family.begin() as session:
        refuse(session, Refusal("a", GABY, person, reason), at_the_desk())


@pytest.mark.parametrize("student_id", [LEFT, "99999999"])
def test_who_is_not_on_the_roster_is_not_released(family: Database, student_id: str) -> None:
    assert "not on the school's roster" in str(refused(family, by_mother(student_id=student_id)))


def test_a_reason_is_one_of_the_school_file(family: Database) -> None:
    assert refused(family, by_mother(reason="because")).field == "reason"


def test_who_signs_on_paper_leaves_the_pad_empty(family: Database) -> None:
    assert entered(family, by_mother(signature="")).signature is None


@pytest.mark.parametrize("drawn", ["<script>", "M1 2 L3", "M1 2 L99999 3", "M1 2" * 9000])
def test_a_signature_that_did_not_arrive_whole_is_drawn_again(family: Database, drawn: str) -> None:
    said = refused(family, by_mother(signature=drawn))
    assert "sign again" in str(said)
    assert said.field == "signature"
