"""Doors to the evaluation of an activity: its calls and results, the report; and how far all activities are evaluated."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header, url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.kernel.access.errors import Invalid
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.reporting import services as reporting
from throughline.kernel.reporting.queries import BUILDERS
from throughline.kernel.resources.access import viewer_of
from throughline.kernel.rounds.rules import may_prepare
from throughline.kernel.ui.problems import show_problems
from throughline.training import evaluated, evaluation_answers, placing, queries
from throughline.training.choices import ActivityState, Level
from throughline.training.evaluation_forms import CallForm, CoverageForm, LessonForm, OpenCallForm
from throughline.training.models import Activity, Evaluation, Lesson, Place
from throughline.training.services import evaluating, sending
from throughline.training.services.evaluating import check_runs
from throughline.training.team import holds, is_team
from throughline.training.training_report import REPORT
from throughline.training.views.places import activity_of

SHOWN = 300


@require_GET
@never_cache
def page(request: HttpRequest, key: str) -> HttpResponse:
    """The calls of an activity, what may be shown of their answers, what comes next."""
    viewer, activity = viewer_of(request), activity_of(request, key)
    return render(request, "training/evaluation.html", _content(viewer, activity))


def _content(viewer: Viewer, activity: Activity) -> dict[str, Any]:
    team = is_team(viewer, activity)
    found = evaluated.results(viewer, activity, language=get_language() or "")
    lesson = Lesson.objects.filter(activity=activity).first()
    told = {"lessons": lesson.lessons, "conclusions": lesson.conclusions} if lesson else {}
    return {
        "activity": activity,
        "team": team,
        "results": found,
        "tests": evaluated.tests(viewer, activity),
        "later": evaluated.compared(found),
        "lesson_form": LessonForm(initial=told),
        "superiors": _superiors(viewer, activity),
        "builds": holds(viewer, activity.programme_id, *BUILDERS) and activity.state == ActivityState.DONE,
        "done": activity.state == ActivityState.DONE,
        "cancelled": activity.state == ActivityState.CANCELLED,
    }


def _superiors(viewer: Viewer, activity: Activity) -> list[tuple[Place, str]]:
    """For contact points: their own people, and whether a line manager is named; while it is still of use."""
    if not evaluating.wants_superiors(activity):
        return []
    own = placing.places_for(viewer, activity).filter(state__in=evaluating.NAMED_FOR, person__erased_at=None)
    own = own.filter(organisation__in=viewer.organisations).select_related("person", "superior")
    return [(one, one.superior.email if hasattr(one, "superior") else "") for one in own.order_by("person__name")]


@require_http_methods(["GET", "POST"])
@never_cache
def add(request: HttpRequest, key: str) -> HttpResponse:
    """Plan a call."""
    viewer, activity = viewer_of(request), activity_of(request, key)
    check_runs(viewer, activity)
    offered = evaluating.editions(viewer, activity.programme)
    form = CallForm(request.POST or None, editions=offered)
    if request.method == "POST" and form.is_valid():
        try:
            made = evaluating.plan(viewer, activity=activity, values=form.cleaned_data)
        except Invalid as invalid:
            show_problems(form, invalid)
        else:
            messages.success(request, _("Planned. It is sent on %(day)s.") % {"day": made.due_on})
            return redirect("activity-evaluation", activity.reference)
    context = {
        "form": form, "activity": activity, "offered": offered,
        "makes_forms": may_prepare(viewer, activity.programme_id),
    }  # fmt: skip
    return render(request, "training/evaluation_call.html", context, status=422 if form.errors else 200)


def call_of(request: HttpRequest, activity: Activity, call: UUID) -> Evaluation:
    found = evaluated.calls(activity).filter(pk=call).first()
    if found is None:
        raise Http404(_("There is nothing here that you can see."))
    return found


@require_http_methods(["GET", "POST"])
@never_cache
def change(request: HttpRequest, key: str, call: UUID) -> HttpResponse:
    """Change a call, send it before its day, or take it back."""
    viewer, activity = viewer_of(request), activity_of(request, key)
    check_runs(viewer, activity)
    found = call_of(request, activity, call)
    if request.method == "POST" and (what := request.POST.get("what")) in {"send", "drop"}:
        return _done(request, activity, found, what)
    if found.closes_on:
        initial = {"closes_on": found.closes_on, "reminders": found.reminders}
        form: Any = OpenCallForm(request.POST or None, initial=initial)
    else:
        form = CallForm(request.POST or None, instance=found, editions=evaluating.editions(viewer, activity.programme))
    if request.method == "POST" and form.is_valid():
        try:
            evaluating.change(viewer, evaluation=found, values=form.cleaned_data)
        except Invalid as invalid:
            show_problems(form, invalid)
        else:
            messages.success(request, _("Changed."))
            return redirect("activity-evaluation", activity.reference)
    context = {"form": form, "activity": activity, "call": found, "done": activity.state == ActivityState.DONE}
    return render(request, "training/evaluation_call.html", context, status=422 if form.errors else 200)


def _done(request: HttpRequest, activity: Activity, call: Evaluation, what: str) -> HttpResponse:
    viewer = viewer_of(request)
    try:
        if what == "drop":
            evaluating.drop(viewer, evaluation=call)
            messages.success(request, _("Taken back. Nobody was asked."))
        else:
            asked = sending.send_now(viewer, evaluation=call)
            messages.success(request, _("Sent to %(number)s people.") % {"number": asked})
    except Invalid as invalid:
        messages.error(request, str(invalid.problems[0].message))
    return redirect("activity-evaluation", activity.reference)


@require_POST
def plan_usual(request: HttpRequest, key: str) -> HttpResponse:
    """Plan what activities are usually evaluated with."""
    activity = activity_of(request, key)
    try:
        made = evaluating.plan_usual(viewer_of(request), activity=activity)
    except Invalid as invalid:
        messages.error(request, str(invalid.problems[0].message))
    else:
        messages.success(request, _("%(number)s calls planned.") % {"number": len(made)})
    return redirect("activity-evaluation", activity.reference)


@require_POST
def lessons(request: HttpRequest, key: str) -> HttpResponse:
    activity = activity_of(request, key)
    form = LessonForm(request.POST)
    if form.is_valid():
        evaluating.write_lessons(viewer_of(request), activity=activity, **form.cleaned_data)
        messages.success(request, _("Kept. The training report prints it."))
    return redirect("activity-evaluation", activity.reference)


@require_POST
def superior(request: HttpRequest, place: UUID) -> HttpResponse:
    """The address of a line manager, from the person themselves or their contact point."""
    viewer = viewer_of(request)
    found = Place.objects.past_the_wall("own").select_related("activity", "person").filter(pk=place).first()
    if found is None or not evaluating.may_name(viewer, found):
        raise Http404(_("There is nothing here that you can see."))
    try:
        kept = evaluating.name_superior(viewer, place=found, email=request.POST.get("email", ""))
    except Invalid as invalid:
        messages.error(request, str(invalid.problems[0].message))
    else:
        messages.success(request, _("Kept, for this alone.") if kept else _("Taken out."))
    address = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return redirect(address if ours else "training-mine")


@require_POST
def report(request: HttpRequest, key: str) -> HttpResponse:
    """Build the training report of a finished activity."""
    viewer, activity = viewer_of(request), activity_of(request, key)
    try:
        made = reporting.build(
            viewer, template=REPORT.id, period=str(activity.ends_on.year), scope=activity.reference,
            programme=activity.programme,
        )  # fmt: skip
    except Invalid as invalid:
        messages.error(request, str(invalid.problems[0].message))
        return redirect("activity-evaluation", activity.reference)
    return redirect("report-detail", made.reference)


@require_GET
@never_cache
def answers(request: HttpRequest, key: str, call: UUID, fmt: str) -> HttpResponse:
    """What was answered to one call as a sheet: for the team."""
    viewer, activity = viewer_of(request), activity_of(request, key)
    check_runs(viewer, activity)
    found = call_of(request, activity, call)
    try:
        content, kind = evaluation_answers.export(viewer, evaluation=found, fmt=fmt)
    except Invalid as invalid:
        messages.error(request, str(invalid.problems[0].message))
        return redirect("activity-evaluation", activity.reference)
    answer = HttpResponse(content, content_type=kind)
    name = f"{activity.reference} level {found.level}.{fmt}"
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return answer


# Over activities


@require_GET
@never_cache
def overview(request: HttpRequest) -> HttpResponse:
    """Answer rates over the activities of a year or a project, each over what it is a part of."""
    viewer = viewer_of(request)
    form = CoverageForm(request.GET or None)
    projects = list(queries.projects(viewer).values_list("code", "title"))
    form.fields["project"].choices = [("", _("All")), *projects]  # type: ignore[attr-defined]
    form.fields["level"].choices = [(one.value, f"{one.value}. {one.label}") for one in Level if one != Level.LEARNING]  # type: ignore[attr-defined]
    asked = form.cleaned_data if form.is_valid() else {}
    found = queries.activities(viewer)
    if asked.get("year"):
        found = found.filter(ends_on__year=asked["year"])
    if asked.get("project"):
        found = found.filter(project__code=asked["project"])
    level = int(asked.get("level") or Level.REACTION)
    covered = evaluated.coverage(found, level=level)
    context = {
        "form": form, "coverage": covered, "lines": covered.lines[:SHOWN], "more": len(covered.lines) > SHOWN,
        "level": Level(level), "makes_forms": bool(_to_make(viewer)),
    }  # fmt: skip
    return render(request, "training/evaluation_overview.html", context)


def _to_make(viewer: Viewer) -> list[Any]:
    """The programmes whose standard questionnaires this viewer may make and that lack some."""
    return evaluating.programmes_without_forms(viewer)


@require_POST
def make_forms(request: HttpRequest) -> HttpResponse:
    """Make the questionnaires that come with the program, in the programmes the viewer runs."""
    made = sum(
        evaluating.make_standard_forms(viewer_of(request), programme=one) for one in _to_make(viewer_of(request))
    )
    messages.success(request, _("%(number)s questionnaires made. Edit them like any other.") % {"number": made})
    return redirect("questionnaire-list")
