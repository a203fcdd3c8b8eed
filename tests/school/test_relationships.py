"""The words for what a contact is to a student."""

import pytest

from flows.reading.relationships import COUNTS_AS, counts_as
from flows.reading.values import Relationship
from school.relationships import COUNT_AS_OTHER, SAME_AS, word_kept


@pytest.mark.parametrize(
    ("written", "kept", "counts"),
    [
        ("mother", "mother", Relationship.MOTHER),
        ("Dad", "father", Relationship.FATHER),
        ("STEP-MOTHER", "stepmother", Relationship.STEPPARENT),
        ("step father", "stepfather", Relationship.STEPPARENT),
        ("Great Grandmother", "grandmother", Relationship.GRANDPARENT),
        ("Legal Guardian", "guardian", Relationship.GUARDIAN),
        ("Parent/Guardian", "guardian", Relationship.GUARDIAN),
        ("foster parent", "foster parent", Relationship.GUARDIAN),
        ("great-uncle", "uncle", Relationship.AUNT_UNCLE),
        ("sibling 18+", "sibling 18+", Relationship.SIBLING),
        ("half brother", "brother", Relationship.SIBLING),
        ("Self", "self", Relationship.SELF),
        ("godmother", "godmother", Relationship.OTHER),
        ("Family_Friend", "family friend", Relationship.OTHER),
    ],
)
def test_a_word_is_known_in_every_spelling(written: str, kept: str, counts: Relationship) -> None:
    assert word_kept(written) == kept
    assert counts_as(kept) is counts


@pytest.mark.parametrize("written", ["", " ", "boss", "mother father", "mother;", "母亲"])
def test_other_words_are_not_guessed_at(written: str) -> None:
    assert word_kept(written) is None


def test_every_word_that_is_kept_counts_as_what_it_means() -> None:
    assert set(SAME_AS) <= set(COUNTS_AS)
    assert {counts_as(word) for word in COUNT_AS_OTHER} == {Relationship.OTHER}
