"""Verbs of the activity's team: score, select, put on the waiting list, reject; by hand, or by the rule for many at once."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Invalid, Problem, Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note_many, verb
from throughline.kernel.notify.services import tell
from throughline.training import waiting
from throughline.training.choices import PlaceState
from throughline.training.models import Activity, Place
from throughline.training.services import offers
from throughline.training.services.moves import HOPES, Book, Move, books, carry_out, check_open, hold, hold_all
from throughline.training.team import is_team

DECISIONS = {"select": PlaceState.SELECTED, "wait": PlaceState.WAITING, "reject": PlaceState.REJECTED}
# What the team may still decide on; a selection that was not sent out yet can be taken back.
DECIDABLE = (*HOPES, PlaceState.SELECTED)
HIGHEST = Decimal(100)


def check_team(actor: Viewer, activities: Iterable[Activity]) -> None:
    """Refuse everybody but the team."""
    for activity in activities:
        if not is_team(actor, activity):
            raise Refused(_("Only the team of an activity decides on its places."))
        check_open(activity)


@verb("place.score")
def score(actor: Viewer, *, activity: Activity, scores: Mapping[UUID, Decimal | None]) -> int:
    """Give scores from 0 to 100 to nominations (None takes one away). Says how many changed. Raises Refused or Invalid."""
    held = hold(activity)
    check_team(actor, [held])
    wrong = [one for one in scores.values() if one is not None and not 0 <= one <= HIGHEST]
    if wrong:
        raise Invalid([Problem("score", _("A score lies between 0 and 100."), str(one)) for one in wrong])
    found = Place.objects.filter(activity=held, pk__in=scores, state__in=DECIDABLE)
    places = {one.pk: one for one in found.select_related("activity", "person")}
    _check_known(scores, places)
    changed = [one for one in places.values() if one.score != scores[one.pk]]
    note_many((one, {"score": one.score}, {"score": scores[one.pk]}) for one in changed)
    for one in changed:
        one.score = scores[one.pk]
    Place.objects.bulk_update(changed, ["score"])
    return len(changed)


@dataclass(frozen=True)
class Decision:
    """What is decided on a place: select, wait or reject."""

    place: UUID
    what: str
    reason: str = ""


@verb("place.decide")
def decide(actor: Viewer, *, activity: Activity, decisions: Sequence[Decision]) -> list[Place]:
    """Decide on nominations of one activity, each with its reason.

    Order: hold the activity; check the team; check each decision (known, still open, reasoned); whoever was registered
    together is decided on together; check that the places are there, quota by quota; write the steps; serve the list
    with what became free; tell those who nominated. All or nothing. Raises Refused or Invalid.
    """
    held = hold(activity)
    check_team(actor, [held])
    unknown = [one for one in decisions if one.what not in DECISIONS]
    if unknown:
        raise Invalid([Problem("what", _("Choose: select, wait or reject."), one.what) for one in unknown])
    if not all(one.reason.strip() for one in decisions):
        raise Invalid([Problem("reason", _("Say why. The reason is kept with the decision."))])
    open_places = _decidable([held])
    places = {one.pk: one for one in open_places}
    _check_known([one.place for one in decisions], places)
    moves = _moves(decisions, places, open_places)
    _check_room(held, moves)
    _write(actor, moves, {held.pk: held})
    return [one.place for one in moves]


@verb("place.select-by-rule")
def select_by_rule(actor: Viewer, *, activities: Sequence[Activity], reason: str = "") -> dict[UUID, waiting.Chosen]:
    """Select among all undecided nominations of these activities by the one stated rule (`waiting.choose`).

    Quotas first, by score, then by the order on the national list; then what is common to all. Who finds no place goes
    to the waiting list. Any number of activities in one transaction. Raises Refused if one of them is not the actor's.
    """
    held = hold_all([one.pk for one in activities])
    check_team(actor, held)
    by_activity: dict[UUID, list[Place]] = {one.pk: [] for one in held}
    for place in _decidable(held, (PlaceState.NOMINATED,)):
        by_activity[place.activity_id].append(place)
    standing = books(held)
    why = reason.strip() or _("By the rule: the quota first, then score, then the order on the national list.")
    chosen: dict[UUID, waiting.Chosen] = {}
    moves: list[Move] = []
    for activity in held:
        result, moved = _chosen(standing[activity.pk], by_activity[activity.pk], why)
        chosen[activity.pk] = result
        moves += moved
    _write(actor, moves, {one.pk: one for one in held})
    return chosen


def _chosen(book: Book, places: Sequence[Place], why: str) -> tuple[waiting.Chosen, list[Move]]:
    parties = offers.parties(places)
    candidates = [
        waiting.Candidate(
            key=key,
            pool=book.pool(group[0].jurisdiction_id),
            score=max((float(one.score) for one in group if one.score is not None), default=None),
            order=group[0].order,
            wants=len(group),
        )
        for key, group in parties.items()
    ]
    result = waiting.choose(book.rooms, candidates)
    moves = [Move(one, PlaceState.SELECTED, why) for party in result.selected for one in parties[party.key]]
    moves += [Move(one, PlaceState.WAITING, why) for party in result.waiting for one in parties[party.key]]
    return result, moves


def _decidable(activities: Sequence[Activity], states: Collection[str] = DECIDABLE) -> list[Place]:
    found = Place.objects.filter(activity__in=[one.pk for one in activities], state__in=states)
    return list(found.select_related("activity", "person").order_by("activity", "order", "created_at", "pk"))


def _check_known(keys: Iterable[UUID], places: Mapping[UUID, Place]) -> None:
    strange = [key for key in keys if key not in places]
    if strange:
        message = _("This nomination is not open for a decision any more. Look at the page again.")
        raise Invalid([Problem("place", message, str(key)) for key in strange])


def _moves(decisions: Sequence[Decision], places: Mapping[UUID, Place], open_places: Sequence[Place]) -> list[Move]:
    together: dict[UUID, list[Place]] = {}
    for one in open_places:
        if one.group:
            together.setdefault(one.group, []).append(one)
    moves: dict[UUID, Move] = {}
    for decision in decisions:
        place = places[decision.place]
        target = DECISIONS[decision.what]
        for one in together.get(place.group, [place]) if place.group else [place]:
            if one.state != target:
                moves[one.pk] = Move(one, target, decision.reason.strip())
    return list(moves.values())


def _check_room(activity: Activity, moves: Sequence[Move]) -> None:
    """Each quota has what is kept for it and shares what is common; nobody is selected beyond that."""
    book = books([activity])[activity.pk]
    for one in moves:
        if one.place.state == PlaceState.SELECTED:
            book.held[book.pool(one.place.jurisdiction_id)] -= 1
    left = book.rooms
    for one in moves:
        if one.target != PlaceState.SELECTED:
            continue
        pool = book.pool(one.place.jurisdiction_id)
        room = left.open_to(pool)
        if room is not None and room < 1:
            raise Invalid([Problem("place", _("No place is free for %(who)s.") % {"who": _who(one.place)})])
        left = left.without(pool)


def _who(place: Place) -> str:
    return str(place.jurisdiction) if place.jurisdiction else str(place.organisation)


def _write(actor: Viewer, moves: Sequence[Move], activities: Mapping[UUID, Activity]) -> None:
    freed = {one.place.activity_id for one in moves if one.place.state == PlaceState.SELECTED}
    carry_out(actor, moves, activities=activities)
    counts: dict[UUID, Counter[str]] = {}
    for one in moves:
        counts.setdefault(one.place.activity_id, Counter())[str(one.target)] += 1
    note_many((activities[key], None, dict(count)) for key, count in counts.items())
    _tell_nominators(actor, moves)
    touched = [one for key, one in activities.items() if key in freed or key in counts]
    offers.serve_lists(actor, touched)


def _tell_nominators(actor: Viewer, moves: Sequence[Move]) -> None:
    """One message to each who nominated, however many decisions; no names in it."""
    told = Counter(one.place.nominated_by_id for one in moves if one.place.nominated_by_id != actor.person)
    where: dict[UUID | None, set[str]] = {}
    for one in moves:
        where.setdefault(one.place.nominated_by_id, set()).add(one.place.activity.reference)
    for key, count in told.items():
        if key is not None:
            _tell_nominator(key, count, ", ".join(sorted(where[key])[:10]))


def _tell_nominator(nominator: UUID, count: int, activities: str) -> None:
    tell(
        [nominator],
        subject=lambda: _("Decided on %(count)s of your nominations") % {"count": count},
        text=activities,
    )
