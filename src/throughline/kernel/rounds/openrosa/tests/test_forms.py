"""Signing in by phone, the list of forms, a form, its media: requests written from the specifications."""

import base64
import hashlib
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from lxml import etree

from throughline.kernel.rounds import services
from throughline.kernel.rounds.models import DeviceKey, EditionMedia, Part, Return
from throughline.kernel.rounds.openrosa import digest, keys
from throughline.kernel.rounds.openrosa.tests.phone import HEADERS, LIST, MANIFEST, Phone, digest_header
from throughline.kernel.testing.rounds import make_institution, make_part, make_round, return_of
from throughline.kernel.testing.worlds import World
from throughline.people.models import User
from throughline.people.services import deactivate

FORM_LIST = "/openrosa/formList"


@pytest.fixture
def ret(world: World) -> Return:
    return return_of(make_round(world, instructions="Count each firearm once."), world)


def ask(secret: str = "", **headers: str) -> Any:
    path = f"/openrosa/key/{secret}/formList" if secret else FORM_LIST
    return Client().get(path, headers={**HEADERS, **headers})


def basic(user_name: str, secret: str) -> str:
    return "Basic " + base64.b64encode(f"{user_name}:{secret}".encode()).decode()


# Signing in


def test_a_stranger_is_asked_who_they_are(ret: Return) -> None:
    response = ask()
    assert response.status_code == 401
    assert (response["X-OpenRosa-Version"], "Date" in response) == ("1.0", True)
    offered = [value for name, value in response.items() if name == "WWW-Authenticate"]
    assert [one.partition(" ")[0] for one in offered] == ["Digest", "Digest"]
    assert ["algorithm=MD5" in offered[0], "algorithm=SHA-256" in offered[1]] == [True, True]
    assert all('qop="auth"' in one and f'realm="{digest.REALM}"' in one for one in offered)


def test_the_secret_itself_is_asked_for_over_an_encrypted_line_only(ret: Return) -> None:
    offered = [value for name, value in Client().get(FORM_LIST, secure=True).items() if name == "WWW-Authenticate"]
    assert offered[-1] == f'Basic realm="{digest.REALM}", charset="UTF-8"'


@pytest.mark.parametrize("which", [0, 1])
def test_digest_with_either_algorithm(world: World, ret: Return, which: int) -> None:
    key, secret = keys.make_key(world.viewer("alice"), name="Phone")
    challenge = [value for name, value in ask().items() if name == "WWW-Authenticate"][which]
    header = digest_header(challenge, "GET", FORM_LIST, key.user_name, secret)
    assert ask(Authorization=header).status_code == 200
    again = digest_header(challenge, "GET", FORM_LIST, key.user_name, secret, nc=2)
    assert ask(Authorization=again).status_code == 200


def test_digest_refuses_what_does_not_fit(world: World, ret: Return) -> None:
    key, secret = keys.make_key(world.viewer("alice"), name="Phone")
    challenge = ask()["WWW-Authenticate"]
    good = digest_header(challenge, "GET", FORM_LIST, key.user_name, secret)
    bad = {
        "another secret": digest_header(challenge, "GET", FORM_LIST, key.user_name, secret[::-1] + "x"),
        "another method": digest_header(challenge, "POST", FORM_LIST, key.user_name, secret),
        "another address": digest_header(challenge, "GET", "/openrosa/forms/RT-1.xml", key.user_name, secret),
        "another person": good.replace(key.user_name, "phone-nobody"),
        "no qop": good.replace("qop=auth, ", ""),
        "another realm": good.replace(digest.REALM, "Elsewhere"),
        "a nonce of their own": digest_header(
            challenge.replace('nonce="', 'nonce="f'), "GET", FORM_LIST, key.user_name, secret
        ),
        "nonsense": "Digest ,,,=",
    }
    assert {why: ask(Authorization=header).status_code for why, header in bad.items()} == dict.fromkeys(bad, 401)
    assert ask(Authorization=good).status_code == 200


def test_an_old_nonce_is_stale_and_the_phone_tries_again(
    world: World, ret: Return, monkeypatch: pytest.MonkeyPatch
) -> None:
    phone = Phone.of(world, "alice")
    assert phone.call("GET", FORM_LIST).status_code == 200
    monkeypatch.setattr(digest, "GOOD_FOR", -1)
    stale = ask(Authorization=digest_header(phone.challenge, "GET", FORM_LIST, phone.user_name, phone.secret))
    assert (stale.status_code, "stale=true" in stale["WWW-Authenticate"]) == (401, True)
    wrong = ask(Authorization=digest_header(phone.challenge, "GET", FORM_LIST, phone.user_name, "wrong"))
    assert (wrong.status_code, "stale" in wrong["WWW-Authenticate"]) == (401, False)


def test_basic_and_the_secret_in_the_address(world: World, ret: Return) -> None:
    key, secret = keys.make_key(world.viewer("alice"), name="Phone")
    assert ask(Authorization=basic(key.user_name, secret)).status_code == 200
    assert ask(secret).status_code == 200
    assert ask(Authorization=basic(key.user_name, "wrong")).status_code == 401
    assert ask(Authorization=basic("phone-nobody", secret)).status_code == 401
    assert ask(Authorization="Basic %%%").status_code == 401
    assert ask("wrong").status_code == 401


def test_a_revoked_phone_and_a_person_who_left_are_nobody(world: World, ret: Return) -> None:
    key, secret = keys.make_key(world.viewer("alice"), name="Phone")
    _other, other_secret = keys.make_key(world.viewer("alice"), name="Tablet")
    keys.revoke_key(world.viewer("alice"), key=key)
    assert (ask(secret).status_code, ask(other_secret).status_code) == (401, 200)
    User.objects.filter(pk=world.user("alice").pk).update(is_active=False)
    assert ask(other_secret).status_code == 401


def test_closing_an_account_revokes_its_phones_for_good(world: World, ret: Return) -> None:
    _key, secret = keys.make_key(world.viewer("alice"), name="Phone")
    deactivate(world.viewer("adam"), person=world.user("alice"), reason="Left.")
    User.objects.filter(pk=world.user("alice").pk).update(is_active=True)
    assert ask(secret).status_code == 401


def test_too_many_wrong_keys_are_stopped_for_a_while(
    world: World, ret: Return, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("throughline.kernel.rounds.openrosa.doors.MOST_FAILURES", 3)
    _key, secret = keys.make_key(world.viewer("alice"), name="Phone")
    assert [ask("wrong").status_code for _turn in range(4)] == [401, 401, 401, 429]
    assert ask(secret).status_code == 429


def test_a_copy_of_the_database_signs_nobody_in(world: World, settings: Any) -> None:
    key, secret = keys.make_key(world.viewer("alice"), name="Phone")
    stored = " ".join(str(value) for value in DeviceKey.objects.filter(pk=key.pk).values().get().values())
    ha1 = digest.secret_hash("MD5", key.user_name, secret)
    assert (secret in stored, ha1 in stored, keys.digest_of(key, "MD5")) == (False, False, ha1)
    settings.SECRET_KEY = "another installation"
    assert keys.digest_of(key, "MD5") == ""


def test_a_session_may_read_but_not_send_without_the_token_of_a_page(world: World, ret: Return) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.user("alice"))
    assert client.get(FORM_LIST).status_code == 200
    assert client.post("/openrosa/submission", {"xml_submission_file": "<a/>"}).status_code == 403


# The list


def test_the_list_holds_what_one_is_asked(world: World, ret: Return) -> None:
    phone = Phone.of(world, "alice")
    (listed,) = phone.forms()
    body = phone.call("GET", listed["downloadUrl"].removeprefix("http://testserver")).content
    assert listed == {
        "formID": ret.reference,
        "name": "Arms return 2023 – Police Serbia",
        "version": listed["version"],
        "hash": f"md5:{hashlib.md5(body).hexdigest()}",
        "downloadUrl": f"http://testserver/openrosa/forms/{ret.reference}.xml",
    }
    assert listed["version"].startswith("1-")


def test_others_are_offered_their_own_or_nothing(world: World, ret: Return) -> None:
    theirs = return_of(ret.round, world, "AL")
    assert [one["formID"] for one in Phone.of(world, "charlie").forms()] == [theirs.reference]
    for who in ("anna", "sofia", "adam", "rita", "outsider"):
        assert Phone.of(world, who).forms() == []


def test_a_part_is_offered_to_its_institution(world: World, ret: Return) -> None:
    part = make_part(world, ret, make_institution(world), sections=["law"])
    assert [one["formID"] for one in Phone.of(world, "boris").forms()] == [part.reference]


def test_nothing_is_offered_before_a_round_opens_after_it_closes_or_once_it_is_answered(world: World) -> None:
    made = make_round(world, opened=False)
    phone = Phone.of(world, "alice")
    assert phone.forms() == []
    services.open_round(world.viewer("sofia"), round=made)
    assert len(phone.forms()) == 1
    services.submit_nil(world.viewer("bob"), ret=return_of(made, world), reason="Nothing was seized.")
    assert phone.forms() == []
    charlies = Phone.of(world, "charlie")
    assert len(charlies.forms()) == 1
    services.accept(world.viewer("simon"), ret=return_of(made, world))
    services.close_round(world.viewer("sofia"), round=made, reason="Over.")
    assert charlies.forms() == []


def test_one_form_and_its_description_only_when_asked_for(world: World, ret: Return) -> None:
    second = return_of(make_round(world, title="Second"), world)
    phone = Phone.of(world, "alice")
    assert {one["formID"] for one in phone.forms()} == {ret.reference, second.reference}
    assert [one["formID"] for one in phone.forms(f"?formID={ret.reference}")] == [ret.reference]
    (told,) = phone.forms(f"?formID={ret.reference}&verbose=true")
    assert told["descriptionText"] == "Count each firearm once."
    assert "descriptionText" not in phone.forms(f"?formID={ret.reference}&verbose=false")[0]
    assert phone.forms("?formID=RT-2020-000001") == []


def test_addresses_keep_the_secret_of_who_came_with_it(world: World, ret: Return) -> None:
    _key, secret = keys.make_key(world.viewer("alice"), name="Phone")
    root = etree.fromstring(ask(secret).content)
    address = root.find(f"{LIST}xform/{LIST}downloadUrl").text
    assert address == f"http://testserver/openrosa/key/{secret}/forms/{ret.reference}.xml"
    assert Client().get(address).status_code == 200


def test_what_a_phone_has_it_does_not_fetch_again(world: World, ret: Return) -> None:
    phone = Phone.of(world, "alice")
    for path in (FORM_LIST, f"/openrosa/forms/{ret.reference}.xml"):
        etag = phone.call("GET", path)["ETag"]
        unchanged = phone.call("GET", path, **{"If-None-Match": etag})
        assert (unchanged.status_code, unchanged.content) == (304, b"")


# A form


def test_a_form_carries_its_reference_and_its_version_and_no_answers(world: World, ret: Return) -> None:
    services.save(world.viewer("bob"), holder=ret, changes={"seizures/seized": ("", "4711")})
    phone = Phone.of(world, "alice")
    (listed,) = phone.forms()
    response = phone.call("GET", f"/openrosa/forms/{ret.reference}.xml")
    assert (response.status_code, response["Content-Type"]) == (200, "text/xml; charset=utf-8")
    root = etree.fromstring(response.content)
    names = {"h": "http://www.w3.org/1999/xhtml", "x": "http://www.w3.org/2002/xforms"}
    data = root.find("h:head/x:model/x:instance", names)[0]
    assert (data.get("id"), data.get("version")) == (ret.reference, listed["version"])
    assert root.find("h:head/h:title", names).text == listed["name"]
    assert b"4711" not in response.content


def test_fetching_a_form_tells_that_it_was_opened(world: World, ret: Return) -> None:
    assert ret.opened_at is None
    Phone.of(world, "alice").call("GET", f"/openrosa/forms/{ret.reference}.xml")
    ret.refresh_from_db()
    assert timezone.now() - ret.opened_at < timedelta(minutes=1)


def test_a_form_of_others_is_not_there(world: World, ret: Return) -> None:
    charlies = Phone.of(world, "charlie")
    for path in (f"forms/{ret.reference}.xml", f"forms/{ret.reference}/manifest", f"forms/{ret.reference}/media/a.png"):
        assert charlies.call("GET", f"/openrosa/{path}").status_code == 404


def test_the_form_of_a_part_asks_its_sections_only(world: World, ret: Return) -> None:
    part: Part = make_part(world, ret, make_institution(world), sections=["law"])
    content = Phone.of(world, "boris").call("GET", f"/openrosa/forms/{part.reference}.xml").content
    binds = etree.fromstring(content).iter("{http://www.w3.org/2002/xforms}bind")
    off = [bind.get("nodeset").rpartition("/")[2] for bind in binds if bind.get("relevant") == "false()"]
    assert sorted(off) == ["places", "seizures"]


# Media


def test_media_are_listed_and_fetched(world: World, ret: Return) -> None:
    content = b"\x89PNG\r\n\x1a\n-badger"
    EditionMedia.objects.create(edition=ret.edition, name="badger.png", media_type="image/png", content=content)
    phone = Phone.of(world, "alice")
    (listed,) = phone.forms()
    address = listed["manifestUrl"].removeprefix("http://testserver")
    root = etree.fromstring(phone.call("GET", address).content)
    assert root.tag == f"{MANIFEST}manifest"
    (medium,) = [{child.tag.removeprefix(MANIFEST): child.text for child in one} for one in root]
    assert medium == {
        "filename": "badger.png",
        "hash": f"md5:{hashlib.md5(content).hexdigest()}",
        "downloadUrl": f"http://testserver/openrosa/forms/{ret.reference}/media/badger.png",
    }
    fetched = phone.call("GET", f"/openrosa/forms/{ret.reference}/media/badger.png")
    assert (fetched.content, fetched["Content-Type"]) == (content, "image/png")
    assert phone.call("GET", f"/openrosa/forms/{ret.reference}/media/none.png").status_code == 404
