"""Activities through their verbs and their flow."""

from datetime import timedelta

import pytest
from django.utils import timezone

from throughline.kernel.access.errors import Invalid, Refused
from throughline.kernel.flow.services import advance
from throughline.kernel.testing.training import (
    component_of,
    make_activity,
    make_entry,
    make_person,
    make_project,
    session_on,
)
from throughline.kernel.testing.worlds import World
from throughline.training.models import Activity, Attendance, Place
from throughline.training.services import activities


def fields(caught: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [problem.field for problem in caught.value.problems]


def test_an_activity_is_planned_with_sessions_and_quotas(world: World) -> None:
    project = make_project(world)
    quotas = [{"jurisdiction": world.jurisdictions["RS"], "scope": None, "places": 5}]
    made = make_activity(world, sessions=2, component=component_of(project), lines={"quotas": quotas})

    assert made.reference == f"TA-{made.starts_on.year}-000001"
    assert (made.state, made.private, made.project) == ("planned", False, project)
    assert [str(one) for one in made.sessions.all()] == ["Day 1", "Day 2"]
    assert [str(one) for one in made.quotas.all()] == ["Serbia: 5"]


def test_its_priority_is_that_of_the_entry(world: World) -> None:
    assert make_activity(world, entry=make_entry(world)).priority == world.term("drugs-trafficking")


def test_a_reader_plans_nothing(world: World) -> None:
    make_activity(world, "alice")
    with pytest.raises(Refused):
        make_activity(world, "rita")


def test_one_day_is_enough(world: World) -> None:
    day = timezone.localdate()
    made = activities.create(
        world.viewer("sofia"), programme=world.programme, values={"title": "Forum", "starts_on": day}
    )
    assert made.ends_on == day


def test_what_contradicts_itself_is_refused(world: World) -> None:
    day = timezone.localdate()
    wrong = {"ends_on": day - timedelta(days=1), "starts_on": day, "capacity": 5, "minimum": 6, "languages": "English!"}
    quotas = [{"jurisdiction": world.jurisdictions["RS"], "scope": None, "places": 9}] * 2
    with pytest.raises(Invalid) as caught:
        make_activity(world, lines={"quotas": quotas}, **wrong)
    assert fields(caught) == ["ends_on", "minimum", "languages", "quotas.1.places", "capacity"]
    assert Activity.objects.count() == 0


def test_a_session_lies_within_the_days(world: World) -> None:
    day = timezone.localdate()
    with pytest.raises(Invalid) as caught:
        make_activity(world, starts_on=day, ends_on=day, lines={"sessions": [session_on(day + timedelta(days=1))]})
    assert fields(caught) == ["sessions.0.starts_at"]


def test_a_session_keeps_its_attendance_when_it_moves(world: World) -> None:
    made = make_activity(world, sessions=2)
    place = Place.objects.create(activity=made, person=make_person(world), state="confirmed")
    first, second = made.sessions.all()
    Attendance.objects.create(place=place, session=first, percent=100)
    moved = {**session_on(made.starts_on + timedelta(days=2)), "title": "Day 1"}
    activities.change(world.viewer("sofia"), activity=made, values={}, lines={"sessions": [moved]})
    assert [(one.pk, one.title) for one in made.sessions.all()] == [(first.pk, "Day 1")]
    with pytest.raises(Invalid) as caught:
        activities.change(world.viewer("sofia"), activity=made, values={}, lines={"sessions": []})
    assert fields(caught) == ["sessions"]
    assert second.attendances.count() == 0


def test_sessions_are_added_once(world: World) -> None:
    made = make_activity(world, sessions=1)
    rows = [session_on(made.starts_on + timedelta(days=number)) for number in range(3)]
    assert len(activities.add_sessions(world.viewer("sofia"), activity=made, sessions=rows)) == 2
    assert activities.add_sessions(world.viewer("sofia"), activity=made, sessions=rows) == []
    assert made.sessions.count() == 3


def test_others_change_nothing(world: World) -> None:
    made = make_activity(world)
    with pytest.raises(Refused):
        activities.change(world.viewer("alice"), activity=made, values={"title": "Mine"})
    with pytest.raises(Refused):
        activities.add_sessions(world.viewer("alice"), activity=made, sessions=[session_on(made.starts_on)])


def test_what_changes_nothing_writes_nothing(world: World) -> None:
    made = make_activity(world, sessions=1)
    same = activities.change(
        world.viewer("sofia"),
        activity=made,
        values={"title": made.title},
        lines={"sessions": activities.lines_of(made, "sessions")},
    )
    assert same.version == made.version


def test_confirming_asks_for_the_least_number_or_a_reason(world: World) -> None:
    made = make_activity(world, minimum=2)
    Place.objects.create(activity=made, person=make_person(world), state="selected")
    with pytest.raises(Invalid) as caught:
        advance(world.viewer("sofia"), record=made, transition="confirm")
    assert fields(caught) == ["comment"]
    advance(world.viewer("sofia"), record=made, transition="confirm", comment="One is enough for a pilot.")
    assert made.state == "confirmed"


def test_it_is_confirmed_when_enough_have_a_place(world: World) -> None:
    made = make_activity(world, minimum=1)
    Place.objects.create(activity=made, person=make_person(world), state="selected")
    advance(world.viewer("sofia"), record=made, transition="confirm")
    assert made.state == "confirmed"


def test_nothing_is_done_before_its_last_day(world: World) -> None:
    made = make_activity(world, state="confirmed")
    with pytest.raises(Invalid) as caught:
        advance(world.viewer("sofia"), record=made, transition="finish")
    assert fields(caught) == ["transition"]
    assert Activity.objects.get().state == "confirmed"


def test_closing_keeps_whose_the_places_were(world: World) -> None:
    made = make_activity(world, state="confirmed", starts_on=timezone.localdate() - timedelta(days=9))
    place = Place.objects.create(activity=made, person=make_person(world, "AL"), state="attended")
    advance(world.viewer("sofia"), record=made, transition="finish")
    place.refresh_from_db()
    assert (str(place.jurisdiction), place.sex, place.sector) == ("Albania", "women", "police")


def test_cancelling_needs_a_reason_and_ends_it(world: World) -> None:
    made = make_activity(world)
    with pytest.raises(Invalid):
        advance(world.viewer("sofia"), record=made, transition="cancel")
    advance(world.viewer("sofia"), record=made, transition="cancel", comment="The venue is closed.")
    assert (made.state, made.cancelled_because) == ("cancelled", "The venue is closed.")
    with pytest.raises(Refused):
        activities.change(world.viewer("sofia"), activity=made, values={"title": "Again"})


def test_the_places_given_stay_within_the_room(world: World) -> None:
    made = make_activity(world, capacity=2)
    for number in (1, 2):
        Place.objects.create(activity=made, person=make_person(world, number=number), state="confirmed")
    with pytest.raises(Invalid) as caught:
        activities.change(world.viewer("sofia"), activity=made, values={"capacity": 1})
    assert fields(caught) == ["capacity"]
