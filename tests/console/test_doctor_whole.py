"""`absence-line doctor` as it is typed: a line for every part, well or not, and no secret in it."""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from app import cli
from school.database import Database
from school.heartbeat import Heart
from school.roster import import_roster
from tests.support.carrier_api import ACCOUNT, OUR_NUMBER, TOKEN, CarrierApi
from tests.support.clock import StandingClock
from tests.support.line import demo_roster
from tests.support.serving import serving

PUBLIC = "https://127.0.0.1:9"  # nobody is there
LINE = re.compile(r"(ok|FAILED) +(\w+) +(.+)")
PARTS = [
    "settings", "school", "disk", "recordings", "speech", "database", "roster", "worker",
    "messages", "carrier", "address",
]  # fmt: skip
SECRETS = {
    "ABSENCE_LINE_SECRET_KEY": "secret-of-the-sessions, which is long",
    "ABSENCE_LINE_OLD_SECRET_KEYS": "secret-of-last-year-which-is-as-long",
    "ABSENCE_LINE_OPENID_CLIENT_SECRET": "secret-of-the-sign-in",
    "TWILIO_AUTH_TOKEN": TOKEN,
}


@dataclass
class Machine:
    """Where the line is installed, and all in order."""

    environ: dict[str, str]
    clock: StandingClock

    def doctor(self, **changes: str) -> tuple[dict[str, tuple[bool, str]], str]:
        """What it says of each part, and all it wrote; the parts that are well, are so marked."""
        runner = CliRunner(env=self.environ | changes)
        done = runner.invoke(cli, ["doctor"], obj=self.clock)
        found = [LINE.fullmatch(line) for line in done.stdout.splitlines()]
        assert all(found), done.output
        said = {m[2]: (m[1] == "ok", m[3]) for m in found if m}
        assert done.exit_code == int(not all(well for well, _ in said.values()))
        return said, done.output


@pytest.fixture
def _logging_as_before() -> Iterator[None]:
    """The command sets up the log of its process, which is the tests' own here."""
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    yield
    root.setLevel(level)
    root.handlers[:] = handlers


@pytest.fixture
def machine(
    sqlite: Database, clock: StandingClock, tmp_path: Path, _logging_as_before: None
) -> Iterator[Machine]:
    api = CarrierApi()
    hooks = {"voice": "/voice", "sms": "/sms"}
    set_to = {f"{name}_url": f"{PUBLIC}{path}" for name, path in hooks.items()}
    api.own_number(OUR_NUMBER, **set_to, **{f"{name}_method": "POST" for name in hooks})
    with sqlite.begin() as session:
        import_roster(session, demo_roster(clock().date()), clock())
    Heart(sqlite, clock, "here:1").beat()
    with serving(api.app()) as address:
        environ = SECRETS | {
            "ABSENCE_LINE_DATA_DIR": str(tmp_path),
            "ABSENCE_LINE_DATABASE_URL": sqlite.engine.url.render_as_string(),
            "ABSENCE_LINE_OPENID_ISSUER": "https://accounts.example.org",
            "ABSENCE_LINE_OPENID_CLIENT_ID": "the line",
            "ABSENCE_LINE_PUBLIC_URL": PUBLIC,
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_API_URL": address,
            "TWILIO_FROM_NUMBER": OUR_NUMBER,
        }
        yield Machine(environ, clock)


def test_where_all_is_in_order_every_part_is_well(machine: Machine) -> None:
    said, written = machine.doctor()
    assert list(said) == PARTS
    assert [part for part, (well, _) in said.items() if not well] == ["address"], written
    assert f"{PUBLIC} does not answer" in said["address"][1]


NO_SCHOOL = Path(__file__).parent / "no_such_school.toml"


@pytest.mark.parametrize(
    ("setting", "value", "ill", "says"),
    [
        ("ABSENCE_LINE_SECRET_KEY", "", {"settings", "recordings"}, "SECRET_KEY is missing"),
        (
            "ABSENCE_LINE_SCHOOL",
            str(NO_SCHOOL),
            {"school", "messages", "carrier"},
            "no_such_school.toml",
        ),
        ("ABSENCE_LINE_DATA_DIR", "/proc/none", {"disk", "recordings"}, "cannot be written to"),
        ("ABSENCE_LINE_RECORDINGS", "/proc/none", {"recordings"}, "Check ABSENCE_LINE_RECORDINGS"),
        (
            "ABSENCE_LINE_RECORDINGS",
            "nosuch://user:secret-of-the-store@bucket/x?key=secret-of-the-store",
            {"recordings"},
            "The store nosuch://bucket/x cannot be used",
        ),
        ("ABSENCE_LINE_SPEECH_MODEL", "nosuch", {"speech"}, "no such folder with a model"),
        (
            "ABSENCE_LINE_DATABASE_URL",
            "postgresql+psycopg://line:secret-of-the-database@127.0.0.1:1/line",
            {"database", "roster", "worker", "messages"},
            r"127\.0\.0\.1:1/line cannot be opened",
        ),
        ("TWILIO_AUTH_TOKEN", "a wrong secret-token", {"carrier"}, "does not know these"),
        ("TWILIO_AUTH_TOKEN", "", {"carrier"}, "TWILIO_AUTH_TOKEN are needed"),
        ("TWILIO_API_URL", "http://127.0.0.1:9", {"carrier"}, "did not answer"),
        ("TWILIO_FROM_NUMBER", "+15005550001", {"carrier"}, r"no number \+15005550001"),
        ("ABSENCE_LINE_PUBLIC_URL", "", {"carrier"}, "PUBLIC_URL is missing"),
    ],
)
def test_a_part_that_is_broken_is_said_and_stops_no_other(
    machine: Machine, setting: str, value: str, ill: set[str], says: str
) -> None:
    said, written = machine.doctor(**{setting: value})
    assert list(said) == PARTS
    assert {part for part, (well, _) in said.items() if not well} == ill | {"address"}
    assert any(re.search(says, words) for well, words in said.values() if not well), written
    assert "secret-" not in written
    assert TOKEN not in written
    assert "Traceback" not in written
