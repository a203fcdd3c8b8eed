"""GET /api/v1/reports, as other systems rely on it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import chain
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from console.api import PAGE
from recordings.voicemails import Voicemail, VoicemailState
from school.audit import AuditLine
from school.database import Database
from school.reports import Report
from school.staff import add_token, remove_token
from tests.console import samples
from tests.console.parts import statements
from tests.support.clock import StandingClock

Files = Callable[..., int]
PATH = "/api/v1/reports"


@dataclass
class System:
    """Another system, with its token."""

    client: FlaskClient
    token: str

    def gets(self, **query: str) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.client.get(PATH, query_string=query, headers=headers)

    def reports(self, **query: str) -> list[dict[str, Any]]:
        answer = self.gets(**query)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.get_json()["reports"]
        return found

    def numbers(self, **query: str) -> list[int]:
        return [report["id"] for report in self.reports(**query)]

    def is_refused(self, **query: str) -> str:
        answer = self.gets(**query)
        assert answer.status_code == 400
        sentence: str = answer.get_json()["error"]
        return sentence


@pytest.fixture
def system(app: Flask, filled: Database, clock: StandingClock) -> Iterator[System]:
    with filled.begin() as session:
        token = add_token(session, "Student information system", clock())
    with app.test_client() as client:
        yield System(client, token)


def test_a_report_has_exactly_these_fields(system: System, files: Files, filled: Database) -> None:
    number = files("late", days=(samples.TUESDAY, samples.TUESDAY + timedelta(days=1)))
    with filled.begin() as session:
        reference = session.get_one(Report, number).reference
    assert system.reports() == [
        {
            "id": number,
            "reference": reference,
            "status": "pending",
            "channel": "sms",
            "student": {
                "student_id": samples.GABY,
                "name": "Gabriela Alvarado",
                "grade": 10,
            },
            "student_as_heard": "Gaby",
            "dates": ["2026-11-24", "2026-11-25"],
            "partial_day": {"kind": "late", "time": "09:30"},
            "reason_category": "other_unexcused",
            "reason_text": "the bus did not come",
            "excused": False,
            "note_required": False,
            "note_received": False,
            "reporter_name": "Alicia Villa",
            "relationship": "mother",
            "from_phone": "+17735550111",
            "verification": "listed",
            "flags": [],
            "transcript": "Gaby has a fever and stays at home.",
            "recording": None,
            "call_sid": None,
            "message_sid": "SM00000000000000000000000000000001",
            "created_at": "2026-11-24T12:52:00Z",
            "updated_at": "2026-11-24T12:52:00Z",
        }
    ]


def test_what_is_not_known_is_null(system: System, files: Files) -> None:
    files("nothing heard")
    (report,) = system.reports()
    unknown = [
        "student",
        "student_as_heard",
        "partial_day",
        "reason_text",
        "excused",
        "reporter_name",
        "from_phone",
        "transcript",
        "recording",
        "message_sid",
    ]
    assert [report[name] for name in unknown] == [None] * len(unknown)
    assert report["dates"] == []
    assert (report["reason_category"], report["relationship"]) == ("unknown", "unknown")
    assert report["flags"] == ["nothing_heard"]


def test_an_early_leaving_without_a_time(system: System, files: Files) -> None:
    files("leaving early")
    assert system.reports()[0]["partial_day"] == {"kind": "early", "time": None}


def test_a_report_of_every_kind_is_given(system: System, every_kind: dict[str, int]) -> None:
    assert system.numbers() == list(every_kind.values())


def test_a_recording_is_named_with_where_to_hear_it(
    system: System, files: Files, filled: Database, clock: StandingClock
) -> None:
    without, number = files(), files("religious holiday")
    with filled.begin() as session:
        voicemail = Voicemail(
            recording_sid="RE00000000000000000000000000000001",
            call_sid=None,
            state=VoicemailState.RECEIVED,
            seconds=17,
            received_at=clock(),
            updated_at=clock(),
        )
        session.add(voicemail)
        session.get_one(Report, number).recording_sid = voicemail.recording_sid
        session.flush()
        recording = voicemail.id
    first, second = system.reports()
    assert (first["id"], first["recording"]) == (without, None)
    assert second["recording"] == {
        "id": recording,
        "url": f"/staff/recordings/{recording}",
        "seconds": 17,
        "state": "received",
    }


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ({"date": "2026-12-09"}, {"religious holiday"}),
        ({"date": "2026-12-12"}, set()),  # a Saturday between covered days
        ({"status": "incomplete"}, {"nothing heard"}),
        ({"status": "rejected"}, {"rejected"}),
        ({"student_id": samples.ANDRES}, {"religious holiday"}),
        ({"student_id": "nobody"}, set()),
        ({"student_id": samples.ANDRES, "status": "pending"}, set()),
        ({"updated_since": "2026-11-24T12:52:00Z"}, set(samples.KINDS)),
        ({"updated_since": "2026-11-24T06:52:00-06:00"}, set(samples.KINDS)),
        ({"updated_since": "2026-11-24T12:52:00.000001Z"}, set()),
    ],
)
def test_filters(
    system: System, every_kind: dict[str, int], query: dict[str, str], kinds: set[str]
) -> None:
    assert set(system.numbers(**query)) == {every_kind[kind] for kind in kinds}


def test_a_changed_report_comes_again(
    system: System, files: Files, filled: Database, clock: StandingClock
) -> None:
    old, _new = files(), files()
    clock.go_on(minutes=5)
    seen = clock().isoformat().replace("+00:00", "Z")
    assert system.numbers(updated_since=seen) == []
    with filled.begin() as session:
        session.get_one(Report, old).updated_at = clock()
    assert system.numbers(updated_since=seen) == [old]


def pages(system: System, **query: str) -> Iterator[list[int]]:
    cursor: dict[str, str] = {}
    while True:
        answer = system.gets(**query, **cursor).get_json()
        yield [report["id"] for report in answer["reports"]]
        if answer["next_cursor"] is None:
            return
        cursor = {"cursor": answer["next_cursor"]}


def many(database: Database, clock: StandingClock, count: int, apart: timedelta) -> list[int]:
    """So many reports, each changed a moment after the one before."""
    with database.begin() as session:
        return [samples.report(session, clock() + n * apart) for n in range(count)]


def test_pages_follow_the_last_change_and_repeat_nothing(
    system: System, filled: Database, clock: StandingClock
) -> None:
    numbers = many(filled, clock, 2 * PAGE + 30, timedelta(microseconds=1))
    with filled.begin() as session:  # the first one has changed last
        session.get_one(Report, numbers[0]).updated_at = clock() + timedelta(hours=1)
    found = list(pages(system, status="pending"))
    assert [len(page) for page in found] == [PAGE, PAGE, 30]
    assert list(chain(*found)) == [*numbers[1:], numbers[0]]


def test_reports_changed_at_the_same_moment_are_told_apart(
    system: System, filled: Database, clock: StandingClock
) -> None:
    numbers = many(filled, clock, PAGE + 1, timedelta(0))
    assert list(chain(*pages(system))) == numbers


def test_a_full_page_that_is_the_last_leads_nowhere(
    system: System, filled: Database, clock: StandingClock
) -> None:
    many(filled, clock, PAGE, timedelta(0))
    assert [len(page) for page in pages(system)] == [PAGE]


def test_a_report_that_changes_between_two_pages_is_not_lost(
    system: System, filled: Database, clock: StandingClock
) -> None:
    numbers = many(filled, clock, PAGE + 5, timedelta(seconds=1))
    walk = pages(system)
    first = next(walk)
    with filled.begin() as session:
        session.get_one(Report, numbers[-1]).updated_at = clock() + timedelta(hours=1)
        session.get_one(Report, numbers[0]).updated_at = clock() + timedelta(hours=2)
    assert [*first, *chain(*walk)] == [*numbers, numbers[0]]


def test_a_page_takes_the_same_number_of_statements_however_full(
    system: System, filled: Database, clock: StandingClock
) -> None:
    many(filled, clock, 1, timedelta(0))
    system.gets()  # notes the use of the token, once a minute
    with statements(filled) as few:
        system.gets()
    many(filled, clock, 60, timedelta(seconds=1))
    with statements(filled) as more:
        system.gets()
    assert len(more) == len(few) <= 5


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"date": "24.11.2026"}, "date must be a day such as 2026-11-24."),
        ({"date": "2026-02-30"}, "date must be a day"),
        ({"date": "2026-W48-2"}, "date must be a day"),
        ({"date": ""}, "date must be a day"),
        ({"status": "open"}, "status must be one of: pending, confirmed,"),
        ({"status": "PENDING"}, "status must be one of"),
        ({"student_id": ""}, "student_id must be"),
        ({"student_id": "6\x00"}, "student_id must be"),
        ({"student_id": "6" * 33}, "student_id must be"),
        ({"updated_since": "2026-11-24T12:45:00"}, "updated_since must be a time with its zone"),
        ({"updated_since": "2026-11-24T12:45:00 00:00"}, "A + in an address is written %2B."),
        ({"updated_since": "0001-01-01T00:00:00+14:00"}, "updated_since must be"),
        ({"updated_since": "now"}, "updated_since must be"),
        ({"cursor": "nonsense"}, "cursor must be a next_cursor of an earlier answer"),
        ({"cursor": ""}, "cursor must be"),
        ({"stauts": "pending"}, "There is no parameter 'stauts'. There are: date, status,"),
        ({"limit": "5"}, "There is no parameter 'limit'."),
    ],
)
def test_a_parameter_that_cannot_be_used_is_named(
    system: System, files: Files, query: dict[str, str], sentence: str
) -> None:
    files()
    assert sentence in system.is_refused(**query)


def test_a_parameter_given_twice_is_refused(system: System) -> None:
    headers = {"Authorization": f"Bearer {system.token}"}
    answer = system.client.get(f"{PATH}?date=2026-11-24&date=2026-11-25", headers=headers)
    assert answer.status_code == 400
    assert answer.get_json() == {"error": "date may be given once."}


def test_a_changed_cursor_is_refused(
    system: System, filled: Database, clock: StandingClock
) -> None:
    many(filled, clock, PAGE + 1, timedelta(seconds=1))
    cursor = system.gets().get_json()["next_cursor"]
    changed = ("A" if cursor[0] != "A" else "B") + cursor[1:]
    assert "unchanged" in system.is_refused(cursor=changed)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Bearer  ",
        "Bearer wrong",
        "Basic dXNlcjpwYXNz",
        "Token x",
        "Bearer \x80",
    ],
)
def test_without_a_known_token_nothing_is_given(
    system: System, files: Files, header: str | None
) -> None:
    files()
    headers = {} if header is None else {"Authorization": header}
    answer = system.client.get(PATH, headers=headers)
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="Absence Line"')
    assert set(answer.get_json()) == {"error"}


def test_a_token_in_the_address_is_refused_where_it_would_be_logged(
    system: System, files: Files
) -> None:
    files()
    for name in ("token", "access_token", "authorization"):
        answer = system.client.get(PATH, query_string={name: system.token})
        assert answer.status_code == 401, name


def test_a_token_that_was_removed_reads_nothing_from_the_next_request_on(
    system: System, files: Files, filled: Database, clock: StandingClock
) -> None:
    files()
    assert system.reports()
    with filled.begin() as session:
        remove_token(session, "Student information system", clock())
    headers = {"Authorization": f"Bearer {system.token}"}
    assert system.client.get(PATH, headers=headers).status_code == 401


def test_the_word_bearer_may_be_written_in_any_case(system: System) -> None:
    headers = {"Authorization": f"bearer {system.token}"}
    assert system.client.get(PATH, headers=headers).status_code == 200


def test_a_session_of_a_person_opens_nothing_here(app: Flask) -> None:
    with app.test_client() as client:
        with client.session_transaction() as session:
            session["staff"] = 1
        assert client.get(PATH).status_code == 401


def test_every_reading_of_a_report_is_in_the_audit(
    system: System, files: Files, filled: Database
) -> None:
    system.gets()  # nothing to read yet
    files()
    system.gets()
    system.client.get(PATH, headers={"Authorization": "Bearer wrong"})
    with filled.reading() as session:
        read = select(AuditLine).where(AuditLine.did == "read reports")
        lines = [(line.who, line.subject) for line in session.scalars(read)]
    assert lines == [("token:Student information system", "api:reports")]


def test_an_address_that_is_not_there_answers_as_json(system: System) -> None:
    answer = system.client.get("/api/v2/reports")
    assert answer.status_code == 404
    assert answer.get_json()["error"].startswith("There is nothing here.")


def test_nothing_can_be_changed_here(system: System) -> None:
    headers = {"Authorization": f"Bearer {system.token}"}
    answer = system.client.post(PATH, headers=headers, json={})
    assert answer.status_code == 405
    assert "error" in answer.get_json()


def test_times_are_in_utc_whatever_the_school_keeps(system: System, filled: Database) -> None:
    summer = datetime(2026, 9, 1, 5, 0, tzinfo=UTC)
    with filled.begin() as session:
        samples.report(session, summer)
    assert system.reports()[0]["created_at"] == "2026-09-01T05:00:00Z"
