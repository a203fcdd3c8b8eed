"""Takes requests in before a thread is spent on them, so that who sends slowly holds up nobody.

gunicorn gives a connection a thread with its first byte, and waits in it for the others for as
long as the sender likes: as many slow senders as there are threads, and no call is answered any
more. Here the main loop takes in the pieces of all connections as they come, within a time and a
size, and a thread begins with a request that is there as a whole.
"""

import re
import socket
import struct
from concurrent.futures import Future
from contextlib import suppress
from enum import Enum, auto
from functools import partial
from select import POLLOUT, poll
from selectors import EVENT_READ
from time import monotonic
from typing import Any, Final

from gunicorn.glogging import Logger
from gunicorn.workers.gthread import ThreadWorker

from console.safety import LARGEST_FILE

PATIENCE: Final = 20.0  # seconds for a request to come in; the carrier gives up after fifteen
PATIENCE_AT_THE_END: Final = 2.0  # the same, once the process has been asked to stop
SLOWEST_READER: Final = 20  # seconds in which nothing of an answer is taken
LINGER: Final = 2.0  # seconds for a sender to end its side, once it has its answer
MOMENT: Final = 0.01
SLOWEST_UPLOAD: Final = 64 * 1024  # bytes a second; who sends more of a scan gets more time
# Bytes of a body. Larger ones the app refuses by the announced length alone, unread.
LARGEST: Final = 1 << 20
STAFF: Final = b"POST /staff/"
LARGEST_HEAD: Final = 64 * 1024  # bytes; gunicorn itself refuses much smaller ones
CROWDED: Final = 0.9  # of all connections; from there on new ones take the place of waiting ones
MOST_HELD: Final = 64 << 20  # bytes of unfinished requests in all
PIECE: Final = 64 * 1024

LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*(?=\r\n)", re.IGNORECASE)
IN_CHUNKS = re.compile(rb"\r\ntransfer-encoding:", re.IGNORECASE)
# Neither the carrier nor a browser nor a proxy that buffers sends without saying how much.
LENGTH_REQUIRED = b"HTTP/1.1 411 Length Required\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class InChunks(Exception):
    """The request does not say how long it is."""


def is_whole(received: bytes | bytearray) -> bool:
    """Whether the server can go on with this: all has come, or so much that it will be refused.

    Raises:
        InChunks: how long it is will be known at its end only.
    """
    end = received.find(b"\r\n\r\n", 0, LARGEST_HEAD)
    if end < 0:
        return len(received) >= LARGEST_HEAD
    head = bytes(received[: end + 2])
    if IN_CHUNKS.search(head):
        raise InChunks
    announced = LENGTH.search(head)
    length = int(announced[1]) if announced else 0
    largest = LARGEST_FILE if received.startswith(STAFF) else LARGEST
    return length > largest or len(received) >= end + 4 + length


class Come(Enum):
    """How far a request has come."""

    WHOLE = auto()
    IN_PART = auto()
    TO_NOTHING = auto()  # its sender is gone, or will not be heard


def takes_answers(sock: socket.socket) -> bool:
    """Whether there is room for an answer: not where the ones before were left unread."""
    room = poll()
    room.register(sock, POLLOUT)
    return bool(room.poll(0))


class ReceivingWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn ships no types
    """A process of the web server whose threads never wait for a sender."""

    patience = PATIENCE

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._held = 0
        self._last_call: float | None = None  # when the wait ends, once asked to stop

    def enqueue_req(self, conn: Any) -> None:
        """A connection has something to say, or is new: hear it out before it gets a thread."""
        if not conn.initialized:
            conn.init()
            # What blocks in a thread is only the answer, and that not for ever either.
            within = struct.pack("ll", SLOWEST_READER, 0)
            conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, within)
        conn.sock.setblocking(False)
        received = bytearray(conn.parser.unreader.take_buffered())
        match self._take_in(conn.sock, received):
            case Come.WHOLE:
                self._serve(conn, received)
            case Come.IN_PART:
                conn.timeout = monotonic() + self.patience
                self._held += len(received)
                self.pending_conns.append(conn)
                self.poller.register(conn.sock, EVENT_READ, partial(self._more, conn, received))
            case Come.TO_NOTHING:
                self._let_go(conn)

    def _more(self, conn: Any, received: bytearray, sock: socket.socket) -> None:
        """Another piece of a request that waits for its end."""
        before = len(received)
        come = self._take_in(sock, received)
        self._held += len(received) - before
        conn.timeout += (len(received) - before) / SLOWEST_UPLOAD
        if come is Come.IN_PART and self._held <= MOST_HELD:
            return
        self._leave(conn, received)
        if come is Come.WHOLE:
            self._serve(conn, received)
        else:
            self._let_go(conn)

    def _take_in(self, sock: socket.socket, received: bytearray) -> Come:
        try:
            piece = sock.recv(PIECE)
        except BlockingIOError:
            piece = None
        except OSError:
            return Come.TO_NOTHING
        received += piece or b""
        try:
            if is_whole(received):
                return Come.WHOLE if takes_answers(sock) else Come.TO_NOTHING
        except InChunks:
            with suppress(OSError):
                sock.send(LENGTH_REQUIRED)
            return Come.TO_NOTHING
        return Come.TO_NOTHING if piece == b"" else Come.IN_PART

    def _serve(self, conn: Any, received: bytearray) -> None:
        conn.parser.unreader.unread(bytes(received))
        super().enqueue_req(conn)

    def _leave(self, conn: Any, received: bytearray) -> None:
        self.poller.unregister(conn.sock)
        self.pending_conns.remove(conn)
        self._held -= len(received)

    def _let_go(self, conn: Any) -> None:
        self.nr_conns -= 1
        conn.close()

    def finish_request(self, conn: Any, fs: Future[bool]) -> None:
        """A request was answered: the connection is kept, or ended without waiting for it."""
        if not fs.cancelled() and fs.exception() is None and fs.result():
            super().finish_request(conn, fs)
        else:
            self._part(conn)

    def _keepalive_after(self, conn: Any, keepalive: bool) -> bool:
        """Of a request that was whole nothing is left to come; of another, none is waited for."""
        return keepalive and bool(conn.parser.finish_body(deadline=monotonic() + MOMENT))

    def _part(self, conn: Any) -> None:
        """End our side, and hear out the other's for a moment: else the answer may get lost."""
        try:
            conn.sock.shutdown(socket.SHUT_WR)
            conn.sock.setblocking(False)
        except OSError:
            self._let_go(conn)
            return
        conn.timeout = monotonic() + LINGER
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self._ignore, conn, bytearray()))

    def _ignore(self, conn: Any, nothing: bytearray, sock: socket.socket) -> None:
        try:
            gone = not sock.recv(PIECE)
        except BlockingIOError:
            return
        except OSError:
            gone = True
        if gone:
            self._leave(conn, nothing)
            self._let_go(conn)

    def murder_pending(self) -> None:
        """Close the connections whose request did not come in time; in a crowd, the oldest."""
        now = monotonic()
        if not self.alive:
            self._last_call = self._last_call or now + PATIENCE_AT_THE_END
            for conn in self.pending_conns:
                conn.timeout = min(conn.timeout, self._last_call)
        crowd = max(0, self.nr_conns - int(CROWDED * self.worker_connections))
        for conn in [
            conn
            for place, conn in enumerate(self.pending_conns)
            if place < crowd or conn.timeout <= now
        ]:
            # Its pieces are counted where it waits in the poller.
            self._leave(conn, self.poller.get_key(conn.sock).data.args[1])
            self._let_go(conn)


class OneLog(Logger):  # type: ignore[misc]  # gunicorn ships no types
    """gunicorn's messages, in the log of all others and without what a request held."""

    def __init__(self, cfg: Any) -> None:
        super().__init__(cfg)
        self.error_log.propagate = True

    def _set_handler(self, *_args: Any, **_options: Any) -> None:
        """None of its own: the root's writes."""

    def warning(self, msg: str, *args: Any, **options: Any) -> None:
        """Without the words behind the colon, which quote a request that could not be read."""
        super().warning(msg.partition(": ")[0], *args, **options)

    def exception(self, *_args: Any, **_options: Any) -> None:
        """By its kind and place; gunicorn's own words hold the address that was asked for."""
        self.error_log.error("request_failed", exc_info=True)
