"""The page on which people set up and revoke their phones."""

import base64
import json
import zlib

import pytest
from django.test import Client

from throughline.kernel.access.errors import Invalid, Refused
from throughline.kernel.history.queries import of_object
from throughline.kernel.rounds.models import DeviceKey
from throughline.kernel.rounds.openrosa import keys, pages
from throughline.kernel.testing.worlds import World


def signed_in(world: World, who: str) -> Client:
    client = Client()
    client.force_login(world.user(who))
    return client


def test_a_phone_is_set_up_and_its_secret_is_shown_once(world: World) -> None:
    client = signed_in(world, "alice")
    shown = client.post("/account/phones/", {"name": "Field phone"})
    key = DeviceKey.objects.get()
    secret = shown.context["secret"]
    assert (key.name, key.person, len(secret)) == ("Field phone", world.user("alice"), keys.LONG)
    text = shown.content.decode()
    assert all(word in text for word in (secret, key.user_name, "http://testserver/openrosa", "data:image/svg+xml"))
    assert shown["Cache-Control"] == "no-store"
    assert secret not in client.get("/account/phones/").content.decode()
    (line,) = of_object("devicekey", key.pk)
    assert (line.verb, secret in str(line.after)) == ("phone.make-key", False)


def test_what_the_picture_says(world: World) -> None:
    """ODK Collect reads base64 of zlib of JSON."""
    told = pages.collect_settings("https://example.org/openrosa", "phone-abc", "s3cret")
    read = json.loads(zlib.decompress(base64.b64decode(told)))
    assert read["general"] == {
        "protocol": "odk_default",
        "server_url": "https://example.org/openrosa",
        "username": "phone-abc",
        "password": "s3cret",
        "form_update_mode": "match_exactly",
        "autosend": "wifi_and_cellular",
    }
    assert (read["admin"], read["project"]) == ({}, {"name": "Throughline"})


def test_a_phone_needs_a_name_and_there_is_an_end_to_phones(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    alice = world.viewer("alice")
    with pytest.raises(Invalid):
        keys.make_key(alice, name="  ")
    monkeypatch.setattr(keys, "MOST_A_PERSON", 1)
    keys.make_key(alice, name="One")
    with pytest.raises(Invalid):
        keys.make_key(alice, name="Two")
    page = signed_in(world, "alice").post("/account/phones/", {"name": "Two"}).content.decode()
    assert "You have 1 phones. Revoke one first." in page
    assert DeviceKey.objects.count() == 1


def test_ones_own_phone_is_revoked(world: World) -> None:
    key, secret = keys.make_key(world.viewer("alice"), name="Phone")
    assert keys.by_secret(secret) == key
    client = signed_in(world, "alice")
    client.post(f"/account/phones/{key.pk}/revoke/")
    key.refresh_from_db()
    assert (keys.by_secret(secret), key.revoked_by) == (None, world.user("alice"))
    assert "revoked" in client.get("/account/phones/").content.decode()


def test_an_administrator_revokes_the_phones_of_their_people(world: World) -> None:
    key, secret = keys.make_key(world.viewer("alice"), name="Lost on the bus")
    client = signed_in(world, "adam")
    assert "Lost on the bus" in client.get("/account/phones/").content.decode()
    client.post(f"/account/phones/{key.pk}/revoke/")
    assert keys.by_secret(secret) is None
    client.get("/account/phones/")  # says once that it was done
    assert "Lost on the bus" not in client.get("/account/phones/").content.decode()


@pytest.mark.parametrize("who", ["bob", "sofia", "charlie", "outsider"])
def test_others_neither_see_nor_revoke_it(world: World, who: str) -> None:
    key, secret = keys.make_key(world.viewer("alice"), name="Field phone")
    client = signed_in(world, who)
    assert "Field phone" not in client.get("/account/phones/").content.decode()
    assert client.post(f"/account/phones/{key.pk}/revoke/").status_code == 404
    with pytest.raises(Refused):
        keys.revoke_key(world.viewer(who), key=key)
    assert keys.by_secret(secret) == key


def test_the_address_of_the_server_leads_to_the_page(world: World) -> None:
    for path in ("/openrosa/", "/openrosa/key/secret/"):
        assert signed_in(world, "alice").get(path)["Location"] == "/account/phones/"
