"""Verbs of attendance: by hand, from a sheet, by showing a badge; and what closing an activity makes of it.

Each verb holds the activity, so that two phones at one door, or a phone and a form, come one after the other. Writing
what is there already writes nothing. A form says what it showed: where someone else wrote something different in the
meantime, it is told and nothing of the form is written.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Invalid, Problem, Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note_many, verb
from throughline.training import attendance
from throughline.training.attendance import PERCENTS, Mark
from throughline.training.badge_codes import by_short_code, place_of
from throughline.training.choices import COMES, ActivityState, PlaceState
from throughline.training.models import Activity, Attendance, Place, Session
from throughline.training.registers import TAKEN_IN, check_team, comers, tallies
from throughline.training.services.moves import Move, carry_out, hold

Key = tuple[UUID, UUID]
HAND, SHEET, BADGE, CODE = "hand", "sheet", "badge", "code"


@dataclass(frozen=True)
class Entry:
    """What to write for one person in one session: a mark, or None to take it out.

    `seen` is what the writer saw there before; without it (a sheet) what is there is replaced. `row` is that of a sheet.
    """

    place: UUID
    session: UUID
    mark: Mark | None
    seen: Mark | None = None
    checked: bool = False
    row: int | None = None


@verb("attendance.take")
def take(actor: Viewer, *, activity: Activity, entries: Sequence[Entry], via: str = HAND) -> int:
    """Write attendance for any number of people and sessions. All or nothing; says how many marks changed.

    Order: hold the activity; check the team; check each entry (known, begun, allowed, not changed by others); write
    what differs; history; what is counted where the activity is done already. Raises Refused or Invalid.
    """
    held = _held(actor, activity)
    places = {one.pk: one for one in comers(held)}
    sessions = {one.pk: one for one in held.sessions.all()}
    wanted = {(one.place, one.session): one for one in entries}
    there = _there(held)
    problems = [problem for one in wanted.values() for problem in _problems(one, places, sessions, there)]
    if problems:
        raise Invalid(problems)
    changed = {key: one.mark for key, one in wanted.items() if _mark(there.get(key)) != one.mark}
    _write(actor, changed, there, places, sessions, via)
    _recount(actor, held, {places[place] for place, _session in changed})
    return len(changed)


@dataclass(frozen=True)
class Shown:
    """What showing a badge did."""

    place: Place
    session: Session
    before: Mark | None
    after: Mark
    at: Any

    @property
    def again(self) -> bool:
        """Whether it was written down before: a second scan."""
        return self.before == self.after


@verb("attendance.show-badge")
def show_badge(
    actor: Viewer, *, activity: Activity, place: UUID, session: UUID | None = None, via: str = BADGE
) -> Shown:
    """Mark someone who shows a badge as present in the session that runs now, or in the one named.

    Shown twice, it is written once. Raises Refused for those who are not the team and for who has no confirmed
    place, Invalid where no session runs.
    """
    held = _held(actor, activity)
    found = comers(held).filter(pk=place).first()
    if found is None:
        raise Refused(_("This badge is of someone who has no confirmed place in this activity."))
    sitting = _sitting(held, session)
    kept = Attendance.objects.filter(place=found, session=sitting).first()
    before = _mark(kept)
    after = attendance.scanned(before)
    there = {(found.pk, sitting.pk): kept} if kept else {}
    if after != before:
        _write(actor, {(found.pk, sitting.pk): after}, there, {found.pk: found}, {sitting.pk: sitting}, via)
        _recount(actor, held, {found})
    return Shown(found, sitting, before, after, kept.at if kept else timezone.now())


def badge(token: str) -> Place | None:
    """Whose badge it is; None for what was not printed here."""
    key = place_of(token)
    return (
        Place.objects.past_the_wall("team").select_related("activity", "person").filter(pk=key).first() if key else None
    )


def coded(activity: Activity, code: str) -> UUID:
    """The place whose short code was typed. Raises Invalid with words for whoever types it."""
    keys = comers(activity).values_list("pk", flat=True)
    found = by_short_code(code, keys)
    if found is None:
        raise Invalid(
            [Problem("code", _("Nobody with a confirmed place has this code. Check it letter by letter."), code)]
        )
    return found


def _sitting(activity: Activity, session: UUID | None) -> Session:
    there = list(activity.sessions.all())
    found = (
        next((one for one in there if one.pk == session), None)
        if session
        else attendance.current(there, timezone.now())
    )
    if found is None:
        raise Invalid([Problem("session", _("No session runs now, or two do. Choose the session."))])
    if found.starts_at - attendance.EARLY > timezone.now():
        raise Invalid([Problem("session", _("This session has not begun. Badges count from 30 minutes before."))])
    return found


# What closing an activity asks and makes of it


def unclosable(activity: Activity, comment: str) -> Iterator[Problem]:
    """It is closed when attendance was taken; without, only with a reason: then everyone confirmed has attended."""
    if comment.strip():
        return
    waiting = Place.objects.filter(activity=activity, state=PlaceState.CONFIRMED).count()
    if waiting and not Attendance.objects.filter(place__activity=activity).exists():
        words = _(
            "Attendance was not taken, and %(number)s people have a confirmed place. Take it, or say why not: "
            "all of them then count as having attended, and nobody can be given a certificate."
        )
        yield Problem("comment", words % {"number": waiting})


def settle(actor: Viewer, *, activity: Activity, comment: str = "") -> None:
    """Say of everyone who had a place whether they attended as asked, in part, or did not come. Part of a verb, not one."""
    places = list(comers(activity))
    _settle(actor, activity, places, comment)


def _settle(actor: Viewer, activity: Activity, places: Sequence[Place], comment: str = "") -> None:
    taken = Attendance.objects.filter(place__activity=activity).exists()
    counted = tallies(activity, places) if taken else {}
    moves = []
    for place in places:
        tally = counted.get(place.pk)
        place.attended = tally.percent if tally else None
        target = (tally.standing(activity.attendance_needed) if tally else "") or PlaceState.ATTENDED
        if target != place.state:
            moves.append(Move(place, str(target), comment))
    Place.objects.bulk_update(places, ["attended"], batch_size=1_000)
    carry_out(actor, moves, activities={activity.pk: activity})


def _recount(actor: Viewer, activity: Activity, places: Iterable[Place]) -> None:
    """Attendance that is put right after the activity was closed counts at once."""
    there = list(places)
    if activity.state == ActivityState.DONE and there:
        _settle(actor, activity, there, _("Attendance was put right."))


# Parts


def _held(actor: Viewer, activity: Activity) -> Activity:
    held = hold(activity)
    check_team(actor, held)
    if held.state not in TAKEN_IN:
        raise Refused(_("This activity was cancelled."))
    return held


def _there(activity: Activity) -> dict[Key, Attendance]:
    rows = Attendance.objects.filter(place__activity=activity, place__state__in=COMES)
    return {(one.place_id, one.session_id): one for one in rows}


def _mark(kept: Attendance | None) -> Mark | None:
    return Mark(kept.percent, kept.excused) if kept is not None else None


def _problems(
    entry: Entry, places: Mapping[UUID, Place], sessions: Mapping[UUID, Session], there: Mapping[Key, Attendance]
) -> Iterator[Problem]:
    field = f"{entry.place}.{entry.session}"
    place, session = places.get(entry.place), sessions.get(entry.session)
    if place is None or session is None:
        yield Problem(field, _("This person has no confirmed place, or the session is gone."), row=entry.row)
        return
    if entry.mark is not None and entry.mark.percent not in PERCENTS:
        yield Problem(field, _("Attendance is 0, 50 or 100 percent."), str(entry.mark.percent), row=entry.row)
    if entry.mark is not None and entry.mark.percent and entry.mark.excused:
        yield Problem(field, _("Whoever was there is not excused."), row=entry.row)
    if entry.mark is not None and entry.mark.percent and session.starts_at - attendance.EARLY > timezone.now():
        words = _("'%(session)s' has not begun. Before it, people can only be excused.")
        yield Problem(field, words % {"session": session}, row=entry.row)
    now = _mark(there.get((entry.place, entry.session)))
    if entry.checked and now not in (entry.seen, entry.mark):
        words = _("Somebody else wrote something different for %(person)s in the meantime. Look again.")
        yield Problem(field, words % {"person": place.person}, row=entry.row)


def _write(
    actor: Viewer,
    changed: Mapping[Key, Mark | None],
    there: Mapping[Key, Attendance],
    places: Mapping[UUID, Place],
    sessions: Mapping[UUID, Session],
    via: str,
) -> None:
    gone = [there[key].pk for key, mark in changed.items() if mark is None and key in there]
    Attendance.objects.filter(pk__in=gone).delete()
    fresh = [
        Attendance(
            place_id=key[0], session_id=key[1], percent=mark.percent, excused=mark.excused, via=via,
            by_id=actor.person, at=timezone.now(),
        )
        for key, mark in changed.items()
        if mark is not None
    ]  # fmt: skip
    Attendance.objects.bulk_create(
        fresh,
        update_conflicts=True,
        unique_fields=["place", "session"],
        update_fields=["percent", "excused", "via", "by", "at"],
        batch_size=1_000,
    )
    note_many(
        (places[key[0]], _told(sessions[key[1]], _mark(there.get(key))), _told(sessions[key[1]], mark))
        for key, mark in changed.items()
    )


def _told(session: Session, mark: Mark | None) -> dict[str, Any] | None:
    return {str(session): "excused" if mark.excused else mark.percent} if mark else None
