"""The production web server: gunicorn, given our app and our options."""

from collections.abc import Callable

from flask import Flask
from gunicorn.app.base import BaseApplication

from console.receiving import OneLog, ReceivingWorker

WEB_OPTIONS: dict[str, object] = {
    "worker_class": ReceivingWorker,
    "logger_class": OneLog,
    "threads": 8,
    "worker_connections": 500,  # each is an open file, of which a process may have 1024
    # Else whoever comes through a proxy could say in a header where the path begins, and so get
    # round what the proxy closes.
    "forwarder_headers": "",
    "loglevel": "warning",
    "timeout": 30,  # seconds without a sign of life after which a process is replaced
}


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """The production web server: processes that each serve several requests at once."""

    def __init__(self, make: Callable[[], Flask], options: dict[str, object]) -> None:
        self._make, self._options = make, options
        super().__init__()

    def load_config(self) -> None:
        """Take our options instead of a command line's."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The app, made in each process for itself: database connections are not shared."""
        return self._make()
