"""A family may have all that is kept of its number, and have it erased; the record stays."""

import json
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from console.commands import data
from console.data_list import as_markdown, entries
from console.family import Held, erase, export
from recordings.voicemails import Voicemail
from school.audit import AuditLine
from school.database import Base, Database
from school.outbox import Message, MessageStatus
from school.reports import Report
from school.school_file import SHIPPED, read_school
from tests.support.line import CUEVAS, KEIKOS_MOTHER, WholeLine

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
    with line.services.database.begin() as session:
        for message in session.scalars(select(Message)):
            message.status = MessageStatus.DELIVERED
    return line


def everything(database: Database) -> str:
    """All that the database holds, as text."""
    with database.reading() as session:
        return "\n".join(
            str(tuple(row))
            for table in Base.metadata.sorted_tables
            for row in session.execute(select(table))
        )


def test_a_family_gets_all_that_is_kept_of_its_number(used: WholeLine) -> None:
    with used.services.database.reading() as session:
        held = export(session, KEIKOS_MOTHER)
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
        done = erase(session, KEIKOS_MOTHER, deleted.append, CLERK, used.clock())
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


def test_a_legal_hold_forbids_it(used: WholeLine) -> None:
    database = used.services.database
    with database.begin() as session:
        session.scalars(select(Voicemail)).one().legal_hold = True
    before = everything(database)

    def none_deleted(name: str) -> None:
        raise AssertionError(name)

    with pytest.raises(Held, match="legal hold"), database.begin() as session:
        erase(session, KEIKOS_MOTHER, none_deleted, CLERK, used.clock())
    assert everything(database) == before


def test_of_a_number_that_never_called_there_is_nothing(used: WholeLine) -> None:
    with used.services.database.reading() as session:
        assert not any(export(session, "+13125550199").values())


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


def test_the_list_says_the_school_files_own_times() -> None:
    assert "the sound 365 days" in as_markdown(read_school(SHIPPED).retention)


# The commands


def test_the_commands_hand_out_and_erase(used: WholeLine) -> None:
    run = CliRunner().invoke
    handed_out = run(data, ["export", "(847) 555-0128"], obj=used.services)
    assert len(json.loads(handed_out.stdout)["reports"]) == 2

    kept = run(data, ["erase", "847 555 0128"], obj=used.services, input="n\n")
    assert kept.exit_code == 1
    gone = run(data, ["erase", "847 555 0128", "--yes"], obj=used.services)
    assert "2 reports" in gone.stdout
    assert not json.loads(run(data, ["export", KEIKOS_MOTHER], obj=used.services).stdout)["reports"]


def test_a_number_that_is_none_is_a_sentence(used: WholeLine) -> None:
    result = CliRunner().invoke(data, ["export", "12"], obj=used.services)
    assert result.exit_code == 2
    assert "too short" in result.stderr


def test_the_list_is_printed(used: WholeLine) -> None:
    assert "| `voicemails` |" in CliRunner().invoke(data, ["list"], obj=used.services).stdout
