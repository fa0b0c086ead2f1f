"""Small steps that journeys share."""

import os
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page

WIDTHS = (360, 768, 1440)


def faults(page: Page, axe_source: str) -> list[str]:
    """What axe finds wrong with the page as it stands, each with the place it stands at."""
    page.evaluate(axe_source)
    found: Any = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{one['id']}: {node['html'][:160]}" for one in found["violations"] for node in one["nodes"]]


def side_to_side(page: Page) -> int:
    """By how many pixels the page is wider than the window: nobody should have to scroll sideways."""
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


def picture(page: Page, name: str) -> None:
    """Keep a picture where a person asked for it, to look at."""
    if folder := os.environ.get("THROUGHLINE_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def field(inside: Page | Locator, label: str) -> Locator:
    """The field with this label, whether or not it says that it may be left empty."""
    return inside.get_by_label(re.compile(rf"^{re.escape(label)}( \(optional\))?$"))


def too_wide(page: Page) -> dict[int, int]:
    """The widths, of phone, tablet and desk, at which the page as it stands scrolls sideways, and by how much."""
    found: dict[int, int] = {}
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        if wide := side_to_side(page):
            found[width] = wide
    return found


def beyond(complaints: list[str], *refusals: int) -> list[str]:
    """What the browser complained about, but for pages that were meant to be refused with these codes."""
    meant = {f"with a status of {code} " for code in refusals}
    return [one for one in complaints if not any(words in one for words in meant)]


def settled(page: Page) -> None:
    """Wait until what came has taken its place and works: before that a button would send the form the plain way."""
    page.wait_for_function(
        "() => !document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling, .htmx-added')"
    )
