"""Signing in through a provider: a real one, in a process of its own, with people it vouches for and people it does not."""

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from tests.browser.conftest import Sound
from tests.browser.provider import PASSWORD as OWN
from tests.browser.test_signing_in import enter
from tests.browser.walking import beyond, picture
from throughline.config.signon import providers
from throughline.kernel.history.models import Entry
from throughline.kernel.notify.models import Mail, Notice
from throughline.kernel.testing.worlds import PASSWORD, World
from throughline.people import services
from throughline.people.models import RoleGiven, User

pytestmark = pytest.mark.journey

CLIENT, SECRET = "throughline", "kept in a file"
FILE = """
[ministry]
name = "Ministry of Interior"
issuer = "http://localhost:{port}"
client = "throughline"
secret_file = "ministry.secret"
domains = ["example.org"]
{more}
"""

Configure = Callable[..., None]


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("localhost", 0))
        return int(asked.getsockname()[1])


@pytest.fixture
def configure(tmp_path: Path, settings: Settings) -> Configure:
    """What an operator writes, read as the program reads it when it starts."""

    def configured(port: int, more: str = "") -> None:
        (tmp_path / "ministry.secret").write_text(f"{SECRET}\n")
        (tmp_path / "sso.toml").write_text(FILE.format(port=port, more=more))
        settings.THROUGHLINE_SSO = found = providers(str(tmp_path / "sso.toml"))
        own = {"OAUTH_PKCE_ENABLED": True, "APPS": [one.app for one in found]}
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": own}

    return configured


@pytest.fixture
def provider(served: str, tmp_path: Path, configure: Configure) -> Iterator[int]:
    """The provider, running; the program is set up for it."""
    port = free_port()
    back = f"{served}/accounts/oidc/ministry/login/callback/"
    program = str(Path(__file__).with_name("provider.py"))
    command = [sys.executable, program, str(port), CLIENT, SECRET, back, str(tmp_path)]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert running.stdout is not None
    assert running.stdout.readline() == f"listening on {port}\n"
    configure(port)
    yield port
    running.terminate()
    running.communicate()


def through(page: Page, served: str, who: str, *, consent: bool = True) -> None:
    """Sign in at the provider as one of its people."""
    page.goto(f"{served}/accounts/login/")
    page.get_by_role("link", name="Continue with Ministry of Interior").click()
    at_the_provider(page, who, consent=consent)


def at_the_provider(page: Page, who: str, *, consent: bool = True) -> None:
    expect(page.get_by_role("heading", name="Provider")).to_be_visible()
    page.get_by_label("Username").fill(who)
    page.get_by_label("Password").fill(OWN)
    page.get_by_role("button", name="Log in").click()
    page.locator("input[name=allow]" if consent else "input[type=submit]:not([name=allow])").click()


def at_home(page: Page) -> None:
    expect(page.get_by_role("heading", name="What waits for me")).to_be_visible()


def refused(page: Page, served: str, words: str) -> None:
    expect(page.get_by_role("heading", name="Not signed in")).to_be_visible()
    expect(page.get_by_text(words, exact=False)).to_be_visible()
    page.goto(f"{served}/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def leave(page: Page) -> None:
    page.context.clear_cookies()


def test_someone_with_an_account_comes_in_through_the_provider_and_is_known_again(
    served: str, page: Page, world: World, provider: int, complaints: list[str], sound: Sound
) -> None:
    alice = world.user("alice")
    before = RoleGiven.objects.count()
    page.goto(f"{served}/accounts/login/?next=/incidents/")
    picture(page, "sso-sign-in")
    sound()
    page.get_by_role("link", name="Continue with Ministry of Interior").click()
    at_the_provider(page, "alice")
    expect(page.get_by_role("heading", name="Incidents", exact=False).first).to_be_visible()
    held = SocialAccount.objects.get()
    assert (held.user, held.provider, held.extra_data) == (alice, "ministry", {}), "no claims are kept"

    leave(page)
    through(page, served, "alice")
    at_home(page)
    assert SocialAccount.objects.count() == 1
    assert (User.objects.count(), RoleGiven.objects.count()) == (len(world.users), before)
    verbs = list(Entry.objects.filter(object_id=str(alice.pk)).order_by("seq").values_list("verb", flat=True))
    assert verbs == ["person.connect", "person.sign-in", "person.sign-in"]
    assert Entry.objects.filter(verb="person.sign-in").latest("seq").after["with"] == ["ministry"]
    assert Notice.objects.filter(person=alice, subject__contains="opens through Ministry of Interior").count() == 1
    assert complaints == []


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("stranger", "There is no account for stranger@example.org"),
        ("doubtful", "did not vouch for an address"),
        ("foreign", "did not vouch for an address"),
    ],
)
def test_whom_the_provider_may_not_let_in_stays_out(
    served: str, page: Page, world: World, provider: int, complaints: list[str], sound: Sound, who: str, words: str
) -> None:
    people = User.objects.count()
    through(page, served, who)
    sound()
    if who == "stranger":
        picture(page, "sso-stranger")
    refused(page, served, words)
    assert (User.objects.count(), SocialAccount.objects.count()) == (people, 0)
    assert Entry.objects.get(verb="person.sign-in-failed").after == {"from": "127.0.0.1", "kind": "ministry"}
    assert beyond(complaints, 403) == []


def test_an_address_given_to_someone_else_does_not_open_the_account_of_whoever_had_it(
    served: str, page: Page, world: World, provider: int, complaints: list[str]
) -> None:
    through(page, served, "alice")
    at_home(page)
    leave(page)
    through(page, served, "newcomer")
    refused(page, served, "belongs to someone else at Ministry of Interior")

    services.disconnect(world.viewer("adam"), person=world.user("alice"), reason="address given on")
    leave(page)
    through(page, served, "newcomer")
    at_home(page)
    assert beyond(complaints, 403) == []


def test_a_left_employee_stays_out_whatever_the_provider_says(
    served: str, page: Page, world: World, provider: int, complaints: list[str]
) -> None:
    through(page, served, "alice")
    at_home(page)
    services.deactivate(world.viewer("adam"), person=world.user("alice"), reason="left")
    page.reload()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    leave(page)
    through(page, served, "alice")
    expect(page.get_by_role("heading", name="This account is closed")).to_be_visible()
    assert complaints == []


def test_a_superuser_is_not_opened_from_elsewhere(
    served: str, page: Page, world: World, provider: int, complaints: list[str]
) -> None:
    User.objects.filter(email="adam@example.org").update(is_superuser=True)
    through(page, served, "adam")
    refused(page, served, "Superusers sign in with a password")
    assert SocialAccount.objects.count() == 0
    assert beyond(complaints, 403) == []


def test_an_invited_person_accepts_through_the_provider_and_has_the_roles_of_the_invitation_only(
    served: str, page: Page, world: World, provider: int, complaints: list[str], sound: Sound
) -> None:
    invited = {"name": "Mira", "organisation": world.organisations["police-rs"], "programme": world.programme}
    services.invite(world.viewer("adam"), email="mira@example.org", roles=["contributor"], **invited)
    link = Mail.objects.get(address="mira@example.org").text.partition("/invitation/")[2].split()[0]

    through(page, served, "mira")
    expect(page.get_by_text("begin with the link in that mail", exact=False)).to_be_visible()
    leave(page)
    page.goto(f"{served}/invitation/{link}")
    picture(page, "sso-invitation")
    sound()
    page.get_by_role("link", name="Accept with Ministry of Interior").click()
    at_the_provider(page, "mira")
    at_home(page)
    mira = User.objects.get(email="mira@example.org")
    assert (mira.has_usable_password(), list(mira.roles.values_list("role", flat=True))) == (False, ["contributor"])
    assert beyond(complaints, 403) == []


def test_an_invitation_is_not_accepted_by_somebody_else_at_the_provider(
    served: str, page: Page, world: World, provider: int, complaints: list[str]
) -> None:
    invited = {"name": "Mira", "organisation": world.organisations["police-rs"], "programme": world.programme}
    services.invite(world.viewer("adam"), email="mira@example.org", roles=["contributor"], **invited)
    link = Mail.objects.get(address="mira@example.org").text.partition("/invitation/")[2].split()[0]
    page.goto(f"{served}/invitation/{link}")
    page.get_by_role("link", name="Accept with Ministry of Interior").click()
    at_the_provider(page, "stranger")
    refused(page, served, "There is no account for stranger@example.org")
    assert not User.objects.filter(email__in=["mira@example.org", "stranger@example.org"]).exists()
    assert beyond(complaints, 403) == []


def test_with_only_the_password_opens_nothing_any_more_but_still_confirms(
    served: str, page: Page, world: World, provider: int, configure: Configure, complaints: list[str]
) -> None:
    configure(provider, "only = true")
    alice = world.user("alice")
    enter(page, served, alice.email, PASSWORD)
    at_home(page)
    leave(page)
    through(page, served, "alice")
    at_home(page)
    page.goto(f"{served}/accounts/2fa/webauthn/add/")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("heading", name="Add a passkey")).to_be_visible()

    leave(page)
    enter(page, served, alice.email, PASSWORD)
    expect(page.get_by_text("not correct").first).to_be_visible()
    page.goto(f"{served}/accounts/password/reset/")
    page.get_by_label("Email").fill(alice.email)
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    sent = Mail.objects.filter(address=alice.email).latest("id").text
    assert ("opens through single sign-on" in sent, "/key/" in sent) == (True, False)
    enter(page, served, world.user("bob").email, PASSWORD)
    at_home(page)
    assert complaints == []


def test_saying_no_at_the_provider_is_no_fault(
    served: str, page: Page, world: World, provider: int, complaints: list[str]
) -> None:
    through(page, served, "alice", consent=False)
    refused(page, served, "did not sign you in")
    assert beyond(complaints, 403) == []


def test_a_provider_that_is_down_is_said_in_words_and_other_ways_stay_open(
    served: str, page: Page, world: World, configure: Configure, complaints: list[str], sound: Sound
) -> None:
    configure(free_port())
    page.goto(f"{served}/accounts/login/")
    page.get_by_role("link", name="Continue with Ministry of Interior").click()
    expect(page.get_by_role("heading", name="Ministry of Interior does not answer")).to_be_visible()
    picture(page, "sso-down")
    sound()
    enter(page, served, world.user("alice").email, PASSWORD)
    at_home(page)
    assert beyond(complaints, 503) == []


def test_a_code_from_somewhere_else_signs_nobody_in(
    served: str, page: Page, world: World, provider: int, complaints: list[str]
) -> None:
    """A link that a thief sends around, with a code of their own: the state is not this browser's."""
    page.goto(f"{served}/accounts/oidc/ministry/login/callback/?code=stolen&state=of-another-browser")
    refused(page, served, "did not sign you in")
    assert beyond(complaints, 403) == []


def test_without_a_file_there_is_nothing_to_see(served: str, page: Page, world: World, complaints: list[str]) -> None:
    page.goto(f"{served}/accounts/login/")
    expect(page.get_by_role("link", name="Continue with", exact=False)).to_have_count(0)
    answer: Any = page.goto(f"{served}/accounts/oidc/ministry/login/")
    assert answer.status == 404
    assert beyond(complaints, 404) == []
