"""The school's figures: what came in, when, how, in which language, how soon it was answered."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from console import words
from console.access import SEES_HEALTH, signed_in
from console.charts import NARROW, WIDE, Figure, svg
from console.office import Office
from flows.scene import Channel
from ivr.conversations import Conversation
from school.decisions import Decision, Kind
from school.outbox import Message, MessageStatus
from school.people import StudentRow
from school.reports import Report, ReportChannel, ReportDay, Status

PERIODS = {"7": "Last 7 days", "30": "Last 30 days", "365": "Last 12 months"}
DEFAULT = "30"
LOST = (MessageStatus.FAILED, MessageStatus.UNDELIVERED)
CHRONIC = 0.1  # of the school days so far, by the state's definition
WAITED = ((5, "under 5 min"), (15, "5 to 15 min"), (60, "15 to 60 min"), (240, "1 to 4 h"))
LONGER = "longer"
USUAL = (6, 10)  # hours that are always shown
PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'"  # a picture runs nothing


@dataclass(frozen=True, slots=True)
class Period:
    """From when the numbers are, and the office whose they are."""

    office: Office
    since: datetime

    def local(self, at: datetime) -> datetime:
        """The moment at the school."""
        return at.astimezone(self.office.school.time.zone)


def blueprint(office: Office) -> Blueprint:
    """The pages under /staff/figures."""
    pages = Blueprint("statistics", __name__, url_prefix="/staff/figures")

    @pages.get("/")
    @signed_in(*SEES_HEALTH)
    def figures() -> ResponseReturnValue:
        with office.database.reading() as session:
            found = all_figures(session, _period(office))
        return render_template(
            "figures.html",
            figures=found,
            periods=PERIODS,
            chosen=_chosen(),
            wide=WIDE,
            narrow=NARROW,
        )

    @pages.get("/<name>.svg")
    @signed_in(*SEES_HEALTH)
    def picture(name: str) -> ResponseReturnValue:
        with office.database.reading() as session:
            found = {figure.name: figure for figure in all_figures(session, _period(office))}
        if name not in found:
            abort(404)
        policy = {"Content-Security-Policy": PICTURE_POLICY}
        drawn = svg(found[name], NARROW if "narrow" in request.args else WIDE)
        return Response(drawn, mimetype="image/svg+xml", headers=policy)

    return pages


def all_figures(session: Session, period: Period) -> tuple[Figure, ...]:
    """Every figure of this period."""
    reports = session.execute(
        select(
            Report.id,
            Report.created_at,
            Report.channel,
            Report.language,
            Report.reason_category,
            Report.status,
        ).where(Report.created_at >= period.since)
    ).all()
    acts = session.execute(
        select(Decision.report_id, Decision.kind, Decision.at)
        .join(Report, Report.id == Decision.report_id)
        .where(Report.created_at >= period.since)
        .order_by(Decision.id)
    ).all()
    came = {row.id: row.created_at for row in reports}
    calls = session.scalars(
        select(Conversation.opened_at).where(
            Conversation.channel == Channel.PHONE, Conversation.opened_at >= period.since
        )
    )
    return (
        _hours("calls", "Calls by hour", (period.local(at).hour for at in calls)),
        _hours("hours", "Reports by hour", (period.local(r.created_at).hour for r in reports)),
        _channels(row.channel for row in reports),
        _reasons((r.reason_category for r in reports if r.status != Status.REJECTED), period),
        _waited([(came[a.report_id], a.at) for a in acts if a.kind == Kind.CONFIRMED]),
        _unaided(acts),
        _languages(row.language for row in reports),
        _delivery(session, period),
        _chronic(session, period.office),
    )


def _hours(name: str, title: str, hours: Iterable[int]) -> Figure:
    counted = Counter(hours)
    first, last = min((*counted, *USUAL)), max((*counted, *USUAL))
    rows = tuple((words.hour(h), counted[h]) for h in range(first, last + 1))
    return Figure(name, title, "Hour", rows, upright=True)


def _channels(channels: Iterable[str]) -> Figure:
    counted = Counter(channels).most_common()
    rows = tuple((words.CHANNELS[ReportChannel(code)], n) for code, n in counted)
    return Figure("channels", "How they came in", "Channel", rows)


def _reasons(codes: Iterable[str], period: Period) -> Figure:
    known = period.office.reasons()
    rows = tuple((known.get(code, "Not said"), n) for code, n in Counter(codes).most_common())
    return Figure("reasons", "Reasons", "Reason", rows)


def _waited(times: Sequence[tuple[datetime, datetime]]) -> Figure:
    minutes = [(done - came).total_seconds() / 60 for came, done in times]
    counted = Counter(
        next((said for limit, said in WAITED if waited < limit), LONGER) for waited in minutes
    )
    rows = tuple((said, counted[said]) for said in (*(said for _, said in WAITED), LONGER))
    says = f"Half of them within {median(minutes):.0f} minutes." if minutes else ""
    return Figure("waited", "Time until confirmed", "Time", rows, says, upright=True)


def _unaided(acts: Sequence[Row[int, str, datetime]]) -> Figure:
    """How many confirmed reports staff accepted as the line had understood them."""
    confirmed = {a.report_id for a in acts if a.kind == Kind.CONFIRMED}
    touched = {a.report_id for a in acts if a.kind == Kind.CORRECTED}
    plain = len(confirmed - touched)
    share = round(100 * plain / len(confirmed)) if confirmed else 0
    rows = (("as understood", float(plain)), ("corrected by staff", float(len(confirmed) - plain)))
    says = f"{share} % of what was confirmed needed no correction." if confirmed else ""
    return Figure("unaided", "Understood without help", "Confirmed", rows, says)


def _languages(codes: Iterable[str]) -> Figure:
    rows = tuple((words.language(code), n) for code, n in Counter(codes).most_common())
    return Figure("languages", "Languages", "Language", rows)


def _delivery(session: Session, period: Period) -> Figure:
    counted = session.execute(
        select(Message.status, func.count())
        .where(Message.created_at >= period.since)
        .group_by(Message.status)
    )
    found = {words.MESSAGE_STATUSES[MessageStatus(status)].words: n for status, n in counted}
    lost = sum(found.get(words.MESSAGE_STATUSES[status].words, 0) for status in LOST)
    says = f"{lost} of {sum(found.values())} did not arrive." if found else ""
    rows = tuple(sorted(found.items(), key=lambda row: -row[1]))
    return Figure("delivery", "Messages to families", "State", rows, says)


def _chronic(session: Session, office: Office) -> Figure:
    """The share of each grade that was absent on a tenth of the school days so far."""
    calendar, today = office.school.time.calendar, office.today()
    so_far = len(calendar.school_days(calendar.first_day, today))
    absent = (
        select(Report.student_id, func.count(func.distinct(ReportDay.day)).label("days"))
        .join(ReportDay, ReportDay.report_id == Report.id)
        .where(
            Report.status == Status.CONFIRMED,
            Report.partial_kind.is_(None),
            ReportDay.day.between(calendar.first_day, today),
        )
        .group_by(Report.student_id)
        .having(func.count(func.distinct(ReportDay.day)) >= max(1, CHRONIC * so_far))
        .subquery()
    )
    counted = session.execute(
        select(StudentRow.grade, func.count(), func.count(absent.c.student_id))
        .outerjoin(absent, absent.c.student_id == StudentRow.student_id)
        .where(StudentRow.left_at.is_(None))
        .group_by(StudentRow.grade)
        .order_by(StudentRow.grade)
    )
    rows = tuple((f"Grade {grade}", round(100 * n / of, 1)) for grade, of, n in counted)
    says = f"Absent, as reported here, on a tenth or more of the {so_far} school days so far."
    return Figure("chronic", "Chronic absence by grade", "Grade", rows, says, " %", upright=True)


def _period(office: Office) -> Period:
    return Period(office, office.clock() - timedelta(days=int(_chosen())))


def _chosen() -> str:
    days = request.args.get("days", DEFAULT)
    return days if days in PERIODS else DEFAULT
