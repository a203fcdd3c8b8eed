"""Who sends slowly, much or nonsense to the real web server: the line still answers the others."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from console.receiving import LARGEST_HEAD, InChunks, is_whole

# The production server with its own options, but for its patience; no test waits twenty seconds.
SERVES = """
import sys
from flask import Flask
from console import logs
from console.receiving import ReceivingWorker
from console.server import WEB_OPTIONS, Server
from app import create_app
from console.services import Services
from tests.support.line import settings

class Impatient(ReceivingWorker):
    patience = 2.0

logs.start("info", "json")
options = WEB_OPTIONS | {"bind": "127.0.0.1:" + sys.argv[1], "worker_class": Impatient}
options["worker_connections"] = 64
Server(lambda: create_app(Services(settings(ABSENCE_LINE_DATA_DIR=sys.argv[2]))), options).run()
"""
PATIENCE = 2.0
MOST = 64  # connections at once
AS_MANY_AS_THREADS = 8  # of each kind
ANSWERS_WITHIN = 5.0  # seconds, on a busy machine
HEAD = (
    b"POST /voice HTTP/1.1\r\nHost: line.example.org\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n"
)
PIECES = (
    b"",
    b"POST /voi",
    HEAD,
    HEAD + b"Content-Length: 500\r\n\r\nCallSid=",
    HEAD.replace(b"/voice", b"/staff/by-hand/") + b"Content-Length: 9000000\r\n\r\nscan=",
    b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /hea",  # half of a second request
)


@dataclass
class Web:
    """The web server in a process of its own."""

    port: int
    log: Path

    def connect(self, first: bytes = b"") -> socket.socket:
        """A connection on which this much was sent."""
        connection = socket.create_connection(("127.0.0.1", self.port))
        connection.settimeout(ANSWERS_WITHIN)
        connection.sendall(first)
        return connection

    def alive(self) -> bool:
        """Whether it answers somebody else, in time."""
        answer = httpx.get(f"http://127.0.0.1:{self.port}/healthz", timeout=ANSWERS_WITHIN)
        return answer.is_success

    def answer(self, request: bytes) -> bytes:
        """What it answers to these bytes."""
        with self.connect(request) as connection:
            return connection.recv(4096)


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    folder = tmp_path_factory.mktemp("web")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603  (our own program)
            [sys.executable, "-c", SERVES, str(port), str(folder)],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            stdout=log,
            stderr=log,
        )
    try:
        running = Web(port, folder / "log")
        for _ in range(300):
            try:
                running.alive()
                break
            except httpx.HTTPError:
                time.sleep(0.1)
        yield running
    finally:
        process.terminate()
        process.wait(20)


def test_who_stops_half_way_holds_up_nobody_and_is_let_go(web: Web) -> None:
    slow = [web.connect(piece) for piece in PIECES * AS_MANY_AS_THREADS]
    assert web.alive()
    for connection in slow:
        with connection:
            while connection.recv(4096):
                pass  # the answer to a first request; then it is closed
    assert web.alive()


@pytest.mark.parametrize(
    "request_",
    [
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        HEAD + b"Content-Length: 3000000\r\n\r\nCallSid=",
    ],
)
def test_who_has_an_answer_and_does_not_go_holds_up_nobody(web: Web, request_: bytes) -> None:
    began = time.monotonic()
    staying = [web.connect(request_) for _ in range(2 * AS_MANY_AS_THREADS)]
    for connection in staying:
        assert connection.recv(4096).startswith(b"HTTP/1.1 ")
    assert web.alive()
    assert time.monotonic() - began < ANSWERS_WITHIN
    for connection in staying:
        connection.close()


def test_a_crowd_that_says_nothing_makes_room_for_who_does(web: Web) -> None:
    began = time.monotonic()
    crowd = [web.connect() for _ in range(MOST)]
    assert web.alive()
    assert time.monotonic() - began < PATIENCE
    for connection in crowd:
        connection.close()


def test_who_sends_a_letter_now_and_then_is_let_go_too(web: Web) -> None:
    """Each byte comes in good time; the request as a whole does not."""
    with web.connect(HEAD) as slow:
        letters = iter(b"X" * 100)
        with suppress(ConnectionError):
            for letter in letters:
                slow.sendall(bytes([letter]))
                time.sleep(PATIENCE / 10)
        assert list(letters), "it was let go before the last"
        assert web.alive()


def test_a_request_in_pieces_is_answered_when_the_last_has_come(web: Web) -> None:
    request = HEAD + b"Content-Length: 11\r\n\r\nCallSid=CA1"
    with web.connect() as connection:
        for n in range(0, len(request), 7):
            connection.sendall(request[n : n + 7])
        assert b"403 FORBIDDEN" in connection.recv(4096)


def test_requests_on_one_connection_are_answered_in_turn(web: Web) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{web.port}") as client:
        for _ in range(5):
            assert client.get("/healthz").status_code == 200
            assert client.post("/voice", data={"CallSid": "CA1"}).status_code == 403
    pipelined = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n" * 3
    with web.connect(pipelined) as connection:
        heard = b""
        while heard.count(b"Alive.") < 3:
            heard += connection.recv(4096)


def test_who_does_not_read_the_answers_gets_no_more_of_them(web: Web) -> None:
    """Else each such connection would hold a thread, once the system takes no more for it."""
    asked = 1000
    with web.connect(b"GET /assets/style.css HTTP/1.1\r\nHost: x\r\n\r\n" * asked) as deaf:
        time.sleep(PATIENCE)
        answers = 0
        with suppress(ConnectionError):
            while heard := deaf.recv(1 << 20):
                answers += heard.count(b" 200 OK")
    assert 0 < answers < asked


@pytest.mark.parametrize("path", ["/voice", "/sms", "/recordings/finished", "/voice/status"])
def test_an_oversized_body_is_refused_by_its_length_alone(web: Web, path: str) -> None:
    request = HEAD.replace(b"/voice", path.encode())
    begin, took = b"Content-Length: 2000000\r\n\r\nCallSid=", time.monotonic()
    assert b" 413 " in web.answer(request + begin)
    assert time.monotonic() - took < ANSWERS_WITHIN


def test_a_body_of_unknown_length_is_not_waited_for(web: Web) -> None:
    assert b" 411 " in web.answer(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nab")


@pytest.mark.parametrize("header", ["SCRIPT_NAME", "Script-Name", "PATH_INFO", "X-Script-Name"])
def test_no_header_says_where_the_path_begins(web: Web, header: str) -> None:
    """A proxy that closes /metrics would let /x/metrics pass."""

    def answer(path: str, value: str) -> bytes:
        asked = f"GET {path} HTTP/1.1\r\nHost: x\r\n{header}: {value}\r\n\r\n"
        return web.answer(asked.encode()).split(b" ")[1]

    assert answer("/x/metrics", "/x") == b"404"
    assert answer("/healthz", "/healthz") == b"200"
    assert answer("/healthz", "/x") == b"200"


@pytest.mark.parametrize(
    "nonsense",
    [
        b"GET /\x1b[31m\r\nX: 1\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\r\n\r\n",
        b"GET /staff/?q=Keiko HTTP/9.9\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nKei\x0bko: a\r\n\r\n",
        b"GET / HTTP/1.1\r\nX: Keiko\x00\r\n\r\n",
        b"GET /Keiko" + b"k" * 9000 + b" HTTP/1.1\r\n\r\n",
        b"Keiko " * 20_000,
        HEAD + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nKeik",
        HEAD + b"Content-Length: -1\r\n\r\n",
        b'GET /%0a%0d{"message":"forged"}%1b[2J HTTP/1.1\r\nHost: x\r\n\r\n',
    ],
)
def test_what_cannot_be_read_is_refused_and_is_one_line_of_the_log_at_most(
    web: Web, nonsense: bytes
) -> None:
    before = web.log.read_text("utf-8").splitlines()
    assert web.answer(nonsense).split(b" ")[1].startswith(b"4")
    assert web.alive()
    lines = web.log.read_text("utf-8").splitlines()[len(before) :]
    assert len(lines) <= 1
    for line in lines:
        assert json.loads(line)["message"] != "forged"
        assert "Keiko" not in line
        assert "\\u001b" not in line


# --- when a request is whole ---------------------------------------------------------------------


def test_a_request_is_whole_with_the_last_byte_it_announced() -> None:
    request = HEAD + b"content-LENGTH: 11\r\n\r\nCallSid=CA1"
    assert [is_whole(request[:n]) for n in range(len(request) + 1)].count(True) == 1
    assert is_whole(b"GET / HTTP/1.1\r\n\r\n")


def test_what_is_too_long_goes_on_at_once_to_be_refused() -> None:
    assert is_whole(HEAD + b"Content-Length: 1048577\r\n\r\n")
    assert is_whole(b"x" * LARGEST_HEAD)
    scan = HEAD.replace(b"/voice", b"/staff/by-hand/")
    assert not is_whole(scan + b"Content-Length: 9000000\r\n\r\n")
    assert is_whole(scan + b"Content-Length: 90000000\r\n\r\n")


def test_a_length_in_the_body_is_none() -> None:
    assert is_whole(b"GET / HTTP/1.1\r\n\r\n\r\nContent-Length: 99\r\n\r\n")
    with pytest.raises(InChunks):
        is_whole(HEAD + b"transfer-encoding: gzip, chunked\r\n\r\n")
