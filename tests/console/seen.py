"""What a reader of a page sees on it."""

import re
from collections.abc import Callable

from school.reports import Report

Files = Callable[..., int]
Stands = Callable[[int], Report]
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


def beside(page: str) -> list[int]:
    """The reports in the list beside one, in its order."""
    return [int(number) for number in re.findall(r'id="beside-(\d+)"', page)]


def page(number: int) -> str:
    """The address of one report."""
    return f"/staff/reports/{number}"


def mark_in(html: str) -> str:
    """What the form says its writer saw."""
    return html.partition('name="seen" value="')[2].partition('"')[0]
