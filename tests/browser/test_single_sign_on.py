"""Signing in through a provider in a browser: a real one, in a process of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from tests.browser.conftest import Sound
from tests.browser.test_signing_in import enter
from tests.browser.walking import beyond, picture
from throughline.kernel.notify.models import Mail
from throughline.kernel.testing.worlds import PASSWORD, World
from throughline.people import services
from throughline.people.models import User
from throughline.people.tests.at_provider import configure, free_port, running
from throughline.people.tests.provider import PASSWORD as OWN

pytestmark = pytest.mark.journey


@pytest.fixture
def provider(served: str, tmp_path: Path, settings: Settings) -> Iterator[int]:
    with running(tmp_path, served) as port:
        configure(settings, tmp_path, port)
        yield port


def at_the_provider(page: Page, who: str) -> None:
    expect(page.get_by_role("heading", name="Provider")).to_be_visible()
    page.get_by_label("Username").fill(who)
    page.get_by_label("Password").fill(OWN)
    page.get_by_role("button", name="Log in").click()
    page.get_by_role("button", name="Yes").click()


def test_through_the_provider_to_the_page_one_wanted_and_strangers_to_none(
    served: str, page: Page, world: World, provider: int, complaints: list[str], sound: Sound
) -> None:
    page.goto(f"{served}/accounts/login/?next=/incidents/")
    picture(page, "sso-sign-in")
    sound()
    page.get_by_role("link", name="Continue with Ministry of Interior").click()
    at_the_provider(page, "alice")
    expect(page.get_by_role("heading", name="Incidents", exact=False).first).to_be_visible()
    assert complaints == []

    page.context.clear_cookies()
    page.goto(f"{served}/accounts/login/")
    page.get_by_role("link", name="Continue with Ministry of Interior").click()
    at_the_provider(page, "stranger")
    expect(page.get_by_text("There is no account for stranger@example.org", exact=False)).to_be_visible()
    picture(page, "sso-stranger")
    sound()
    assert beyond(complaints, 403) == []


def test_an_invited_person_accepts_through_the_provider(
    served: str, page: Page, world: World, provider: int, complaints: list[str], sound: Sound
) -> None:
    services.invite(
        world.viewer("adam"),
        email="mira@example.org",
        name="Mira",
        organisation=world.organisations["police-rs"],
        programme=world.programme,
        roles=["contributor"],
    )
    link = Mail.objects.get(address="mira@example.org").text.partition("/invitation/")[2].split()[0]
    page.goto(f"{served}/invitation/{link}")
    picture(page, "sso-invitation")
    sound()
    page.get_by_role("link", name="Accept with Ministry of Interior").click()
    at_the_provider(page, "mira")
    expect(page.get_by_role("heading", name="What waits for me")).to_be_visible()
    assert not User.objects.get(email="mira@example.org").has_usable_password()
    assert complaints == []


def test_a_provider_that_is_down_is_said_in_words_and_the_password_still_opens(
    served: str,
    page: Page,
    world: World,
    settings: Settings,
    tmp_path: Path,
    complaints: list[str],
    sound: Sound,
) -> None:
    configure(settings, tmp_path, free_port())
    page.goto(f"{served}/accounts/login/")
    page.get_by_role("link", name="Continue with Ministry of Interior").click()
    expect(page.get_by_role("heading", name="Ministry of Interior does not answer")).to_be_visible()
    picture(page, "sso-down")
    sound()
    enter(page, served, world.user("alice").email, PASSWORD)
    expect(page.get_by_role("heading", name="What waits for me")).to_be_visible()
    assert beyond(complaints, 503) == []
