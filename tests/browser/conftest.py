"""What every journey asks of every page it comes to."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.walking import faults

Sound = Callable[[], None]
SignIn = Callable[[Any], Page]


@pytest.fixture
def sound(page: Page, axe_source: str) -> Sound:
    """Say that the page as it stands can be used with a keyboard and a screen reader."""

    def look() -> None:
        assert (page.url, faults(page, axe_source)) == (page.url, [])

    return look
