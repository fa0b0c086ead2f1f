"""The calendar in three views, a feed that a calendar program reads without signing in, and revoking it."""

from datetime import date

import pytest
from playwright.sync_api import APIRequestContext, Browser, Page, expect

from tests.browser.conftest import SignIn, Sound
from tests.browser.walking import field, picture, too_wide
from throughline.kernel.testing.training import make_activity
from throughline.kernel.testing.worlds import World
from throughline.training.models import Activity
from throughline.training.services import activities

pytestmark = pytest.mark.journey

MARCH = "2027-03"


@pytest.fixture
def activity(served: str, world: World) -> Activity:
    """Two in March, in different places, and one in the year after."""
    make_activity(world, title="Firearms at the border", starts_on=date(2027, 3, 22), venue_jurisdiction=None)
    make_activity(world, title="Far away", starts_on=date(2028, 5, 2))
    return make_activity(world, title="Tracing crypto-assets", starts_on=date(2027, 3, 9), state="confirmed")


@pytest.fixture
def device(browser: Browser) -> APIRequestContext:
    """A calendar program: it knows an address and nobody's password."""
    return browser.new_context().request


def test_three_views_a_feed_and_its_end(
    served: str,
    sign_in: SignIn,
    world: World,
    activity: Activity,
    device: APIRequestContext,
    complaints: list[str],
    sound: Sound,
) -> None:
    page = sign_in(world.user("alice"))
    looked_at_three_ways(page, served, sound)
    address = subscribed(page, sound)
    followed(device, address, world, activity)

    page.get_by_role("button", name="Revoke Phone").click()
    expect(page.get_by_text("The address of Phone is worthless now.")).to_be_visible()
    sound()
    assert device.get(address).status == 404
    assert complaints == []


def looked_at_three_ways(page: Page, served: str, sound: Sound) -> None:
    page.goto(f"{served}/training/calendar/?on={MARCH}")
    expect(page.get_by_role("link", name="Tracing crypto-assets").first).to_be_visible()
    expect(page.get_by_role("link", name="Far away")).to_have_count(0)
    for view in ("List", "Timeline", "Month"):
        page.get_by_role("link", name=view, exact=True).click()
        expect(page.get_by_role("link", name="Firearms at the border").first).to_be_visible()
        sound()
        picture(page, f"calendar-{view.lower()}")
        assert (view, too_wide(page)) == (view, {})
        page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("link", name="April 2027").press("Enter")
    expect(page.get_by_text("Nothing in April 2027")).to_be_visible()
    sound()
    page.get_by_role("link", name="March 2027").press("Enter")
    page.get_by_text("Change the filters").click()
    field(page, "Jurisdiction").select_option("AL")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_role("link", name="Firearms at the border")).to_have_count(0)


def subscribed(page: Page, sound: Sound) -> str:
    """The filters go along; the address is shown once."""
    page.get_by_role("link", name="Subscribe").click()
    sound()
    field(page, "Name").fill("Phone")
    page.get_by_role("button", name="Make the address").click()
    expect(page.get_by_text("The address for Phone")).to_be_visible()
    sound()
    picture(page, "calendar-feeds")
    return page.get_by_role("status").locator("code").inner_text()


def followed(device: APIRequestContext, address: str, world: World, activity: Activity) -> None:
    """What the device reads follows what becomes of the activity."""
    before = device.get(address).text()
    activity.refresh_from_db()
    activities.change(world.viewer("sofia"), activity=activity, values={"venue": "Durrës"}, lines={})
    after = device.get(address).text()
    assert before.count("BEGIN:VEVENT") == after.count("BEGIN:VEVENT")
    assert ("Firearms at the border" in before, "LOCATION:Tirana" in before) == (False, True)
    assert "LOCATION:Durrës" in after
