"""What a text costs, and what is done so that it costs no more."""

import pytest

from flows.texting import parts, thrifty


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 1),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),  # two places each
        ("€" * 81, 2),
        ("ñ" * 160, 1),  # in the alphabet of telephones
        ("á" * 70, 1),  # not in it
        ("á" * 71, 2),
        ("病" * 134, 2),
        ("病" * 135, 3),
        ("🤒" * 35, 1),  # two units each
        ("🤒" * 36, 2),
    ],
)
def test_a_text_is_counted_as_the_carrier_counts_it(text: str, expected: int) -> None:
    assert parts(text) == expected


def test_accents_stay_while_they_cost_nothing() -> None:
    assert thrifty("Perdón, no entendí.") == "Perdón, no entendí."


def test_accents_that_cost_go_where_they_would_cost_a_part_more() -> None:
    long = "Mamá dice que Andrés está enfermo y mañana no irá a la escuela; él volverá después."
    assert thrifty(long) == (
        "Mama dice que Andrés esta enfermo y mañana no ira a la escuela; él volvera después."
    )


def test_a_letter_of_the_plain_alphabet_keeps_its_accent() -> None:
    assert thrifty("é" * 50 + "ą" * 50) == "é" * 50 + "a" * 50


def test_quotation_marks_dashes_and_pictures_do_not_double_the_price() -> None:
    written = "“He’s sick” – all day… 🤒👍🏽 " + "x" * 80
    assert thrifty(written) == '"He\'s sick" - all day...  ' + "x" * 80


def test_what_has_no_plain_letters_stays_as_it_is() -> None:
    assert thrifty("孩子今天生病，不能上学。" * 8) == "孩子今天生病，不能上学。" * 8
