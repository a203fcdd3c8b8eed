"""What `absence-line doctor` looks at, with what each check needs."""

from collections.abc import Iterator

import requests

from console import doctor as look
from console.services import Services
from console.settings import SettingError
from recordings.models import installed


def checks(services: Services) -> Iterator[look.Check]:
    """What `doctor` looks at, with what each check needs."""
    settings, database = services.settings, services.database

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

    def speech() -> str:
        can_run = services.transcriber is not None
        models, wanted = services.speech_models, settings.speech_model
        return look.speech_model_is_one(installed(models, wanted) if can_run else None)

    def messages() -> str:
        most = services.school.most_texts_in_all
        return look.messages_leave(database, services.clock, most)

    yield look.Check("settings", secret)
    yield look.Check("school", school)
    yield look.Check("disk", lambda: look.folder_has_room(settings.data_dir))
    yield look.Check("recordings", lambda: look.recordings_are_kept(services.vault))
    yield look.Check("speech", speech)
    yield look.Check("database", lambda: look.database_is_ready(database))
    yield look.Check("roster", lambda: look.roster_is_there(database))
    yield look.Check("worker", lambda: look.worker_lives(database, services.clock))
    yield look.Check("messages", messages)
    yield look.Check("carrier", number)
    yield look.Check("address", lambda: look.address_is_ours(public(), requests.request))
