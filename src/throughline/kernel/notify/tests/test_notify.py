"""Telling people: who hears, what a mail says, what happens when it cannot leave."""

from datetime import date, timedelta

import pytest
from django.core import mail as outbox
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.test import Client
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, gettext_lazy

from throughline.incidents.models import Incident
from throughline.kernel.access.services import mark
from throughline.kernel.notify.models import Mail, Notice
from throughline.kernel.notify.queries import unread_count
from throughline.kernel.notify.sending import BACK_OFF, send_waiting
from throughline.kernel.notify.services import mark_read, post, tell
from throughline.kernel.testing.worlds import World, make_incident

SECRET = "a witness saw the car"


class Broken(BaseEmailBackend):
    """A mail server that is away."""

    def send_messages(self, messages: object) -> int:
        message = "connection refused"
        raise OSError(message)


def quiet_incident(world: World, state: str = "draft") -> Incident:
    """An incident, with all forgotten that its way to this state has told people."""
    incident = make_incident(world, state=state)
    Notice.objects.all().delete()
    Mail.objects.all().delete()
    return incident


def test_people_are_told_in_their_inbox_and_by_mail(world: World) -> None:
    incident = quiet_incident(world, "verified")
    told = tell([world.user("alice"), world.user("bob").pk], subject="Verified", text=SECRET, about=incident, url="/x/")
    assert [notice.person.name for notice in told] == ["Alice", "Bob"]
    assert send_waiting() == 2
    first = outbox.outbox[0]
    assert (first.subject, first.to) == ("Throughline: Verified", ["alice@example.org"])
    assert first.body == f"{incident.reference}\n\n{SECRET}\n\nhttp://127.0.0.1:8000/x/"


def test_everyone_is_told_in_their_own_language(world: World) -> None:
    people = [world.user("alice"), world.user("bob")]
    for person, language in zip(people, ("sq", "sr-latn"), strict=True):
        type(person).objects.filter(pk=person.pk).update(language=language)
    tell(people, subject=gettext_lazy("Monday"), text=lambda: date_format(date(2026, 3, 1), "F"))
    tell(people, subject=lambda: gettext("Sunday"))
    said = {(one.person.name, one.subject, one.text) for one in Notice.objects.all()}
    assert said == {
        ("Alice", "E hënë", "Mars"),
        ("Bob", "ponedeljak", "mart"),
        ("Alice", "E dielë", ""),
        ("Bob", "nedelja", ""),
    }


def test_who_did_it_is_not_told(world: World) -> None:
    alice, bob = world.user("alice"), world.user("bob")
    assert [one.person for one in tell([alice, bob, alice], subject="Done", but=alice.pk)] == [bob]
    assert tell([alice], subject="Done", but=alice.pk) == []


def test_a_mail_about_a_record_above_green_says_the_reference_and_no_more(world: World) -> None:
    incident = quiet_incident(world, "verified")
    mark(world.viewer("bob"), record=incident, handling="amber+strict", reason="Sensitive.")
    tell([world.user("alice")], subject="Returned", text=SECRET, about=incident, url="/x/")
    send_waiting()
    body = outbox.outbox[0].body
    assert incident.reference in body
    assert SECRET not in body
    assert Notice.objects.get().text == SECRET


def test_nobody_is_told_of_a_record_they_may_not_read(world: World) -> None:
    incident = quiet_incident(world)
    told = tell([world.user(name) for name in ("alice", "charlie", "outsider", "sofia")], subject="New", about=incident)
    assert [notice.person.name for notice in told] == ["Alice"]
    assert Mail.objects.count() == 1


def test_someone_who_left_is_not_told(world: World) -> None:
    alice = world.user("alice")
    alice.is_active = False
    alice.save()
    assert tell([alice], subject="Hello") == []


def test_a_mail_waiting_for_someone_who_left_is_given_up(world: World) -> None:
    tell([world.user("alice")], subject="Hello", text=SECRET)
    type(world.user("alice")).objects.filter(name="Alice").update(is_active=False)
    assert send_waiting() == 0
    mail = Mail.objects.get()
    assert (mail.state, mail.text, len(outbox.outbox)) == ("failed", "", 0)


def test_what_is_told_in_a_transaction_that_fails_was_never_told(world: World) -> None:
    def fail() -> None:
        with transaction.atomic():
            tell([world.user("alice")], subject="Hello")
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        fail()
    assert (Notice.objects.count(), Mail.objects.count()) == (0, 0)


def test_the_text_of_a_mail_is_erased_when_it_has_left(world: World) -> None:
    post("someone@example.org", subject="Invitation", text="a token")
    send_waiting()
    mail = Mail.objects.get()
    assert (mail.state, mail.text, outbox.outbox[0].body) == ("sent", "", "a token")


def test_a_mail_that_cannot_leave_is_tried_again_later_and_then_given_up(world: World, settings: object) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Broken"  # type: ignore[attr-defined]
    post("someone@example.org", subject="Invitation", text="a token")
    for attempt, wait in enumerate(BACK_OFF, start=1):
        assert send_waiting() == 0
        mail = Mail.objects.get()
        assert (mail.state, mail.attempts, mail.error) == ("waiting", attempt, "connection refused")
        assert timedelta(0) < mail.next_try_at - timezone.now() <= wait
        assert send_waiting() == 0
        assert Mail.objects.get().attempts == attempt
        Mail.objects.update(next_try_at=timezone.now())
    send_waiting()
    mail = Mail.objects.get()
    assert (mail.state, mail.text, mail.error) == ("failed", "", "connection refused")


def test_one_bad_mail_does_not_hold_up_the_others(world: World, settings: object) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.Broken"  # type: ignore[attr-defined]
    post("first@example.org", subject="1", text="1")
    send_waiting()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"  # type: ignore[attr-defined]
    post("second@example.org", subject="2", text="2")
    assert send_waiting() == 1


def test_a_subject_cannot_carry_a_second_header(world: World) -> None:
    post("someone@example.org", subject="Hello\nBcc: everyone@example.org", text="x")
    send_waiting()
    assert Mail.objects.get().state == "waiting"
    assert outbox.outbox == []


def test_the_inbox_shows_what_i_was_told_and_how_much_is_new(client: Client, world: World) -> None:
    incident = quiet_incident(world, "verified")
    tell([world.user("alice"), world.user("bob")], subject="Verified", text=SECRET, about=incident, url="/x/")
    client.force_login(world.user("alice"))
    assert SECRET in client.get("/notices/").content.decode()
    assert unread_count(world.viewer("alice")) == 1
    notice = Notice.objects.get(person=world.user("alice"))
    assert client.post(f"/notices/{notice.pk}/read/")["Location"] == "/x/"
    assert (unread_count(world.viewer("alice")), unread_count(world.viewer("bob"))) == (0, 1)


def test_my_inbox_is_mine_alone(client: Client, world: World) -> None:
    tell([world.user("alice")], subject="For Alice", text=SECRET)
    notice = Notice.objects.get()
    client.force_login(world.user("bob"))
    assert "For Alice" not in client.get("/notices/").content.decode()
    client.post(f"/notices/{notice.pk}/read/")
    client.post("/notices/read/")
    notice.refresh_from_db()
    assert notice.read_at is None


def test_what_i_was_told_of_a_record_is_withheld_when_i_may_no_longer_read_it(client: Client, world: World) -> None:
    incident = quiet_incident(world, "verified")
    tell([world.user("charlie")], subject="Verified", text=SECRET, about=incident, url="/x/")
    assert Notice.objects.count() == 1
    mark(world.viewer("bob"), record=incident, handling="amber+strict", reason="Sensitive.")
    client.force_login(world.user("charlie"))
    page = client.get("/notices/").content.decode()
    assert SECRET not in page
    assert "You were told of a record that you may not read now." in page
    assert client.post(f"/notices/{Notice.objects.get().pk}/read/")["Location"] == "/notices/"


def test_all_are_marked_as_read_at_once(client: Client, world: World) -> None:
    tell([world.user("alice")], subject="One")
    tell([world.user("alice")], subject="Two")
    client.force_login(world.user("alice"))
    client.post("/notices/read/")
    assert unread_count(world.viewer("alice")) == 0
    assert mark_read(world.viewer("alice")) == 0


def test_an_empty_inbox_says_what_would_be_here(client: Client, world: World) -> None:
    client.force_login(world.user("rita"))
    assert "What others need you to know is told here" in client.get("/notices/").content.decode()
