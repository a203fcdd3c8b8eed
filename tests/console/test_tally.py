"""How webhooks were answered, over all processes of the web service."""

import os

from prometheus_client.parser import text_string_to_metric_families

from app import create_app
from console.services import Services
from console.tally import Answer, Tally
from ivr.simulator.carrier import Carrier, in_process
from school.database import Database
from tests.support.clock import StandingClock
from tests.support.line import ADDRESS, KEIKOS_MOTHER, SCHOOL, WholeLine, settings


def counted(app_page: str) -> dict[str, float]:
    return {
        sample.labels["answer"]: sample.value
        for family in text_string_to_metric_families(app_page)
        for sample in family.samples
        if sample.name == "absence_line_webhooks_total"
    }


def test_answered_and_refused_requests_are_counted(sqlite_line: WholeLine) -> None:
    line = sqlite_line
    line.call(KEIKOS_MOTHER).hangs_up()
    line.text("STATUS")
    line.app.test_client().post("/voice", data={"CallSid": "CA1"})
    line.app.test_client().get("/healthz")
    found = counted(line.app.test_client().get("/metrics").text)
    assert found["refused"] == 1
    assert found["answered"] >= 3
    assert found["failed"] == 0


def test_a_failure_counts_though_the_family_hears_a_polite_answer(clock: StandingClock) -> None:
    gone = Database("postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=1")
    services = Services(settings(), clock, gone)
    app = create_app(services)
    carrier = Carrier(in_process(app, ADDRESS), ADDRESS, services.settings.twilio_auth_token or "")
    carrier.dial(KEIKOS_MOTHER, SCHOOL)
    carrier.text(KEIKOS_MOTHER, SCHOOL, "Keiko is out")
    form = {"MessageSid": "SM1", "MessageStatus": "sent"}
    assert carrier.send("/sms/status", form).status == 500
    form = {"CallSid": "CA1", "RecordingSid": "RE1", "RecordingSource": "RecordVerb"}
    assert carrier.send("/recordings/finished", form).status == 500
    assert counted(app.test_client().get("/metrics").text)["failed"] == 4


def test_the_processes_of_a_service_count_together() -> None:
    tally = Tally()
    children = []
    for _ in range(3):
        child = os.fork()
        if child == 0:
            for _ in range(100):
                tally.add(Answer.FAILED)
            os._exit(0)
        children.append(child)
    for child in children:
        os.waitpid(child, 0)
    tally.add(Answer.ANSWERED)
    assert (tally.total(Answer.FAILED), tally.total(Answer.ANSWERED)) == (300, 1)
