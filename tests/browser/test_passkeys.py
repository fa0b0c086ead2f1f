"""A passkey added, named, used alone, used as a second step, asked for once more, and taken away, in a real browser."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Browser, CDPSession, Page, expect

from tests.browser.conftest import Sound
from tests.browser.test_signing_in import enter
from tests.browser.walking import field, picture, too_wide
from throughline.kernel.history.models import Entry
from throughline.kernel.notify.models import Notice
from throughline.kernel.testing.worlds import PASSWORD, World
from throughline.people import services

pytestmark = pytest.mark.journey

FINGER = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
TOUCH_ONLY = {"protocol": "u2f", "transport": "usb", "automaticPresenceSimulation": True}

Device = Callable[..., str]


@pytest.fixture
def device(page: Page) -> Iterator[Device]:
    """Gives the browser a device that holds passkeys: one that knows a finger, or an old key that is only touched."""
    session: CDPSession = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")

    def plug_in(kind: dict[str, object]) -> str:
        return str(session.send("WebAuthn.addVirtualAuthenticator", {"options": kind})["authenticatorId"])

    plug_in.session = session  # type: ignore[attr-defined]
    yield plug_in
    session.send("WebAuthn.disable")


def confirm_by_password(page: Page) -> None:
    expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()


def add(page: Page, served: str, name: str) -> None:
    page.goto(f"{served}/accounts/2fa/webauthn/add/")
    expect(page.get_by_role("heading", name="Add a passkey")).to_be_visible()
    field(page, "Name").fill(name)
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes", exact=False)).to_be_visible()


def leave(page: Page) -> None:
    page.context.clear_cookies()


def at_home(page: Page) -> None:
    expect(page.get_by_role("heading", name="What waits for me")).to_be_visible()


def test_a_passkey_signs_in_alone(
    served: str, page: Page, world: World, device: Device, complaints: list[str], sound: Sound
) -> None:
    device(FINGER)
    alice = world.user("alice")
    enter(page, served, alice.email, PASSWORD)
    at_home(page)
    page.goto(f"{served}/accounts/2fa/")
    picture(page, "passkeys-none")
    sound()
    page.get_by_role("link", name="Add a passkey").click()
    confirm_by_password(page)
    picture(page, "passkey-add")
    sound()
    field(page, "Name").fill("Office laptop")
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes", exact=False)).to_be_visible()
    sound()
    page.goto(f"{served}/accounts/2fa/")
    expect(page.get_by_text("signs you in alone")).to_be_visible()
    picture(page, "passkeys-one")
    sound()
    assert too_wide(page) == {}

    leave(page)
    page.goto(f"{served}/accounts/login/")
    picture(page, "sign-in")
    sound()
    page.get_by_role("button", name="Use a passkey").click()
    at_home(page)

    assert Notice.objects.filter(person=alice, subject="A second factor was added to your account").count() == 1
    entry = Entry.objects.filter(verb="person.sign-in").latest("seq")
    assert (entry.actor_text, entry.after["with"]) == ("Alice", ["webauthn"])
    assert complaints == []


def test_a_passkey_is_the_second_step_and_confirms_what_is_delicate(
    served: str, page: Page, world: World, device: Device, complaints: list[str], sound: Sound
) -> None:
    device(FINGER)
    alice = world.user("alice")
    enter(page, served, alice.email, PASSWORD)
    at_home(page)
    page.goto(f"{served}/accounts/2fa/webauthn/add/")
    confirm_by_password(page)
    add(page, served, "Phone")

    leave(page)
    enter(page, served, alice.email, PASSWORD)
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    picture(page, "second-step")
    sound()
    page.get_by_role("button", name="Use a passkey").click()
    at_home(page)

    page.goto(f"{served}/accounts/2fa/")
    page.get_by_role("link", name="Rename Phone").click()
    expect(page.get_by_role("heading", name="Is it you?")).to_be_visible()
    page.get_by_role("link", name="Use a passkey").click()
    picture(page, "confirm-by-passkey")
    sound()
    page.get_by_role("button", name="Confirm with a passkey").click()
    expect(page.get_by_role("heading", name="Rename the passkey")).to_be_visible()
    sound()
    field(page, "Name").fill("Old phone")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Remove Old phone").click()
    expect(page.get_by_text("Old phone will no longer open your account.")).to_be_visible()
    picture(page, "passkey-remove")
    sound()
    page.get_by_role("button", name="Remove the passkey").click()
    expect(page.get_by_role("link", name="Add a passkey")).to_be_visible()
    assert not Authenticator.objects.filter(user=alice).exists(), "recovery codes go with the last factor"

    leave(page)
    page.goto(f"{served}/accounts/login/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("Incorrect code.")).to_be_visible()
    assert complaints == []


def test_an_old_key_that_is_only_touched_is_a_second_step_and_never_enough_alone(
    served: str, page: Page, world: World, device: Device, complaints: list[str]
) -> None:
    device(TOUCH_ONLY)
    alice = world.user("alice")
    enter(page, served, alice.email, PASSWORD)
    at_home(page)
    page.goto(f"{served}/accounts/2fa/webauthn/add/")
    confirm_by_password(page)
    field(page, "Name").fill("Old key")
    page.get_by_label("It signs me in alone").uncheck()
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes", exact=False)).to_be_visible()

    leave(page)
    enter(page, served, alice.email, PASSWORD)
    page.get_by_role("button", name="Use a passkey").click()
    at_home(page)
    page.goto(f"{served}/accounts/2fa/")
    expect(page.get_by_text("second step", exact=False)).to_be_visible()
    assert complaints == []


def test_a_closed_account_is_not_opened_by_its_passkey(
    served: str, page: Page, world: World, device: Device, complaints: list[str], browser: Browser
) -> None:
    device(FINGER)
    alice = world.user("alice")
    enter(page, served, alice.email, PASSWORD)
    at_home(page)
    page.goto(f"{served}/accounts/2fa/webauthn/add/")
    confirm_by_password(page)
    add(page, served, "Phone")
    services.deactivate(world.viewer("adam"), person=alice)

    page.goto(f"{served}/accounts/login/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="This account is closed")).to_be_visible()
    page.goto(f"{served}/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert complaints == []


def test_a_programme_that_asks_a_second_factor_leads_its_people_to_one(
    served: str, page: Page, world: World, device: Device, sign_in: Any, complaints: list[str], sound: Sound
) -> None:
    device(FINGER)
    sign_in(world.user("adam"))
    page.goto(f"{served}/people/")
    picture(page, "people-second-factor")
    sound()
    page.get_by_role("button", name="Ask it of everyone").click()
    expect(page.get_by_text("asks a second factor of everyone")).to_be_visible()
    leave(page)

    enter(page, served, world.user("alice").email, PASSWORD)
    expect(page.get_by_text("Add a passkey or an authenticator app to go on.")).to_be_visible()
    picture(page, "second-factor-asked")
    sound()
    page.goto(f"{served}/incidents/")
    expect(page.get_by_text("Add a passkey or an authenticator app to go on.")).to_be_visible()
    page.get_by_role("link", name="Add a passkey").click()
    confirm_by_password(page)
    add(page, served, "Phone")
    page.goto(f"{served}/incidents/")
    expect(page.get_by_role("heading", name="Incidents", exact=False).first).to_be_visible()
    assert complaints == []
