"""The composition root: settings to services to the Flask app, and the `absence-line` commands.

Everything is put together here, once. Packages get plain values; none of them reads the
environment, asks for the time, or knows this module.
"""

import logging
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import cached_property, partial
from importlib.util import find_spec
from pathlib import Path
from secrets import token_urlsafe

import click
import requests
from flask import Flask
from gunicorn.app.base import BaseApplication
from prometheus_client import CollectorRegistry

import console.accounts
import console.api
import console.audit
import console.by_hand
import console.desk
import console.desk_notes
import console.doctor
import console.entry
import console.errors
import console.health
import console.listening
import console.logs
import console.look
import console.messages
import console.open_id
import console.out
import console.own
import console.pictures
import console.recorded
import console.roster
import console.safety
import console.school_year
import console.sign_in
import console.statistics
import console.worklist
import ivr.sms
import ivr.spoken
import ivr.voice
import recordings.webhook
from console.commands import data
from console.office import Office
from console.open_id import Provider
from console.settings import SettingError, Settings
from flows.catalogue import MissingTranslation, Speaker, speakers
from ivr.forgetting import forget_conversations
from ivr.gateway import Account, Gateway
from ivr.registrar import Registrar
from ivr.rosters import RosterCache
from ivr.signature import guard
from ivr.simulator.carrier import Carrier, WebhookFailed, in_process
from ivr.simulator.demo import DemoFailed, DemoFolder, prepare
from ivr.simulator.demo import run as run_demo
from ivr.simulator.pages import blueprints as simulated_blueprints
from ivr.simulator.terminal import Terminal
from ivr.sweeping import close_abandoned
from ivr.turns import TurnTaker
from ivr.twiml import Renderer
from recordings.commands import recordings_group, speech, transcribe
from recordings.drafting import Drafter
from recordings.fetching import Fetcher
from recordings.models import DEFAULT, SPEECH_MISSING, ModelTrouble, install, installed
from recordings.picture_fetching import PictureFetcher
from recordings.picture_letters import tell_not_read
from recordings.picture_retention import purge_pictures
from recordings.pictures import file_pictures, keep_pictures
from recordings.pipeline import Pipeline
from recordings.retention import Keeper, NoSuchRecording
from recordings.stores import StoreUnusable, store_at
from recordings.transcribing import Writer
from recordings.transcription import Transcriber
from recordings.vault import Vault
from recordings.voicemails import held_calls, keep_message
from recordings.whisper import Whisper
from school.commands import backup, db, restore, roster, staff, token
from school.database import Clock, Database, DatabaseUnreachable, SchemaTooOld
from school.dispatch import (
    Stopping,
    dispatch_due,
    dispatch_urgent,
    look_for_doubtful,
    poll_receipts,
)
from school.notes_due import remind
from school.numbers import NumberError, parse
from school.reading_commands import evaluate, interpret
from school.release_letters import Post
from school.retention import forget_texts, forget_words
from school.schedule import Daily, Every, Stop, run_worker, stop_on_signals
from school.school_file import School, SchoolFileError, read_school

log = logging.getLogger(__name__)

LARGEST_REQUEST = 1 << 20  # bytes; the carrier sends a few thousand
FORGET_AT = time(2, 30)  # of the school's clock; nobody calls then
WEB_OPTIONS: dict[str, object] = {
    "worker_class": "gthread",
    "threads": 8,
    "loglevel": "warning",
    "timeout": 30,  # seconds without a sign of life after which a process is replaced
}

EXPECTED = (
    SettingError,
    SchoolFileError,
    MissingTranslation,
    DatabaseUnreachable,
    SchemaTooOld,
    DemoFailed,
    WebhookFailed,
    NumberError,
    StoreUnusable,
    ModelTrouble,
    NoSuchRecording,
)
"""What may go wrong without being our mistake; each is a sentence for the person."""


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
        return self.settings.data_dir / "recordings"

    @cached_property
    def school(self) -> School:
        """The school."""
        return read_school(self.settings.school_file)

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
            Every("dispatch", 1, lambda: dispatch_due(database, sender, clock, stopping=ending)),
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

    def forget(self) -> None:
        """Delete the words whose time is over by the school file, some at a time."""
        now, kept = self.clock(), self.school.retention
        words_before = now - timedelta(days=kept.conversations)
        with self.database.begin() as session:
            held = held_calls(session)
            forget_texts(session, now - timedelta(days=kept.texts), now)
        for forget in (forget_words, forget_conversations):
            forgotten = True
            while forgotten:
                with self.database.begin() as session:
                    forgotten = bool(forget(session, words_before, now, held))

    def _remind_of_notes(self) -> int:
        return remind(self.database, Post(self.school, self.speakers, self.clock()))

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
            Drafter(database, clock, school, roster),
            Keeper(
                database,
                clock,
                self.vault,
                timedelta(days=school.retention.recordings),
                timedelta(days=school.retention.transcripts),
            ),
            school.facts.first_language,
            own_numbers={school.phone, carrier.account.from_number},
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


def provider(settings: Settings) -> Provider | None:
    """Where the school's people sign in with their own accounts."""
    issuer, client = settings.openid_issuer, settings.openid_client_id
    secret = settings.openid_client_secret
    return Provider(issuer, client, secret) if issuer and client and secret else None


def create_app(services: Services, *, simulator: bool = False) -> Flask:
    """The web application: the carrier's webhooks, and what the school's people open.

    Args:
        services: what the parts share.
        simulator: with the pages that play telephone and texts in the browser; the demo only.
    """
    settings, database, clock = services.settings, services.database, services.clock
    school = services.school
    app = Flask("absence_line", static_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST,
    )
    https = (settings.public_url or "").startswith("https:")
    console.errors.install(app)
    forms = console.safety.protect(app, https=https)
    tokens = (settings.twilio_auth_token,) if settings.twilio_auth_token else ()
    for webhooks in (
        ivr.voice.blueprint(services.taker, services.renderer, settings.public_url),
        ivr.sms.blueprint(services.taker, services.renderer),
        ivr.spoken.blueprint(
            database, school.facts.languages, services.speakers, settings.public_url
        ),
        recordings.webhook.blueprint(database, clock, record_calls=school.record_calls),
    ):
        guard(webhooks, tokens, settings.public_url)
        app.register_blueprint(forms.exempt(webhooks))
    zone = school.time.zone
    office = Office(database, clock, school, services.rosters, services.speakers)
    for pages in (
        console.look.blueprint(clock, school.facts, zone),
        console.sign_in.blueprint(database, clock),
        console.worklist.blueprint(office),
        console.listening.blueprint(database, clock, lambda: services.vault),
        console.pictures.blueprint(database, clock, lambda: services.vault),
        console.entry.blueprint(office),
        console.desk.blueprint(office),
        console.desk_notes.blueprint(office),
        console.out.blueprint(office),
        console.accounts.blueprint(office),
        console.by_hand.blueprint(office),
        console.messages.blueprint(office),
        console.recorded.blueprint(office),
        console.statistics.blueprint(office),
        console.roster.blueprint(office),
        console.school_year.blueprint(office),
        console.audit.blueprint(office),
        console.own.blueprint(office),
        console.open_id.blueprint(office, provider(settings)),
        forms.exempt(console.api.blueprint(database, clock)),
        console.health.blueprint(database, clock, zone, CollectorRegistry()),
    ):
        app.register_blueprint(pages)
    if simulator:
        public = settings.public_url or ""
        carrier = Carrier(
            in_process(app, public),
            public,
            settings.twilio_auth_token or "",
            settings.twilio_account_sid or "",
        )
        played = simulated_blueprints(carrier, school, services.rosters, database, clock)
        app.register_blueprint(played.pages)
        app.register_blueprint(forms.exempt(played.rest_api))
    return app


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn ships no types
    """The production web server: processes that each serve several requests at once."""

    def __init__(self, make: Callable[[], Flask], options: dict[str, object]) -> None:
        self._make, self._options = make, options
        super().__init__()

    def load_config(self) -> None:
        """Take our options instead of a command line's."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """The app, made in each process for itself: database connections are not shared."""
        return self._make()


@click.group()
@click.pass_context
def cli(context: click.Context) -> None:
    """The telephone and text line for absences."""
    settings = Settings.from_env(os.environ)
    console.logs.start(settings.log_level, settings.log_format)
    context.obj = Services(settings)


for command in (
    db,
    backup,
    restore,
    roster,
    staff,
    token,
    interpret,
    evaluate,
    speech,
    transcribe,
    data,
    recordings_group,
):
    cli.add_command(command)


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, help="Port to listen on.")
@click.option("--workers", default=1, show_default=True, help="How many processes.")
@click.option("--simulator", is_flag=True, hidden=True)
@click.pass_obj
def web(services: Services, host: str, port: int, workers: int, simulator: bool) -> None:
    """Serve the webhooks and the console."""
    settings = services.settings
    if settings.secret_key is None:
        raise SettingError("ABSENCE_LINE_SECRET_KEY is missing: it signs the staff's sessions.")
    if not settings.twilio_auth_token:
        raise SettingError("TWILIO_AUTH_TOKEN is missing: no webhook could be trusted.")
    if simulator and not (settings.twilio_api_url or "").startswith("http://127.0.0.1:"):
        raise SettingError("The simulator signs calls for anybody: it is for the demo only.")
    services.database.check()
    _ = services.speakers  # a school file or translation that is wrong stops the start here
    services.database.close()

    def make() -> Flask:
        return create_app(Services(settings), simulator=simulator)

    options = WEB_OPTIONS | {"bind": f"{host}:{port}", "workers": workers}
    Server(make, options).run()


@cli.command()
@click.pass_obj
def worker(services: Services) -> None:
    """Send the outbox and run the scheduled work."""
    services.database.check()
    stop = Stop()
    stop_on_signals(stop)
    jobs = services.jobs(stop)
    run_worker(jobs, services.database, services.clock, services.school.time.zone, stop)


@cli.command()
@click.option("--port", default=8000, show_default=True, help="Port of the web pages.")
@click.option("--data-dir", type=click.Path(file_okay=False, path_type=Path), default=None)
@click.pass_obj
def demo(services: Services, port: int, data_dir: Path | None) -> None:
    """Run a demo school, with telephone and texts in the browser."""
    folder = DemoFolder((data_dir or services.settings.data_dir).resolve())
    prepared = Services(Settings.from_env({**os.environ, **folder.environment(port)}))
    prepare(prepared.database, prepared.clock, folder)
    prepared.database.close()
    prepare_speech(prepared)
    run_demo(folder, port, os.environ, click.echo)


def prepare_speech(services: Services) -> None:
    """Put the default speech model in its place, where it is missing and could be run."""
    wanted = services.settings.speech_model
    if wanted or installed(services.speech_models, None) or find_spec("faster_whisper") is None:
        return
    click.echo("Putting the speech model in its place ...")
    try:
        install(services.speech_models, DEFAULT)
    except ModelTrouble as trouble:
        click.echo(f"{trouble} Voicemail will not be transcribed.", err=True)


@cli.command()
@click.option("--from", "from_", default="", help="The caller's number; withheld without one.")
@click.pass_obj
def call(services: Services, from_: str) -> None:
    """Call the line in the terminal, through the same webhooks."""
    services.database.check()
    auth_token = services.settings.twilio_auth_token or token_urlsafe()
    ready = Services(replace(services.settings, twilio_auth_token=auth_token))
    public = ready.settings.public_url or "http://localhost"
    carrier = Carrier(in_process(create_app(ready), public), public, auth_token)
    number = parse(from_) if from_ else "anonymous"
    Terminal(carrier, click.echo, input).play(number, ready.school.phone)


@cli.command()
@click.pass_obj
def doctor(services: Services) -> None:
    """Check settings, database, disk, carrier and addresses; a line each."""
    well = True
    for finding in console.doctor.examine(tuple(checks(services)), (*EXPECTED, console.doctor.Ill)):
        click.echo(f"{'ok' if finding.well else 'FAILED':8}{finding.name:12}{finding.words}")
        well = well and finding.well
    if not well:
        sys.exit(1)


def checks(services: Services) -> Iterator[console.doctor.Check]:
    """What `doctor` looks at, with what each check needs."""
    look, settings, database = console.doctor, services.settings, services.database

    def school() -> str:
        languages = ", ".join(services.speakers)
        return f"{services.school.facts.name}, in {languages}."

    def number() -> str:
        number = settings.twilio_from_number or services.school.phone
        return look.number_asks_us(services.gateway(), number, public())

    def public() -> str:
        if settings.public_url is None:
            raise SettingError("ABSENCE_LINE_PUBLIC_URL is missing: the carrier's way to here.")
        return settings.public_url

    def secret() -> str:
        if settings.secret_key is None:
            raise SettingError("ABSENCE_LINE_SECRET_KEY is missing: it signs the staff's sessions.")
        return "The secret key is set."

    yield look.Check("settings", secret)
    yield look.Check("school", school)
    yield look.Check("disk", lambda: look.folder_has_room(settings.data_dir))
    yield look.Check("database", lambda: look.database_is_ready(database))
    yield look.Check("roster", lambda: look.roster_is_there(database))
    yield look.Check("worker", lambda: look.messages_leave(database, services.clock))
    yield look.Check("carrier", number)
    yield look.Check("address", lambda: look.address_is_ours(public(), requests.request))


def main() -> None:
    """The `absence-line` command: exit status 0 done, 1 it failed, 2 the words were wrong."""
    try:
        cli()
    except EXPECTED as error:
        click.echo(str(error), err=True)
        sys.exit(1)
    except Exception:  # our own mistake: the place goes into the log, and no words of a family
        log.exception("failed")
        click.echo("Something went wrong in the program itself; see the line above.", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
