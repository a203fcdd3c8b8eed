"""The labelled messages, each with its reading: for the tests, and for the benchmark.

`held_out.jsonl` and `others_held_out.jsonl` are put aside: nobody who works on the readers looks at
their texts, or at which of them are wrong; only their totals count. The messages of others are by
an author who never saw the readers.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from flows.reading.calendar import SchoolCalendar
from flows.reading.evaluation import Case
from flows.reading.lines import as_output, read_line
from flows.reading.message import Background
from flows.reading.roster import Roster
from school.roster_files import read_folder

HERE = Path(__file__).parent
SAMPLES, OWN, OTHER_SCHOOL = HERE / "samples", HERE / "cases", HERE / "other_school"
FILES = {
    "samples": SAMPLES / "utterances.jsonl",
    "seen": OWN / "seen.jsonl",
    "others', seen": SAMPLES / "others_seen.jsonl",
    "another school, seen": OTHER_SCHOOL / "utterances.jsonl",
    "held out": OWN / "held_out.jsonl",
    "others', held out": SAMPLES / "others_held_out.jsonl",
}


@cache
def background(folder: Path) -> Background:
    """What a folder's messages are read against; the moment is its calendar's."""
    files = read_folder(folder)
    calendar = json.loads((folder / "calendar.json").read_text(encoding="utf-8"))
    now = datetime.fromisoformat(calendar["reference_time"])
    assert isinstance(files.calendar, SchoolCalendar)
    return Background(Roster(files.students, files.contacts), files.calendar, now)


def lines(name: str) -> Iterator[dict[str, Any]]:
    """The lines of one set."""
    for line in FILES[name].read_text(encoding="utf-8").splitlines():
        yield json.loads(line)


@cache
def cases(name: str) -> tuple[Case, ...]:
    """One set, read."""
    against = background(FILES[name].parent)
    return tuple(_case(line, against) for line in lines(name))


def _case(line: dict[str, Any], against: Background) -> Case:
    reading = read_line(line, against)
    return Case(
        line_id=line["id"],
        channel=line["channel"],
        language=line["lang"],
        text=line["text"],
        expected=line["expected"],
        output=as_output(line["id"], reading),
        reading=reading,
    )


def share_right(name: str, slot: str = "") -> float:
    """The share of a set's messages of which this slot, or every one, is right."""
    read = cases(name)
    return sum(case.is_right(slot) if slot else not case.wrong for case in read) / len(read)
