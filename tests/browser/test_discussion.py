"""Neighbours talk about a record, propose a change and follow what comes of it; a change asked for holds up a signature."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Sound
from tests.browser.walking import field, picture, too_wide
from throughline.incidents.models import Incident
from throughline.kernel.comments.models import Comment
from throughline.kernel.flow.services import advance
from throughline.kernel.following.models import Following
from throughline.kernel.following.services import end_address, look_each
from throughline.kernel.testing.worlds import World, make_incident
from throughline.publications.tests.making import build, incidents

pytestmark = pytest.mark.journey
BLANK = '<svg xmlns="http://www.w3.org/2000/svg"/>'
SignIn = Callable[[Any], Page]


@pytest.fixture
def incident(served: str, world: World) -> Incident:
    return make_incident(world, "alice", state="verified", handling="green", place="Belgrade")


def test_a_neighbour_asks_the_owner_answers_and_it_is_resolved(
    served: str, sign_in: SignIn, world: World, incident: Incident, complaints: list[str], sound: Sound
) -> None:
    page, address = sign_in(world.user("charlie")), f"{served}/incidents/{incident.reference}/"
    page.goto(address)
    page.get_by_text("Write a comment", exact=True).click()
    page.get_by_label("Your words").fill("Is this the shop in Zemun?")
    sound()
    page.get_by_role("button", name="Write", exact=True).click()
    expect(page.get_by_text("Is this the shop in Zemun?").first).to_be_visible()

    page = sign_in(world.user("alice"))
    page.goto(f"{served}/notices/")
    page.get_by_role("button", name="Open").first.click()
    thread = page.get_by_role("article", name="Comment, Charlie")
    thread.get_by_text("Answer", exact=True).first.click()
    thread.get_by_label("Your answer").fill("It is.")
    thread.get_by_role("button", name="Answer").click()
    expect(page.get_by_role("paragraph").filter(has_text="It is.")).to_be_visible()
    sound()
    picture(page, "discussion")
    assert too_wide(page) == {}
    page.get_by_role("button", name="Resolve").click()
    expect(page.get_by_text("1 resolved comment")).to_be_visible()
    sound()
    assert (Comment.objects.get(parent=None).state, complaints) == ("resolved", [])


def test_a_neighbour_proposes_and_the_owner_accepts(
    served: str, sign_in: SignIn, world: World, incident: Incident, complaints: list[str], sound: Sound
) -> None:
    page = sign_in(world.user("charlie"))
    page.goto(f"{served}/incidents/{incident.reference}/")
    page.get_by_role("link", name="Propose a change").click()
    field(page, "Place").fill("Zemun")
    page.get_by_label("Why you propose it").fill("I was there.")
    sound()
    page.get_by_role("button", name="Propose this change").click()
    expect(page.get_by_role("row", name="Place")).to_contain_text("Zemun")
    sound()

    page = sign_in(world.user("bob"))
    page.goto(f"{served}/incidents/{incident.reference}/")
    page.get_by_role("link", name="By Charlie").click()
    row = page.get_by_role("row", name="Place")
    expect(row).to_contain_text("Belgrade")
    sound()
    picture(page, "proposal")
    assert too_wide(page) == {}
    page.get_by_role("button", name="Accept what is ticked").click()
    expect(page.get_by_text("Accepted").first).to_be_visible()
    page.goto(f"{served}/proposed-changes/")
    sound()
    incident.refresh_from_db()
    assert (incident.place, complaints) == ("Zemun", [])


def test_a_list_is_followed_and_ended_from_the_mail(
    served: str, sign_in: SignIn, world: World, complaints: list[str], sound: Sound
) -> None:
    page = sign_in(world.user("anna"))
    page.goto(f"{served}/incidents/?state=verified")
    page.get_by_role("link", name="Follow this list").click()
    page.get_by_label("How often").select_option("each")
    sound()
    page.get_by_role("button", name="Follow", exact=True).click()
    expect(page.get_by_role("listitem").filter(has_text="State: Verified")).to_be_visible()
    sound()
    picture(page, "following")
    assert too_wide(page) == {}
    made = make_incident(world, "alice", state="verified", handling="green")
    look_each()
    page.goto(f"{served}/notices/")
    page.get_by_role("button", name="Open").first.click()
    expect(page.get_by_role("main").get_by_role("link", name=made.reference)).to_be_visible()
    sound()

    page.context.clear_cookies()  # from the mail, on whatever device it is read
    page.goto(f"{served}{end_address(Following.objects.get().pk)}")
    sound()
    page.get_by_role("button", name="End it").click()
    expect(page.get_by_text("It is ended")).to_be_visible()
    assert (Following.objects.count(), complaints) == (0, [])


def test_a_change_asked_for_holds_up_the_signature(
    served: str, sign_in: SignIn, world: World, complaints: list[str], sound: Sound
) -> None:
    incidents(world)
    report = build(world)
    advance(world.viewer("anna"), record=report, transition="send")
    page, address = sign_in(world.user("simon")), f"{served}/reports/{report.reference}/"
    # Drawing the charts has journeys of its own, and takes long where much else runs.
    page.route("**/charts/*.svg", lambda route: route.fulfill(body=BLANK, content_type="image/svg+xml"))
    page.goto(f"{address}?ask=1#discussion")
    page.get_by_label("Your words").fill("Say 'jurisdiction', not 'country'.")
    sound()
    page.get_by_role("button", name="Write", exact=True).click()
    expect(page.get_by_text("1 change request is open.")).to_be_visible()
    picture(page, "request")

    page = sign_in(world.user("sofia"))
    page.goto(address)
    page.get_by_role("button", name="Sign off").click()
    expect(page.get_by_text("Change request 1 by Simon is open")).to_be_visible()
    page.get_by_text("Settle", exact=True).click()
    page.get_by_label("What was done, or why it is declined").fill("The printed name stands.")
    page.get_by_role("button", name="Decline it").click()
    expect(page.get_by_text("All change requests are settled.")).to_be_visible()
    sound()
    page.get_by_role("button", name="Sign off").click()
    expect(page.get_by_text("Signed off").first).to_be_visible()
    assert complaints == []
