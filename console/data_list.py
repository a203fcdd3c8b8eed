"""What the line keeps about people, as a list for the school's written agreement.

Illinois wants a school to name every kind of data that a provider keeps (105 ILCS 85/15, SOPPA).
The tables and columns come from the schema itself, so that the list cannot leave one out.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from school.database import Base, newest_migration
from school.leavers import KEPT_FOR
from school.school_file import Retention

ROSTER = "until the next import without them"
ATTENDANCE = "as the district's rules for attendance records say"
ACCOUNT = "always; an account is closed and not deleted, for the audit names it"
PASSING = "seconds to days"

HEAD = """# Data that the attendance line of {school} keeps

Every table and every column of the line's database, as of migration {schema}; a part of the written
agreement between the school and whoever runs the line (105 ILCS 85/15).

- **Whose**: students of the school, their parents, guardians and other contacts, whoever calls or
  texts, and staff.
- **What for**: to take reports of absences, late arrivals and early dismissals, to have staff
  decide them, and to tell the families. For nothing else: it is not sold, and nothing is advertised
  or learned from it. No voice is recognised.
- **From whom**: the district's roster; the families themselves; staff.
- **Who gets it**: staff of the school by their role (the front desk sees no reason of an absence),
  and systems of the school that hold a token. Twilio carries calls and texts, and so handles
  numbers, sound and words; sound and photos are deleted there once they are here.
- **How it is kept**: sound, photos and second factors are encrypted (AES), passwords and tokens
  are kept as hashes only; each view of a recording, a photo or a report is in the audit.
- **On request** of a parent, or of a student of 18, it is handed out, put right or erased; the
  attendance record itself is kept as the law wants it (105 ILCS 10/4).
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One table: what it holds, of what kind and why, how long, and in which columns."""

    table: str
    holds: str
    data: str
    why: str
    kept: str
    columns: tuple[str, ...]


def entries(retention: Retention) -> Iterator[Entry]:
    """Every table of the schema, in the order of their names.

    Raises:
        KeyError: a table has no word on what it holds, or how long it is kept.
    """
    kept = _kept(retention)
    says = {mapper.local_table: mapper.class_.__doc__ or "" for mapper in Base.registry.mappers}
    for name, table in sorted(Base.metadata.tables.items()):
        holds = says[table].strip().partition("\n")[0]
        columns = tuple(column.name for column in table.columns)
        yield Entry(name, holds, *DATA[name], kept[name], columns)


def as_markdown(school: str, retention: Retention) -> str:
    """The list as a document, for a school of this name."""
    found = list(entries(retention))
    return "\n".join(
        [
            HEAD.format(school=school, schema=newest_migration()),
            "## What is kept",
            "",
            "| table | data | why | kept |",
            "| --- | --- | --- | --- |",
            *(f"| `{e.table}` | {e.data} | {e.why} | {e.kept} |" for e in found),
            "",
            "## Every column",
            "",
            *(f"- `{e.table}`: {e.holds} {', '.join(e.columns)}." for e in found),
        ]
    )


NOBODY = "nothing about a person"
REPORT = "to take and decide reports"
DESK = "to let nobody leave but with whom they may"
RUNNING = "so that the line runs"
DATA = {
    "api_tokens": ("a name for another system, and a hash", "so that it may read reports"),
    "audit": (
        "who of the staff saw or did what, to which record, and whom of a family they told",
        "to answer for it",
    ),
    "closings": ("a day the school stays closed, why, and who closed it", RUNNING),
    "contacts": (
        "a contact's name, number, e-mail, language, relationship to the student; court orders",
        "to know who calls, to tell families, and who may collect a student",
    ),
    "conversations": ("the numbers of a call or text exchange, and when it was", REPORT),
    "decisions": ("who of the staff decided what of a report, before and after", REPORT),
    "holds": ("which of the staff has a report open", "so that no two decide it"),
    "messages": (
        "a text or spoken message: number, words with a student's first name and days, delivery",
        "to tell families",
    ),
    "numbers": ("a number's language, and whether it wants texts", "to be understood, and to obey"),
    "pickups": ("which student somebody waits for at the desk", DESK),
    "pictures": ("a photo of a note, which may tell of health; the number it came from", REPORT),
    "preferences": ("a setting, and who changed it", RUNNING),
    "releases": (
        "who left early, with whom, why, and the signature; who was told",
        DESK,
    ),
    "report_days": ("a day of absence, and who keyed it into the district's system", REPORT),
    "reports": (
        "a student's absence: days, reason (it may tell of health), who reported it, and the words",
        REPORT,
    ),
    "roster_version": (NOBODY, RUNNING),
    "scheduled_runs": (NOBODY, RUNNING),
    "staff": ("an account's e-mail, role, password hash and second factor", "to sign in"),
    "students": ("a student's name, number, grade and birth date", "to know who is meant"),
    "transcripts": ("the words of a message after the beep, which may tell of health", REPORT),
    "turns": ("each thing a family said, keyed or wrote, and the answer", REPORT),
    "voicemails": ("that a message or call was recorded, its length and number; the sound", REPORT),
    "workers": (NOBODY, RUNNING),
}
"""What each table holds of people, and what for."""


def _kept(retention: Retention) -> dict[str, str]:
    words = f"{retention.conversations} days"
    report = f"words {words}; the record {ATTENDANCE}"
    return {
        "api_tokens": "until it is removed",
        "audit": "always; there are no words of families in it",
        "contacts": ROSTER,
        "conversations": words,
        "closings": "until the school is opened again on that day",
        "decisions": ATTENDANCE,
        "holds": PASSING,
        "messages": f"words {retention.texts} days; that it was sent, with the report",
        "numbers": "until erased: an opt-out must be honoured",
        "pickups": "until the next night",
        "pictures": f"the photo {retention.recordings} days; that there was one, with the report",
        "preferences": "until it is changed",
        "releases": ATTENDANCE,
        "report_days": ATTENDANCE,
        "reports": report,
        "roster_version": "always; no people in it",
        "scheduled_runs": "always; no people in it",
        "staff": ACCOUNT,
        "students": f"{KEPT_FOR.days} days after they left; longer while a record names them",
        "transcripts": words,
        "turns": words,
        "workers": "a week; no people in it",
        "voicemails": f"the sound {retention.recordings} days; that there was one, with the report",
    }
