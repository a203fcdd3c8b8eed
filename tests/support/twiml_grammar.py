"""Holds TwiML against the carrier's grammar, and against its rules that no grammar tells.

`twiml_grammar.json` has the facts for the verbs this line uses: element, children, attributes,
types and enumerations.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, tostring

GRAMMAR: dict[str, dict[str, Any]] = json.loads(
    Path(__file__).with_suffix(".json").read_text("utf-8")
)
LARGEST_DOCUMENT = 64_000  # bytes
MOST_HINTS, LONGEST_HINT = 500, 100
LONGEST_SAY = 3000  # characters, for Polly's voices
WAITING = {"Gather", "Record", "Dial"}


def check(document: Element) -> None:
    """Fail with every way in which the document breaks the grammar or a rule."""
    kind = "messaging" if document.find("Message") is not None else "voice"
    problems = [*_grammar(document, GRAMMAR[kind]), *_rules(document)]
    assert not problems, f"{problems} in {tostring(document, encoding='unicode')}"


def _grammar(element: Element, grammar: dict[str, Any]) -> Iterator[str]:
    known = grammar.get(element.tag)
    if known is None:
        yield f"<{element.tag}> is no verb we know"
        return
    for name, value in element.attrib.items():
        kind = known["attributes"].get(name)
        if kind is None:
            yield f"{element.tag} has no attribute {name}"
        elif not _fits(value, kind):
            yield f"{element.tag} {name}={value!r} is not {kind}"
    for child in element:
        if child.tag not in known["children"]:
            yield f"<{child.tag}> may not stand in <{element.tag}>"
        else:
            yield from _grammar(child, grammar)


def _fits(value: str, kind: Any) -> bool:
    if kind == "number":
        return value.isdecimal()
    if kind == "boolean":
        return value in ("true", "false")
    if isinstance(kind, dict):
        values = value.split() if kind.get("list") else [value]
        choices = {part for choice in kind["enum"] for part in choice.split()}
        return bool(values) and set(values) <= choices
    return True


def _rules(document: Element) -> Iterator[str]:
    if len(tostring(document)) > LARGEST_DOCUMENT:
        yield "the document is larger than the carrier takes"
    for verb in document.iter():
        if verb.tag in WAITING and not verb.get("action"):
            yield f"{verb.tag} without an action asks for the same document again"
        if verb.tag == "Say" and not "".join(verb.itertext()).strip():
            yield "an empty Say"
        if verb.tag == "Say" and len("".join(verb.itertext())) > LONGEST_SAY:
            yield "more words than a voice takes at once"
        if verb.tag == "Gather":
            yield from _gather(verb)
        if verb.tag == "Record" and verb.get("finishOnKey") is None:
            yield "any key would end the recording"
    verbs = list(document)
    if verbs and verbs[-1].tag in ("Gather", "Record"):
        yield f"nothing follows {verbs[-1].tag}: a silent caller is hung up on"


def _gather(gather: Element) -> Iterator[str]:
    hints = [hint for hint in gather.get("hints", "").split(",") if hint.strip()]
    if len(hints) > MOST_HINTS or any(len(hint.strip()) > LONGEST_HINT for hint in hints):
        yield "hints beyond the carrier's limits"
    if gather.get("speechModel") and gather.get("speechTimeout") == "auto":
        yield "a speech model needs a speech time-out in seconds"
    if gather.get("timeout") == "0":
        yield "a gather that waits no time"
