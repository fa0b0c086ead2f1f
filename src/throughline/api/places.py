"""Places over the API: where they stand, nominating, deciding, releasing, answering.

Counts are told to everybody who may see the activity; places by name to those concerned, as on the page.
"""

from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from ninja import Router

from throughline.api.auth import caller
from throughline.api.bodies import body_of, text_of
from throughline.api.offering import offer
from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.resources import registry
from throughline.kernel.resources.access import record_or_404
from throughline.training import placing
from throughline.training.models import Activity, Person, Place
from throughline.training.services import nominating, offers, selecting
from throughline.training.services.selecting import Decision

TEXT: dict[str, Any] = {"type": "string"}
KEYS: dict[str, Any] = {"type": "array", "items": TEXT}
BODIES: dict[str, Any] = {
    "Nominate": {
        "type": "object",
        "required": ["people"],
        "properties": {
            "people": {**KEYS, "description": "References of people of your organisation, in your order."},
            "reserve": {"type": "boolean"},
            "together": {"type": "boolean", "description": "All of them or none."},
            "motive": TEXT,
        },
    },
    "Decide": {
        "type": "object",
        "required": ["decisions"],
        "properties": {
            "decisions": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["place", "what", "reason"],
                    "properties": {
                        "place": TEXT,
                        "what": {"type": "string", "enum": [*selecting.DECISIONS]},
                        "reason": TEXT,
                    },
                },
            }
        },
    },
    "Scores": {
        "type": "object",
        "required": ["scores"],
        "properties": {"scores": {"type": "object", "additionalProperties": {"type": ["number", "null"]}}},
    },
    "AnswerPlace": {
        "type": "object",
        "required": ["what"],
        "properties": {"what": {"type": "string", "enum": ["accept", "decline", "withdraw"]}, "reason": TEXT},
    },
}
router = Router(tags=["places"])


def activity_named(viewer: Viewer, key: str) -> Activity:
    return record_or_404(registry.get("activity"), viewer, key, whole=False)  # type: ignore[no-any-return]


def read_places(request: HttpRequest, key: str) -> dict[str, Any]:
    """Quotas and counts by jurisdiction, and the places the caller may know by name."""
    viewer = caller(request)
    activity = activity_named(viewer, key)
    named = placing.board(viewer, activity)
    return {
        "standing": [one.as_dict() for one in placing.standings(activity)],
        "waiting_rule": activity.waiting_rule,
        "places": [place_told(one) for one in named],
    }


def place_told(place: Place) -> dict[str, Any]:
    return {
        "place": str(place.pk),
        "person": place.person.reference,
        "name": place.person.name,
        "jurisdiction": place.jurisdiction.code if place.jurisdiction else None,
        "state": place.state,
        "order": place.order,
        "score": float(place.score) if place.score is not None else None,
        "together": str(place.group) if place.group else None,
        "offer_ends_at": place.offer_ends_at.isoformat() if place.offer_ends_at else None,
    }


def nominate(request: HttpRequest, key: str) -> dict[str, Any]:
    viewer, body = caller(request), body_of(request)
    activity = activity_named(viewer, key)
    people = _people(viewer, body)
    made = nominating.nominate(
        viewer,
        activity=activity,
        people=people,
        reserve=_flag(body, "reserve"),
        together=_flag(body, "together"),
        motive=text_of(body, "motive"),
    )
    return {"places": [place_told(one) for one in made]}


def _people(viewer: Viewer, body: dict[str, Any]) -> list[Person]:
    named = body.get("people")
    if not isinstance(named, list) or not all(isinstance(one, str) for one in named):
        raise Invalid([Problem("people", _("This field takes a list of references."))])
    found = {one.reference: one for one in placing.people_for(viewer).filter(reference__in=named)}
    strange = [
        Problem("people", _("Your organisation keeps no such person."), one) for one in named if one not in found
    ]
    if strange:
        raise Invalid(strange)
    return [found[one] for one in named]


def _flag(body: dict[str, Any], name: str) -> bool:
    value = body.get(name, False)
    if not isinstance(value, bool):
        raise Invalid([Problem(name, _("This field is true or false."), str(value))])
    return value


def decide(request: HttpRequest, key: str) -> dict[str, Any]:
    viewer, body = caller(request), body_of(request)
    activity, rows = activity_named(viewer, key), body.get("decisions")
    if not isinstance(rows, list) or not all(isinstance(one, dict) for one in rows):
        raise Invalid([Problem("decisions", _("This field takes a list of decisions."))])
    decisions = [Decision(_key(text_of(one, "place")), text_of(one, "what"), text_of(one, "reason")) for one in rows]
    made = selecting.decide(viewer, activity=activity, decisions=decisions)
    return {"decided": len(made)}


def give_scores(request: HttpRequest, key: str) -> dict[str, Any]:
    viewer, body = caller(request), body_of(request)
    activity, rows = activity_named(viewer, key), body.get("scores")
    if not isinstance(rows, dict):
        raise Invalid([Problem("scores", _("This field takes a score for each place."))])
    scores = {_key(place): _score(value) for place, value in rows.items()}
    return {"scored": selecting.score(viewer, activity=activity, scores=scores)}


def _score(value: Any) -> Decimal | None:
    if value is None:
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("NaN")
    if isinstance(value, bool) or not number.is_finite():
        raise Invalid([Problem("scores", _("Write a score as a number from 0 to 100."), str(value))])
    return number


def _key(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Invalid([Problem("place", _("Name a place by its key."), text)]) from None


def select_by_rule(request: HttpRequest, key: str) -> dict[str, Any]:
    viewer = caller(request)
    activity = activity_named(viewer, key)
    chosen = selecting.select_by_rule(viewer, activities=[activity], reason=text_of(body_of(request), "reason"))
    told = chosen[activity.pk]
    return {
        "selected": sum(one.wants for one in told.selected),
        "waiting": sum(one.wants for one in told.waiting),
    }


def invite(request: HttpRequest, key: str) -> dict[str, Any]:
    viewer = caller(request)
    return {"invited": offers.invite(viewer, activity=activity_named(viewer, key))}


def release_places(request: HttpRequest, key: str) -> dict[str, Any]:
    viewer = caller(request)
    return {"offered": offers.release(viewer, activity=activity_named(viewer, key))}


def answer_place(request: HttpRequest, key: str, place: UUID) -> dict[str, Any]:
    viewer, body = caller(request), body_of(request)
    # A participant without a role does not see the activity among the programme's; their own place they do.
    found = placing.own_places(viewer).filter(pk=place).first()
    if found is None:
        found = placing.places_for(viewer, activity_named(viewer, key)).filter(pk=place).first()
    if found is None:
        raise Http404
    what, reason = text_of(body, "what"), text_of(body, "reason")
    if what == "accept":
        return place_told(offers.accept(viewer, place=found))
    if what == "decline":
        return place_told(offers.decline(viewer, place=found, reason=reason))
    if what == "withdraw":
        return place_told(offers.withdraw(viewer, place=found, reason=reason))
    raise Invalid([Problem("what", _("Choose what to do with the place."), what)])


for _method, _path, _view, _summary, _body in (
    ("GET", "", read_places, "Where places stand", ""),
    ("POST", "/nominate", nominate, "Nominate people of your organisation", "Nominate"),
    ("POST", "/decide", decide, "Select, put on the waiting list or reject", "Decide"),
    ("POST", "/scores", give_scores, "Score nominations", "Scores"),
    ("POST", "/select", select_by_rule, "Select by the rule among all undecided", "Reason"),
    ("POST", "/invite", invite, "Send the invitations", ""),
    ("POST", "/release", release_places, "Release unfilled places now", ""),
    ("POST", "/{uuid:place}/answer", answer_place, "Accept, decline or withdraw", "AnswerPlace"),
):
    _name = f"{_view.__name__}_of_activity"
    offer(router, _method, f"/activities/{{key}}/places{_path}", _view, _summary, _body, operation=_name)
