"""API keys: made once, shown once, worthless when revoked, expired, or their person has left."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from throughline.api import services
from throughline.api.models import ApiToken
from throughline.kernel.access.errors import Invalid, Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.models import Entry
from throughline.kernel.testing.resource_cases import signed_in
from throughline.kernel.testing.worlds import World

URL = "/api/v1/incidents/"


def status(key: str) -> int:
    return Client().get(URL, headers={"Authorization": f"Bearer {key}"}).status_code


def test_a_key_is_shown_once_and_kept_as_a_fingerprint(world: World) -> None:
    page = signed_in(world, "alice").post("/account/tokens/", {"name": "nightly export", "days": "30"})
    token = ApiToken.objects.get()
    text = page.content.decode()
    key = next(
        word for word in text.replace("<", " ").replace(">", " ").split() if word.startswith("tl_") and len(word) > 20
    )
    assert status(key) == 200
    assert token.fingerprint == services.fingerprint(key)
    assert key not in str(Entry.objects.filter(verb="token.make").values_list("after", flat=True))
    assert key not in signed_in(world, "alice").get("/account/tokens/").content.decode()
    assert page.headers["Cache-Control"] == "no-store"


def test_a_revoked_key_is_worthless_at_once(world: World) -> None:
    token, key = services.make(world.viewer("alice"), name="t", days=1)
    assert signed_in(world, "bob").post(f"/account/tokens/{token.pk}/revoke/").status_code == 404
    assert status(key) == 200
    signed_in(world, "alice").post(f"/account/tokens/{token.pk}/revoke/")
    assert status(key) == 401
    assert Entry.objects.filter(verb="token.revoke").count() == 1


def test_an_expired_key_is_worthless(world: World) -> None:
    token, key = services.make(world.viewer("alice"), name="t", days=1)
    ApiToken.objects.filter(pk=token.pk).update(expires_on=timezone.localdate() - timedelta(days=1))
    assert status(key) == 401


def test_the_key_of_someone_who_left_is_worthless(world: World) -> None:
    _token, key = services.make(world.viewer("alice"), name="t", days=1)
    user = world.user("alice")
    user.is_active = False
    user.save()
    assert status(key) == 401


@pytest.mark.parametrize("key", ["", "tl_", "tl_" + "x" * 43, "Bearer", "' OR 1=1"])
def test_made_up_keys_are_unknown(world: World, key: str) -> None:
    assert status(key) == 401


def test_only_ones_own_key_can_be_revoked(world: World) -> None:
    token, _key = services.make(world.viewer("alice"), name="t", days=1)
    with pytest.raises(Refused):
        services.revoke(world.viewer("bob"), token=token)


@pytest.mark.parametrize(("name", "days", "field"), [(" ", 1, "name"), ("t", 0, "days"), ("t", 367, "days")])
def test_a_key_needs_a_name_and_an_end(world: World, name: str, days: int, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        services.make(world.viewer("alice"), name=name, days=days)
    assert [problem.field for problem in refused.value.problems] == [field]


def test_nobody_makes_no_key(world: World) -> None:
    with pytest.raises(Refused):
        services.make(Viewer.nobody(), name="t", days=1)


def test_use_is_noted(world: World) -> None:
    _token, key = services.make(world.viewer("alice"), name="t", days=1)
    assert ApiToken.objects.get().used_at is None
    status(key)
    assert ApiToken.objects.get().used_at is not None
