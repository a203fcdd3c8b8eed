"""All that the page shows of a visitor's telephone, in words, as JSON."""

from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

from flask import url_for

from flows.events import Words
from flows.reading.replies import guess_language
from flows.school_facts import MenuAction, SchoolFacts
from flows.turn import Step
from ivr.simulator.carrier import Call, Spoken
from ivr.simulator.contacts import Directory, Person, language_name, own_name
from ivr.simulator.facts import clock_words
from ivr.simulator.handset import Entry, Handset
from ivr.simulator.network import Network
from ivr.simulator.subscribers import Side, Text
from ivr.simulator.understood import Understood, understood
from school.database import Clock, Database
from school.numbers import shown
from school.people import recall
from school.school_file import School

Json = dict[str, Any]

MENU: dict[MenuAction, str] = {
    MenuAction.ATTENDANCE: "Absence",
    MenuAction.OFFICE: "Office",
    MenuAction.PORTAL: "Portal",
    MenuAction.HOURS: "Hours",
}


@dataclass(frozen=True, slots=True)
class Window:
    """Looks at everything, and changes nothing."""

    network: Network
    directory: Directory
    school: School
    database: Database
    clock: Clock

    def shows(self, handset: Handset) -> Json:
        """What the page shows of this telephone."""
        with handset.lock:
            number, call = handset.number, handset.call
            # A call that is open is what one watches; else whatever came last, call or texts.
            seen = self._understood(call.sid if call else None, None if handset.in_call else number)
            language = self._language(number)
            return {
                "language": language,
                "person": self._person(number),
                "call": self._call(handset, call) if call else None,
                "entries": [_entry(entry) for entry in handset.entries],
                "menu": self._menu(seen) if handset.in_call else [],
                "understood": _in_words(seen) if seen else None,
            } | self._thread(number, language)

    def _understood(self, call_sid: str | None, number: str | None) -> Understood | None:
        with self.database.reading() as session:
            return understood(session, self.school.facts, call_sid, number)

    def _language(self, number: str | None) -> str:
        """In which the line writes to this number: as it did last, or as its file says."""
        person = self.directory.find(number) if number else None
        on_file = person.language if person else self.school.facts.first_language
        with self.database.reading() as session:
            known = recall(session.connection(), [number] if number else [])
        return next((one.language for one in known.values() if one.language), on_file)

    def _person(self, number: str | None) -> Json:
        if number is None:
            return {"number": None, "name": "Number withheld", "about": "nobody knows who calls"}
        person = self.directory.find(number)
        if person is not None:
            return in_words(person)
        return {"number": number, "name": shown(number), "about": "not on file", "shown": ""}

    def _call(self, handset: Handset, call: Call) -> Json:
        return {
            "open": not call.over,
            "seconds": int((self.clock() - handset.began_at).total_seconds()),
            "waits": _waits(call.waiting) if call.waiting is not None and not call.over else None,
        }

    def _menu(self, seen: Understood | None) -> list[Json]:
        """What the keys do while the line reads its menu."""
        at_menu = seen is not None and seen.step is Step.MENU
        return menu_keys(self.school.facts) if at_menu else []

    def _thread(self, number: str | None, language: str) -> Json:
        if number is None:
            return {"texts": [], "ringing": False, "landline": False, "opted_out": False}
        with self.network.subscribers.lock:
            one = self.network.subscribers.get(number)
            return {
                "texts": [self._text(text, language) for text in one.texts],
                "ringing": one.ring is not None,
                "landline": one.landline,
                "opted_out": one.opted_out,
            }

    def _text(self, text: Text, language: str) -> Json:
        """A text, with the language it is plainly written in; the school's are in the number's."""
        written = None
        if text.side in (Side.FAMILY, Side.SCHOOL):
            written = guess_language(Words(text.body), tuple(self.school.facts.languages))
        if text.side is Side.SCHOOL:
            written = written or language
        return {
            "n": text.n,
            "side": text.side,
            "body": text.body,
            "time": clock_words(self.school.time.local(text.at).time()),
            "how_far": text.how_far,
            "photo": text.photo,
            "language": written and {"code": written, "name": language_name(written)},
        }


def menu_keys(school: SchoolFacts) -> list[Json]:
    """The keys of the menu and of the languages, with a word or two for each."""
    return [
        {"key": item.key, "words": MENU[item.does], "first": item.does is MenuAction.ATTENDANCE}
        for item in school.menu
    ] + [
        {"key": language.key, "words": own_name(code), "first": False}
        for code, language in school.spoken.items()
    ]


def in_words(person: Person) -> Json:
    """Somebody on file."""
    return {
        "number": person.number,
        "name": person.name,
        "about": person.about,
        "shown": shown(person.number),
    }


def _waits(verb: ET.Element) -> Json:
    """What the line waits for."""
    match verb.tag:
        case "Record":
            return {"for": "message"}
        case "Dial":
            return {"for": "office"}
        case _:
            digits = verb.get("numDigits")
            return {
                "for": "answer",
                "speech": "speech" in verb.get("input", "dtmf"),
                "language": verb.get("language", "en-US"),
                "keys": int(digits) if digits else None,
                "seconds": int(verb.get("timeout", "5")),
            }


def _entry(entry: Entry) -> Json:
    return {"n": entry.n, "who": entry.who, "says": [_says(spoken) for spoken in entry.says]}


def _says(spoken: Spoken) -> Json:
    return {"words": spoken.text, "language": spoken.language}


def _in_words(seen: Understood) -> Json:
    return {
        "facts": [{"term": f.term, "words": f.words, "sign": f.sign} for f in seen.facts],
        "asks": seen.asks,
        "filed": [
            {
                "reference": one.reference,
                "status": one.status,
                "whole": one.whole,
                "address": url_for("entry.report", report_id=one.id),
            }
            for one in seen.filed
        ],
    }
