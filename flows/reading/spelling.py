"""Names spelled out: "N G U Y E N", "p-a-i-g-e", "K as in kite", "Connor with two n's"."""

from collections.abc import Iterator

from flows.reading.language import Marked
from flows.reading.name_words import NameSpan

SHORTEST = 3  # letters that make a spelling; "a t" is no name


def spelled_words(marked: Marked) -> Iterator[tuple[NameSpan, str]]:
    """Each run of single letters, and the word it spells."""
    index = 0
    while index < len(marked):
        word, end = _letters(marked, index)
        if len(word) >= SHORTEST:
            yield NameSpan(index, end), word
        index = max(end, index + 1)


def _letters(marked: Marked, start: int) -> tuple[str, int]:
    """The letters read out from here: "b as in boy" is one, "double l" two."""
    as_in = {m.start: m.end for m in marked.table("identity") if m.meaning == "as_in"}
    double = {m.start: m.end for m in marked.table("identity") if m.meaning == "double"}
    word = ""
    index = start
    while index < len(marked):
        if index in double and _is_letter(marked, double[index]):
            word += marked.keys[double[index]] * 2
            index = double[index] + 1
        elif _is_letter(marked, index):
            word += marked.keys[index]
            index += 1
        elif word and index in as_in and as_in[index] < len(marked):
            index = as_in[index] + 1
        else:
            break
    return word, index


def _is_letter(marked: Marked, index: int) -> bool:
    return index < len(marked) and len(marked.keys[index]) == 1 and marked.keys[index].isalpha()


def doubled_letters(marked: Marked) -> Iterator[tuple[str, int]]:
    """A letter, and how often it stands in the name: "with two n's", "with one r"."""
    for mark in marked.table("identity"):
        times = {"with_one": 1, "with_two": 2}.get(mark.meaning)
        if times and _is_letter(marked, mark.end):
            yield marked.keys[mark.end], times
