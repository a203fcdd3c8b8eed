"""A bound on the texts of a whole day, whoever causes them.

Somebody who means harm can call from ever new numbers, and have the school text its families all
day. Beyond the bound nothing more goes out, but what the front desk needs at once: the reports are
taken all the same, the messages wait, and the operator is told.
"""

import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import select

from school.database import Clock, Database
from school.outbox import Message

log = logging.getLogger(__name__)

A_DAY = timedelta(days=1)


@dataclass(slots=True)
class Fuse:
    """Says whether the day's texts are used up; one for each worker."""

    database: Database
    clock: Clock
    most: int  # messages that may be queued in a day
    _blown: bool = field(default=False, init=False)

    def blown(self) -> bool:
        """Whether more was queued since this time yesterday than may be; logged when it changes."""
        blown = used_up(self.database, self.most, self.clock())
        if blown != self._blown:
            log.log(
                logging.ERROR if blown else logging.WARNING,
                "texts_held_back" if blown else "texts_go_out_again",
                extra={"most_in_all": self.most},
            )
        self._blown = blown
        return blown


def used_up(database: Database, most: int, now: datetime) -> bool:
    """Whether more messages than these were queued since this time yesterday."""
    # Read along the key: how many there are in the table makes no difference.
    one_too_many = select(Message.created_at).order_by(Message.id.desc()).offset(most).limit(1)
    with database.reading() as session:
        found = session.scalar(one_too_many)
    return found is not None and found >= now - A_DAY
