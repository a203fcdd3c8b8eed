"""The reports that somebody chose to see, what they search for included."""

from dataclasses import replace

from console import near
from console.chosen import Chosen
from console.lookups import Search, Wanted
from console.office import Office

SHORTEST_DIGITS = 4
MOST_STUDENTS = 200


def searched(chosen: Chosen, office: Office) -> Wanted:
    """The reports that were chosen, with what was searched for."""
    text = chosen.search
    if not text:
        return chosen.wanted
    digits = "".join(c for c in text if c.isdigit())
    by_number = len(digits) >= SHORTEST_DIGITS and not any(c.isalpha() for c in text)
    found = () if by_number else near.near(office.rosters.get(), text, MOST_STUDENTS)
    search = Search(
        student_ids=tuple(student.student_id for student in found),
        words=text,
        reference="".join(text.upper().split()),
        digits=digits if by_number else "",
    )
    return replace(chosen.wanted, search=search)
