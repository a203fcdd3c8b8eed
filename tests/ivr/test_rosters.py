"""The roster in memory: read once, and anew after an import."""

from concurrent.futures import Future, ThreadPoolExecutor
from datetime import date

from sqlalchemy import event

from flows.reading.roster import Roster
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


def test_an_import_is_seen_after_the_clock_was_put_back(
    database: Database, clock: StandingClock
) -> None:
    cache = RosterCache(database, clock)
    cache.get()
    add(database, clock, "1")
    clock.go_on(minutes=-60)
    assert list(cache.get().students) == ["1"]


def test_while_one_turn_reads_a_new_roster_the_others_keep_the_old_one(
    database: Database, clock: StandingClock
) -> None:
    others: list[Future[Roster]] = []

    cache = RosterCache(database, clock)
    old = cache.get()
    add(database, clock, "1")
    clock.go_on(minutes=1)
    with ThreadPoolExecutor(1) as pool:

        def ask_meanwhile(*_: object) -> None:
            if not others:
                others.append(pool.submit(cache.get))
                others[0].result(timeout=5)

        event.listen(database.engine, "before_cursor_execute", ask_meanwhile)
        assert list(cache.get().students) == ["1"]
        event.remove(database.engine, "before_cursor_execute", ask_meanwhile)
    assert others[0].result() is old


def test_a_turn_that_is_running_keeps_the_roster_it_began_with(
    database: Database, clock: StandingClock
) -> None:
    cache = RosterCache(database, clock)
    running = cache.get()
    add(database, clock, "1")
    clock.go_on(minutes=1)
    cache.get()
    assert list(running.students) == []
