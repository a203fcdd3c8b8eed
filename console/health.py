"""What the operator's monitoring asks for: /healthz, /readyz and /metrics.

The figures come from the database at each scrape (`console.figures`), so they are right with any
number of web processes, whichever of them answers. The process figures are the answering
process's own and say so by their label `pid`.

What is counted as it happens, such as webhooks, is in the registry that the app hands in
(`console.tally`).
"""

import logging
import os
from collections.abc import Iterable
from zoneinfo import ZoneInfo

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Metric, generate_latest
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from console.figures import SchoolFigures
from school.database import Clock, Database, DatabaseUnreachable, WrongSchema

log = logging.getLogger(__name__)


class OwnProcess(Collector):
    """Memory, processor time and open files of the process that answers."""

    def __init__(self) -> None:
        self._all = ProcessCollector(registry=None)

    def collect(self) -> Iterable[Metric]:
        """The figures, each with the process's number.

        Without it, the counters of several processes would be taken for one that goes back and
        forth.
        """
        pid = str(os.getpid())
        for metric in self._all.collect():
            metric.samples = [
                sample._replace(labels={**sample.labels, "pid": pid}) for sample in metric.samples
            ]
            yield metric


def blueprint(
    database: Database, clock: Clock, zone: ZoneInfo, registry: CollectorRegistry
) -> Blueprint:
    """The three addresses. They tell figures only, and are open to whoever can reach them."""
    health = Blueprint("health", __name__)
    registry.register(SchoolFigures(database, clock, zone))
    registry.register(OwnProcess())

    @health.get("/healthz")
    def alive() -> ResponseReturnValue:
        return _text("Alive.\n", 200)

    @health.get("/readyz")
    def ready() -> ResponseReturnValue:
        try:
            database.check()
        except WrongSchema as error:
            return _text(f"{error}\n", 503)
        except DatabaseUnreachable as error:
            # Its sentence names the server, which is nobody's business out there.
            log.warning("not_ready: %s", error)
            return _text("The database cannot be opened; the log says why.\n", 503)
        return _text("Ready.\n", 200)

    @health.get("/metrics")
    def metrics() -> ResponseReturnValue:
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    return health


def _text(sentence: str, status: int) -> Response:
    return Response(sentence, status, content_type="text/plain; charset=utf-8")
