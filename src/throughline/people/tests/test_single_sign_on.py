"""Whom a provider may let in, and whom not: a real one, in a process of its own, spoken to over the loopback."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.cache import cache, caches
from django.test import Client
from pytest_django.fixtures import Settings

from throughline.config.signon import providers
from throughline.kernel.access.errors import Refused
from throughline.kernel.history.models import Entry
from throughline.kernel.notify.models import Mail, Notice
from throughline.kernel.testing.worlds import PASSWORD, World
from throughline.people import services, signon_views
from throughline.people.models import RoleGiven, User
from throughline.people.tests.at_provider import BACK, FILE, configure, free_port, running, through, vouched

HOME = "/"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with running(tmp_path_factory.mktemp("provider"), "http://testserver") as found:
        yield found


@pytest.fixture
def provider(port: int, settings: Settings, tmp_path: Path) -> int:
    configure(settings, tmp_path, port)
    return port


def inside(client: Client) -> bool:
    return client.get("/accounts/profile/").status_code == 200


def invited(world: World, address: str = "mira@example.org") -> str:
    """An invitation on its way; the token in its mail."""
    services.invite(
        world.viewer("adam"),
        email=address,
        name="Mira",
        organisation=world.organisations["police-rs"],
        programme=world.programme,
        roles=["contributor"],
    )
    return Mail.objects.filter(address=address).latest("id").text.partition("/invitation/")[2].split()[0].strip("/")


def test_someone_with_an_account_comes_in_and_is_known_again(client: Client, world: World, provider: int) -> None:
    alice, people, roles = world.user("alice"), User.objects.count(), RoleGiven.objects.count()

    assert through(client, "alice") == HOME
    assert inside(client)
    held = SocialAccount.objects.get()
    assert (held.user, held.provider, held.extra_data) == (alice, "ministry", {}), "claims are not kept"

    again = Client()
    assert through(again, "alice") == HOME
    assert (SocialAccount.objects.count(), SocialAccount.objects.get().extra_data) == (1, {})
    assert (User.objects.count(), RoleGiven.objects.count()) == (people, roles)
    assert list(Entry.objects.order_by("seq").values_list("verb", flat=True)) == [
        "person.connect",
        "person.sign-in",
        "person.sign-in",
    ]
    entry = Entry.objects.latest("seq")
    assert (entry.actor_text, entry.after["with"]) == ("Alice", ["ministry"])
    told = Notice.objects.filter(person=alice).values_list("subject", flat=True)
    assert list(told) == ["Your account now also opens through Ministry of Interior"]


def test_what_is_asked_of_the_provider_carries_a_challenge_and_a_state(
    client: Client, world: World, provider: int
) -> None:
    asked = parse_qs(urlsplit(client.get("/accounts/oidc/ministry/login/")["Location"]).query)

    assert asked["code_challenge_method"] == ["S256"]
    assert (len(asked["code_challenge"][0]), len(asked["state"][0]) > 10) == (43, True)
    assert set(asked["scope"][0].split()) == {"openid", "profile", "email"}


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("stranger", "There is no account for stranger@example.org"),
        ("doubtful", "did not vouch for an address"),
        ("foreign", "did not vouch for an address"),
        ("mira", "begin with the link in that mail"),
    ],
)
def test_whom_it_may_not_let_in_stays_out(client: Client, world: World, provider: int, who: str, words: str) -> None:
    invited(world)
    people = User.objects.count()

    assert words in through(client, who)
    assert not inside(client)
    assert (User.objects.count(), SocialAccount.objects.count()) == (people, 0)
    failed = Entry.objects.get(verb="person.sign-in-failed")
    assert failed.after == {"from": "127.0.0.1", "kind": "ministry"}, "and not the address they came with"


def test_a_provider_that_checks_addresses_without_saying_so_is_believed_only_where_it_is_silent(
    client: Client, world: World, port: int, settings: Settings, tmp_path: Path
) -> None:
    configure(settings, tmp_path, port, "verified = true")

    assert "did not vouch" in through(client, "doubtful"), "it says that it did not check this one"


def test_an_address_given_to_someone_else_does_not_open_the_account_of_whoever_had_it(
    client: Client, world: World, provider: int
) -> None:
    alice = world.user("alice")
    assert through(client, "alice") == HOME
    newcomer = Client()
    assert "belongs to someone else at Ministry of Interior" in through(newcomer, "newcomer")

    services.disconnect(world.viewer("adam"), person=alice, reason="address given on")
    assert not inside(client), "whoever had it is out at once"
    assert through(newcomer, "newcomer") == HOME
    entry = Entry.objects.get(verb="person.disconnect")
    assert (entry.actor_text, entry.before, entry.reason) == ("Adam", {"providers": ["ministry"]}, "address given on")


def test_an_administrator_disconnects_on_the_page_and_nobody_else(client: Client, world: World, provider: int) -> None:
    alice = world.user("alice")
    through(client, "alice")
    for who in ("bob", "charlie", "sofia", "outsider"):
        with pytest.raises(Refused):
            services.disconnect(world.viewer(who), person=alice)
    admin = Client()
    admin.force_login(world.user("adam"))
    page = admin.get(f"/people/{alice.pk}/").content.decode()
    assert "Ministry of Interior" in page
    admin.post(f"/people/{alice.pk}/account/", {"what": "disconnect"})

    assert SocialAccount.objects.count() == 0


def test_a_left_employee_stays_out_whatever_the_provider_says(client: Client, world: World, provider: int) -> None:
    assert through(client, "alice") == HOME
    services.deactivate(world.viewer("adam"), person=world.user("alice"), reason="left")

    assert not inside(client)
    assert through(Client(), "alice") == "/accounts/inactive/"
    fresh = Client()
    services.deactivate(world.viewer("adam"), person=world.user("bob"), reason="left")
    through(fresh, "doubtful")
    assert not inside(fresh)


def test_a_superuser_is_not_opened_from_elsewhere(client: Client, world: World, provider: int) -> None:
    User.objects.filter(email="adam@example.org").update(is_superuser=True)

    assert "Superusers sign in with a password" in through(client, "adam")
    assert (inside(client), SocialAccount.objects.count()) == (False, 0)


def test_an_invited_person_accepts_through_the_provider(client: Client, world: World, provider: int) -> None:
    token = invited(world)
    page = client.get(f"/invitation/{token}/").content.decode()
    assert "Accept with Ministry of Interior" in page
    begin = client.get(f"/invitation/{token}/through/ministry/")["Location"]
    assert through(client, "mira", begin=begin) == HOME

    mira = User.objects.get(email="mira@example.org")
    assert (mira.has_usable_password(), list(mira.roles.values_list("role", flat=True))) == (False, ["contributor"])
    assert inside(client)
    assert client.get(f"/invitation/{token}/").status_code == 410, "good once"


@pytest.mark.parametrize("who", ["stranger", "alice"])
def test_an_invitation_is_not_accepted_by_somebody_else_at_the_provider(
    client: Client, world: World, provider: int, who: str
) -> None:
    begin = client.get(f"/invitation/{invited(world)}/through/ministry/")["Location"]
    through(client, who, begin=begin)

    assert not User.objects.filter(email="mira@example.org").exists()
    assert RoleGiven.objects.filter(user=world.user("alice")).count() == 1


def test_an_invitation_that_is_over_is_not_accepted_through_the_provider(
    client: Client, world: World, provider: int
) -> None:
    token = invited(world)
    begin = client.get(f"/invitation/{token}/through/ministry/")["Location"]
    RoleGiven.objects.filter(user=world.user("adam")).delete()

    assert "no longer works" in through(client, "mira", begin=begin)
    assert client.get(f"/invitation/{token}/through/ministry/").status_code == 404
    assert client.get("/invitation/guessed/through/ministry/").status_code == 404


def test_with_only_a_password_opens_nothing_any_more_and_a_reset_says_why(
    client: Client, world: World, port: int, settings: Settings, tmp_path: Path
) -> None:
    configure(settings, tmp_path, port, "only = true")
    given = {"login": "alice@example.org", "password": PASSWORD}
    assert client.post("/accounts/login/", given).get("Location") == HOME, "not connected yet"
    through(client, "alice")

    fresh = Client()
    assert fresh.post("/accounts/login/", given).get("Location") is None
    assert not inside(fresh)
    fresh.post("/accounts/password/reset/", {"email": "alice@example.org"})
    sent = Mail.objects.filter(address="alice@example.org").latest("id").text
    assert ("opens through single sign-on" in sent, "/key/" in sent) == (True, False)
    # Once inside, it still says that it is you.
    assert client.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302
    # And for everybody else nothing changes.
    given["login"] = "bob@example.org"
    assert fresh.post("/accounts/login/", given).get("Location") == HOME


def test_where_the_provider_asks_a_second_factor_it_is_not_asked_here_too(
    client: Client, world: World, port: int, settings: Settings, tmp_path: Path
) -> None:
    services.demand_second_factor(world.viewer("adam"), programme=world.programme, wanted=True)
    caches["local"].clear()
    configure(settings, tmp_path, port)
    through(client, "alice")
    assert client.get("/incidents/").get("Location") == "/accounts/2fa/"
    configure(settings, tmp_path, port, "second_factor = true")

    assert client.get("/incidents/").status_code == 200
    caches["local"].clear()


def test_saying_no_there_is_no_fault(client: Client, world: World, provider: int) -> None:
    assert "did not sign you in" in through(client, "alice", consent=False)
    assert not inside(client)


def test_a_provider_that_is_down_is_said_in_words_and_other_ways_stay_open(
    client: Client, world: World, settings: Settings, tmp_path: Path
) -> None:
    configure(settings, tmp_path, free_port())
    answer = client.get("/accounts/oidc/ministry/login/")

    assert (answer.status_code, "does not answer" in answer.content.decode()) == (503, True)
    given = {"login": "alice@example.org", "password": PASSWORD}
    assert client.post("/accounts/login/", given).get("Location") == HOME


def test_a_provider_that_goes_down_meanwhile_is_said_in_words(
    client: Client, world: World, provider: int, settings: Settings, tmp_path: Path
) -> None:
    back = vouched(client.get("/accounts/oidc/ministry/login/")["Location"], "alice")
    configure(settings, tmp_path, free_port())
    answer = client.get(back.removeprefix("http://testserver"))

    assert (answer.status_code, inside(client)) == (503, False)


def test_the_answer_to_one_browser_signs_in_no_other(client: Client, world: World, provider: int) -> None:
    """A link with a good code that a thief sends around, to have others work in the thief's account; or stolen on its way."""
    back = vouched(client.get("/accounts/oidc/ministry/login/")["Location"], "alice").removeprefix("http://testserver")
    victim = Client()

    assert "did not sign you in" in victim.get(back).content.decode()
    assert not inside(victim)
    assert client.get(back)["Location"] == HOME
    assert not inside(victim)
    replayed = client.get(back)
    assert replayed.status_code == 403, "a code is good once"


def test_an_account_is_not_connected_by_asking_for_it(client: Client, world: World, provider: int) -> None:
    """`process=connect` would put the provider's Alice onto Bob's account."""
    client.force_login(world.user("bob"))
    through(client, "alice", begin="/accounts/oidc/ministry/login/?process=connect")

    assert [held.user.email for held in SocialAccount.objects.all()] == ["alice@example.org"]
    for closed in ("3rdparty/", "3rdparty/signup/", "social/connections/", "social/signup/"):
        assert client.get(f"/accounts/{closed}").status_code == 404


def test_after_signing_in_there_is_no_way_to_another_site(client: Client, world: World, provider: int) -> None:
    begin = "/accounts/oidc/ministry/login/?next=https://elsewhere.example/"
    assert through(client, "alice", begin=begin) == HOME
    assert through(Client(), "alice", begin="/accounts/oidc/ministry/login/?next=/incidents/") == "/incidents/"


def test_without_a_file_there_is_nothing(client: Client, world: World) -> None:
    assert providers("") == ()
    assert "Continue with" not in client.get("/accounts/login/").content.decode()
    assert [client.get(f"/accounts/oidc/ministry/login/{rest}").status_code for rest in ("", "callback/")] == [404, 404]
    assert client.get(f"{BACK}?code=x&state=y").status_code == 404


def test_asking_the_provider_is_limited(
    client: Client, world: World, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(settings, tmp_path, free_port())
    cache.clear()
    monkeypatch.setattr(signon_views, "MOST", 3)
    codes = [client.get("/accounts/oidc/ministry/login/").status_code for _turn in range(3)]
    cache.clear()

    assert codes == [503, 503, 429]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (('issuer = "http://localhost', 'issuer = "http://elsewhere.example'), "must begin with https://"),
        (('domains = ["example.org"]', "domains = []"), "mail domains it speaks for"),
        (('domains = ["example.org"]', 'domains = ["*"]'), "mail domains it speaks for"),
        (('client = "throughline"', ""), "missing: client"),
        (('"ministry.secret"', '"no-such-file"'), "the secret cannot be read"),
        (("[ministry]", "[The Ministry]"), "THROUGHLINE_SSO_FILE"),
        (("[ministry]", "[Ministry]"), "small letters"),
        (("client =", "clients ="), "not known: clients"),
        (("domains = [", "only = 'yes'\ndomains = ["), "true or false"),
    ],
)
def test_a_mistake_in_the_file_is_said_before_anything_starts(
    tmp_path: Path, change: tuple[str, str], words: str
) -> None:
    (tmp_path / "ministry.secret").write_text("s")
    file = tmp_path / "sso.toml"
    file.write_text(FILE.format(port=1, more="").replace(*change))

    with pytest.raises(ValueError, match=words):
        providers(str(file))


def test_two_providers_do_not_speak_for_the_same_people(tmp_path: Path) -> None:
    (tmp_path / "ministry.secret").write_text("s")
    one = FILE.format(port=1, more="")
    (tmp_path / "sso.toml").write_text(one + one.replace("[ministry]", "[police]"))

    with pytest.raises(ValueError, match=r"only one provider may speak for example\.org"):
        providers(str(tmp_path / "sso.toml"))
