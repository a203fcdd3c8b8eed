"""Runs the worker's jobs on time, and calendar jobs once however many workers there are.

Interval jobs are safe in any number of workers, because they claim what they take. A daily job
would run in each of them, so it first inserts its row of `scheduled_runs`; who inserts, runs.
Runs in `absence-line worker` only: in the web processes every job would run once for each.
"""

import logging
import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from time import monotonic, sleep
from types import FrameType
from zoneinfo import ZoneInfo

from apscheduler.executors.base import BaseExecutor, run_job
from apscheduler.job import Job
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from school.database import Base, Clock, Database, UtcDateTime
from school.upserts import insert_into

log = logging.getLogger(__name__)

GRACE_SECONDS = 8.0  # what is still running then is cut off: containers are killed after ten
CALENDAR_SECONDS = 20.0
LOOK_AT_STOP_SECONDS = 0.1
A_MOMENT = timedelta(seconds=5)


class ScheduledRun(Base):
    """A calendar job that was begun for its slot; who inserts the row runs the job."""

    __tablename__ = "scheduled_runs"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    slot: Mapped[str] = mapped_column(String(32), primary_key=True)  # "2026-11-24"
    started_at: Mapped[datetime] = mapped_column(UtcDateTime)


@dataclass(frozen=True, slots=True)
class Every:
    """A job run again and again; safe in any number of workers."""

    name: str
    seconds: float
    run: Callable[[], object]


@dataclass(frozen=True, slots=True)
class Daily:
    """A job run once a day, at this time of the school's clock or as soon after as may be."""

    name: str
    at: time
    run: Callable[[], object]


class Stop:
    """Whether the worker has been asked to end.

    A plain flag, looked at now and then: a signal is handled in between two steps of the main
    thread, and if that thread was just inside `Event.wait`, `Event.set` waits there for ever.
    """

    def __init__(self) -> None:
        self._asked = False

    def set(self) -> None:
        """Ask the worker to end."""
        self._asked = True

    def is_set(self) -> bool:
        """True once it has been asked."""
        return self._asked


class DaemonThreads(BaseExecutor):  # type: ignore[misc]  # APScheduler ships no types
    """A thread for each run of a job. None of them can hold up the end of the process."""

    def __init__(self) -> None:
        super().__init__()
        self._working: set[threading.Thread] = set()

    def _do_submit_job(self, job: Job, run_times: list[datetime]) -> None:
        thread = threading.Thread(target=self._work, args=(job, run_times), daemon=True)
        self._working.add(thread)
        thread.start()

    def _work(self, job: Job, run_times: list[datetime]) -> None:
        try:
            events = run_job(job, job._jobstore_alias, run_times, self._logger.name)  # noqa: SLF001  (as APScheduler's own executors do)
            self._run_job_success(job.id, events)
        finally:
            self._working.discard(threading.current_thread())

    def finish(self, seconds: float) -> bool:
        """Wait so long for the jobs that are running; False when some are running still."""
        end = monotonic() + seconds
        for thread in tuple(self._working):
            thread.join(max(0.0, end - monotonic()))
        return not any(thread.is_alive() for thread in tuple(self._working))


def run_worker(
    jobs: Sequence[Every | Daily],
    database: Database,
    clock: Clock,
    zone: ZoneInfo,
    stop: Stop,
    grace_seconds: float = GRACE_SECONDS,
    system: Clock | None = None,
) -> bool:
    """Run the jobs until `stop` is set; each Every at once, and then at its pace.

    A job that fails is logged by its name and runs again next time. A job that is still running
    when its time comes again is left alone.

    Args:
        jobs: what is to be done.
        database: where daily jobs are marked as begun.
        clock: of the school; the daily jobs go by it.
        zone: the school's.
        stop: ends it.
        grace_seconds: so long it waits then for the jobs that are running.
        system: the machine's clock, which the scheduler goes by; None: the same one.

    Returns:
        True when every job had ended in time. What was cut off loses nothing: it is claimed by
        leases, or done anew.
    """
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # else two lines a second
    daily = [job for job in jobs if isinstance(job, Daily)]
    calendar = Every(
        "calendar", CALENDAR_SECONDS, lambda: run_calendar(daily, database, clock, zone)
    )
    threads, system = DaemonThreads(), system or clock
    scheduler = BackgroundScheduler(
        executors={"default": threads},
        job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None},
        timezone=UTC,
    )
    for job in (*jobs, calendar):
        if isinstance(job, Every):
            scheduler.add_job(
                run_guarded,
                "interval",
                (job.name, job.run),
                id=job.name,
                seconds=job.seconds,
                next_run_time=system(),
            )
    scheduler.start()
    while not stop.is_set():
        sleep(LOOK_AT_STOP_SECONDS)
        run_put_off(scheduler, system())
    scheduler.shutdown(wait=False)
    return threads.finish(grace_seconds)


def run_put_off(scheduler: BackgroundScheduler, now: datetime) -> None:
    """Run at once what waits for a time that was near until the system's clock was put back.

    Nothing would be sent to any family until the clock has caught up.
    """
    for job in scheduler.get_jobs():
        if job.next_run_time > now + job.trigger.interval + A_MOMENT:
            job.modify(next_run_time=now)


def run_calendar(jobs: Sequence[Daily], database: Database, clock: Clock, zone: ZoneInfo) -> None:
    """Run the daily jobs whose time has come and that no worker has begun today."""
    for job in jobs:
        slot = due_slot(job, clock().astimezone(zone))
        if slot is not None and begin(database, job.name, slot, clock()):
            log.info("calendar_job_begun", extra={"job": job.name, "slot": slot})
            run_guarded(job.name, job.run)


def due_slot(job: Daily, local: datetime) -> str | None:
    """The day whose run is due at this moment of the school's clock; None before its time.

    Told by the clock on the wall: where it jumps over the job's time in spring, the job runs just
    after; where it shows that time twice in autumn, the day is the same, and so is the slot.
    """
    return local.date().isoformat() if local.time() >= job.at else None


def begin(database: Database, name: str, slot: str, now: datetime) -> bool:
    """True for the one worker that begins this slot of this job."""
    with database.reading() as session:
        if session.get(ScheduledRun, (name, slot)) is not None:
            return False
    with database.begin() as session:
        row = insert_into(session, ScheduledRun).values(name=name, slot=slot, started_at=now)
        return session.scalar(row.on_conflict_do_nothing().returning(ScheduledRun)) is not None


def run_guarded(name: str, run: Callable[[], object]) -> None:
    """Run a job; a failure is logged and goes no further."""
    try:
        run()
    except Exception as error:  # noqa: BLE001  (whatever it is, the other jobs go on)
        log.error("job_failed", extra={"job": name, "error": type(error).__name__})  # noqa: TRY400  (a traceback may hold words of a family)


def stop_on_signals(stop: Stop) -> None:
    """Let SIGTERM and Ctrl-C set `stop`; the second one ends the process at once."""

    def end(number: int, _frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
