"""A clock that jumps and runs fast, for all processes of a trial: `python -m tests.prove.clocks`.

It gives the line's own commands a clock that reads its time from a file: what the machine's clock
shows, moved by so much and going at such a pace.
"""

import json
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import app
from console.services import now


@dataclass(frozen=True)
class FileClock:
    """The time that a file tells."""

    file: Path

    def __call__(self) -> datetime:
        """The time it shows."""
        told = json.loads(self.file.read_text())
        since = now() - datetime.fromisoformat(told["at"])
        return datetime.fromisoformat(told["shows"]) + since * float(told["pace"])

    def put(self, shows: datetime, pace: float = 1.0) -> None:
        """From now on it shows this time, and goes at this pace."""
        told = {"at": now().isoformat(), "shows": shows.isoformat(), "pace": pace}
        new = self.file.with_suffix(".new")
        new.write_text(json.dumps(told))
        new.replace(self.file)  # nobody reads half of it

    def program(self) -> tuple[str, ...]:
        """What Python is to run for the `absence-line` command by this clock."""
        return ("-m", "tests.prove.clocks", str(self.file))


if __name__ == "__main__":
    app.cli(sys.argv[2:], obj=FileClock(Path(sys.argv[1])))
