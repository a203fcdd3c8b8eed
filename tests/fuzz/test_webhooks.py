"""No order of webhooks brings the line down, doubles a report or loses a word."""

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.fuzz.webhooks import Webhooks
from tests.support.line import WholeLine

ANYTHING = settings(
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
    phases=(Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink),
)


@pytest.mark.parametrize(
    ("examples", "steps"), [(40, 25), pytest.param(600, 60, marks=pytest.mark.prove)]
)
def test_any_webhooks_in_any_order(sqlite_line: WholeLine, examples: int, steps: int) -> None:
    # The ordinary suite tries the same orders every time, the proof others.
    small = examples < 100
    how = settings(ANYTHING, max_examples=examples, stateful_step_count=steps, derandomize=small)

    class OnThisLine(Webhooks):
        line = sqlite_line

    run_state_machine_as_test(OnThisLine, settings=how)
    print(f"{examples} times up to {steps} webhooks in any order: nothing lost")  # noqa: T201  (of make prove)
