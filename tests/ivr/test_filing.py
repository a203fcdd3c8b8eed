"""A filled form as reports: what the number proves, and why a person should look."""

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace as with_answers

from flows.answers import Answers, StudentAnswer
from flows.events import Words
from flows.reading.roster import Contact, Roster, Student
from flows.reading.values import Part, PartialDay, Relationship
from ivr.filing import Filing, draft
from school.reports import Draft, Flag, ReportChannel, Status, Verification
from tests.flows.scenes import school

CHICAGO = ZoneInfo("America/Chicago")
MOTHER, FATHER, ANA, HOME = "+17735550110", "+17735550111", "+17735550112", "+17735550113"
STRANGER = "+17735550104"
TODAY = date(2026, 11, 24)


def roster(born: str = "2010-05-01") -> Roster:
    """Ana, with a mother, a father, a line at home that they share, and a telephone of her own."""
    ana = Student("1", "Ana", "Lee", None, 11, date.fromisoformat(born))
    people = [
        ("Mia Lee", "mother", MOTHER),
        ("Tom Lee", "stepfather", FATHER),
        ("Mia Lee", "mother", HOME),
        ("Tom Lee", "stepfather", HOME),
        ("Ana Lee", "self", ANA),
    ]
    return Roster(
        [ana],
        [
            Contact(f"K{n}", "1", name, role, phone, "en", True, n)
            for n, (name, role, phone) in enumerate(people)
        ],
    )


FULL = Answers(
    students=(StudentAnswer("1", as_said=Words("Ana"), settled=True),),
    days=(TODAY,),
    reason="illness",
    reason_said=Words("a fever"),
)


def drafted(
    answers: Answers = FULL, phone: str | None = MOTHER, born: str = "2010-05-01", **changes: Any
) -> Draft:
    """What the school's books get of this form, at 6:45 on the day itself."""
    usual: dict[str, Any] = {
        "answers": answers,
        "origin": "conversation:1:0",
        "status": Status.PENDING,
        "channel": ReportChannel.PHONE,
        "language": "en",
        "phone": phone,
        "verstat": None,
        "call_sid": "CA1",
        "message_sid": None,
        "transcript": None,
        "now": datetime(2026, 11, 24, 6, 45, tzinfo=CHICAGO),
    }
    named = answers.students[0] if answers.students else StudentAnswer()
    return draft(Filing(**(usual | changes)), named, 0, roster(born), school())


# --- what the number proves ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phone", "born", "proof"),
    [
        (MOTHER, "2010-05-01", Verification.LISTED),
        (HOME, "2010-05-01", Verification.LISTED),
        (STRANGER, "2010-05-01", Verification.UNLISTED),
        (None, "2010-05-01", Verification.WITHHELD),
        (ANA, "2010-05-01", Verification.UNLISTED),  # a student under 18 proves nothing
        (ANA, "2008-11-24", Verification.ADULT_STUDENT),  # 18 today
        (ANA, "2008-11-25", Verification.UNLISTED),  # 18 tomorrow
        (MOTHER, "2000-01-01", Verification.LISTED),
    ],
)
def test_what_a_number_proves(phone: str | None, born: str, proof: Verification) -> None:
    assert drafted(phone=phone, born=born).verification is proof


def test_without_a_student_the_number_of_a_contact_is_still_listed() -> None:
    nobody = with_answers(FULL, students=(StudentAnswer(as_said=Words("Zed")),))
    assert drafted(nobody).verification is Verification.LISTED
    assert drafted(nobody, phone=STRANGER).verification is Verification.UNLISTED


# --- who reports -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phone", "said", "name", "relationship"),
    [
        (MOTHER, {}, "Mia Lee", "mother"),
        (FATHER, {}, "Tom Lee", "stepparent"),
        (MOTHER, {"relationship": Relationship.MOTHER}, "Mia Lee", "mother"),
        (MOTHER, {"relationship": Relationship.AUNT_UNCLE}, None, "aunt_uncle"),
        (MOTHER, {"caller_name": Words("Mia")}, "Mia", "mother"),
        (HOME, {"caller_name": Words("Tom")}, "Tom", "stepparent"),
        (HOME, {}, None, "unknown"),
        (HOME, {"relationship": Relationship.MOTHER}, "Mia Lee", "mother"),
        (STRANGER, {"relationship": Relationship.SELF}, "Ana Lee", "self"),
        (STRANGER, {}, None, "unknown"),
        (None, {}, None, "unknown"),
    ],
)
def test_who_reports_is_what_was_said_or_the_one_person_on_file(
    phone: str | None, said: dict[str, Any], name: str | None, relationship: str
) -> None:
    report = drafted(with_answers(FULL, **said), phone)
    assert (report.reporter_name, report.relationship) == (name, relationship)
    assert (Flag.CALLER_NOT_NAMED in report.flags) is (name is None)


def test_a_name_that_is_not_on_file_stays_without_a_relationship() -> None:
    report = drafted(with_answers(FULL, caller_name=Words("Eva Ruiz")))
    assert (report.reporter_name, report.relationship) == ("Eva Ruiz", "unknown")
    assert Flag.CALLER_NOT_NAMED in report.flags


# --- why a person should look ----------------------------------------------------------------


def test_a_plain_report_of_a_listed_parent_has_no_flag() -> None:
    assert drafted().flags == ()


@pytest.mark.parametrize(
    ("flag", "answers", "changes"),
    [
        (Flag.STUDENT_NOT_MATCHED, {"students": (StudentAnswer(as_said=Words("Zed")),)}, {}),
        (Flag.UNLISTED_CALLER, {}, {"phone": STRANGER}),
        (Flag.UNLISTED_CALLER, {}, {"phone": None}),
        (Flag.LOW_CONFIDENCE, {"unsure": True}, {}),
        (Flag.REASON_UNKNOWN, {"reason": None}, {}),
        (Flag.END_DATE_UNKNOWN, {"open_end": True}, {}),
        (Flag.TIME_UNKNOWN, {"partial_day": PartialDay(Part.LATE)}, {}),
        (Flag.EARLY_DISMISSAL_REQUEST, {"partial_day": PartialDay(Part.EARLY)}, {}),
        (Flag.MINOR_REPORTS, {"relationship": Relationship.SELF}, {"phone": ANA}),
        (Flag.LATE_REPORT, {}, {"now": datetime(2026, 11, 24, 9, 30, tzinfo=CHICAGO)}),
        (Flag.LATE_REPORT, {"days": (date(2026, 11, 20),)}, {}),
        (Flag.CALLER_ID_FAILED, {}, {"verstat": "TN-Validation-Failed-C"}),
        (Flag.CALLER_ID_FAILED, {}, {"verstat": "TN-Validation-Failed"}),
    ],
)
def test_each_flag_has_its_cause(
    flag: Flag, answers: dict[str, Any], changes: dict[str, Any]
) -> None:
    assert flag not in drafted().flags
    assert flag in drafted(with_answers(FULL, **answers), **changes).flags


@pytest.mark.parametrize(
    ("flag", "answers", "changes"),
    [
        (Flag.TIME_UNKNOWN, {"partial_day": PartialDay(Part.LATE, time(9, 30))}, {}),
        (Flag.MINOR_REPORTS, {"relationship": Relationship.SELF}, {"born": "2008-01-01"}),
        (Flag.LATE_REPORT, {}, {"now": datetime(2026, 11, 24, 9, 29, tzinfo=CHICAGO)}),
        (Flag.LATE_REPORT, {"days": ()}, {"now": datetime(2026, 11, 24, 22, tzinfo=CHICAGO)}),
        (Flag.CALLER_ID_FAILED, {}, {"verstat": "TN-Validation-Passed-A"}),
        (Flag.CALLER_ID_FAILED, {}, {"verstat": "No-TN-Validation"}),
        (Flag.NEEDS_QUALIFYING_REPORT, {}, {"channel": ReportChannel.SMS}),  # texts count here
    ],
)
def test_and_only_its_cause(flag: Flag, answers: dict[str, Any], changes: dict[str, Any]) -> None:
    assert flag not in drafted(with_answers(FULL, **answers), **changes).flags


# --- the facts -------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", school().facts.reasons, ids=lambda reason: str(reason.code))
def test_a_reason_brings_the_schools_rule_with_it(reason: Any) -> None:
    report = drafted(with_answers(FULL, reason=reason.code))
    assert (report.reason_category, report.excused, report.note_required) == (
        reason.code,
        reason.excused,
        reason.note_required,
    )


def test_without_a_reason_it_is_neither_excused_nor_not() -> None:
    report = drafted(with_answers(FULL, reason=None))
    assert (report.reason_category, report.excused) == ("unknown", None)
    assert report.reason_text == "a fever", "what was said is kept all the same"


def test_a_student_who_left_the_roster_is_not_matched() -> None:
    gone = with_answers(
        FULL, students=(StudentAnswer("gone", as_said=Words("Gone"), settled=True),)
    )
    report = drafted(gone)
    assert (report.student_id, report.student_as_heard) == (None, "Gone")
    assert Flag.STUDENT_NOT_MATCHED in report.flags


@pytest.mark.parametrize(
    ("named", "heard"),
    [
        (StudentAnswer(as_said=Words("Ana Lee")), "Ana Lee"),
        (StudentAnswer(letters="533"), "[letters 533]"),
        (StudentAnswer(letters="533", birthday="0501"), "[letters 533] [birthday 0501]"),
        (StudentAnswer(as_said=Words("Ana"), letters="533"), "Ana [letters 533]"),
        (StudentAnswer(number="12345678"), "[number 12345678]"),
        (StudentAnswer("1"), None),
    ],
)
def test_staff_see_what_was_said_and_keyed(named: StudentAnswer, heard: str | None) -> None:
    assert drafted(with_answers(FULL, students=(named,))).student_as_heard == heard


def test_a_form_without_a_student_is_a_report_without_one() -> None:
    report = drafted(Answers(), status=Status.INCOMPLETE)
    assert (report.student_id, report.days, report.status) == (None, (), Status.INCOMPLETE)
    assert Flag.STUDENT_NOT_MATCHED in report.flags
