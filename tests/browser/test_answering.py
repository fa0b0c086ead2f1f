"""A respondent answers in the browser: saved while typing, with conditions, conflicts and a lost connection."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.walking import faults, side_to_side
from throughline.kernel.rounds import services
from throughline.kernel.rounds.models import Return, Sheet
from throughline.kernel.testing.rounds import make_return, make_round, return_of
from throughline.kernel.testing.worlds import World

pytestmark = pytest.mark.journey
SEIZED = "seizures/seized"


def stored(ret: Return) -> dict[str, str]:
    return dict(Sheet.objects.get(pk=ret.sheet_id).answers)


def test_answers_are_saved_as_they_are_typed_and_sent(
    served: str, sign_in: Callable[[Any], Page], world: World, complaints: list[str], axe_source: str
) -> None:
    ret = return_of(make_round(world), world)
    page = sign_in(world.user("bob"))
    page.goto(f"{served}/")
    page.get_by_role("link", name="Returns to answer").click()
    page.get_by_role("link", name="Answer", exact=True).click()
    expect(page.get_by_label("of these, handguns")).to_be_hidden()
    page.get_by_label("Firearms seized").fill("12")
    expect(page.get_by_role("status")).to_contain_text("Saved")
    expect(page.get_by_label("of these, handguns")).to_be_visible()
    assert page.evaluate("document.activeElement.name") == f"now:{SEIZED}"
    page.get_by_label("of these, handguns").fill("15")
    expect(page.get_by_text("There cannot be more handguns than firearms seized.")).to_be_visible()
    assert page.get_by_label("of these, handguns").get_attribute("aria-invalid") == "true"
    expect(page.get_by_text("1 to put right")).to_be_visible()
    assert faults(page, axe_source) == []
    page.get_by_label("of these, handguns").fill("5")
    expect(page.get_by_text("There cannot be more handguns than firearms seized.")).to_be_hidden()
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_text("Drafted", exact=True).click()
    expect(page.get_by_label("Progress in the period")).to_be_visible()
    page.get_by_label("Progress in the period").fill("A draft is out.")
    page.get_by_role("link", name="Storage sites").click()
    page.get_by_role("button", name="Add Storage sites").click()
    page.get_by_label("Place").fill("Niš")
    page.get_by_role("button", name="Save and check").click()
    assert faults(page, axe_source) == []
    page.get_by_role("button", name="Approve and send").click()
    expect(page.get_by_text("Approved and sent.")).to_be_visible()
    assert faults(page, axe_source) == []
    ret.refresh_from_db()
    assert ret.state == "submitted"
    assert stored(ret) == {
        SEIZED: "12",
        "seizures/handguns": "5",
        "law/status": "drafted",
        "law/progress": "A draft is out.",
        "places[1]": "",
        "places[1]/place": "Niš",
    }
    assert complaints == []


def test_two_people_at_one_question_are_asked_which_answer_holds(
    served: str, sign_in: Callable[[Any], Page], world: World, complaints: list[str], axe_source: str
) -> None:
    ret = make_return(world)
    page = sign_in(world.user("alice"))
    page.goto(f"{served}/returns/{ret.reference}/answer/seizures/")
    services.save(world.viewer("bob"), holder=ret, changes={SEIZED: ("12", "13")})
    page.get_by_label("Firearms seized").fill("15")
    expect(page.get_by_text("Bob wrote in the meantime: 13. You wrote: 15.")).to_be_visible()
    assert faults(page, axe_source) == []
    assert stored(ret)[SEIZED] == "13"
    page.get_by_role("button", name="Keep theirs").click()
    expect(page.get_by_label("Firearms seized")).to_have_value("13")
    services.save(world.viewer("bob"), holder=ret, changes={SEIZED: ("13", "14")})
    page.get_by_label("Firearms seized").fill("16")
    page.get_by_role("button", name="Use mine").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    assert stored(ret)[SEIZED] == "16"
    assert complaints == []


def test_what_is_typed_before_the_script_is_here_is_saved(
    served: str, sign_in: Callable[[Any], Page], world: World
) -> None:
    ret = return_of(make_round(world), world)
    page = sign_in(world.user("alice"))
    held: list[Any] = []
    page.route("**/rounds/answer*.js", lambda route: held.append(route))  # noqa: PLW0108 (a built-in cannot be wrapped)
    page.goto(f"{served}/returns/{ret.reference}/answer/seizures/", wait_until="commit")
    page.get_by_label("Firearms seized").fill("12")
    held[0].continue_()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    assert stored(ret) == {SEIZED: "12"}


def test_a_lost_connection_loses_nothing(served: str, sign_in: Callable[[Any], Page], world: World) -> None:
    ret = return_of(make_round(world), world)
    page = sign_in(world.user("alice"))
    page.goto(f"{served}/returns/{ret.reference}/answer/seizures/")
    page.context.set_offline(True)
    page.get_by_label("Firearms seized").fill("12")
    expect(page.get_by_role("status")).to_contain_text("there is no connection")
    page.context.set_offline(False)
    expect(page.get_by_role("status")).to_contain_text("Saved")
    assert stored(ret) == {SEIZED: "12"}


def test_works_on_a_phone_and_without_script(
    served: str, sign_in: Callable[[Any], Page], world: World, browser: Any
) -> None:
    ret = make_return(world)
    page = sign_in(world.user("alice"))
    page.set_viewport_size({"width": 360, "height": 740})
    for address in ("returns/asked/", f"returns/{ret.reference}/", f"returns/{ret.reference}/answer/seizures/"):
        page.goto(f"{served}/{address}")
        assert (address, side_to_side(page)) == (address, 0)
    plain = browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state())
    page = plain.new_page()
    page.goto(f"{served}/returns/{ret.reference}/answer/seizures/")
    page.get_by_label("Firearms seized").fill("20")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert stored(ret)[SEIZED] == "20"
    plain.close()
