"""The school's calendar, as its file has it: which days have no school, and why."""

from collections.abc import Mapping
from datetime import date, timedelta

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from console import words
from console.access import signed_in
from console.office import Office

WEEKEND = timedelta(days=3)  # from a Friday to a Monday


def blueprint(office: Office) -> Blueprint:
    """The page under /staff/calendar."""
    pages = Blueprint("school_year", __name__, url_prefix="/staff/calendar")

    @pages.get("/")
    @signed_in()
    def calendar() -> ResponseReturnValue:
        school_time, today = office.school.time, office.today()
        year = school_time.calendar
        following = today if year.is_school_day(today) else year.next_school_day(today)
        return render_template(
            "calendar.html",
            today=words.day(today, today),
            is_school_day=year.is_school_day(today),
            following=words.day(following, today) if following else None,
            first=words.day(year.first_day, today),
            last=words.day(year.last_day, today),
            left=len(year.school_days(today, year.last_day)),
            days_off=[
                (" ".join(words.from_to(first, last, today)), why, last < today)
                for first, last, why in _runs(year.no_school)
            ],
        )

    return pages


def _runs(days: Mapping[date, str]) -> list[tuple[date, date, str]]:
    """The days off, those for one reason that follow each other as one; weekends part none."""
    runs: list[tuple[date, date, str]] = []
    for day, why in sorted(days.items()):
        if runs and runs[-1][2] == why and day - runs[-1][1] <= WEEKEND:
            runs[-1] = (runs[-1][0], day, why)
        else:
            runs.append((day, day, why))
    return runs
