"""What is done a moment later, in the background."""

from queue import Queue
from threading import Event

import pytest

from ivr.simulator.errands import Errands


def fails() -> None:
    raise ValueError("an errand that fails")


def test_errands_are_done_in_the_order_of_their_time() -> None:
    done: Queue[str] = Queue()
    one = Errands()
    one.later(0.2, lambda: done.put("last"))
    one.later(0.05, lambda: done.put("first"))
    one.later(0.1, lambda: done.put("between"))
    assert [done.get(timeout=5) for _ in range(3)] == ["first", "between", "last"]


def test_one_that_fails_does_not_hold_up_the_others(caplog: pytest.LogCaptureFixture) -> None:
    done = Event()
    one = Errands()
    one.later(0, fails)
    one.later(0.01, done.set)
    assert done.wait(5)
    assert "errand_failed" in caplog.text


def test_an_errand_may_leave_another() -> None:
    done = Event()
    one = Errands()
    one.later(0, lambda: one.later(0, done.set))
    assert done.wait(5)


def test_more_than_can_wait_are_dropped(caplog: pytest.LogCaptureFixture) -> None:
    one = Errands(most=2)
    for _ in range(3):
        one.later(60, fails)
    assert caplog.text.count("errand_dropped") == 1
