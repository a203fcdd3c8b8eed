"""The composition root: settings to services to the Flask app, and the `absence-line` commands.

Everything is put together here, once. Packages get plain values; none of them reads the
environment, asks for the time, or knows this module.
"""

import logging
import os
import sys
from contextlib import suppress
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from secrets import token_urlsafe

import click
from flask import Flask
from prometheus_client import CollectorRegistry
from sqlalchemy.exc import SQLAlchemyError

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
from console.checks import checks
from console.commands import data
from console.office import Office
from console.open_id import Provider
from console.server import WEB_OPTIONS, Server
from console.services import Services, now
from console.settings import SettingError, Settings
from console.tally import Tally
from flows.catalogue import MissingTranslation
from ivr.signature import guard
from ivr.simulator.carrier import Carrier, WebhookFailed, in_process
from ivr.simulator.demo import DemoFailed, DemoFolder, prepare, require_free
from ivr.simulator.demo import run as run_demo
from ivr.simulator.pages import blueprints as simulated_blueprints
from ivr.simulator.terminal import Terminal
from recordings.commands import DoesNotOpen, recordings_group, speech, transcribe
from recordings.models import DEFAULT, ModelTrouble, install, installed
from recordings.retention import NoSuchRecording
from recordings.stores import StoreUnusable
from school.commands import backup, db, restore, roster, staff, token
from school.database import DatabaseUnreachable, WrongSchema
from school.migrations import TooBusy
from school.numbers import NumberError, parse
from school.reading_commands import evaluate, interpret
from school.schedule import Stop, run_worker, stop_on_signals
from school.school_file import SchoolFileError

log = logging.getLogger(__name__)

LARGEST_REQUEST = 1 << 20  # bytes; the carrier sends a few thousand

EXPECTED = (
    SettingError,
    SchoolFileError,
    MissingTranslation,
    DatabaseUnreachable,
    WrongSchema,
    TooBusy,
    DemoFailed,
    WebhookFailed,
    NumberError,
    StoreUnusable,
    ModelTrouble,
    NoSuchRecording,
    DoesNotOpen,
)
"""What may go wrong without being our mistake; each is a sentence for the person."""


def provider(settings: Settings) -> Provider | None:
    """Where the school's people sign in with their own accounts."""
    issuer, client = settings.openid_issuer, settings.openid_client_id
    secret = settings.openid_client_secret
    return Provider(issuer, client, secret) if issuer and client and secret else None


def create_app(services: Services, *, simulator: bool = False, tally: Tally | None = None) -> Flask:
    """The web application: the carrier's webhooks, and what the school's people open.

    Args:
        services: what the parts share.
        simulator: with the pages that play telephone and texts in the browser; the demo only.
        tally: counts webhooks over all processes of the service; None for one of this app's own.
    """
    settings, database, clock = services.settings, services.database, services.clock
    school = services.school
    app = Flask("absence_line", static_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        OLD_SECRET_KEYS=settings.old_secret_keys,
        MAX_CONTENT_LENGTH=LARGEST_REQUEST,
        MAX_FORM_MEMORY_SIZE=LARGEST_REQUEST,
    )
    https = (settings.public_url or "").startswith("https:")
    console.errors.install(app)
    forms = console.safety.protect(app, https=https)
    tally = tally or Tally()
    figures = CollectorRegistry()
    figures.register(tally)
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
        tally.watch(webhooks)
        app.register_blueprint(forms.exempt(webhooks))
    zone = school.time.zone
    office = Office(database, clock, services.open_school, services.rosters, services.speakers)
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
        console.by_hand.blueprint(office, lambda: services.vault),
        console.messages.blueprint(office),
        console.recorded.blueprint(office),
        console.statistics.blueprint(office),
        console.roster.blueprint(office),
        console.school_year.blueprint(office),
        console.audit.blueprint(office),
        console.own.blueprint(office),
        console.open_id.blueprint(office, provider(settings)),
        forms.exempt(console.api.blueprint(database, clock)),
        console.health.blueprint(database, clock, zone, figures),
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


@click.group()
@click.pass_context
def cli(context: click.Context) -> None:
    """The telephone and text line for absences."""
    settings = Settings.from_env(os.environ)
    console.logs.start(settings.log_level, settings.log_format)
    context.obj = Services(settings, context.obj or now)  # another clock may be handed in


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

    tally = Tally()  # made before the processes part

    def make() -> Flask:
        ready = Services(settings, services.clock)
        made = create_app(ready, simulator=simulator, tally=tally)
        ready.rosters.read_ahead()
        return made

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
    zone = services.school.time.zone
    run_worker(jobs, services.database, services.clock, zone, stop, system=now)
    with suppress(SQLAlchemyError):  # the database may be the reason why it ends
        services.heart.stop()


@cli.command()
@click.option("--port", default=8000, show_default=True, help="Port of the web pages.")
@click.option("--data-dir", type=click.Path(file_okay=False, path_type=Path), default=None)
@click.pass_obj
def demo(services: Services, port: int, data_dir: Path | None) -> None:
    """Run a demo school, with telephone and texts in the browser."""
    require_free(port)
    folder = DemoFolder((data_dir or services.settings.data_dir).resolve())
    settings = Settings.from_env({**os.environ, **folder.environment(port)})
    prepared = Services(settings, services.clock)
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
    settings = replace(services.settings, twilio_auth_token=auth_token)
    ready = Services(settings, services.clock)
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


def main() -> None:
    """The `absence-line` command: it exits with 0; with 1 after a failure, 2 after wrong words."""
    os.umask(0o077)  # what is written is of families, and for nobody else on the machine
    console.logs.catch_all()
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
