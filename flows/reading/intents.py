"""What a message wants. Whatever else it asks for, a report comes first."""

from dataclasses import dataclass

from flows.reading.cues import TOLD, said_of_student
from flows.reading.findings import Understood
from flows.reading.language import Marked
from flows.reading.reasons import OTHER
from flows.reading.roles import clause_between
from flows.reading.values import Intent, Slot

WHOLE = {
    "opt_out": Intent.OPT_OUT,
    "cancel_report": Intent.CANCEL_REPORT,
    "status_query": Intent.STATUS_QUERY,
    "help": Intent.HELP,
}
# Asked of the school, in this order where a message asks for more than one.
REQUESTS = (
    Intent.OPT_OUT, Intent.SPEAK_TO_OFFICE, Intent.PORTAL_HELP, Intent.HELP, Intent.OTHER,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clues:
    """What the other readers found, as far as it tells what a message wants."""

    named: bool  # a student, by name or number
    dated: bool  # days, in words
    reason: str | None  # its code
    asked: Slot | None = None


FEW = 2  # tokens before a question: "hi", "yes hello"
PREDICATES = {"subject", "finite"}  # what may follow a name: "has", "will", "'s"
TAKES_BACK = {"cancel_report", "called_off"}
AWAY_SAID = {"absent", "absent_past"}


def read_intent(marked: Marked, clues: Clues) -> Understood[Intent]:
    """What a message wants; OTHER where nothing says so."""
    words = _words(marked)
    whole = next((m for m in marked.table("whole") if m.end - m.start == words), None)
    if whole:
        return Understood(
            WHOLE[whole.meaning], marked.utterance.words(whole.start, whole.end), 0.995
        )
    intent, probability = _of_sentence(marked, clues)
    return Understood(intent, marked.utterance.words(0, len(marked)), probability)


def _words(marked: Marked) -> int:
    return sum(1 for key in marked.keys if key.isalnum() or key.startswith("'"))


def _of_sentence(marked: Marked, clues: Clues) -> tuple[Intent, float]:
    cues, wants = said_of_student(marked), marked.meanings("intent")
    plain = _no_report(marked, cues, wants, clues)
    if plain:
        return plain
    about = clues.named or clues.reason or _of_a_child(marked) or _has_pronoun(marked)
    part = _part_of_day(
        marked, weakly=bool(about) and {i.value for i in REQUESTS}.isdisjoint(wants)
    )
    if part:
        return part, 0.95
    if _is_request(marked, cues, wants, clues):
        return next(i for i in REQUESTS if i.value in wants), 0.95
    if _is_in_school(marked, cues, clues):
        return Intent.CANCEL_REPORT, 0.85
    if _reports(marked, cues, clues) or _tells(marked, clues):
        return Intent.REPORT_ABSENCE, 0.96
    if clues.asked is not None or (_says_something(marked) and not _asks(marked, wants)):
        return Intent.REPORT_ABSENCE, 0.6
    return next((i for i in REQUESTS if i.value in wants), Intent.OTHER), 0.85


def _no_report(
    marked: Marked, cues: frozenset[str], wants: frozenset[str], clues: Clues
) -> tuple[Intent, float] | None:
    """What is wanted where it is plain that nothing is reported, whatever else is said."""
    if not any(key.isalnum() for key in marked.keys):
        return Intent.OTHER, 0.95
    if "opt_out" in wants and "absent" not in cues:
        return Intent.OPT_OUT, 0.97
    reports = clues.named and (clues.reason is not None or "absent" in cues)
    if "not_for_us" in wants and not reports:
        return Intent.OTHER, 0.97
    if "portal_help" not in wants and not clues.named and _opens(marked, "help"):
        return Intent.HELP, 0.95
    if _takes_back(marked, cues, wants, clues):
        return Intent.CANCEL_REPORT, 0.96
    asks = "status_query" in wants and ("other" not in wants or clues.named)
    if asks and not (clues.reason and "absent" in cues):
        return Intent.STATUS_QUERY, 0.95
    return None


def _takes_back(marked: Marked, cues: frozenset[str], wants: frozenset[str], clues: Clues) -> bool:
    """Whether a report made before is cancelled, and no new one is made."""
    if "cancel_softly" in wants and "absent" not in cues:
        return "other" not in wants
    if marked.has("cue", "present") or _comes_after_all(marked):
        return True
    late = "late" in marked.meanings("cue")
    if not TAKES_BACK & wants and ("not_absent" not in wants or late):
        return False
    if "attend" in wants or not _reports(marked, cues, clues):
        return True
    return _cancels_plainly(marked, cues)


def _cancels_plainly(marked: Marked, cues: frozenset[str]) -> bool:
    """For "remove her absence" and "I reported her absent, take that off": said last or of it."""
    away = [m for m in marked.table("cue") if m.meaning in AWAY_SAID]
    asked = [m for m in marked.table("intent") if m.meaning == "cancel_report"]
    if not away or not asked:
        return False
    return not AWAY_SAID & cues or asked[-1].start >= away[-1].end


def _comes_after_all(marked: Marked) -> bool:
    """For "I called to say he would be out, but he is coming in"."""
    cues = [m for m in marked.table("cue") if m.meaning in TOLD | {"absent"}]
    said_before = [m.meaning for m in cues[:2]]
    if not (said_before[:1] == ["told_away"] or said_before == ["told", "absent"]):
        return False
    said = cues[-1]
    comes = [m for m in marked.table("intent") if m.meaning == "attend" and m.start >= said.end]
    more = (*marked.table("reason"), *marked.table("when"))
    return bool(comes) and (
        clause_between(marked, said.end, comes[0].start)
        and not any(m.start >= comes[0].end and m.value("relative_day") != 0 for m in more)
    )


def _part_of_day(marked: Marked, *, weakly: bool) -> Intent | None:
    """Late or early. Weak words for it count only where nothing else is said or asked."""
    said = [mark.meaning for mark in marked.table("cue")]
    if weakly and not {"absent", "late", "early"} & set(said):
        said = [meaning.removesuffix("_if") for meaning in said]
    # Where a brother gets out at noon, more is said of staying away than of leaving; and an hour
    # is given for a leaving that is more than a word in passing.
    least = said.count("absent") + (bool(marked.has("cue", "absent")) and not marked.table("clock"))
    late_first = "late" in said[: said.index("early")] if "early" in said else True
    if not late_first and said.count("early") >= least:
        return Intent.EARLY_DISMISSAL
    return Intent.LATE_ARRIVAL if "late" in said else None


def _reports(marked: Marked, cues: frozenset[str], clues: Clues) -> bool:
    about = clues.named or _of_a_child(marked)
    return bool(AWAY_SAID & cues) or (about and clues.reason is not None)


def _tells(marked: Marked, clues: Clues) -> bool:
    """Whether it tells enough without saying "absent": a fever does, traffic by itself does not."""
    if clues.reason is None:
        return clues.dated and (clues.named or marked.has("cue", "back"))
    about = clues.named or clues.dated or clues.asked is Slot.REASON
    return about or clues.reason != OTHER or _of_a_child(marked) or _has_pronoun(marked)


def _opens(marked: Marked, meaning: str) -> bool:
    """Whether the message begins with it, or nearly."""
    return any(m.meaning == meaning and m.start <= FEW for m in marked.table("intent"))


def _is_in_school(marked: Marked, cues: frozenset[str], clues: Clues) -> bool:
    """Whether all that is told is that the student comes today: "Jada is coming in"."""
    days = {m.value("relative_day") for m in marked.table("when")}
    goes_on = {m.start for m in marked.table("join") if m.meaning == "to"}  # "is going to be …"
    comes = any(m.meaning == "attend" and m.end not in goes_on for m in marked.table("intent"))
    told = clues.reason is None and not AWAY_SAID & cues and days <= {0}
    return comes and told and (clues.named or _of_a_child(marked))


def _says_something(marked: Marked) -> bool:
    """Whether something is told of a student who is named, though it is in no table."""
    ends = {index + 1 for index in marked.names}
    told = any(m.start in ends and m.meaning in PREDICATES for m in marked.table("people"))
    return bool(marked.names) and (told or _has_pronoun(marked))


def _asks(marked: Marked, wants: frozenset[str]) -> bool:
    """Whether something is asked or wanted, and nothing told."""
    return "?" in marked.utterance.text or not wants <= {"none", "attend"}


def _of_a_child(marked: Marked) -> bool:
    """Whether "my son" or "my daughter" is spoken of."""
    return any(
        marked.class_at(index, "my") and marked.class_at(index + 1, "child")
        for index in range(len(marked))
    )


def _has_pronoun(marked: Marked) -> bool:
    return any(marked.class_at(index, "student_pronoun") for index in range(len(marked)))


def _is_request(marked: Marked, cues: frozenset[str], wants: frozenset[str], clues: Clues) -> bool:
    requested = {i.value for i in REQUESTS} & wants
    told = clues.named or clues.reason or (clues.dated and "help" not in wants)
    return bool(requested) and not (told and _reports(marked, cues, clues))
