"""What was done with a report, and what it was before and after, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from console import near, words
from console.entry_rules import rules_of
from console.office import Office
from flows.reading.values import Relationship
from school.decisions import Decision, Kind
from school.report_facts import Facts, Snapshot


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that somebody did, in words."""

    who: str
    at: datetime
    words: str
    changes: tuple[tuple[str, str, str], ...]  # fact, before, after


KINDS: Mapping[Kind, str] = {
    Kind.CONFIRMED: "confirmed it",
    Kind.REJECTED: "did not accept it",
    Kind.JOINED: "joined it with another report",
    Kind.CORRECTED: "corrected it",
    Kind.NOTE: "received the note",
    Kind.CALLED: "called back",
    Kind.ASKED: "asked the family by text",
    Kind.ENTERED: "entered it by hand",
    Kind.UNDONE: "undid the last step",
}


def act_view(act: Decision, office: Office) -> Act:
    """The act in words, with each fact that it changed."""
    before, after = Snapshot.read(act.before), Snapshot.read(act.after)
    old, new = facts_in_words(before.facts, office), facts_in_words(after.facts, office)
    changes = tuple((fact, old[fact], new[fact]) for fact in new if old[fact] != new[fact])
    said = KINDS[Kind(act.kind)]
    if act.kind == Kind.REJECTED and act.why:
        said += f": {WHY_NOT_CHOICES.get(act.why, act.why)}"
    elif act.kind == Kind.CALLED and act.why:
        said += f": {CALL_OUTCOMES.get(act.why, act.why)}"
    elif act.kind == Kind.JOINED and act.why:
        said += f", {act.why}"
    if act.told:
        said += ". The family gets a text." if act.kind != Kind.ASKED else ""
    return Act(act.who, act.at, said, changes)


WHY_NOT_CHOICES: Mapping[str, str] = {
    "not_ours": "no student of ours",
    "not_on_file": "whoever reported it is not on file",
    "in_school": "the student was in school",
    "speak_first": "we must speak with the family first",
    "not_a_report": "it is no report of an absence",
}
"""Why a report is not accepted, for the clerk; the last of them no family is told."""


CALL_OUTCOMES: Mapping[str, str] = {
    "reached": "reached them, it is right",
    "corrected": "reached them, it is not right",
    "no_answer": "nobody answered",
    "left_message": "left a message",
}
"""What came of a call back."""


def facts_in_words(facts: Facts, office: Office) -> dict[str, str]:
    """Each fact by its name, as a reader of this role may see it."""
    reads, rules = office.reader(), rules_of(office)
    student = rules.roster.students.get(facts.student_id or "")
    reason = rules.school.reason(facts.reason_category)
    said = reason.words.get("en") or next(iter(reason.words.values())) if reason else "not said"
    part = {"late": "late arrival", "early": "leaving early"}.get(facts.partial_kind or "", "")
    at = words.clock(facts.partial_time) if facts.partial_time else ""
    found = {
        "Student": near.label(student) if student else facts.student_id or "not known",
        "Absent": " ".join(words.days(facts.days, rules.today)),
        "Part of the day": " ".join(filter(None, (part, at))) or "the whole day",
        "Reason": said if reads.sees_health else "",
        "Excused": {True: "yes", False: "no", None: "not known"}[facts.excused],
        "Reported by": facts.reporter_name or "not said",
        "Relationship": words.RELATIONSHIPS[Relationship(facts.relationship)],
    }
    return {fact: value for fact, value in found.items() if value}
