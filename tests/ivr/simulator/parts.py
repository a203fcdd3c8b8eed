"""A line that answers as it is told, and errands that wait for the test."""

from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from twilio.request_validator import RequestValidator

from ivr.simulator.carrier import Carrier, Reply

BASE = "https://line.example.org"
TOKEN = "token-of-the-tests"
ACCOUNT = "AC" + "5" * 32
SCHOOL = "+17735348600"
MOTHER = "+13125550142"

ASK = """
<Gather input="dtmf speech" action="/voice/turn?n=1" timeout="5" language="en-US" {more}>
  <Say language="en-US">{words}</Say>
</Gather>"""


def asks(words: str, more: str = 'actionOnEmptyResult="true"') -> str:
    """The line asks something."""
    return ASK.format(words=words, more=more)


@dataclass
class ScriptedLine:
    """Takes signed requests and answers with the next document; with an empty one at its end."""

    documents: list[str] = field(default_factory=list)
    forms: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    status: int = 200

    def carrier(self) -> Carrier:
        """The carrier that calls this line."""
        return Carrier(self, BASE, TOKEN, ACCOUNT)

    def __call__(self, address: str, form: dict[str, str], headers: dict[str, str]) -> Reply:
        signature = headers["X-Twilio-Signature"]
        assert RequestValidator(TOKEN).validate(address, form, signature)
        parts = urlsplit(address)
        self.forms.append((f"{parts.path}?{parts.query}" if parts.query else parts.path, form))
        if parts.path.endswith(("status", "finished")):
            return Reply(204, "", "")
        document = self.documents.pop(0) if self.documents else ""
        return Reply(self.status, "text/xml", f"<Response>{document}</Response>")

    def told(self, path: str, name: str) -> list[str]:
        """The values of a field in the requests to a path, in order."""
        return [form.get(name, "") for address, form in self.forms if address.startswith(path)]


@dataclass
class Waiting:
    """Errands that wait until the test lets time pass."""

    now: float = 0.0
    errands: list[tuple[float, int, Callable[[], None]]] = field(default_factory=list)

    def later(self, seconds: float, errand: Callable[[], None]) -> None:
        """Keep the errand."""
        self.errands.append((self.now + seconds, len(self.errands), errand))

    def passes(self, seconds: float) -> None:
        """So much time passes; what is due is done in order."""
        end = self.now + seconds
        while due := sorted(errand for errand in self.errands if errand[0] <= end):
            self.errands.remove(due[0])
            self.now = due[0][0]
            due[0][2]()
        self.now = end
