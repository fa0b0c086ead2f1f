"""Returns and parts over the API: the answers, question by question or as a whole, and each step they take.

Whoever may answer reads and writes the working answers; everybody else who may read a return gets what was handed
in last. What is wrong with an answer is told by the same validator as in the pages, at its place in the form.
"""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import Router

from throughline.api.auth import caller
from throughline.api.bodies import body_of, number_of, text_of
from throughline.api.offering import offer
from throughline.kernel.access.errors import Conflict, Invalid, Problem
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.resources import registry
from throughline.kernel.resources.access import record_or_404
from throughline.kernel.rounds import queries, services
from throughline.kernel.rounds.choices import Via
from throughline.kernel.rounds.forms.evaluating import Evaluation, evaluate
from throughline.kernel.rounds.models import Part, Remark, Return, Version
from throughline.kernel.rounds.rules import is_contact_point, may_answer, may_run
from throughline.kernel.rounds.services.answering import Saved

TEXT: dict[str, Any] = {"type": "string"}
BODIES: dict[str, Any] = {
    "Answers": {
        "type": "object",
        "properties": {
            "changes": {
                "type": "object",
                "description": "Place -> what was read there and what it shall be. Others' changes in between stay.",
                "additionalProperties": {
                    "type": "object",
                    "required": ["now"],
                    "properties": {"was": TEXT, "now": {"type": ["string", "number", "null"]}},
                },
            },
            "answers": {
                "type": "object",
                "description": "Instead of changes: place -> answer. What is left out stays, unless keep_missing is false.",
                "additionalProperties": {"type": ["string", "number", "null"]},
            },
            "keep_missing": {"type": "boolean"},
            "revision": {
                "type": "integer",
                "description": "The revision you read; another by now is a conflict (409).",
            },
            "edition": {"type": "integer", "description": "The edition you ask; another by now is a conflict (409)."},
        },
    },
    "Comment": {"type": "object", "properties": {"comment": TEXT}},
    "GiveBack": {
        "type": "object",
        "properties": {
            "comment": TEXT,
            "remarks": {"type": "object", "description": "Place -> what to change.", "additionalProperties": TEXT},
        },
    },
}
Holder = Return | Part
router = Router(tags=["returns"])


def holder_named(viewer: Viewer, noun: str, key: str) -> Holder:
    return record_or_404(registry.get(noun), viewer, key, whole=False)  # type: ignore[no-any-return]


def return_named(viewer: Viewer, key: str) -> Return:
    return record_or_404(registry.get("return"), viewer, key, whole=False)  # type: ignore[no-any-return]


# Answers


def answers_of(request: HttpRequest, noun: str, key: str) -> dict[str, Any]:
    """What the caller may see of the answers: the working ones, or a version (?version=, else the last)."""
    viewer = caller(request)
    holder = holder_named(viewer, noun, key)
    wanted = request.GET.get("version", "")
    inside = is_inside(viewer, holder)
    if wanted:
        version = _version(holder, wanted, inside=inside)
        return {
            **state_told(holder),
            "working": False,
            **version_told(version, inside=inside),
            "answers": version.answers,
        }
    shown = queries.answers_shown(viewer, holder)
    told: dict[str, Any] = {
        **state_told(holder),
        "working": shown.working,
        "answers": shown.answers,
        "version": shown.version.number if shown.version else None,
        "nil": shown.nil,
        "nil_reason": shown.nil_reason,
        "remarks": [remark_told(one) for one in queries.remarks_open(holder)] if inside else [],
    }
    if shown.working:
        told |= {"revision": holder.sheet.revision, **evaluation_told(evaluate(holder.edition.form, shown.answers))}
    return told


def change_answers(request: HttpRequest, noun: str, key: str) -> dict[str, Any]:
    """Change some answers, or bring in a whole set. Conflicts are told; every other change is kept."""
    viewer, body = caller(request), body_of(request)
    holder = holder_named(viewer, noun, key)
    edition = number_of(body, "edition")
    if edition is not None and edition != holder.edition.number:
        message = _("The round asks edition %(now)d of the questionnaire, not edition %(sent)d. Read the form again.")
        raise Conflict(message % {"now": holder.edition.number, "sent": edition})
    if "changes" in body:
        return saved_told(services.save(viewer, holder=holder, changes=_changes(body["changes"]), via=Via.API))
    if "answers" not in body:
        raise Invalid([Problem("answers", _("Send changes, or answers."))])
    revision = number_of(body, "revision")
    keep = body.get("keep_missing", True) is not False
    given = {place: value for place, value in _texts("answers", body["answers"]).items() if value or not keep}
    whole = {place: value for place, value in given.items() if value or place.endswith("]")}
    saved = services.replace(
        viewer,
        holder=holder,
        answers=whole,
        via=Via.API,
        keep_missing=keep,
        revision=-1 if revision is None else revision,
    )
    return saved_told(saved)


def _changes(given: Any) -> dict[str, tuple[str, str]]:
    """Place -> (was, now)."""
    if not isinstance(given, dict):
        raise Invalid([Problem("changes", _("Send an object: place -> {was, now}."))])
    wrong = [
        Problem(str(place), _("Send an object with what was there and what it shall be: {was, now}."))
        for place, one in given.items()
        if not isinstance(one, dict) or "now" not in one
    ]
    if wrong:
        raise Invalid(wrong)
    was = _texts("changes", {place: one.get("was") for place, one in given.items()})
    now = _texts("changes", {place: one["now"] for place, one in given.items()})
    return {place: (was[place], now[place]) for place in now}


def _texts(name: str, given: Any) -> dict[str, str]:
    """Place -> answer as text; null is none."""
    if not isinstance(given, dict):
        raise Invalid([Problem(name, _("Send an object: place -> answer."))])
    wrong = [
        Problem(str(place), _("An answer is text or a number; several choices are one text with blanks between."))
        for place, value in given.items()
        if isinstance(value, bool | list | dict)
    ]
    if wrong:
        raise Invalid(wrong)
    return {str(place): "" if value is None else str(value) for place, value in given.items()}


def versions_of(request: HttpRequest, noun: str, key: str) -> dict[str, Any]:
    """What was handed in, the newest first; whoever only reads the return gets the newest alone."""
    viewer = caller(request)
    holder = holder_named(viewer, noun, key)
    inside = is_inside(viewer, holder)
    found = queries.versions_of(holder)
    return {"items": [version_told(one, inside=inside) for one in (found if inside else found[:1])]}


def is_inside(viewer: Viewer, holder: Holder) -> bool:
    """Whether the viewer answers, asked, or speaks for the organisation asked: they follow how answers changed."""
    ret = holder.of if isinstance(holder, Part) else holder
    return may_answer(viewer, holder) or may_run(viewer, ret.round) or is_contact_point(viewer, ret)


def _version(holder: Holder, number: str, *, inside: bool) -> Version:
    newest = queries.latest_version(holder)
    wanted = int(number) if number.isdecimal() and len(number) < 8 else 0
    found = newest
    if newest is None or wanted != newest.number:
        found = holder.sheet.versions.filter(number=wanted).first() if inside else None
    if found is None:
        raise Http404
    return found  # type: ignore[no-any-return]


# Steps


def submit(request: HttpRequest, key: str) -> HttpResponse:
    viewer, body = caller(request), body_of(request)
    version = services.submit(viewer, ret=return_named(viewer, key), via=Via.API, comment=text_of(body, "comment"))
    return JsonResponse(version_told(version), status=201)


def submit_nil(request: HttpRequest, key: str) -> HttpResponse:
    viewer, body = caller(request), body_of(request)
    version = services.submit_nil(viewer, ret=return_named(viewer, key), reason=text_of(body, "reason"), via=Via.API)
    return JsonResponse(version_told(version), status=201)


def ready(request: HttpRequest, key: str) -> dict[str, Any]:
    viewer, body = caller(request), body_of(request)
    return state_told(services.ready(viewer, ret=return_named(viewer, key), comment=text_of(body, "comment")))


def take_back(request: HttpRequest, key: str) -> dict[str, Any]:
    viewer, body = caller(request), body_of(request)
    return state_told(services.take_back(viewer, ret=return_named(viewer, key), reason=text_of(body, "reason")))


def accept(request: HttpRequest, key: str) -> dict[str, Any]:
    viewer, body = caller(request), body_of(request)
    return state_told(services.accept(viewer, ret=return_named(viewer, key), comment=text_of(body, "comment")))


def give_back(request: HttpRequest, key: str) -> dict[str, Any]:
    viewer, body = caller(request), body_of(request)
    remarks = _texts("remarks", body.get("remarks") or {})
    ret = return_named(viewer, key)
    return state_told(services.give_back(viewer, ret=ret, comment=text_of(body, "comment"), remarks=remarks))


def reopen(request: HttpRequest, key: str) -> dict[str, Any]:
    viewer, body = caller(request), body_of(request)
    return state_told(services.reopen(viewer, ret=return_named(viewer, key), reason=text_of(body, "reason")))


def hand_in(request: HttpRequest, key: str) -> HttpResponse:
    viewer, body = caller(request), body_of(request)
    part = holder_named(viewer, "part", key)
    version = services.hand_in(viewer, part=part, via=Via.API, comment=text_of(body, "comment"))  # type: ignore[arg-type]
    return JsonResponse(version_told(version), status=201)


# Telling


def state_told(holder: Holder) -> dict[str, Any]:
    return {
        "reference": holder.reference,
        "round": holder.round.reference,
        "organisation": holder.owner.code,
        "state": holder.state,
        "due": holder.due.isoformat(),
        "late": holder.late,
        "edition": holder.edition.number,
    }


def saved_told(saved: Saved) -> dict[str, Any]:
    clashes = [
        {"place": one.place, "theirs": one.theirs, "yours": one.yours, "who": one.who} for one in saved.conflicts
    ]
    return {
        "revision": saved.revision,
        "changed": list(saved.changed),
        "conflicts": clashes,
        **evaluation_told(saved.evaluation),
    }


def evaluation_told(evaluation: Evaluation) -> dict[str, Any]:
    problems = [Problem(one.place, one.message).as_dict() for one in evaluation.problems]
    return {"asked": evaluation.asked, "answered": evaluation.answered, "problems": problems}


def version_told(version: Version, *, inside: bool = True) -> dict[str, Any]:
    return {
        "version": version.number,
        "edition": version.edition.number,
        "at": version.at.isoformat(),
        "by": str(version.by),
        "via": version.via,
        "nil": version.nil,
        "nil_reason": version.nil_reason,
        "fingerprint": version.fingerprint,
        "remarks": [remark_told(one) for one in version.remarks.all()] if inside else [],
    }


def remark_told(remark: Remark) -> Mapping[str, Any]:
    return {
        "place": remark.place,
        "text": remark.text,
        "by": str(remark.by),
        "at": remark.at.isoformat(),
        "settled": remark.settled_at is not None,
    }


# Addresses


def _of(noun: str) -> tuple[Any, Any, Any]:
    """The views of answers, for returns and for parts."""

    def read(request: HttpRequest, key: str) -> dict[str, Any]:
        return answers_of(request, noun, key)

    def change(request: HttpRequest, key: str) -> dict[str, Any]:
        return change_answers(request, noun, key)

    def versions(request: HttpRequest, key: str) -> dict[str, Any]:
        return versions_of(request, noun, key)

    return read, change, versions


def _add(method: str, path: str, view: Any, operation: str, summary: str, body: str = "") -> None:
    offer(router, method, path, view, summary, body, operation=operation)


for _noun, _one in (("return", "a return"), ("part", "a part")):
    _read, _change, _versions = _of(_noun)
    _add("GET", f"/{_noun}s/{{key}}/answers", _read, f"answers_of_{_noun}", f"The answers of {_one}")
    _add("PATCH", f"/{_noun}s/{{key}}/answers", _change, f"change_answers_of_{_noun}", f"Answer {_one}", "Answers")
    _add("GET", f"/{_noun}s/{{key}}/versions", _versions, f"versions_of_{_noun}", f"What was handed in of {_one}")
_add("POST", "/returns/{key}/ready", ready, "ready_return", "Say that a return waits for approval", "Comment")
_add("POST", "/returns/{key}/submit", submit, "submit_return", "Approve a return and send it", "Comment")
_add("POST", "/returns/{key}/nil", submit_nil, "submit_nil_return", "Answer that there is nothing to report", "Reason")
_add("POST", "/returns/{key}/take-back", take_back, "take_back_return", "Take a submitted return back", "Reason")
_add("POST", "/returns/{key}/accept", accept, "accept_return", "Accept a return", "Comment")
_add("POST", "/returns/{key}/give-back", give_back, "give_back_return", "Return it with remarks", "GiveBack")
_add("POST", "/returns/{key}/reopen", reopen, "reopen_return", "Open an accepted return again", "Reason")
_add("POST", "/parts/{key}/hand-in", hand_in, "hand_in_part", "Hand a part in to the contact point", "Comment")
