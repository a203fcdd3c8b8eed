"""Certain reports are confirmed together."""

import re

from sqlalchemy import select

from school.database import Database
from school.reports import Report
from tests.console import samples
from tests.console.parts import FRONT_DESK, Visitor
from tests.console.seen import Files, text_of


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
