"""What the line keeps about people, as a list for the school's written agreement.

Illinois wants a school to name every kind of data that a provider keeps (105 ILCS 85/15, SOPPA).
The tables and columns come from the schema itself, so that the list cannot leave one out.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from school.database import Base
from school.school_file import Retention

ROSTER = "until the next import without them"
ATTENDANCE = "as the district's rules for attendance records say"
ACCOUNT = "until an admin removes it"
PASSING = "seconds to days"


@dataclass(frozen=True, slots=True)
class Entry:
    """One table: what it holds, in which columns, and how long."""

    table: str
    holds: str
    columns: tuple[str, ...]
    kept: str


def entries(retention: Retention) -> Iterator[Entry]:
    """Every table of the schema, in the order of their names.

    Raises:
        KeyError: a table has no word on how long it is kept.
    """
    kept = _kept(retention)
    says = {mapper.local_table: mapper.class_.__doc__ or "" for mapper in Base.registry.mappers}
    for name, table in sorted(Base.metadata.tables.items()):
        holds = says[table].strip().partition("\n")[0]
        yield Entry(name, holds, tuple(column.name for column in table.columns), kept[name])


def as_markdown(retention: Retention) -> str:
    """The list as a table that a document can take up."""
    rows = [
        f"| `{entry.table}` | {entry.holds} | {', '.join(entry.columns)} | {entry.kept} |"
        for entry in entries(retention)
    ]
    return "\n".join(["| table | holds | columns | kept |", "| --- | --- | --- | --- |", *rows])


def _kept(retention: Retention) -> dict[str, str]:
    words = f"{retention.conversations} days"
    report = f"words {words}; the record {ATTENDANCE}"
    return {
        "api_tokens": ACCOUNT,
        "audit": "always; it names staff and record numbers, no words of families",
        "contacts": ROSTER,
        "conversations": words,
        "decisions": ATTENDANCE,
        "holds": PASSING,
        "messages": f"words {retention.texts} days; that it was sent, with the report",
        "numbers": "until erased: an opt-out must be honoured",
        "pickups": ATTENDANCE,
        "pictures": f"the photo {retention.recordings} days; that there was one, with the report",
        "preferences": ACCOUNT,
        "releases": ATTENDANCE,
        "report_days": ATTENDANCE,
        "reports": report,
        "roster_version": "always; no people in it",
        "scheduled_runs": "always; no people in it",
        "staff": ACCOUNT,
        "students": "while reports name them",
        "transcripts": words,
        "turns": words,
        "workers": "a week; no people in it",
        "voicemails": f"the sound {retention.recordings} days; that there was one, with the report",
    }
