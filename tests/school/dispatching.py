"""What the tests of sending share: numbers, and how the carrier fails."""

from school.database import Database
from school.sending import Outgoing, Unreachable
from tests.support.gateway import Answer, RememberingGateway
from tests.support.messages import stored

FATHER = "+17735550143"
TIMED_OUT = Unreachable(maybe_sent=True)
NO_CONNECTION = Unreachable(maybe_sent=False)


def statuses(database: Database) -> list[str]:
    return [message.status for message in stored(database)]


def taken_but_unanswered(gateway: RememberingGateway) -> Answer:
    """The carrier takes the message, and its answer gets lost."""

    def answer(message: Outgoing) -> None:
        gateway.take(message)
        raise TIMED_OUT

    return answer


class Crash(BaseException):
    """The process is killed."""


def crash(_message: Outgoing) -> None:
    """The process is killed before the request."""
    raise Crash
