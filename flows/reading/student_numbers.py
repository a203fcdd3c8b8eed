"""Student numbers, in figures or read out digit by digit."""

from flows.reading.language import Marked
from flows.reading.mentions import Mention
from flows.reading.name_words import NameSpan
from flows.reading.roster import Roster

SHORTEST = 5  # digits; shorter ones are dates, times and grades
LONGEST_TOKEN = 4  # digits in one group of a number that is read out
TELEPHONE = 10  # digits, and more with the country's: "my number is 773 555 0144"


def numbered(marked: Marked, roster: Roster) -> list[Mention]:
    """The student numbers said.

    One that is nobody's counts too, after "student ID" or where it is as long as the school's
    numbers are: else whoever tries numbers would learn which are somebody's.
    """
    announced = {m.end for m in marked.table("identity") if m.meaning == "student_id"}
    found = []
    index = 0
    while index < len(marked):
        digits, end = _digits(marked, index)
        known = digits in roster.students
        meant = known or _looks_like_one(digits, end - index, roster)
        meant |= index in announced and len(digits) < TELEPHONE
        if len(digits) >= SHORTEST and meant:
            students = frozenset({digits}) if known else frozenset[str]()
            found.append(Mention(NameSpan(index, end), students, 0.995))
        index = max(end, index + 1)
    return found


def _looks_like_one(digits: str, pieces: int, roster: Roster) -> bool:
    """As long as one, and in one piece or digit by digit: dates come in two or three pieces."""
    return len(digits) in roster.number_lengths and pieces in (1, len(digits))


def _digits(marked: Marked, start: int) -> tuple[str, int]:
    """The run of digits that begins here, words for digits included, and where it ends."""
    digits = ""
    index = start
    while index < len(marked):
        key = marked.keys[index]
        word = marked.class_at(index, "n")
        if key.isdecimal() and (len(key) <= LONGEST_TOKEN or index == start):
            digits += key
            index += 1
        elif word and 0 <= int(word.value) <= 9 and not key.isdecimal():
            digits += str(word.value)
            index = word.end
        else:
            break
    return digits, index
