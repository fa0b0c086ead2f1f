"""Evaluation over the API: plan calls and send them (the team), read what may be shown, take answers, see the rates."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
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
from throughline.training import evaluated, evaluation_answers, queries
from throughline.training.choices import CallSort, Level, Role
from throughline.training.evaluation import Rate, Summary
from throughline.training.models import Activity, Evaluation
from throughline.training.services import evaluating, sending

TEXT: dict[str, Any] = {"type": "string"}
WHOLE: dict[str, Any] = {"type": "integer"}
BODIES: dict[str, Any] = {
    "Call": {
        "type": "object",
        "properties": {
            "usual": {"type": "boolean", "description": "Plan the usual calls; nothing else is needed then."},
            "questionnaire": {
                **TEXT,
                "description": "Code of a questionnaire of evaluation; its newest edition is asked.",
            },
            "level": {"enum": Level.values},
            "role": {"enum": Role.values},
            "sort": {"enum": CallSort.values},
            "anonymous": {"type": "boolean"},
            "least": {**WHOLE, "description": "Answers below which nothing is shown."},
            "days": {**WHOLE, "description": "After the last day; before the first where negative, for a pre-test."},
            "open_days": WHOLE,
            "reminders": {"type": "array", "items": WHOLE},
            "addresses": {"type": "array", "items": TEXT, "description": "Of trainers; erased when the call closes."},
        },
    },
}
TAKEN = ("level", "role", "sort", "anonymous", "least", "days", "open_days", "reminders", "addresses")
router = Router(tags=["evaluation"])


def _activity(request: HttpRequest, key: str) -> tuple[Viewer, Activity]:
    viewer = caller(request)
    return viewer, record_or_404(registry.get("activity"), viewer, key, whole=False)


def _call(activity: Activity, key: UUID) -> Evaluation:
    found = evaluated.calls(activity).filter(pk=key).first()
    if found is None:
        raise Http404(_("There is nothing here that you can see."))
    return found


def rate_told(rate: Rate) -> dict[str, Any]:
    return {"part": rate.part, "of": rate.of, "percent": str(rate.percent) if rate.percent is not None else None}


def read_evaluation(request: HttpRequest, key: str) -> dict[str, Any]:
    """The calls of an activity and what may be shown of their answers now."""
    viewer, activity = _activity(request, key)
    return {"items": [result_told(one) for one in evaluated.results(viewer, activity)]}


def result_told(one: evaluated.Result) -> dict[str, Any]:
    call = one.call
    return {
        "id": str(call.pk),
        "level": call.level,
        "role": call.role,
        "sort": call.sort,
        "anonymous": call.anonymous,
        "least": call.least,
        "state": call.state,
        "day": call.due_on.isoformat(),
        "closes_on": call.closes_on.isoformat() if call.closes_on else None,
        "answered": rate_told(one.rate),
        "shown": one.shown,
        "why_not": str(one.why),
        "questions": [_question_told(summary) for summary in one.questions],
    }


def _question_told(one: Summary) -> dict[str, Any]:
    return {
        "path": one.path,
        "label": one.label,
        "answers": one.answers,
        "mean": str(one.mean) if one.mean is not None else None,
        "counts": [{"label": label, "number": number} for label, number in one.counts],
        "texts": list(one.texts),
        "withheld": one.withheld,
    }


def plan_evaluation(request: HttpRequest, key: str) -> dict[str, Any]:
    """Plan a call, or the usual ones. Each is sent by itself on its day."""
    viewer, activity = _activity(request, key)
    body = body_of(request)
    if body.get("usual") is True:
        made = evaluating.plan_usual(viewer, activity=activity)
    else:
        code = text_of(body, "questionnaire")
        offered = {one.questionnaire.code: one for one in evaluating.editions(viewer, activity.programme)}
        if code not in offered:
            raise Invalid(
                [Problem("questionnaire", _("Choose a questionnaire of evaluation of this programme."), code)]
            )
        values = {name: body[name] for name in TAKEN if name in body}
        made = [evaluating.plan(viewer, activity=activity, values={**_typed(values), "edition": offered[code]})]
    return {"items": [{"id": str(one.pk), "day": one.due_on.isoformat()} for one in made]}


def _typed(values: dict[str, Any]) -> dict[str, Any]:
    """Lists are lists of what they hold; whether the rest fits is judged by the verb."""
    for name, kind in (("reminders", int), ("addresses", str)):
        if name in values:
            told = values[name]
            if not isinstance(told, list) or not all(isinstance(one, kind) for one in told):
                raise Invalid([Problem(name, _("This field takes a list."))])
    return values


def send_evaluation(request: HttpRequest, key: str, call: UUID) -> dict[str, Any]:
    """Send a call before its day. Sent again, it asks nobody twice."""
    viewer, activity = _activity(request, key)
    evaluating.check_runs(viewer, activity)
    return {"asked": sending.send_now(viewer, evaluation=_call(activity, call))}


def read_answers(request: HttpRequest, key: str, call: UUID, fmt: str) -> HttpResponse:
    """The answers as a sheet: of an anonymous call by question, never by person."""
    viewer, activity = _activity(request, key)
    evaluating.check_runs(viewer, activity)
    content, kind = evaluation_answers.export(viewer, evaluation=_call(activity, call), fmt=fmt)
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = content_disposition_header(True, f"{activity.reference} answers.{fmt}")  # noqa: FBT003
    answer["Cache-Control"] = "no-store"
    return answer


def read_rates(request: HttpRequest, year: int | None = None, project: str = "", level: int = 1) -> dict[str, Any]:
    """Answer rates over activities, each with its part and its whole."""
    found = queries.activities(caller(request))
    if year is not None:
        found = found.filter(ends_on__year=year) if 1 <= year <= 9999 else found.none()
    if project:
        found = found.filter(project__code=project) if "\x00" not in project else found.none()
    told = evaluated.coverage(found, level=level)
    names = ("implemented", "evaluated", "participants", "trainers", "managers")
    return {name: rate_told(getattr(told, name)) for name in names} | {
        "items": [
            {
                "activity": one.activity.reference,
                "participants": rate_told(one.participants),
                "trainers": rate_told(one.trainers),
                "managers": rate_told(one.managers),
                "evaluated": one.covered,
            }
            for one in told.lines
        ]
    }


for _method, _path, _view, _summary, _body in (
    ("GET", "/activities/{key}/evaluation", read_evaluation, "How an activity is evaluated", ""),
    ("POST", "/activities/{key}/evaluation", plan_evaluation, "Plan a call to evaluate", "Call"),
    ("POST", "/activities/{key}/evaluation/{call}/send", send_evaluation, "Send a call now", ""),
    ("GET", "/activities/{key}/evaluation/{call}/answers.{fmt}", read_answers, "The answers as a sheet", ""),
    ("GET", "/training/evaluation", read_rates, "Answer rates over activities", ""),
):
    offer(router, _method, _path, _view, _summary, _body)
