"""Verbs of the contact point: nominate in order, with reserves, alone or together; change the order, change what was said."""

from collections.abc import Iterator, Sequence
from datetime import date
from uuid import UUID

from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from throughline.kernel.access.errors import Invalid, Problem, Refused
from throughline.kernel.access.rules import can_read
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note, note_many, verb
from throughline.kernel.ids import new_id
from throughline.kernel.notify.services import tell
from throughline.training.choices import TOOK_PART, PlaceState
from throughline.training.models import Activity, Person, Place
from throughline.training.services import offers
from throughline.training.services.catalogue import check
from throughline.training.services.moves import (
    HOPES,
    LIVE,
    Move,
    carry_out,
    check_open,
    hold,
    hold_place,
    is_released,
)
from throughline.training.services.teams import let_team_read
from throughline.training.team import is_contact, is_self, speaks_for, team_of
from throughline.training.web import places_address

CHANGEABLE = (PlaceState.NOMINATED, PlaceState.RESERVE)
MOST = 500


@verb("place.nominate")
def nominate(
    actor: Viewer,
    *,
    activity: Activity,
    people: Sequence[Person],
    reserve: bool = False,
    together: bool = False,
    motive: str = "",
) -> list[Place]:
    """Nominate people of the actor's organisation, in the order given, after those nominated before.

    Order: hold the activity; check that it is open and may be seen; check each person (own organisation, own
    jurisdiction, not erased, no live place here, course not taken yet); write the places and their first steps; let
    the activity's team read the names; serve the list. After the closing day a nomination is a reserve; after the
    day of release it goes to the end of the one waiting list. Raises Refused, or Invalid with each person's problem.
    """
    held = hold(activity)
    check_open(held)
    if not can_read(actor, held):
        raise Refused(_("Only who may see an activity can nominate for it."))
    if held.starts_on <= timezone.localdate():
        raise Refused(_("This activity has begun. Nobody can be nominated for it any more."))
    check_people(actor, held, people)
    state = first_state(held, reserve=reserve)
    group = new_id() if together and len(people) > 1 else None
    places = _written(actor, held, people, motive=motive, group=group)
    carry_out(actor, [Move(one, state) for one in places], activities={held.pk: held})
    let_team_read(held, people)
    note(held, after={"nominated": len(places), "by": str(people[0].owner)})
    _tell_team(actor, held, len(places))
    if state == PlaceState.WAITING:
        offers.serve_lists(actor, [held])
    for one in places:
        one.refresh_from_db()
    return places


def first_state(activity: Activity, *, reserve: bool, today: date | None = None) -> str:
    """Where a nomination made today begins."""
    day = today or timezone.localdate()
    if is_released(activity, day):
        return PlaceState.WAITING
    late = activity.nominate_by is not None and day > activity.nominate_by
    return PlaceState.RESERVE if reserve or late else PlaceState.NOMINATED


def _written(
    actor: Viewer, activity: Activity, people: Sequence[Person], *, motive: str, group: UUID | None
) -> list[Place]:
    owners = {one.owner_id for one in people}
    last = Place.objects.filter(activity=activity, organisation__in=owners).aggregate(last=Max("order"))["last"] or 0
    return Place.objects.bulk_create(
        Place(
            activity=activity,
            person=one,
            organisation_id=one.owner_id,
            jurisdiction_id=one.jurisdiction_id or one.owner.jurisdiction_id,
            sex=one.sex,
            sector=one.sector,
            state="",
            order=number,
            group=group,
            motive=motive,
            nominated_by_id=actor.key,
        )
        for number, one in enumerate(people, start=last + 1)
    )


def check_people(actor: Viewer, activity: Activity, people: Sequence[Person]) -> None:
    """Refuse whoever may not be nominated, person by person."""
    check(_problems(actor, activity, people))


def _stand_in(actor: Viewer, place: Place, person: Person) -> Place:
    """A place for somebody instead of the one who had this one, at the same spot of the list. Part of a verb, not one."""
    made = _written(actor, place.activity, [person], motive="", group=place.group)[0]
    made.order, made.replaces = place.order, place
    made.save(update_fields=["order", "replaces"])
    let_team_read(place.activity, [person])
    return made


def _problems(actor: Viewer, activity: Activity, people: Sequence[Person]) -> Iterator[Problem]:
    if not people:
        yield Problem("people", _("Choose whom to nominate."))
        return
    if len(people) > MOST:
        yield Problem("people", _("At most %(most)s people at once.") % {"most": MOST})
        return
    taken, there = already_taken(activity, people), _with_live_place(activity, people)
    seen: set[UUID] = set()
    for row, one in enumerate(people, start=1):
        message = _objection(actor, activity, one)
        if message is None and one.pk in seen:
            message = _("is named twice")
        if message is None and one.pk in there:
            message = _("is nominated for this activity already")
        if message is None and one.pk in taken:
            message = _("has taken this course already, in %(activity)s") % {"activity": taken[one.pk]}
        if message is not None:
            yield Problem("people", f"{one}: {message}", one.reference, row)
        seen.add(one.pk)


def _objection(actor: Viewer, activity: Activity, person: Person) -> str | None:
    """Why this person is not the actor's to nominate."""
    if not is_contact(actor, person.owner_id, activity.programme_id):
        return _("belongs to another organisation; its own contact point nominates")
    if person.programme_id != activity.programme_id:
        return _("is kept for another programme")
    if person.erased_at is not None:
        return _("was erased")
    own = person.owner.jurisdiction_id
    if own and person.jurisdiction_id and person.jurisdiction_id != own:
        return _("belongs to another jurisdiction")
    return None


def already_taken(activity: Activity, people: Sequence[Person]) -> dict[UUID, str]:
    """Who took part in the same course before, and where: the same person, or the same address in the same organisation."""
    if activity.entry_id is None:
        return {}
    addresses = {one.email: one.pk for one in people if one.email}
    owners = {one.owner_id for one in people}
    same = Q(person__in=[one.pk for one in people])
    same |= Q(person__email__in=addresses, person__owner__in=owners)
    rows = Place.objects.filter(same, activity__entry=activity.entry_id, state__in=TOOK_PART)
    told = rows.values_list("person", "person__email", "activity__reference")
    return {addresses.get(email, person): where for person, email, where in told}


def _with_live_place(activity: Activity, people: Sequence[Person]) -> set[UUID]:
    rows = Place.objects.filter(activity=activity, person__in=[one.pk for one in people], state__in=LIVE)
    return set(rows.values_list("person", flat=True))


def _tell_team(actor: Viewer, activity: Activity, count: int) -> None:
    """Tell the manager, or else the team, how many came in; never who."""
    team = [activity.manager] if activity.manager else list(team_of(activity))

    def subject() -> str:
        return ngettext("%(count)s person was nominated", "%(count)s people were nominated", count) % {"count": count}

    tell(team, subject=subject, text=str(activity), url=places_address(activity), but=actor.person)


@verb("place.order")
def reorder(actor: Viewer, *, activity: Activity, order: Sequence[UUID]) -> int:
    """Put the actor's own nominations and reserves into this order; those not named follow as they stood.

    Says how many changed. Raises Refused where a place is not the actor's to order.
    """
    held = hold(activity)
    check_open(held)
    own = [
        one
        for one in Place.objects.filter(activity=held, state__in=CHANGEABLE).select_related("activity", "person")
        if is_contact(actor, one.organisation_id, held.programme_id)
    ]
    wanted = {key: number for number, key in enumerate(order)}
    if set(wanted) - {one.pk for one in own}:
        raise Refused(_("The order on a national list is its contact point's to change, until it is decided."))
    ranked = sorted(own, key=lambda one: (wanted.get(one.pk, len(wanted)), one.order))
    changed = [(one, number) for number, one in enumerate(ranked, start=1) if one.order != number]
    note_many((one, {"order": one.order}, {"order": number}) for one, number in changed)
    for one, number in changed:
        one.order = number
    Place.objects.bulk_update([one for one, _number in changed], ["order"])
    return len(changed)


@verb("place.change")
def change_nomination(actor: Viewer, *, place: Place, motive: str | None = None, reserve: bool | None = None) -> Place:
    """Change why this person is nominated, or make them a reserve (or a nomination again), until it is decided.

    Raises Refused for others, and once it is decided; Invalid where nominations are closed.
    """
    held = hold(place.activity)
    check_open(held)
    fresh = Place.objects.select_related("activity", "person").get(pk=place.pk)
    if not is_contact(actor, fresh.organisation_id, held.programme_id):
        raise Refused(_("Only the contact point that nominated may change a nomination."))
    if fresh.state not in CHANGEABLE:
        raise Refused(_("This nomination is decided and can no longer be changed."))
    if motive is not None and motive != fresh.motive:
        Place.objects.filter(pk=fresh.pk).update(motive=motive)
        note(fresh, after={"changed": ["motive"]})
    target = fresh.state if reserve is None else PlaceState.RESERVE if reserve else PlaceState.NOMINATED
    if target != fresh.state:
        if first_state(held, reserve=bool(reserve)) != target:
            raise Invalid([Problem("reserve", _("Nominations are closed: only a reserve can be added now."))])
        carry_out(actor, [Move(fresh, target)], activities={held.pk: held})
    fresh.refresh_from_db()
    return fresh


@verb("place.substitute")
def substitute(actor: Viewer, *, place: Place, person: Person, reason: str) -> Place:
    """Send someone else of the same organisation instead. They stand where the first stood; a place is offered to them.

    Order: hold the activity; check the contact point; withdraw the first; the second passes the same checks as any
    nomination; the place stays held throughout, so that nobody on the list gets it in between.
    """
    fresh = hold_place(place)
    if is_self(actor, fresh.person) or not speaks_for(actor, fresh):
        raise Refused(_("Only the contact point who nominated names a substitute."))
    if not reason.strip():
        raise Refused(_("Say why. The reason is kept with the decision."))
    check_open(fresh.activity)
    if fresh.state not in LIVE:
        raise Refused(_("There is no place to give to somebody else."))
    check_people(actor, fresh.activity, [person])
    if person.owner_id != fresh.organisation_id:
        raise Refused(_("A substitute comes from the same organisation."))
    stood, ends, since = fresh.state, fresh.offer_ends_at, fresh.waiting_since
    activities = {fresh.activity_id: fresh.activity}
    carry_out(actor, [Move(fresh, PlaceState.WITHDRAWN, reason.strip())], activities=activities)
    made = _stand_in(actor, fresh, person)
    given = PlaceState.OFFERED if stood in {PlaceState.OFFERED, PlaceState.CONFIRMED} else stood
    carry_out(
        actor,
        [Move(made, given, _("Instead of %(other)s.") % {"other": fresh.person.reference})],
        activities=activities,
    )
    if given == PlaceState.OFFERED:
        made.person = Person.objects.select_related("account").get(pk=person.pk)
        offers.send([made])
    if stood in HOPES:
        Place.objects.filter(pk=made.pk).update(waiting_since=since, offer_ends_at=ends)
    made.refresh_from_db()
    return made
