"""How good the readers are on labelled messages: a table, how far probabilities hold, the misses.

Everything here is plain text, for a terminal, a file or a README.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from flows.reading.findings import Finding, Understood
from flows.reading.values import Reading

SLOTS = (
    "intent",
    "student_ids",
    "dates",
    "partial_day",
    "reason_category",
    "relationship",
    "caller_name",
    "missing",
)
IN_NO_ORDER = {"student_ids", "missing"}
BANDS = (0.0, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99)  # each begins here and ends below the next
LONGEST_TEXT = 160  # of a missed message; the rest of a long one is seldom what was wrong


@dataclass(frozen=True, slots=True)
class Case:
    """One labelled message, as it should be read and as it was.

    `expected` and `output` have the keys of `SLOTS` and the values of an output line.
    """

    line_id: str
    channel: str
    language: str
    text: str
    expected: Mapping[str, Any]
    output: Mapping[str, Any]
    reading: Reading

    @property
    def wrong(self) -> tuple[str, ...]:
        """The slots that differ from their label."""
        return tuple(slot for slot in SLOTS if not self.is_right(slot))

    def is_right(self, slot: str) -> bool:
        """Whether a slot is exactly its label; students and missing facts have no order."""
        expected, output = self.expected[slot], self.output[slot]
        return bool(
            sorted(expected) == sorted(output) if slot in IN_NO_ORDER else expected == output
        )

    @property
    def names_wrong_student(self) -> bool:
        """Whether a student is named whom the message is not about: the worst there is."""
        return not set(self.output["student_ids"]) <= set(self.expected["student_ids"])


def report(cases: Sequence[Case]) -> str:
    """The whole evaluation."""
    if not cases:
        return "There are no labelled messages."
    return "\n\n".join((by_slot(cases), calibration(cases), misses(cases)))


def by_slot(cases: Sequence[Case]) -> str:
    """Per cent right, by slot, for all and for each channel and language."""
    groups = {"all": list(cases)}
    for case in sorted(cases, key=lambda case: (case.channel, case.language)):
        groups.setdefault(f"{case.channel} {case.language}", []).append(case)

    def row(name: str, cell: Callable[[list[Case]], str]) -> tuple[str, ...]:
        return name, *(cell(group) for group in groups.values())

    return _table(
        (
            ("right, %", *groups),
            row("messages", lambda group: str(len(group))),
            row("every slot", lambda group: _percent(not case.wrong for case in group)),
            *(row(slot, partial(_share, slot)) for slot in SLOTS),
            row(
                "wrong student named", lambda group: str(sum(c.names_wrong_student for c in group))
            ),
        )
    )


def calibration(cases: Sequence[Case]) -> str:
    """How often a value was right, by the probability the readers gave it."""
    given: dict[str, list[tuple[float, bool]]] = {slot: [] for slot in PROBABLE}
    for case in cases:
        for slot, finding_of in PROBABLE.items():
            finding = finding_of(case.reading)
            if isinstance(finding, Understood):
                given[slot].append((finding.probability, case.is_right(slot)))
    columns = {"all": [pair for pairs in given.values() for pair in pairs], **given}
    rows = [("probability: right, % of", *columns)]
    for low, high in zip(BANDS, (*BANDS[1:], 1.01), strict=True):
        cells = [[right for p, right in pairs if low <= p < high] for pairs in columns.values()]
        name = f"{low:.2f} to {min(high, 1):.2f}"
        rows.append((name, *(f"{_percent(c)} of {len(c)}" if c else "-" for c in cells)))
    return _table(rows)


def misses(cases: Sequence[Case]) -> str:
    """Every message with something wrong: what it says, what was read, what was right."""
    lines = [f"wrong: {sum(1 for case in cases if case.wrong)} of {len(cases)}"]
    for case in cases:
        if case.wrong:
            text = " ".join(case.text.split())[:LONGEST_TEXT]
            lines.append(f"\n{case.line_id} ({case.channel} {case.language}) {text}")
            lines += [
                f"    {slot}: {_plain(case.output[slot])}, right is {_plain(case.expected[slot])}"
                for slot in case.wrong
            ]
    return "\n".join(lines)


PROBABLE: Mapping[str, Callable[[Reading], Finding[object]]] = {
    "intent": lambda reading: reading.intent,
    "student_ids": lambda reading: reading.students,
    "dates": lambda reading: reading.days,
    "reason_category": lambda reading: reading.reason,
    "relationship": lambda reading: reading.relationship,
    "caller_name": lambda reading: reading.caller_name,
}
"""The slots whose values come with a probability."""


def _share(slot: str, cases: Iterable[Case]) -> str:
    return _percent(case.is_right(slot) for case in cases)


def _percent(right: Iterable[bool]) -> str:
    each = list(right)
    return f"{100 * sum(each) / len(each):.1f}"


def _plain(value: object) -> str:
    match value:
        case None | []:
            return "nothing"
        case list():
            return " ".join(str(item) for item in value)
        case dict():
            return " ".join(str(item) for item in value.values())
        case _:
            return str(value)


def _table(rows: Sequence[Sequence[str]]) -> str:
    """Columns that line up: names to the left, figures to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        for row in rows
    )
