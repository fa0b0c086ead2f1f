"""Flags from records: who sees which, who is told, who may acknowledge."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from throughline.incidents.models import Incident
from throughline.kernel.access.errors import Conflict, Invalid, Refused
from throughline.kernel.flow.services import advance
from throughline.kernel.history.models import Entry
from throughline.kernel.ids import new_id
from throughline.kernel.measures import outbox
from throughline.kernel.notify.models import Notice
from throughline.kernel.testing.worlds import World, make_incident
from throughline.kernel.watch import queries, services
from throughline.kernel.watch.models import Flag, Subscription

pytestmark = pytest.mark.django_db
TODAY = date(2024, 3, 20)


def copies(one: Incident, days: list[date], **changes: Any) -> None:
    """Verified incidents like one that was entered and checked, on these days."""
    values = {field.attname: getattr(one, field.attname) for field in one._meta.concrete_fields} | changes
    rows = [Incident(**values | {"id": new_id(), "reference": f"C-{new_id().hex}", "occurred_on": day}) for day in days]
    outbox.mark("incident", [row.pk for row in Incident.objects.bulk_create(rows)])


def months(count: int) -> list[date]:
    """The fifth of so many months before March 2024."""
    found, year, month = [], 2024, 3
    for _number in range(count):
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
        found.append(date(year, month, 5))
    return found


@pytest.fixture
def past(world: World) -> Incident:
    """Two years of three disputes a month in Serbia, open to all of the programme."""
    one = make_incident(world, state="verified", handling="green", occurred_on=date(2024, 3, 1))
    copies(one, [day for day in months(24) for _number in range(3)])
    return one


@pytest.fixture
def burst(past: Incident) -> Incident:
    copies(past, [date(2024, 3, 7)] * 14)
    return past


def look(world: World) -> int:
    return services.look(world.viewer("anna"), today=TODAY)


def test_nothing_unusual_no_flag(world: World, past: Incident) -> None:
    assert look(world) == 0
    assert not Flag.objects.exists()


def test_a_burst_is_flagged_once_with_its_evidence(world: World, burst: Incident) -> None:
    assert look(world) == 2  # for everyone in the programme, and for the circle
    assert look(world) == 0
    flag = queries.flags(world.viewer("anna")).get()
    assert (flag.jurisdiction, flag.kind, flag.month, flag.count) == ("RS", "public-dispute", "2024-03", 15)
    assert flag.evidence["expected"] == pytest.approx(3, abs=0.1)
    assert flag.evidence["past"][-1] == ["2024-02", 3]
    assert queries.told(world.viewer("anna"), flag).sentence.startswith("15 where 3.0 were expected")


def test_who_sees_it(world: World, burst: Incident) -> None:
    look(world)
    seen = {
        name: queries.flags(world.viewer(name)).count() for name in ("alice", "charlie", "anna", "sofia", "outsider")
    }
    assert seen == {"alice": 1, "charlie": 1, "anna": 1, "sofia": 1, "outsider": 0}


def test_what_is_amber_is_flagged_for_its_circle_alone(world: World, past: Incident) -> None:
    amber = make_incident(world, state="verified", handling="amber", occurred_on=date(2024, 3, 2))
    copies(amber, [date(2024, 3, 8)] * 14)
    assert look(world) == 1
    flag = Flag.objects.get()
    assert flag.token == f"circle:{world.programme.pk}"
    assert queries.flags(world.viewer("anna")).count() == 1
    assert queries.flags(world.viewer("charlie")).count() == 0


def test_what_is_strict_is_counted_for_nobody(world: World, past: Incident) -> None:
    strict = make_incident(world, state="verified", handling="amber+strict", occurred_on=date(2024, 3, 2))
    copies(strict, [date(2024, 3, 8)] * 14)
    assert look(world) == 0


def test_subscribers_are_told_once_and_only_those_who_may_read_it(world: World, past: Incident) -> None:
    for name, kind in (("anna", "public-dispute"), ("charlie", ""), ("sofia", "suicide")):
        services.subscribe(world.viewer(name), programme=world.programme.pk, kind=kind)
    with pytest.raises(Refused):
        services.subscribe(world.viewer("outsider"), programme=world.programme.pk)
    with pytest.raises(Invalid):
        services.subscribe(world.viewer("anna"), programme=world.programme.pk, kind="no-such-type")
    amber = make_incident(world, state="verified", handling="amber", occurred_on=date(2024, 3, 2))
    copies(amber, [date(2024, 3, 8)] * 14)
    Notice.objects.all().delete()
    look(world)
    notices = Notice.objects.filter(subject="An unusual count")
    assert [notice.person for notice in notices] == [world.user("anna")]
    assert notices[0].text == ""


def test_acknowledging(world: World, burst: Incident) -> None:
    look(world)
    flag = queries.flags(world.viewer("anna")).get()
    with pytest.raises(Refused):
        services.acknowledge(world.viewer("alice"), flag=flag, reason="We know.")
    with pytest.raises(Invalid):
        services.acknowledge(world.viewer("anna"), flag=flag, reason=" ")
    services.acknowledge(world.viewer("anna"), flag=flag, reason="A police operation.")
    assert not queries.flags(world.viewer("anna")).exists()
    assert Entry.objects.filter(verb="watch.acknowledge", reason="A police operation.").exists()
    with pytest.raises(Conflict):
        services.acknowledge(world.viewer("sofia"), flag=flag, reason="Again.")


def test_a_flag_ends_when_its_records_are_withdrawn(world: World, burst: Incident) -> None:
    look(world)
    for one in Incident.objects.filter(occurred_on=date(2024, 3, 7))[:13]:
        advance(world.viewer("bob"), record=one, transition="withdraw", comment="Entered twice.")
    assert look(world) == 0
    assert {(flag.count, flag.ended) for flag in Flag.objects.all()} == {(2, True)}


def test_the_pages(world: World, burst: Incident, client: Client) -> None:
    look(world)
    client.force_login(world.user("anna"))
    flag = queries.flags(world.viewer("anna")).get()
    assert "Serbia" in client.get("/warnings/").content.decode()
    page = client.get(f"/warnings/{flag.pk}/")
    assert "15 where 3.0 were expected" in page.content.decode()
    assert client.post(f"/warnings/{flag.pk}/", {"reason": ""}).status_code == 400
    assert client.post("/warnings/subscribe/", {"programme": str(world.programme.pk)}).status_code == 302
    one = Subscription.objects.get()
    assert client.post(f"/warnings/subscriptions/{one.pk}/end/").status_code == 302
    assert client.post(f"/warnings/{flag.pk}/", {"reason": "Known."}).status_code == 302
    client.force_login(world.user("outsider"))
    assert client.get(f"/warnings/{flag.pk}/").status_code == 404
    assert client.get("/warnings/").status_code == 403


def test_what_waits_at_home_is_for_those_who_decide(world: World, burst: Incident) -> None:
    look(world)
    counts = {
        name: [one.count for one in queries.waiting(world.viewer(name))]
        for name in ("anna", "bob", "sofia", "alice", "outsider")
    }
    assert counts == {"anna": [1], "bob": [1], "sofia": [1], "alice": [0], "outsider": [0]}


def test_what_was_expected_of_each_month_is_drawn_behind_it(world: World, burst: Incident) -> None:
    look(world)
    flag = queries.flags(world.viewer("anna")).get()
    chart = queries.chart_of(queries.told(world.viewer("anna"), flag))
    last, first = chart.data[-1], chart.data[0]
    assert (last["month"], last["count"], last["limit"]) == ("2024-03", 15, flag.evidence["limit"])
    assert last["expected"] == pytest.approx(flag.evidence["expected"])
    assert (first["count"], first["expected"], first["limit"]) == (3, None, None)


def test_nothing_that_was_counted_stands_where_others_may_read_it(world: World, past: Incident) -> None:
    """A burst that only the circle may read: no page, notice, mail or history of it for whoever stands outside."""
    amber = make_incident(world, state="verified", handling="amber", occurred_on=date(2024, 3, 2))
    copies(amber, [date(2024, 3, 8)] * 14)
    for name in ("anna", "charlie"):
        services.subscribe(world.viewer(name), programme=world.programme.pk)
    Notice.objects.all().delete()
    look(world)
    flag = Flag.objects.get()
    assert [one.person.email for one in Notice.objects.all()] == [world.user("anna").email]
    assert str(flag) == "Unusual count 2024-03"
    for entry in Entry.objects.filter(verb="watch.flag"):
        assert entry.after == {"month": "2024-03"}
    for name in ("charlie", "outsider"):
        client = Client()
        client.force_login(world.user(name))
        assert client.get(f"/warnings/{flag.pk}/").status_code == 404
        assert client.post(f"/warnings/{flag.pk}/", {"reason": "Mine."}).status_code in (403, 404)
