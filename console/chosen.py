"""Which reports somebody chose to see: the filters and the search, from and to an address.

The choice travels with every link and form, so that "confirm and next" stays within it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import msgspec
from flask import url_for
from werkzeug.datastructures import MultiDict

from console import words
from console.lookups import MOST_ID, Wanted
from school.report_facts import WAITING as UNDECIDED
from school.reports import Flag, ReportChannel, Status

WAITING = "waiting"
ALL = "all"
LONGEST_SEARCH = 80
GRADES = range(-1, 13)

CHOICES: Mapping[str, tuple[str, tuple[Status, ...]]] = {
    WAITING: ("Waiting for you", UNDECIDED),
    ALL: ("All reports", ()),
    **{
        status: (words.STATUSES[status].words, (status,))
        for status in Status
        if status != Status.PENDING  # they are most of what waits
    },
}
"""What may be chosen to be shown: words, and the statuses they stand for."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the list shows, as it was chosen; an error stands beside what was typed."""

    status: str = WAITING
    day: date | None = None
    typed_day: str = ""
    channel: str = ""
    flag: str = ""
    grade: int | None = None
    language: str = ""
    search: str = ""
    after: int | None = None
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def wanted(self) -> Wanted:
        """The reports it stands for; what is searched for is added by who knows the roster."""
        return Wanted(
            statuses=CHOICES[self.status][1],
            day=self.day,
            channel=self.channel or None,
            flag=self.flag or None,
            grade=self.grade,
            language=self.language or None,
        )

    @property
    def words(self) -> str:
        """The choice in words."""
        return CHOICES[self.status][0]

    @property
    def narrowed(self) -> bool:
        """Whether more than a status was chosen."""
        return bool(self.query.keys() - {"status", "after"})

    @property
    def query(self) -> dict[str, Any]:
        """The choice as parameters of an address."""
        given = {
            "status": self.status if self.status != WAITING else "",
            "day": self.typed_day,
            "channel": self.channel,
            "flag": self.flag,
            "grade": self.grade,
            "language": self.language,
            "q": self.search,
            "after": self.after,
        }
        return {name: value for name, value in given.items() if value not in ("", None)}

    def url(self, after: int | None = None) -> str:
        """The address of this list, or of its page after the report `after`."""
        return url_for("worklist.reports", **replace(self, after=after).query)

    def to_report(self, report_id: int) -> str:
        """The address of one of its reports."""
        query = replace(self, after=None).query
        return url_for("entry.report", report_id=report_id, **query)


def read(args: MultiDict[str, str]) -> Chosen:
    """What was chosen. What cannot be read narrows nothing; a day is said beside its field."""
    search = args.get("q", "").strip()[:LONGEST_SEARCH]
    status = args.get("status", ALL if search else WAITING)
    after = min(args.get("after", MOST_ID, type=int), MOST_ID) if "after" in args else None
    grade = args.get("grade", type=int)
    chosen = Chosen(
        status=status if status in CHOICES else WAITING,
        channel=_one_of(args.get("channel", ""), ReportChannel),
        flag=_one_of(args.get("flag", ""), Flag),
        grade=grade if grade in GRADES else None,
        language=args.get("language", "") if args.get("language", "").isalpha() else "",
        search=search,
        after=after,
    )
    typed = args.get("day", "").strip()
    if not typed:
        return chosen
    try:
        return replace(chosen, day=msgspec.convert(typed, date), typed_day=typed)
    except msgspec.ValidationError:
        wrong = f"{typed} is not a day. Write it as year, month, day: 2026-11-24."
        return replace(chosen, typed_day=typed, errors={"day": wrong})


def _one_of(given: str, codes: type[ReportChannel] | type[Flag]) -> str:
    return given if given in tuple(codes) else ""
