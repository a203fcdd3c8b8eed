"""A call in the terminal: the line's words are printed, the family's are typed."""

from collections.abc import Callable
from dataclasses import dataclass

from ivr.simulator.carrier import Call, Carrier

HOW = (
    "Type what you would say, or the keys you would press (digits, * and #). "
    "An empty line is silence; Ctrl-D hangs up."
)
KEYS = set("0123456789*#")
RECORDED_SECONDS = 10  # taken for the length of a message that is typed


@dataclass(frozen=True, slots=True)
class Terminal:
    """Plays a call between a carrier and a person at a terminal.

    `write` prints a line; `read` gives the next typed one and raises EOFError at Ctrl-D.
    """

    carrier: Carrier
    write: Callable[[str], None]
    read: Callable[[], str]

    def play(self, from_: str, to: str) -> None:
        """One call, to its end.

        Raises:
            WebhookFailed: the line answered what no carrier could play.
        """
        self.write(HOW)
        call = self.carrier.dial(from_, to)
        self._print(call)
        while not call.over:
            try:
                typed = self.read()
            except (EOFError, KeyboardInterrupt):
                call.hangs_up()
                break
            self._act(call, typed.strip())
            self._print(call)
        self.write("The call is over.")

    def _act(self, call: Call, typed: str) -> None:
        waiting = call.waiting.tag if call.waiting is not None else ""
        if waiting == "Record":
            call.leaves_message(RECORDED_SECONDS if typed else 0)
        elif waiting == "Dial":
            call.office_answers() if typed else call.office_misses()
        elif not typed:
            call.keeps_silent()
        elif set(typed) <= KEYS:
            call.presses(typed)
        else:
            call.says(typed)

    def _print(self, call: Call) -> None:
        for spoken in call.latest:
            self.write(f"  line: {spoken.text}")
        match call.waiting.tag if call.waiting is not None else "":
            case "Record":
                self.write("  (beep: type the message; an empty line leaves none)")
            case "Dial":
                self.write(
                    "  (the office rings: type anything to answer, an empty line for nobody)"
                )
