"""Guessing: what one may not see answers, word for word, like what is not there; wrong keys are counted."""

import re
from uuid import uuid4

from django.test import Client

from throughline.api import errors
from throughline.api import services as api_keys
from throughline.kernel.access.choices import Handling
from throughline.kernel.files.services import keep
from throughline.kernel.rounds.openrosa import keys as phone_keys
from throughline.kernel.testing.worlds import World, make_incident
from throughline.people import services
from throughline.people.models import User
from throughline.training.services import feeds
from throughline.training.views import calendar

NOWHERE = "AV-2019-999999"
PASSING = re.compile(r'(csrfmiddlewaretoken" value|nonce)="[^"]+"|"X-CSRFToken": ?"\w+"')


def answer(client: Client, address: str, said: str, **more: str) -> tuple[int, str]:
    """Status and words, without what was asked and without tokens."""
    found = client.get(address, headers=more)
    return found.status_code, PASSING.sub("", found.content.decode()).replace(said, "<asked>")


def test_a_reference_one_may_not_see_answers_like_one_there_is_not(client: Client, world: World) -> None:
    hidden = make_incident(world, state="verified", handling=Handling.STRICT)
    client.force_login(world.user("charlie"))
    for page in ("", "change/", "history/", "trace/", "duplicates/"):
        there = answer(client, f"/incidents/{hidden.reference}/{page}", hidden.reference)
        nowhere = answer(client, f"/incidents/{NOWHERE}/{page}", NOWHERE)
        assert (there, there[0]) == (nowhere, 404), page

    client.force_login(world.user("alice"))
    assert client.get(f"/incidents/{hidden.reference}/").status_code == 200


def test_the_api_does_not_tell_either(world: World) -> None:
    hidden = make_incident(world, state="verified", handling=Handling.STRICT)
    _token, key = api_keys.make(world.viewer("charlie"), name="script", days=1)
    said = {"authorization": f"Bearer {key}"}
    for method in ("get", "patch", "put", "delete"):
        found = [
            getattr(Client(), method)(f"/api/v1/incidents/{asked}/", headers=said, content_type="application/json")
            for asked in (hidden.reference, NOWHERE)
        ]
        answers = [(one.status_code, one.content.decode().replace(hidden.reference, NOWHERE)) for one in found]
        assert answers[0] == answers[1], method
        assert answers[0][0] in {404, 405}, method


def test_numbers_of_files_people_and_jobs_do_not_tell(client: Client, world: World) -> None:
    hidden = make_incident(world, state="verified", handling=Handling.STRICT)
    file = keep(world.viewer("alice"), name="note.txt", content=b"found", about=hidden)
    nothing = uuid4()
    client.force_login(world.user("charlie"))
    for address, key in (("/files/{}/", file.pk), ("/people/{}/", world.user("alice").pk), ("/jobs/{}/", uuid4())):
        there = answer(client, address.format(key), str(key))
        assert there == answer(client, address.format(nothing), str(nothing)), address
        assert there[0] in {403, 404}


def test_an_invitation_that_was_and_one_that_never_was_answer_alike(client: Client, world: World) -> None:
    given = {"name": "Mira", "organisation": world.organisations["police-rs"], "programme": world.programme}
    admin = world.viewer("adam")
    invitation = services.invite(admin, email="mira@example.org", roles=["reader"], **given)
    from throughline.kernel.notify.models import Mail  # reason: only here

    token = Mail.objects.get(address="mira@example.org").text.partition("/invitation/")[2].split()[0].strip("/")
    services.withdraw_invitation(admin, invitation=invitation)

    assert answer(client, f"/invitation/{token}/", token) == answer(client, "/invitation/guess/", "guess")


def test_keys_of_every_kind_of_wrong_answer_alike(world: World) -> None:
    """Never made, mistyped, revoked, of somebody who left: the same words."""
    revoked, first = api_keys.make(world.viewer("alice"), name="script", days=1)
    api_keys.revoke(world.viewer("alice"), token=revoked)
    _left, second = api_keys.make(world.viewer("bob"), name="script", days=1)
    services.deactivate(world.viewer("adam"), person=world.user("bob"))
    asked = [first, second, first[:-1], "tl_guess", "\u00e9", "x" * 5000]
    answers = {answer(Client(), "/api/v1/incidents/", "-", authorization=f"Bearer {key}") for key in asked}

    assert [status for status, _words in answers] == [401]


def test_wrong_keys_of_the_api_are_counted_and_right_ones_still_taken(world: World) -> None:
    _token, key = api_keys.make(world.viewer("alice"), name="script", days=1)
    asked = Client()
    codes = [
        asked.get("/api/v1/incidents/", headers={"authorization": f"Bearer tl_{turn}"}).status_code
        for turn in range(errors.WRONG.most + 1)
    ]

    assert (codes[0], codes[-1]) == (401, 429)
    assert asked.get("/api/v1/incidents/", headers={"authorization": f"Bearer {key}"}).status_code == 200
    assert asked.get("/api/v1/incidents/").status_code == 401, "no key is no guess"


def test_a_calendar_address_of_someone_who_left_is_no_address(world: World) -> None:
    _feed, key = feeds.make(world.viewer("alice"), name="phone", question="")
    address = f"/training/feeds/{key}.ics"
    assert Client().get(address).status_code == 200
    services.deactivate(world.viewer("adam"), person=world.user("alice"))
    gone = answer(Client(), address, key)
    assert gone == answer(Client(), "/training/feeds/guess.ics", "guess")
    assert gone[0] == 404

    services.reactivate(world.viewer("adam"), person=world.user("alice"))
    assert Client().get(address).status_code == 404, "it does not come back with the account"


def test_signing_out_everywhere_ends_calendar_addresses_too(world: World) -> None:
    _feed, key = feeds.make(world.viewer("alice"), name="phone", question="")
    services.end_everything(world.viewer("alice"), person=world.user("alice"))

    assert Client().get(f"/training/feeds/{key}.ics").status_code == 404


def test_a_calendar_address_stops_when_only_the_account_was_switched_off(world: World) -> None:
    _feed, key = feeds.make(world.viewer("alice"), name="phone", question="")
    User.objects.filter(email="alice@example.org").update(is_active=False)

    assert Client().get(f"/training/feeds/{key}.ics").status_code == 404


def test_wrong_calendar_addresses_are_counted(world: World) -> None:
    asked = Client()
    codes = [asked.get(f"/training/feeds/{turn}.ics").status_code for turn in range(calendar.WRONG.most + 1)]

    assert (codes[0], codes[-1]) == (404, 429)


def test_keys_of_phones_that_are_wrong_answer_alike_and_are_counted(world: World) -> None:
    _key, secret = phone_keys.make_key(world.viewer("alice"), name="field phone")
    services.deactivate(world.viewer("adam"), person=world.user("alice"))
    asked = Client()
    answers = {answer(asked, f"/openrosa/key/{one}/formList", one) for one in (secret, "guess", secret[:-1])}
    assert [status for status, _words in answers] == [401]
    codes = [asked.get(f"/openrosa/key/{turn}/formList").status_code for turn in range(60)]

    assert codes[-1] == 429
