"""The calendar at the door: what it shows of which question to whom, as a page and as a file."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from throughline.kernel.access.choices import Handling
from throughline.kernel.access.services import mark
from throughline.kernel.flow.services import advance
from throughline.kernel.periods import Month, Period
from throughline.kernel.testing.resource_cases import signed_in
from throughline.kernel.testing.training import component_of, make_activity, make_person, make_project
from throughline.kernel.testing.worlds import World
from throughline.people.models import User
from throughline.training.calendars import drawing
from throughline.training.models import Activity, Feed, Place
from throughline.training.services import activities, feeds

MARCH = {"starts_on": date(2026, 3, 30), "ends_on": date(2026, 4, 2)}


def page(world: World, who: str, **asked: str) -> str:
    answer = signed_in(world, who).get(reverse("calendar"), asked)
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.parametrize(
    ("view", "on", "shown"),
    [
        ("month", "2026-03", True),
        ("month", "2026-04", True),
        ("month", "2026-05", False),
        ("list", "2026", True),
        ("list", "2026-Q3", False),
        ("timeline", "2026", True),
        ("timeline", "2024-01..2027-12", True),
        ("timeline", "2025", False),
    ],
)
def test_each_view_shows_what_touches_its_time(world: World, view: str, on: str, shown: bool) -> None:
    made = make_activity(world, title="Cash couriers", **MARCH)
    told = page(world, "alice", view=view, on=on)
    assert (reverse("activity-detail", args=[made.reference]) in told) is True
    assert ("Nothing in" in told) is not shown


def test_filters_stand_in_the_address(world: World) -> None:
    project = make_project(world)
    make_activity(
        world, title="Cash couriers", component=component_of(project), kind="webinar", languages="en, sq",
        priority=None, **MARCH,
    )  # fmt: skip
    make_activity(world, title="Border search", venue_jurisdiction=world.jurisdictions["RS"], **MARCH)
    quota = [{"jurisdiction": world.jurisdictions["ME"], "scope": None, "places": 2}]
    make_activity(world, title="Chemistry", venue_jurisdiction=None, lines={"quotas": quota}, **MARCH)

    def shown(**asked: str) -> list[str]:
        told = page(world, "alice", view="list", on="2026", **asked)
        return [title for title in ("Cash couriers", "Border search", "Chemistry") if f">{title}<" in told]

    assert shown() == ["Cash couriers", "Border search", "Chemistry"]
    assert shown(project="WBP") == ["Cash couriers"]
    assert shown(kind="webinar") == ["Cash couriers"]
    assert shown(language="sq") == ["Cash couriers"]
    assert shown(jurisdiction="RS") == ["Border search"]
    assert shown(jurisdiction="ME") == ["Chemistry"]
    assert shown(state="cancelled") == []
    assert shown(mine="1") == []


def test_what_is_not_understood_finds_nothing(world: World) -> None:
    make_activity(world, title="Cash couriers", **MARCH)
    client = signed_in(world, "alice")
    for asked in ({"on": "soon"}, {"view": "spiral"}, {"project": "NONE"}, {"language": ".*"}, {"on": "1900..2026"}):
        answer = client.get(reverse("calendar"), asked)
        assert answer.status_code == 400
        assert ">Cash couriers<" not in answer.content.decode()


def test_the_calendar_shows_only_what_may_be_read(world: World) -> None:
    made = make_activity(world, title="Cash couriers", **MARCH)
    mark(world.viewer("sofia"), record=made, handling=Handling.STRICT)
    assert ">Cash couriers<" in page(world, "simon", view="list", on="2026")
    for who in ("alice", "outsider"):
        told = page(world, who, view="list", on="2026")
        assert "Cash couriers" not in told
        assert made.reference not in told
    assert Client().get(reverse("calendar")).status_code == 302


def test_my_activities_are_those_i_manage_or_have_a_place_in(world: World) -> None:
    made = make_activity(world, title="Cash couriers", **MARCH)
    make_activity(world, title="Border search", manager=None, **MARCH)
    Place.objects.create(activity=made, person=make_person(world, account="alice"), state="confirmed")
    for who, found in (("alice", True), ("sofia", True), ("bob", False)):
        told = page(world, who, view="list", on="2026", mine="1")
        assert (">Cash couriers<" in told, ">Border search<" in told) == (found, False)


@pytest.mark.parametrize("view", ["month", "list", "timeline"])
def test_the_calendar_costs_the_same_for_one_and_three(world: World, view: str) -> None:
    client = signed_in(world, "alice")

    def cost() -> int:
        address = reverse("calendar") + f"?view={view}&on=2026-03"
        client.get(address)
        with CaptureQueriesContext(connection) as context:
            assert client.get(address).status_code == 200
        return len(context)

    project = make_project(world)
    make_activity(world, component=component_of(project), **MARCH)
    one = cost()
    for number in (2, 3):
        make_activity(world, title=f"Course {number}", component=component_of(project), **MARCH)
    assert (one, cost()) == (18, 18)


# Files and addresses


def unfolded(content: bytes) -> list[str]:
    return content.decode().replace("\r\n ", "").split("\r\n")


def test_one_activity_as_a_calendar_file(world: World) -> None:
    made = make_activity(world, title="Money; cars, guns", venue="Tirana", **MARCH)
    answer = signed_in(world, "alice").get(reverse("activity-calendar", args=[made.reference]))
    lines = unfolded(answer.content)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert lines[0] == "BEGIN:VCALENDAR"
    assert [
        line for line in lines if line.startswith(("DTSTART", "DTEND", "SUMMARY", "STATUS", "SEQUENCE", "LOCA"))
    ] == [
        "SEQUENCE:0",
        "DTSTART;VALUE=DATE:20260330",
        "DTEND;VALUE=DATE:20260403",
        "SUMMARY:Money\\; cars\\, guns",
        "STATUS:TENTATIVE",
        "LOCATION:Tirana\\, Albania",
    ]
    assert all(len(line.encode()) <= 75 for line in answer.content.decode().split("\r\n"))
    assert signed_in(world, "outsider").get(reverse("activity-calendar", args=[made.reference])).status_code == 404


def subscribed(world: World, who: str, question: str = "") -> str:
    _feed, key = feeds.make(world.viewer(who), name="Telephone", question=question)
    return reverse("calendar-feed", args=[key])


def test_an_address_needs_no_sign_in_and_follows_changes(world: World) -> None:
    made = make_activity(world, title="Cash couriers")
    address = subscribed(world, "alice")
    assert Client().get(address.replace(".ics", "x.ics")).status_code == 404
    assert "SUMMARY:Cash couriers" in unfolded(Client().get(address).content)
    activities.change(world.viewer("sofia"), activity=made, values={"venue": "Durrës"})
    lines = unfolded(Client().get(address).content)
    assert {"LOCATION:Durrës\\, Albania", "SEQUENCE:1"} <= set(lines)
    made.refresh_from_db()
    advance(world.viewer("sofia"), record=made, transition="cancel", comment="The venue is closed.")
    lines = unfolded(Client().get(address).content)
    assert {"STATUS:CANCELLED", "SEQUENCE:2", "SUMMARY:Cancelled: Cash couriers"} <= set(lines)


def test_an_address_shows_what_its_holder_may_see_and_its_question(world: World) -> None:
    make_project(world)
    open_ = make_activity(world, title="Open to all", project=make_project(world, code="OTHER"))
    hidden = make_activity(world, title="For named people")
    mark(world.viewer("sofia"), record=hidden, handling=Handling.RED)
    own = make_activity(world, title="Of the secretariat")
    mark(world.viewer("sofia"), record=own, handling=Handling.STRICT)

    def titles(who: str, question: str = "") -> set[str]:
        lines = unfolded(Client().get(subscribed(world, who, question)).content)
        return {line.removeprefix("SUMMARY:") for line in lines if line.startswith("SUMMARY:")}

    assert titles("alice") == {"Open to all"}
    assert titles("sofia") == {"Open to all", "Of the secretariat"}
    assert titles("outsider") == set()
    assert titles("sofia", "project=OTHER") == {open_.title}
    assert titles("sofia", "programme=AVM") == {"Open to all", "Of the secretariat"}
    assert titles("alice", "jurisdiction=RS") == set()


def test_an_address_is_worthless_once_revoked_or_its_person_left(world: World) -> None:
    make_activity(world)
    client = signed_in(world, "alice")
    answer = client.post(reverse("calendar-feeds") + "?jurisdiction=AL", {"name": "Telephone"})
    made = Feed.objects.get()
    assert (made.question, made.user) == ("jurisdiction=AL", world.user("alice"))
    assert made.key_hash not in answer.content.decode()
    address = answer.content.decode().partition("<code>")[2].partition("</code>")[0].partition("testserver")[2]
    assert Client().get(address).status_code == 200
    assert address not in client.get(reverse("calendar-feeds")).content.decode()

    User.objects.filter(pk=world.user("alice").pk).update(is_active=False)
    assert Client().get(address).status_code == 404
    User.objects.filter(pk=world.user("alice").pk).update(is_active=True)
    assert signed_in(world, "bob").post(reverse("calendar-feed-revoke", args=[made.pk])).status_code == 404
    assert client.post(reverse("calendar-feed-revoke", args=[made.pk])).status_code == 302
    assert Client().get(address).status_code == 404


def test_sessions_stand_with_their_hours_in_my_calendar(world: World) -> None:
    made = make_activity(world, sessions=2, starts_on=date(2026, 7, 6))
    lines = unfolded(signed_in(world, "alice").get(reverse("activity-calendar", args=[made.reference])).content)
    assert [line for line in lines if line.startswith("DTSTART")] == [
        "DTSTART:20260706T070000Z",
        "DTSTART:20260707T070000Z",
    ]


# Drawing


def test_a_month_has_whole_weeks() -> None:
    made = Activity(title="X", starts_on=date(2026, 3, 30), ends_on=date(2026, 4, 2))
    weeks = drawing.weeks(Month(2026, 3), [made], date(2026, 3, 31))
    assert (weeks[0][0].day, len(weeks)) == (date(2026, 2, 23), 6)
    last = [(one.day.day, bool(one.shown), one.today) for one in weeks[-1]]
    assert last[:3] == [(30, True, False), (31, True, True), (1, False, False)]


def test_bars_lie_between_the_first_and_the_last_column() -> None:
    whole = Activity(title="X", starts_on=date(2025, 1, 1), ends_on=date(2027, 1, 1))
    july = Activity(title="Y", starts_on=date(2026, 7, 1), ends_on=date(2026, 7, 31))
    day = Activity(title="Z", starts_on=date(2026, 12, 31), ends_on=date(2026, 12, 31))
    bars = drawing.bars(Period.parse("2026"), [whole, july, day])
    assert [(one.x, one.width) for one in bars] == [(0, 1000), (500, 83), (996, 4)]
    assert len(drawing.blocks(Period.parse("2024-01..2027-12"))) == 16
