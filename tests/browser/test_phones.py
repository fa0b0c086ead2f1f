"""Setting a phone up in the browser, answering with it, looking at what it sent, revoking it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from tests.browser.conftest import Sound
from tests.browser.walking import field, side_to_side
from throughline.kernel.rounds import services
from throughline.kernel.rounds.openrosa.tests.phone import Phone, filled
from throughline.kernel.testing.rounds import ANSWERS, make_round, return_of
from throughline.kernel.testing.worlds import World

pytestmark = pytest.mark.journey


def test_a_phone_is_set_up_used_and_revoked(
    served: str, sign_in: Callable[[Any], Page], world: World, sound: Sound, complaints: list[str]
) -> None:
    ret = return_of(make_round(world), world)
    services.save(world.viewer("bob"), holder=ret, changes={"law/status": ("", "none")})
    page = sign_in(world.user("alice"))
    phone = sets_up(page, served, sound)
    assert [one["formID"] for one in phone.forms()] == [ret.reference]
    assert phone.submit(filled(ret, ANSWERS))[0] == 201
    assert phone.submit(filled(ret, ANSWERS, "uuid:2", version="0-replaced"))[0] == 409
    page.goto(f"{served}/phones/{ret.reference}/")
    expect(page.get_by_role("cell", name=re.compile("^Taken over"))).to_contain_text(
        "State of the law on arms: the phone said ‘Drafted’, here stands ‘Not started’"
    )
    expect(page.get_by_role("cell", name="Not taken over")).to_contain_text("replaced by another version")
    sound()
    with page.expect_download() as sent:
        page.get_by_role("link", name="Form (XML)").first.click()
    assert b"0-replaced" in sent.value.path().read_bytes()
    page.goto(f"{served}/account/phones/")
    page.get_by_role("button", name="Revoke Field phone").click()
    expect(page.get_by_role("status")).to_contain_text("The phone Field phone can no longer sign in.")
    sound()
    assert phone.call("GET", "/openrosa/formList").status_code == 401
    assert complaints == []


def sets_up(page: Page, served: str, sound: Sound) -> Phone:
    """Name the phone, read off what is shown once; the page holds on a small screen."""
    page.goto(served)
    page.get_by_text("Alice", exact=True).first.click()
    page.get_by_role("link", name="Phones").click()
    sound()
    field(page, "Name of the phone").fill("Field phone")
    page.get_by_role("button", name="Set up the phone").click()
    told = page.get_by_role("status").get_by_role("definition")
    server, user_name, secret = (told.nth(number).inner_text() for number in range(3))
    assert server == f"{served}/openrosa"
    picture = page.get_by_role("img", name="QR code")
    assert picture.evaluate("image => image.naturalWidth") > 100
    sound()
    page.set_viewport_size({"width": 360, "height": 800})
    assert side_to_side(page) == 0
    sound()
    page.set_viewport_size({"width": 1280, "height": 900})
    return Phone(user_name, secret, Client(enforce_csrf_checks=True))
