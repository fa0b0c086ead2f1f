"""Following: what is new is told, as often as wanted, and nothing that may not be read is told or counted."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from throughline.incidents.models import Incident
from throughline.kernel.access.choices import Handling
from throughline.kernel.access.errors import Invalid, Refused
from throughline.kernel.access.services import mark
from throughline.kernel.comments.services import write
from throughline.kernel.flow.services import advance
from throughline.kernel.following import queries, services
from throughline.kernel.following.models import Following
from throughline.kernel.notify import digests
from throughline.kernel.notify.models import Mail, MailRhythm, Notice
from throughline.kernel.notify.queries import notices_of, shown
from throughline.kernel.notify.sending import send_waiting
from throughline.kernel.resources import registry
from throughline.kernel.resources.editing import update
from throughline.kernel.testing.worlds import World, make_incident
from throughline.kernel.watch.services import subscribe

pytestmark = pytest.mark.django_db
VERIFIED = "/incidents/?state=verified&jurisdiction=RS"


def follow(world: World, who: str, address: str = VERIFIED, every: str = "each") -> Following:
    return services.follow(world.viewer(who), address=address, every=every)


def told(world: World, who: str) -> list[str]:
    """What this person finds in the inbox about what they follow, the oldest first."""
    rows = notices_of(world.viewer(who)).filter(content_type__app_label="following").order_by("told_at")
    return [one.subject for one in shown(world.viewer(who), rows)]


def change(world: World, record: Any, place: str = "Elsewhere", who: str = "alice") -> None:
    record.refresh_from_db()
    update(world.viewer(who), registry.get("incident"), record, {"place": place})


def page(record: Any) -> str:
    return reverse("incident-detail", args=[record.reference])


# ---- a list: a kind of record, with filters


def test_new_verified_incidents_of_a_jurisdiction_are_told_once(world: World) -> None:
    follow(world, "anna")
    make_incident(world, "alice", state="verified", handling="green")
    make_incident(world, "charlie", state="verified", handling="green", jurisdiction=world.jurisdictions["AL"])
    make_incident(world, "alice", state="sent", handling="green")
    assert services.look_each() == 1
    assert services.look_each() == 0
    assert told(world, "anna") == ["1 new or changed: Incidents · Jurisdiction: Serbia · State: Verified"]


def test_what_was_there_before_is_no_news(world: World) -> None:
    make_incident(world, "alice", state="verified", handling="green")
    follow(world, "anna")
    services.look_each()
    assert told(world, "anna") == []


def test_nothing_hidden_is_told_or_counted(world: World) -> None:
    """Everybody follows all incidents; of every code one is made and changed: each is told of what they may read alone."""
    people = ("alice", "bob", "rita", "charlie", "vera", "anna", "sofia", "adam", "outsider")
    rows = {who: follow(world, who, "/incidents/") for who in people}
    since = queries.newest()
    made = []
    for handling in Handling.values:
        record = make_incident(world, "alice", state="verified", handling="amber+strict")
        if handling != record.handling:
            mark(world.viewer("bob"), record=record, handling=handling, reason="So.")
        made.append(record)
    draft = make_incident(world, "alice", state="draft")
    for who in people:
        viewer = world.viewer(who)
        seen = set(Incident.objects.visible_to(viewer).filter(pk__in=[one.pk for one in [*made, draft]]))
        found = queries.news(viewer, rows[who], since, queries.newest())
        labels = {one.label for one in found.items}
        own = {str(one) for one in seen}
        assert (labels <= own, found.count == len(labels)) == (True, True), who
        if who not in {"alice", "bob"}:  # those did it themselves, or in part
            assert labels == own, who


def test_what_one_does_oneself_is_no_news(world: World) -> None:
    follow(world, "alice", "/incidents/")
    make_incident(world, "alice")
    services.look_each()
    assert told(world, "alice") == []


def test_only_what_may_be_read_when_it_is_told(world: World) -> None:
    follow(world, "anna")
    record = make_incident(world, "alice", state="verified", handling="green")
    mark(world.viewer("bob"), record=record, handling=Handling.RED)
    services.look_each()
    assert told(world, "anna") == []


@pytest.mark.parametrize(
    "address",
    [
        "/incidents/?no-such=1&state=gone",
        "/nowhere/",
        "https://example.org/",
        "",
        "/ask/?measure=none",
        "/incidents/AV-1/",
        "/incidents/?q=" + "x" * 2000,
    ],
)
def test_what_is_not_there_cannot_be_followed(world: World, address: str) -> None:
    with pytest.raises(Invalid):
        follow(world, "anna", address)


def test_following_twice_changes_how_often(world: World) -> None:
    first = follow(world, "anna")
    again = follow(world, "anna", "/incidents/?jurisdiction=RS&state=verified&sort=place", every="week")
    assert (first.pk, again.every, Following.objects.count()) == (again.pk, "week", 1)
    with pytest.raises(Invalid):
        follow(world, "anna", every="hour")


# ---- one record


def test_what_happens_to_a_record_and_is_said_about_it_is_told(world: World) -> None:
    record = make_incident(world, "alice", state="verified", handling="green")
    one = follow(world, "anna", page(record))
    since = one.told
    change(world, record)
    write(world.viewer("charlie"), record=record, text="zqword")
    assert services.look_each() == 1
    found = queries.news(world.viewer("anna"), one, since, queries.newest())
    assert {item.label for item in found.items} >= {"wrote a comment"}
    assert not any("zqword" in item.label for item in found.items)


def test_comments_kept_to_others_are_not_counted(world: World) -> None:
    record = make_incident(world, "alice", state="verified", handling="green")
    follow(world, "charlie", page(record))
    write(world.viewer("alice"), record=record, text="x", organisation=world.organisations["police-rs"].pk)
    services.look_each()
    assert told(world, "charlie") == []


def test_a_record_that_is_closed_is_followed_in_silence_and_can_be_ended(world: World, client: Client) -> None:
    record = make_incident(world, "alice", state="verified", handling="green")
    follow(world, "charlie", page(record))
    change(world, record)
    services.look_each()
    assert len(told(world, "charlie")) == 1
    mark(world.viewer("bob"), record=record, handling=Handling.STRICT)
    change(world, record, "Third")
    services.look_each()
    assert told(world, "charlie") == [""]  # withheld, and nothing more
    client.force_login(world.user("charlie"))
    text = client.get(reverse("following-list")).content.decode()
    assert (record.reference in text, "may not read now" in text) == (False, True)
    client.post(reverse("following-end", args=[Following.objects.get().pk]))
    assert not Following.objects.exists()


def test_what_may_not_be_read_cannot_be_followed(world: World) -> None:
    record = make_incident(world, "alice", state="verified", handling=Handling.STRICT)
    with pytest.raises(Invalid) as hidden:
        follow(world, "charlie", page(record))
    with pytest.raises(Invalid) as missing:
        follow(world, "charlie", "/incidents/AV-2020-999999/")
    assert hidden.value.problems[0].message == missing.value.problems[0].message


# ---- a figure


def test_a_figure_is_told_when_it_is_answered_otherwise(world: World) -> None:
    follow(world, "anna", "/ask/?measure=incidents&by=jurisdiction")
    make_incident(world, "alice", state="sent", handling="green")
    assert services.look_each() == 0
    make_incident(world, "alice", state="verified", handling="green")
    assert services.look_each() == 1
    assert told(world, "anna") == ["Answered otherwise than before: Incidents by jurisdiction"]


# ---- how often, and mail


def test_daily_and_weekly_wait_for_the_mail_of_the_day(world: World) -> None:
    follow(world, "anna", every="day")
    follow(world, "anna", "/incidents/", every="week")
    make_incident(world, "alice", state="verified", handling="green")
    today = timezone.localdate()
    assert (services.look_each(), services.gather(today)) == (0, 0)
    assert services.gather(today + timedelta(days=1)) == 1
    assert services.gather(today + timedelta(days=1)) == 0
    make_incident(world, "alice", state="verified", handling="green")
    assert services.gather(today + timedelta(days=7)) == 2
    assert Mail.objects.filter(person=world.user("anna")).count() == 0
    assert Notice.objects.filter(person=world.user("anna"), for_digest=True).count() == 3


def test_one_mail_a_day_says_all_of_it_with_the_address_that_ends_each(world: World, monkeypatch: Any) -> None:
    from datetime import time  # reason: beside its only use

    monkeypatch.setattr(digests, "SENT_FROM", time(0))
    one, two = follow(world, "anna", every="day"), follow(world, "anna", "/incidents/", every="day")
    make_incident(world, "alice", state="verified", handling="green")
    Following.objects.update(looked_on=timezone.localdate() - timedelta(days=1))
    assert digests.send_digests() == 1
    sent = Mail.objects.get(person=world.user("anna"))
    assert [services.end_address(row.pk) in sent.text for row in (one, two)] == [True, True]
    assert digests.send_digests() == 0


def test_who_wants_no_mail_gets_none(world: World) -> None:
    MailRhythm.objects.create(person=world.user("anna"), every="never")
    follow(world, "anna")
    follow(world, "anna", "/incidents/", every="day")
    make_incident(world, "alice", state="verified", handling="green")
    services.look_each()
    services.gather(timezone.localdate() + timedelta(days=1))
    assert len(told(world, "anna")) == 2
    assert not Mail.objects.filter(person=world.user("anna")).exists()
    assert not Notice.objects.filter(for_digest=True, person=world.user("anna")).exists()


def test_a_mail_names_no_record_and_ends_by_one_click(world: World, client: Client, settings: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    follow(world, "anna")
    record = make_incident(world, "alice", state="verified", handling="green")
    services.look_each()
    Mail.objects.exclude(person=world.user("anna")).delete()
    send_waiting()
    [sent] = mail.outbox
    address = sent.extra_headers["List-Unsubscribe"].strip("<>")
    assert (record.reference in sent.body, address in sent.body) == (False, True)
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"

    path = address.removeprefix(settings.THROUGHLINE_ADDRESS.rstrip("/"))
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.get(path).status_code == 200
    assert Following.objects.count() == 1  # a filter that opens links ends nothing
    assert stranger.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Following.objects.count() == 0
    assert stranger.post(path).status_code == 200  # twice is no fault
    assert stranger.post("/following/end/forged:token/").status_code == 404


# ---- pages


def test_following_a_list_from_its_page(world: World, client: Client) -> None:
    client.force_login(world.user("anna"))
    text = client.get(VERIFIED).content.decode()
    assert "/following/new/?address=%2Fincidents%2F%3Fstate%3Dverified" in text
    assert client.get(reverse("following-add"), {"address": VERIFIED}).status_code == 200
    client.post(reverse("following-add"), {"address": VERIFIED, "every": "day"})
    one = Following.objects.get()
    assert (one.what, one.noun, one.query, one.every) == ("list", "incident", "jurisdiction=RS&state=verified", "day")
    client.post(reverse("following-change", args=[one.pk]), {"every": "week"})
    one.refresh_from_db()
    assert one.every == "week"


def test_the_page_of_news_asks_afresh(world: World, client: Client) -> None:
    one = follow(world, "charlie", "/incidents/")
    record = make_incident(world, "alice", state="verified", handling="green")
    services.look_each()
    url = notices_of(world.viewer("charlie")).get(content_type__app_label="following").url
    client.force_login(world.user("charlie"))
    assert record.reference in client.get(url).content.decode()
    mark(world.viewer("bob"), record=record, handling=Handling.STRICT)
    assert record.reference not in client.get(url).content.decode()
    client.force_login(world.user("vera"))
    assert client.get(reverse("following-detail", args=[one.pk])).status_code == 404


def test_what_others_follow_is_theirs(world: World, client: Client) -> None:
    one = follow(world, "anna")
    with pytest.raises(Refused):
        services.end(world.viewer("sofia"), following=one)
    client.force_login(world.user("sofia"))
    assert client.post(reverse("following-end", args=[one.pk])).status_code == 404
    assert client.post(reverse("following-change", args=[one.pk]), {"every": "day"}).status_code == 404


def test_early_warning_stands_on_the_same_page(world: World, client: Client) -> None:
    subscribe(world.viewer("anna"), programme=world.programme.pk, jurisdiction="RS")
    client.force_login(world.user("anna"))
    text = client.get(reverse("following-list")).content.decode()
    assert "Early warning" in text
    assert "Serbia" in text


def test_the_page_costs_the_same_with_one_and_with_three(world: World, client: Client) -> None:
    client.force_login(world.user("anna"))
    counts = []
    for more in (1, 2):
        for _number in range(more):
            follow(world, "anna", page(make_incident(world, "alice", state="verified", handling="green")))
        client.get(reverse("following-list"))
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("following-list"))
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_who_has_left_is_told_nothing(world: World) -> None:
    follow(world, "anna")
    anna = world.user("anna")
    anna.is_active = False
    anna.save()
    record = make_incident(world, "alice", state="sent", handling="green")
    advance(world.viewer("bob"), record=record, transition="verify")
    assert services.look_each() == 0
