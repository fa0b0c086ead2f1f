"""An officer enters an incident, a colleague checks it, and anyone asks who sees it and what happened."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.walking import faults, field, side_to_side
from throughline.incidents.models import Incident
from throughline.kernel.testing.worlds import World, make_incident

pytestmark = pytest.mark.journey


def test_an_officer_enters_an_incident_and_a_colleague_verifies_it(
    served: str, sign_in: Callable[[Any], Page], world: World, complaints: list[str], axe_source: str
) -> None:
    page = sign_in(world.user("alice"))
    page.goto(f"{served}/incidents/")
    page.get_by_role("link", name="New incident").first.click()
    assert faults(page, axe_source) == []
    field(page, "Type").select_option(label="Domestic violence")
    field(page, "Date").fill("2024-03-07")
    field(page, "Narrative").fill("Пуцано је у ваздух после свађе.")
    field(page, "Jurisdiction").select_option(label="Serbia")
    field(page, "Place").fill("Čačak")
    page.get_by_role("button", name="Add weapon").click()
    field(page, "Weapon").select_option(label="Handgun")
    page.get_by_role("button", name="Add victim").click()
    field(page.get_by_role("group", name="Victim 1"), "Sex").select_option(label="Women")
    field(page.get_by_role("group", name="Victim 1"), "Outcome").select_option(label="Injured")
    page.get_by_role("button", name="Add source").click()
    field(page, "Title").fill("Bulletin of the day")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("AV-2024-000001")
    assert faults(page, axe_source) == []
    page.get_by_role("button", name="Send for checking").click()
    expect(page.get_by_text("Sent for checking").first).to_be_visible()
    assert page.get_by_role("button", name="Verify").count() == 0

    page = sign_in(world.user("bob"))
    page.goto(f"{served}/")
    page.get_by_role("link", name="Incidents to check").click()
    page.get_by_role("link", name="AV-2024-000001").click()
    field(page, "Comment").fill("Two sources agree.")
    page.get_by_role("button", name="Verify").click()
    incident = Incident.objects.get()
    assert (incident.state, incident.people.get().outcome, incident.weapons.get().weapon.code) == (
        "verified",
        "injured",
        "handgun",
    )
    assert complaints == []


def test_a_colleague_returns_it_with_a_comment_and_the_officer_mends_it(
    served: str, sign_in: Callable[[Any], Page], world: World, complaints: list[str]
) -> None:
    incident = make_incident(world, state="sent")
    page = sign_in(world.user("bob"))
    page.goto(f"{served}/incidents/{incident.reference}/")
    page.get_by_role("button", name="Return with a comment").click()
    expect(page.get_by_text("Say why, so that the next person knows what to do.").first).to_be_visible()
    field(page, "Comment").fill("Which street was it?")
    page.get_by_role("button", name="Return with a comment").click()
    page = sign_in(world.user("alice"))
    page.goto(f"{served}/incidents/{incident.reference}/")
    expect(page.get_by_text("Which street was it?").first).to_be_visible()
    page.get_by_role("link", name="Change", exact=True).click()
    field(page, "Place").fill("Novi Grad, Main street")
    page.get_by_role("button", name="Save", exact=True).last.click()
    page.get_by_role("button", name="Send for checking").click()
    incident.refresh_from_db()
    assert (incident.state, incident.place) == ("sent", "Novi Grad, Main street")
    assert complaints == []


def test_what_is_wrong_is_said_at_the_field_and_nothing_typed_is_lost(
    served: str, sign_in: Callable[[Any], Page], world: World, axe_source: str
) -> None:
    page = sign_in(world.user("alice"))
    page.goto(f"{served}/incidents/add/")
    field(page, "Date").fill("2031-02-03")
    field(page, "Narrative").fill("Kept.")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.get_by_text("The date lies in the future.").first).to_be_visible()
    expect(field(page, "Narrative")).to_have_value("Kept.")
    assert faults(page, axe_source) == []
    assert Incident.objects.count() == 0


def test_anyone_asks_who_can_see_a_record_and_what_happened_to_it(
    served: str, sign_in: Callable[[Any], Page], world: World
) -> None:
    incident = make_incident(world, state="verified", handling="amber")
    page = sign_in(world.user("anna"))
    page.goto(f"{served}/incidents/{incident.reference}/")
    side = page.get_by_role("complementary").filter(has_text="Who can see this, and why")
    expect(side).to_contain_text("Analysts and secretariat of Armed Violence Monitoring Platform")
    expect(side).to_contain_text("it is marked TLP:AMBER")
    expect(side).to_contain_text("Bob verified")
    for stranger in ("charlie", "outsider"):
        page = sign_in(world.user(stranger))
        answer = page.goto(f"{served}/incidents/{incident.reference}/")
        assert answer.status == 404
        assert "Novi Grad" not in page.content()


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_no_page_scrolls_sideways(
    served: str, sign_in: Callable[[Any], Page], world: World, axe_source: str, width: int
) -> None:
    incident = make_incident(world, state="sent", people=[{"side": "victim", "outcome": "killed"}])
    page = sign_in(world.user("sofia"))
    page.set_viewport_size({"width": width, "height": 800})
    found: dict[str, Any] = {}
    for path in (
        "",
        "incidents/",
        "incidents/add/",
        f"incidents/{incident.reference}/",
        "dashboard/",
        "ask/",
        "reports/",
    ):
        page.goto(f"{served}/{path}")
        found[path] = (side_to_side(page), faults(page, axe_source))
    assert found == dict.fromkeys(found, (0, []))
