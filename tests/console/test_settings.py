"""Settings: what is said of them in the README is so, and a wrong one stops the start."""

import re
from dataclasses import fields
from pathlib import Path

import pytest

from console.settings import SettingError, Settings
from school.school_file import SHIPPED

README = Path(__file__).parent.parent.parent / "README.md"
ROW = re.compile(
    r"^\| `(?P<name>[A-Z_]+)` \| (?P<meaning>.+?) \| (?P<default>.+?) \|$", re.MULTILINE
)
KEY = "k" * 32

# What outsiders rely on; a name that is added here is theirs from then on.
PROMISED = {
    "ABSENCE_LINE_DATA_DIR",
    "ABSENCE_LINE_DATABASE_URL",
    "ABSENCE_LINE_SCHOOL",
    "ABSENCE_LINE_PUBLIC_URL",
    "ABSENCE_LINE_SECRET_KEY",
    "ABSENCE_LINE_SPEECH_MODEL",
    "ABSENCE_LINE_LOG_LEVEL",
    "ABSENCE_LINE_LOG_FORMAT",
    "TWILIO_ACCOUNT_SID",
    "TWILIO_AUTH_TOKEN",
    "TWILIO_FROM_NUMBER",
    "TWILIO_MESSAGING_SERVICE_SID",
    "TWILIO_API_URL",
}


def variables() -> set[str]:
    """The variable of each field of the settings."""
    names = (field.name.upper() for field in fields(Settings))
    aliases = {"SCHOOL_FILE": "SCHOOL"}
    return {
        name if name.startswith("TWILIO_") else f"ABSENCE_LINE_{aliases.get(name, name)}"
        for name in names
    }


def documented() -> dict[str, str]:
    """Name and default of each row of the README's table."""
    section = README.read_text("utf-8").partition("\n## Settings")[2].partition("\n## ")[0]
    return {row["name"]: row["default"].strip("` ") for row in ROW.finditer(section)}


def refusal(**environ: str) -> str:
    with pytest.raises(SettingError) as error:
        Settings.from_env(environ)
    return str(error.value)


def test_the_readme_names_every_setting_and_no_other() -> None:
    assert set(documented()) == variables()


def test_every_promised_setting_is_there() -> None:
    assert variables() >= PROMISED


def test_each_variable_reaches_its_field() -> None:
    example = {
        "ABSENCE_LINE_DATABASE_URL": "sqlite:///somewhere.sqlite3",
        "ABSENCE_LINE_PUBLIC_URL": "https://line.example.org",
        "ABSENCE_LINE_SECRET_KEY": KEY,
        "ABSENCE_LINE_LOG_LEVEL": "debug",
        "ABSENCE_LINE_LOG_FORMAT": "console",
        "TWILIO_API_URL": "http://127.0.0.1:9",
    }
    bare = Settings.from_env({})
    for name in PROMISED:
        one = Settings.from_env({name: example.get(name, "a-value")})
        changed = [
            f.name for f in fields(Settings) if getattr(one, f.name) != getattr(bare, f.name)
        ]
        assert changed, f"{name} changes nothing"


def test_without_any_setting_the_defaults_are_the_documented_ones() -> None:
    bare, table = Settings.from_env({}), documented()
    assert (bare.log_level, bare.log_format) == (
        table["ABSENCE_LINE_LOG_LEVEL"],
        table["ABSENCE_LINE_LOG_FORMAT"],
    )
    assert bare.data_dir == Path(table["ABSENCE_LINE_DATA_DIR"])
    assert bare.school_file == SHIPPED
    assert bare.database_url == f"sqlite:///{(bare.data_dir / 'absence-line.sqlite3').resolve()}"
    for name in ("public_url", "secret_key", "twilio_auth_token", "twilio_api_url"):
        assert getattr(bare, name) is None


@pytest.mark.parametrize("empty", ["", "   ", "\n"])
def test_an_empty_setting_is_none(empty: str) -> None:
    assert Settings.from_env({"TWILIO_AUTH_TOKEN": empty}).twilio_auth_token is None
    assert Settings.from_env({"ABSENCE_LINE_LOG_LEVEL": empty}).log_level == "info"


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("ABSENCE_LINE_LOG_LEVEL", "loud", "debug or info or warning or error"),
        ("ABSENCE_LINE_LOG_FORMAT", "xml", "json or console"),
        ("ABSENCE_LINE_PUBLIC_URL", "line.example.org", "https://"),
        ("ABSENCE_LINE_PUBLIC_URL", "ftp://line.example.org", "https://"),
        ("ABSENCE_LINE_PUBLIC_URL", "https://", "https://"),
        ("TWILIO_API_URL", "localhost:8000", "https://"),
        ("ABSENCE_LINE_DATABASE_URL", "mysql://x", "sqlite:///"),
        ("ABSENCE_LINE_DATABASE_URL", "postgresql://x/y", "postgresql+psycopg://"),
        ("ABSENCE_LINE_SECRET_KEY", "short", "32 characters"),
        ("TWILIO_AUTH_TOKEN_FILE", "/nowhere/token", "cannot be read"),
    ],
)
def test_a_malformed_setting_is_named_with_what_was_expected(
    name: str, value: str, expected: str
) -> None:
    sentence = refusal(**{name: value})
    assert name in sentence
    assert expected in sentence


def test_a_secret_is_not_told_in_the_sentence_about_it() -> None:
    assert "hunter2" not in refusal(ABSENCE_LINE_SECRET_KEY="hunter2")
    url = "mysql://user:hunter2@host/db"
    assert "hunter2" not in refusal(ABSENCE_LINE_DATABASE_URL=url)


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "token"
    path.write_text("from-a-file\n")
    read = Settings.from_env({"TWILIO_AUTH_TOKEN_FILE": str(path), "TWILIO_AUTH_TOKEN": "other"})
    assert read.twilio_auth_token == "from-a-file"


def test_an_address_loses_the_slash_at_its_end() -> None:
    read = Settings.from_env({"ABSENCE_LINE_PUBLIC_URL": "https://line.example.org/absence/"})
    assert read.public_url == "https://line.example.org/absence"
