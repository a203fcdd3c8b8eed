"""Who writes to SQLite waits in turn."""

from threading import Thread
from time import monotonic, sleep

import pytest

from school.turnstile import Turnstile, WaitedTooLong


def arrived(turnstile: Turnstile, how_many: int) -> None:
    """Wait until so many stand before it."""
    end = monotonic() + 10
    while len(turnstile._waiting) < how_many and monotonic() < end:
        sleep(0.001)
    assert len(turnstile._waiting) == how_many


def test_who_came_first_is_let_through_first() -> None:
    turnstile, order = Turnstile(10), []

    def go(name: int) -> None:
        with turnstile:
            order.append(name)

    threads = [Thread(target=go, args=(name,)) for name in range(5)]
    with turnstile:
        for n, thread in enumerate(threads, 1):
            thread.start()
            arrived(turnstile, n)
    for thread in threads:
        thread.join(10)
    assert order == [0, 1, 2, 3, 4]


def test_who_comes_back_at_once_stands_behind_who_waits() -> None:
    turnstile, order = Turnstile(10), []

    def go() -> None:
        with turnstile:
            order.append("waited")

    thread = Thread(target=go)
    with turnstile:
        thread.start()
        arrived(turnstile, 1)
    with turnstile:
        order.append("came back")
    thread.join(10)
    assert order == ["waited", "came back"]


def test_only_one_is_inside() -> None:
    turnstile, inside, most = Turnstile(10), [0], [0]

    def go() -> None:
        for _ in range(200):
            with turnstile:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                sleep(0)
                inside[0] -= 1

    threads = [Thread(target=go) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert most == [1]


def test_who_waits_too_long_gives_up_and_the_others_go_on() -> None:
    turnstile = Turnstile(0.05)
    refused: list[str] = []

    def go() -> None:
        try:
            with turnstile:
                pass
        except WaitedTooLong as error:
            refused.append(str(error))

    thread = Thread(target=go)
    with turnstile:
        thread.start()
        thread.join(10)
    assert refused == ["The database was busy for 0.05 seconds."]
    with turnstile:
        pass


def test_what_fails_inside_lets_the_next_one_through() -> None:
    turnstile = Turnstile(1)
    with pytest.raises(RuntimeError), turnstile:
        raise RuntimeError
    with turnstile:
        pass
