"""What the operator sets: environment variables, read once into frozen values.

Nothing else reads the environment, and no room gets these settings whole: it gets plain values.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from school.school_file import SHIPPED

SHORTEST_SECRET = 32


class SettingError(Exception):
    """A setting is missing or malformed; the sentence names it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the environment says. A secret may also come from the file that NAME_FILE names."""

    data_dir: Path
    database_url: str
    school_file: Path
    public_url: str | None
    secret_key: str | None
    old_secret_keys: tuple[str, ...]
    recordings: str
    speech_model: str | None
    log_level: str
    log_format: str
    twilio_account_sid: str | None
    twilio_auth_token: str | None
    twilio_from_number: str | None
    twilio_messaging_service_sid: str | None
    twilio_api_url: str | None
    openid_issuer: str | None
    openid_client_id: str | None
    openid_client_secret: str | None

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """The settings of this environment.

        Raises:
            SettingError: with a sentence that names the setting and what is expected.
        """
        read = Environment(environ)
        data_dir = Path(read.text("ABSENCE_LINE_DATA_DIR") or "./instance")
        return cls(
            data_dir=data_dir,
            database_url=read.database_url(data_dir),
            school_file=Path(read.text("ABSENCE_LINE_SCHOOL") or SHIPPED),
            public_url=read.address("ABSENCE_LINE_PUBLIC_URL"),
            secret_key=read.secret_key(),
            old_secret_keys=tuple((read.text("ABSENCE_LINE_OLD_SECRET_KEYS") or "").split()),
            recordings=read.text("ABSENCE_LINE_RECORDINGS") or str(data_dir / "recordings"),
            speech_model=read.text("ABSENCE_LINE_SPEECH_MODEL"),
            log_level=read.choice(
                "ABSENCE_LINE_LOG_LEVEL", ("debug", "info", "warning", "error"), "info"
            ),
            log_format=read.choice("ABSENCE_LINE_LOG_FORMAT", ("json", "console"), "json"),
            twilio_account_sid=read.text("TWILIO_ACCOUNT_SID"),
            twilio_auth_token=read.text("TWILIO_AUTH_TOKEN"),
            twilio_from_number=read.text("TWILIO_FROM_NUMBER"),
            twilio_messaging_service_sid=read.text("TWILIO_MESSAGING_SERVICE_SID"),
            twilio_api_url=read.address("TWILIO_API_URL"),
            **read.openid(),
        )


@dataclass(frozen=True, slots=True)
class Environment:
    """Reads single settings, and says in a sentence what is wrong with one."""

    environ: Mapping[str, str]

    def text(self, name: str) -> str | None:
        """The setting, or the content of the file that NAME_FILE names; None when empty."""
        path = self.environ.get(f"{name}_FILE")
        if not path:
            return self.environ.get(name, "").strip() or None
        try:
            return Path(path).read_text("utf-8").strip() or None
        except OSError as error:
            raise SettingError(f"{name}_FILE: {path} cannot be read: {error.strerror}.") from error

    def choice(self, name: str, choices: tuple[str, ...], default: str) -> str:
        """One of a few words."""
        value = (self.text(name) or default).lower()
        if value not in choices:
            raise SettingError(f"{name} is {value!r}; expected {' or '.join(choices)}.")
        return value

    def openid(self) -> dict[str, str | None]:
        """Where the school's people sign in: all three settings, or none."""
        names = ("issuer", "client_id", "client_secret")
        found = {name: self.text(f"ABSENCE_LINE_OPENID_{name.upper()}") for name in names}
        missing = [name for name, value in found.items() if value is None]
        if missing and len(missing) < len(names):
            raise SettingError(
                f"ABSENCE_LINE_OPENID_{missing[0].upper()} is missing: the three settings of the "
                "school's sign-in go together."
            )
        self.address("ABSENCE_LINE_OPENID_ISSUER")
        return {f"openid_{name}": value for name, value in found.items()}

    def address(self, name: str) -> str | None:
        """An http or https address, without a slash at its end."""
        value = self.text(name)
        if value is None:
            return None
        parts = urlsplit(value)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SettingError(f"{name} is {value!r}; expected something like https://example.org.")
        return value.rstrip("/")

    def database_url(self, data_dir: Path) -> str:
        """The database; a file in the data folder where none is named."""
        value = self.text("ABSENCE_LINE_DATABASE_URL")
        if value is None:
            return f"sqlite:///{(data_dir / 'absence-line.sqlite3').resolve()}"
        if not value.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise SettingError(
                "ABSENCE_LINE_DATABASE_URL: expected sqlite:///... or postgresql+psycopg://...."
            )
        return value

    def secret_key(self) -> str | None:
        """The key that signs sessions and encrypts recordings."""
        value = self.text("ABSENCE_LINE_SECRET_KEY")
        if value is not None and len(value) < SHORTEST_SECRET:
            raise SettingError(
                f"ABSENCE_LINE_SECRET_KEY is too short; expected {SHORTEST_SECRET} characters or "
                'more, such as the output of: python3 -c "import secrets; '
                'print(secrets.token_urlsafe(32))"'
            )
        return value
