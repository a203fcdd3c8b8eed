"""The figures the README gives hold; no text of the messages put aside is ever printed here."""

from collections import Counter

import pytest

from flows.reading.evaluation import SLOTS
from tests.flows.reading.labelled import cases, share_right

MAIN = {"en", "es"}


@pytest.mark.parametrize("slot", SLOTS)
def test_of_the_samples_ninety_eight_in_a_hundred_are_right_in_each_slot(slot: str) -> None:
    assert share_right("samples", slot) >= 0.98


def test_of_the_samples_ninety_five_in_a_hundred_are_right_in_every_slot() -> None:
    assert share_right("samples") >= 0.95


def test_of_our_own_messages_seen_hardly_one_is_wrong() -> None:
    assert share_right("seen") >= 0.98


def test_of_messages_never_seen_nine_in_ten_are_right_in_every_slot() -> None:
    assert share_right("held out") >= 0.9


@pytest.mark.parametrize("slot", SLOTS)
def test_of_messages_never_seen_each_slot_is_seldom_wrong(slot: str) -> None:
    assert share_right("held out", slot) >= 0.93


def test_no_sample_and_no_message_seen_names_a_wrong_student() -> None:
    named = [case.line_id for name in ("samples", "seen") for case in cases(name)
             if case.names_wrong_student]  # fmt: skip
    assert named == []


def test_there_are_four_hundred_messages_in_both_main_languages_and_a_third_is_put_aside() -> None:
    by_set = {
        name: Counter(case.language in MAIN for case in cases(name))[True]
        for name in ("seen", "held out")
    }
    assert sum(by_set.values()) >= 400
    languages = {case.language for name in by_set for case in cases(name)}
    assert languages == {"en", "es", "pl", "zh"}
