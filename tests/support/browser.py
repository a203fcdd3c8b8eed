"""A real browser on real pages: the system's Chromium, and a live server on the loopback.

With ABSENCE_LINE_PICTURES naming a folder, every page that a test shows to `pictures` is kept
there, in both widths and both schemes:

    ABSENCE_LINE_PICTURES=/tmp/pictures .venv/bin/pytest -m browser
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",  # the tests may run as root
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",  # nothing but the page under test
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",  # a microphone that hears beeps
    "--use-fake-ui-for-media-stream",  # and may be used
)
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")
WIDTHS = (1280, 390)
HEIGHT = 900
PICTURES = "ABSENCE_LINE_PICTURES"


expect.set_options(timeout=15_000)  # milliseconds: the machine may do much else


def looks(*widths: int, usual: int = 2) -> list[object]:
    """Each width in both schemes, as parameters.

    Every run sees the first width in light and, with two that are usual, the second in dark; the
    rest takes minutes and is what `make prove` is for.
    """
    seen = list(zip(widths, SCHEMES, strict=False))[:usual]
    return [
        pytest.param(
            (width, scheme),
            id=f"{width}-{scheme}",
            marks=() if (width, scheme) in seen else pytest.mark.prove,
        )
        for width in widths
        for scheme in SCHEMES
    ]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A headless Chromium; the test is skipped on a machine without one."""
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("There is no Chromium on this machine: install the package chromium.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@contextmanager
def opened(browser: Browser, width: int, scheme: Scheme) -> Iterator[Page]:
    """A page of this width in this scheme, in a profile of its own.

    A script or style that the page was not allowed to run fails the test.
    """
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHT}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if _bad(said.text) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def picture(page: Page, name: str) -> None:
    """Keep a picture of the page where they are wanted: "reports-390-dark.png"."""
    folder = os.environ.get(PICTURES)
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def _bad(said: str) -> bool:
    return "Content Security Policy" in said or "Content-Security-Policy" in said
