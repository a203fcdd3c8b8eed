"""`kill -9` at any point of any step: nothing lost, nothing twice, no copy left behind."""

import json
import random
import subprocess
import sys
import time
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from recordings.stores import Folder
from recordings.transcripts import TranscriptRow
from recordings.vault import Vault
from recordings.voicemails import Voicemail, VoicemailState, keep
from school.database import Database
from school.people import StudentRow
from school.reports import Flag, Report
from tests.prove.recording_worker import Work
from tests.recordings.parts import ROSTER, SECRET, wav
from tests.support.carrier_api import ACCOUNT, TOKEN, CarrierApi
from tests.support.serving import serving

LONGEST = 600  # seconds; at rest it takes ten
SECONDS = 7


def left(database: Database, api: CarrierApi, count: int) -> None:
    """So many messages wait at the carrier, each of a call that nobody noted."""
    with database.begin() as session:
        session.add_all(
            StudentRow(
                student_id=s.student_id, first_name=s.first_name, last_name=s.last_name,
                grade=s.grade, birth_date=s.birth_date,
            )
            for s in ROSTER.students.values()
        )  # fmt: skip
        for n in range(count):
            sid, call_sid = f"RE{n:032x}", f"CA{n:032x}"
            made_at = datetime.now(UTC) - timedelta(minutes=5)
            keep(session, sid, call_sid, VoicemailState.RECEIVED, SECONDS, made_at)
            api.add_recording(sid, wav(SECONDS, loudness=(n + 1) / (count + 1)), call_sid)
            api.calls.append({"sid": call_sid, "from": "+13315550127", "to": "+17735348600"})


def killed_over_and_over(
    database: Database, folder: Path, api: CarrierApi, workers: int, danger: float
) -> int:
    """Let workers that die work on it until it is done; how many died."""
    began = time.time()
    with serving(api.app()) as address:
        work = Work(
            database=database.engine.url.render_as_string(hide_password=False),
            folder=str(folder), carrier=address, account=ACCOUNT, token=TOKEN, began=began,
            danger=danger, seed=0, until=began + LONGEST,
        )  # fmt: skip
        seeds = random.sample(range(10_000), workers)
        processes = [
            subprocess.Popen(  # noqa: S603  (our own program)
                [
                    sys.executable, "-m", "tests.prove.recording_worker",
                    json.dumps(asdict(work) | {"seed": seed}),
                ],
                stdout=subprocess.PIPE,
                cwd=Path(__file__).parents[2],
            )
            for seed in seeds
        ]  # fmt: skip
        ended = [(process.communicate(timeout=LONGEST + 30)[0], process) for process in processes]
    assert [process.returncode for _, process in ended] == [0] * workers, f"seeds {seeds}"
    return sum(int(said) for said, _ in ended)


def check(database: Database, folder: Path, api: CarrierApi, count: int) -> None:
    vault = Vault(Folder(folder), [SECRET])
    with database.reading() as session:
        rows = session.scalars(select(Voicemail)).all()
        reports = session.scalars(select(Report)).all()
        written = set(session.scalars(select(TranscriptRow.voicemail_id)))
    assert len(rows) == count
    assert {row.state for row in rows} == {"settled"}
    assert all(row.copy_deleted_at for row in rows)
    assert api.sounds == {}
    for n, row in enumerate(sorted(rows, key=lambda row: row.recording_sid)):
        assert vault.get(row.in_vault) == wav(SECONDS, loudness=(n + 1) / (count + 1))
    of_each: dict[str | None, list[Report]] = {row.recording_sid: [] for row in rows}
    for report in reports:
        of_each[report.recording_sid].append(report)
    for row in rows:
        if row.id in written:  # two sisters in each message: a report for each, once
            students = [one.student_id for one in of_each[row.recording_sid]]
            assert students in (["1", "2"], ["2", "1"])
        else:  # three workers died over it: it is left to a person, once
            (report,) = of_each[row.recording_sid]
            assert Flag.NOT_TRANSCRIBED in report.flags
    assert len(written) > count / 2


@pytest.mark.parametrize("count", [3, pytest.param(40, marks=pytest.mark.prove)])
def test_workers_that_are_killed_at_every_step_lose_nothing_and_draft_once(
    database: Database, tmp_path: Path, count: int
) -> None:
    api, workers = CarrierApi(), 1 if database.engine.dialect.name == "sqlite" else 3
    left(database, api, count)
    deaths = killed_over_and_over(database, tmp_path / "vault", api, workers, danger=0.04)
    check(database, tmp_path / "vault", api, count)
    print(f"{count} messages, {workers} workers, killed {deaths} times")  # noqa: T201  (of make prove)
