"""A lock that lets threads through in the order in which they came.

Python's own locks go to whoever asks at the right moment: under load that is mostly the thread
that has just let go, and another one, with a family on its line, waits for seconds.
"""

from collections import deque
from threading import Lock
from types import TracebackType


class WaitedTooLong(Exception):
    """So many threads were before this one that it gave up."""


class Turnstile:
    """One thread at a time, first come, first served. Not to be entered twice by one thread."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds  # after which a thread gives up
        self._guard = Lock()  # of what follows; held for no longer than a look at it
        self._taken = False
        self._waiting: deque[Lock] = deque()  # each thread's own, which is opened by the one before

    def __enter__(self) -> None:
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            mine = Lock()
            mine.acquire()
            self._waiting.append(mine)
        if not mine.acquire(timeout=self._seconds):
            self._give_up(mine)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._guard:
            if self._waiting:
                self._waiting.popleft().release()  # it stays taken, by the next one
            else:
                self._taken = False

    def _give_up(self, mine: Lock) -> None:
        with self._guard:
            if mine in self._waiting:  # else it was opened at this very moment
                self._waiting.remove(mine)
                raise WaitedTooLong(f"The database was busy for {self._seconds:g} seconds.")
