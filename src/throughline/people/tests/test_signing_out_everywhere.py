"""Stolen sessions and keys: what ends when, by whom, and what a stolen one opens afterwards."""

from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client

from throughline.api import services as api_keys
from throughline.kernel.access.errors import Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.models import Entry
from throughline.kernel.jobs.registry import task, tasks
from throughline.kernel.jobs.run import Outcome, Run
from throughline.kernel.jobs.services import enqueue
from throughline.kernel.jobs.worker import drain
from throughline.kernel.notify.models import Notice
from throughline.kernel.rounds.openrosa import keys as phone_keys
from throughline.kernel.testing.worlds import PASSWORD, World
from throughline.people import services
from throughline.people.models import User

ALICE = "alice@example.org"
NEW = "another horse, another battery"


def sign_in(address: str = ALICE, password: str = PASSWORD) -> Client:
    client = Client()
    assert client.post("/accounts/login/", {"login": address, "password": password}).status_code == 302
    return client


def stolen(client: Client) -> Client:
    """Another machine with a copy of the cookie."""
    thief = Client(REMOTE_ADDR="203.0.113.9")
    thief.cookies["throughline_session"] = client.cookies["throughline_session"].value
    return thief


def inside(client: Client) -> bool:
    return client.get("/accounts/profile/").status_code == 200


def api_status(key: str) -> int:
    return Client().get("/api/v1/incidents/", headers={"Authorization": f"Bearer {key}"}).status_code


def phone_status(secret: str) -> int:
    return Client().get(f"/openrosa/key/{secret}/formList").status_code


def with_keys(viewer: Viewer) -> tuple[str, str]:
    _token, key = api_keys.make(viewer, name="script", days=30)
    _phone, secret = phone_keys.make_key(viewer, name="field phone")
    assert (api_status(key), phone_status(secret)) == (200, 200)
    return key, secret


def test_a_stolen_session_ends_when_its_person_signs_out_everywhere(world: World) -> None:
    mine, elsewhere = sign_in(), sign_in()
    thief = stolen(elsewhere)
    assert inside(thief)
    key, secret = with_keys(world.viewer("alice"))

    answer = mine.post("/accounts/sessions/end-everything/")

    assert answer["Location"] == "/accounts/login/"
    assert (inside(mine), inside(elsewhere), inside(thief)) == (False, False, False)
    assert (api_status(key), phone_status(secret)) == (401, 401)
    assert Entry.objects.filter(verb="person.end-everything", object_text="Alice").count() == 1
    assert inside(sign_in())


def test_a_stolen_session_ends_when_the_session_it_was_taken_from_signs_out(world: World) -> None:
    mine = sign_in()
    thief = stolen(mine)
    mine.post("/accounts/logout/")

    assert inside(thief) is False


def test_a_stolen_session_ends_with_a_new_password_and_keys_go_on(world: World) -> None:
    mine, thief = sign_in(), stolen(sign_in())
    key, secret = with_keys(world.viewer("alice"))
    given = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    assert mine.post("/accounts/password/change/", given).status_code == 302

    assert (inside(mine), inside(thief)) == (True, False)
    assert (api_status(key), phone_status(secret)) == (200, 200)


def test_a_thief_of_a_session_cannot_lock_the_person_out(world: World) -> None:
    """Without the password there is no new password and no second factor of the thief's."""
    thief = stolen(sign_in())
    wrong = {"oldpassword": "guessed", "password1": NEW, "password2": NEW}
    thief.post("/accounts/password/change/", wrong)

    alice = User.objects.get(email=ALICE)
    assert (alice.check_password(PASSWORD), alice.check_password(NEW)) == (True, False)
    assert inside(sign_in())


def test_a_session_is_not_made_from_another_ones_number(world: World) -> None:
    """What the page of sessions shows is no way in."""
    sign_in()
    session = UserSession.objects.get(user=world.user("alice"))
    page = sign_in().get("/accounts/sessions/").content.decode()

    assert str(session.session_key) not in page


def test_an_administrator_signs_someone_out_everywhere(world: World) -> None:
    alice, admin = sign_in(), sign_in("adam@example.org")
    key, secret = with_keys(world.viewer("alice"))
    person = world.user("alice")
    given = {"what": "sign-out", "reason": "lost laptop"}
    page = admin.post(f"/people/{person.pk}/account/", given, follow=True)

    assert "Alice is signed out everywhere." in page.content.decode()
    assert (inside(alice), inside(admin)) == (False, True)
    assert (api_status(key), phone_status(secret)) == (401, 401)
    assert User.objects.get(pk=person.pk).is_active
    assert Notice.objects.filter(person=person, subject="You were signed out everywhere").count() == 1
    entry = Entry.objects.get(verb="person.end-everything")
    assert (entry.actor_text, entry.object_text, entry.reason) == ("Adam", "Alice", "lost laptop")


@pytest.mark.parametrize("who", ["bob", "charlie", "sofia", "outsider"])
def test_nobody_else_signs_others_out(world: World, who: str) -> None:
    alice = sign_in()
    with pytest.raises(Refused):
        services.end_everything(world.viewer(who), person=world.user("alice"))

    assert inside(alice)


def test_a_superuser_is_signed_out_by_a_superuser_only(world: World) -> None:
    alice = world.user("alice")
    alice.is_superuser = True
    alice.save()
    with pytest.raises(Refused, match="superuser"):
        services.end_everything(world.viewer("adam"), person=alice)


def test_what_a_left_employee_held_opens_nothing(world: World) -> None:
    session = sign_in()
    key, secret = with_keys(world.viewer("alice"))
    services.deactivate(world.viewer("adam"), person=world.user("alice"), reason="left the service")

    assert inside(session) is False
    assert (api_status(key), phone_status(secret)) == (401, 401)
    assert Client().post("/accounts/login/", {"login": ALICE, "password": PASSWORD}).get("Location") != "/"

    services.reactivate(world.viewer("adam"), person=world.user("alice"))
    assert (api_status(key), phone_status(secret)) == (401, 401)


def test_keys_open_nothing_even_where_only_the_account_was_switched_off(world: World) -> None:
    """Straight in the database, by an operator in a hurry: no verb ran, no key was revoked."""
    session = sign_in()
    key, secret = with_keys(world.viewer("alice"))
    User.objects.filter(email=ALICE).update(is_active=False)

    assert (inside(session), api_status(key), phone_status(secret)) == (False, 401, 401)


def test_work_a_left_employee_asked_for_is_not_done(world: World) -> None:
    done: list[Any] = []

    @task("people.test-left", title="work")
    def work(run: Run) -> Outcome:
        done.append(run.viewer.person)
        return Outcome()

    try:
        job = enqueue(world.viewer("alice"), task="people.test-left")
        services.deactivate(world.viewer("adam"), person=world.user("alice"))
        drain()
    finally:
        del tasks["people.test-left"]
    job.refresh_from_db()

    assert (job.state, done) == ("failed", [])


def test_ended_sessions_are_gone_from_the_database(world: World) -> None:
    sign_in()
    services.end_everything(world.viewer("alice"), person=world.user("alice"))

    assert (UserSession.objects.count(), Session.objects.count()) == (0, 0)
