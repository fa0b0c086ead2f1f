"""One mail a day for those who want it, none for those who do not, and everything in the inbox for all."""

from datetime import time, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from throughline.kernel.access.errors import Invalid
from throughline.kernel.notify import digests
from throughline.kernel.notify.models import Mail, MailRhythm, Notice
from throughline.kernel.notify.services import choose_rhythm, tell
from throughline.kernel.testing.worlds import World, make_incident

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_the_morning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Late enough, whatever the clock of the machine says."""
    monkeypatch.setattr(digests, "SENT_FROM", time.min)


def subjects() -> list[str]:
    return list(Mail.objects.order_by("written_at").values_list("subject", flat=True))


def test_what_was_told_comes_in_one_mail_and_once(world: World) -> None:
    choose_rhythm(world.viewer("bob"), every="day")
    for subject in ("Sent for checking", "Returned"):
        tell([world.user("bob")], subject=subject, text="Words of the record")
    assert subjects() == []
    assert digests.send_digests() == 1
    assert subjects() == ["Throughline: 2 things you were told"]
    text = Mail.objects.get().text
    assert "- Sent for checking" in text
    assert "Words of the record" not in text
    assert digests.send_digests() == 0
    tell([world.user("bob")], subject="Later")
    MailRhythm.objects.update(last_digest_on=timezone.localdate() - timedelta(days=1))
    assert digests.send_digests() == 1
    assert "Sent for checking" not in Mail.objects.latest("written_at").text


def test_what_was_read_or_may_not_be_read_any_more_is_not_mailed(world: World) -> None:
    choose_rhythm(world.viewer("bob"), every="day")
    incident = make_incident(world, state="sent")
    tell([world.user("bob")], subject="About an incident", about=incident)
    tell([world.user("bob")], subject="Read already")
    Notice.objects.filter(subject="Read already").update(read_at=timezone.now())
    type(incident).objects.update(audience=make_incident(world, "charlie", state="draft").audience)
    assert digests.send_digests() == 0
    assert subjects() == []


def test_each_person_chooses_in_the_inbox(world: World, client: Client) -> None:
    client.force_login(world.user("alice"))
    client.post("/notices/mail/", {"every": "never"})
    tell([world.user("alice"), world.user("bob")], subject="To both")
    assert list(Mail.objects.values_list("person__name", flat=True)) == ["Bob"]
    assert Notice.objects.filter(person=world.user("alice")).count() == 1
    page = client.get("/notices/").content.decode()
    assert '<option value="never" selected>' in page
    assert "Choose how often you want mail." in client.post("/notices/mail/", {}, follow=True).content.decode()
    with pytest.raises(Invalid):
        choose_rhythm(world.viewer("alice"), every="hourly")


def test_nothing_goes_out_in_the_night(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    choose_rhythm(world.viewer("bob"), every="day")
    tell([world.user("bob")], subject="Sent for checking")
    monkeypatch.setattr(digests, "SENT_FROM", time.max)
    assert digests.send_digests() == 0
