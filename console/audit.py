"""The audit: who saw, heard and changed what. Read and exported here; nothing here changes it."""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import msgspec
from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, select

from console.access import reader, signed_in
from console.lookups import MOST_ID
from console.office import Office
from school.audit import AuditLine, note
from school.exports import harmless
from school.staff import Role

PAGE = 100
AT_ONCE = 1_000
LONGEST = 254


@dataclass(frozen=True, slots=True)
class Asked:
    """What was looked for."""

    who: str
    subject: str
    typed_day: str
    day: date | None


def blueprint(office: Office) -> Blueprint:
    """The pages under /staff/audit."""
    pages = Blueprint("audit", __name__, url_prefix="/staff/audit")

    @pages.get("/")
    @signed_in(Role.ADMIN)
    def lines() -> ResponseReturnValue:
        asked = _asked()
        older = min(request.args.get("older", MOST_ID, type=int), MOST_ID)
        query = _lines(asked, office).where(AuditLine.id < older).limit(PAGE + 1)
        with office.database.reading() as session:
            found = session.scalars(query).all()
        return render_template(
            "audit.html",
            lines=found[:PAGE],
            asked=asked,
            older=found[PAGE - 1].id if len(found) > PAGE else None,
        )

    @pages.get("/audit.csv")
    @signed_in(Role.ADMIN)
    def exported() -> ResponseReturnValue:
        asked = _asked()
        with office.database.begin() as session:
            note(session, office.clock(), reader().email, "exported audit", "audit")
        return Response(
            _written(office, asked),
            mimetype="text/csv",
            headers={"Content-Disposition": 'attachment; filename="audit.csv"'},
        )

    return pages


def _asked() -> Asked:
    typed = request.args.get("day", "")
    try:
        day = msgspec.convert(typed, date) if typed else None
    except msgspec.ValidationError:
        day = None
    return Asked(
        who=request.args.get("who", "").strip()[:LONGEST],
        subject=_subject(request.args.get("subject", "")),
        typed_day=typed if day else "",
        day=day,
    )


def _subject(typed: str) -> str:
    """What it was done to, as it stands in the audit: "Report 17" is "report:17"."""
    kind, _, number = typed.strip()[:LONGEST].casefold().replace(":", " ").rpartition(" ")
    return f"{kind.strip()}:{number}" if kind else number


def _lines(asked: Asked, office: Office) -> Select[AuditLine]:
    query = select(AuditLine).order_by(AuditLine.id.desc())
    if asked.who:
        query = query.where(AuditLine.who.icontains(asked.who, autoescape=True))
    if asked.subject:
        query = query.where(AuditLine.subject == asked.subject)
    if asked.day:
        begins = datetime.combine(asked.day, time(), office.school.time.zone)
        query = query.where(AuditLine.at >= begins, AuditLine.at < begins + timedelta(days=1))
    return query


def _written(office: Office, asked: Asked) -> Iterator[str]:
    """The file, in pieces: the audit of a year does not fit into the memory of a small machine."""
    yield _row(["at", "who", "did", "subject", "detail"])
    last = MOST_ID
    while True:
        with office.database.reading() as session:
            query = _lines(asked, office).where(AuditLine.id < last).limit(AT_ONCE)
            some = session.scalars(query).all()
        for line in some:
            at = line.at.isoformat(timespec="seconds")
            yield _row([at, line.who, line.did, line.subject, line.detail or ""])
        if len(some) < AT_ONCE:
            return
        last = some[-1].id


def _row(cells: Sequence[str]) -> str:
    file = io.StringIO(newline="")
    csv.writer(file).writerow(harmless(cell) for cell in cells)
    return file.getvalue()
