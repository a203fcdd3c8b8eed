"""Somebody waits at the desk while the student is on the way, on each kind of database."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from school.database import Database
from school.pickups import Pickup, begun_on, end, keep
from school.release_entry import Desk, Leaving
from school.release_rules import Asked, Leaves, NotReleased, Way
from tests.support.dismissals import (
    BARRED,
    GABY,
    OTHER_DESK,
    TEN_IN_THE_MORNING,
    add_family,
    alone,
    at_the_desk,
    by_mother,
    entered,
    todays,
)

FIELDS: dict[str, str | bool] = {"who": "contact:K1", "id_seen": True, "texted": True}


@pytest.fixture
def family(database: Database) -> Database:
    """A database with a small family."""
    with database.begin() as session:
        add_family(session)
    return database


def kept(database: Database, leaving: Leaving | None = None, desk: Desk | None = None) -> Pickup:
    with database.begin() as session:
        return keep(session, leaving or by_mother(), FIELDS, desk or at_the_desk())


def waiting(database: Database, desk: Desk | None = None) -> Sequence[Pickup]:
    with database.reading() as session:
        return begun_on(session, (desk or at_the_desk()).today)


def test_who_waits_is_kept_with_what_was_checked_and_nobody_has_left(family: Database) -> None:
    kept(family)
    (row,) = waiting(family)
    assert (row.student_id, row.person, row.fields) == (GABY, "Alicia Villa", FIELDS)
    assert todays(family) == []


def test_what_is_kept_again_keeps_the_time_at_which_the_waiting_began(family: Database) -> None:
    kept(family)
    later = at_the_desk(TEN_IN_THE_MORNING + timedelta(minutes=4), who=OTHER_DESK)
    kept(family, desk=later)
    (row,) = waiting(family)
    assert (row.began_at, row.kept_by) == (TEN_IN_THE_MORNING, OTHER_DESK)


@pytest.mark.parametrize(
    "leaving",
    [
        by_mother(asked=Asked(Way.IN_PERSON, Leaves.LISTED, BARRED, id_seen=True)),
        by_mother(asked=Asked(Way.IN_PERSON, Leaves.LISTED, "K1", id_seen=False)),
        alone(GABY),
    ],
)
def test_no_student_is_called_down_for_whom_the_rules_forbid_it(
    family: Database, leaving: Leaving
) -> None:
    with pytest.raises(NotReleased):
        kept(family, replace(leaving))
    assert waiting(family) == []


def test_nobody_waits_for_a_student_who_is_out_already(family: Database) -> None:
    entered(family, by_mother())
    with pytest.raises(NotReleased, match="is out already"):
        kept(family)


def test_who_waited_yesterday_waits_no_more(family: Database) -> None:
    kept(family)
    tomorrow = at_the_desk(TEN_IN_THE_MORNING + timedelta(days=1))
    assert waiting(family, tomorrow) == []
    kept(family, alone(), tomorrow)
    assert waiting(family) == []  # and what was kept of them is gone


def test_who_goes_away_waits_no_more(family: Database) -> None:
    kept(family)
    with family.begin() as session:
        assert end(session, GABY)
        assert not end(session, GABY)
    assert waiting(family) == []
