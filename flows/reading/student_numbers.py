"""Student numbers, in figures or read out digit by digit."""

from flows.reading.language import Marked
from flows.reading.mentions import Mention
from flows.reading.name_words import NameSpan
from flows.reading.roster import Roster

SHORTEST = 5  # digits; shorter ones are dates, times and grades
LONGEST_TOKEN = 4  # digits in one group of a number that is read out


def numbered(marked: Marked, roster: Roster) -> list[Mention]:
    """The student numbers said. One that is nobody's counts only after "student ID"."""
    announced = {m.end for m in marked.table("identity") if m.meaning == "student_id"}
    found = []
    index = 0
    while index < len(marked):
        digits, end = _digits(marked, index)
        known = digits in roster.students
        if len(digits) >= SHORTEST and (known or index in announced):
            students = frozenset({digits}) if known else frozenset[str]()
            found.append(Mention(NameSpan(index, end), students, 0.995))
        index = max(end, index + 1)
    return found


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
