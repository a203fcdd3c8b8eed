"""How the carrier's webhooks were answered, counted over all processes of one web service.

The counts lie in memory that the processes share from their beginning. Each writes into a place of
its own, so that none waits for another, and none that is killed leaves a lock behind.
"""

import os
from collections.abc import Iterable
from enum import StrEnum
from mmap import mmap
from threading import Lock

from flask import Blueprint, Response, g
from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily
from prometheus_client.registry import Collector

from ivr.voice import FAILED

PLACES = 251  # a prime: processes that were begun one after the other get different ones
BYTES = 8  # of a count


class Answer(StrEnum):
    """How a webhook was answered."""

    ANSWERED = "answered"
    REFUSED = "refused"  # not signed by our account
    FAILED = "failed"  # an error of ours: the family was told to leave a message


ANSWERS = tuple(Answer)


class Tally(Collector):
    """The counts. Made before the processes part, it is one for all of them."""

    def __init__(self) -> None:
        memory = mmap(-1, PLACES * len(ANSWERS) * BYTES)
        self._counts = memoryview(memory).cast("Q")
        self._lock = Lock()  # of this process's threads

    def watch(self, webhooks: Blueprint) -> None:
        """Count the answers of this blueprint."""

        @webhooks.after_request
        def count(response: Response) -> Response:
            self.add(_answer(response))
            return response

    def add(self, answer: Answer) -> None:
        """Count one."""
        place = os.getpid() % PLACES * len(ANSWERS) + ANSWERS.index(answer)
        with self._lock:
            self._counts[place] += 1

    def total(self, answer: Answer) -> int:
        """How many there were, in all processes."""
        return sum(self._counts[ANSWERS.index(answer) :: len(ANSWERS)])

    def collect(self) -> Iterable[Metric]:
        """The counts, for monitoring."""
        metric = CounterMetricFamily(
            "absence_line_webhooks",
            "The carrier's requests: answered, refused as unsigned, or failed.",
            labels=["answer"],
        )
        for answer in ANSWERS:
            metric.add_metric([answer], self.total(answer))
        yield metric


def _answer(response: Response) -> Answer:
    if response.status_code == 403:
        return Answer.REFUSED
    failed = g.get(FAILED, False) or response.status_code >= 500
    return Answer.FAILED if failed else Answer.ANSWERED
