"""Every component, in light and dark, at a desk and on a phone: usable, drawn, and asking no other host for anything."""

import pytest
from playwright.sync_api import Page, expect
from pytest_django import Settings

from tests.browser.walking import faults, side_to_side

pytestmark = pytest.mark.journey

DRAWN = 7  # charts of the style guide; two more are maps


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 360])
def test_every_component_can_be_used_by_everyone(
    served: str, page: Page, settings: Settings, axe_source: str, theme: str, width: int
) -> None:
    settings.DEBUG = True
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme="light" if theme == "light" else "dark")
    page.goto(f"{served}/styleguide/?errors")
    assert faults(page, axe_source) == []
    assert side_to_side(page) == 0


def test_charts_and_maps_are_drawn_under_the_policy_and_from_here_alone(
    served: str, page: Page, settings: Settings, complaints: list[str]
) -> None:
    settings.DEBUG = True
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{served}/styleguide/")
    for figure in page.locator("figure.chart").all():
        figure.scroll_into_view_if_needed()
    expect(page.locator(".chart-drawing svg.marks")).to_have_count(DRAWN)
    expect(page.locator(".is-map[data-ready]")).to_have_count(2)
    expect(page.locator(".map-cluster").first).to_be_visible()
    assert complaints == []
    assert [url for url in asked if not url.startswith((served, "data:"))] == []


def test_a_chart_without_javascript_is_a_table(served: str, page: Page, settings: Settings) -> None:
    settings.DEBUG = True
    page.route("**/*.js", lambda route: route.abort())
    page.goto(f"{served}/styleguide/")
    chart = page.locator("figure.chart").first
    expect(chart).to_contain_text("The drawing needs JavaScript")
    chart.locator("summary").click()
    expect(chart.get_by_role("row", name="Moldova 21")).to_be_visible()


def test_light_or_dark_is_chosen_in_the_menu_and_kept(served: str, page: Page) -> None:
    page.goto(f"{served}/accounts/login/")
    page.locator("summary", has_text="Display").click()
    page.get_by_role("button", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_frame_can_be_used_with_the_keyboard(served: str, page: Page) -> None:
    page.goto(f"{served}/accounts/login/")
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_text("Skip to the content")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    menu = page.locator("details.menu").first
    menu.locator("summary").press("Enter")
    expect(menu).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
