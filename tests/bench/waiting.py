"""What waits at seven o'clock: the real worker, with a speech model and without one.

Its time by the clock and by the processor, and the most memory it took.
"""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import func, select

from console.services import now
from recordings.models import install
from recordings.sound import read_sound
from recordings.voicemails import Voicemail, VoicemailState, keep
from school.database import Database
from school.migrations import upgrade
from school.roster import import_roster
from school.roster_files import DEMO_FOLDER, read_folder
from tests.support.carrier_api import ACCOUNT, TOKEN, CarrierApi
from tests.support.serving import serving
from tests.support.speech import WOMAN, message

COUNT, WANTED = 12, 100
LONGEST = 900  # seconds
MOTHER = "+13315550127"  # of Mariana and Marlene Cuevas
TEXT = (
    "Hi, good morning, this is Elena Cuevas, the mother of Mariana and Marlene Cuevas. "
    "I am calling because both of them have been up all night with a stomach bug. "
    "Mariana started throwing up at about ten, and then Marlene had a fever as well. "
    "We went to see the doctor, and she told us to keep them at home and to let them rest. "
    "So Mariana and Marlene will not be in school today, and probably not tomorrow either. "
    "If they have missed any homework, please let me know, and I will pick it up at the office. "
    "You can call me back at this number at any time. Thank you very much, and have a good day. "
    "Bye."
)


@dataclass(frozen=True)
class Shown:
    """What one worker needed until everything was drafted and no copy was left."""

    seconds: float
    processor: float
    megabytes: float


def measure() -> None:
    """Print what becomes of the messages, and what it costs."""
    sound = message(TEXT, WOMAN, snr=20)
    length = read_sound(sound).seconds
    print(f"\n{COUNT} messages of {length:.0f} s wait for one worker")
    for model in ("base", None):
        shown = _worked_on(sound, model)
        whole = WANTED / COUNT / 60
        print(
            f"  {'with ' + model if model else 'without a model':16}"
            f"{shown.seconds:6.0f} s by the clock, {shown.processor:.0f} s of the processor"
            f" (so {WANTED} take {shown.seconds * whole:.0f} and {shown.processor * whole:.0f}"
            f" minutes); at most {shown.megabytes:.0f} MB"
        )


def _worked_on(sound: bytes, model: str | None) -> Shown:
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/absence-line.sqlite3")
        api = CarrierApi()
        _leave(database, api, sound)
        if model:
            install(Path(folder) / "speech", model)
        with serving(api.app()) as address:
            environ = os.environ | {
                "ABSENCE_LINE_DATA_DIR": folder,
                "ABSENCE_LINE_SECRET_KEY": "a key of the benchmark, long enough for one",
                "ABSENCE_LINE_LOG_LEVEL": "warning",
                "TWILIO_ACCOUNT_SID": ACCOUNT,
                "TWILIO_AUTH_TOKEN": TOKEN,
                "TWILIO_API_URL": address,
            }
            command = [sys.executable, "-m", "app", "worker"]
            with subprocess.Popen(command, env=environ) as worker:  # noqa: S603  (our own program)
                try:
                    return _until_done(database, worker.pid)
                finally:
                    worker.terminate()
                    database.close()


def _leave(database: Database, api: CarrierApi, sound: bytes) -> None:
    upgrade(database.engine)
    with database.begin() as session:
        import_roster(session, read_folder(DEMO_FOLDER), now())
        for n in range(COUNT):
            sid, call_sid = f"RE{n:032x}", f"CA{n:032x}"
            seconds, made_at = round(read_sound(sound).seconds), now() - timedelta(minutes=5)
            keep(session, sid, call_sid, VoicemailState.RECEIVED, seconds, made_at)
            api.add_recording(sid, sound, call_sid)
            api.calls.append({"sid": call_sid, "from": MOTHER, "to": "+17735348600"})


def _until_done(database: Database, pid: int) -> Shown:
    began = time.monotonic()
    drafted = (VoicemailState.DRAFTED, VoicemailState.SETTLED)
    while True:
        with database.reading() as session:
            left = session.scalar(select(func.count()).where(Voicemail.state.not_in(drafted)))
        taken = time.monotonic() - began
        if not left:
            return Shown(taken, _processor(pid), _most_megabytes(pid))
        if taken > LONGEST:
            raise TimeoutError(f"{left} messages are not drafted after {LONGEST} seconds.")
        time.sleep(0.2)


def _processor(pid: int) -> float:
    """The seconds of the processor, by user and system."""
    after_the_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(after_the_name[11]) + int(after_the_name[12])) / os.sysconf("SC_CLK_TCK")


def _most_megabytes(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))
