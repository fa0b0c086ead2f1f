"""What is done with comments. They are read on the page of their record; each deed is one post."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.kernel.access.errors import Conflict, Invalid, Problem, Refused
from throughline.kernel.access.requests import ViewerRequest
from throughline.kernel.comments import queries, services
from throughline.kernel.comments.choices import Kind, State
from throughline.kernel.comments.models import Comment
from throughline.kernel.resources import registry
from throughline.kernel.resources.access import record_or_404


@require_GET
def show(request: ViewerRequest, key: UUID) -> HttpResponse:
    """To the place on the record's page where the comment stands: mails and inboxes lead here."""
    return redirect(services.page_of(_comment(request, key)) or "home")


@require_POST
def write(request: ViewerRequest, noun: str, key: str) -> HttpResponse:
    """A new thread. What cannot be taken is shown again as it was typed."""
    resource = next((one for one in registry.all() if one.noun == noun and one.is_record), None)
    if resource is None:
        raise Http404
    record = record_or_404(resource, request.viewer, key, whole=False)
    given = request.POST
    kept = given.get("organisation", "")
    try:
        made = services.write(
            request.viewer,
            record=record,
            text=given.get("text", ""),
            kind=given.get("kind") or Kind.COMMENT,
            part=given.get("part", ""),
            organisation=UUID(kept) if kept else None,
            mentions=_mentions(request),
        )
    except (Invalid, ValueError) as wrong:
        problems = wrong.problems if isinstance(wrong, Invalid) else [Problem("organisation", _("Choose again."), kept)]
        return _again(request, record, problems)
    messages.success(request, _("Your change request was written.") if made.number else _("Your comment was written."))
    return _to(made)


@require_http_methods(["POST"])
def answer(request: ViewerRequest, key: UUID) -> HttpResponse:
    comment = _comment(request, key)
    try:
        made = services.answer(
            request.viewer, comment=comment, text=request.POST.get("text", ""), mentions=_mentions(request)
        )
    except Invalid as invalid:
        return _again(request, comment.record, invalid.problems, comment)
    messages.success(request, _("Your answer was written."))
    return _to(made)


@require_POST
def edit(request: ViewerRequest, key: UUID) -> HttpResponse:
    comment = _comment(request, key)
    try:
        services.edit(request.viewer, comment=comment, text=request.POST.get("text", ""))
    except Invalid as invalid:
        return _again(request, comment.record, invalid.problems, comment)
    messages.success(request, _("Your comment was put right."))
    return _to(comment)


@require_POST
def take_back(request: ViewerRequest, key: UUID) -> HttpResponse:
    return _do(
        request, key, lambda one: services.take_back(request.viewer, comment=one), _("Your comment was taken back.")
    )


@require_POST
def settle(request: ViewerRequest, key: UUID) -> HttpResponse:
    state, reason = request.POST.get("state", State.RESOLVED), request.POST.get("reason", "")
    words = _("Done: %(what)s.") % {"what": dict(State.choices).get(state, state)}
    return _do(
        request, key, lambda one: services.settle(request.viewer, comment=one, state=state, reason=reason), words
    )


@require_POST
def reopen(request: ViewerRequest, key: UUID) -> HttpResponse:
    return _do(request, key, lambda one: services.reopen(request.viewer, comment=one), _("It is open again."))


def _do(request: ViewerRequest, key: UUID, act: Callable[[Comment], Any], done: str) -> HttpResponse:
    """Do it, or say why not, and show the comment where it stands."""
    comment = _comment(request, key)
    try:
        act(comment)
    except Invalid as invalid:
        messages.error(request, invalid.words)
    except (Refused, Conflict) as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, done)
    return _to(comment)


def _again(
    request: ViewerRequest, record: Any, problems: list[Problem], comment: Comment | None = None
) -> HttpResponse:
    """The form once more, with what was typed and what is wrong with it."""
    context = {
        "record": record,
        "comment": comment,
        "problems": problems,
        "action": request.path,
        "text": request.POST.get("text", ""),
        "kept": [(name, request.POST[name]) for name in ("kind", "part", "organisation") if request.POST.get(name)],
        "others": request.POST.get("others", ""),
        "named": [(email, name) for email, name in queries.suggested(request.viewer, record)],
        "chosen": request.POST.getlist("mention"),
        "back_url": _page(record, comment),
    }
    return render(request, "comments/again.html", context, status=422)


def _page(record: Any, comment: Comment | None) -> str:
    from throughline.kernel.trace.queries import url_of  # reason: trace reads nouns, whose flows ask for comments

    return services.page_of(comment) if comment is not None else f"{url_of(record)}#discussion"


def _mentions(request: ViewerRequest) -> list[str]:
    """Those ticked, and those written beside."""
    written = request.POST.get("others", "").replace(";", ",").split(",")
    return [*request.POST.getlist("mention"), *(one.strip() for one in written if one.strip())]


def _comment(request: ViewerRequest, key: UUID) -> Comment:
    found = queries.comment_for(request.viewer, key)
    if found is None:
        raise Http404
    return found


def _to(comment: Comment) -> HttpResponseRedirect:
    return HttpResponseRedirect(services.page_of(comment) or "/")
