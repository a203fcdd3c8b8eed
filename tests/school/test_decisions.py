"""What staff decide: once, by one person, with what was before kept."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from school import decisions, holds
from school.audit import AuditLine, note
from school.database import Database
from school.decisions import Change, Decision, Deed, Kind, Lacking, NotDone, Overtaken
from school.outbox import Letter, Message, MessageStatus, queue
from school.report_facts import Facts, Snapshot, snapshot
from school.reports import Flag, Report, Status, Verification
from school.school_file import SHIPPED, read_school
from tests.console import samples
from tests.support.clock import StandingClock

SCHOOL = read_school(SHIPPED).facts
ANA, BEN = "ana@school.example", "ben@school.example"
WEDNESDAY = date(2026, 11, 25)
Do = Callable[[Session, Report], object]


@pytest.fixture
def desk(database: Database, clock: StandingClock) -> "Desk":
    with database.begin() as session:
        samples.add_roster(session)
    return Desk(database, clock)


class Desk:
    """Writes reports and lets staff act on them, each act in a transaction of its own."""

    def __init__(self, database: Database, clock: StandingClock) -> None:
        self.database, self.clock = database, clock

    def report(self, kind: str = "ordinary", **facts: object) -> int:
        with self.database.begin() as session:
            return samples.report(session, self.clock(), kind, **facts)

    def seen(self, number: int) -> str:
        return self.stands(number).mark

    def stands(self, number: int) -> Snapshot:
        with self.database.reading() as session:
            return snapshot(session.get_one(Report, number))

    def facts(self, number: int) -> Facts:
        return self.stands(number).facts

    def does(self, number: int, act: Do) -> None:
        with self.database.begin() as session:
            report = decisions.locked(session, number)
            assert report is not None
            act(session, report)

    def confirms(
        self, number: int, who: str = ANA, seen: str | None = None, **changes: object
    ) -> None:
        deed = Deed(who, self.clock(), seen or self.seen(number))
        facts = replace(self.facts(number), **changes)
        self.does(number, lambda s, r: decisions.confirm(s, r, Change(facts), SCHOOL, deed))

    def rejects(self, number: int, who: str = ANA, seen: str | None = None) -> None:
        deed = Deed(who, self.clock(), seen or self.seen(number))
        self.does(number, lambda s, r: decisions.reject(s, r, "not_ours", deed, told=True))

    def undoes(self, number: int, who: str = ANA) -> None:
        self.does(number, lambda s, r: decisions.undo(s, r, Deed(who, self.clock())))

    def acts(self, number: int) -> list[Decision]:
        with self.database.reading() as session:
            return list(decisions.history(session, number))


def test_a_confirmed_report_keeps_who_when_and_what_the_line_had_made_of_it(desk: Desk) -> None:
    number = desk.report("unknown student", flags=(Flag.STUDENT_NOT_MATCHED,))
    made = desk.stands(number)
    desk.clock.go_on(minutes=3)
    desk.confirms(number, student_id=samples.GABY, days=(samples.TUESDAY, WEDNESDAY))
    stands = desk.stands(number)
    assert (stands.status, stands.facts.student_id) == (Status.CONFIRMED, samples.GABY)
    assert Flag.STUDENT_NOT_MATCHED not in stands.flags
    (act,) = desk.acts(number)
    assert (act.kind, act.who, act.at) == (Kind.CONFIRMED, ANA, desk.clock())
    assert Snapshot.read(act.before) == made
    assert Snapshot.read(act.after) == stands


def test_the_second_of_two_clerks_gets_a_clear_answer_and_changes_nothing(desk: Desk) -> None:
    number = desk.report()
    seen = desk.seen(number)
    desk.confirms(number, ANA)
    with pytest.raises(Overtaken, match=f"{ANA} was first: the report is confirmed"):
        desk.rejects(number, BEN, seen)
    assert desk.stands(number).status == Status.CONFIRMED
    assert len(desk.acts(number)) == 1


def test_the_same_form_sent_twice_is_done_once(desk: Desk) -> None:
    number = desk.report()
    seen = desk.seen(number)
    desk.confirms(number, ANA, seen)
    desk.confirms(number, ANA, seen)
    assert len(desk.acts(number)) == 1


def test_a_form_that_shows_what_is_no_longer_so_is_refused(desk: Desk) -> None:
    number = desk.report()
    seen = desk.seen(number)
    deed = Deed(BEN, desk.clock())
    facts = replace(desk.facts(number), reason_category="family_emergency")
    desk.does(number, lambda s, r: decisions.correct(s, r, Change(facts), SCHOOL, deed))
    with pytest.raises(Overtaken, match="was changed since you opened it"):
        desk.confirms(number, ANA, seen)


def test_what_the_family_took_back_is_not_confirmed(desk: Desk) -> None:
    with pytest.raises(Overtaken, match="The family took this report back"):
        desk.confirms(desk.report("withdrawn"))


def test_what_somebody_else_has_open_is_not_decided(desk: Desk) -> None:
    number = desk.report()
    with desk.database.begin() as session:
        assert holds.take(session, number, BEN, desk.clock()) is None
    with pytest.raises(Overtaken, match=f"{BEN} has this report open"):
        desk.confirms(number, ANA)
    desk.clock.go_on(minutes=3)  # the other computer was switched off
    desk.confirms(number, ANA)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"student_id": None}, "student"),
        ({"days": ()}, "days"),
        ({"reason_category": "unknown"}, "reason"),
    ],
)
def test_what_lacks_a_fact_is_not_confirmed(desk: Desk, change: dict[str, Any], field: str) -> None:
    number = desk.report()
    with pytest.raises(Lacking) as raised:
        desk.confirms(number, **change)
    assert set(raised.value.fields) == {field}
    assert desk.stands(number).status == Status.PENDING


def test_for_ten_minutes_a_decision_can_be_undone_with_its_messages(desk: Desk) -> None:
    number = desk.report()
    before = desk.stands(number)
    desk.confirms(number, days=(WEDNESDAY,), excused=False)
    cause = desk.acts(number)[0].cause
    with desk.database.begin() as session:
        for key in (f"{cause}one", "decision:999:other"):
            queue(session, Letter(key, samples.MOTHERS_PHONE, "en", "words"), desk.clock())
    desk.clock.go_on(minutes=9)
    desk.undoes(number, BEN)
    assert desk.stands(number) == before
    assert [act.kind for act in desk.acts(number)] == [Kind.CONFIRMED, Kind.UNDONE]
    with desk.database.reading() as session:
        messages = session.scalars(select(Message).order_by(Message.id)).all()
        assert [m.status for m in messages] == [MessageStatus.CANCELLED, MessageStatus.QUEUED]


def test_after_ten_minutes_or_twice_nothing_is_undone(desk: Desk) -> None:
    late, twice = desk.report(), desk.report(student_id=samples.ANDRES)
    desk.confirms(late)
    desk.clock.go_on(minutes=10)
    desk.confirms(twice)
    desk.undoes(twice)
    for number in (late, twice):
        with pytest.raises(NotDone, match="There is nothing to undo"):
            desk.undoes(number)


def test_what_was_undone_can_be_decided_again(desk: Desk) -> None:
    number = desk.report()
    seen = desk.seen(number)
    desk.confirms(number, ANA, seen)
    desk.undoes(number)
    desk.rejects(number, BEN, seen)
    assert desk.stands(number).status == Status.REJECTED


def test_a_report_joined_with_another_gives_it_its_days_and_what_it_lacks(desk: Desk) -> None:
    kept = desk.report(reporter_name=None, relationship="unknown")
    more = desk.report(days=(WEDNESDAY,), flags=(Flag.POSSIBLE_DUPLICATE,))
    deed = Deed(ANA, desk.clock())

    def joined(session: Session, report: Report) -> None:
        decisions.join(session, report, session.get_one(Report, kept), SCHOOL, deed)

    desk.does(more, joined)
    assert desk.stands(more).joined_to == kept
    facts = desk.facts(kept)
    assert facts.days == (samples.TUESDAY, WEDNESDAY)
    assert facts.reporter_name == "Alicia Villa"
    desk.undoes(more)
    assert (desk.stands(more).status, desk.stands(more).joined_to) == (Status.PENDING, None)


def test_what_is_confirmed_does_not_become_part_of_what_waits(desk: Desk) -> None:
    accepted, waits = desk.report(), desk.report()
    desk.confirms(accepted, ANA, desk.seen(accepted))
    deed = Deed(ANA, desk.clock())

    def joined(session: Session, report: Report) -> None:
        decisions.join(session, report, session.get_one(Report, waits), SCHOOL, deed)

    with pytest.raises(NotDone, match="Join the one that waits"):
        desk.does(accepted, joined)
    assert desk.stands(accepted).status == Status.CONFIRMED


def test_reports_of_two_students_are_not_joined(desk: Desk) -> None:
    one, other = desk.report(), desk.report(student_id=samples.ANDRES)
    deed = Deed(ANA, desk.clock())
    with pytest.raises(NotDone, match="Only reports of the same student"):
        desk.does(
            one,
            lambda s, r: decisions.join(s, r, s.get_one(Report, other), SCHOOL, deed),
        )


def test_a_day_keyed_into_the_districts_system_keeps_its_mark_when_others_are_added(
    desk: Desk,
) -> None:
    number = desk.report()

    def entered(_session: Session, report: Report) -> None:
        report.days[0].entered_by = ANA

    desk.does(number, entered)
    desk.confirms(number, days=(samples.TUESDAY, WEDNESDAY))
    with desk.database.reading() as session:
        days = session.get_one(Report, number).days
        assert [row.entered_by for row in days] == [ANA, None]


def test_another_student_gets_what_the_number_proves_of_that_one(desk: Desk) -> None:
    number = desk.report(flags=(Flag.LATE_REPORT,))
    facts = replace(desk.facts(number), student_id=samples.ANDRES)
    change, deed = Change(facts, Verification.UNLISTED), Deed(ANA, desk.clock())
    desk.does(number, lambda s, r: decisions.correct(s, r, change, SCHOOL, deed))
    stands = desk.stands(number)
    assert stands.verification == Verification.UNLISTED
    assert stands.flags == (Flag.LATE_REPORT, Flag.UNLISTED_CALLER)


def test_the_first_to_open_a_report_holds_it_until_it_is_let_go(desk: Desk) -> None:
    number, other = desk.report(), desk.report(student_id=samples.ANDRES)
    with desk.database.begin() as session:
        now = desk.clock()
        assert holds.take(session, number, ANA, now) is None
        held = holds.take(session, number, BEN, now + timedelta(seconds=90))
        assert held is not None
        assert (held.who, held.since) == (ANA, now)
        assert holds.take(session, other, ANA, now) is None  # and so lets go of the first
        assert holds.take(session, number, BEN, now) is None
        holds.take_over(session, number, ANA, now)
        assert holds.held_by_another(session, number, BEN, now) is not None


@pytest.mark.parametrize("change", ["UPDATE audit SET who = 'nobody'", "DELETE FROM audit"])
def test_nobody_changes_the_audit(desk: Desk, change: str) -> None:
    with desk.database.begin() as session:
        note(session, desk.clock(), ANA, "saw report", "report:1")
    with (
        pytest.raises(DBAPIError, match="added and never changed"),
        desk.database.begin() as session,
    ):
        session.execute(text(change))
    with desk.database.reading() as session:
        assert session.scalar(select(func.count()).select_from(AuditLine)) == 1
