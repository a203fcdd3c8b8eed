"""What the README tells the operator to read, type and set is what there is."""

import ast
import configparser
import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from itertools import chain

import click

from app import cli
from console.safety import LARGEST_FILE
from console.settings import Settings
from console.tally import Answer
from ivr.carrier_codes import TROUBLE
from school.outbox import MessageStatus
from school.school_file import SHIPPED
from tests.support.line import WholeLine
from tests.test_app import commands
from tests.test_architecture import ROOMS, ROOT, modules

README = (ROOT / "README.md").read_text("utf-8")
TROUBLES = README.partition("**Ten likely troubles**")[2].partition("\n**")[0]
CARRIERS_OWN = {"an application error has occurred"}
OF_OTHER_PROGRAMS = {"--update"}  # of python -m flows.catalogue


def blocks(language: str) -> list[str]:
    """The README's blocks in this language."""
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def said_by_the_line() -> str:
    """Every text in the code and on the pages."""
    nodes = chain.from_iterable(map(ast.walk, modules().values()))
    texts = [n.value for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    pages = [p.read_text("utf-8") for room in ROOMS for p in (ROOT / room).rglob("*.html")]
    return "\n".join([*texts, *pages])


def test_there_are_ten_and_each_has_something_to_do() -> None:
    troubles = re.split(r"^(\d+)\. ", TROUBLES, flags=re.MULTILINE)
    assert troubles[1::2] == [str(n) for n in range(1, 11)]
    assert all(re.match(r"\*.+?\* +\S", one, re.DOTALL) for one in troubles[2::2])


def test_what_it_quotes_is_what_the_line_says() -> None:
    everything = said_by_the_line()
    quoted = [*re.findall(r'"([^"]+)"', TROUBLES), "Very many texts", "New password"]
    assert len(quoted) > 4
    for sentence in set(quoted) - CARRIERS_OWN:
        for piece in filter(None, map(str.strip, re.split(r"[….]", " ".join(sentence.split())))):
            assert piece in everything, piece


def test_every_setting_it_names_is_one() -> None:
    known = {field.name.upper() for field in fields(Settings)}
    prefixed = {f"ABSENCE_LINE_{name}" for name in known} | known | {"ABSENCE_LINE_SCHOOL"}
    named = set(re.findall(r"\b(?:ABSENCE_LINE|TWILIO)_[A-Z_]*[A-Z]\b(?!_)", README))
    assert len(named) > 10
    assert named <= prefixed


def options(command: click.Command) -> Iterator[str]:
    """The options of a command and of those below it."""
    for parameter in command.params:
        yield from parameter.opts
    for below in getattr(command, "commands", {}).values():
        yield from options(below)


def test_every_option_it_names_is_one() -> None:
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", README))
    assert len(named) > 5
    assert named <= set(options(cli)) | {"--yes"} | OF_OTHER_PROGRAMS


def test_every_part_of_the_school_file_it_names_is_there() -> None:
    text = SHIPPED.read_text("utf-8")
    sections = set(re.findall(r"`\[([a-z_]+)\]`", README))
    assert len(sections) > 3
    assert sections <= set(tomllib.loads(text))
    for key in ("most_a_day", "most_in_all", "record_calls"):
        assert f"`{key}" in README
        assert re.search(rf"^#? ?{key} = ", text, re.MULTILINE), key


def test_the_carriers_codes_are_known() -> None:
    codes = {int(code) for code in re.findall(r"\b\d{5}\b", TROUBLES)}
    assert len(codes) == 3
    assert codes <= set(TROUBLE)


def test_the_alarms_ask_for_labels_that_there_are() -> None:
    asked = re.findall(r'\{(\w+)="(\w+)"\}', README)
    assert {name for name, _ in asked} == {"answer", "state"}
    assert {value for name, value in asked if name == "answer"} <= set(Answer)
    assert {value for name, value in asked if name == "state"} <= set(MessageStatus)


# --- the services and the proxy ----------------------------------------------------------------


def unit(name: str) -> configparser.RawConfigParser:
    """One of systemd's files."""
    head = f"# /etc/systemd/system/{name}\n"
    (text,) = (block for block in blocks("ini") if block.startswith(head))
    parser = configparser.RawConfigParser(strict=True)
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # systemd minds capitals
    parser.read_string(text)
    return parser


def test_the_services_start_what_there_is_where_the_proxy_looks() -> None:
    web, door = unit("absence-line-web.service"), unit("absence-line-web.socket")
    program, command = web["Service"]["ExecStart"].split()
    assert program.endswith("/bin/absence-line")
    assert {command, "worker"} <= set(commands())
    assert web["Unit"]["Requires"] == "absence-line-web.socket"
    assert web["Service"]["NoNewPrivileges"] == "true"
    (proxy,) = blocks("nginx")
    address = door["Socket"]["ListenStream"]
    assert set(re.findall(r"proxy_pass (\S+);", proxy)) == {f"http://{address}"}


def test_the_proxy_lets_in_what_the_line_takes_and_keeps_no_addresses() -> None:
    (proxy,) = blocks("nginx")
    assert proxy.count("{") == proxy.count("}")
    (largest,) = re.findall(r"client_max_body_size (\d+)m;", proxy)
    assert int(largest) << 20 >= LARGEST_FILE
    assert "access_log off;" in proxy
    assert "X-Forwarded-For $remote_addr;" in proxy, "what a stranger claims is not passed on"
    for line in filter(None, (line.partition("#")[0].strip() for line in proxy.splitlines())):
        assert line.endswith((";", "{", "}")), line


def test_what_the_proxy_treats_otherwise_is_an_address(sqlite_line: WholeLine) -> None:
    (proxy,) = blocks("nginx")
    named = set(re.findall(r"location (?:= )?(/[a-z/-]+)", proxy))
    assert named == {"/metrics", "/staff/sign-in"}
    assert named <= {rule.rule for rule in sqlite_line.app.url_map.iter_rules()}
