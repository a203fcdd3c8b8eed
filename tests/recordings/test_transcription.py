import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordings.transcription import Word, hints_for, without_repeats
from tests.recordings.parts import ROSTER, SISTERS, STRANGER


def said(text: str) -> list[Word]:
    return [Word(word, n, n + 1, 0.9) for n, word in enumerate(text.split())]


def text(words: tuple[Word, ...]) -> str:
    return " ".join(word.word for word in words)


def test_the_hints_are_the_caller_and_every_student_of_the_number() -> None:
    assert hints_for(ROSTER, SISTERS) == (
        "Elena Cuevas",
        "Mariana Cuevas",
        "Lena Cuevas",
        "Marlene Cuevas",
    )


@pytest.mark.parametrize("phone", [None, STRANGER])
def test_a_stranger_gives_no_hints(phone: str | None) -> None:
    assert hints_for(ROSTER, phone) == ()


@pytest.mark.parametrize(
    ("heard", "kept"),
    [
        ("he has a fever", "he has a fever"),
        ("very very sick", "very very sick"),
        ("Hola, hola, hola, hola. Hola gracias", "Hola, hola, hola, gracias"),
        ("la la la la la la la la", "la la la"),
        (5 * "Daniel Lopez. ", "Daniel Lopez. Daniel Lopez. Daniel Lopez."),
        ("call 5 5 5 0 1 4 2", "call 5 5 5 0 1 4 2"),
        ("", ""),
    ],
)
def test_no_stretch_of_words_stays_more_than_three_times_on_end(heard: str, kept: str) -> None:
    assert text(without_repeats(said(heard))) == kept


@given(st.lists(st.sampled_from("ab"), max_size=60))
def test_what_is_left_has_been_said_and_does_not_change_again(letters: list[str]) -> None:
    kept = without_repeats(said(" ".join(letters)))
    assert without_repeats(kept) == kept
    starts = [word.start for word in kept]
    assert starts == sorted(starts)
