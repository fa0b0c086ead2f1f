"""The public page as anyone reads it: each width, light and dark, without script, without a cookie, from here alone."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.walking import faults, side_to_side
from throughline.kernel.testing.worlds import World
from throughline.publications.public.models import PublicEdition
from throughline.publications.public.tests.making import opened, quarter, released

pytestmark = pytest.mark.journey


@pytest.fixture
def edition(served: str, world: World) -> PublicEdition:
    quarter(world)
    return opened(world, released(world))


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 768, 360])
def test_every_public_page_can_be_read_by_everyone(
    served: str, edition: PublicEdition, page: Page, axe_source: str, theme: str, width: int
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="light" if theme == "light" else "dark")
    for address in ("en/", "sq/data/", f"mk/releases/{edition.reference}/", "bcms/nowhere/"):
        page.goto(f"{served}/public/{address}")
        assert (address, faults(page, axe_source)) == (address, [])
        assert side_to_side(page) == 0


def test_from_the_overview_to_a_figure_in_another_language(
    served: str, edition: PublicEdition, page: Page, complaints: list[str]
) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{served}/public/")
    page.get_by_role("link", name="Read the monitor").click()
    page.get_by_role("link", name="Shqip").click()
    expect(page.locator("html")).to_have_attribute("lang", "sq")
    page.locator(".public-figures a").first.click()
    expect(page.locator(".public-value")).to_have_text("31")
    assert page.context.cookies() == []
    assert complaints == []
    assert [url for url in asked if not url.startswith(served)] == []
    assert [url for url in asked if url.endswith(".js")] == []
