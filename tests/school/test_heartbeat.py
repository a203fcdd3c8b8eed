"""Whether a worker is alive is known to whoever asks."""

from school.database import Database
from school.heartbeat import Heart, alive, last_seen
from tests.support.clock import StandingClock


def living(database: Database, clock: StandingClock) -> int:
    with database.reading() as session:
        return alive(session, clock())


def test_each_worker_counts_until_its_signs_stay_away(
    database: Database, clock: StandingClock
) -> None:
    one, another = (Heart(database, clock, name) for name in ("a:1", "b:1"))
    assert living(database, clock) == 0
    one.beat()
    another.beat()
    assert living(database, clock) == 2
    clock.go_on(minutes=1)
    one.beat()
    assert living(database, clock) == 2, "one sign may be late"
    clock.go_on(minutes=1)
    assert living(database, clock) == 1, "the other was killed"


def test_a_worker_that_ends_does_not_count_any_more(
    database: Database, clock: StandingClock
) -> None:
    heart = Heart(database, clock, "a:1")
    heart.beat()
    heart.stop()
    assert living(database, clock) == 0


def test_what_was_killed_is_forgotten_after_a_week(
    database: Database, clock: StandingClock
) -> None:
    Heart(database, clock, "killed:1").beat()
    clock.go_on(minutes=8 * 24 * 60)
    with database.reading() as session:
        assert last_seen(session) is not None
    heart = Heart(database, clock, "a:1")
    heart.beat()
    heart.stop()
    with database.reading() as session:
        assert last_seen(session) is None
