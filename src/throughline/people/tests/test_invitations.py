"""Invitations: the only way in, good once, for one address, as long as whoever invited may invite."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from throughline.kernel.access.errors import Invalid, Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.models import Entry
from throughline.kernel.notify.models import Mail, Notice
from throughline.kernel.notify.sending import send_waiting
from throughline.kernel.testing.worlds import World
from throughline.people import services
from throughline.people.models import Invitation, RoleGiven, User
from throughline.reference.models import Programme

NEW = "nina@example.org"
GOOD = "tea kettle violin north"


def invite(world: World, by: str = "adam", **given: object) -> Invitation:
    values = {
        "email": NEW,
        "name": "Nina",
        "organisation": world.organisations["police-rs"],
        "programme": world.programme,
        "roles": ["contributor"],
        **given,
    }
    return services.invite(world.viewer(by), **values)  # type: ignore[arg-type]


def token_from_mail() -> str:
    send_waiting()
    found = re.search(r"/invitation/([\w-]+)/", mail.outbox[-1].body)
    assert found is not None
    return found[1]


def test_an_invited_person_makes_an_account_and_signs_in(client: Client, world: World) -> None:
    invite(world, title="Analyst of incidents")
    here = f"/invitation/{token_from_mail()}/"
    page = client.get(here)
    assert (page.status_code, NEW in page.content.decode(), page["Referrer-Policy"]) == (200, True, "no-referrer")
    response = client.post(here, {"name": "Nina N.", "password": GOOD, "again": GOOD})
    assert response["Location"] == "/accounts/login/"
    user = User.objects.get(email=NEW)
    assert (user.name, [place.organisation.code for place in user.memberships.all()]) == ("Nina N.", ["police-rs"])
    assert list(user.roles.values_list("role", flat=True)) == ["contributor"]
    client.post("/accounts/login/", {"login": NEW, "password": GOOD})
    assert client.get("/accounts/profile/").status_code == 200


def test_an_invitation_works_once(client: Client, world: World) -> None:
    invite(world)
    here = f"/invitation/{token_from_mail()}/"
    client.post(here, {"name": "Nina", "password": GOOD, "again": GOOD})
    again = client.post(here, {"name": "Mallory", "password": GOOD, "again": GOOD})
    assert (again.status_code, User.objects.filter(name="Mallory").count()) == (410, 0)


def test_the_colleagues_there_are_told(world: World) -> None:
    invitation = invite(world)
    services.accept(Viewer(name="Nina"), invitation=invitation, token=token_from_mail(), password=GOOD)
    notice = Notice.objects.get()
    assert (notice.person.name, notice.subject) == ("Bob", "Nina has joined Police Serbia in AVM")


def test_the_token_is_kept_nowhere(world: World) -> None:
    invite(world)
    token = token_from_mail()
    kept = [str(list(model.objects.values())) for model in (Invitation, Entry, Notice)]
    assert not any(token in text for text in [*kept, str(list(Mail.objects.values()))])


@pytest.mark.parametrize("who", ["alice", "sofia", "anna", "outsider"])
def test_only_an_administrator_of_the_programme_invites(world: World, who: str) -> None:
    with pytest.raises(Refused):
        invite(world, who)
    assert (Invitation.objects.count(), Entry.objects.latest("seq").verb) == (0, "person.invite.refused")


@pytest.mark.parametrize(
    "wrong", [{"email": "nowhere"}, {"email": "a@b\nBcc: c@d.example"}, {"name": " "}, {"roles": []}, {"roles": ["x"]}]
)
def test_a_bad_invitation_is_not_sent(world: World, wrong: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        invite(world, **wrong)
    assert Invitation.objects.count() == 0


def test_nobody_invites_themselves_to_more(world: World) -> None:
    with pytest.raises(Refused):
        invite(world, email="Adam@example.org", roles=["secretariat"])


@pytest.mark.parametrize("ending", ["over", "withdrawn", "replaced", "inviter withdrawn", "wrong token"])
def test_an_invitation_that_is_over_makes_no_account(client: Client, world: World, ending: str) -> None:
    invitation = invite(world)
    token = token_from_mail()
    if ending == "over":
        Invitation.objects.update(ends_at=timezone.now() - timedelta(seconds=1))
    elif ending == "withdrawn":
        services.withdraw_invitation(world.viewer("adam"), invitation=invitation)
    elif ending == "replaced":
        invite(world, roles=["reader"])
    elif ending == "inviter withdrawn":
        RoleGiven.objects.filter(user=world.user("adam")).delete()
    else:
        token = token[:-1] + ("a" if token[-1] != "a" else "b")
    response = client.post(f"/invitation/{token}/", {"name": "Nina", "password": GOOD, "again": GOOD})
    assert (response.status_code, User.objects.filter(email=NEW).count()) == (410, 0)
    with pytest.raises(Refused):
        services.accept(Viewer.nobody(), invitation=invitation, token=token, password=GOOD)


def test_a_weak_password_is_refused_with_its_reason(client: Client, world: World) -> None:
    invite(world)
    here = f"/invitation/{token_from_mail()}/"
    for password, again in (("short", "short"), ("password1234", "password1234"), (GOOD, "else"), ("", "")):
        assert client.post(here, {"name": "Nina", "password": password, "again": again}).status_code == 200
    assert User.objects.filter(email=NEW).count() == 0


def test_someone_with_an_account_accepts_signed_in_to_it(client: Client, world: World) -> None:
    invite(world, email="outsider@example.org", roles=["reader"])
    here = f"/invitation/{token_from_mail()}/"
    assert "Sign in to it first" in client.get(here).content.decode()
    client.post(here, {"name": "X", "password": GOOD, "again": GOOD})
    client.force_login(world.user("charlie"))
    client.post(here)
    assert world.user("outsider").roles.count() == 0
    client.force_login(world.user("outsider"))
    assert client.post(here)["Location"] == "/"
    assert list(world.user("outsider").roles.values_list("role", flat=True)) == ["reader"]
    assert world.user("outsider").memberships.count() == 2


def test_a_place_does_not_open_another_programme(client: Client, world: World) -> None:
    """An administrator elsewhere cannot make Charlie a reader of what Police Serbia keeps to itself here."""
    elsewhere = Programme.objects.create(
        code="ELSE", name="Another", secretariat=world.organisations["secretariat"], scope=world.programme.scope
    )
    RoleGiven.objects.create(user=world.user("outsider"), programme=elsewhere, role="administrator")
    for organisation, roles in (("police-rs", 0), ("police-al", 1)):
        services.invite(
            world.viewer("outsider"),
            email="charlie@example.org",
            name="Charlie",
            organisation=world.organisations[organisation],
            programme=elsewhere,
            roles=["reader"],
        )
        client.force_login(world.user("charlie"))
        answer = client.post(f"/invitation/{token_from_mail()}/")
        assert answer.status_code == (302 if roles else 403)
        assert world.user("charlie").roles.filter(programme=elsewhere).count() == roles
    assert list(world.user("charlie").memberships.values_list("organisation__code", flat=True)) == ["police-al"]


def test_an_invitation_does_not_open_the_account_of_someone_else(world: World) -> None:
    invitation = invite(world, email="outsider@example.org")
    with pytest.raises(Refused):
        services.accept(world.viewer("charlie"), invitation=invitation, token=token_from_mail(), password=GOOD)


def test_an_administrator_invites_and_withdraws_on_the_page(client: Client, world: World) -> None:
    client.force_login(world.user("adam"))
    given = {
        "programme": "AVM",
        "email": NEW,
        "name": "Nina",
        "organisation": str(world.organisations["police-rs"].pk),
        "roles": ["contributor", "reader"],
    }
    assert client.post("/people/invite/", given)["Location"] == "/people/?programme=AVM"
    assert NEW in client.get("/people/").content.decode()
    invitation = Invitation.objects.get()
    client.post(f"/people/invitations/{invitation.pk}/withdraw/")
    assert NEW not in client.get("/people/").content.decode()
    assert client.post("/people/invite/", {**given, "roles": []}).status_code == 200


def test_others_cannot_withdraw_an_invitation(client: Client, world: World) -> None:
    invitation = invite(world)
    client.force_login(world.user("sofia"))
    assert client.post(f"/people/invitations/{invitation.pk}/withdraw/").status_code == 404
    with pytest.raises(Refused):
        services.withdraw_invitation(world.viewer("sofia"), invitation=invitation)
    invitation.refresh_from_db()
    assert invitation.is_open


def test_an_administrator_sees_mails_that_did_not_arrive_and_not_what_they_say(
    client: Client, world: World, settings: Any
) -> None:
    invite(world)
    settings.EMAIL_BACKEND = "throughline.no.such.Backend"
    send_waiting()
    for who, status in (("adam", 200), ("sofia", 403), ("outsider", 403)):
        client.force_login(world.user(who))
        response = client.get("/people/mails/")
        assert (response.status_code, NEW in response.content.decode()) == (status, who == "adam")
        assert "/invitation/" not in response.content.decode()


def test_a_superuser_invites_the_first_administrator(world: World) -> None:
    RoleGiven.objects.filter(role="administrator").delete()
    User.objects.filter(name="Outsider").update(is_superuser=True)
    invitation = invite(world, "outsider", organisation=world.organisations["secretariat"], roles=["administrator"])
    user = services.accept(Viewer(name="Nina"), invitation=invitation, token=token_from_mail(), password=GOOD)
    assert list(user.roles.values_list("role", flat=True)) == ["administrator"]
