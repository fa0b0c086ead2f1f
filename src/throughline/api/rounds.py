"""Rounds over the API: where everyone stands, opening, reminding, closing, and the answers as a file.

Lists and single rounds are read as of every noun (/rounds/, /rounds/{key}); what stands here are the acts.
"""

from collections import Counter
from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from ninja import Router

from throughline.api.auth import caller
from throughline.api.bodies import body_of, text_of
from throughline.api.offering import offer
from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.resources import registry
from throughline.kernel.resources.access import record_or_404
from throughline.kernel.rounds import exporting, queries, services
from throughline.kernel.rounds.asking import returns_of
from throughline.kernel.rounds.models import Return, Round

TEXT: dict[str, Any] = {"type": "string"}
BODIES: dict[str, Any] = {
    "Reason": {"type": "object", "properties": {"reason": TEXT}},
    "Remind": {
        "type": "object",
        "properties": {
            "text": TEXT,
            "returns": {
                "type": "array",
                "items": TEXT,
                "description": "References of the returns to chase. Left out: all that are still owed.",
            },
        },
    },
}
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
WANTED = ("shape", "values", "which", "language")
router = Router(tags=["rounds"])


def round_named(viewer: Viewer, key: str) -> Round:
    return record_or_404(registry.get("round"), viewer, key, whole=False)  # type: ignore[no-any-return]


def read_status(request: HttpRequest, key: str) -> dict[str, Any]:
    """Where each organisation asked stands, for those who run the round. No answer is in it."""
    viewer = caller(request)
    found = queries.standing(viewer, round_named(viewer, key))
    return {"counts": dict(Counter(one.state for one in found)), "items": [standing_told(one) for one in found]}


def standing_told(one: queries.Standing) -> dict[str, Any]:
    told = {name: getattr(one, name) for name in one.__dataclass_fields__ if name not in {"tone", "jurisdiction"}}
    told = {name: value.isoformat() if hasattr(value, "isoformat") else value for name, value in told.items()}
    return told | {"jurisdiction": one.jurisdiction.code if one.jurisdiction else None}


def open_round(request: HttpRequest, key: str) -> dict[str, Any]:
    viewer = caller(request)
    return round_told(services.open_round(viewer, round=round_named(viewer, key)))


def close_round(request: HttpRequest, key: str) -> dict[str, Any]:
    viewer, body = caller(request), body_of(request)
    return round_told(services.close_round(viewer, round=round_named(viewer, key), reason=text_of(body, "reason")))


def reopen_round(request: HttpRequest, key: str) -> dict[str, Any]:
    viewer, body = caller(request), body_of(request)
    return round_told(services.reopen_round(viewer, round=round_named(viewer, key), reason=text_of(body, "reason")))


def remind(request: HttpRequest, key: str) -> dict[str, Any]:
    viewer, body = caller(request), body_of(request)
    asked_in = round_named(viewer, key)
    made = services.remind(viewer, round=asked_in, returns=_chased(viewer, asked_in, body), text=text_of(body, "text"))
    return {"reminded": [one.of.reference for one in made]}


def _chased(viewer: Viewer, asked_in: Round, body: dict[str, Any]) -> list[Return] | None:
    """The returns that are named; none named is all."""
    named = body.get("returns")
    if named is None:
        return None
    if not isinstance(named, list) or not all(isinstance(one, str) for one in named):
        raise Invalid([Problem("returns", _("This field takes a list of references."))])
    found = {one.reference: one for one in returns_of(viewer, asked_in) if one.reference in named}
    strange = [Problem("returns", _("This round has no such return."), one) for one in named if one not in found]
    if strange:
        raise Invalid(strange)
    return list(found.values())


def read_form(request: HttpRequest, key: str, language: str = "") -> dict[str, Any]:
    """The questions of a round: what a program has to know to answer."""
    return form_told(round_named(caller(request), key), language)


def form_told(asked_in: Round, language: str) -> dict[str, Any]:
    edition = asked_in.edition
    form = edition.form
    spoken = form.language_for(language)
    questions = [
        {
            "path": item.path,
            "kind": item.kind,
            "label": item.label(spoken),
            "hint": item.hint(spoken),
            "section": item.top,
            "repeats": [one.path for one in item.repeats],
            "asked": item.asked,
            "required": item.required is not None,
            "choices": [asdict(choice) for choice in item.choices(spoken)],
        }
        for item in form.questions()
    ]
    return {
        "edition": edition.number,
        "title": form.title,
        "language": spoken,
        "languages": list(form.languages),
        "questions": questions,
    }


def download_answers(request: HttpRequest, key: str, fmt: str) -> HttpResponse:
    """The answers of a round (?shape=, values=, which=, language=): of returns the caller may read."""
    viewer = caller(request)
    wanted = exporting.Wanted(**{name: request.GET[name] for name in WANTED if request.GET.get(name)})
    content, name = exporting.export(viewer, round=round_named(viewer, key), wanted=wanted, fmt=fmt)
    answer = HttpResponse(content, content_type=TYPES[fmt])
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    answer["Cache-Control"] = "no-store"
    return answer


def round_told(asked_in: Round) -> dict[str, Any]:
    return {
        "reference": asked_in.reference,
        "title": asked_in.title,
        "period": asked_in.period,
        "state": asked_in.state,
        "due_on": asked_in.due_on.isoformat(),
    }


for _method, _path, _view, _summary, _body in (
    ("GET", "/rounds/{key}/status", read_status, "Where everyone asked stands", ""),
    ("GET", "/rounds/{key}/form", read_form, "The questions of a round", ""),
    ("POST", "/rounds/{key}/open", open_round, "Open a round: those asked are told", ""),
    ("POST", "/rounds/{key}/remind", remind, "Remind those who still owe a return", "Remind"),
    ("POST", "/rounds/{key}/close", close_round, "Close a round", "Reason"),
    ("POST", "/rounds/{key}/reopen", reopen_round, "Open a closed round again", "Reason"),
    ("GET", "/rounds/{key}/answers.{fmt}", download_answers, "The answers of a round as csv or xlsx", ""),
):
    _name = f"{_view.__name__}_of_round" if _view.__name__.startswith("read") else ""
    offer(router, _method, _path, _view, _summary, _body, operation=_name)
