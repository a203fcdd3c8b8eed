"""The school's calendar, as its file has it: which days have no school, and why."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from console import words
from console.access import signed_in
from console.office import Office


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
                (words.day(day, today), why, day < today)
                for day, why in sorted(year.no_school.items())
            ],
        )

    return pages
