"""What is said of being away, late or leaving: the table [cue] as several readers need it."""

from flows.reading.language import Marked

PARTIAL = {"late", "late_if", "early", "early_if"}
TOLD = {"told", "told_away"}
AWAY = {"absent", *PARTIAL}
ON_THE_RECORD = {"status_query", "cancel_report", "called_off", "help", "other", "not_for_us"}


def said_of_student(marked: Marked) -> frozenset[str]:
    """The meanings said of a student.

    In "you marked him absent" it is said of the record, and in "find out" of nobody.
    """
    asks = [mark for mark in marked.table("intent") if mark.meaning in ON_THE_RECORD]
    return frozenset(
        cue.meaning
        for cue in marked.table("cue")
        if not any(ask.start <= cue.start and cue.end <= ask.end for ask in asks)
    )
