"""Invited, a person makes an account, guards it with a second factor, and sees where they are signed in."""

import base64
import hmac
import re
import struct
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Sound
from tests.browser.walking import field
from throughline.kernel.history.models import Entry
from throughline.kernel.notify.models import Mail
from throughline.kernel.testing.worlds import PASSWORD, World
from throughline.people.models import User

pytestmark = pytest.mark.journey

ADDRESS, OWN_PASSWORD = "mira@example.org", "seven lamps beside the river"


def code_now(secret: str) -> str:
    """What an authenticator app shows (RFC 6238: thirty seconds, six digits), with time left to type it."""
    if (left := 30 - time.time() % 30) < 4:
        time.sleep(left)
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, struct.pack(">Q", int(time.time()) // 30), "sha1")
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def enter(page: Page, served: str, address: str, password: str) -> None:
    page.goto(f"{served}/accounts/login/")
    field(page, "Email").fill(address)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_an_invitation_becomes_an_account_with_a_second_factor(
    served: str, sign_in: Callable[[Any], Page], world: World, browser: Browser, complaints: list[str], sound: Sound
) -> None:
    page = sign_in(world.user("adam"))
    invite(page, served, sound)
    link = re.search(r"/invitation/\S+", Mail.objects.get(address=ADDRESS).text)
    assert link is not None
    page.context.clear_cookies()
    page.goto(f"{served}{link.group()}")
    sound()
    page.get_by_label("Password", exact=True).fill(OWN_PASSWORD)
    page.get_by_label("Password again").fill(OWN_PASSWORD)
    page.get_by_role("button", name="Make my account").click()
    expect(page.get_by_text("Your account is ready.")).to_be_visible()
    enter(page, served, ADDRESS, OWN_PASSWORD)
    expect(page.get_by_role("heading", name="What waits for me")).to_be_visible()
    secret = add_second_factor(page, served, sound)

    with browser.new_context() as elsewhere:
        other = elsewhere.new_page()
        enter(other, served, ADDRESS, OWN_PASSWORD)
        expect(other.get_by_role("heading", name="Second step")).to_be_visible()
        other.get_by_role("textbox").fill("000000")
        other.get_by_role("button", name="Sign in").click()
        expect(other.get_by_role("heading", name="Second step")).to_be_visible()
        other.get_by_role("textbox").fill(code_now(secret))
        other.get_by_role("button", name="Sign in").click()
        expect(other.get_by_role("heading", name="What waits for me")).to_be_visible()
        end_the_other_session(page, served, sound)
        other.reload()
        expect(other.get_by_role("heading", name="Sign in")).to_be_visible()
    person = User.objects.get(email=ADDRESS)
    assert list(person.roles.values_list("role", flat=True)) == ["verifier"]
    verbs = set(Entry.objects.filter(object_id=str(person.pk)).values_list("verb", flat=True))
    assert {"person.accept", "person.end-session"} <= verbs
    assert complaints == []


def invite(page: Page, served: str, sound: Sound) -> None:
    page.goto(f"{served}/people/")
    sound()
    page.get_by_role("link", name="Invite someone").click()
    field(page, "E-mail address").fill(ADDRESS)
    field(page, "Name").fill("Mira")
    field(page, "Organisation").select_option(label="Police Serbia")
    page.get_by_label("Verifier").check()
    sound()
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_role("row").filter(has_text=ADDRESS)).to_be_visible()


def add_second_factor(page: Page, served: str, sound: Sound) -> str:
    page.goto(f"{served}/accounts/2fa/")
    sound()
    page.get_by_role("link", name="Add an authenticator app").click()
    expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
    sound()
    page.get_by_label("Password", exact=True).fill(OWN_PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    secret = page.get_by_label("Secret").input_value()
    sound()
    field(page, "Authenticator code").fill(code_now(secret))
    page.get_by_role("button", name="Add the app").click()
    expect(page.get_by_text("Authenticator app activated").first).to_be_visible()
    return secret


def end_the_other_session(page: Page, served: str, sound: Sound) -> None:
    page.goto(f"{served}/accounts/sessions/")
    expect(page.get_by_role("table").get_by_role("row")).to_have_count(3)
    sound()
    page.get_by_role("button", name="End this session").click()
    expect(page.get_by_role("table").get_by_role("row")).to_have_count(2)


def test_a_wrong_password_is_refused_in_words(
    served: str, page: Page, world: World, complaints: list[str], sound: Sound
) -> None:
    enter(page, served, world.user("alice").email, "incorrect horse")
    expect(page.get_by_text("not correct").first).to_be_visible()
    expect(page.get_by_label("Email", exact=True)).to_have_value(world.user("alice").email)
    sound()
    enter(page, served, world.user("alice").email, PASSWORD)
    expect(page.get_by_role("heading", name="What waits for me")).to_be_visible()
    sound()
    assert Entry.objects.filter(verb__contains="sign", actor_text__contains="Alice").count() == 1
    assert complaints == []
