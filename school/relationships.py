"""The words of `contacts.csv` for what a contact is to a student, and the word kept for each.

What a kept word counts as is told by `flows.reading.relationships`; who has no word of their own
there counts as other.
"""

from collections.abc import Mapping

from flows.reading.relationships import COUNTS_AS

SAME_AS: Mapping[str, tuple[str, ...]] = {
    "mother": ("mom", "adoptive mother", "biological mother", "birth mother"),
    "father": ("dad", "adoptive father", "biological father", "birth father"),
    # School systems write "parent" for either; as a guardian nobody is taken for the other one.
    "guardian": ("legal guardian", "parent", "parent/guardian"),
    "grandmother": ("great-grandmother", "step-grandmother"),
    "grandfather": ("great-grandfather", "step-grandfather"),
    "grandparent": ("great-grandparent", "step-grandparent"),
    "stepmother": ("stepmom",),
    "stepfather": ("stepdad",),
    "aunt": ("great-aunt", "aunt/uncle"),
    "uncle": ("great-uncle",),
    "brother": ("half-brother", "stepbrother"),
    "sister": ("half-sister", "stepsister"),
    "sibling 18+": ("adult sibling",),
    "self": ("student",),
}
COUNT_AS_OTHER = (
    "relative",
    "cousin",
    "godparent",
    "godmother",
    "godfather",
    "brother-in-law",
    "sister-in-law",
    "spouse",  # of a student of age
    "host parent",
    "caregiver",
    "babysitter",
    "nanny",
    "neighbor",
    "neighbour",
    "friend",
    "family friend",
    "caseworker",
    "social worker",
    "emergency contact",
)


def word_kept(written: str) -> str | None:
    """The word kept for one in a file: `Step-Mother` is `stepmother`; None for an unknown one."""
    return _KEPT.get(_squeezed(written))


def _squeezed(word: str) -> str:
    """The word without what school systems spell in different ways: case, spaces, hyphens."""
    return "".join(sign for sign in word.casefold() if sign not in " -_")


_KEPT = {_squeezed(word): word for word in (*COUNTS_AS, *COUNT_AS_OTHER)} | {
    _squeezed(other): word for word, others in SAME_AS.items() for other in others
}
