"""GET /api/v1/reports: reports for other systems, which show a token.

A page holds at most 100 reports, in the order of their last change; `next_cursor` leads on. To
keep up, a system asks again with `updated_since` a few minutes before the last change it has
seen: a report may be committed a moment after its time was taken.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Annotated

import msgspec
from flask import Blueprint, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from itsdangerous import BadData, URLSafeSerializer
from werkzeug.datastructures import MultiDict

from console.lookups import Position, Row, Wanted, changed, recordings_of
from console.report_json import report_json
from school.audit import note
from school.database import Clock, Database
from school.reports import Status
from school.staff import token_name

AwareTime = Annotated[datetime, msgspec.Meta(tz=True)]

PAGE = 100
PARAMETERS = ("date", "status", "student_id", "updated_since", "cursor")
LONGEST_STUDENT_ID = 32
CURSOR_SALT = "reports-cursor"

NO_TOKEN = "Send a token of this line as: Authorization: Bearer TOKEN."  # noqa: S105  (a sentence)
WRONG_TOKEN = "This token is not known. Make one with: absence-line token add NAME."  # noqa: S105  (the same)
CHALLENGE = 'Bearer realm="Absence Line"'


class BadParameter(Exception):
    """A parameter cannot be used; the sentence says which one and what is expected."""


def blueprint(database: Database, clock: Clock) -> Blueprint:
    """The API."""
    api = Blueprint("api", __name__, url_prefix="/api/v1")

    @api.errorhandler(BadParameter)
    def bad_parameter(error: BadParameter) -> ResponseReturnValue:
        return jsonify(error=str(error)), 400

    @api.get("/reports")
    def reports() -> ResponseReturnValue:
        token = _token(request.headers.get("Authorization"))
        if token is None:
            return _unauthorized(NO_TOKEN, CHALLENGE)
        now = clock()
        with database.begin() as session:
            name = token_name(session, token, now)
        if name is None:
            return _unauthorized(WRONG_TOKEN, f'{CHALLENGE}, error="invalid_token"')
        wanted, after = _query(request.args)
        with database.reading() as session:
            rows = changed(session, wanted, PAGE + 1, after)
            page = rows[:PAGE]
            heard = recordings_of(session, [report.id for report, _ in page])
            found = [report_json(report, student, heard.get(report.id)) for report, student in page]
        if found:  # a system asks every few seconds, mostly in vain
            with database.begin() as session:
                note(session, now, f"token:{name}", "read reports", "api:reports")
        cursor = _cursor(page) if len(rows) > PAGE else None
        return jsonify(reports=found, next_cursor=cursor)

    return api


def _token(header: str | None) -> str | None:
    scheme, _, token = (header or "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def _unauthorized(sentence: str, challenge: str) -> ResponseReturnValue:
    return jsonify(error=sentence), 401, {"WWW-Authenticate": challenge}


def _query(args: MultiDict[str, str]) -> tuple[Wanted, Position | None]:
    """What is asked for.

    Raises:
        BadParameter: a misspelt name counts too; it would give reports nobody asked for.
    """
    for name, values in args.lists():
        if name not in PARAMETERS:
            raise BadParameter(
                f"There is no parameter {name!r}. There are: {', '.join(PARAMETERS)}."
            )
        if len(values) > 1:
            raise BadParameter(f"{name} may be given once.")
    wanted = Wanted(
        statuses=_statuses(args.get("status")),
        day=_day(args.get("date")),
        student_id=_student_id(args.get("student_id")),
        updated_since=_moment(args.get("updated_since")),
    )
    return wanted, _position(args.get("cursor"))


def _statuses(given: str | None) -> tuple[Status, ...]:
    if given is None:
        return ()
    try:
        return (Status(given),)
    except ValueError as error:
        raise BadParameter(f"status must be one of: {', '.join(Status)}.") from error


def _day(given: str | None) -> date | None:
    if given is None:
        return None
    try:
        return msgspec.convert(given, date)
    except msgspec.ValidationError as error:
        raise BadParameter("date must be a day such as 2026-11-24.") from error


def _student_id(given: str | None) -> str | None:
    if given is None or (given.isprintable() and 0 < len(given) <= LONGEST_STUDENT_ID):
        return given
    raise BadParameter("student_id must be a student's number as it stands in the roster.")


def _moment(given: str | None) -> datetime | None:
    if given is None:
        return None
    try:
        return msgspec.convert(given, AwareTime).astimezone(UTC)
    except (msgspec.ValidationError, OverflowError) as error:
        raise BadParameter(
            "updated_since must be a time with its zone, such as 2026-11-24T12:45:00Z. "
            "A + in an address is written %2B."
        ) from error


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt=CURSOR_SALT)


def _cursor(page: Sequence[Row]) -> str:
    last = page[-1][0]
    return str(_signer().dumps([last.updated_at.isoformat(), last.id]))


def _position(given: str | None) -> Position | None:
    if given is None:
        return None
    try:
        updated_at, last_id = _signer().loads(given)
    except BadData as error:
        raise BadParameter(
            "cursor must be a next_cursor of an earlier answer, unchanged. "
            "Leave it out to begin at the first page."
        ) from error
    return Position(datetime.fromisoformat(updated_at), last_id)
