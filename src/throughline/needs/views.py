"""Doors to exercises: ask, step on, positions, ranking, sensitivity, review, decision. Their record page is a resource's."""

from collections.abc import Callable
from typing import Any

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.kernel.access.errors import Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.resources.access import viewer_of
from throughline.kernel.rounds.views.finding import BAD_INPUT, done, named
from throughline.needs import answers, arithmetic, forms, pages, queries, services
from throughline.needs.choices import Majority
from throughline.needs.models import Analysis, Body, Exercise, Position
from throughline.reference.models import Organisation
from throughline.reference.queries import current

GET_OR_POST = ("GET", "POST")


def exercise_or_404(viewer: Viewer, key: str) -> Exercise:
    return named(queries.exercises_for(viewer), key)  # type: ignore[no-any-return]


def exercise_run(viewer: Viewer, key: str) -> Exercise:
    """The exercise, for those who run it; others are told that they do not."""
    found = exercise_or_404(viewer, key)
    if not queries.may_run(viewer, found):
        raise Refused(_("Only the secretariat that runs this exercise may do this."))
    return found


def _analysed(viewer: Viewer, key: str) -> tuple[Exercise, Analysis]:
    """The exercise with its analysis, for those who may see results by now."""
    exercise = exercise_or_404(viewer, key)
    if not queries.may_see_results(viewer, exercise):
        raise Refused(_("The ranking is shown to everyone when the exercise is published."))
    analysis = queries.analysis_of(exercise)
    if analysis is None:
        raise Http404(_("There is no analysis yet."))
    return exercise, analysis


def ask(
    request: HttpRequest, form: django_forms.Form, verb: Callable[[], Any], *, title: str, record: Any, noun: str,
    action: str, lead: str = "",
) -> HttpResponse:  # fmt: skip
    """A step that needs a form: do it and go back to the record, or say at the fields what is wrong."""
    back = reverse(f"{noun}-detail", args=[record.reference])
    if form.is_valid() and done(form, verb):
        messages.success(request, _("Done: %(what)s.") % {"what": title})
        return redirect(back)
    context = {"form": form, "title": title, "record": record, "back": back, "action": action, "lead": lead}
    return render(request, "needs/step.html", context, status=BAD_INPUT if form.errors else 200)


def given(request: HttpRequest) -> Any:
    return request.POST if request.method == "POST" else None


@require_http_methods(GET_OR_POST)
def exercise_open(request: HttpRequest, key: str) -> HttpResponse:
    """Whom to ask and by when; the questionnaire and the round are made and opened."""
    viewer = viewer_of(request)
    exercise = exercise_run(viewer, key)
    eligible = [one.pk for one in queries.eligible(exercise)]
    rows = Organisation.objects.filter(jurisdiction__in=eligible).select_related("jurisdiction")
    organisations = current(rows).order_by("jurisdiction__order", "name")
    form = forms.OpenForm(given(request), organisations=organisations)
    return ask(
        request,
        form,
        lambda: services.open_exercise(
            viewer, exercise=exercise, due_on=form.cleaned_data["due_on"], asked=form.chosen
        ),
        title=_("Ask the countries"),
        record=exercise,
        noun="exercise",
        action=_("Ask them"),
        lead=_("The questionnaire is made from the topics, profiles and scales. Those chosen are told at once."),
    )


STEPS: dict[str, Callable[..., Any]] = {
    "close": services.close,
    "consolidate": services.consolidate,
    "analyse": services.analyse,
    "publish": services.publish,
}


@require_POST
def exercise_step(request: HttpRequest, key: str) -> HttpResponse:
    """A step that needs no more than a click."""
    viewer = viewer_of(request)
    exercise = exercise_run(viewer, key)
    step = STEPS.get(request.POST.get("do", ""))
    if step is None:
        raise Http404
    form = django_forms.Form({})
    form.is_valid()
    if done(form, lambda: step(viewer, exercise=exercise)):
        messages.success(request, _("Done: %(what)s.") % {"what": pages.labels()[request.POST["do"]]})
    for problem in form.non_field_errors():
        messages.error(request, str(problem))
    return redirect("exercise-detail", exercise.reference)


@require_http_methods(GET_OR_POST)
def exercise_reopen(request: HttpRequest, key: str) -> HttpResponse:
    viewer = viewer_of(request)
    exercise = exercise_run(viewer, key)
    form = forms.ReasonForm(given(request))
    return ask(
        request,
        form,
        lambda: services.reopen(viewer, exercise=exercise, reason=form.cleaned_data["reason"]),
        title=_("Open again"),
        record=exercise,
        noun="exercise",
        action=_("Open again"),
    )


@require_http_methods(GET_OR_POST)
def exercise_review(request: HttpRequest, key: str) -> HttpResponse:
    """What experts said of the analysis."""
    viewer = viewer_of(request)
    exercise = exercise_run(viewer, key)
    topics = {one.code: one for one in exercise.topics.all()}
    form = forms.ReviewForm(given(request), topics=list(topics.values()), initial={"on": timezone.localdate()})

    def verb() -> Any:
        values = dict(form.cleaned_data)
        return services.review(viewer, exercise=exercise, **{**values, "topic": topics.get(values["topic"])})

    return ask(
        request, form, verb, title=_("Record an expert review"), record=exercise, noun="exercise", action=_("Record it"),
        lead=_("Experts comment. The numbers stay as they are; what the validating body moves is recorded with its decision."),
    )  # fmt: skip


@require_http_methods(GET_OR_POST)
def exercise_validate(request: HttpRequest, key: str) -> HttpResponse:
    """What the validating body decided."""
    viewer = viewer_of(request)
    exercise = exercise_run(viewer, key)
    analysis = queries.analysis_of(exercise)
    topics = [one.result.topic for one in queries.order_that_holds(analysis)] if analysis else []
    first = {"on": timezone.localdate(), "votes": exercise.body.votes}
    form = forms.ValidationForm(given(request), topics=topics, body=exercise.body, initial=first)

    def verb() -> Any:
        return services.validate(viewer, exercise=exercise, moves=form.moves, **form.decision)

    told = {"body": exercise.body, "rule": exercise.body.get_majority_display()}
    return ask(
        request, form, verb, title=_("Record the decision"), record=exercise, noun="exercise", action=_("Record it"),
        lead=" ".join([_("Decided by: %(body)s (%(rule)s).") % told, *needed(exercise.body)]),
    )  # fmt: skip


def needed(body: Body) -> list[str]:
    """How many votes carry, in words, where that is known before the meeting."""
    if body.majority == Majority.CONSENSUS or body.votes is None:
        return []
    told = {"needed": arithmetic.majority(body.votes, body.majority), "votes": body.votes}
    return [_("%(needed)d of %(votes)d votes are needed.") % told]


@require_GET
def exercise_positions(request: HttpRequest, key: str) -> HttpResponse:
    """One position a country, as far as the viewer may read them."""
    viewer = viewer_of(request)
    exercise = exercise_or_404(viewer, key)
    rows = [
        {"position": one, "adjusted": [line.topic.title for line in one.said.all() if line.reason]}
        for one in queries.positions_for(viewer, exercise).prefetch_related("said__topic")
    ]
    sees = queries.may_see_results(viewer, exercise) and queries.analysis_of(exercise) is not None
    context = {"exercise": exercise, "rows": rows, "tabs": pages.tabs(exercise, "positions") if sees else []}
    return render(request, "needs/positions.html", context)


@require_GET
def exercise_ranking(request: HttpRequest, key: str) -> HttpResponse:
    """The topics in their order, every number with its formula."""
    viewer = viewer_of(request)
    exercise, analysis = _analysed(viewer, key)
    return render(request, "needs/ranking.html", pages.ranking_page(viewer, exercise, analysis))


@require_GET
def exercise_sensitivity(request: HttpRequest, key: str) -> HttpResponse:
    """Whether the order survives other weights, other votes, and the loss of a country."""
    viewer = viewer_of(request)
    exercise, analysis = _analysed(viewer, key)
    return render(request, "needs/sensitivity.html", pages.sensitivity_page(viewer, exercise, analysis))


@require_GET
def exercise_answered(request: HttpRequest, key: str) -> HttpResponse:
    """What became of the needs: entries of the catalogue, activities, participations."""
    viewer = viewer_of(request)
    exercise, analysis = _analysed(viewer, key)
    return render(request, "needs/answered.html", pages.answered_page(viewer, exercise, analysis))


@require_GET
def exercise_topic(request: HttpRequest, key: str, code: str) -> HttpResponse:
    """One need with its numbers, and what answers it."""
    viewer = viewer_of(request)
    exercise, analysis = _analysed(viewer, key)
    return render(request, "needs/topic.html", _found(pages.topic_page(viewer, exercise, analysis, code)))


@require_POST
def exercise_topic_entry(request: HttpRequest, key: str, code: str) -> HttpResponse:
    """Draft an entry of the catalogue that answers this need, and go on writing it."""
    viewer = viewer_of(request)
    exercise, analysis = _analysed(viewer, key)
    result = _found(pages.topic_page(viewer, exercise, analysis, code))["result"]
    return redirect("entry-change", answers.draft_for_need(viewer, result=result).reference)


def _found(page: dict[str, Any] | None) -> dict[str, Any]:
    if page is None:
        raise Http404
    return page


def position_or_404(viewer: Viewer, key: str) -> Position:
    return named(queries.positions_for(viewer), key)  # type: ignore[no-any-return]


@require_http_methods(GET_OR_POST)
def position_adjust(request: HttpRequest, key: str, code: str) -> HttpResponse:
    """What the country says on a topic, changed by its contact point with a reason."""
    viewer = viewer_of(request)
    position = position_or_404(viewer, key)
    if not queries.is_contact_point(viewer, position):
        raise Refused(_("Only the contact point of the country may do this."))
    line = position.said.select_related("topic").filter(topic__code=code).first()
    if line is None:
        raise Http404
    method = position.exercise.method
    scales = {name: queries.scale(getattr(method, f"{name}_scale")) for name in ("relevance", "urgency", "proficiency")}
    form = forms.PositionForm(given(request), line=line, scales=scales, profiles=list(position.exercise.profiles.all()))
    return ask(
        request,
        form,
        lambda: services.adjust(
            viewer, position=position, topic=line.topic, values=form.values, reason=form.cleaned_data["reason"]
        ),
        title=_("Adjust: %(topic)s") % {"topic": line.topic},
        record=position,
        noun="position",
        action=_("Save"),
    )


@require_POST
def position_agree(request: HttpRequest, key: str) -> HttpResponse:
    viewer = viewer_of(request)
    position = position_or_404(viewer, key)
    services.agree(viewer, position=position)
    messages.success(request, _("The position is agreed."))
    return redirect("position-detail", position.reference)
