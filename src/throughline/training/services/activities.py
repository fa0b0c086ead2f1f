"""Verbs of activities: plan, change, add sessions; and what confirming, closing and cancelling ask and bring."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from throughline.kernel.access.errors import Invalid, Problem, Refused
from throughline.kernel.access.services import write
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note, verb
from throughline.kernel.measures.outbox import mark
from throughline.kernel.notify.services import tell
from throughline.people.models import User
from throughline.reference.models import Organisation, Programme
from throughline.training import answering, rules
from throughline.training.choices import HOLDS, ActivityState, PlaceState
from throughline.training.models import Activity, Person, Place, Quota, Session
from throughline.training.queries import search_text
from throughline.training.services import attendance
from throughline.training.services.catalogue import check, whole
from throughline.training.services.records import begun, differing, locked, owner_for, told

Row = Mapping[str, Any]
Lines = Mapping[str, Sequence[Row]]
LINE_MODELS: dict[str, type[models.Model]] = {"sessions": Session, "quotas": Quota}
# Who is told that an activity is cancelled: whoever has, or hopes for, a place.
WAITS = (PlaceState.NOMINATED, PlaceState.RESERVE, PlaceState.WAITING)


@verb("activity.create")
def create(
    actor: Viewer,
    *,
    programme: Programme,
    values: Mapping[str, Any],
    lines: Lines | None = None,
    owner: Organisation | None = None,
) -> Activity:
    """Plan an activity, with its sessions and quotas, for the actor's organisation.

    Order: check the role and the owner; check the rules; take a reference of the year it starts; write the
    activity, its lines and its audience; write history; mark the facts. Raises Refused or Invalid.
    """
    owner_id = owner_for(actor, programme, owner)
    given = completed(values)
    check(rules.activity_problems(given, lines or {}))
    check(own_problems(programme.pk, given))
    activity = begun(actor, Activity, programme=programme, owner=owner_id, values=given, year=given["starts_on"].year)
    for name, rows in (lines or {}).items():
        _write_lines(activity, name, rows)
    _refresh_search(activity)
    note(activity, after=told({**given, **(lines or {})}))
    mark("activity", [activity.pk])
    return activity


@verb("activity.change")
def change(
    actor: Viewer,
    *,
    activity: Activity,
    values: Mapping[str, Any],
    lines: Lines | None = None,
    version: int | None = None,
    reason: str = "",
) -> Activity:
    """Change fields, and replace the sets of lines that are given; whoever has a place is told of new dates.

    Order: lock; check the right, the version and the state; check the rules on the whole; write fields and
    lines (a session in which attendance was taken is kept); history; mark the facts; tell. A change that
    changes nothing writes nothing. Raises Refused, Invalid or Conflict.
    """
    fresh = locked(actor, activity, version=version)
    if fresh.state == ActivityState.CANCELLED:
        raise Refused(_("This activity was cancelled. It can no longer be changed."))
    given = completed(values, fresh)
    before_lines = {name: lines_of(fresh, name) for name in lines or {}}
    after = {**whole(fresh), **given}
    check(rules.activity_problems(after, {name: lines_of(fresh, name) for name in LINE_MODELS} | dict(lines or {})))
    check(own_problems(fresh.programme_id, after))
    _check_room(fresh, after)
    changed = differing(fresh, given)
    changed_lines = {name: rows for name, rows in (lines or {}).items() if _differ(rows, before_lines[name])}
    if not changed and not changed_lines:
        return fresh
    before = {name: getattr(fresh, name) for name in changed} | {name: before_lines[name] for name in changed_lines}
    write(actor, fresh, changed)
    for name, rows in changed_lines.items():
        _write_lines(fresh, name, rows)
    _refresh_search(fresh)
    note(fresh, before=told(before), after=told({**changed, **changed_lines}), reason=reason)
    mark("activity", [fresh.pk])
    if {"starts_on", "ends_on", "venue"} & set(changed):
        _tell(fresh, actor, gettext_lazy("'%(activity)s' has moved"), _when_and_where(fresh), states=(*HOLDS, *WAITS))
    return fresh


@verb("activity.add-sessions")
def add_sessions(actor: Viewer, *, activity: Activity, sessions: Sequence[Row]) -> list[Session]:
    """Add many sessions at once; those there are stay, and one that starts at the same time is not made twice.

    Raises Refused, or Invalid with the number of the row.
    """
    fresh = locked(actor, activity)
    if fresh.state == ActivityState.CANCELLED:
        raise Refused(_("This activity was cancelled. It can no longer be changed."))
    check(rules.session_problems(whole(fresh), sessions))
    there = set(fresh.sessions.values_list("starts_at", "place"))
    wanted = {(row["starts_at"], row.get("place", "")): row for row in sessions}
    rows = [row for key, row in wanted.items() if key not in there]
    if not rows:
        return []
    made = Session.objects.bulk_create([Session(activity=fresh, **row) for row in rows])
    write(actor, fresh, {})
    note(fresh, after=told({"sessions": rows}), verb="activity.add-sessions")
    mark("activity", [fresh.pk])
    return made


# What the steps of the flow ask, and what they bring with them.


def confirm_problems(activity: Activity, comment: str) -> Iterator[Problem]:
    """It goes ahead when the least number has places; below it, only with a reason."""
    if activity.minimum and not comment.strip():
        there = activity.places.filter(state__in=HOLDS).count()
        if there < activity.minimum:
            message = _("%(there)s people have a place; the least number is %(minimum)s. Say why it goes ahead.")
            yield Problem("comment", message % {"there": there, "minimum": activity.minimum})


def finish_problems(activity: Activity, comment: str) -> Iterator[Problem]:
    """Nothing is done before its last day, nor before somebody said who came."""
    if activity.ends_on > timezone.localdate():
        yield Problem("transition", _("It ends on %(day)s. Close it then.") % {"day": activity.ends_on})
    yield from attendance.unclosable(activity, comment)


def finished(actor: Viewer, activity: Activity, comment: str) -> None:
    """Say who attended, and keep with each place whose it was: what is corrected or erased later changes no figure."""
    attendance.settle(actor, activity=activity, comment=comment)
    whose = Person.objects.filter(pk=models.OuterRef("person"))
    kept = {name: models.Subquery(whose.values(name)) for name in ("jurisdiction", "sex", "sector")}
    Place.objects.filter(activity=activity, person__erased_at=None).update(**kept)
    mark("activity", [activity.pk])
    for told_of in answering.done:
        told_of(actor, activity)


def cancelled(actor: Viewer, activity: Activity, comment: str) -> None:
    """Keep the reason where calendars show it, and tell whoever has or hopes for a place."""
    Activity.objects.filter(pk=activity.pk).update(cancelled_because=comment)
    _tell(activity, actor, gettext_lazy("'%(activity)s' is cancelled"), comment, states=(*HOLDS, *WAITS))


def _tell(activity: Activity, actor: Viewer, subject: Promise, text: str, *, states: Sequence[str]) -> None:
    """Tell participants with an account, their nominators and the manager; never who else is among them."""
    concerned = Place.objects.filter(activity=activity, state__in=states)
    people = User.objects.filter(
        models.Q(pk__in=concerned.values("nominated_by"))
        | models.Q(pk__in=concerned.values("person__account"))
        | models.Q(pk=activity.manager_id),
    )
    tell(people, subject=lambda: str(subject) % {"activity": activity}, text=text, about=activity, but=actor.person)


def _when_and_where(activity: Activity) -> str:
    return f"{activity.starts_on} – {activity.ends_on}{', ' + activity.venue if activity.venue else ''}"


# Lines


def lines_of(activity: Activity, name: str) -> list[dict[str, Any]]:
    """The lines of one set as plain values."""
    model = LINE_MODELS[name]
    fields = [field.name for field in model._meta.fields if field.name not in {"id", "activity"}]
    rows = model._default_manager.filter(activity=activity).order_by(*(model._meta.ordering or ["pk"]))
    return [{field: getattr(row, field) for field in fields} for row in rows]


def _plain(row: Row) -> dict[str, str]:
    return {name: str(value) for name, value in row.items() if value not in (None, "")}


def _differ(given: Sequence[Row], stored: Sequence[Row]) -> bool:
    return sorted(map(repr, map(_sorted, given))) != sorted(map(repr, map(_sorted, stored)))


def _sorted(row: Row) -> list[tuple[str, str]]:
    return sorted(_plain(row).items())


def _write_lines(activity: Activity, name: str, rows: Sequence[Row]) -> None:
    if name == "sessions":
        _write_sessions(activity, rows)
        return
    Quota.objects.filter(activity=activity).delete()
    Quota.objects.bulk_create([Quota(activity=activity, **row) for row in rows])


def _write_sessions(activity: Activity, rows: Sequence[Row]) -> None:
    """Sessions keep who they are: one with the same start is the same, else one with the same title that moved.

    So attendance stays with its session. What is left over is taken out, unless attendance was taken in it.
    """
    left = {one.pk: one for one in Session.objects.filter(activity=activity)}
    fresh: list[Row] = []
    for row in rows:
        same = _same(left.values(), row)
        if same is None:
            fresh.append(row)
            continue
        del left[same.pk]
        for field, value in row.items():
            setattr(same, field, value)
        same.save()
    held = next((one for one in left.values() if one.attendances.exists()), None)
    if held is not None:
        message = _("Attendance was taken in '%(session)s'. Take it out there first.")
        raise Invalid([Problem("sessions", message % {"session": held})])
    Session.objects.filter(pk__in=left).delete()
    Session.objects.bulk_create([Session(activity=activity, **row) for row in fresh])


def _same(sessions: Any, row: Row) -> Session | None:
    there = list(sessions)
    starts: datetime = row["starts_at"]
    title, place = row.get("title", ""), row.get("place", "")
    found = [one for one in there if one.starts_at == starts]
    exact = [one for one in found if (one.title, one.place) == (title, place)]
    moved = [one for one in there if title and one.title == title]
    return next(iter([*exact, *found, *moved]), None)


# Checks


def completed(values: Mapping[str, Any], activity: Activity | None = None) -> dict[str, Any]:
    """What is not said follows from what is: one day, the project of the component, the priority of the entry."""
    given = dict(values)
    if "ends_on" in given or activity is None:
        starts = given.get("starts_on") or (activity.starts_on if activity else None)
        given["ends_on"] = given.get("ends_on") or starts
    component, entry = given.get("component"), given.get("entry")
    if component is not None and not given.get("project", getattr(activity, "project", None)):
        given["project"] = component.project
    if entry is not None and activity is None and not given.get("priority"):
        given["priority"] = entry.priority
    if given.get("languages"):
        given["languages"] = ", ".join(one.strip().lower() for one in given["languages"].split(","))
    return given


def own_problems(programme: Any, values: Mapping[str, Any]) -> Iterator[Problem]:
    """What an activity points to is of its own programme."""
    project = values.get("project")
    if project is not None and project.programme_id != programme:
        yield Problem("project", _("This project belongs to another programme."), str(project))
    manager = values.get("manager")
    if manager is not None and not manager.roles.filter(programme=programme).exists():
        yield Problem("manager", _("The activity manager needs a role in the programme."), str(manager))


def _check_room(activity: Activity, values: Mapping[str, Any]) -> None:
    capacity = values.get("capacity")
    if capacity is None or capacity == activity.capacity:
        return
    taken = activity.places.filter(state__in=HOLDS).count()
    if taken > capacity:
        message = _("%(taken)s places are given already. Withdraw some first, or keep at least as many places.")
        raise Invalid([Problem("capacity", message % {"taken": taken}, str(capacity))])


def _refresh_search(activity: Activity) -> None:
    activity.search_text = search_text(activity)
    Activity.objects.filter(pk=activity.pk).update(search_text=activity.search_text)
