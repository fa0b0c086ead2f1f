"""Signing in at the door: password, second factor, reset by mail, sessions, and what history keeps of it."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.cache import cache
from django.test import Client

from throughline.kernel.history.models import Entry
from throughline.kernel.notify.sending import send_waiting
from throughline.kernel.testing.worlds import PASSWORD, World
from throughline.people.adapters import cipher
from throughline.people.models import User

ALICE = "alice@example.org"


def sign_in(client: Client, password: str = PASSWORD, address: str = ALICE) -> str:
    return str(client.post("/accounts/login/", {"login": address, "password": password}).get("Location", ""))


def verbs() -> list[str]:
    return list(Entry.objects.order_by("seq").values_list("verb", flat=True))


def inside(client: Client) -> bool:
    return client.get("/accounts/profile/").status_code == 200


def code_for(secret: str) -> str:
    counter = next(iter(yield_hotp_counters_from_time()))
    return format_hotp_value(hotp_value(secret, counter))


def test_signing_in_and_out_is_written_into_history(client: Client, world: World) -> None:
    assert sign_in(client) == "/"
    assert inside(client)
    client.post("/accounts/logout/")
    assert not inside(client)
    assert verbs() == ["person.sign-in", "person.sign-out"]
    entry = Entry.objects.first()
    assert entry is not None
    assert (entry.actor_text, entry.object_text, entry.after) == ("Alice", "Alice", {"from": "127.0.0.1"})


def test_a_wrong_password_is_written_without_what_was_typed(client: Client, world: World) -> None:
    sign_in(client, "wrong horse")
    sign_in(client, "wrong horse", "my secret password")
    assert not inside(client)
    assert verbs()[:1] == ["person.sign-in-failed"]
    text = str(list(Entry.objects.values()))
    assert ("wrong horse" in text, "my secret password" in text) == (False, False)


def test_an_unknown_address_is_answered_like_a_wrong_password(client: Client, world: World) -> None:
    answers = [
        client.post("/accounts/login/", {"login": address, "password": "wrong horse"}).content.decode()
        for address in (ALICE, "nobody@example.org")
    ]
    cleaned = [re.sub(r'(csrfmiddlewaretoken" value|nonce)="[^"]+"', "", text) for text in answers]
    assert cleaned[0].replace(ALICE, "") == cleaned[1].replace("nobody@example.org", "")


def test_the_address_is_not_sensitive_to_capitals(client: Client, world: World) -> None:
    assert sign_in(client, address="Alice@Example.org") == "/"


def test_nobody_signs_up_by_themselves(client: Client, world: World) -> None:
    before = User.objects.count()
    page = client.get("/accounts/signup/")
    assert 'type="password"' not in page.content.decode()
    client.post("/accounts/signup/", {"email": "m@example.org", "password1": PASSWORD, "password2": PASSWORD})
    assert User.objects.count() == before


@pytest.mark.parametrize("address", ["email/", "confirm-email/", "confirm-email/abc/", "password/set/"])
def test_the_address_of_an_account_cannot_be_changed(client: Client, world: World, address: str) -> None:
    client.force_login(world.user("alice"))
    assert client.get(f"/accounts/{address}").status_code == 404


def test_a_page_sends_to_the_sign_in_and_back(client: Client, world: World) -> None:
    response = client.get("/notices/")
    assert response["Location"] == "/accounts/login/?next=/notices/"
    response = client.post(
        "/accounts/login/?next=/notices/", {"login": ALICE, "password": PASSWORD, "next": "/notices/"}
    )
    assert response["Location"] == "/notices/"


def test_signing_in_leads_to_no_other_site(client: Client, world: World) -> None:
    where = {"login": ALICE, "password": PASSWORD, "next": "https://elsewhere.example/"}
    assert client.post("/accounts/login/", where)["Location"] == "/"


def test_a_forgotten_password_is_set_anew_by_mail(client: Client, world: World) -> None:
    client.post("/accounts/password/reset/", {"email": ALICE})
    send_waiting()
    found = re.search(r"/accounts/password/reset/key/\S+", mail.outbox[0].body)
    assert found is not None
    form = client.get(found[0])
    response = client.post(form["Location"], {"password1": "tea kettle violin", "password2": "tea kettle violin"})
    assert response.status_code == 302
    assert sign_in(Client()) != "/"
    assert sign_in(Client(), "tea kettle violin") == "/"
    assert "person.reset-password" in verbs()
    assert Client().get(found[0]).status_code == 200


def test_a_reset_for_an_unknown_address_answers_alike_and_makes_no_account(client: Client, world: World) -> None:
    known = client.post("/accounts/password/reset/", {"email": ALICE})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.org"})
    assert known["Location"] == unknown["Location"]


def test_changing_the_password_ends_all_other_sessions(client: Client, world: World) -> None:
    elsewhere = Client()
    sign_in(client)
    sign_in(elsewhere)
    changed = {"oldpassword": PASSWORD, "password1": "tea kettle violin", "password2": "tea kettle violin"}
    client.post("/accounts/password/change/", changed)
    assert (inside(client), inside(elsewhere)) == (True, False)
    assert "person.change-password" in verbs()


def with_second_factor(world: World) -> str:
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    TOTP.activate(world.user("alice"), secret)
    return secret


def test_with_a_second_factor_the_password_alone_opens_nothing(client: Client, world: World) -> None:
    secret = with_second_factor(world)
    assert sign_in(client) == "/accounts/2fa/authenticate/"
    assert not inside(client)
    client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert not inside(client)
    client.post("/accounts/2fa/authenticate/", {"code": code_for(secret)})
    assert inside(client)
    assert verbs() == ["person.sign-in-failed", "person.sign-in"]


def test_the_secret_of_a_second_factor_is_kept_encrypted(world: World) -> None:
    secret = with_second_factor(world)
    kept = Authenticator.objects.get(user=world.user("alice")).data["secret"]
    assert secret not in kept
    assert cipher().decrypt(kept.encode()).decode() == secret


def test_a_second_factor_is_set_up_with_recovery_codes(
    client: Client, world: World, django_capture_on_commit_callbacks: Any
) -> None:
    sign_in(client)
    assert client.get("/accounts/2fa/totp/activate/").status_code == 302, "the password is asked for again first"
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/")
    assert page.status_code == 200
    secret = page.context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post("/accounts/2fa/totp/activate/", {"code": code_for(secret)})
    assert response.status_code == 302
    codes = client.get("/accounts/2fa/recovery-codes/").content.decode()
    assert "person.add-second-factor" in verbs()
    one = next(iter(Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()))
    assert one in codes
    elsewhere = Client()
    sign_in(elsewhere)
    elsewhere.post("/accounts/2fa/authenticate/", {"code": one})
    assert inside(elsewhere)
    third = Client()
    sign_in(third)
    third.post("/accounts/2fa/authenticate/", {"code": one})
    assert not inside(third)


def test_too_many_wrong_passwords_are_held_back(client: Client, world: World, settings: object) -> None:
    cache.clear()
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,5/5m/key"}  # type: ignore[attr-defined]
    for _ in range(5):
        sign_in(client, "wrong horse")
    assert sign_in(client) == ""
    assert not inside(client)
    cache.clear()


def test_one_of_my_sessions_is_ended(client: Client, world: World) -> None:
    elsewhere = Client()
    sign_in(client)
    sign_in(elsewhere)
    assert client.get("/accounts/sessions/").content.decode().count("End this session") == 1
    other = UserSession.objects.get(session_key=elsewhere.session.session_key)
    client.post(f"/accounts/sessions/{other.pk}/end/")
    assert (inside(client), inside(elsewhere)) == (True, False)
    assert verbs()[-1] == "person.end-session"


def test_all_my_other_sessions_are_ended_at_once(client: Client, world: World) -> None:
    others = [Client(), Client()]
    for one in [client, *others]:
        sign_in(one)
    client.post("/accounts/sessions/end-others/")
    assert [inside(one) for one in [client, *others]] == [True, False, False]


def test_the_session_of_someone_else_is_not_mine_to_end(client: Client, world: World) -> None:
    hers = Client()
    sign_in(hers)
    sign_in(client, address="bob@example.org")
    session = UserSession.objects.get(user=world.user("alice"))
    client.post(f"/accounts/sessions/{session.pk}/end/")
    assert inside(hers)
    assert "127.0.0.1" in client.get("/accounts/sessions/").content.decode()


def test_my_profile_is_mine_to_change(client: Client, world: World) -> None:
    client.force_login(world.user("alice"))
    page = client.get("/accounts/profile/").content.decode()
    assert "Police Serbia" in page
    response = client.post("/accounts/profile/", {"name": "Alice A.", "language": "sq"})
    assert response["Location"] == "/accounts/profile/"
    alice = User.objects.get(email=ALICE)
    assert (alice.name, alice.language) == ("Alice A.", "sq")
    assert client.post("/accounts/profile/", {"name": " ", "language": "xx"}).status_code == 200


def test_cookies_are_kept_from_scripts_and_other_sites(client: Client, world: World) -> None:
    sign_in(client)
    cookie = next(morsel for name, morsel in client.cookies.items() if "session" in name)
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (True, "Lax", "")
