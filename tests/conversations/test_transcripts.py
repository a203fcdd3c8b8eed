"""Every transcript in this folder holds, on SQLite and on PostgreSQL."""

from pathlib import Path

import pytest

from tests.conversations.play import Player
from tests.support.line import WholeLine

HERE = Path(__file__).parent
TRANSCRIPTS = sorted(HERE.rglob("*.txt"))


@pytest.mark.parametrize("path", TRANSCRIPTS, ids=lambda path: str(path.relative_to(HERE)))
def test_transcript(path: Path, line: WholeLine) -> None:
    Player(line).play(path.read_text("utf-8"))
