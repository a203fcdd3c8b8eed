"""What a family is told when the photo of a note could not be taken."""

from collections.abc import Mapping

from sqlalchemy.orm import Session

from flows import letter_wording
from flows.catalogue import Speaker
from flows.scene import Channel
from flows.turn import Notice
from recordings.pictures import Picture
from school.database import Clock
from school.outbox import Letter, queue
from school.people import Recalled, recall
from school.school_file import School


def tell_not_read(
    school: School,
    speakers: Mapping[str, Speaker],
    clock: Clock,
    session: Session,
    picture: Picture,
) -> None:
    """Ask for the note once more, in the language of the number; once for each text."""
    phone, now = picture.from_phone, clock()
    if phone is None:
        return
    known = recall(session.connection(), (phone,)).get(phone, Recalled())
    first = school.facts.first_language
    language = known.language if known.language in speakers else first
    words = Notice(letter_wording.NOTE_NOT_READ, {"school": school.facts.name})
    letter = Letter(
        dedupe_key=f"picture:{picture.message_sid}:not_read",
        to_phone=phone,
        language=language or first,
        body=speakers[language or first].write(words, Channel.SMS, school.time.local(now).date()),
        report_id=picture.report_id,
    )
    queue(session, letter, now)
