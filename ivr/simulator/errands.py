"""Does things a moment later, in the background: receipts come after the answer, never with it."""

import logging
import sched
from collections.abc import Callable
from threading import Event, Lock, Thread

log = logging.getLogger(__name__)

Later = Callable[[float, Callable[[], None]], None]
"""Does something after so many seconds."""

MOST_WAITING = 1000  # more are dropped, as receipts are at the real carrier


class Errands:
    """One thread, begun with the first errand and ended with the process."""

    def __init__(self, most: int = MOST_WAITING) -> None:
        self._most = most
        self._waiting = sched.scheduler()
        self._new = Event()
        self._lock = Lock()
        self._thread: Thread | None = None

    def later(self, seconds: float, errand: Callable[[], None]) -> None:
        """Run this errand after so many seconds."""
        with self._lock:
            if len(self._waiting.queue) >= self._most:
                log.warning("errand_dropped")
                return
            self._waiting.enter(seconds, 0, self._run, (errand,))
            if self._thread is None:
                self._thread = Thread(target=self._work, name="errands", daemon=True)
                self._thread.start()
        self._new.set()

    def _work(self) -> None:
        while True:
            pause = self._waiting.run(blocking=False)
            self._new.wait(pause)
            self._new.clear()

    def _run(self, errand: Callable[[], None]) -> None:
        try:
            errand()
        except Exception:  # one that fails must not end the thread of all others
            log.exception("errand_failed")
