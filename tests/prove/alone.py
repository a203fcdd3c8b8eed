"""One trial in a process with a disk of its own: `python -m tests.prove.alone NAME SEED PORT`."""

import json
import subprocess
import sys
from collections import Counter

from tests.prove.disk import ALONE
from tests.prove.trials import TRIALS, Result, Trial, run


def run_alone(trial: Trial, seed: int, first_port: int) -> Result:
    """The trial, in such a process."""
    words = ["-m", "tests.prove.alone", trial.name, str(seed), str(first_port)]
    done = subprocess.run(  # noqa: S603  (our own program)
        [*ALONE, sys.executable, *words], stdout=subprocess.PIPE, text=True, check=True
    )
    told = json.loads(done.stdout.splitlines()[-1])
    return Result(**(told | {"trial": trial, "faults": Counter(told["faults"])}))


def main(name: str, seed: str, first_port: str) -> None:
    """Run it, and print what came of it."""
    (trial,) = (trial for trial in TRIALS if trial.name == name)
    told = vars(run(trial, int(seed), int(first_port))) | {"trial": None}
    print(json.dumps(told))  # noqa: T201  (the other process reads it)


if __name__ == "__main__":
    main(*sys.argv[1:])
