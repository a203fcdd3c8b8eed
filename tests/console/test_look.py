"""The colours of the stylesheet can be told apart, in both schemes."""

import re
from pathlib import Path

import pytest

import console
from tests.console.parts import Visitor

STYLES = (Path(console.__file__).parent / "static" / "style.css").read_text("utf-8")
SCHEMES = {
    "light": STYLES.index(":root {"),
    "dark": STYLES.index("@media (prefers-color-scheme: dark)"),
}
TEXT = 4.5
EDGE = 3.0
PAIRS = [
    ("text", "ground", TEXT),
    ("text", "raised", TEXT),
    ("quiet", "ground", TEXT),
    ("quiet", "raised", TEXT),
    ("accent", "ground", TEXT),
    ("accent", "raised", TEXT),
    ("accent-strong", "ground", TEXT),
    ("on-accent", "accent", TEXT),
    ("on-accent", "accent-strong", TEXT),
    ("attention", "attention-ground", TEXT),
    ("trouble", "trouble-ground", TEXT),
    ("trouble", "ground", TEXT),
    ("done", "done-ground", TEXT),
    ("text", "mark", TEXT),
    ("text", "attention-ground", TEXT),
    ("edge", "ground", EDGE),
    ("edge", "raised", EDGE),
]


def colours(scheme: str) -> dict[str, str]:
    block = STYLES[SCHEMES[scheme] : STYLES.index("}", SCHEMES[scheme])]
    return dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", block))


def brightness(colour: str) -> float:
    """Relative luminance, as WCAG defines it."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("front", "back", "least"), PAIRS)
def test_contrast(scheme: str, front: str, back: str, least: float) -> None:
    found = colours(scheme)
    lighter, darker = sorted((brightness(found[front]), brightness(found[back])), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= least


def test_both_schemes_name_the_same_colours() -> None:
    assert colours("light").keys() == colours("dark").keys()


def test_sizes_are_four_and_spaces_multiples_of_four_pixels() -> None:
    assert len(re.findall(r"^  --(?:small|base|large|huge):", STYLES, re.MULTILINE)) == 4
    spaces = re.findall(r"--space-(\d+): ([\d.]+)rem", STYLES)
    assert spaces
    assert all(float(rem) * 16 == int(number) * 4 for number, rem in spaces)


def test_a_file_of_the_pages_is_fetched_once_and_anew_when_it_changes(visitor: Visitor) -> None:
    page = visitor.opens("/staff/sign-in").text
    found = re.search(r'href="(/assets/style\.css\?v=[0-9a-f]{12})"', page)
    assert found
    for path, kept in ((found[1], True), ("/assets/style.css", False)):
        with visitor.opens(path) as answer:
            assert ("immutable" in answer.headers["Cache-Control"]) is kept
    assert visitor.opens("/assets/nothing.css?v=1").status_code == 404
