"""Doors for the national contact point: share a return out, see parts come in, put them together."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_http_methods

from throughline.kernel.access.errors import Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.rounds import asking, queries, services
from throughline.kernel.rounds.choices import OPEN_RETURN, PartState, RoundState
from throughline.kernel.rounds.forms.definition import Question
from throughline.kernel.rounds.models import Part, Return
from throughline.kernel.rounds.rules import is_contact_point
from throughline.kernel.rounds.services.parts import lines_of
from throughline.kernel.rounds.views.beside import joined, picked, side_by_side
from throughline.kernel.rounds.views.deciding import DecisionForm, remarks_typed
from throughline.kernel.rounds.views.finding import BAD_INPUT, done, named, viewer_of
from throughline.kernel.rounds.views.holders import holder_or_404
from throughline.kernel.rounds.views.inputs import ReasonForm, ShareForm
from throughline.kernel.rounds.views.wording import plain


class TakeOverForm(forms.Form):
    reason = forms.CharField(
        label=_l("How you settled it"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_l("One reason for all contradictions, such as 'agreed by telephone on 7 March'."),
    )


@require_http_methods(["GET", "POST"])
def share_out(request: HttpRequest, key: str) -> HttpResponse:
    """Who answers what in the country, how far they are, and one more institution to ask."""
    viewer = viewer_of(request)
    ret = _own_return(viewer, key)
    parts = queries.parts_standing(viewer, ret)
    titles = _sections(ret)
    there = {ret.owner_id, *(part.owner_id for part in parts)}
    institutions = asking.institutions_of(ret.owner.jurisdiction_id)
    form = ShareForm(
        request.POST if request.method == "POST" else None,
        organisations=[one for one in institutions if one.pk not in there],
        sections=list(titles.items()),
    )
    if form.is_valid():
        given = form.cleaned_data
        organisation = form.organisations[given["organisation"]]
        values = {"sections": given["sections"], "due_on": given["due_on"], "note_text": given["note"]}
        if done(form, lambda: services.share_out(viewer, ret=ret, organisation=organisation, **values)):
            messages.success(request, _("%(organisation)s was asked.") % {"organisation": organisation})
            return redirect("return-share-out", ret.reference)
    context = {
        "ret": ret,
        "form": form,
        "waits": _waits(ret),
        "rows": [_row(part, titles) for part in parts],
        "inside": sum(part.state == PartState.HANDED_IN for part in parts),
    }
    return render(request, "rounds/parts/share_out.html", context, status=BAD_INPUT if form.errors else 200)


@require_http_methods(["GET", "POST"])
def send_back(request: HttpRequest, key: str, ref: str) -> HttpResponse:
    """What an institution handed in, with a box for a remark beside each question."""
    viewer = viewer_of(request)
    ret = _own_return(viewer, key)
    part = _part_of(ret, ref)
    version = queries.latest_version(part)
    if part.state != PartState.HANDED_IN or version is None:
        raise Refused(_("Only a part that was handed in can be sent back."))
    form = DecisionForm(request.POST if request.method == "POST" else None)
    typed = remarks_typed(request)
    if form.is_valid() and done(
        form, lambda: services.send_back(viewer, part=part, comment=form.cleaned_data["comment"], remarks=typed)
    ):
        messages.success(request, _("Sent back to %(organisation)s.") % {"organisation": part.owner})
        return redirect("return-share-out", ret.reference)
    shown, _evaluation = side_by_side(
        version.edition.form,
        version.answers,
        last={},
        language=get_language() or "",
        remarks=[remark for one in queries.versions_of(part) for remark in one.remarks.all()],
        typed=typed,
        only=part.sections,
    )
    context = {"ret": ret, "part": part, "form": form, "parts": shown, "version": version, "decides": True}
    return render(request, "rounds/parts/send_back.html", context, status=BAD_INPUT if form.errors else 200)


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, key: str, ref: str) -> HttpResponse:
    """Ask an institution no longer, with a reason."""
    viewer = viewer_of(request)
    ret = _own_return(viewer, key)
    part = _part_of(ret, ref)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and done(form, lambda: services.withdraw_part(viewer, part=part, **form.cleaned_data)):
        messages.success(request, _("%(organisation)s is no longer asked.") % {"organisation": part.owner})
        return redirect("return-share-out", ret.reference)
    context = {
        "ret": ret,
        "form": form,
        "title": _("Ask %(organisation)s no longer") % {"organisation": part.owner},
        "lead": _("What was written there stays with those who wrote it."),
    }
    return render(request, "rounds/parts/withdraw.html", context, status=BAD_INPUT if form.errors else 200)


@require_http_methods(["GET", "POST"])
def take_over(request: HttpRequest, key: str) -> HttpResponse:
    """The parts beside each other, question by question; contradictions first, each with a choice."""
    viewer = viewer_of(request)
    ret = _own_return(viewer, key)
    parts = [part for part in queries.parts_standing(viewer, ret) if part.state == PartState.HANDED_IN]
    names = {part.reference: str(part.owner) for part in parts}
    given = {name: str(value) for name, value in request.POST.items()}
    lines = joined(ret, lines_of(ret), names, language=get_language() or "", given=given)
    form = TakeOverForm(request.POST if request.method == "POST" else None)
    saved: list[Any] = []
    if form.is_valid():
        values = {"choices": picked(lines), "reason": form.cleaned_data["reason"]}
        if done(form, lambda: saved.append(services.take_over(viewer, ret=ret, **values))):
            return _taken_over(request, ret, len(saved[0].conflicts), len(saved[0].changed))
    context = {
        "ret": ret,
        "form": form,
        "waits": _waits(ret),
        "parts": parts,
        "to_decide": [one for one in lines if one.to_decide],
        "settled": [one for one in lines if not one.to_decide],
    }
    return render(request, "rounds/parts/take_over.html", context, status=BAD_INPUT if form.errors else 200)


def _taken_over(request: HttpRequest, ret: Return, left: int, changed: int) -> HttpResponse:
    said = ngettext("%(number)d answer was taken over.", "%(number)d answers were taken over.", changed)
    messages.success(request, said % {"number": changed})
    if left:
        still = ngettext("%(number)d question is left to decide.", "%(number)d questions are left to decide.", left)
        messages.warning(request, still % {"number": left})
        return redirect("return-take-over", ret.reference)
    return redirect("return-detail", ret.reference)


def _own_return(viewer: Viewer, key: str) -> Return:
    ret = holder_or_404(viewer, "return", key)
    if not isinstance(ret, Return) or not is_contact_point(viewer, ret):
        raise Refused(_("Only the national contact point shares a return out and puts its parts together."))
    return ret


def _part_of(ret: Return, key: str) -> Part:
    """A part of the return, for its contact point: also one that is still private to its institution."""
    related = ("owner", "of__round__edition", "sheet", "programme")
    return named(ret.parts.past_the_wall("round").select_related(*related), key)  # type: ignore[no-any-return]


def _row(part: Part, titles: dict[str, str]) -> dict[str, Any]:
    """How far an institution is with its part."""
    state = PartState(part.state)
    tones = {PartState.HANDED_IN: "good", PartState.SENT_BACK: "attention"}
    return {
        "part": part,
        "label": state.label,
        "tone": tones.get(state, "waiting"),
        "sections": [titles.get(one, one) for one in part.sections],
    }


def _waits(ret: Return) -> bool:
    return ret.round.state == RoundState.OPEN and ret.state in OPEN_RETURN


def _sections(ret: Return) -> dict[str, str]:
    """The top-level sections of the form, by name."""
    form = ret.edition.form
    language = form.language_for(get_language() or "")
    return {
        item.name: plain(item.label(language)) or item.name for item in form.children if not isinstance(item, Question)
    }
