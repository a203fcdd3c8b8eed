"""The words of a family, and which of them each fact was read from.

The very reader that calls and texts go through reads them again, against the roster of now and
the moment they came; nothing is guessed by the page.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from flows.events import Words
from flows.reading.findings import Understood, Unsure
from flows.reading.message import Background, Manner, Message, interpret
from flows.reading.values import Reading
from school.reports import Report, ReportChannel

WRITTEN = (ReportChannel.SMS, ReportChannel.WEB, ReportChannel.NOTE, ReportChannel.STAFF)
LONGEST_READ = 2_000  # characters of one line; nobody says more, and a page must not wait


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words, and the fact they say; None for words that say none."""

    words: str
    fact: str | None = None
    sure: bool = True


Evidence = tuple[str, str, bool]
"""Words, the fact they say, and whether that is certain."""


def pieces(report: Report, background: Background) -> tuple[tuple[Piece, ...], ...]:
    """What was said, line by line, with the words behind each fact set apart.

    A line is read by itself, as the answer it was; then all of them together, for a fact whose
    words say nothing alone; last come the words that were kept with the report.
    """
    manner = Manner.SMS if report.channel in WRITTEN else Manner.SPEECH
    lines = [line for line in (report.transcript or "").splitlines() if line.strip()]

    def read(words: str) -> list[Evidence]:
        if len(words) > LONGEST_READ or words.startswith("["):  # keys: nothing to read
            return []
        message = Message(Words(words), manner, report.language, report.from_phone)
        return list(_evidence(interpret(message, background)))

    together = read(" ".join(lines)) if len(lines) > 1 else []
    rest = [*together, *_kept(report)]
    return tuple(_marked(line, [*read(line), *rest]) for line in lines)


def _marked(line: str, evidence: list[Evidence]) -> tuple[Piece, ...]:
    found: list[tuple[int, int, str, bool]] = []
    for words, fact, sure in evidence:
        span = _where(words, line, found)
        if span and all(fact != other[2] or sure for other in found):
            found.append((*span, fact, sure))
    return tuple(_cut(line, sorted(found)))


def _kept(report: Report) -> Iterator[Evidence]:
    """The family's words that were kept with the report."""
    heard = (report.student_as_heard or "").partition("[")[0].strip()
    for words, fact in (
        (heard, "student"),
        (report.reporter_name, "caller"),
        (report.reason_text, "reason"),
    ):
        if words:
            yield words, fact, True


def _evidence(reading: Reading) -> Iterator[Evidence]:
    """Words, the fact they say, and whether that is certain; the longest names come first."""
    students = reading.students
    if isinstance(students, Understood):
        for words in (*students.value.as_said, *students.value.unplaced):
            if words:
                yield words, "student", words in students.value.as_said
    elif students.evidence:
        yield students.evidence, "student", False
    for fact, finding in (
        ("caller", reading.caller_name),
        ("days", reading.days),
        ("reason", reading.reason),
        ("relationship", reading.relationship),
    ):
        if isinstance(finding, Understood | Unsure) and finding.evidence:
            yield finding.evidence, fact, isinstance(finding, Understood)


def _where(
    words: str, line: str, taken: list[tuple[int, int, str, bool]]
) -> tuple[int, int] | None:
    """Where the words stand in the line, apart from what is marked already."""
    for match in re.finditer(rf"(?<!\w){re.escape(words.strip())}(?!\w)", line, re.IGNORECASE):
        start, end = match.span()
        if all(end <= other[0] or start >= other[1] for other in taken):
            return start, end
    return None


def _cut(line: str, found: list[tuple[int, int, str, bool]]) -> Iterator[Piece]:
    at = 0
    for start, end, fact, sure in found:
        if start > at:
            yield Piece(line[at:start])
        yield Piece(line[start:end], fact, sure)
        at = end
    if at < len(line):
        yield Piece(line[at:])
