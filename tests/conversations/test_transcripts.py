"""Every transcript in this folder holds, on SQLite and, in `make prove`, on PostgreSQL."""

from pathlib import Path

import pytest

from school.database import Database
from tests.conversations.play import Player
from tests.support.clock import StandingClock
from tests.support.databases import emptied
from tests.support.line import WholeLine, whole_line

HERE = Path(__file__).parent
TRANSCRIPTS = sorted(HERE.rglob("*.txt"))


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: str(path.relative_to(HERE)))
def test_transcript(path: Path, sqlite_line: WholeLine) -> None:
    Player(sqlite_line).play(path.read_text("utf-8"))


@pytest.mark.prove
@pytest.mark.postgresql
@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: str(path.relative_to(HERE)))
def test_transcript_on_postgresql(
    path: Path, postgresql_server: Database, clock: StandingClock
) -> None:
    Player(whole_line(emptied(postgresql_server), clock)).play(path.read_text("utf-8"))
