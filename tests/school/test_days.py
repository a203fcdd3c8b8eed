"""Office hours, cut-off and quiet hours, in the school's own time."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from flows.reading.calendar import SchoolCalendar
from school.days import Hours, SchoolTime

CHICAGO = ZoneInfo("America/Chicago")
THANKSGIVING = date(2026, 11, 26)
TIME = SchoolTime(
    zone=CHICAGO,
    calendar=SchoolCalendar(date(2026, 8, 24), date(2027, 6, 11), {THANKSGIVING: "Thanksgiving"}),
    office_hours={0: Hours(time(7, 30), time(16)), 3: Hours(time(7, 30), time(12))},
    cut_off=time(9, 30),
    quiet=Hours(time(20), time(6)),
)


def at(local: str) -> datetime:
    """A moment by the school's clock."""
    return datetime.fromisoformat(local).replace(tzinfo=CHICAGO)


@pytest.mark.parametrize(
    ("hours", "held", "not_held"),
    [
        (Hours(time(7, 30), time(16)), ["07:30", "12:00", "15:59"], ["07:29", "16:00", "00:00"]),
        (Hours(time(20), time(6)), ["20:00", "23:59", "00:00", "05:59"], ["06:00", "19:59"]),
        (Hours(time(8), time(8)), [], ["08:00", "12:00"]),
    ],
)
def test_hours_begin_and_do_not_include_their_end(
    hours: Hours, held: list[str], not_held: list[str]
) -> None:
    assert all(hours.holds(time.fromisoformat(at)) for at in held)
    assert not any(hours.holds(time.fromisoformat(at)) for at in not_held)


@pytest.mark.parametrize(
    ("local", "is_open"),
    [
        ("2026-11-23 07:30", True),  # a Monday
        ("2026-11-23 16:00", False),
        ("2026-11-24 10:00", False),  # a day without office hours
        ("2026-11-26 10:00", False),  # Thanksgiving
        ("2026-11-19 11:59", True),  # a short Thursday
        ("2026-11-19 12:00", False),
        ("2026-07-06 10:00", False),  # in the summer
    ],
)
def test_the_office_is_open_on_school_days_in_its_hours(local: str, is_open: bool) -> None:
    assert TIME.office_open(at(local)) is is_open


def test_a_moment_of_any_zone_is_the_schools() -> None:
    assert TIME.office_open(datetime(2026, 11, 23, 13, 30, tzinfo=UTC))
    assert not TIME.office_open(datetime(2026, 11, 23, 13, 29, tzinfo=UTC))
    in_summer_time = datetime(2026, 10, 5, 12, 30, tzinfo=UTC)
    assert TIME.local(in_summer_time).time() == time(7, 30)
    assert TIME.office_open(in_summer_time)


@pytest.mark.parametrize(
    ("local", "days", "late"),
    [
        ("2026-11-24 09:29", ("2026-11-24",), False),
        ("2026-11-24 09:30", ("2026-11-24",), True),
        ("2026-11-24 23:00", ("2026-11-25",), False),
        ("2026-11-24 06:00", ("2026-11-23",), True),
        ("2026-11-24 12:00", ("2026-11-25", "2026-11-24"), True),  # the first day counts
        ("2026-11-24 12:00", (), False),
    ],
)
def test_a_report_is_late_from_the_cut_off_of_its_first_day_on(
    local: str, days: tuple[str, ...], late: bool
) -> None:
    assert TIME.after_cut_off(at(local), tuple(map(date.fromisoformat, days))) is late


@pytest.mark.parametrize(
    ("local", "goes"),
    [
        ("2026-11-24 06:00", "2026-11-24 06:00"),
        ("2026-11-24 19:59", "2026-11-24 19:59"),
        ("2026-11-24 20:00", "2026-11-25 06:00"),
        ("2026-11-24 23:59", "2026-11-25 06:00"),
        ("2026-11-25 00:00", "2026-11-25 06:00"),
        ("2026-11-25 05:59", "2026-11-25 06:00"),
        ("2026-10-31 21:00", "2026-11-01 06:00"),  # the night has an hour more
        ("2027-03-13 21:00", "2027-03-14 06:00"),  # and an hour less
    ],
)
def test_what_falls_into_quiet_hours_waits_for_their_end(local: str, goes: str) -> None:
    assert TIME.not_quiet(at(local)) == at(goes)
