"""The engine of figures is away: the page says so in words, and everything else goes on."""

from typing import Any

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import SignIn, Sound
from throughline.kernel.testing.sail import free_port
from throughline.kernel.testing.worlds import World, make_incident

pytest.importorskip("pyspark")


@pytest.mark.journey
def test_records_go_on_while_there_are_no_figures(
    served: str, settings: Any, world: World, sign_in: SignIn, sound: Sound
) -> None:
    make_incident(world, state="verified")
    settings.THROUGHLINE_FACTS_ENGINE = f"sc://127.0.0.1:{free_port()}"
    page: Page = sign_in(world.user("anna"))
    answer = page.goto(f"{served}/dashboard/")
    assert answer is not None
    assert answer.status == 503
    assert page.locator("h1").inner_text() == "No figures just now"
    sound()
    page.get_by_role("link", name="Go to what waits for me").click()
    page.goto(f"{served}/incidents/")
    assert page.get_by_text("Novi Grad").first.is_visible()
