"""The school's figures for monitoring, counted in the database at each scrape."""

from collections.abc import Iterable
from datetime import datetime, time
from zoneinfo import ZoneInfo

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from ivr.conversations import Conversation
from recordings.voicemails import NOT_DRAFTED, Voicemail, needs_a_person
from school.database import Clock, Database
from school.heartbeat import alive
from school.outbox import Message, MessageStatus
from school.reports import Report, Status

LOST = (MessageStatus.FAILED, MessageStatus.UNDELIVERED)


class SchoolFigures(Collector):
    """A handful of cheap queries, each answered by an index."""

    def __init__(self, database: Database, clock: Clock, zone: ZoneInfo) -> None:
        self._database = database
        self._clock = clock
        self._zone = zone

    def describe(self) -> Iterable[Metric]:
        """Nothing: registering a collector must not ask the database."""
        return ()

    def collect(self) -> Iterable[Metric]:
        """The figures; without the database, the one that says so."""
        now = self._clock()
        midnight = datetime.combine(now.astimezone(self._zone).date(), time(), self._zone)
        try:
            with self._database.reading() as session:
                metrics = [
                    _reports_today(session, midnight),
                    _oldest_pending(session, now),
                    _messages(session, midnight),
                    _oldest_due(session, now),
                    _open_conversations(session),
                    _voicemails_waiting(session),
                    _voicemails_in_trouble(session),
                    _workers(session, now),
                ]
        except SQLAlchemyError:
            metrics = []
        up = float(bool(metrics))
        yield _gauge("database_up", "Whether the database answered this scrape.", up)
        yield from metrics


def _reports_today(session: Session, midnight: datetime) -> Metric:
    counted = session.execute(
        select(Report.status, func.count())
        .where(Report.status.in_(Status), Report.created_at >= midnight)
        .group_by(Report.status)
    )
    found = dict.fromkeys(Status, 0)
    for status, count in counted:
        found[Status(status)] = count
    metric = _gauge("reports_today", "Reports that came in today, by status.", labels=["status"])
    for status, count in found.items():
        metric.add_metric([status], count)
    return metric


def _oldest_pending(session: Session, now: datetime) -> Metric:
    oldest = session.scalar(
        select(func.min(Report.created_at)).where(Report.status == Status.PENDING)
    )
    return _gauge(
        "oldest_pending_report_seconds",
        "How long the oldest pending report has waited; 0 when none waits.",
        _age(oldest, now),
    )


def _messages(session: Session, midnight: datetime) -> Metric:
    metric = _gauge(
        "messages",
        "Messages to families: waiting to be sent, and due today but lost.",
        labels=["state"],
    )
    queued = select(func.count()).where(Message.status == MessageStatus.QUEUED)
    lost = select(func.count()).where(Message.status.in_(LOST), Message.due_at >= midnight)
    metric.add_metric(["queued"], session.scalar(queued) or 0)
    metric.add_metric(["failed"], session.scalar(lost) or 0)
    return metric


def _oldest_due(session: Session, now: datetime) -> Metric:
    oldest = session.scalar(
        select(func.min(Message.due_at)).where(
            Message.status == MessageStatus.QUEUED, Message.due_at <= now
        )
    )
    return _gauge(
        "oldest_due_message_seconds",
        "How long the oldest message that should be sent by now has waited; 0 when none does.",
        _age(oldest, now),
    )


def _open_conversations(session: Session) -> Metric:
    open_now = session.scalar(select(func.count()).where(Conversation.closed_at.is_(None)))
    return _gauge("conversations_open", "Calls and text exchanges going on.", open_now or 0)


def _voicemails_waiting(session: Session) -> Metric:
    waiting = session.scalar(select(func.count()).where(Voicemail.state.in_(NOT_DRAFTED)))
    return _gauge("voicemails_waiting", "Voicemails without a draft yet.", waiting or 0)


def _voicemails_in_trouble(session: Session) -> Metric:
    trouble = session.scalar(select(func.count()).where(*needs_a_person()))
    return _gauge(
        "voicemails_in_trouble",
        "Voicemails whose sound cannot be had, or whose copy the carrier does not delete.",
        trouble or 0,
    )


def _workers(session: Session, now: datetime) -> Metric:
    return _gauge("workers_alive", "Workers that gave a sign of life lately.", alive(session, now))


def _gauge(
    name: str, says: str, value: float | None = None, labels: list[str] | None = None
) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"absence_line_{name}", says, value=value, labels=labels)


def _age(since: datetime | None, now: datetime) -> float:
    return max(0.0, (now - since).total_seconds()) if since else 0.0
