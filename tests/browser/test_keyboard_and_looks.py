"""Without a mouse, on a phone, in the dark: every main page can be used."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Sound
from tests.browser.test_import import sheet, upload
from tests.browser.walking import faults, field, side_to_side
from throughline.incidents.models import Incident
from throughline.kernel.jobs.worker import drain
from throughline.kernel.testing.worlds import World, make_incident
from throughline.publications.models import Release
from throughline.publications.tests.making import signed

pytestmark = pytest.mark.journey

PHONE, TABLET, DESK = 360, 768, 1440
MOST_STEPS = 90


def reach(page: Page, target: Locator) -> None:
    """Walk on with the Tab key until the target has the focus; where the way ends, nobody gets there."""
    for _step in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if target.evaluate("one => one === document.activeElement"):
            return
    message = f"cannot be reached with the keyboard: {target}"
    raise AssertionError(message)


def say(page: Page, target: Locator, words: str) -> None:
    """Reach a field and type; a list takes the first letters of what is wanted."""
    reach(page, target)
    page.keyboard.type(words)


def press(page: Page, target: Locator) -> None:
    reach(page, target)
    page.keyboard.press("Enter")


def test_an_incident_is_entered_and_sent_with_the_keyboard_alone(
    served: str, sign_in: Callable[[Any], Page], world: World, complaints: list[str], sound: Sound
) -> None:
    page = sign_in(world.user("alice"))
    page.goto(f"{served}/incidents/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    press(page, page.get_by_role("link", name="New incident").first)
    say(page, field(page, "Type"), "Dom")
    say(page, field(page, "Date"), "07.03.2024")
    say(page, field(page, "Narrative"), "Shots were fired after a quarrel.")
    say(page, field(page, "Jurisdiction"), "Ser")
    say(page, field(page, "Place"), "Čačak")
    press(page, page.get_by_role("button", name="Add weapon"))
    say(page, field(page, "Weapon"), "Hand")
    press(page, page.get_by_role("button", name="Add victim"))
    victim = page.get_by_role("group", name="Victim 1")
    expect(victim).to_be_visible()
    say(page, field(victim, "Sex"), "Wom")
    say(page, field(victim, "Outcome"), "Inj")
    sound()
    press(page, page.get_by_role("button", name="Save", exact=True).last)
    expect(page.get_by_role("heading", level=1)).to_have_text("AV-2024-000001")
    press(page, page.get_by_role("button", name="Send for checking"))
    expect(page.get_by_text("Sent for checking").first).to_be_visible()
    incident = Incident.objects.get()
    assert (incident.state, incident.place, incident.kind.code) == ("sent", "Čačak", "domestic-violence")
    assert (incident.people.get().outcome, incident.weapons.get().weapon.code) == ("injured", "handgun")
    assert complaints == []


@pytest.fixture
def region(served: str, world: World) -> World:
    """Something on every page."""
    people = [{"side": "victim", "outcome": "killed", "sex": "men"}]
    for who, where in (("alice", "RS"), ("charlie", "AL")):
        make_incident(
            world, who, state="verified", people=people, jurisdiction=world.jurisdictions[where],
            latitude=Decimal("43.3209"), longitude=Decimal("21.8958"),
        )  # fmt: skip
    make_incident(world, state="sent", people=people)
    return world


@pytest.fixture
def looks(page: Page, served: str, axe_source: str) -> Callable[[str], None]:
    """Say that a page fits on phone, tablet and desk, and that axe finds nothing by day or by night."""

    def look(path: str = "") -> None:
        if path:
            page.goto(f"{served}/{path.removeprefix('/')}")
        told: list[Any] = []
        for width in (DESK, TABLET, PHONE):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme="light" if width == DESK else "dark")
            told += faults(page, axe_source) if width != TABLET else []
            told += [f"{too_wide} px too wide at {width}"] if (too_wide := side_to_side(page)) else []
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": DESK, "height": 900})
        assert (page.url, told) == (page.url, [])

    return look


def test_pages_of_collecting_fit_and_read_on_every_screen_by_day_and_by_night(
    served: str, sign_in: Callable[[Any], Page], region: World, looks: Callable[[str], None], complaints: list[str]
) -> None:
    page = sign_in(region.user("sofia"))
    record = Incident.objects.earliest("reference")
    for path in ("/", "incidents/", f"incidents/{record.reference}/", "incidents/add/", "imports/", "sources/"):
        looks(path)
    upload(page, served, sheet())
    for step in ("Go on to the columns", "Go on to the values", "Look at the preview"):
        looks("")
        page.get_by_role("button", name=step).click()
    looks("")
    assert complaints == []


def test_pages_of_counting_and_reporting_fit_and_read_on_every_screen_by_day_and_by_night(
    served: str, sign_in: Callable[[Any], Page], region: World, looks: Callable[[str], None], complaints: list[str]
) -> None:
    page = sign_in(region.user("sofia"))
    report = signed(region)
    looks("dashboard/")
    looks("ask/?measure=people-killed&by=jurisdiction&by=sex&period=2024-Q1&scope=SEE-7&compare=previous")
    looks("reports/")
    looks(f"reports/{report.reference}/")
    page.get_by_role("button", name="Release").click()
    looks("")
    drain()
    release = Release.objects.get()
    looks(f"releases/{release.reference}/")
    looks(f"releases/{release.reference}/figures/")
    assert complaints == []


def test_pages_of_ones_account_and_of_people_fit_and_read_on_every_screen_by_day_and_by_night(
    sign_in: Callable[[Any], Page], region: World, looks: Callable[[str], None], complaints: list[str]
) -> None:
    sign_in(region.user("adam"))
    for path in ("people/", "people/invite/", f"people/{region.user('bob').pk}/", "notices/", "jobs/"):
        looks(path)
    for path in ("accounts/profile/", "accounts/sessions/", "accounts/2fa/", "account/tokens/", "api/"):
        looks(path)
    assert complaints == []
