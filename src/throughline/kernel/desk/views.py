"""Pages of saved views and of what was opened lately."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.kernel.access.errors import Invalid, Problem, Refused
from throughline.kernel.access.requests import ViewerRequest
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.desk import queries, services
from throughline.kernel.desk.choices import Shared
from throughline.kernel.desk.models import SavedView
from throughline.kernel.desk.rules import may_change, may_share_with_programme, question_of
from throughline.kernel.resources import registry
from throughline.kernel.resources.declare import Resource
from throughline.kernel.resources.listing import Asked

SEPARATOR = ":"


def noun_or_404(noun: str) -> Resource:
    try:
        return registry.get(noun)
    except KeyError as unknown:
        raise Http404(_("There is nothing here that you can see.")) from unknown


def view_or_404(viewer: Viewer, key: UUID) -> SavedView:
    found = queries.view_for(viewer, key)
    if found is None:
        raise Http404(_("There is nothing here that you can see."))
    return found


@require_GET
@never_cache
def view_list(request: ViewerRequest) -> HttpResponse:
    """All views I may open, by list."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for view in queries.views_for(request.viewer):
        groups.setdefault(view.noun, []).append(line_of(request.viewer, view))
    listed = [(capfirst(str(registry.get(noun).title_plural)), lines) for noun, lines in groups.items()]
    return render(request, "desk/views.html", {"groups": sorted(listed, key=lambda group: group[0])})


def line_of(viewer: Viewer, view: SavedView) -> dict[str, Any]:
    """A view as the page of views shows it, with its question in words."""
    asked = Asked.read(registry.get(view.noun), QueryDict(view.question), viewer)
    return {
        "view": view,
        "url": reverse("view-detail", args=[view.pk]),
        "words": asked.words,
        "problems": [problem.message for problem in asked.problems],
        "usual": view.usual,  # type: ignore[attr-defined]  # reason: annotated by with_usual
        "mine": view.person_id == viewer.person,
        "may_change": may_change(viewer, view),
    }


@require_GET
@never_cache
def open_view(request: ViewerRequest, key: UUID) -> HttpResponse:
    """The stable address of a view: it leads to the list with the view's question, for whoever asks."""
    return redirect(queries.list_url(view_or_404(request.viewer, key)))


@require_POST
def open_whole(request: ViewerRequest, noun: str) -> HttpResponse:
    """The list opens whole again."""
    resource = noun_or_404(noun)
    services.make_usual(request.viewer, noun=resource.noun, view=None)
    messages.success(request, _("The list of %(nouns)s opens whole.") % {"nouns": resource.title_plural})
    return redirect("view-list")


@require_http_methods(["GET", "POST"])
@never_cache
def new_view(request: ViewerRequest, noun: str) -> HttpResponse:
    """Keep the question of a list: its address holds it."""
    resource, viewer = noun_or_404(noun), request.viewer
    given = request.GET if request.method == "GET" else request.POST
    question = question_of(request.GET) if request.method == "GET" else given.get("question", "")
    form = {"name": given.get("name", ""), "shared": given.get("shared", Shared.MINE.value), "question": question}
    if request.method == "GET":
        return _draw(request, resource, form, None)
    try:
        view = services.save(viewer, resource=resource, name=form["name"], question=question, **_with(given))
    except Invalid as invalid:
        return _draw(request, resource, form, None, invalid.problems)
    if given.get("usual"):
        services.make_usual(viewer, noun=resource.noun, view=view)
    messages.success(request, _("The view “%(name)s” was saved.") % {"name": view.name})
    return redirect(queries.list_url(view))


@require_http_methods(["GET", "POST"])
@never_cache
def change_view(request: ViewerRequest, key: UUID) -> HttpResponse:
    """Rename a view, share it, or give it the question that was just asked."""
    viewer = request.viewer
    view = view_or_404(viewer, key)
    resource = registry.get(view.noun)
    if not may_change(viewer, view):
        raise Refused(_("Only who made a view may change it; one shared with a programme also its secretariat."))
    shared = view.shared if view.shared == Shared.MINE else _value(view)
    form = {"name": view.name, "shared": shared, "question": view.question}
    if request.method == "GET":
        return _draw(request, resource, form, view)
    given = request.POST
    form = {"name": given.get("name", ""), "shared": given.get("shared", ""), "question": view.question}
    try:
        services.change(viewer, view=view, name=form["name"], **_with(given, standing=view))
    except Invalid as invalid:
        return _draw(request, resource, form, view, invalid.problems)
    messages.success(request, _("The view “%(name)s” was changed.") % {"name": form["name"]})
    return redirect("view-list")


@require_POST
def do_with_view(request: ViewerRequest, key: UUID) -> HttpResponse:
    """Make it usual, copy it, give it the question now asked, delete it."""
    viewer, what = request.viewer, request.POST.get("do", "")
    view = view_or_404(viewer, key)
    if what == "usual":
        services.make_usual(viewer, noun=view.noun, view=view)
        messages.success(request, _("The list now opens with “%(name)s”.") % {"name": view.name})
    elif what == "copy":
        copy = services.duplicate(viewer, view=view)
        messages.success(request, _("“%(name)s” is your copy.") % {"name": copy.name})
    elif what == "update":
        return _update(request, view)
    elif what == "delete":
        services.delete(viewer, view=view)
        messages.success(request, _("The view “%(name)s” was deleted.") % {"name": view.name})
    return redirect("view-list")


def _update(request: ViewerRequest, view: SavedView) -> HttpResponse:
    """The question of the list it was posted from becomes the view's."""
    try:
        changed = services.change(request.viewer, view=view, question=request.POST.get("question", ""))
    except Invalid as invalid:
        messages.error(request, invalid.words)
        return redirect(queries.list_url(view))
    messages.success(request, _("“%(name)s” now asks what the list shows.") % {"name": changed.name})
    return redirect(queries.list_url(changed))


@require_GET
@never_cache
def recent(request: ViewerRequest) -> HttpResponse:
    """What I opened lately; as a part of another page too."""
    part = bool(request.headers.get("HX-Request"))
    if request.viewer.signed_in and not part:
        services.forget_opened(request.viewer, but=services.MOST_REMEMBERED)
    found = queries.recent_for(request.viewer, 6 if part else queries.RECENT)
    return render(request, "desk/parts/recent.html" if part else "desk/recent.html", {"recent": found})


@require_POST
def forget(request: ViewerRequest) -> HttpResponse:
    services.forget_opened(request.viewer)
    messages.success(request, _("Nothing is remembered of what you opened."))
    return redirect("recent-list")


# The form of a view


def _draw(
    request: ViewerRequest,
    resource: Resource,
    form: dict[str, str],
    view: SavedView | None,
    problems: list[Problem] | None = None,
) -> HttpResponse:
    asked = Asked.read(resource, QueryDict(form["question"]), request.viewer)
    context = {
        "resource": resource,
        "form": form,
        "view": view,
        "words": asked.words,
        "columns": asked.params.get("columns", ""),
        "problems": problems or [],
        "circles": circles_of(request.viewer, view),
        "back": queries.list_url(view) if view else f"{reverse(f'{resource.noun}-list')}?{form['question']}",
    }
    return render(request, "desk/view_form.html", context, status=422 if problems else 200)


def circles_of(viewer: Viewer, view: SavedView | None) -> list[tuple[str, str]]:
    """With whom this person may share: value and words."""
    found: list[tuple[str, str]] = [(Shared.MINE.value, str(Shared.MINE.label))]
    organisations = SavedView._meta.get_field("organisation").related_model
    programmes = SavedView._meta.get_field("programme").related_model
    for one in organisations._default_manager.filter(pk__in=viewer.organisations):  # type: ignore[union-attr]
        found.append((f"{Shared.ORGANISATION.value}{SEPARATOR}{one.pk}", _("Everyone at %(name)s") % {"name": one}))
    for one in programmes._default_manager.filter(pk__in=viewer.programmes):  # type: ignore[union-attr]
        if may_share_with_programme(viewer, one.pk):
            found.append((f"{Shared.PROGRAMME.value}{SEPARATOR}{one.pk}", _("Everyone in %(name)s") % {"name": one}))
    if view is not None and view.shared != Shared.MINE and _value(view) not in {value for value, _label in found}:
        found.append((_value(view), str(view.organisation or view.programme)))
    return found


def _value(view: SavedView) -> str:
    return f"{view.shared}{SEPARATOR}{view.organisation_id or view.programme_id}"


def _with(given: QueryDict, standing: SavedView | None = None) -> dict[str, Any]:
    """The circle a form names; nothing, where it stays as it was."""
    told = given.get("shared", Shared.MINE.value)
    if standing is not None and told == (_value(standing) if standing.shared != Shared.MINE else Shared.MINE.value):
        return {}
    shared, _colon, key = told.partition(SEPARATOR)
    try:
        number = UUID(key) if key else None
    except ValueError:
        number = None
    named = {Shared.ORGANISATION.value: "organisation", Shared.PROGRAMME.value: "programme"}
    return {"shared": shared, **({named[shared]: number} if shared in named else {})}
