"""The README names what there is: commands, targets, addresses, figures, files and headings."""

import re
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from console.figures import SchoolFigures
from console.services import Services
from console.tally import Tally
from school.database import Database
from tests.support.clock import StandingClock
from tests.support.dismissals import jones
from tests.support.line import settings
from tests.test_app import commands

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
TABLE = README.partition("\n## Commands and addresses")[2].partition("\n## ")[0]


@pytest.fixture
def app(database: Database, clock: StandingClock) -> Flask:
    return create_app(Services(settings(), clock, database), simulator=True)


def test_every_command_stands_in_the_table() -> None:
    written = {words.strip() for words in re.findall(r"absence-line ([a-z -]+)", TABLE)}
    assert written == set(commands())


def test_no_command_is_named_that_is_none() -> None:
    first_words = {name.split()[0] for name in commands()}
    named = re.findall(r"^ *absence-line ([a-z-]+)|`absence-line ([a-z-]+)", README, re.MULTILINE)
    assert named
    assert {one or other for one, other in named} <= first_words


def test_every_make_target_is_named_and_no_other() -> None:
    targets = set(
        re.findall(r"^([a-z]+):.*## ", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    )
    listed = README.partition("`make help` lists")[2].partition(".\n")[0]
    named = set(re.findall(r"`?make ([a-z]+)", README)) | set(re.findall(r"`([a-z]+)`", listed))
    assert named == targets


def test_every_address_in_the_table_is_answered(app: Flask) -> None:
    answered = {rule.rule for rule in app.url_map.iter_rules()}
    named = re.findall(r"`(/[a-z/0-9]+)`", TABLE)
    assert len(named) > 10
    assert set(named) <= answered


def test_every_figure_to_watch_is_counted(database: Database, clock: StandingClock) -> None:
    school = SchoolFigures(database, clock, jones().time.zone)
    counted = {metric.name for metric in school.collect()}
    counted |= {f"{metric.name}_total" for metric in Tally().collect()}
    named = set(re.findall(r"absence_line_[a-z_]+", README))
    assert named
    assert named <= counted


def test_every_file_it_names_is_there() -> None:
    rooms = r"(?:console|recordings|ivr|school|flows|tests|\.github)"
    named = re.findall(rf"[(`]({rooms}/[\w./-]+)[)`]", README)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []


def test_every_harm_is_tried_where_the_list_of_them_says() -> None:
    here = ROOT / "tests" / "harm"
    named = set(re.findall(r"`([\w/]+\.py)`", (here / "__init__.py").read_text("utf-8")))
    assert all((ROOT / name).exists() or (here / name).exists() for name in named)
    assert {path.name for path in here.glob("test_*.py")} <= named


def test_its_links_lead_to_headings() -> None:
    headings = re.findall(r"^#+ (.+)$", README, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", words.lower()).replace(" ", "-") for words in headings}
    linked = re.findall(r"\]\(#([^)]+)\)", README)
    assert linked
    assert [name for name in linked if name not in anchors] == []
