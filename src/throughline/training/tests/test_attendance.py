"""Attendance through its verbs: by hand, by badge, and what closing the activity makes of it."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.utils import timezone

from throughline.kernel.access.errors import Invalid, Refused
from throughline.kernel.flow.services import advance
from throughline.kernel.history.models import Entry as Line
from throughline.kernel.testing.worlds import World, make_world
from throughline.training.attendance import Mark
from throughline.training.badge_codes import short_code, token_of
from throughline.training.models import Activity, Attendance, Place
from throughline.training.registers import register
from throughline.training.services.attendance import badge, coded, show_badge, take
from throughline.training.tests.delivering import attend, entry, join, keys, make_course, states


def running(world: World, activity: Activity) -> Activity:
    """The activity with its first session going on now."""
    now = timezone.now()
    first = activity.sessions.first()
    assert first is not None
    activity.sessions.filter(pk=first.pk).update(starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1))
    return activity


def lines_of(verb: str) -> int:
    return Line.objects.filter(verb=verb).count()


def test_the_team_takes_attendance_and_sees_the_shares(world: World) -> None:
    course = make_course(world)
    attend(world, course, (100, 100), (100, 50), (0, 0))
    found = register(world.viewer("sofia"), course)
    assert [(one.name, str(one.tally.percent)) for one in found.lines if one.tally] == [
        ("Officer AL 3", "0.00"),
        ("Officer RS 1", "100.00"),
        ("Officer RS 2", "75.00"),
    ]
    assert found.counts(found.sessions[0]) == {"there": 2, "missed": 1, "unwritten": 0}


@pytest.mark.parametrize("who", ["alice", "charlie", "anna", "adam", "rita", "outsider"])
def test_nobody_else_reads_or_writes_it(world: World, who: str) -> None:
    course = make_course(world)
    place, session = course.places.first(), course.sessions.first()
    assert place is not None
    assert session is not None
    with pytest.raises(Refused):
        register(world.viewer(who), course)
    with pytest.raises(Refused):
        take(world.viewer(who), activity=course, entries=[entry(place, session, 100)])
    with pytest.raises(Refused):
        show_badge(world.viewer(who), activity=course, place=place.pk, session=session.pk)
    assert Attendance.objects.count() == 0


def test_a_superuser_is_not_of_the_team_by_that(world: World) -> None:
    course = make_course(world)
    world.user("adam").__class__.objects.filter(pk=world.user("adam").pk).update(is_superuser=True)
    with pytest.raises(Refused):
        register(world.viewer("adam"), course)


def test_names_that_the_reader_may_not_see_are_references(world: World) -> None:
    course = make_course(world, people=("RS",))
    place = course.places.get()
    place.person.grants.all().delete()
    from throughline.kernel.access.services import settle  # reason: only this test takes the grant away

    settle(place.person)
    assert [one.name for one in register(world.viewer("sofia"), course).lines] == [place.person.reference]


def test_written_twice_it_is_written_once(world: World) -> None:
    course = make_course(world)
    attend(world, course, (100, 100), (100, 50), (0, 0))
    lines, at = lines_of("attendance.take"), list(Attendance.objects.order_by("pk").values_list("at", flat=True))
    attend(world, course, (100, 100), (100, 50), (0, 0))
    assert (lines, lines_of("attendance.take")) == (6, 6)
    assert list(Attendance.objects.order_by("pk").values_list("at", flat=True)) == at


def test_history_says_no_name(world: World) -> None:
    course = make_course(world, people=("RS",))
    attend(world, course, (100, 0))
    told = [str(one.__dict__) for one in Line.objects.filter(verb="attendance.take")]
    assert len(told) == 2
    assert not any("Officer" in one for one in told)


def test_a_mark_can_be_taken_out(world: World) -> None:
    course = make_course(world, people=("RS",))
    attend(world, course, (100, 0))
    place, session = course.places.get(), course.sessions.first()
    assert session is not None
    take(world.viewer("sofia"), activity=course, entries=[entry(place, session, None)])
    assert Attendance.objects.count() == 1


def test_what_is_wrong_is_told_and_nothing_is_written(world: World) -> None:
    course = make_course(world, people=("RS", "RS"))
    first, second = course.places.order_by("order")
    session = course.sessions.first()
    assert session is not None
    Place.objects.filter(pk=second.pk).update(state="withdrawn")
    wrong = [entry(first, session, 75), entry(second, session, 100)]
    with pytest.raises(Invalid) as caught:
        take(world.viewer("sofia"), activity=course, entries=wrong)
    assert len(caught.value.problems) == 2
    with pytest.raises(Invalid):
        take(world.viewer("sofia"), activity=course, entries=[entry(first, session, 100, excused=True)])
    assert Attendance.objects.count() == 0


def test_before_a_session_people_can_only_be_excused(world: World) -> None:
    course = make_course(world, people=("RS",))
    place, session = course.places.get(), course.sessions.last()
    assert session is not None
    begin = timezone.now() + timedelta(days=1)
    course.sessions.filter(pk=session.pk).update(starts_at=begin, ends_at=begin + timedelta(hours=3))
    with pytest.raises(Invalid):
        take(world.viewer("sofia"), activity=course, entries=[entry(place, session, 100)])
    assert take(world.viewer("sofia"), activity=course, entries=[entry(place, session, 0, excused=True)]) == 1


def test_a_form_that_is_out_of_date_overwrites_nobody(world: World) -> None:
    course = make_course(world, people=("RS",))
    place, session = course.places.get(), course.sessions.first()
    assert session is not None
    take(world.viewer("simon"), activity=course, entries=[entry(place, session, 50)])
    with pytest.raises(Invalid):
        take(world.viewer("sofia"), activity=course, entries=[entry(place, session, 100, seen=None, checked=True)])
    assert Attendance.objects.get().percent == 50
    take(world.viewer("sofia"), activity=course, entries=[entry(place, session, 100, seen=Mark(50), checked=True)])
    assert Attendance.objects.get().percent == 100


# Badges


def test_a_badge_marks_the_session_that_runs_and_a_second_scan_changes_nothing(world: World) -> None:
    course = running(world, make_course(world, people=("RS",)))
    place = course.places.get()
    found = badge(token_of(place.pk))
    assert found == place
    first = show_badge(world.viewer("sofia"), activity=course, place=place.pk)
    second = show_badge(world.viewer("simon"), activity=course, place=place.pk)
    assert (first.again, second.again, second.after) == (False, True, Mark(100))
    kept = Attendance.objects.get()
    assert (kept.session, kept.by, kept.via) == (
        course.sessions.order_by("-starts_at").first(),
        world.user("sofia"),
        "badge",
    )
    assert lines_of("attendance.show-badge") == 1


def test_a_badge_of_another_installation_is_nobody(world: World) -> None:
    place = make_course(world, people=("RS",)).places.get()
    token = token_of(place.pk)
    assert badge(token[:-1] + ("A" if token[-1] != "A" else "B")) is None
    assert badge("no-badge") is None


def test_without_a_session_that_runs_it_has_to_be_named(world: World) -> None:
    course = make_course(world, people=("RS",))
    place, session = course.places.get(), course.sessions.first()
    assert session is not None
    with pytest.raises(Invalid):
        show_badge(world.viewer("sofia"), activity=course, place=place.pk)
    assert show_badge(world.viewer("sofia"), activity=course, place=place.pk, session=session.pk).after == Mark(100)


def test_who_has_no_confirmed_place_is_refused(world: World) -> None:
    course = running(world, make_course(world, people=("RS",)))
    place = course.places.get()
    Place.objects.filter(pk=place.pk).update(state="waiting")
    with pytest.raises(Refused):
        show_badge(world.viewer("sofia"), activity=course, place=place.pk)


def test_a_short_code_is_good_within_its_activity(world: World) -> None:
    course, other = make_course(world, people=("RS",)), make_course(world, people=())
    place = course.places.get()
    assert coded(course, short_code(place.pk).lower()) == place.pk
    with pytest.raises(Invalid):
        coded(other, short_code(place.pk))


def test_in_a_cancelled_activity_nothing_is_taken(world: World) -> None:
    course = running(world, make_course(world, people=("RS",)))
    advance(world.viewer("sofia"), record=course, transition="cancel", comment="No trainer.")
    with pytest.raises(Refused):
        show_badge(world.viewer("sofia"), activity=course, place=keys(course)[0])


# Closing


def test_closing_says_who_attended_and_keeps_whose_the_place_was(world: World) -> None:
    course = make_course(world)
    attend(world, course, (100, 100), (100, 50), (0, 0))
    advance(world.viewer("sofia"), record=course, transition="finish")
    assert states(course) == [("attended", "100.00"), ("partly", "75.00"), ("no-show", "0.00")]
    kept = course.places.order_by("order").values_list("jurisdiction__code", "sex", "sector")
    assert list(kept) == [("RS", "women", "police"), ("RS", "men", "police"), ("AL", "women", "police")]
    steps = [one.target for place in course.places.order_by("order") for one in place.steps.all()]
    assert steps == ["attended", "partly", "no-show"]


def test_attendance_put_right_afterwards_counts_at_once(world: World) -> None:
    course = make_course(world, people=("RS",))
    attend(world, course, (100, 0))
    advance(world.viewer("sofia"), record=course, transition="finish")
    attend(world, course, (100, 100))
    assert states(course) == [("attended", "100.00")]


def test_without_attendance_it_is_closed_only_with_a_reason(world: World) -> None:
    course = make_course(world, people=("RS",))
    with pytest.raises(Invalid):
        advance(world.viewer("sofia"), record=course, transition="finish")
    advance(world.viewer("sofia"), record=course, transition="finish", comment="The sheets were lost.")
    assert states(course) == [("attended", "None")]


# At the same moment


@pytest.mark.django_db(transaction=True)
def test_two_phones_at_one_door(transactional_db: None) -> None:
    world = make_world()
    course = running(world, make_course(world, people=()))
    join(world, course, ("RS", "AL"))
    barrier, faults = Barrier(4), []

    def scan(who: str) -> Callable[[], None]:
        def run() -> None:
            try:
                viewer = world.viewer(who)
                barrier.wait()
                for place in keys(course):
                    show_badge(viewer, activity=course, place=place)
            except Exception as fault:
                faults.append(fault)
            finally:
                connection.close()

        return run

    threads = [Thread(target=scan(who)) for who in ("sofia", "simon", "sofia", "simon")]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert (faults, Attendance.objects.count(), lines_of("attendance.show-badge")) == ([], 2, 2)
