"""The list of reports: its order, its pages, its figures, and what is beside a report."""

import re
from datetime import date

from console.pane import BEFORE, SHOWN
from console.worklist import PAGE
from school.database import Database
from school.reports import Flag, Report, Status
from tests.console import samples
from tests.console.forms import sends
from tests.console.parts import FRONT_DESK, Visitor, statements
from tests.console.seen import MARKUP, Files, beside, row_of, shown, text_of, walk
from tests.support.clock import StandingClock


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
