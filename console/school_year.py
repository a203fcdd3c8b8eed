"""The school's calendar: which days have no school, and why.

The school file has the year. A day on which the school stays closed against it, for snow or a
burst pipe, is closed here, and opened again.
"""

from collections.abc import Mapping
from datetime import date, timedelta

import msgspec
from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from console import lookups, words
from console.access import reader, signed_in
from console.office import DECIDES, Office
from school.audit import note
from school.closings import LONGEST_WHY, CannotClose, Closing, close

WEEKEND = timedelta(days=3)  # from a Friday to a Monday
NO_DAY = "Choose the day."
NO_REASON = "Say why, for the others at the office."


def blueprint(office: Office) -> Blueprint:
    """The pages under /staff/calendar."""
    pages = Blueprint("school_year", __name__, url_prefix="/staff/calendar")
    database, clock = office.database, office.clock

    @pages.get("/")
    @signed_in()
    def calendar() -> ResponseReturnValue:
        return _page(office, {})

    @pages.post("/close")
    @signed_in(*DECIDES)
    def closes() -> ResponseReturnValue:
        typed, why = request.form.get("day", ""), request.form.get("why", "").strip()
        day = _day(typed)
        errors = ({} if day else {"day": NO_DAY}) | ({} if why else {"why": NO_REASON})
        if day is None or errors:
            return _page(office, errors, typed, why), 400
        now, who = clock(), reader().email
        office.open_school.look_again()
        school = office.school
        try:
            with database.begin() as session:
                close(session, school, day, why, who, now)
                note(session, now, who, "closed the school", f"day:{day}", why)
                came_in = lookups.how_many(session, lookups.Wanted(day=day))
        except CannotClose as error:
            return _page(office, {"day": str(error)}, typed, why), 400
        flash(_said(day, came_in, office))
        return _changed(office)

    @pages.post("/open")
    @signed_in(*DECIDES)
    def opens() -> ResponseReturnValue:
        day = _day(request.form.get("day", ""))
        with database.begin() as session:
            closing = session.get(Closing, day) if day else None
            if closing is not None:
                session.delete(closing)
                note(session, clock(), reader().email, "opened the school", f"day:{day}")
        flash("There is school on this day." if closing else "It was not closed here.")
        return _changed(office)

    return pages


def _changed(office: Office) -> ResponseReturnValue:
    office.open_school.look_again()
    return redirect(url_for("school_year.calendar"), code=303)


def _said(day: date, came_in: int, office: Office) -> str:
    said = f"No school on {words.day(day, office.today())}: the line says so from now on."
    if came_in:
        many = "One report" if came_in == 1 else f"{came_in} reports"
        said += f" {many} for that day had come in, and can be found under Reports."
    return said


def _day(typed: str) -> date | None:
    try:
        return msgspec.convert(typed, date)
    except msgspec.ValidationError:
        return None


def _page(office: Office, errors: Mapping[str, str], day: str = "", why: str = "") -> str:
    school_time, today = office.school.time, office.today()
    year = school_time.calendar
    following = today if year.is_school_day(today) else year.next_school_day(today)
    with office.database.reading() as session:
        closed = {row.day: row for row in session.scalars(select(Closing))}
    return render_template(
        "calendar.html",
        today=words.day(today, today),
        is_school_day=year.is_school_day(today),
        following=words.day(following, today) if following else None,
        first=words.day(year.first_day, today),
        last=words.day(year.last_day, today),
        left=len(year.school_days(today, year.last_day)),
        days_off=[
            (words.from_to(first, last, today), words.upper_first(why), last, closed.get(first))
            for first, last, why in _runs(year.no_school, closed)
        ],
        now_day=today,
        year=year,
        longest=LONGEST_WHY,
        may_close=reader().role in DECIDES,
        errors=errors,
        day=day or (following or today).isoformat(),
        why=why,
    )


def _runs(days: Mapping[date, str], alone: Mapping[date, Closing]) -> list[tuple[date, date, str]]:
    """The days off, those for one reason that follow each other as one; weekends part none."""
    runs: list[tuple[date, date, str]] = []
    for day, why in sorted(days.items()):
        if runs and day not in alone and runs[-1][2] == why and day - runs[-1][1] <= WEEKEND:
            runs[-1] = (runs[-1][0], day, why)
        else:
            runs.append((day, day, why))
    return runs
