"""Reading who came: the people of an activity with their marks, for its team. Names only of those the viewer may read."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.text import fold
from throughline.training import attendance
from throughline.training.attendance import Mark, Tally
from throughline.training.badge_codes import short_code
from throughline.training.choices import COMES, ActivityState
from throughline.training.models import Activity, Attendance, Person, Place, Session
from throughline.training.team import is_team

TAKEN_IN = (ActivityState.PLANNED, ActivityState.CONFIRMED, ActivityState.DONE)


def check_team(viewer: Viewer, activity: Activity) -> None:
    """Refuse everybody but the activity's team: a register is a list of names."""
    if not is_team(viewer, activity):
        raise Refused(
            _("Attendance and certificates are for the team of the activity: its manager and its owner's staff.")
        )


@dataclass
class Line:
    """One person in the register."""

    place: Place
    name: str
    organisation: str
    jurisdiction: Any
    code: str
    marks: dict[UUID, Mark] = field(default_factory=dict)
    details: dict[UUID, Attendance] = field(default_factory=dict)
    tally: Tally | None = None

    @property
    def reference(self) -> str:
        return str(self.place.person.reference)


@dataclass(frozen=True)
class Register:
    """Everyone who comes, and every session, with what was written down."""

    activity: Activity
    sessions: tuple[Session, ...]
    held: tuple[Session, ...]
    lines: tuple[Line, ...]

    @property
    def taken(self) -> bool:
        """Whether anything was written down at all."""
        return any(line.marks for line in self.lines)

    def counts(self, session: Session) -> dict[str, int]:
        """How many were there, and for how many nothing is written."""
        marks = [line.marks.get(session.pk) for line in self.lines]
        return {
            "there": sum(1 for one in marks if one and one.percent),
            "missed": sum(1 for one in marks if one and not one.percent),
            "unwritten": sum(1 for one in marks if one is None),
        }


def register(viewer: Viewer, activity: Activity, now: datetime | None = None) -> Register:
    """The register as its team reads it. Raises Refused for everybody else."""
    check_team(viewer, activity)
    places = list(comers(activity))
    readable = set(
        Person.objects.visible_to(viewer).filter(pk__in=[one.person_id for one in places]).values_list("pk", flat=True)
    )
    sessions = tuple(activity.sessions.order_by("starts_at", "title"))
    held = tuple(attendance.held(sessions, now or timezone.now()))
    lines = [_line(place, readable=place.person_id in readable) for place in places]
    _fill(lines, held)
    ordered = sorted(lines, key=lambda one: (fold(one.name), one.reference))
    return Register(activity, sessions, held, tuple(ordered))


def comers(activity: Activity) -> Any:
    """The places of those who come or came."""
    return (
        Place.objects.past_the_wall("team")
        .filter(activity=activity, state__in=COMES)
        .select_related("activity", "person__owner", "person__jurisdiction", "organisation", "jurisdiction")
        .order_by("order", "created_at")
    )


def _line(place: Place, *, readable: bool) -> Line:
    person = place.person
    return Line(
        place=place,
        name=str(person) if readable else person.reference,
        organisation=str(place.organisation or person.owner),
        jurisdiction=place.jurisdiction or person.jurisdiction,
        code=short_code(place.pk),
    )


def _fill(lines: Sequence[Line], held: Sequence[Session]) -> None:
    by_place = {line.place.pk: line for line in lines}
    for one in Attendance.objects.filter(place__in=by_place):
        line = by_place[one.place_id]
        line.marks[one.session_id] = Mark(one.percent, one.excused)
        line.details[one.session_id] = one
    keys = [one.pk for one in held]
    for line in lines:
        line.tally = attendance.tally(keys, line.marks)


def tallies(activity: Activity, places: Sequence[Place], now: datetime | None = None) -> Mapping[UUID, Tally]:
    """The numbers alone, without names: what closing an activity and certifying go by."""
    keys = [one.pk for one in attendance.held(activity.sessions.all(), now or timezone.now())]
    marks: dict[UUID, dict[UUID, Mark]] = {one.pk: {} for one in places}
    for one in Attendance.objects.filter(place__in=marks):
        marks[one.place_id][one.session_id] = Mark(one.percent, one.excused)
    return {place: attendance.tally(keys, found) for place, found in marks.items()}
