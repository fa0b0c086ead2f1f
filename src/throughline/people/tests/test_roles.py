"""Roles and accounts: who may give, take, close and open; what follows at once."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from throughline.api import services as tokens
from throughline.kernel.access.choices import Role
from throughline.kernel.access.errors import Invalid, Refused
from throughline.kernel.history.models import Entry
from throughline.kernel.notify.models import Notice
from throughline.kernel.testing.worlds import PASSWORD, World
from throughline.people import services
from throughline.people.models import RoleGiven, User
from throughline.reference.models import Programme


def roles_of(world: World, name: str) -> list[str]:
    return sorted(RoleGiven.objects.filter(user=world.user(name)).values_list("role", flat=True))


def give(world: World, by: str, to: str, role: str = "verifier") -> None:
    services.give_role(world.viewer(by), person=world.user(to), programme=world.programme, role=role, reason="Needed.")


@pytest.fixture
def other(world: World) -> Programme:
    """A second programme, which Charlie administers."""
    programme = Programme.objects.create(
        code="TRN", name="Training", secretariat=world.programme.secretariat, scope=world.programme.scope
    )
    RoleGiven.objects.create(user=world.user("charlie"), programme=programme, role=Role.ADMINISTRATOR)
    return programme


def test_an_administrator_gives_a_role(world: World) -> None:
    give(world, "adam", "alice")
    assert roles_of(world, "alice") == ["contributor", "verifier"]
    entry = Entry.objects.latest("seq")
    assert (entry.verb, entry.actor_text, entry.object_text) == ("person.give-role", "Adam", "Alice")
    assert (entry.after, entry.reason) == ({"role": "verifier", "programme": "AVM"}, "Needed.")
    assert [notice.person.name for notice in Notice.objects.all()] == ["Alice"]


def test_giving_a_role_twice_changes_nothing(world: World) -> None:
    give(world, "adam", "alice", "contributor")
    assert (roles_of(world, "alice"), Entry.objects.count(), Notice.objects.count()) == (["contributor"], 0, 0)


@pytest.mark.parametrize("who", ["alice", "bob", "anna", "sofia", "outsider"])
def test_nobody_else_gives_roles(world: World, who: str) -> None:
    with pytest.raises(Refused):
        give(world, who, "rita")
    assert roles_of(world, "rita") == ["reader"]
    assert Entry.objects.latest("seq").verb == "person.give-role.refused"


def test_an_administrator_does_not_change_their_own_roles(world: World) -> None:
    with pytest.raises(Refused, match="Nobody changes their own roles"):
        give(world, "adam", "adam", "secretariat")
    with pytest.raises(Refused, match="Nobody changes their own roles"):
        services.withdraw_role(
            world.viewer("adam"), person=world.user("adam"), programme=world.programme, role="administrator"
        )
    assert roles_of(world, "adam") == ["administrator"]


def test_a_superuser_does_not_change_their_own_roles_either(world: World) -> None:
    User.objects.filter(name="Rita").update(is_superuser=True)
    with pytest.raises(Refused):
        give(world, "rita", "rita", "analyst")
    give(world, "rita", "alice", "analyst")
    assert (roles_of(world, "rita"), roles_of(world, "alice")) == (["reader"], ["analyst", "contributor"])


def test_an_administrator_of_one_programme_has_no_say_in_another(world: World, other: Programme) -> None:
    with pytest.raises(Refused):
        give(world, "charlie", "alice")
    services.give_role(world.viewer("charlie"), person=world.user("alice"), programme=other, role="reader")
    assert roles_of(world, "alice") == ["contributor", "reader"]


def test_the_secretariat_is_told_of_powerful_roles(world: World) -> None:
    give(world, "adam", "alice", "analyst")
    assert sorted(notice.person.name for notice in Notice.objects.all()) == ["Alice", "Simon", "Sofia"]


def test_there_is_no_role_beyond_the_six(world: World) -> None:
    with pytest.raises(Invalid):
        give(world, "adam", "alice", "emperor")


def test_a_closed_account_gets_no_roles(world: World) -> None:
    services.deactivate(world.viewer("adam"), person=world.user("alice"))
    with pytest.raises(Refused):
        give(world, "adam", "alice")


def test_a_role_is_withdrawn(world: World) -> None:
    services.withdraw_role(
        world.viewer("adam"), person=world.user("bob"), programme=world.programme, role="verifier", reason="Moved."
    )
    assert roles_of(world, "bob") == []
    entry = Entry.objects.latest("seq")
    assert (entry.verb, entry.before) == ("person.withdraw-role", {"role": "verifier", "programme": "AVM"})
    with pytest.raises(Refused):
        services.withdraw_role(
            world.viewer("sofia"), person=world.user("alice"), programme=world.programme, role="contributor"
        )


def test_closing_an_account_ends_its_sessions_at_once(world: World) -> None:
    at_work, at_home = Client(), Client()
    for client in (at_work, at_home):
        client.post("/accounts/login/", {"login": "alice@example.org", "password": PASSWORD})
        assert client.get("/accounts/profile/").status_code == 200
    services.deactivate(world.viewer("adam"), person=world.user("alice"), reason="Left the service.")
    assert [client.get("/accounts/profile/").status_code for client in (at_work, at_home)] == [302, 302]
    assert not world.viewer("alice").signed_in
    response = at_work.post("/accounts/login/", {"login": "alice@example.org", "password": PASSWORD})
    assert response.status_code != 302 or response["Location"] == "/accounts/inactive/"
    assert at_work.get("/accounts/profile/").status_code == 302


def test_closing_an_account_revokes_its_api_keys_for_good(world: World) -> None:
    _token, key = tokens.make(world.viewer("alice"), name="statistics", days=30)
    assert tokens.holder_of(key) is not None
    services.deactivate(world.viewer("adam"), person=world.user("alice"))
    services.reactivate(world.viewer("adam"), person=world.user("alice"))
    assert tokens.holder_of(key) is None


def test_an_account_is_opened_again_with_its_roles(world: World) -> None:
    services.deactivate(world.viewer("adam"), person=world.user("alice"))
    services.reactivate(world.viewer("adam"), person=world.user("alice"), reason="Back.")
    assert world.viewer("alice").has_role(world.programme.pk, "contributor")


@pytest.mark.parametrize("who", ["alice", "sofia", "outsider"])
def test_nobody_else_closes_an_account(world: World, who: str) -> None:
    with pytest.raises(Refused):
        services.deactivate(world.viewer(who), person=world.user("bob"))
    assert User.objects.get(name="Bob").is_active


def test_accounts_that_are_not_for_this_administrator_to_close(world: World, other: Programme) -> None:
    adam = world.viewer("adam")
    User.objects.filter(name="Rita").update(is_superuser=True)
    for name in ("adam", "charlie", "rita", "outsider"):
        with pytest.raises(Refused):
            services.deactivate(adam, person=User.objects.get(name=name.capitalize()))
    assert User.objects.filter(is_active=False).count() == 0


def test_the_page_lists_people_with_their_roles(client: Client, world: World) -> None:
    client.force_login(world.user("adam"))
    page = client.get("/people/").content.decode()
    assert "alice@example.org" in page
    assert "outsider@example.org" not in page


@pytest.mark.parametrize("who", ["alice", "sofia", "anna", "outsider"])
def test_the_pages_are_for_administrators_only(client: Client, world: World, who: str) -> None:
    client.force_login(world.user(who))
    key = world.user("bob").pk
    for address in ("/people/", "/people/invite/", f"/people/{key}/"):
        response = client.get(address)
        assert (response.status_code, "bob@example.org" in response.content.decode()) == (403, False)
    for address in (f"/people/{key}/role/", f"/people/{key}/account/", "/people/invite/"):
        response = client.post(address, {"programme": "AVM", "role": "administrator", "what": "give"})
        assert response.status_code == 403
    assert (roles_of(world, "bob"), User.objects.get(pk=key).is_active) == (["verifier"], True)


def test_a_person_of_another_programme_is_not_found(client: Client, world: World, other: Programme) -> None:
    client.force_login(world.user("charlie"))
    assert client.get(f"/people/{world.user('bob').pk}/").status_code == 404
    assert client.get("/people/?programme=AVM").status_code == 403


def test_roles_and_accounts_are_changed_on_the_page(client: Client, world: World) -> None:
    client.force_login(world.user("adam"))
    key = world.user("bob").pk
    here = f"/people/{key}/"
    given = {"programme": "AVM", "role": "analyst", "what": "give"}
    assert client.post(f"{here}role/", given)["Location"] == here
    assert roles_of(world, "bob") == ["analyst", "verifier"]
    client.post(f"{here}role/", {**given, "what": "withdraw"})
    client.post(f"{here}role/", {**given, "role": "emperor"})
    assert roles_of(world, "bob") == ["verifier"]
    client.post(f"{here}account/", {"what": "close", "reason": "Left."})
    assert not User.objects.get(pk=key).is_active
    client.post(f"{here}account/", {"what": "open"})
    assert User.objects.get(pk=key).is_active
    assert "closed the account" in client.get(here).content.decode()


def test_a_refusal_on_the_page_says_why(client: Client, world: World) -> None:
    client.force_login(world.user("adam"))
    address = f"/people/{world.user('adam').pk}/role/"
    response = client.post(address, {"programme": "AVM", "role": "secretariat", "what": "give"})
    assert (response.status_code, "Nobody changes their own roles" in response.content.decode()) == (403, True)


def test_what_happened_in_another_programme_is_not_shown(client: Client, world: World, other: Programme) -> None:
    services.give_role(
        world.viewer("charlie"), person=world.user("alice"), programme=other, role="reader", reason="Secret course."
    )
    give(world, "adam", "alice")
    client.force_login(world.user("adam"))
    page = client.get(f"/people/{world.user('alice').pk}/").content.decode()
    assert ("Needed." in page, "Secret course." in page) == (True, False)


def test_people_in_the_list_cost_no_query_each(client: Client, world: World) -> None:
    client.force_login(world.user("adam"))

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/people/")
        return len(captured)

    RoleGiven.objects.exclude(role__in=["administrator", "reader"]).delete()
    queries()  # the first visit also notes the session
    few = queries()
    for name in ("alice", "bob", "charlie"):
        RoleGiven.objects.create(user=world.user(name), programme=world.programme, role="reader")
    assert queries() == few
