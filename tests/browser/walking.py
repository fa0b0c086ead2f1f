"""Small steps that journeys share."""

import re
from typing import Any

from playwright.sync_api import Locator, Page


def faults(page: Page, axe_source: str) -> list[str]:
    """What axe finds wrong with the page as it stands, each with the place it stands at."""
    page.evaluate(axe_source)
    found: Any = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{one['id']}: {node['html'][:160]}" for one in found["violations"] for node in one["nodes"]]


def side_to_side(page: Page) -> int:
    """By how many pixels the page is wider than the window: nobody should have to scroll sideways."""
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


def field(inside: Page | Locator, label: str) -> Locator:
    """The field with this label, whether or not it says that it may be left empty."""
    return inside.get_by_label(re.compile(rf"^{re.escape(label)}( \(optional\))?$"))
