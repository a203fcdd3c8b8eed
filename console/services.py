"""What the parts of the line share, put together from the settings: nothing here does work.

Everything is made once, when it is first asked for. The composition root hands it on as plain
values; no other module knows this one.
"""

import os
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from functools import cached_property, partial
from importlib.util import find_spec
from pathlib import Path
from socket import gethostname

from sqlalchemy.orm import Session

import ivr.sms
import ivr.spoken
import ivr.voice
from console.settings import SettingError, Settings
from flows.catalogue import Speaker, speakers
from ivr.forgetting import forget_conversations
from ivr.gateway import Account, Gateway
from ivr.registrar import Registrar
from ivr.rosters import RosterCache
from ivr.sweeping import close_abandoned
from ivr.turns import TurnTaker
from ivr.twiml import Renderer
from recordings.drafting import Drafter
from recordings.fetching import Fetcher
from recordings.models import SPEECH_MISSING, ModelTrouble, installed
from recordings.picture_fetching import PictureFetcher
from recordings.picture_letters import tell_not_read
from recordings.picture_retention import purge_pictures
from recordings.pictures import file_pictures, keep_pictures
from recordings.pipeline import Pipeline
from recordings.retention import Keeper
from recordings.stores import store_at
from recordings.transcribing import Writer
from recordings.transcription import Transcriber
from recordings.vault import Vault
from recordings.voicemails import held_calls, keep_message
from recordings.whisper import Whisper
from school.closings import OpenSchool
from school.database import Clock, Database
from school.dispatch import (
    Stopping,
    dispatch_due,
    dispatch_urgent,
    look_for_doubtful,
    poll_receipts,
)
from school.fuse import Fuse
from school.heartbeat import BEAT_SECONDS, Heart
from school.leavers import forget_leavers
from school.notes_due import remind
from school.pickups import forget as forget_pickups
from school.release_letters import Post
from school.retention import forget_texts, forget_words
from school.schedule import Daily, Every, Stop
from school.school_file import School, read_school
from school.sending import Sender

FORGET_AT = time(2, 30)  # of the school's clock; nobody calls then


def now() -> datetime:
    """The time, aware and in UTC: the clock that everything gets."""
    return datetime.now(UTC)


class Services:
    """What the parts of the line share, made when it is first asked for."""

    def __init__(
        self, settings: Settings, clock: Clock = now, database: Database | None = None
    ) -> None:
        self.settings = settings
        self.clock = clock
        self._database = database

    @cached_property
    def database(self) -> Database:
        """The database."""
        return self._database or Database(self.settings.database_url)

    @property
    def recordings_folder(self) -> Path:
        """Where sealed recordings lie, unless an object store keeps them."""
        address = self.settings.recordings
        return self.settings.data_dir / "recordings" if "://" in address else Path(address)

    @cached_property
    def school(self) -> School:
        """The school."""
        return read_school(self.settings.school_file)

    @cached_property
    def open_school(self) -> OpenSchool:
        """The school as it is open now."""
        return OpenSchool(self.school, self.database, self.clock)

    @cached_property
    def speakers(self) -> dict[str, Speaker]:
        """A speaker for each language of the school."""
        return speakers(self.school.facts.languages)

    @cached_property
    def rosters(self) -> RosterCache:
        """The roster in memory."""
        return RosterCache(self.database, self.clock)

    @cached_property
    def taker(self) -> TurnTaker:
        """Takes the turns of calls and texts."""
        return TurnTaker(
            database=self.database,
            clock=self.clock,
            school=self.school,
            open_school=self.open_school.get,
            rosters=self.rosters,
            registrar=Registrar(
                self.school, self.speakers, keep_message, keep_pictures, file_pictures
            ),
        )

    @cached_property
    def renderer(self) -> Renderer:
        """Writes replies to the carrier."""
        return Renderer(
            self.speakers, self.school.facts, self.school.office, self.school.record_calls
        )

    def gateway(self) -> Gateway:
        """The carrier's REST server.

        Raises:
            SettingError: there is no account.
        """
        settings = self.settings
        if not settings.twilio_account_sid or not settings.twilio_auth_token:
            raise SettingError(
                "TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN are needed to send messages."
            )
        return Gateway(
            Account(
                sid=settings.twilio_account_sid,
                token=settings.twilio_auth_token,
                from_number=settings.twilio_from_number or self.school.phone,
                voices=self.school.facts.languages,
                messaging_service=settings.twilio_messaging_service_sid,
                api_url=settings.twilio_api_url,
                public_url=settings.public_url,
                hear_again=ivr.spoken.offers(self.speakers),
            )
        )

    def jobs(self, stop: Stop) -> tuple[Every | Daily, ...]:
        """What the worker does, and how often."""
        database, clock, sender = self.database, self.clock, self.gateway()
        ending = stop.is_set
        return (
            Every("alive", BEAT_SECONDS, self.heart.beat),
            Every("dispatch", 1, lambda: self.dispatch(sender, ending)),
            Every("urgent", 0.5, lambda: dispatch_urgent(database, sender, clock, ending)),
            Every(
                "doubtful", 30, lambda: look_for_doubtful(database, sender, clock, stopping=ending)
            ),
            Every("receipts", 60, lambda: poll_receipts(database, sender, clock, stopping=ending)),
            Every("abandoned", 30, lambda: close_abandoned(self.taker)),
            Daily("note_reminders", self.school.notes.at, self._remind_of_notes),
            *self.pipeline(sender).jobs(ending),
            Every("pictures", 2, lambda: self.pictures(sender).run(ending)),
            Every("old_pictures", 3600, lambda: self.purge_pictures(ending)),
            Daily("retention", FORGET_AT, self.forget),
        )

    @cached_property
    def fuse(self) -> Fuse:
        """The bound on the texts of a whole day."""
        return Fuse(self.database, self.clock, self.school.most_texts_in_all)

    def dispatch(self, sender: Sender, stopping: Stopping) -> int:
        """Send what is due, within the bound of the day."""
        if self.fuse.blown():
            return 0
        return dispatch_due(self.database, sender, self.clock, stopping=stopping)

    @cached_property
    def heart(self) -> Heart:
        """This worker's signs of life."""
        return Heart(self.database, self.clock, f"{gethostname()[:80]}:{os.getpid()}")

    def forget(self) -> None:
        """Delete the words whose time is over by the school file, some at a time."""
        now, kept = self.clock(), self.school.retention
        words_before = now - timedelta(days=kept.conversations)
        with self.database.begin() as session:
            forget_pickups(session, now.astimezone(self.school.time.zone).date())
            held = held_calls(session)
            forget_texts(session, now - timedelta(days=kept.texts), now)
        jobs: tuple[Callable[[Session], int], ...] = (
            lambda session: forget_words(session, words_before, now, held),
            lambda session: forget_conversations(session, words_before, now, held),
            lambda session: forget_leavers(session, now),
        )
        for forget in jobs:
            forgotten = True
            while forgotten:
                with self.database.begin() as session:
                    forgotten = bool(forget(session))

    def _remind_of_notes(self) -> int:
        return remind(self.database, Post(self.open_school.get(), self.speakers, self.clock()))

    @cached_property
    def vault(self) -> Vault:
        """Where recordings lie, encrypted.

        Raises:
            SettingError: there is no key to encrypt them with.
            StoreUnusable: their address is none.
        """
        settings = self.settings
        if settings.secret_key is None:
            raise SettingError("ABSENCE_LINE_SECRET_KEY is missing: it encrypts recordings.")
        keys = (settings.secret_key, *settings.old_secret_keys)
        return Vault(store_at(settings.recordings), keys)

    def pictures(self, carrier: Gateway) -> PictureFetcher:
        """What becomes of photos of notes."""
        tell = partial(tell_not_read, self.school, self.speakers, self.clock)
        return PictureFetcher(self.database, self.clock, carrier, self.vault, tell)

    def purge_pictures(self, stopping: Stopping) -> int:
        """Delete the photos whose time is over."""
        keep = timedelta(days=self.school.retention.recordings)
        return purge_pictures(self.database, self.clock, self.vault, keep, stopping)

    def pipeline(self, carrier: Gateway) -> Pipeline:
        """What becomes of recordings."""
        database, clock, school, roster = (
            self.database, self.clock, self.school, self.rosters.get,
        )  # fmt: skip
        return Pipeline(
            Fetcher(database, clock, carrier, self.vault),
            Writer(database, clock, self.vault, self.transcriber, roster),
            Drafter(database, clock, self.open_school.get, roster),
            Keeper(
                database,
                clock,
                self.vault,
                timedelta(days=school.retention.recordings),
                timedelta(days=school.retention.transcripts),
            ),
            school.facts.first_language,
            own_numbers={school.phone, carrier.account.from_number},
            record_calls=school.record_calls,
        )

    @property
    def speech_models(self) -> Path:
        """The folder of installed speech models."""
        return self.settings.data_dir / "speech"

    @cached_property
    def transcriber(self) -> Transcriber | None:
        """What turns recordings into text; None where no model is installed.

        Raises:
            ModelTrouble: the one that the settings name is not there, or nothing could run it.
        """
        wanted = self.settings.speech_model
        folder = installed(self.speech_models, wanted)
        if folder is not None and find_spec("faster_whisper") is None:
            if wanted:
                raise ModelTrouble(SPEECH_MISSING)
            folder = None
        return Whisper(folder, tuple(self.school.facts.languages)) if folder else None
