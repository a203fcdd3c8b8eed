"""What the fields of a report are read against, and why a reason is excused or not."""

from console import words
from console.entry_form import Rules
from console.office import Office


def rules_of(office: Office) -> Rules:
    """What the fields of a report are read against now."""
    school = office.school
    return Rules(office.rosters.get(), school.time.calendar, school.facts, office.today())


def rule_of(category: str, office: Office) -> str:
    """Why such a reason is excused or not, from the school's list."""
    reason = office.school.facts.reason(category)
    if reason is None:
        return "Excused or not follows from the reason."
    called = words.upper_first(reason.words.get("en") or next(iter(reason.words.values())))
    if not reason.excused:
        return f"{called} is not on the school’s list of excused reasons."
    if reason.note_required:
        return f"{called} is excused, with a signed note."
    if reason.approval_required:
        return f"{called} is excused if the principal approves."
    return f"{called} is on the school’s list of excused reasons."
