"""How well, how surely and how fast messages are understood, beside a plain reader of keywords.

The plain reader is `plain_reader.py`. Of the libraries for dates, Duckling and Recognizers-Text
have no build for every Python from 3.11 on, and none knows whose day is meant: they are no
opponents for a whole message, and the readers need none of them.
"""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import replace
from time import process_time
from typing import Any

from flows.reading.evaluation import IN_NO_ORDER, SLOTS, Case, calibration
from flows.reading.lines import read_line
from flows.reading.message import Background, prepare
from flows.reading.name_index import NameIndex
from flows.reading.roster import Roster
from tests.bench import plain_reader
from tests.bench.made_up import students
from tests.flows.reading.labelled import FILES, OWN, background, cases, lines

SIZES = (2_000, 100_000)
ROUNDS = 3
STRANGER = "+12025550100"  # on no contact list, so that the whole roster is searched


def measure(sizes: Sequence[int] = SIZES) -> None:
    """Print accuracy, calibration, time and memory."""
    for name in FILES:
        _accuracy(name)
    print(f"reading held out, {calibration(cases('held out'))}")
    for size in sizes:
        _speed(size)


def _accuracy(name: str) -> None:
    read = cases(name)
    against = background(FILES[name].parent)
    plain = [plain_reader.read(line, against) for line in lines(name)]
    ours = 100 * sum(not case.wrong for case in read) / len(read)
    wrong = sum(case.names_wrong_student for case in read)
    wrong_plain = sum(
        not set(output["student_ids"]) <= set(case.expected["student_ids"])
        for case, output in zip(read, plain, strict=True)
    )
    print(f"reading {name}: {len(read)} messages, every slot right {ours:.1f} %")
    print(f"  {'wrong student named':<20} {wrong:6}     plain reader {wrong_plain:6}")
    for slot in SLOTS[:-1]:
        right = [_is_right(case, output, slot) for case, output in zip(read, plain, strict=True)]
        share = 100 * sum(case.is_right(slot) for case in read) / len(read)
        print(f"  {slot:<20} {share:6.1f} %   plain reader {100 * sum(right) / len(read):6.1f} %")


def _is_right(case: Case, output: dict[str, Any], slot: str) -> bool:
    expected, found = case.expected[slot], output[slot]
    return bool(sorted(expected) == sorted(found) if slot in IN_NO_ORDER else expected == found)


def _speed(size: int) -> None:
    known = background(OWN)
    people = [*known.roster.students.values(), *students(size - len(known.roster.students))]
    contacts = [c for i in known.roster.students for c in known.roster.contacts_of(i)]
    roster = Roster(people, contacts)
    seconds = _seconds(lambda: prepare(roster))
    megabytes = _megabytes(lambda: NameIndex(people))
    against = replace(known, roster=roster)
    listed = _milliseconds(list(lines("seen")), against)
    strangers = [{**line, "from_phone": STRANGER} for line in lines("seen")]
    searched = _milliseconds(strangers, against)
    plain = _plain_milliseconds(strangers[:40], against)
    print(
        f"reading {size:,} students: index {seconds:.2f} s, {megabytes:.0f} MB; "
        f"median of a message {statistics.median(listed):.2f} ms from the numbers on file, "
        f"{statistics.median(searched):.2f} ms from strangers "
        f"(95 % under {statistics.quantiles(searched, n=20)[-1]:.1f} ms); "
        f"plain reader {statistics.median(plain):.2f} ms"
    )


def _seconds(work: Callable[[], object]) -> float:
    """Of the processor: these machines are shared."""
    begun = process_time()
    work()
    return process_time() - begun


def _megabytes(build: Callable[[], object]) -> float:
    """What is kept of what is built."""
    import tracemalloc  # noqa: PLC0415  it slows whatever runs once it is there

    tracemalloc.start()
    kept = build()
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    del kept
    return size / 1e6


def _milliseconds(messages: Sequence[dict[str, Any]], against: Background) -> list[float]:
    """The best of a few readings of each message."""
    return [
        min(_seconds(lambda line=line: read_line(line, against)) for _ in range(ROUNDS)) * 1e3  # type: ignore[misc]
        for line in messages
    ]


def _plain_milliseconds(messages: Sequence[dict[str, Any]], against: Background) -> list[float]:
    return [_seconds(lambda line=line: plain_reader.read(line, against)) * 1e3 for line in messages]  # type: ignore[misc]
