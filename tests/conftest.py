"""What journeys need: a served program and a browser that has signed in.

def test_officer_enters_an_incident(served, sign_in, world):
page = sign_in(world.user("alice"))
page.goto(f"{served}/incidents/add")
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--enable-unsafe-swiftshader",
]


def chromium() -> str | None:
    """The system's Chromium; script/test looks for one, and installs it where it can."""
    given = os.environ.get("THROUGHLINE_CHROMIUM")
    return given or next((found for name in NAMES if (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = chromium()
    if executable is None:
        pytest.skip("no Chromium on this machine (THROUGHLINE_CHROMIUM names one)")
    # Playwright runs its own event loop in this thread, and Django takes that for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=executable, args=SWITCHES)
        yield running
        running.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    fresh = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB", accept_downloads=True)
    fresh.set_default_timeout(15_000)
    yield fresh
    fresh.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the browser complained about: errors in scripts, refusals by the content security policy."""
    return []


@pytest.fixture
def page(context: BrowserContext, complaints: list[str]) -> Page:
    """A page whose complaints are kept; `assert complaints == []` ends a good journey."""
    fresh = context.new_page()
    fresh.on("pageerror", lambda error: complaints.append(str(error)))
    fresh.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    return fresh


@pytest.fixture
def served(transactional_db: None, live_server: Any) -> str:
    """The address at which the program is served for this test."""
    return str(live_server.url)


@pytest.fixture
def sign_in(served: str, context: BrowserContext, page: Page) -> Callable[[Any], Page]:
    """Put a person's session into the browser: the sign-in page has a journey of its own."""

    def start(user: Any) -> Page:
        client = Client()
        client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": served}])
        return page

    return start


@pytest.fixture(scope="session")
def axe_source() -> str:
    """axe-core, which judges whether a page can be used with a keyboard and a screen reader."""
    return (Path(settings.NODE_MODULES) / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
