"""The rows of a CSV file that a spreadsheet or a school system wrote, one at a time.

Nothing in a file's rows raises: what cannot be read comes out as a row with its trouble, and a
quotation mark that is never closed costs its own line, not the rest of the file.
"""

import csv
import re
import unicodedata
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import TextIOWrapper
from itertools import islice
from pathlib import Path

Progress = Callable[[str, int, int], None]
"""Told what is done, how much of it, and how much there is."""

LARGEST = 256 << 20  # bytes; a district's contacts are a third of it, and a line is read as one
LONGEST_ROW = 20  # lines: a column we do not read may hold a postal address
ROWS_PER_REPORT = 500  # of progress

# Marks that show nothing and come along when a cell is copied: direction marks, zero-width spaces,
# soft hyphens. The zero-width joiners stay: Persian and Hindi names are spelled with them.
INVISIBLE = re.compile("[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
JOINERS = re.compile("[\u200c\u200d]")
NOT_UTF8 = re.compile("[\ud800-\udfff]")  # what the decoder makes of bytes that are no UTF-8

BAD_QUOTES = "A quotation mark is not closed, or stands where none may."
BAD_ENCODING = "The line is not in UTF-8: save the file as “CSV UTF-8”."


class FileUnreadable(Exception):
    """A file as a whole cannot be used; the sentence says which one and what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its first line in the file, its cells by column, and why it cannot be used.

    A row with trouble has the cells that could be made out, so that its id may be known. An empty
    row has no cells.
    """

    line: int
    cells: dict[str, str]
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class _Header:
    names: Sequence[str]
    wanted: dict[str, int]  # where each wanted column stands


def rows_of(
    path: Path,
    columns: Sequence[str],
    note: Callable[[str], None],
    progress: Progress,
    optional: Sequence[str] = (),
) -> Iterator[Row]:
    """The rows below the header, with the wanted columns only. Empty rows are passed over.

    Args:
        path: the file, UTF-8 with or without a byte order mark.
        columns: the columns it must have, in any order; others are ignored.
        note: told in a sentence which columns are ignored.
        progress: told how many bytes have been read.
        optional: more columns that it may have.

    Raises:
        FileUnreadable: there is no such file, it is far too large, or it has no header with the
            wanted columns.
    """
    try:
        size = path.stat().st_size
        raw = path.open("rb")
    except OSError as error:
        raise FileUnreadable(f"{path} cannot be opened: {error.strerror}.") from error
    if size > LARGEST:
        raw.close()
        raise FileUnreadable(f"{path.name} is larger than {LARGEST >> 20} MB: it is no roster.")
    with raw, TextIOWrapper(raw, "utf-8-sig", errors="surrogateescape", newline="") as lines:
        header = _header(path.name, lines, columns, optional)
        known = (*columns, *optional)
        ignored = [_printable(name) for name in header.names if name and name not in known]
        if ignored:
            note(f"{path.name}: columns that are not known were ignored: {', '.join(ignored)}.")
        for count, row in enumerate(_rows(lines, header)):
            if count % ROWS_PER_REPORT == 0:
                progress(path.name, raw.tell(), size)
            if row.cells or row.trouble:
                yield row
        progress(path.name, size, size)


def columns_in(path: Path, columns: Sequence[str]) -> tuple[str, ...]:
    """Those of the columns that the file has; none where it cannot be opened."""
    try:
        with path.open("rb") as raw, TextIOWrapper(raw, "utf-8-sig", "surrogateescape") as lines:
            names = _header_names(next(iter(lines), ""))
    except OSError:
        return ()
    return tuple(column for column in columns if column in names)


def _header(
    file: str, lines: Iterable[str], columns: Sequence[str], optional: Sequence[str]
) -> _Header:
    names = _header_names(next(iter(lines), ""))
    missing = [column for column in columns if column not in names]
    if missing:
        raise FileUnreadable(
            f"{file} has no column {', '.join(missing)}. Its first line must name the columns "
            f"{', '.join(columns)}, separated by commas; save it as “CSV UTF-8”."
        )
    wanted = [column for column in (*columns, *optional) if column in names]
    twice = [column for column in wanted if names.count(column) > 1]
    if twice:
        raise FileUnreadable(f"{file} has the column {', '.join(twice)} more than once.")
    return _Header(names, {column: names.index(column) for column in wanted})


def _header_names(line: str) -> list[str]:
    try:
        names = [_tidy(cell).casefold() for cell in next(csv.reader([line]), [])]
    except csv.Error:
        return []
    while names and not names[-1]:
        names.pop()
    return names


def _rows(lines: Iterable[str], header: _Header) -> Iterator[Row]:
    """Each row in turn; reading goes on at the second line of a row that makes no sense."""
    source = iter(lines)
    waiting: deque[str] = deque()
    number = 2
    while True:
        waiting.extend(islice(source, LONGEST_ROW - len(waiting)))
        if not waiting:
            return
        row, taken = _first_row(waiting, header, number)
        yield row
        for _ in range(taken):
            waiting.popleft()
        number += taken


def _first_row(waiting: deque[str], header: _Header, number: int) -> tuple[Row, int]:
    reader = csv.reader(waiting, strict=True)
    try:
        cells = next(reader)
    except csv.Error:
        return _spoiled(waiting[0], header, number), 1
    row = _row(cells, header, number)
    if reader.line_num > 1 and row.trouble:
        return _spoiled(waiting[0], header, number), 1
    return row, reader.line_num


def _spoiled(line: str, header: _Header, number: int) -> Row:
    cells = [_tidy(cell.replace('"', "")) for cell in line.split(",")]
    return Row(number, _by_column(cells, header), BAD_QUOTES)


def _row(raw: Sequence[str], header: _Header, number: int) -> Row:
    cells = [_tidy(cell) for cell in raw]
    while len(cells) > len(header.names) and not cells[-1]:
        cells.pop()  # a spreadsheet's trailing commas
    if not any(cells):
        return Row(number, {})
    found = _by_column(cells, header)
    return Row(number, found, _trouble(cells, found, header))


def _by_column(cells: Sequence[str], header: _Header) -> dict[str, str]:
    return {name: cells[at] for name, at in header.wanted.items() if at < len(cells)}


def _trouble(cells: Sequence[str], found: dict[str, str], header: _Header) -> str | None:
    if len(cells) != len(header.names):
        many = "cell" if len(cells) == 1 else "cells"
        return f"The row has {len(cells)} {many}, and the first line {len(header.names)}."
    for column, cell in found.items():
        if NOT_UTF8.search(cell):
            return BAD_ENCODING
        if not JOINERS.sub("", cell).isprintable():
            return f"The cell {column} holds characters that cannot be printed, or a line break."
    return None


def _tidy(cell: str) -> str:
    """The cell without spaces around it and invisible marks, its accents composed."""
    if not cell.isascii():
        cell = INVISIBLE.sub("", unicodedata.normalize("NFC", cell).replace("\u00a0", " "))
    return cell.strip(" \t")


def _printable(name: str) -> str:
    return "".join(sign if sign.isprintable() else "?" for sign in name)
