"""`make bench`: every benchmark, or those named: `python -m tests.bench turns outbox`.

Each prints its figures beside a baseline of the same run: these machines are shared, and ratios
hold where seconds do not.
"""

import sys

from tests.bench import (
    console,
    desk,
    fallback,
    growth,
    morning,
    outbox,
    reading,
    roster_import,
    speech,
    turns,
    waiting,
)

BENCHMARKS = {
    "turns": turns.measure,
    "morning": morning.measure,
    "growth": growth.measure,
    "fallback": fallback.measure,
    "console": console.measure,
    "desk": desk.measure,
    "outbox": outbox.measure,
    "roster_import": roster_import.measure,
    "reading": reading.measure,
    "speech": speech.measure,
    "waiting": waiting.measure,
}

if __name__ == "__main__":
    for name in sys.argv[1:] or BENCHMARKS:
        BENCHMARKS[name]()
