"""The content security policy: without an exception, on every page, and no page that runs into it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Page

from tests.access.routes import routes
from throughline.kernel.testing.worlds import World, make_incident

# What would let a page run, or show, what is not ours.
EXCEPTIONS = (
    "unsafe-inline",
    "unsafe-eval",
    "unsafe-hashes",
    "wasm-unsafe-eval",
    "strict-dynamic",
    "sha256-",
    "sha384-",
    "sha512-",
)
WATCH = """
window.refusals = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.refusals.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""
SOURCE = re.compile(r"'self'|'none'|'nonce-[\w+/=-]+'|data:")
# Leaving; and what would begin a download or a journey elsewhere.
NOT_OPENED = ("accounts/logout/",)


def plain() -> list[str]:
    """Every address without a hole in it."""
    return [f"/{one.path}" for one in routes() if not one.arguments and one.path not in NOT_OPENED and not one.is_api]


def test_the_policy_names_nothing_but_ourselves() -> None:
    directives: dict[str, list[Any]] = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]  # type: ignore[assignment]
    said = [str(source) for sources in directives.values() for source in sources]

    assert [word for word in EXCEPTIONS if word in " ".join(said)] == []
    assert {"default-src", "script-src", "style-src", "form-action", "base-uri", "frame-ancestors"} <= set(directives)


@pytest.mark.parametrize("who", ["sofia", ""])
def test_every_page_carries_the_policy_and_no_exception(world: World, who: str) -> None:
    client = Client()
    if who:
        client.force_login(world.user(who))
    without, loose = [], []
    for address in plain():
        answer = client.get(address)
        policy = answer.get("Content-Security-Policy", "")
        directives = [one.split() for one in policy.split(";") if one.strip()]
        sources = [source for directive in directives for source in directive[1:]]
        if "default-src 'none'" not in policy:
            without.append(address)
        if any(not SOURCE.fullmatch(source) for source in sources) or any(word in policy for word in EXCEPTIONS):
            loose.append((address, policy))
        text = answer.content.decode(errors="replace") if not answer.streaming else ""
        if answer.get("Content-Type", "").startswith("text/html"):
            assert not re.search(r"<[^>]+\son\w+\s*=|<style|\sstyle=|href=.javascript:", text), address

    assert (without, loose) == ([], [])


@pytest.mark.journey
def test_no_page_runs_into_the_policy(served: str, sign_in: Callable[[Any], Page], world: World) -> None:
    make_incident(world, state="verified")
    page = sign_in(world.user("sofia"))
    page.add_init_script(WATCH)
    opened, refused = 0, []
    for address in plain():
        # Files are not opened; of XML and JSON the browser makes a page of its own, with styles of its own.
        answer = page.request.get(f"{served}{address}")
        if not answer.ok or "text/html" not in answer.headers.get("content-type", ""):
            continue
        page.goto(f"{served}{address}", wait_until="load")
        refused += [(address, one) for one in page.evaluate("window.refusals")]
        opened += 1

    assert refused == []
    assert opened > 40
