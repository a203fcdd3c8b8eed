"""The list of reports and one report, as staff read them."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import func, select

from console.pane import BEFORE, SHOWN
from console.worklist import PAGE
from school.audit import AuditLine
from school.database import Database
from school.outbox import Letter, queue
from school.reports import Flag, Report, Status
from tests.console import samples
from tests.console.forms import sends
from tests.console.parts import ADMIN, ATTENDANCE, FRONT_DESK, Visitor, statements
from tests.support.clock import StandingClock

Files = Callable[..., int]
MARKUP = "<script>alert('x')</script><b onmouseover=evil()>"


def shown(page: str) -> list[int]:
    """The reports on the page, in its order."""
    return [int(number) for number in re.findall(r'id="report-(\d+)"', page)]


def text_of(page: str) -> str:
    """What a reader sees, without the markup."""
    main = page.partition("<main")[2]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def row_of(page: str, number: int) -> str:
    """The row of one report."""
    return page.partition(f'id="report-{number}"')[2].partition("</tr>")[0]


def walk(page: str) -> dict[str, int]:
    """Where "Before" and "Next" lead."""
    found = re.findall(r'href="/staff/reports/(\d+)[^"]*" data-key="[kj]">(\w+)', page)
    return {word: int(number) for number, word in found}


def test_what_has_waited_longest_stands_first(clerk: Visitor, files: Files) -> None:
    first, second, third = files(), files(), files()
    assert shown(clerk.opens("/staff/").text) == [first, second, third]


def test_what_another_contact_says_is_wrong_stands_on_top_and_says_so(
    clerk: Visitor, files: Files
) -> None:
    first, disputed = files(), files(flags=(Flag.LATE_REPORT, Flag.DISPUTED))
    doubtful, disputed_too = files("unknown student"), files(flags=(Flag.DISPUTED,))
    decided = files(status=Status.CONFIRMED, flags=(Flag.DISPUTED,))
    page = clerk.opens("/staff/").text
    waiting = [disputed, disputed_too, first, doubtful]
    assert shown(page) == waiting
    assert "Said to be wrong" in row_of(page, disputed)
    assert "Said to be wrong" not in row_of(page, first)
    assert shown(clerk.opens("/staff/?status=all").text) == [*waiting, decided]
    for number, following in zip(waiting, (*waiting[1:], waiting[0]), strict=True):
        ways = walk(clerk.opens(f"/staff/reports/{number}").text)
        assert ways["Next"] == following
        assert ways.get("Before") == (
            None if number == waiting[0] else waiting[waiting.index(number) - 1]
        )


def test_after_each_decision_the_next_of_that_order_opens(clerk: Visitor, files: Files) -> None:
    first, second = files(), files(student_id=samples.ANDRES)
    disputed = files(days=(date(2026, 11, 25),), flags=(Flag.DISPUTED,))
    for number, following in ((disputed, first), (first, second)):
        answer = sends(clerk, f"/staff/reports/{number}", "confirm", follow=False)
        assert answer.headers["Location"].endswith(f"/staff/reports/{following}")


def test_the_disputed_on_top_do_not_make_further_pages_skip_or_repeat(
    clerk: Visitor, files: Files, filled: Database
) -> None:
    numbers = [files() for _ in range(PAGE + 2)]
    with filled.begin() as session:
        for number in (numbers[-1], numbers[PAGE // 2]):
            session.get_one(Report, number).flags = [str(Flag.DISPUTED)]
    order = [numbers.pop(PAGE // 2), numbers.pop(), *numbers]
    for choice in ("", "?status=all"):
        first = clerk.opens(f"/staff/{choice}").text
        on = re.search(r'href="([^"]+)">Further</a>', first)
        assert on
        second = clerk.opens(on.group(1).replace("&amp;", "&")).text
        assert shown(first) + shown(second) == order


def test_among_all_what_waits_comes_first_and_then_the_newest_decided(
    clerk: Visitor, files: Files
) -> None:
    old, waits = files(status=Status.CONFIRMED), files()
    new, waits_too = files(status=Status.REJECTED), files()
    assert shown(clerk.opens("/staff/?status=all").text) == [waits, waits_too, new, old]
    assert shown(clerk.opens(f"/staff/?status=all&after={waits_too}").text) == [new, old]


def test_at_first_it_shows_what_waits(clerk: Visitor, every_kind: dict[str, int]) -> None:
    page = clerk.opens("/staff/").text
    decided = {every_kind[k] for k in ("religious holiday", "rejected", "withdrawn", "joined")}
    assert set(shown(page)) == set(every_kind.values()) - decided
    assert "<h1>Waiting for you: 6</h1>" in page


@pytest.mark.parametrize(
    ("status", "kinds"),
    [
        (Status.CONFIRMED, {"religious holiday"}),
        (Status.REJECTED, {"rejected"}),
        (Status.CANCELLED, {"withdrawn"}),
        (Status.DUPLICATE, {"joined"}),
        (Status.INCOMPLETE, {"nothing heard"}),
        ("all", set(samples.KINDS)),
    ],
)
def test_it_can_show_each_status(
    clerk: Visitor, every_kind: dict[str, int], status: str, kinds: set[str]
) -> None:
    page = clerk.opens(f"/staff/?status={status}").text
    assert set(shown(page)) == {every_kind[kind] for kind in kinds}
    assert f'<option value="{status}" selected>' in page


def test_it_can_show_the_reports_that_cover_a_day(
    clerk: Visitor, every_kind: dict[str, int]
) -> None:
    page = clerk.opens("/staff/?status=all&day=2026-12-09").text
    assert shown(page) == [every_kind["religious holiday"]]
    assert 'value="2026-12-09"' in page


@pytest.mark.parametrize("day", ["2026-02-30", "tomorrow", "24.11.2026", MARKUP, "\x00"])
def test_a_day_that_is_none_is_named_beside_the_field(
    clerk: Visitor, files: Files, day: str
) -> None:
    number = files()
    answer = clerk.client.get("/staff/", query_string={"day": day})
    assert answer.status_code == 400
    assert "is not a day. Write it as year, month, day: 2026-11-24." in answer.text
    assert '<a href="#day">' in answer.text
    assert shown(answer.text) == [number]
    assert "<script>" not in answer.text


@pytest.mark.parametrize(
    "query",
    [
        "status=nonsense",
        "after=x",
        f"after={10**30}",
        "after=-1",
        "grade=x",
        "flag=x&channel=y&language=--",
    ],
)
def test_a_made_up_address_still_gives_a_page(clerk: Visitor, files: Files, query: str) -> None:
    files()
    assert clerk.opens(f"/staff/?{query}").status_code == 200


def test_nothing_waiting_is_said_with_the_last_report(clerk: Visitor, files: Files) -> None:
    assert "No report has come in yet." in text_of(clerk.opens("/staff/").text)
    files(status=Status.CONFIRMED)
    page = text_of(clerk.opens("/staff/").text)
    assert "Nothing is waiting. Last report: Tue 24 Nov, 6:52 am ." in page


def test_pages_go_on_and_skip_nothing_when_reports_come_in_or_are_decided(
    clerk: Visitor, files: Files, filled: Database
) -> None:
    numbers = [files() for _ in range(PAGE + 3)]
    first = clerk.opens("/staff/").text
    assert shown(first) == numbers[:PAGE]
    latest = files()  # a new one comes in
    with filled.begin() as session:  # and one of the first page is decided
        session.get_one(Report, numbers[0]).status = Status.CONFIRMED
    on = re.search(r'href="([^"]+)">Further</a>', first)
    assert on
    second = clerk.opens(on.group(1).replace("&amp;", "&")).text
    assert shown(second) == [*numbers[PAGE:], latest]
    assert ">To the beginning</a>" in second
    assert ">Further</a>" not in second


def test_a_list_of_any_length_takes_the_same_number_of_statements(
    clerk: Visitor, files: Files, filled: Database
) -> None:
    files()
    clerk.opens("/staff/")  # the roster is read once
    with statements(filled) as few:
        clerk.opens("/staff/")
    for _ in range(20):
        files()
    with statements(filled) as many:
        clerk.opens("/staff/")
    assert len(many) == len(few) <= 9


def test_a_student_on_file_is_named_with_grade(clerk: Visitor, files: Files) -> None:
    files()
    text = text_of(clerk.opens("/staff/").text)
    assert (
        "Gabriela Alvarado Grade 10 Tue 24 Nov Illness Excused Alicia Villa, mother "
        "(773) 555-0111 Tue 24 Nov, 6:52 am Call," in text
    )


def test_an_unknown_student_is_a_question_with_the_words_heard(
    clerk: Visitor, files: Files
) -> None:
    number = files("unknown student")
    for path in ("/staff/", f"/staff/reports/{number}"):
        page = clerk.opens(path).text
        assert "Which student?" in page
        assert "<q" in page
        assert "Gabriel Alvorado" in page
        assert "Number not on file" in page


def test_no_page_shows_a_code(clerk: Visitor, every_kind: dict[str, int]) -> None:
    paths = ["/staff/?status=all", *(f"/staff/reports/{n}" for n in every_kind.values())]
    for path in paths:
        text = text_of(clerk.opens(path).text)
        assert not re.search(r"\w_\w", text), path
        assert "None" not in text.replace("None.", "")  # "None." messages were sent


def test_a_flag_of_a_newer_version_still_asks_for_a_look(
    clerk: Visitor, files: Files, filled: Database
) -> None:
    number = files()
    with filled.begin() as session:
        session.get_one(Report, number).flags = ["never_heard_of"]
    page = clerk.opens(f"/staff/reports/{number}").text
    assert "Needs a look" in page
    assert "never_heard_of" not in page


def test_a_reason_taken_off_the_schools_list_still_reads(clerk: Visitor, files: Files) -> None:
    number = files(reason_category="blizzard")
    for path in ("/staff/", f"/staff/reports/{number}"):
        assert "A reason no longer on the school&#39;s list" in clerk.opens(path).text


def test_markup_in_names_and_words_stays_text(clerk: Visitor, files: Files) -> None:
    number = files(
        student_id=None,
        student_as_heard=MARKUP,
        reporter_name=MARKUP,
        reason_text=MARKUP,
        transcript=f"{MARKUP}\x07\u202e\nsecond line",
    )
    for path in ("/staff/", f"/staff/reports/{number}"):
        page = clerk.opens(path).text
        assert "<script>" not in page
        assert "<b " not in page
        assert "&lt;script&gt;" in page


@pytest.mark.parametrize("email", [ATTENDANCE, ADMIN])
def test_the_attendance_office_sees_reasons(visitor: Visitor, files: Files, email: str) -> None:
    number = files()
    visitor.signs_in(email)
    assert "Illness" in visitor.opens("/staff/").text
    assert "she has a fever" in visitor.opens(f"/staff/reports/{number}").text


def test_the_front_desk_sees_who_is_absent_and_not_why(
    visitor: Visitor, files: Files, filled: Database, clock: StandingClock
) -> None:
    number = files()
    with filled.begin() as session:
        letter = Letter("k", samples.MOTHERS_PHONE, "en", "Gaby: illness", report_id=number)
        queue(session, letter, clock())
    visitor.signs_in(FRONT_DESK)
    for path in ("/staff/", f"/staff/reports/{number}"):
        page = visitor.opens(path).text
        assert "Gabriela Alvarado" in page
        assert "Excused" in page
        assert not re.search("illness|fever", page, re.IGNORECASE)
    assert "Only the attendance office sees what was said" in page


def test_every_view_of_a_report_is_in_the_audit(
    clerk: Visitor, files: Files, filled: Database
) -> None:
    number = files()
    clerk.opens(f"/staff/reports/{number}")
    clerk.opens(f"/staff/reports/{number}")
    with filled.reading() as session:
        seen = session.execute(
            select(AuditLine.who, AuditLine.subject).where(AuditLine.did == "saw report")
        )
        assert [tuple(line) for line in seen] == [(ATTENDANCE, f"report:{number}")] * 2


@pytest.mark.parametrize("number", ["99", str(10**20), "0", "x", "-1"])
def test_a_report_that_is_not_there_is_said_and_leaves_no_line(
    clerk: Visitor, filled: Database, number: str
) -> None:
    answer = clerk.opens(f"/staff/reports/{number}")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text
    with filled.reading() as session:
        assert session.scalar(select(func.count()).where(AuditLine.did == "saw report")) == 0


def test_days_of_another_year_say_so(clerk: Visitor, files: Files) -> None:
    files(days=(date(2027, 1, 4),))
    assert "Mon 4 Jan 2027" in clerk.opens("/staff/").text


@pytest.mark.parametrize(
    ("query", "kinds"),
    [
        ("channel=sms", {"late"}),
        ("channel=voicemail&status=all", {"religious holiday"}),
        ("flag=student_not_matched", {"unknown student", "every flag"}),
        ("language=es&status=all", {"religious holiday"}),
        ("grade=10&status=cancelled", {"withdrawn"}),
        ("grade=9", set()),
        ("channel=sms&flag=nothing_heard", set()),
    ],
)
def test_filters_narrow_the_list_together(
    clerk: Visitor, every_kind: dict[str, int], query: str, kinds: set[str]
) -> None:
    assert set(shown(clerk.opens(f"/staff/?{query}").text)) == {every_kind[k] for k in kinds}


def test_a_report_is_found_by_name_number_and_reference(
    clerk: Visitor, files: Files, filled: Database
) -> None:
    number = files(student_id=samples.ANDRES, student_as_heard="Andreas", from_phone="+13125550177")
    files(student_id=None, student_as_heard="nobody", reporter_name="Nemo")
    with filled.reading() as session:
        code = session.get_one(Report, number).reference
    spoken = f"{code[:2]} {code[2:]}".lower()
    for typed in ("andres bar", "Baraj", "Andreas", samples.ANDRES, "555-0177", code, spoken):
        page = clerk.client.get("/staff/", query_string={"q": typed})
        assert shown(page.text) == [number], typed
    for typed in ("zzzz", "%", "_", "' OR 1=1 --", MARKUP):
        assert shown(clerk.client.get("/staff/", query_string={"q": typed}).text) == [], typed


def test_the_mornings_figures_stand_on_top(clerk: Visitor, files: Files) -> None:
    files()
    files("unknown student")
    files(status=Status.CONFIRMED)
    text = text_of(clerk.opens("/staff/").text)
    assert "Waiting for you 2 Need a closer look 1 Confirmed for today 1 To be keyed in 1" in text
    assert "District’s deadline 10:00 am 3 h 8 min left" in text


def test_the_server_sends_an_event_whenever_the_list_has_changed(
    clerk: Visitor, files: Files, clock: StandingClock
) -> None:
    token = re.search(r'data-token="([^"]+)"', clerk.opens("/staff/").text)
    assert token
    quiet = clerk.opens(f"/staff/news?since={token[1]}")
    assert quiet.content_type.startswith("text/event-stream")
    assert quiet.text == "retry: 1000\n\n"
    clock.go_on(seconds=1)
    files()
    event = clerk.opens(f"/staff/news?since={token[1]}").text
    news = re.fullmatch(r"retry: 1000\nid: (\S+)\ndata: (\S+)\n\n", event)
    assert news
    assert news[1] == news[2]
    # The browser itself shows the last word it had, when it opens the next stream.
    again = {"Last-Event-ID": news[1]}
    assert clerk.client.get("/staff/news", headers=again).text == quiet.text


def beside(page: str) -> list[int]:
    """The reports in the list beside one, in its order."""
    return [int(number) for number in re.findall(r'id="beside-(\d+)"', page)]


def test_beside_a_report_stands_the_list_it_was_opened_from(clerk: Visitor, files: Files) -> None:
    first, texted, doubtful = files(), files(channel="sms"), files("unknown student")
    decided, disputed = files(status=Status.CONFIRMED), files(flags=(Flag.DISPUTED,))
    page = clerk.opens(f"/staff/reports/{texted}").text
    assert beside(page) == [disputed, first, texted, doubtful]
    assert f'id="to-{texted}" href="/staff/reports/{texted}" aria-current="true"' in page
    assert "Number not on file" in page.partition(f'id="beside-{doubtful}"')[2]
    assert beside(clerk.opens(f"/staff/reports/{texted}?channel=sms").text) == [texted]
    everything = clerk.opens(f"/staff/reports/{first}?status=all").text
    assert beside(everything) == [disputed, first, texted, doubtful, decided]
    assert beside(clerk.opens(f"/staff/reports/{decided}?status=confirmed").text) == [decided]


def test_the_list_beside_a_report_is_a_window_that_goes_with_it(
    clerk: Visitor, files: Files
) -> None:
    numbers = [files() for _ in range(SHOWN + 10)]
    for here, begins in ((0, 0), (4, 0), (7, 7 - BEFORE), (len(numbers) - 1, 10)):
        page = clerk.opens(f"/staff/beside/{numbers[here]}").text
        assert beside(page) == numbers[begins : begins + SHOWN]
    files(status=Status.CONFIRMED)
    newest_first = [*reversed([files(status=Status.CONFIRMED) for _ in range(3)])]
    page = clerk.opens(f"/staff/beside/{newest_first[1]}?status=confirmed").text
    assert beside(page)[:3] == newest_first


def test_the_list_beside_a_report_tells_the_front_desk_no_reason(
    visitor: Visitor, files: Files
) -> None:
    files(student_as_heard=MARKUP)
    unknown = files("unknown student", student_as_heard=MARKUP)
    visitor.signs_in(FRONT_DESK)
    lines = visitor.opens(f"/staff/beside/{unknown}").text
    assert "Excused" in lines
    assert "Illness" not in lines
    assert "<script>" not in lines
    assert visitor.opens("/staff/beside/99999").status_code == 200


def test_confirm_and_next_stays_within_a_search(clerk: Visitor, files: Files) -> None:
    files()
    andres = [files(student_id=samples.ANDRES) for _ in range(2)]
    page = f"/staff/reports/{andres[0]}?q=barajas"
    assert beside(clerk.opens(page).text) == andres
    answer = sends(clerk, page, "confirm", follow=False)
    assert answer.headers["Location"].startswith(f"/staff/reports/{andres[1]}?")


def ticked(page: str) -> list[str]:
    """What would be sent if every box of a report were ticked."""
    return re.findall(r'name="report" id="tick-\d+" value="([^"]+)"', page)


def confirms_all(clerk: Visitor, values: list[str]) -> str:
    form = {"csrf_token": clerk.token("/staff/"), "report": values}
    answer = clerk.client.post("/staff/confirm", data=form, follow_redirects=True)
    return text_of(answer.text)


def statuses(filled: Database) -> list[str]:
    with filled.reading() as session:
        return list(session.scalars(select(Report.status).order_by(Report.id)))


def test_certain_reports_of_one_reason_are_confirmed_at_once_and_undone_at_once(
    clerk: Visitor, files: Files, filled: Database
) -> None:
    files()
    files("unknown student")
    files(student_id=samples.ANDRES)
    values = ticked(clerk.opens("/staff/").text)
    assert len(values) == 2
    assert "2 confirmed." in confirms_all(clerk, values)
    assert statuses(filled) == ["confirmed", "pending", "confirmed"]
    form = {"csrf_token": clerk.token("/staff/"), "reports": "1,3"}
    answer = clerk.client.post("/staff/undo", data=form, follow_redirects=True)
    assert "2 undone." in answer.text
    assert statuses(filled) == ["pending"] * 3


def test_where_each_reason_is_certain_once_there_is_a_button_for_what_is_ticked(
    clerk: Visitor, files: Files
) -> None:
    files()
    files(student_id=samples.ANDRES, reason_category="family_emergency")
    page = clerk.opens("/staff/").text
    assert len(ticked(page)) == 2
    assert "Confirm those ticked" in page


def test_what_is_doubtful_of_two_reasons_or_changed_is_not_confirmed_at_once(
    clerk: Visitor, files: Files, filled: Database
) -> None:
    files()
    files(student_id=samples.ANDRES, reason_category="family_emergency")
    doubtful = files("unknown student")
    values = ticked(clerk.opens("/staff/").text)
    assert "one reason at a time" in confirms_all(clerk, values)
    assert "Tick the reports first." in confirms_all(clerk, [])
    assert "Tick the reports first." in confirms_all(clerk, ["x", "99:mark", "-1:", "²:y"])
    forged = confirms_all(clerk, [f"{doubtful}:mark", values[0].partition(":")[0] + ":stale"])
    assert "one reason" in forged or "0 confirmed. 2 not" in forged
    assert set(statuses(filled)) == {"pending"}


def test_the_front_desk_decides_nothing(visitor: Visitor, files: Files) -> None:
    files()
    visitor.signs_in(FRONT_DESK)
    page = visitor.opens("/staff/").text
    assert not ticked(page)
    assert "Confirm those" not in page
