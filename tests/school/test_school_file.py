"""The school file: what is right is read, what is wrong stops the start with a sentence."""

from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from flows.school_facts import MenuAction
from school.school_file import CATEGORIES, SHIPPED, School, SchoolFileError, read_school
from tests.support.line import settings

SHIPPED_TEXT = SHIPPED.read_text("utf-8")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A school's own file."""
    return tmp_path / "school.toml"


def changed(file: Path, old: str, new: str) -> Path:
    """The shipped file with one change."""
    assert old in SHIPPED_TEXT, old
    file.write_text(SHIPPED_TEXT.replace(old, new, 1), "utf-8")
    return file


def refusal(file: Path) -> str:
    with pytest.raises(SchoolFileError) as error:
        read_school(file)
    return str(error.value)


# --- the one shipped -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def jones() -> School:
    return read_school(SHIPPED)


def test_jones_college_prep_is_what_ships(jones: School) -> None:
    assert (jones.facts.name, jones.phone, jones.office) == (
        "Jones College Prep",
        "+17735348600",
        "+17735348600",
    )
    assert jones.facts.phone == "(773) 534-8600"
    assert str(jones.time.zone) == "America/Chicago"


def test_english_and_spanish_are_spoken_and_english_comes_first(jones: School) -> None:
    assert jones.facts.first_language == "en"
    assert {"en", "es"} <= {c for c, language in jones.facts.languages.items() if language.voice}


def test_option_3_is_attendance_and_0_the_office(jones: School) -> None:
    assert {item.key: item.does for item in jones.facts.menu} == {
        "3": MenuAction.ATTENDANCE,
        "1": MenuAction.PORTAL,
        "2": MenuAction.HOURS,
        "0": MenuAction.OFFICE,
    }


def test_six_reasons_are_excused_and_nothing_else(jones: School) -> None:
    assert {r.code for r in jones.facts.reasons if r.excused} == {
        "illness",
        "death_in_family",
        "family_emergency",
        "military_funeral",
        "military_deployment",
        "religious_holiday",
    }
    assert {r.code for r in jones.facts.reasons if not r.excused} == {"other_unexcused"}
    assert {r.code for r in jones.facts.reasons} == CATEGORIES


def test_a_religious_holiday_needs_a_note_and_nothing_else_does(jones: School) -> None:
    assert [r.code for r in jones.facts.reasons if r.note_required] == ["religious_holiday"]


def test_a_reason_is_found_by_its_code_and_by_its_key(jones: School) -> None:
    for reason in jones.facts.reasons:
        assert jones.facts.reason(reason.code) is reason
        assert jones.facts.reason_by_key(reason.key) is reason
    assert jones.facts.reason("vacation") is None
    assert jones.facts.reason_by_key("9") is None


def test_the_calendar_is_one_school_year_without_its_days_off(jones: School) -> None:
    year = jones.time.calendar
    assert (year.first_day, year.last_day) == (date(2026, 8, 24), date(2027, 6, 11))
    for day in ("2026-09-07", "2026-11-26", "2026-11-27", "2026-12-25", "2027-03-24"):
        assert not year.is_school_day(date.fromisoformat(day)), day
    for day in ("2026-11-24", "2026-12-18", "2027-01-04", "2027-06-11"):
        assert year.is_school_day(date.fromisoformat(day)), day
    assert not year.is_school_day(date(2026, 11, 28)), "a Saturday"


def test_a_day_off_has_a_name_in_every_language(jones: School) -> None:
    names = jones.facts.days_off[date(2026, 11, 26)]
    assert names["en"] == "Thanksgiving"
    assert all(set(off) == set(jones.facts.languages) for off in jones.facts.days_off.values())


def test_hours_cut_off_and_quiet_hours_are_the_schools(jones: School) -> None:
    assert jones.time.cut_off == time(9, 30)
    assert jones.time.office_open(datetime(2026, 11, 24, 13, 30, tzinfo=UTC))
    assert not jones.time.office_open(datetime(2026, 11, 24, 22, 0, tzinfo=UTC))
    assert jones.time.quiet.holds(time(23))


# --- what is wrong ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('cut_off = "09:30"', 'cut_of = "09:30"', "key cut_of: no such key is expected."),
        ('cut_off = "09:30"', "", "key cut_off: it is expected and missing."),
        ('cut_off = "09:30"', 'cut_off = "9.30"', "key cut_off: expected something like 09:30."),
        ('cut_off = "09:30"', 'cut_off = "24:00"', "key cut_off: expected something like 09:30."),
        ('cut_off = "09:30"', "cut_off = 930", "key cut_off: expected str, got int."),
        ('portal = "https', 'portall = "https', "key address.portall: no such key is expected."),
        ('monday = "07:30-16:00"', 'mondy = "07:30-16:00"', "key office_hours.mondy: a weekday"),
        ('monday = "07:30-16:00"', 'monday = "7-16"', "key office_hours"),
        ('monday = "07:30-16:00"', 'monday = "07:30-25:00"', "key office_hours.monday: hours such"),
        ("counts = true", 'counts = "yes"', "key texts.counts: expected bool, got str."),
        ("[languages.en]", "[languages.English]", "names are expected to be something like en"),
        ('key = "8"', 'key = "88"', "key languages[...].key: expected something like 5"),
        ('voice = "Polly.Lupe-Neural"', "", "key languages.es: voice, key and offer are expected"),
        ("[languages.pl]", '[languages.pl]\nkey = "7"', "languages.pl: voice, key and offer are"),
        ("[languages.en]", '[languages.fr]\nspeech = "fr-FR"\n[languages.en]', "the first"),
        ('holds = "day"', 'holds = "weather"', "key dismissal.log: weather is none of the columns"),
        ('code = "appointment"', 'code = "illness"', "key dismissal.reasons: each code is"),
        ('key = "8"', 'key = "9"', "key menu: each key is expected once, 9 stands twice."),
        ('does = "portal"', 'does = "portals"', "portals is none of the choices."),
        ('does = "attendance"', 'does = "hours"', 'entry with does = "attendance" is expected.'),
        ('offer.es = "Horario, 2."', "", "key menu[2].offer: words in en and es are expected"),
        ('words.es = "enfermedad"', "", "key reasons[0].words: words in"),
        ('code = "illness"', 'code = "sickness"', "key reasons: the reason illness is missing."),
        ('key = "7"', 'key = "6"', "key reasons: each key is expected once, 6 stands twice."),
        ("excused = true", 'excused = "true"', "key reasons[0].excused: expected bool, got str."),
        ("excused = true", "excused = true\nnote = true", "key reasons[0].note: no such key"),
        ("last_day = 2027-06-11", "last_day = 2026-06-11", "key calendar.last_day: a day after"),
        ("last_day = 2027-06-11", 'last_day = "June"', "last_day: expected a day such as 2026"),
        ("last = 2027-01-01", "last = 2026-12-01", "2026-12-01 is before 2026-12-21."),
        ("recordings = 365", "recordings = 0", "key retention.recordings: expected int >= 1."),
        ('"America/Chicago"', '"America/Chikago"', "key time_zone: a zone such as America/Chicago"),
        ('"America/Chicago"', '"../../etc/passwd"', "key time_zone: a zone such as"),
        ('phone = "+17735348600"', 'phone = "773-534"', "key phone: a telephone number is"),
        ('office = "+17735348600"', 'office = ""', "key office: a telephone number is expected."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_file_key_and_what_was_expected(
    file: Path, old: str, new: str, sentence: str
) -> None:
    said = refusal(changed(file, old, new))
    assert said.startswith(f"The school file {file}, ")
    assert sentence in said
    assert said.endswith((".", "?"))
    assert "$" not in said, "no notation of the parser's"


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "cannot be read: No such file" in refusal(tmp_path / "none.toml")
    assert "cannot be read: Is a directory" in refusal(tmp_path)


@pytest.mark.parametrize("content", [b"name = ", b"\xff\xfe", b"name = 'a'\nname = 'b'"])
def test_what_is_no_toml_is_said_to_be_none(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    assert "is not valid TOML" in refusal(file)


def test_an_empty_file_misses_its_first_key(file: Path) -> None:
    file.write_text("")
    assert "it is expected and missing." in refusal(file)


def test_a_school_may_add_a_reason_of_its_own(file: Path) -> None:
    text = SHIPPED_TEXT.replace(
        "# One school year",
        '[[reasons]]\ncode = "health_concern"\nkey = "8"\nexcused = true\n'
        "approval_required = true\n"
        + "".join(
            f'words.{code} = "a health concern"\n' for code in read_school(SHIPPED).facts.languages
        )
        + "\n# One school year",
        1,
    )
    file.write_text(text, "utf-8")
    school = read_school(file)
    added = school.facts.reason("health_concern")
    assert added is not None
    assert (added.approval_required, added.excused) == (True, True)


def test_the_setting_names_the_file(file: Path) -> None:
    assert settings().school_file == SHIPPED
    assert settings(ABSENCE_LINE_SCHOOL=str(file)).school_file == file
