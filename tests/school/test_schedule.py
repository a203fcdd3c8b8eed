"""The worker's clockwork: on time, once a day however many workers, and quick to end."""

import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from threading import Barrier, Event, Thread
from time import monotonic, sleep
from zoneinfo import ZoneInfo

import pytest
from apscheduler.schedulers.background import BackgroundScheduler

from school.database import Database
from school.schedule import (
    Daily,
    Every,
    Stop,
    begin,
    due_slot,
    run_calendar,
    run_put_off,
    run_worker,
)
from tests.support.clock import StandingClock

CHICAGO = ZoneInfo("America/Chicago")


def now() -> datetime:
    """The scheduler keeps the real time."""
    return datetime.now(UTC)


def nothing() -> None:
    pass


def wait_for(condition: Callable[[], bool], seconds: float = 10) -> bool:
    end = monotonic() + seconds
    while not condition() and monotonic() < end:
        sleep(0.01)
    return condition()


@contextmanager
def worker(database: Database, *jobs: Every | Daily) -> Iterator[list[bool]]:
    """A worker that runs during the block; how it ended is in the list afterwards."""
    stop, ended = Stop(), list[bool]()
    thread = Thread(
        target=lambda: ended.append(run_worker(jobs, database, now, CHICAGO, stop)), daemon=True
    )
    thread.start()
    try:
        yield ended
    finally:
        stop.set()
        thread.join(20)


# When a daily job is due


@pytest.mark.parametrize(
    ("local", "slot"),
    [
        ("2026-11-24T15:59:59-06:00", None),
        ("2026-11-24T16:00:00-06:00", "2026-11-24"),
        ("2026-11-24T23:59:59-06:00", "2026-11-24"),  # the worker was down at four
        ("2026-11-25T00:00:00-06:00", None),
    ],
)
def test_a_daily_job_is_due_from_its_time_to_midnight(local: str, slot: str | None) -> None:
    assert due_slot(Daily("summary", time(16), nothing), datetime.fromisoformat(local)) == slot


def days_it_ran(at: time, first: datetime, hours: int) -> list[str]:
    """The slots begun when the calendar is looked at every ten minutes from then on."""
    job, begun = Daily("retention", at, nothing), list[str]()
    for step in range(6 * hours):
        slot = due_slot(job, (first + timedelta(minutes=10 * step)).astimezone(CHICAGO))
        if slot is not None and slot not in begun:
            begun.append(slot)
    return begun


def test_a_time_the_clock_jumps_over_in_spring_is_not_skipped() -> None:
    midnight = datetime(2026, 3, 8, 6, tzinfo=UTC)  # at two it is three
    assert days_it_ran(time(2, 30), midnight, 47) == ["2026-03-08", "2026-03-09"]


def test_a_time_the_clock_shows_twice_in_autumn_runs_once() -> None:
    midnight = datetime(2026, 11, 1, 5, tzinfo=UTC)  # at two it is one again
    assert days_it_ran(time(1, 30), midnight, 25) == ["2026-11-01"]


# Once, however many workers


def test_of_four_workers_one_begins(database: Database) -> None:
    start, won = Barrier(4), list[bool]()

    def one() -> None:
        start.wait()
        won.append(begin(database, "retention", "2026-11-24", now()))

    threads = [Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(won) == [False, False, False, True]


def test_a_daily_job_runs_once_a_day_and_again_the_next(database: Database) -> None:
    clock, ran = StandingClock(), list[date]()
    job = Daily("summary", time(6), lambda: ran.append(clock.now.date()))
    for _ in range(2 * 24 * 6):
        run_calendar([job], database, clock, CHICAGO)  # one worker
        run_calendar([job], database, clock, CHICAGO)  # another
        clock.go_on(minutes=10)
    assert ran == [date(2026, 11, 24), date(2026, 11, 25), date(2026, 11, 26)]


def test_a_daily_job_that_fails_leaves_the_others_and_the_next_day_alone(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    clock, ran = StandingClock(), list[str]()

    def fails() -> None:
        ran.append("fails")
        raise RuntimeError("Maria Lopez, +13125550142")

    jobs = [Daily("fails", time(6), fails), Daily("goes", time(6), lambda: ran.append("goes"))]
    run_calendar(jobs, database, clock, CHICAGO)
    clock.go_on(minutes=24 * 60)
    run_calendar(jobs, database, clock, CHICAGO)
    assert ran == ["fails", "goes", "fails", "goes"]
    assert "Lopez" not in caplog.text
    assert [(r.message, r.__dict__["job"], r.__dict__["error"]) for r in caplog.records] == [
        ("job_failed", "fails", "RuntimeError")
    ] * 2


# The worker


def test_a_job_runs_at_once_and_then_at_its_pace(sqlite: Database) -> None:
    runs: list[float] = []
    begun = monotonic()
    with worker(sqlite, Every("dispatch", 0.2, lambda: runs.append(monotonic() - begun))):
        assert wait_for(lambda: len(runs) >= 4)
    assert runs[0] < 0.2
    assert 0.5 < runs[3] < 5


def test_a_job_that_fails_runs_again(sqlite: Database, caplog: pytest.LogCaptureFixture) -> None:
    runs: list[int] = []

    def fails() -> None:
        runs.append(1)
        raise RuntimeError

    with worker(sqlite, Every("dispatch", 0.05, fails)):
        assert wait_for(lambda: len(runs) >= 3)
    assert "job_failed" in caplog.text
    assert "Traceback" not in caplog.text


def test_a_slow_job_does_not_run_beside_itself_and_holds_up_no_other(sqlite: Database) -> None:
    go_on, slow, quick = Event(), list[int](), list[int]()

    def is_slow() -> None:
        slow.append(1)
        go_on.wait(20)

    with worker(
        sqlite, Every("slow", 0.05, is_slow), Every("quick", 0.05, lambda: quick.append(1))
    ):
        assert wait_for(lambda: len(quick) >= 10)
        assert slow == [1]
        go_on.set()
        assert wait_for(lambda: len(slow) >= 2)


def test_a_clock_that_was_put_back_holds_up_no_job() -> None:
    ran: list[int] = []
    scheduler = BackgroundScheduler(timezone=UTC)
    an_hour_ahead = now() + timedelta(hours=1)
    scheduler.add_job(ran.append, "interval", (1,), seconds=1, next_run_time=an_hour_ahead)
    scheduler.add_job(ran.append, "interval", (2,), seconds=7200, next_run_time=an_hour_ahead)
    scheduler.start()
    try:
        run_put_off(scheduler, now())
        assert wait_for(lambda: bool(ran))
    finally:
        scheduler.shutdown()
    assert ran == [1]  # the other one is not due for an hour, whatever the clock showed


def test_a_worker_with_another_clock_begins_at_once(sqlite: Database) -> None:
    ran: list[int] = []
    stop = Stop()
    jobs = [Every("dispatch", 60, lambda: ran.append(1))]

    def in_a_year() -> datetime:
        return now() + timedelta(days=365)

    thread = Thread(
        target=lambda: run_worker(jobs, sqlite, in_a_year, CHICAGO, stop, system=now), daemon=True
    )
    thread.start()
    assert wait_for(lambda: ran == [1])
    stop.set()
    thread.join(20)


def test_a_worker_runs_its_calendar(sqlite: Database) -> None:
    ran: list[int] = []
    with worker(sqlite, Daily("retention", time(0), lambda: ran.append(1))):
        assert wait_for(lambda: ran == [1])


def test_a_worker_that_is_to_end_waits_for_its_jobs(sqlite: Database) -> None:
    begun, done = Event(), list[int]()

    def takes_a_moment() -> None:
        begun.set()
        sleep(0.5)
        done.append(1)

    with worker(sqlite, Every("dispatch", 60, takes_a_moment)) as ended:
        assert begun.wait(10)
    assert ended == [True]
    assert done == [1]


PROGRAM = """
import sys, time
from datetime import UTC, datetime
from zoneinfo import ZoneInfo
from school import schedule
from school.database import Database

stop = schedule.Stop()
schedule.stop_on_signals(stop)

def job():
    print("running", flush=True)
    time.sleep(float(sys.argv[2]))

ended = schedule.run_worker(
    [schedule.Every("job", 3600, job)],
    Database(sys.argv[1]), lambda: datetime.now(UTC), ZoneInfo("America/Chicago"), stop,
    grace_seconds=1.0,
)
print("ended" if ended else "cut off", flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize(("takes", "said"), [("0.2", "ended"), ("600", "cut off")])
def test_the_process_ends_within_seconds_of_a_signal(
    sqlite: Database, number: signal.Signals, takes: str, said: str
) -> None:
    url = sqlite.engine.url.render_as_string()
    command = [sys.executable, "-c", PROGRAM, url, takes]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  (our own words)
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "running\n"
            asked = monotonic()
            process.send_signal(number)
            assert process.wait(10) == 0
            assert monotonic() - asked < 5
            assert process.stdout.read() == f"{said}\n"
        finally:
            process.kill()
