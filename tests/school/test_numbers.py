"""Telephone numbers as people write them, as the carrier names them, and as pages show them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from school.numbers import (
    MADE_UP_CALLERS,
    NumberError,
    NumberTrouble,
    caller_number,
    last_two,
    parse,
    shown,
)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("773-555-0123", "+17735550123"),
        ("(773) 555 0123", "+17735550123"),
        ("773.555.0123", "+17735550123"),
        (" 7735550123 ", "+17735550123"),
        ("1 773 555 0123", "+17735550123"),
        ("+17735550123", "+17735550123"),
        ("773–555–0123", "+17735550123"),  # a word processor's dashes
        ("٧٧٣٥٥٥٠١٢٣", "+17735550123"),  # Arabic digits
        ("+52 55 1234 5678", "+525512345678"),
        ("011 52 55 1234 5678", "+525512345678"),  # as dialled from here
    ],
)
def test_a_number_is_read_however_people_write_it(written: str, number: str) -> None:
    assert parse(written) == number


@pytest.mark.parametrize(
    ("written", "trouble"),
    [
        ("", NumberTrouble.EMPTY),
        ("  ", NumberTrouble.EMPTY),
        ("773-555-0123 x5", NumberTrouble.EXTENSION),
        ("773-555-0123 ext. 12", NumberTrouble.EXTENSION),
        ("1-800-FLOWERS", NumberTrouble.LETTERS),
        ("7.73555E+09", NumberTrouble.LETTERS),  # a spreadsheet's own idea of a number
        ("call my mother", NumberTrouble.LETTERS),
        ("773-555-0123 / 312-555-0101", NumberTrouble.ODD_SIGNS),
        ("773\x00555 0123", NumberTrouble.ODD_SIGNS),
        ("<773>5550123", NumberTrouble.ODD_SIGNS),
        ("555-0123", NumberTrouble.TOO_SHORT),  # no area code
        ("911", NumberTrouble.TOO_SHORT),
        ("()", NumberTrouble.TOO_SHORT),
        ("77355501234", NumberTrouble.TOO_LONG),
        ("9" * 300, NumberTrouble.TOO_LONG),
        ("123-555-0123", NumberTrouble.NOT_IN_USE),
        ("000-000-0000", NumberTrouble.NOT_IN_USE),
    ],
)
def test_what_is_no_number_is_refused_with_its_reason(written: str, trouble: NumberTrouble) -> None:
    with pytest.raises(NumberError) as raised:
        parse(written)
    assert raised.value.code is trouble
    assert str(raised.value).endswith(".")


@given(st.text())
def test_any_text_is_a_number_in_e164_or_a_number_error(written: str) -> None:
    try:
        number = parse(written)
    except NumberError:
        return
    assert number.startswith("+")
    assert number[1:].isascii()
    assert number[1:].isdigit()
    assert parse(number) == number


@pytest.mark.parametrize("raw", sorted(MADE_UP_CALLERS))
def test_a_word_dialled_in_place_of_a_number_is_no_caller(raw: str) -> None:
    assert caller_number(raw) is None


@pytest.mark.parametrize(
    "raw",
    [
        None,
        "",
        "anonymous",
        "Restricted",
        "unknown",
        "Unavailable",
        "7378742883",  # without + it would be a valid number of Tennessee
        "client:daniel",
        "sip:+17735550123@example.org",
        "whatsapp:+17735550123",
        "12345",  # a short code
        "+12345",
        "+1" * 200,
    ],
)
def test_a_caller_without_a_real_number_is_taken_as_withheld(raw: str | None) -> None:
    assert caller_number(raw) is None


@pytest.mark.parametrize("raw", ["+17735550123", "+525512345678"])
def test_a_real_caller_keeps_the_number(raw: str) -> None:
    assert caller_number(raw) == raw


def test_a_page_shows_a_number_as_it_is_dialled_from_here() -> None:
    assert shown("+17735550123") == "(773) 555-0123"
    assert shown("+525512345678") == "+52 55 1234 5678"


def test_a_log_learns_two_digits_at_most() -> None:
    assert last_two("+17735550123") == "23"
    assert last_two(None) == "-"
