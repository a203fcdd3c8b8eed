"""The forms of a page, as a browser without scripts would fill and send them."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

from werkzeug.test import TestResponse

from tests.console.parts import Visitor

Attributes = list[tuple[str, str | None]]


@dataclass
class Form:
    """One form: where it goes, and what stands in its fields."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    actions: list[str] = field(default_factory=list)  # of buttons that send it elsewhere


class Forms(HTMLParser):
    """Reads the forms of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(given.get("action", "")))
        elif not self.found:
            return
        elif tag == "input" and "name" in given:
            self._input(given)
        elif tag == "select":
            self._select = given["name"]
        elif tag == "option":
            form = self.found[-1]
            if "selected" in given or self._select not in form.fields:
                form.fields[self._select] = given["value"]
        elif tag == "button" and "formaction" in given:
            self.found[-1].actions.append(given["formaction"])

    def _input(self, given: dict[str, str]) -> None:
        boxes = given.get("type") in ("checkbox", "radio")
        if not boxes or "checked" in given:
            self.found[-1].fields[given["name"]] = given.get("value", "")


def sends(
    visitor: Visitor, path: str, act: str, follow: bool = True, **changes: str | None
) -> TestResponse:
    """Open a page, change some fields of the form for an act, and send it. None: not ticked."""
    page = visitor.opens(path).text
    return sends_from(visitor, page, act, follow=follow, **changes)


def sends_from(
    visitor: Visitor, page: str, act: str, *, follow: bool = True, **changes: str | None
) -> TestResponse:
    """Send the form of a page that was opened before."""
    for form in Forms(page).found:
        for action in (form.action, *form.actions):
            if action.partition("?")[0].endswith(f"/{act}"):
                filled = {**form.fields, **changes}
                data = {name: value for name, value in filled.items() if value is not None}
                return visitor.client.post(action, data=data, follow_redirects=follow)
    raise AssertionError(f"There is no form for {act}.")
