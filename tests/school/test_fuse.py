"""Whoever causes them: no more than so many texts go out in a day, and none is lost."""

import logging
from secrets import token_hex

import pytest

from school.database import Database
from school.dispatch import dispatch_due
from school.fuse import Fuse
from tests.support.clock import StandingClock
from tests.support.gateway import RememberingGateway
from tests.support.messages import letter, put

MOST = 5


def queue_some(database: Database, clock: StandingClock, many: int) -> None:
    put(database, *(letter(token_hex(8)) for _ in range(many)), now=clock())


def test_beyond_the_bound_messages_wait_and_the_operator_is_told_once(
    database: Database, clock: StandingClock, caplog: pytest.LogCaptureFixture
) -> None:
    fuse = Fuse(database, clock, MOST)
    queue_some(database, clock, MOST)
    assert not fuse.blown()
    queue_some(database, clock, 1)
    with caplog.at_level(logging.WARNING):
        assert fuse.blown()
        assert fuse.blown()
    assert [record.message for record in caplog.records] == ["texts_held_back"]


def test_a_day_later_they_go_out_again(database: Database, clock: StandingClock) -> None:
    fuse = Fuse(database, clock, MOST)
    queue_some(database, clock, MOST + 1)
    assert fuse.blown()
    clock.go_on(minutes=24 * 60 + 1)
    assert not fuse.blown()


def test_what_was_sent_before_counts_too(database: Database, clock: StandingClock) -> None:
    queue_some(database, clock, MOST)
    dispatch_due(database, RememberingGateway(), clock)
    fuse = Fuse(database, clock, MOST)
    assert not fuse.blown()
    queue_some(database, clock, 1)
    assert fuse.blown()
