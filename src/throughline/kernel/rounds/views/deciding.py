"""Doors for deciding on a return: read it beside last time, accept it, give it back with remarks, open it again."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.kernel.access.errors import Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.rounds import queries, services
from throughline.kernel.rounds.choices import ReturnState, RoundState
from throughline.kernel.rounds.models import Return, Version
from throughline.kernel.rounds.rules import may_decide, may_run
from throughline.kernel.rounds.views.beside import side_by_side
from throughline.kernel.rounds.views.finding import BAD_INPUT, done, viewer_of
from throughline.kernel.rounds.views.holders import holder_or_404
from throughline.kernel.rounds.views.inputs import ReasonForm

REMARK = "remark:"


class DecisionForm(forms.Form):
    """What is said on the whole; remarks on single questions come beside.

    It carries the version that was read: nobody accepts one that came in meanwhile and that they have not seen.
    """

    version = forms.IntegerField(required=False, widget=forms.HiddenInput())
    comment = forms.CharField(
        label=_l("Comment on the whole"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )


@require_GET
def decide(request: HttpRequest, key: str) -> HttpResponse:
    """A submitted return, question by question, beside last time and the version before."""
    viewer = viewer_of(request)
    return _page(request, viewer, _to_look_at(viewer, key), DecisionForm())


@require_POST
def accept(request: HttpRequest, key: str) -> HttpResponse:
    """Accept a return: it locks and counts."""
    viewer = viewer_of(request)
    ret = _to_look_at(viewer, key)
    form = DecisionForm(request.POST)
    if _read(form, ret) and done(form, lambda: services.accept(viewer, ret=ret, comment=form.cleaned_data["comment"])):
        messages.success(request, _("Accepted. %(owner)s was told.") % {"owner": ret.owner})
        return redirect("round-detail", ret.round.reference)
    return _page(request, viewer, ret, form, remarks_typed(request))


@require_POST
def give_back(request: HttpRequest, key: str) -> HttpResponse:
    """Give a return back with comments, on the whole or on single questions."""
    viewer = viewer_of(request)
    ret = _to_look_at(viewer, key)
    form = DecisionForm(request.POST)
    typed = remarks_typed(request)
    if _read(form, ret) and done(
        form,
        lambda: services.give_back(viewer, ret=ret, comment=form.cleaned_data["comment"], remarks=typed),
    ):
        messages.success(request, _("Returned with your comments. %(owner)s was told.") % {"owner": ret.owner})
        return redirect("round-detail", ret.round.reference)
    return _page(request, viewer, ret, form, typed)


@require_http_methods(["GET", "POST"])
def reopen(request: HttpRequest, key: str) -> HttpResponse:
    """Open an accepted return again: a decision with a reason."""
    viewer = viewer_of(request)
    ret = _to_look_at(viewer, key)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and done(form, lambda: services.reopen(viewer, ret=ret, **form.cleaned_data)):
        messages.success(request, _("Open again. %(owner)s was told.") % {"owner": ret.owner})
        return redirect("return-decide", ret.reference)
    context = {
        "form": form,
        "round": ret.round,
        "title": _("Open the return of %(owner)s again") % {"owner": ret.owner},
        "lead": _(
            "Its answers no longer count until it is submitted and accepted again. Your reason stays in history."
        ),
        "button": _("Open again"),
        "stop": True,
    }
    return render(request, "rounds/running/reason.html", context, status=BAD_INPUT if form.errors else 200)


def remarks_typed(request: HttpRequest) -> dict[str, str]:
    """The remarks in the form, by place."""
    return {
        name.removeprefix(REMARK): str(text)
        for name, text in request.POST.items()
        if name.startswith(REMARK) and str(text).strip()
    }


def _read(form: DecisionForm, ret: Return) -> bool:
    """Whether the form is fine, and about the newest version."""
    if not form.is_valid():
        return False
    newest = queries.latest_version(ret)
    seen = form.cleaned_data["version"]
    if newest is not None and seen is not None and seen != newest.number:
        form.add_error(None, _("A newer version came in while you were reading. Look at it first."))
        return False
    return True


def _to_look_at(viewer: Viewer, key: str) -> Return:
    ret = holder_or_404(viewer, "return", key)
    if not isinstance(ret, Return) or not may_run(viewer, ret.round):
        raise Refused(_("Only the secretariat that asked decides on a return."))
    return ret


def _page(
    request: HttpRequest, viewer: Viewer, ret: Return, form: DecisionForm, typed: dict[str, str] | None = None
) -> HttpResponse:
    versions = queries.versions_of(ret)
    context: dict[str, Any] = {
        "ret": ret,
        "label": ReturnState(ret.state).label,
        "form": form,
        "decides": may_decide(viewer, ret),
        "own": ret.state == ReturnState.SUBMITTED and ret.submitted_by_id == viewer.person,
        "reopens": ret.state == ReturnState.ACCEPTED and ret.round.state == RoundState.OPEN,
        "versions": versions,
        **(_answers(ret, versions, typed or {}) if versions else {}),
    }
    return render(request, "rounds/running/decide.html", context, status=BAD_INPUT if form.errors else 200)


def _answers(ret: Return, versions: list[Version], typed: dict[str, str]) -> dict[str, Any]:
    newest = versions[0]
    earlier = next((one for one in versions[1:] if not one.nil), None)
    last_return = queries.return_before(ret)
    if newest.nil:
        return {"version": newest, "parts": [], "last": last_return}
    said = [remark for one in versions for remark in one.remarks.all()]
    parts, evaluation = side_by_side(
        newest.edition.form,
        newest.answers,
        last=queries.before(ret),
        previous=earlier.answers if earlier else None,
        language=get_language() or "",
        remarks=said,
        typed=typed,
    )
    labels = {place.place: place.label for place in evaluation.places}
    return {
        "version": newest,
        "earlier": earlier,
        "last": last_return,
        "parts": parts,
        "warnings": [(labels.get(one.place) or one.place, one.message) for one in evaluation.problems],
        "asked": evaluation.asked,
        "answered": evaluation.answered,
        "changed": sum(part.changed for part in parts) if earlier else 0,
    }
