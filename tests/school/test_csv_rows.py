"""Rows of CSV files as spreadsheets, school systems and slips of the hand make them."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from school.csv_rows import BAD_ENCODING, BAD_QUOTES, LONGEST_ROW, FileUnreadable, Row, rows_of

HEADER = b"id,name\n"


def read(content: bytes, folder: Path) -> tuple[list[Row], list[str]]:
    path = folder / "names.csv"
    path.write_bytes(content)
    notes: list[str] = []
    rows = list(rows_of(path, ("id", "name"), notes.append, lambda *_: None))
    return rows, notes


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("csv")


@pytest.mark.parametrize(
    "content",
    [
        "id,name\n1,José\n",
        "id,name\r\n1,José\r\n",
        "id,name\r1,José",
        "\ufeffid,name\n1,José\n",
        '\ufeff"id","name"\n"1","José"\n',
        " ID , Name ,,\n 1 ,\tJosé\t,,\n",
        "name,id\nJosé,1\n",
        "id,name\n1,Jose\u0301\n",  # the accent as a sign of its own, as a Mac writes it
        "id,name\n1,\u00a0José\u200e\n",  # copied from a page
        "id,name\n,\n\n1,José,,,\n,,,\n",  # a spreadsheet's empty rows and cells
    ],
)
def test_a_row_is_read_however_the_file_was_saved(content: str, folder: Path) -> None:
    rows, notes = read(content.encode(), folder)
    assert [row.cells for row in rows] == [{"id": "1", "name": "José"}]
    assert not rows[0].trouble
    assert notes == []


def test_columns_that_are_not_known_are_ignored_with_a_note(folder: Path) -> None:
    rows, notes = read(b'id,room,name\n1,"East\nwing",Ann\n2,,Bo\n', folder)
    assert [(row.line, row.cells["name"], row.trouble) for row in rows] == [
        (2, "Ann", None),
        (4, "Bo", None),
    ]
    assert notes == ["names.csv: columns that are not known were ignored: room."]


def test_a_note_can_be_printed_whatever_the_column_is_called(folder: Path) -> None:
    _, notes = read(b"id,t\xe9l,\x1b[2J,name\n", folder)
    assert notes == ["names.csv: columns that are not known were ignored: t?l, ?[2j."]


@pytest.mark.parametrize(
    ("line", "trouble"),
    [
        (b"1", "The row has 1 cell, and the first line 2."),
        (b"1,Ann,more", "The row has 3 cells, and the first line 2."),
        (b"1,A\x00n", "The cell name holds characters that cannot be printed, or a line break."),
        (b"1,A\x1bn", "The cell name holds characters that cannot be printed, or a line break."),
        (b"1,Jos\xe9", BAD_ENCODING),
        (b'1,"Ann', BAD_QUOTES),
        (b'1,"Ann" Lee', BAD_QUOTES),
        (b'1,"Ann\nLee"', BAD_QUOTES),
        (b'1,"' + b"A" * 200_000 + b'"', BAD_QUOTES),
    ],
)
def test_a_row_that_cannot_be_used_says_why_and_spares_the_next(
    line: bytes, trouble: str, folder: Path
) -> None:
    rows, _ = read(HEADER + line + b"\n2,Bo\n", folder)
    assert rows[0].line == 2
    assert rows[0].trouble == trouble
    assert rows[0].cells["id"] == "1"
    assert rows[-1].cells == {"id": "2", "name": "Bo"}
    assert rows[-1].trouble is None


def test_quotes_that_never_close_cost_their_own_line_only(folder: Path) -> None:
    lines = [b'%d,"Ann' % n if n == 3 else b"%d,Ann" % n for n in range(LONGEST_ROW * 3)]
    rows, _ = read(HEADER + b"\n".join(lines), folder)
    assert [row.cells["id"] for row in rows] == [str(n) for n in range(LONGEST_ROW * 3)]
    assert [row.line for row in rows if row.trouble] == [5]


def test_quotes_inside_a_name_are_part_of_it(folder: Path) -> None:
    rows, _ = read(HEADER + b'1,Ann "Annie" Lee\n2,"O""Hara, Jr."\n', folder)
    assert [row.cells["name"] for row in rows] == ['Ann "Annie" Lee', 'O"Hara, Jr.']


@pytest.mark.parametrize(
    "name", ["می\u200cرا", "नि\u200dशा", "Nguyễn Thị Ánh", "O’Neil", "李小龙", "Ñusta-María"]
)
def test_names_of_any_script_come_through_unchanged(name: str, folder: Path) -> None:
    rows, _ = read(HEADER + f"1,{name}\n".encode(), folder)
    assert rows == [Row(2, {"id": "1", "name": name})]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "names.csv has no column id, name"),
        (b"\n\n", "names.csv has no column id, name"),
        (b"id,nom\n1,Ann\n", "has no column name. Its first line must name the columns id, name"),
        (b"id;name\n1;Ann\n", "separated by commas"),
        (b"id,name,ID\n", "has the column id more than once"),
        ("id,name\n1,Ann\n".encode("utf-16"), "save it as “CSV UTF-8”"),
        (b'"' + b"x" * 200_000, "has no column id, name"),
        (bytes(range(256)), "has no column id, name"),
    ],
)
def test_a_file_without_its_columns_is_refused_as_a_whole(
    content: bytes, sentence: str, folder: Path
) -> None:
    with pytest.raises(FileUnreadable, match=sentence):
        read(content, folder)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileUnreadable, match=r"gone\.csv cannot be opened: No such file"):
        next(rows_of(tmp_path / "gone.csv", ("id",), print, print))


@given(st.binary(max_size=300))
def test_no_bytes_below_the_header_raise_anything(folder: Path, content: bytes) -> None:
    rows, _ = read(HEADER + content, folder)
    lines = [row.line for row in rows]
    assert lines == sorted(set(lines))
    assert all(row.trouble or len(row.cells) == 2 for row in rows)


@given(st.lists(st.text(st.characters(exclude_characters='"\r\n'), min_size=1), max_size=30))
def test_every_line_without_quotes_is_a_row_of_its_own(folder: Path, lines: list[str]) -> None:
    content = "\n".join(f"1,{line}" for line in lines).encode("utf-8", "surrogatepass")
    rows, _ = read(HEADER + content, folder)
    assert [row.line for row in rows] == [2 + n for n in range(len(lines))]


def test_progress_ends_at_the_whole_file(folder: Path) -> None:
    told: list[tuple[str, int, int]] = []
    content = HEADER + b"1,Ann\n" * 5_000
    path = folder / "long.csv"
    path.write_bytes(content)
    list(rows_of(path, ("id", "name"), print, lambda *step: told.append(step)))
    assert told[-1] == ("long.csv", len(content), len(content))
    assert [done for _, done, _ in told] == sorted(done for _, done, _ in told)
    assert len(told) > 5
