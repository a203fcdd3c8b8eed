"""The shape of the tree: who may reach what, and nothing open by mistake.

That imports run one way is checked by import-linter in `make lint`, and that models and
migrations agree in `tests/school/test_database.py`.
"""

import ast
import glob
import re
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from werkzeug.routing import Rule

from school.database import VERSIONS
from school.school_file import SHIPPED
from tests.support.line import WholeLine

ROOT = Path(__file__).parent.parent
ROOMS = ("flows", "school", "ivr", "recordings", "console")


@cache
def modules() -> dict[str, ast.Module]:
    """Every module of the project, by its path."""
    paths = [ROOT / "app.py", *(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))]
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text("utf-8")) for path in paths}


def imported(tree: ast.Module) -> Iterator[str]:
    """The full names of what a module imports, wherever in it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def attributes(tree: ast.Module) -> Iterator[str]:
    """What a module reaches by a dot: "os.environ", "datetime.now"."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}"


def where(found: re.Pattern[str]) -> set[str]:
    """The modules that import or reach something of this name."""
    return {
        path
        for path, tree in modules().items()
        if any(found.fullmatch(name) for name in (*imported(tree), *attributes(tree)))
    }


def test_one_module_alone_speaks_to_the_carriers_rest_server() -> None:
    assert where(re.compile(r"twilio\.(rest|http|base)\b.*")) == {"ivr/gateway.py"}


def test_the_composition_root_alone_reads_the_environment() -> None:
    assert where(re.compile(r"os\.(environ|getenv|environb).*")) == {"app.py"}


def test_one_module_alone_asks_for_the_time() -> None:
    clock = r"(datetime|date)(\.datetime|\.date)?\.(now|utcnow|today|utcfromtimestamp)"
    assert where(re.compile(clock)) == {"console/services.py"}
    assert where(re.compile(r"time\.(time|time_ns|localtime|gmtime)")) == set()


def test_whoever_opens_a_session_commits_it_and_nobody_below() -> None:
    assert where(re.compile(r"session\.(commit|close)")) == set()


def test_no_room_knows_the_composition_root() -> None:
    for path, tree in modules().items():
        assert not any(name.split(".")[0] == "app" for name in imported(tree)), path


def test_nothing_about_one_school_is_in_the_code() -> None:
    facts = tomllib.loads(SHIPPED.read_text("utf-8"))
    of_this_school = [
        facts["name"],
        facts["phone"],
        facts["office"],
        facts["address"]["main_office"],
        facts["address"]["portal"],
        *(item["offer"]["en"] for item in facts["menu"]),
    ]
    for path, tree in modules().items():
        texts = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant)]
        found = [t for t in texts if isinstance(t, str) for fact in of_this_school if fact in t]
        assert found == [], path


def test_tests_patch_nothing_of_ours() -> None:
    for path in (ROOT / "tests").rglob("*.py"):
        names = {*imported(tree := ast.parse(path.read_text("utf-8"))), *attributes(tree)}
        assert not any(name.startswith("unittest.mock") for name in names), path
        assert "monkeypatch.setattr" not in names, path


def test_migrations_are_numbered_without_a_gap_and_each_follows_the_one_before() -> None:
    steps = sorted(VERSIONS.glob("[0-9]*.py"))
    numbers = [path.stem.partition("_")[0] for path in steps]
    assert numbers == [f"{n:04}" for n in range(1, len(steps) + 1)]
    for number, before, path in zip(numbers, [None, *numbers], steps, strict=False):
        text = path.read_text("utf-8")
        assert re.search(rf'^revision\b.*= "{number}"$', text, re.MULTILINE), path
        follows = re.escape(f'"{before}"' if before else "None")
        assert re.search(rf"^down_revision\b.*= {follows}$", text, re.MULTILINE), path


def test_every_file_that_the_code_reads_is_installed_with_it() -> None:
    configured = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    shipped = configured["tool"]["setuptools"]["package-data"]
    for room in ROOMS:
        here = ROOT / room
        kept = {
            path.relative_to(here).as_posix()
            for path in here.rglob("*")
            if path.suffix not in (".py", ".lock")
            and "__pycache__" not in path.parts
            and path.is_file()
        }
        matched = {
            found
            for pattern in shipped.get(room, [])
            for found in glob.glob(pattern, root_dir=here, recursive=True)  # noqa: PTH207  (as setuptools does)
        }
        assert kept <= matched, f"{room}: {sorted(kept - matched)} would not be installed"


# --- the addresses -------------------------------------------------------------------------------

OPEN = {
    "health.alive",
    "health.ready",
    "health.metrics",
    "look.static",
    "sign_in.sign_in",
    "sign_in.signing_in",
    "sign_in.sign_out",
}
REFUSED = {
    303,  # to the sign-in
    400,  # a form without its token
    401,
    403,
}


def ways_in(line: WholeLine) -> Iterator[tuple[Rule, str]]:
    for rule in line.app.url_map.iter_rules():
        for method in sorted(set(rule.methods or ()) - {"HEAD", "OPTIONS"}):
            yield rule, method


def test_every_address_is_signed_signed_in_guarded_by_a_token_or_named_open(
    sqlite_line: WholeLine,
) -> None:
    stranger = sqlite_line.app.test_client()
    seen = set()
    for rule, method in ways_in(sqlite_line):
        path = rule.build(dict.fromkeys(rule.arguments, 1))
        assert path is not None
        seen.add(rule.endpoint)
        if rule.endpoint not in OPEN:
            answer = stranger.open(path[1], method=method, data={"CallSid": "CA1"})
            assert answer.status_code in REFUSED, f"{method} {rule}: {answer.status_code}"
    assert seen >= OPEN, "an address named open is gone"


@pytest.mark.parametrize("path", ["/simulator", "/simulator/", "/simulator/api", "/simulator/call"])
def test_outside_the_demo_there_is_no_simulator(sqlite_line: WholeLine, path: str) -> None:
    assert sqlite_line.app.test_client().get(path).status_code == 404


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/voice", "POST"),
        ("/voice/status", "POST"),
        ("/voice/fallback", "POST"),
        ("/sms", "POST"),
        ("/sms/status", "POST"),
        ("/healthz", "GET"),
        ("/readyz", "GET"),
        ("/metrics", "GET"),
        ("/staff/", "GET"),
        ("/api/v1/reports", "GET"),
    ],
)
def test_the_public_addresses_are_where_they_were_promised(
    sqlite_line: WholeLine, path: str, method: str
) -> None:
    known = {(str(rule), way) for rule, way in ways_in(sqlite_line)}
    assert (path, method) in known
