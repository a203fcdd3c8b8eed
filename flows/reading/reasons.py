"""Why the student is away, by meaning and not only by word.

Most words name their category. A few say only what happened, and to whom decides: a grandmother's
death is excused and an uncle's is not; a father in hospital is an emergency, the student there is
ill; a mother back from deployment is excused, a brother is not. What gives no reason is unknown,
never a guess.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from flows.events import Words
from flows.reading.cues import AWAY
from flows.reading.findings import Finding, NotUnderstood, Understood
from flows.reading.language import Language, Marked
from flows.reading.numerals import numeric_marks
from flows.reading.phrases import Mark, PhraseBook, longest

UNKNOWN = "unknown"
REQUESTS = {"speak_to_office", "portal_help"}  # "the nurse"; "locked out of the portal"
BESIDE_HOLIDAY = {"day_before_holiday", "day_after_holiday"}
BIRTH_DATES = {"month_day", "numeric", "numeric_dash"}
NEAR = 2  # tokens
WEAK = {"appointment", "exhausted"}
ILLNESS, OTHER, DEATH = "illness", "other_unexcused", "death_in_family"
EMERGENCY, DEPLOYMENT = "family_emergency", "military_deployment"
# Of several reasons the one that excuses most plainly; a trip to a funeral is for the funeral.
RANK = (
    "military_funeral", DEPLOYMENT, DEATH, EMERGENCY, "religious_holiday", ILLNESS,
)  # fmt: skip
CLOSE = {
    "mother",
    "father",
    "parent",
    "spouse",
    "stepparent",
    "guardian",
    "grandparent",
    "sibling",
    "child",
}
# The caller's own relatives stand one generation further from the student.
SEEN_FROM_PARENT = {
    "sibling": "aunt_uncle", "spouse": "parent", "child": "sibling", "parent_in_law": "grandparent",
}  # fmt: skip
SERVES = {"mother", "father", "parent", "spouse", "stepparent", "guardian"}
MY_OWN = 1  # of the class <my>: "my", not "our"
FAR_BEFORE, FAR_AFTER = 8, 6  # tokens between a misfortune and whose it is


@dataclass(frozen=True, slots=True)
class ReasonFound:
    """The reason's code, and the family's own words for it."""

    finding: Finding[str]
    words: Words | None = None


def read_reason(
    marked: Marked,
    not_kin: frozenset[int],
    extra: Mapping[str, Sequence[str]],
    *,
    by_student: bool,
) -> ReasonFound:
    """The reason given in a message.

    Args:
        marked: the message.
        not_kin: tokens of relatives who are the caller and not talked about.
        extra: the school's own phrases, by reason code.
        by_student: whether the student is speaking, whose "my brother" is a brother.
    """
    reader = _Reader(marked, not_kin, by_student=by_student)
    found = [(reader.code(mark), mark) for mark in _marks(marked, extra)]
    # "An appointment" is at the doctor's, and "exhausted" is ill, unless something else is said.
    found = [(c, m) for c, m in found if m.meaning not in WEAK and c] or found
    found = [(code, mark) for code, mark in found if code]
    if not found:
        return ReasonFound(NotUnderstood())
    code, mark = min(found, key=lambda pair: (_rank(pair[0]), pair[1].start))
    evidence = marked.utterance.words(mark.start, mark.end)
    agreed = {code for code, _ in found} == {code}
    probability = 0.97 if agreed else 0.8
    return ReasonFound(Understood(code, evidence, probability), _own_words(marked, mark))


def _marks(marked: Marked, extra: Mapping[str, Sequence[str]]) -> list[Mark]:
    marks = [*marked.table("reason"), *marked.table("harm")]
    if extra:
        book = _extra_book(tuple((code, tuple(words)) for code, words in extra.items()))
        marks = [*book.find(marked.utterance), *marks]
    apart = [cue for cue in marked.table("cue") if cue.meaning in {"fine", "elsewhere"}]
    apart += [mark for mark in marked.table("identity") if _tells_birth_date(marked, mark)]
    apart += [mark for mark in marked.table("when") if mark.meaning in BESIDE_HOLIDAY]
    apart += [want for want in marked.table("intent") if want.meaning in REQUESTS]
    return [
        mark
        for mark in longest([m for m in marks if m.table != "harm"]) + list(marked.table("harm"))
        if mark.meaning != "none"
        and marked.names.isdisjoint(range(mark.start, mark.end))
        and not any(cue.start <= mark.start and mark.end <= cue.end for cue in apart)
    ]


def _tells_birth_date(marked: Marked, mark: Mark) -> bool:
    """Whether a date follows "birthday"; without one it is the day that is celebrated."""
    dates = (*marked.table("when"), *numeric_marks(marked.utterance))
    return mark.meaning == "birth" and any(
        d.meaning in BIRTH_DATES and 0 <= d.start - mark.end <= NEAR for d in dates
    )


@lru_cache(maxsize=16)
def _extra_book(phrases: tuple[tuple[str, tuple[str, ...]], ...]) -> PhraseBook:
    return PhraseBook({"reason": dict(phrases)})


def _rank(code: str) -> int:
    if code in RANK:
        return RANK.index(code)
    return len(RANK) + (code == OTHER)


class _Reader:
    """Turns what happened, and to whom, into the school's categories."""

    def __init__(self, marked: Marked, not_kin: frozenset[int], *, by_student: bool) -> None:
        self._marked = marked
        self._by_student = by_student
        self._kin = [
            (index, word.end, str(word.value))
            for index, word in marked.class_words_of("kin")
            if index not in not_kin
        ]
        self._decide = {
            "death": self._death,
            "birth": self._birth,
            "deployment": self._deployment,
            "illness": self._illness,
            "medical": self._medical,
            "appointment": self._medical,
            "exhausted": self._illness,
            "grave": self._grave,
        }

    def code(self, mark: Mark) -> str:
        """The category of one phrase; empty where it says nothing of the student's absence."""
        decide = self._decide.get(mark.meaning)
        return decide(mark) if decide else mark.meaning

    def _death(self, mark: Mark) -> str:
        whose = self._inside(mark) or self._before(mark) or self._after(mark)
        return DEATH if whose is None or whose in CLOSE else OTHER

    def _birth(self, mark: Mark) -> str:
        whose = self._inside(mark) or self._before(mark) or self._after(mark)
        return EMERGENCY if whose is None or whose in CLOSE else OTHER

    def _deployment(self, mark: Mark) -> str:
        whose = self._inside(mark) or self._before(mark) or self._after(mark)
        return DEPLOYMENT if whose is None or whose in SERVES else OTHER

    def _grave(self, mark: Mark) -> str:
        whose = self._sufferer(mark)
        return EMERGENCY if whose and whose != "pet" else (OTHER if whose else "")

    def _illness(self, mark: Mark) -> str:
        return OTHER if self._sufferer(mark) else ILLNESS

    def _medical(self, mark: Mark) -> str:
        return OTHER if self._is_callers(mark) else self._illness(mark)

    def _is_callers(self, mark: Mark) -> bool:
        """For "my appointment": the caller's own, to whom the student is of help."""
        word = self._marked.class_at(mark.start - 1, "my")
        return word is not None and word.value == MY_OWN and not self._by_student

    def _sufferer(self, mark: Mark) -> str | None:
        """Somebody of the family to whom it happened, and not to the student."""
        before = self._before(mark, unless_student=True)
        return before or self._with(mark)

    def _inside(self, mark: Mark) -> str | None:
        value = mark.value("kin")
        if value is None:
            return None
        start = next(
            (i for i, _, v in self._kin if mark.start <= i < mark.end and v == value), None
        )
        return self._as_seen(start, str(value)) if start is not None else str(value)

    def _before(self, mark: Mark, *, unless_student: bool = False) -> str | None:
        near = [k for k in self._kin if k[1] <= mark.start and mark.start - k[1] <= FAR_BEFORE]
        near = [k for k in near if self._same_sentence(k[0], mark.start)]
        if not near:
            return None
        start, end, value = near[-1]
        if self._joined(end, mark.start):
            return None
        if unless_student and self._student_between(end, mark.start):
            return None
        return self._as_seen(start, value)

    def _after(self, mark: Mark) -> str | None:
        near = [k for k in self._kin if 0 <= k[0] - mark.end <= FAR_AFTER]
        near = [k for k in near if self._same_sentence(k[0], mark.start)]
        return self._as_seen(near[0][0], near[0][2]) if near else None

    def _with(self, mark: Mark) -> str | None:
        """For "In the hospital with my husband"."""
        starts = {m.end for m in self._marked.table("whose") if m.start == mark.end}
        for start, _, value in self._kin:
            if start in starts or start - 1 in starts:
                return self._as_seen(start, value)
        return None

    def _student_between(self, first: int, after: int) -> bool:
        """Whether the student is spoken of; "grandma, she fell" goes on about the grandmother."""
        return any(
            i in self._marked.names
            or (self._marked.class_at(i, "student_pronoun") and i > first)
            or self._marked.class_at(i, "child")
            for i in range(first, after)
        )

    def _joined(self, first: int, after: int) -> bool:
        """Whether nothing but "and" stands between: "at his dad's and sick" is the student."""
        ands = {m.start for m in self._marked.table("join") if m.meaning == "and"}
        between = [i for i in range(first, after) if self._marked.keys[i] != "'s"]
        return bool(between) and ands.issuperset(between)

    def _same_sentence(self, one: int, other: int) -> bool:
        sentences = self._marked.utterance.sentences
        return sentences[one] == sentences[other]

    def _as_seen(self, start: int, value: str) -> str:
        """The relative as the student's: a parent's "my brother" is the student's uncle."""
        mine = start > 0 and self._marked.class_at(start - 1, "my")
        return SEEN_FROM_PARENT.get(value, value) if mine and not self._by_student else value


def _own_words(marked: Marked, mark: Mark) -> Words:
    """The clause around the reason: up to a pause, a name or what is said of the absence."""
    stops = set(marked.names) | _cue_tokens(marked.table("cue")) | _tokens(marked.table("clause"))
    start, end = mark.start, mark.end
    while start > 0 and start - 1 not in stops and not marked.utterance.pause_before(start):
        start -= 1
    while end < len(marked) and end not in stops and not marked.utterance.pause_before(end):
        end += 1
    return marked.utterance.words(start, end)


def _cue_tokens(cues: Iterable[Mark]) -> set[int]:
    return _tokens(cue for cue in cues if cue.meaning in AWAY | {"back"})


def _tokens(marks: Iterable[Mark]) -> set[int]:
    return {index for mark in marks for index in range(mark.start, mark.end)}


def is_reason_word(language: Language, words: str) -> bool:
    """Whether these words name a reason in this language."""
    return bool(language.read(words).table("reason"))
