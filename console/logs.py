"""What the operator reads: one event a line, with ids, and no family's words.

An error's message may quote what a family said, so of an exception only its type and where it
was raised are written.
"""

import logging
import sys
import threading
import traceback
import warnings
from types import TracebackType

from pythonjsonlogger.json import JsonFormatter

FIELDS = "%(asctime)s %(levelname)s %(name)s %(message)s"
OWN = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime"}
log = logging.getLogger(__name__)

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


def start(level: str, form: str) -> None:
    """Log to standard error, as JSON for machines or plainly for people."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Json(FIELDS) if form == "json" else Plain(FIELDS))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    # Their own lines hold addresses with numbers in them, or say nothing an operator needs.
    for noisy in ("urllib3", "twilio", "werkzeug", "gunicorn.access", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def catch_all() -> None:
    """Have what nobody caught written like any error: Python itself would print its message.

    For a process of our own; what runs inside another, such as a test's, has its own ways.
    """

    def in_a_thread(failed: threading.ExceptHookArgs) -> None:
        error = failed.exc_value or failed.exc_type()
        log.error("thread_failed", exc_info=(failed.exc_type, error, failed.exc_traceback))

    def on_the_way_out(failed: "sys.UnraisableHookArgs") -> None:
        error = failed.exc_value or failed.exc_type()
        log.error("clean_up_failed", exc_info=(failed.exc_type, error, failed.exc_traceback))

    threading.excepthook, sys.unraisablehook = in_a_thread, on_the_way_out
    warnings.simplefilter("ignore")  # they are for who writes the program, and may quote a value


def places(error: ExcInfo) -> str:
    """The error's type and the places it came through, without its message."""
    kind, _, trace = error
    lines = [f"{f.filename}:{f.lineno} {f.name}" for f in traceback.extract_tb(trace)]
    return " < ".join([kind.__name__ if kind else "error", *reversed(lines)])


class Json(JsonFormatter):
    """A JSON object a line."""

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802  (the library's name)
        """The error without its message."""
        return places(ei)


class Plain(logging.Formatter):
    """A line for people, with the fields of the event behind it."""

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        fields = {k: v for k, v in record.__dict__.items() if k not in OWN}
        line = super().format(record)
        return f"{line} {fields}" if fields else line

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802  (the library's name)
        """The error without its message."""
        return places(ei)
