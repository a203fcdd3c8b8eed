"""The line itself was down: a message all the same, adopted when it is back."""

from datetime import timedelta
from pathlib import Path

import pytest

from app import create_app
from console.services import Services
from ivr.gateway import Account, Gateway
from ivr.simulator.carrier import Carrier, in_process
from recordings.fetching import Fetcher
from recordings.steps import run
from recordings.strays import find_strays
from school.database import Database
from tests.recordings.parts import SCHOOL, SISTERS, Parts, Scripted, wav
from tests.support.carrier_api import ACCOUNT, TOKEN, CarrierApi
from tests.support.clock import StandingClock
from tests.support.line import ADDRESS, settings
from tests.support.serving import serving
from tests.support.twiml_grammar import check

OURS = "+17735348600"
CALL = "CA" + "6" * 32
RECORDING = "RE" + "6" * 32
STOPPED = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"


@pytest.fixture
def stopped(clock: StandingClock, tmp_path: Path) -> Carrier:
    """A line whose database does not answer."""
    own = settings(ABSENCE_LINE_DATA_DIR=str(tmp_path), ABSENCE_LINE_DATABASE_URL=STOPPED)
    app = create_app(Services(own, clock))
    return Carrier(
        in_process(app, ADDRESS), ADDRESS, own.twilio_auth_token or "", on_document=check
    )


def test_the_fallback_greets_in_both_languages_and_records_without_a_database(
    stopped: Carrier,
) -> None:
    """How fast: `python -m tests.bench fallback`."""
    form = {"CallSid": CALL, "From": SISTERS, "To": OURS, "ErrorCode": "11200"}
    document = stopped.document(stopped.send("/voice/fallback", form))
    languages = {say.get("language") for say in document.iter("Say")}
    assert languages == {"en-US", "es-US"}
    record = document.find("Record")
    assert record is not None
    assert "/recordings/finished" in record.get("recordingStatusCallback", "")


def test_a_message_left_then_is_found_fetched_read_and_put_in_the_list(
    database: Database, clock: StandingClock
) -> None:
    """Its callback never came; the carrier alone knows of it."""
    parts = Parts(database, clock)
    parts.students()
    parts.transcriber = Scripted("Mariana is sick and will be out today.")
    api = CarrierApi()
    api.add_recording(RECORDING, wav(7), CALL)
    api.calls.append({"sid": CALL, "from": SISTERS, "to": OURS})
    clock.go_on(minutes=5)
    with serving(api.app()) as address:
        account = Account(ACCOUNT, TOKEN, OURS, SCHOOL.facts.languages, api_url=address)
        gateway = Gateway(account)
        assert find_strays(database, gateway, clock, {OURS}) == 1
        assert find_strays(database, gateway, clock, {OURS}) == 0
        fetcher = Fetcher(database, clock, gateway, parts.vault)
        for step in (
            fetcher.fetching,
            parts.writer.transcribing,
            parts.drafter.drafting,
            fetcher.settling,
        ):
            assert run(database, clock, step) == 1
        gateway.close()
    (report,) = parts.reports()
    assert (report.student_id, report.from_phone, report.verification) == ("1", SISTERS, "listed")
    voicemail = parts.voicemail(RECORDING)
    assert voicemail.state == "settled"
    assert clock() - voicemail.received_at == timedelta(minutes=5)
    assert parts.vault.get(voicemail.in_vault) == wav(7)
    assert api.sounds == {}
