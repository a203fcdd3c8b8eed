"""The list narrowed, and searched."""

import pytest

from school.database import Database
from school.reports import Report, Status
from tests.console import samples
from tests.console.forms import sends
from tests.console.parts import Visitor
from tests.console.seen import MARKUP, Files, beside, shown


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


def test_confirm_and_next_stays_within_a_search(clerk: Visitor, files: Files) -> None:
    files()
    andres = [files(student_id=samples.ANDRES) for _ in range(2)]
    page = f"/staff/reports/{andres[0]}?q=barajas"
    assert beside(clerk.opens(page).text) == andres
    answer = sends(clerk, page, "confirm", follow=False)
    assert answer.headers["Location"].startswith(f"/staff/reports/{andres[1]}?")
