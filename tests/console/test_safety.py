"""The headers of every page, and what the templates may not hold."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

import console
from tests.console.parts import Visitor

TEMPLATES = sorted((Path(console.__file__).parent / "templates").glob("*.html"))
PAGES = (
    "/staff/",
    "/staff/sign-in",
    "/staff/reports/1",
    "/staff/reports/404",
    "/nowhere",
    "/api/v1/reports",
    "/healthz",
    "/metrics",
)


def policy(header: str) -> dict[str, str]:
    return dict(rule.strip().split(" ", 1) for rule in header.split(";"))


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_carries_the_headers(
    clerk: Visitor, files: Callable[..., int], path: str
) -> None:
    files()
    headers = clerk.opens(path).headers
    rules = policy(headers["Content-Security-Policy"])
    assert rules["default-src"] == "'none'"
    assert rules["frame-ancestors"] == "'none'"
    assert rules["base-uri"] == "'none'"
    assert rules["form-action"] == "'self'"
    assert set(rules.values()) == {"'none'", "'self'"}  # nothing inline, nothing from elsewhere
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


def test_the_stylesheet_may_be_kept(visitor: Visitor) -> None:
    answer = visitor.opens("/assets/style.css")
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/css")
    assert "no-store" not in answer.headers["Cache-Control"]
    answer.close()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_holds_a_style_or_script_of_its_own(template: Path) -> None:
    text = template.read_text("utf-8")
    assert not re.search(r"\sstyle\s*=", text)
    assert not re.search(r"<style\b|<script(?![^>]*\ssrc=)|\son[a-z]+\s*=|javascript:", text)
    assert "|safe" not in text


def test_what_is_not_there_is_said_in_words(visitor: Visitor) -> None:
    answer = visitor.opens("/nowhere")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text
