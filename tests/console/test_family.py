"""A family may have all that is kept of its number, and have it erased; the record stays."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner
from msgspec.structs import replace
from sqlalchemy import Table, select

from console.commands import data
from console.data_list import as_markdown, entries
from console.family import Held, erase, export, of_number, of_student
from recordings.pictures import Picture, PictureState
from recordings.voicemails import Voicemail, VoicemailState
from school.audit import AuditLine, note
from school.database import Base, Database
from school.decisions import Change, Deed, confirm
from school.outbox import Letter, Message, MessageStatus, queue
from school.people import NumberRow
from school.report_facts import facts_of
from school.reports import Report
from school.school_file import SHIPPED, read_school
from tests.console.parts import NOW, Visitor
from tests.support.line import CUEVAS, KEIKOS_MOTHER, STRANGER, WholeLine

CLERK = "clerk@school.example"
PHOTO = {
    "NumMedia": "1",
    "MediaUrl0": "https://media.example/Media/ME" + "a" * 32,
    "MediaContentType0": "image/jpeg",
}


@pytest.fixture
def used(line: WholeLine) -> WholeLine:
    """Two families have called; one of them has left a message, too."""
    for phone, sentence in (
        (KEIKOS_MOTHER, "Keiko has a migraine and won't be in today."),
        (CUEVAS, "Mariana has the flu and is out today."),
    ):
        call = line.call(phone)
        call.says(sentence)
        call.says("Yes.")
        call.hangs_up()
    line.text("Here is a note for Keiko", KEIKOS_MOTHER, **PHOTO)
    call = line.call(KEIKOS_MOTHER)
    call.presses("0")
    call.leaves_message(9)
    all_comes(line.services.database)
    return line


def all_comes(database: Database) -> None:
    """What the worker has to send and to fetch is sent and fetched."""
    with database.begin() as session:
        for message in session.scalars(select(Message)):
            message.status = MessageStatus.DELIVERED
        session.scalars(select(Voicemail)).one().state = VoicemailState.SETTLED
        session.scalars(select(Picture)).one().state = PictureState.KEPT


def rows(database: Database, table: Table) -> list[str]:
    """The rows of a table, as text."""
    with database.reading() as session:
        return [str(tuple(row)) for row in session.execute(select(table))]


def everything(database: Database) -> str:
    """All that the database holds, as text."""
    tables = Base.metadata.sorted_tables
    return "\n".join(row for table in tables for row in rows(database, table))


def test_a_family_gets_all_that_is_kept_of_its_number(used: WholeLine) -> None:
    with used.services.database.reading() as session:
        held = export(session, of_number(session, KEIKOS_MOTHER))
    assert {name: len(rows) for name, rows in held.items() if rows} == {
        "numbers": 1,
        "contacts": 1,
        "reports": 2,
        "report_days": 1,
        "messages": 1,
        "conversations": 3,
        "turns": len(held["turns"]),
        "voicemails": 1,
        "pictures": 1,
    }
    words = json.dumps(held, ensure_ascii=False)
    assert "Keiko has a migraine" in words
    assert "Mariana" not in words
    assert CUEVAS not in words


def test_erased_words_are_nowhere_and_the_attendance_record_stays(used: WholeLine) -> None:
    database = used.services.database
    deleted: list[str] = []
    with database.begin() as session:
        family = of_number(session, KEIKOS_MOTHER)
        done = erase(session, family, deleted.append, CLERK, used.clock())
    assert (done["reports"], done["voicemails"], done["pictures"]) == (2, 1, 1)
    assert len(deleted) == 2
    held = everything(database)
    assert "migraine" not in held
    assert "flu" in held  # another family's
    with database.reading() as session:
        report = session.scalars(select(Report).order_by(Report.id)).first()
        assert report is not None
        assert (report.from_phone, report.reporter_name, report.transcript) == (None, None, None)
        assert report.dates
        line = session.scalars(select(AuditLine).where(AuditLine.did == "erased")).one()
        assert (line.who, line.subject) == (CLERK, "number:…28")


def test_an_erased_number_and_name_are_left_on_the_roster_alone(used: WholeLine) -> None:
    database = used.services.database
    with database.begin() as session:
        report = session.scalars(select(Report).order_by(Report.id)).first()
        assert report is not None
        facts = replace(facts_of(report), reporter_name="Naoko Tanaka")
        confirm(
            session, report, Change(facts), used.services.school.facts, Deed(CLERK, used.clock())
        )
    used.text("UNDO", KEIKOS_MOTHER)
    with database.begin() as session:
        erase(session, of_number(session, KEIKOS_MOTHER), lambda _: None, CLERK, used.clock())
    left = {
        table.name
        for table in Base.metadata.sorted_tables
        for row in rows(database, table)
        if KEIKOS_MOTHER in row or "Naoko" in row
    }
    assert left == {"contacts"}


def test_a_wish_for_no_more_texts_outlives_the_rest(used: WholeLine) -> None:
    database = used.services.database
    used.text("STOP", KEIKOS_MOTHER)
    with database.begin() as session:
        erase(session, of_number(session, KEIKOS_MOTHER), lambda _: None, CLERK, used.clock())
    with database.reading() as session:
        number = session.get(NumberRow, KEIKOS_MOTHER)
        assert number is not None
        assert number.opted_out_at is not None


def test_staff_can_open_what_was_erased(
    clerk: Visitor, filled: Database, files: Callable[..., int]
) -> None:
    report = files()
    with filled.begin() as session:
        phone = session.get_one(Report, report).from_phone
        assert phone is not None
        queue(session, Letter("a", phone, "en", "words", report_id=report), NOW)
        session.scalars(select(Message)).one().status = MessageStatus.FAILED
        erase(session, of_number(session, phone), lambda _: None, CLERK, NOW)
    for path in (f"/staff/reports/{report}", "/staff/messages/", "/staff/"):
        assert clerk.opens(path).status_code == 200, path


# One student


def test_a_student_s_record_holds_who_said_and_who_saw_what(used: WholeLine) -> None:
    database = used.services.database
    with database.begin() as session:
        report = session.scalars(select(Report).order_by(Report.id)).first()
        assert report is not None
        assert report.student_id is not None
        student = report.student_id
        session.scalars(select(Voicemail)).one().call_sid = report.call_sid
        for subject in (f"report:{report.id}", "recording:1", f"student:{student}"):
            note(session, used.clock(), CLERK, "seen", subject)
        for other in ("report:999", "recording:2", "student:1", "release:1", "roster"):
            note(session, used.clock(), "another", "seen", other)
    with database.reading() as session:
        held = export(session, of_student(session, student))
    assert [row["student_id"] for row in held["students"]] == [student]
    assert len(held["contacts"]) == 2
    seen = [row["subject"] for row in held["audit"] if row["who"] == CLERK]
    assert seen == [f"report:{report.id}", "recording:1", f"student:{student}"]
    assert "another" not in {row["who"] for row in held["audit"]}
    words = json.dumps(held, ensure_ascii=False)
    assert "Keiko has a migraine" in words
    assert "Mariana" not in words


def test_what_was_said_of_a_student_is_erased_whoever_said_it(used: WholeLine) -> None:
    database = used.services.database
    used.text(
        "Keiko Tanaka is out tomorrow with a fever of 104, this is her aunt Ana Diaz", STRANGER
    )
    all_comes(database)
    with database.begin() as session:
        (student,) = session.scalars(
            select(Report.student_id).where(Report.from_phone == STRANGER)
        ).all()
        assert student is not None
        erase(session, of_student(session, student), lambda _: None, CLERK, used.clock())
    held = everything(database)
    assert "a fever of 104" not in held
    assert "migraine" not in held
    assert "Ana Diaz" not in held
    assert "flu" in held  # another student's
    with database.reading() as session:
        named = select(Report).where(Report.student_id == student)
        assert all(report.dates for report in session.scalars(named))


def test_a_legal_hold_forbids_it(used: WholeLine) -> None:
    database = used.services.database
    with database.begin() as session:
        session.scalars(select(Voicemail)).one().legal_hold = True
    before = everything(database)

    def none_deleted(name: str) -> None:
        raise AssertionError(name)

    with pytest.raises(Held, match="legal hold"), database.begin() as session:
        erase(session, of_number(session, KEIKOS_MOTHER), none_deleted, CLERK, used.clock())
    assert everything(database) == before


@pytest.mark.parametrize(
    ("kind", "state"),
    [
        (Voicemail, VoicemailState.RECEIVED),
        (Voicemail, VoicemailState.FETCHED),
        (Voicemail, VoicemailState.TRANSCRIBED),
        (Picture, PictureState.RECEIVED),
        (Message, MessageStatus.QUEUED),
        (Message, MessageStatus.UNCERTAIN),
    ],
)
def test_what_is_still_on_its_way_is_waited_for(
    used: WholeLine, kind: type[Voicemail | Picture | Message], state: str
) -> None:
    """Erased at once, it would be fetched or sent after that, and then kept for ever."""
    database = used.services.database
    with database.begin() as session:
        for one in session.scalars(select(kind)):
            setattr(one, "status" if isinstance(one, Message) else "state", state)
    before = everything(database)
    gone = CliRunner().invoke(data, ["erase", KEIKOS_MOTHER, "--yes"], obj=used.services)
    assert (gone.exit_code, "still on its way" in gone.stderr) == (1, True)
    assert everything(database) == before


def test_of_a_number_that_never_called_there_is_nothing(used: WholeLine) -> None:
    with used.services.database.reading() as session:
        assert not any(export(session, of_number(session, "+13125550199")).values())


# The list of what is kept


@pytest.fixture
def listed() -> dict[str, Any]:
    return {entry.table: entry for entry in entries(read_school(SHIPPED).retention)}


def test_every_table_is_listed_with_every_column_and_how_long(listed: dict[str, Any]) -> None:
    assert set(listed) == set(Base.metadata.tables)
    for name, table in Base.metadata.tables.items():
        assert listed[name].columns == tuple(column.name for column in table.columns)
        assert listed[name].holds.endswith(".")
        assert listed[name].kept
        assert listed[name].data
        assert listed[name].why


def test_the_list_says_the_school_files_own_times() -> None:
    school = read_school(SHIPPED)
    words = as_markdown(school.facts.name, school.retention)
    assert "the sound 365 days" in words
    assert school.facts.name in words


# The commands


def test_the_commands_hand_out_and_erase(used: WholeLine) -> None:
    run = CliRunner().invoke
    handed_out = run(data, ["export", "(847) 555-0128"], obj=used.services)
    assert len(json.loads(handed_out.stdout)["reports"]) == 2
    with used.services.database.reading() as session:
        line = session.scalars(select(AuditLine).where(AuditLine.did == "handed out")).one()
        assert (line.who, line.subject) == ("operator", "number:…28")

    kept = run(data, ["erase", "847 555 0128"], obj=used.services, input="n\n")
    assert kept.exit_code == 1
    gone = run(data, ["erase", "847 555 0128", "--yes"], obj=used.services)
    assert "2 reports" in gone.stdout
    assert not json.loads(run(data, ["export", KEIKOS_MOTHER], obj=used.services).stdout)["reports"]


def test_the_commands_know_a_student_by_number(used: WholeLine) -> None:
    run = CliRunner().invoke
    with used.services.database.reading() as session:
        named = select(Report.student_id).where(Report.student_id.is_not(None))
        student = session.scalars(named).first()
    handed_out = run(data, ["export", "--student", str(student)], obj=used.services)
    assert json.loads(handed_out.stdout)["reports"]
    assert (
        "1 turns" not in run(data, ["erase", "--student", "0", "--yes"], obj=used.services).stdout
    )
    gone = run(data, ["erase", "--student", str(student), "--yes"], obj=used.services)
    assert "reports" in gone.stdout
    unknown = run(data, ["export", "--student", "999"], obj=used.services)
    assert unknown.exit_code == 2
    assert "no student 999" in unknown.stderr


def test_a_number_that_is_none_is_a_sentence(used: WholeLine) -> None:
    result = CliRunner().invoke(data, ["export", "12"], obj=used.services)
    assert result.exit_code == 2
    assert "too short" in result.stderr


def test_the_list_is_printed(used: WholeLine) -> None:
    assert "| `voicemails` |" in CliRunner().invoke(data, ["list"], obj=used.services).stdout
