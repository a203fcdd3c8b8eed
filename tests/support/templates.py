"""Templates compiled once for all apps of a test run: each test makes an app of its own."""

from io import BytesIO

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket


class InMemory(BytecodeCache):
    """What was compiled stays as long as the process."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take the template from here, unless it has changed."""
        found = self._compiled.get(bucket.key)
        if found is not None:
            bucket.load_bytecode(BytesIO(found))

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep it for the next app."""
        into = BytesIO()
        bucket.write_bytecode(into)
        self._compiled[bucket.key] = into.getvalue()


COMPILED = InMemory()


def compiled_once(app: Flask) -> Flask:
    """The app, with the templates of all apps before it."""
    app.jinja_env.bytecode_cache = COMPILED
    return app
