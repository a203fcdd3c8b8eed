"""The roster in memory: read once, and anew after an import."""

from datetime import date

from ivr.rosters import RosterCache
from school.database import Database
from school.people import StudentRow, raise_roster_version
from tests.support.clock import StandingClock
from tests.support.messages import counted_statements


def add(database: Database, clock: StandingClock, student_id: str) -> None:
    with database.begin() as session:
        session.add(
            StudentRow(
                student_id=student_id,
                first_name="Ana",
                last_name="Lee",
                grade=9,
                birth_date=date(2011, 5, 1),
                heard_as=[],
            )
        )
        raise_roster_version(session, clock())


def test_an_import_is_seen_within_two_seconds(database: Database, clock: StandingClock) -> None:
    cache = RosterCache(database, clock)
    assert list(cache.get().students) == []
    add(database, clock, "1")
    clock.go_on(seconds=2)
    assert list(cache.get().students) == ["1"]


def test_turns_on_end_ask_the_database_nothing(database: Database, clock: StandingClock) -> None:
    cache = RosterCache(database, clock)
    first = cache.get()
    with counted_statements(database) as asked:
        assert cache.get() is first
        clock.go_on(seconds=1.9)
        assert cache.get() is first
    assert asked == []


def test_a_roster_that_has_not_changed_is_kept(database: Database, clock: StandingClock) -> None:
    cache = RosterCache(database, clock)
    add(database, clock, "1")
    first = cache.get()
    clock.go_on(minutes=60)
    assert cache.get() is first


def test_a_turn_that_is_running_keeps_the_roster_it_began_with(
    database: Database, clock: StandingClock
) -> None:
    cache = RosterCache(database, clock)
    running = cache.get()
    add(database, clock, "1")
    clock.go_on(minutes=1)
    cache.get()
    assert list(running.students) == []
