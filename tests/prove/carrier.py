"""The carrier with bad days: webhooks that are lost, doubled and late; a REST server that fails."""

import random
import socket
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock, Thread, local

import requests
from flask import Flask, Response, request

from ivr.simulator.carrier import Form, Reply
from ivr.simulator.rest_api import RestApi
from tests.prove.processes import PUBLIC
from tests.support.carrier_api import ACCOUNT, TOKEN, TestNumbers, error

ANSWER_SECONDS = 15.0  # the carrier's own patience
PATIENCE_SECONDS = 120.0  # of a family, who calls again where the carrier has given up
AGAIN_SECONDS = 0.1
SERVER_ERROR = 500
EVERYTHING = 1_000_000


class NoAnswer(Exception):
    """No process of the line answered for two minutes."""


@dataclass
class Wire:
    """Posts webhooks to whichever web process answers, again and again until one does.

    A share of them is sent twice at once, as the carrier does when it believes the first lost.
    """

    addresses: list[str]
    chance: random.Random
    doubled: float = 0.1
    retries: int = 0
    twins: int = 0
    different: int = 0  # twins that got two different answers
    _lock: Lock = field(default_factory=Lock)
    _mine: local = field(default_factory=local)

    def post(self, address: str, form: Form, headers: dict[str, str]) -> Reply:
        """The answer of the line. See `ivr.simulator.carrier.Post`.

        Raises:
            NoAnswer: there was none.
        """
        if self.chance.random() >= self.doubled:
            return self._until_answered(address, form, headers)
        answers: list[Reply] = []

        def once_more() -> None:
            with suppress(NoAnswer):
                answers.append(self._until_answered(address, form, headers))

        twin = Thread(target=once_more)
        twin.start()
        try:
            answer = self._until_answered(address, form, headers)
        finally:
            twin.join()
        with self._lock:
            self.twins += 1
            self.different += [answer] != answers
        return answer

    def _until_answered(self, address: str, form: Form, headers: dict[str, str]) -> Reply:
        path = address.removeprefix(PUBLIC)
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            try:
                response = self._session().post(
                    self.chance.choice(self.addresses) + path,
                    data=form,
                    headers=headers,
                    timeout=ANSWER_SECONDS,
                )
            except requests.RequestException:
                response = None
            if response is not None and response.status_code < SERVER_ERROR:
                kind = response.headers.get("Content-Type", "")
                return Reply(response.status_code, kind, response.text)
            with self._lock:
                self.retries += 1
            time.sleep(AGAIN_SECONDS)
        raise NoAnswer(path)

    def _session(self) -> requests.Session:
        if not hasattr(self._mine, "session"):
            self._mine.session = requests.Session()
        session: requests.Session = self._mine.session
        return session


class Rest:
    """The carrier's REST server, with a memory of everything and with faults."""

    def __init__(self, chance: random.Random, faulty: float) -> None:
        self.api = RestApi(
            ACCOUNT, TOKEN, lambda: datetime.now(UTC), TestNumbers(), most_kept=EVERYTHING
        )
        self.faults: Counter[str] = Counter()
        self._chance, self._faulty = chance, faulty

    def app(self) -> Flask:
        """The server."""
        app = Flask(__name__)
        app.before_request(self._before)
        app.after_request(self._afterwards)
        app.register_blueprint(self.api.blueprint())
        return app

    def _before(self) -> Response | None:
        """Refuse, or be slow, before anything is taken."""
        if self._chance.random() >= self._faulty:
            return None
        fault = self._chance.choice(("429", "500", "503", "slow"))
        self.faults[fault] += 1
        if fault == "slow":
            time.sleep(0.5)
            return None
        return error(int(fault), 20429 if fault == "429" else None)

    def _afterwards(self, response: Response) -> Response:
        """Take the message, and hang up before the answer is out."""
        if request.method == "POST" and self._chance.random() < self._faulty / 4:
            self.faults["taken, no answer"] += 1
            wire: socket.socket = request.environ["werkzeug.socket"]
            wire.shutdown(socket.SHUT_RDWR)
        return response
