"""What a message wants. Whatever else it asks for, a report comes first."""

from dataclasses import dataclass

from flows.reading.findings import Understood
from flows.reading.language import Marked
from flows.reading.values import Intent, Slot

WHOLE = {
    "opt_out": Intent.OPT_OUT,
    "cancel_report": Intent.CANCEL_REPORT,
    "status_query": Intent.STATUS_QUERY,
    "help": Intent.HELP,
}
# Asked of the school, in this order where a message asks for more than one.
REQUESTS = (
    Intent.OPT_OUT, Intent.PORTAL_HELP, Intent.SPEAK_TO_OFFICE, Intent.HELP, Intent.OTHER,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clues:
    """What the other readers found, as far as it tells what a message wants."""

    named: bool  # a student, by name or number
    dated: bool  # days, in words
    reason: bool
    asked: Slot | None = None


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
    cues, wants = marked.meanings("cue"), marked.meanings("intent")
    if not any(key.isalnum() for key in marked.keys):
        return Intent.OTHER, 0.95
    if "opt_out" in wants and "absent" not in cues:
        return Intent.OPT_OUT, 0.97
    attends = "attend" in wants
    softly = "cancel_softly" in wants and "absent" not in cues
    if softly or ("cancel_report" in wants and (attends or not _reports(cues, clues))):
        return Intent.CANCEL_REPORT, 0.96
    if "status_query" in wants and not (clues.reason and "absent" in cues):
        return Intent.STATUS_QUERY, 0.95
    if "early" in cues and "late" not in cues and not _rather_absent(marked):
        return Intent.EARLY_DISMISSAL, 0.95
    if "late" in cues:
        return Intent.LATE_ARRIVAL, 0.95
    if _is_request(wants, cues, clues):
        return next(i for i in REQUESTS if i.value in wants), 0.95
    if _reports(cues, clues) or clues.reason or (clues.named and clues.dated):
        return Intent.REPORT_ABSENCE, 0.96
    if clues.asked is not None:
        return Intent.REPORT_ABSENCE, 0.6
    return next((i for i in REQUESTS if i.value in wants), Intent.OTHER), 0.85


def _reports(cues: frozenset[str], clues: Clues) -> bool:
    return bool({"absent", "absent_past"} & cues) or (clues.named and clues.reason)


def _rather_absent(marked: Marked) -> bool:
    """Whether more is said of staying away than of leaving, as where a brother gets out at noon."""
    meanings = [mark.meaning for mark in marked.table("cue")]
    return meanings.count("absent") > meanings.count("early")


def _is_request(wants: frozenset[str], cues: frozenset[str], clues: Clues) -> bool:
    requested = {i.value for i in REQUESTS} & wants
    told = clues.named or clues.reason or clues.dated
    return bool(requested) and not (told and _reports(cues, clues))
