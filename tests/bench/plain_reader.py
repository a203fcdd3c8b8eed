"""A reader of keywords, as a week-end's work would make it: what the readers have to beat."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from rapidfuzz import fuzz, process

from flows.reading.message import Background

SURE = 85  # of 100, for a name
INTENTS = {
    "opt_out": "unsubscribe|^stop$|baja|退订",
    "cancel_report": "cancel|disregard|never mind|undo|取消|anul",
    "status_query": "did you get|marked|^status$|recibieron|收到",
    "early_dismissal": "pick|leave|dismiss|recog|salir|odbior|接",
    "late_arrival": "late|tarde|llega|spóźni|迟到|晚到",
    "speak_to_office": "speak|talk|call me|hablar con|comunica|电话",
    "portal_help": "portal|password|grades|contraseña|hasło|密码",
    "help": "^help$|^info$|how do i|cómo reporto",
}
REASONS = {
    "death_in_family": "died|death|funeral|passed|falleci|murió|velorio|pogrzeb|去世",
    "family_emergency": "emergency|fire|flood|emergencia|incendio",
    "religious_holiday": "eid|diwali|yom kippur|religious|misa",
    "military_deployment": "deploy|army|ejército",
    "illness": "sick|fever|cold|flu|doctor|dentist|stomach|head|throat|appointment|enferm|fiebre|"
    "gripa|cita|dolor|duele|gorącz|chor|lekarz|发烧|感冒|病|疼",
    "other_unexcused": "trip|travel|court|college|bus|car|overslept|viaje|corte|wyjazd",
}
WEEKDAYS = (
    "monday|lunes|周一", "tuesday|martes|周二", "wednesday|miércoles|周三", "thursday|jueves|周四",
    "friday|viernes|周五",
)  # fmt: skip
RELATIONSHIPS = {
    "mother": "mom|mother|mamá",
    "father": "dad|father|papá",
    "grandparent": "grand|abuel",
}
ATTENDANCE = {"report_absence", "late_arrival", "early_dismissal", "cancel_report", "status_query"}


def read(line: Mapping[str, Any], background: Background) -> dict[str, Any]:
    """A line's message as an output line, without `missing`."""
    text = line["text"].lower()
    intent = _first(INTENTS, text) or "report_absence"
    attends = intent in ATTENDANCE
    contacts = background.roster.contacts_at(line["from_phone"])
    relationship = _first(RELATIONSHIPS, text)
    partial = {"late_arrival": "late", "early_dismissal": "early"}.get(intent)
    return {
        "intent": intent,
        "student_ids": _students(line, background) if attends else [],
        "dates": [day.isoformat() for day in _days(text, background)] if attends else [],
        "partial_day": {"kind": partial, "time": None} if partial else None,
        "reason_category": (_first(REASONS, text) or "unknown") if attends else "unknown",
        "relationship": relationship or (contacts[0].relationship if contacts else "unknown"),
        "caller_name": contacts[0].name if contacts else None,
    }


def _first(tables: Mapping[str, str], text: str) -> str | None:
    return next((name for name, words in tables.items() if re.search(words, text)), None)


def _students(line: Mapping[str, Any], background: Background) -> list[str]:
    linked = background.roster.linked_to(line["from_phone"])
    if len(linked) == 1:
        return [linked[0].student_id]
    names = {
        student.student_id: f"{student.first_name} {student.last_name}".lower()
        for student in linked or background.roster.students.values()
    }
    best = process.extractOne(line["text"].lower(), names, scorer=fuzz.partial_ratio)
    return [best[2]] if best and best[1] >= SURE else []


def _days(text: str, background: Background) -> list[date]:
    today = background.now.date()
    days = {today + timedelta(days=1)} if re.search("tomorrow|mañana|jutro|明天", text) else set()
    for number, words in enumerate(WEEKDAYS):
        if re.search(words, text):
            days.add(today + timedelta(days=(number - today.weekday()) % 7))
    if not days or re.search("today|hoy|dzi[sś]|今天", text):
        days.add(today)
    return sorted(day for day in days if background.calendar.is_school_day(day))
