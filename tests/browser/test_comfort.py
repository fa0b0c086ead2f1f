"""What makes daily work quick, walked as people do: views, columns, several at once, the search, keys, home."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Sound
from tests.browser.walking import picture, settled, too_wide
from throughline.incidents.models import Incident
from throughline.kernel.testing.worlds import World, make_incident

pytestmark = pytest.mark.journey
SignIn = Callable[[Any], Page]


def test_a_view_is_saved_shared_and_opened_by_a_colleague(
    served: str, sign_in: SignIn, world: World, complaints: list[str], sound: Sound
) -> None:
    make_incident(world, place="Novi Grad")
    make_incident(world, place="Kotor", jurisdiction=world.jurisdictions["ME"])
    page = sign_in(world.user("alice"))
    page.goto(f"{served}/incidents/?jurisdiction=ME")
    page.get_by_role("link", name="Save this view").click()
    sound()
    page.get_by_label("Name").fill("Montenegro")
    page.get_by_label("Who may open it").select_option(label="Everyone at Police Serbia")
    page.get_by_role("button", name="Save").click()
    views = page.get_by_role("navigation", name="Views of this list")
    expect(views.get_by_role("link", name="Montenegro")).to_have_attribute("aria-current", "page")
    sound()
    page = sign_in(world.user("bob"))
    page.goto(f"{served}/views/")
    sound()
    picture(page, "views")
    page.get_by_role("button", name="Open first Montenegro").click()
    page.goto(f"{served}/incidents/")
    expect(page.get_by_role("cell", name="Kotor")).to_be_visible()
    assert page.get_by_role("cell", name="Novi Grad").count() == 0
    page.get_by_role("navigation", name="Views of this list").get_by_role("link", name="All").click()
    expect(page.get_by_role("cell", name="Novi Grad")).to_be_visible()
    picture(page, "list-with-views")
    assert (too_wide(page), complaints) == ({}, [])


def test_columns_are_ordered_with_the_keyboard_alone(
    served: str, sign_in: SignIn, world: World, complaints: list[str], sound: Sound
) -> None:
    make_incident(world)
    page = sign_in(world.user("alice"))
    page.goto(f"{served}/incidents/columns/")
    sound()
    page.get_by_role("button", name="Region").focus()
    with page.expect_response("**/columns/"):
        page.keyboard.press("Enter")
    earlier = page.locator("#up-region")
    for _time in range(2):
        settled(page)
        earlier.focus()
        with page.expect_response("**/columns/"):
            page.keyboard.press("Enter")
        expect(earlier).to_be_focused()
    settled(page)
    picture(page, "columns")
    sound()
    page.get_by_role("button", name="Show these columns").press("Enter")
    expect(page.get_by_role("columnheader", name="Region")).to_be_visible()
    heads = page.get_by_role("columnheader").all_inner_texts()
    assert heads.index("Region") == len(heads) - 3
    assert complaints == []


def test_several_are_changed_seen_first_and_taken_back(
    served: str, sign_in: SignIn, world: World, complaints: list[str], sound: Sound
) -> None:
    first, second = make_incident(world), make_incident(world)
    gone = make_incident(world)
    Incident.objects.filter(pk=gone.pk).update(state="withdrawn")
    page = sign_in(world.user("alice"))
    page.goto(f"{served}/incidents/")
    page.get_by_role("link", name="Change several at once").click()
    for record in (first, second, gone):
        page.get_by_label(f"Choose {record.reference}").check()
    sound()
    picture(page, "bulk-choose")
    page.get_by_role("button", name="Go on with the ticked rows").click()
    sound()
    picture(page, "bulk-form")
    assert too_wide(page) == {}
    page.get_by_label("Place", exact=True).fill("Stari Grad")
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_text("2 records would change.")).to_be_visible(timeout=15_000)
    expect(page.get_by_role("row", name=gone.reference)).to_contain_text("withdrawn")
    sound()
    picture(page, "bulk-preview")
    assert too_wide(page) == {}
    page.get_by_role("button", name="Change the 2 that can be changed").click()
    sound()
    picture(page, "bulk-done")
    assert set(Incident.objects.values_list("place", flat=True)) == {"Stari Grad", "Novi Grad"}
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("Taken back. All records are as they were.")).to_be_visible()
    assert set(Incident.objects.values_list("place", flat=True)) == {"Novi Grad"}
    assert complaints == []


def test_a_search_from_anywhere_with_keys_alone(
    served: str, sign_in: SignIn, world: World, complaints: list[str], sound: Sound
) -> None:
    record = make_incident(world, place="Đurđevac")
    page = sign_in(world.user("alice"))
    page.goto(f"{served}/sources/")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Search everything")).to_be_focused()
    page.keyboard.type("ђурђева")
    panel = page.locator("#search-panel")
    expect(panel.get_by_role("link", name=record.reference)).to_be_visible()
    sound()
    picture(page, "search-panel")
    page.keyboard.press("ArrowDown")
    expect(panel.get_by_role("link").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(panel).to_be_empty()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Search")
    sound()
    picture(page, "search")
    assert too_wide(page) == {}
    page.get_by_role("link", name=record.reference).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(record.reference)
    assert complaints == []


def test_keys_move_and_can_be_switched_off(
    served: str, sign_in: SignIn, world: World, complaints: list[str], sound: Sound
) -> None:
    first = make_incident(world)
    page = sign_in(world.user("alice"))
    page.goto(f"{served}/incidents/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    sound()
    picture(page, "keys")
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name=first.reference)).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/incidents/AV-*/")
    page.keyboard.press("e")
    page.wait_for_url("**/change/")
    # Where one types, a letter is a letter.
    page.get_by_label("Narrative").press_sequentially("/?nje")
    assert page.url.endswith("/change/")
    page.goto(f"{served}/shortcuts/")
    sound()
    page.get_by_role("button", name="Switch them off").click()
    page.goto(f"{served}/incidents/")
    page.keyboard.press("?")
    page.keyboard.press("n")
    page.wait_for_timeout(300)
    assert (page.url, page.locator("dialog[open]").count(), complaints) == (f"{served}/incidents/", 0, [])


def test_home_says_what_waits_what_is_due_first_on_top(
    served: str, sign_in: SignIn, world: World, complaints: list[str], sound: Sound
) -> None:
    record = make_incident(world, state="sent")
    make_incident(world, "bob")
    page = sign_in(world.user("bob"))
    page.goto(f"{served}/incidents/{record.reference}/")
    page.goto(f"{served}/")
    first = page.locator(".todo > li").first
    expect(first).to_contain_text("Incidents to check")
    expect(first).to_contain_text("due")
    expect(page.get_by_text("Your drafts to send")).to_be_visible()
    recent = page.get_by_role("complementary").get_by_role("link", name=record.reference)
    expect(recent).to_be_visible()
    sound()
    picture(page, "home")
    assert (too_wide(page), complaints) == ({}, [])
