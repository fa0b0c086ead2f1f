"""Doors to returns and parts as records: what is asked of you, one return, its versions, sending it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.kernel.access.errors import Invalid, Refused
from throughline.kernel.access.explain import meaning
from throughline.kernel.rounds import queries, services
from throughline.kernel.rounds.choices import Via
from throughline.kernel.rounds.forms.places import is_row, section_of
from throughline.kernel.rounds.models import Part, Return, Version
from throughline.kernel.rounds.rules import is_open, may_answer, may_submit
from throughline.kernel.rounds.views import owed
from throughline.kernel.rounds.views.holders import Holder, anchor, holder_or_404, to, viewer_of
from throughline.kernel.rounds.views.overview import beside, locked_context, overview
from throughline.kernel.rounds.views.reading import changes_between, chapters
from throughline.kernel.rounds.views.sections import (
    code_of,
    evaluated,
    language_of,
    languages_offered,
    sections_of,
    shared_parts,
    showing_of,
)
from throughline.kernel.rounds.views.wording import plain

WORKING = "now"


@require_GET
def asked(request: HttpRequest) -> HttpResponse:
    """What is asked of the viewer: owed, to approve, to decide, done."""
    return render(request, "rounds/answer/asked.html", owed.desk(viewer_of(request)))


@require_GET
def show(request: HttpRequest, noun: str, key: str) -> HttpResponse:
    """The page of one return or part."""
    viewer = viewer_of(request)
    holder = holder_or_404(viewer, noun, key)
    services.note_opened(viewer, holder=holder)
    context = overview(viewer, holder, language_of(request, holder)) | beside(viewer, holder)
    return render(request, "rounds/answer/record.html", context)


@require_GET
def version(request: HttpRequest, noun: str, key: str, number: int) -> HttpResponse:
    """One version as it was handed in."""
    viewer = viewer_of(request)
    holder = holder_or_404(viewer, noun, key)
    found = next((one for one in queries.versions_of(holder) if one.number == number), None)
    if found is None:
        raise Http404
    language = language_of(request, holder)
    showing = showing_of(viewer, holder, language, answers=dict(found.answers))
    showing.remarks = list(found.remarks.all())
    context = {
        "holder": holder,
        "version": found,
        "chapters": chapters(showing, sections_of(holder, showing.evaluation, language)),
        "language_code": code_of(language),
        "form_languages": languages_offered(showing.form, language),
        "detail_url": to(holder, "detail"),
    }
    return render(request, "rounds/answer/version.html", context)


@require_GET
def compare(request: HttpRequest, noun: str, key: str) -> HttpResponse:
    """Two versions beside each other, question by question; who answers may compare with what is being written."""
    viewer = viewer_of(request)
    holder = holder_or_404(viewer, noun, key)
    versions = queries.versions_of(holder)
    choices = _comparable(viewer, holder, versions)
    if len(choices) < 2:
        raise Http404(_("There is only one version."))
    names = [name for name, _label in choices]
    new = request.GET.get("to", names[0])
    old = request.GET.get("from", next((name for name in names if name != new), ""))
    if new not in names or old not in names:
        raise Http404
    language = language_of(request, holder)
    answers = {str(one.number): dict(one.answers) for one in versions} | {WORKING: dict(holder.sheet.answers)}
    told = (evaluated(holder, answers[old], language), evaluated(holder, answers[new], language))
    # A version holds what is computed and not what is hidden; what is being written is compared as it would be.
    answers[WORKING] = told[1].answers if new == WORKING else told[0].answers
    remarks = [remark for one in versions if str(one.number) == old for remark in one.remarks.all()]
    context = {
        "holder": holder,
        "choices": choices,
        "old": old,
        "new": new,
        "old_label": dict(choices)[old],
        "new_label": dict(choices)[new],
        "changes": changes_between(holder.edition.form, answers[old], answers[new], told, language, remarks),
        "general_remarks": [remark for remark in remarks if not remark.place],
        "language_code": code_of(language),
        "detail_url": to(holder, "detail"),
    }
    return render(request, "rounds/answer/compare.html", context)


@require_http_methods(["GET", "POST"])
def submit(request: HttpRequest, noun: str, key: str) -> HttpResponse:
    """The last look: what is missing, who will read it, and the button that sends."""
    viewer = viewer_of(request)
    holder = _open_to(request, noun, key)
    if not is_open(holder):
        return _locked(request, holder)
    if request.method == "POST":
        try:
            return _sent(request, holder)
        except Invalid:
            holder.refresh_from_db()
    language = language_of(request, holder)
    evaluation = evaluated(holder, dict(holder.sheet.answers), language, final=True)
    sections = sections_of(holder, evaluation, language)
    status = 400 if request.method == "POST" else 200
    open_parts = [part for part in shared_parts(viewer, holder) if part.state != Part.States.HANDED_IN]
    context = {
        "holder": holder,
        "missing": missing_of(holder, evaluation, sections, language),
        "sections": [one for one in sections if one.relevant],
        "asked": sum(one.asked for one in sections),
        "answered": sum(one.answered for one in sections),
        "open_parts": open_parts,
        "may_send": may_submit(viewer, holder) if isinstance(holder, Return) else True,
        "is_return": isinstance(holder, Return),
        "comment": request.POST.get("comment", ""),
        "opens": meaning(holder.round.opens_to),
        "language_code": code_of(language),
        "detail_url": to(holder, "detail"),
        "answer_url": to(holder, "begin"),
        "ready_url": to(holder, "ready") if isinstance(holder, Return) else "",
    }
    return render(request, "rounds/answer/submit.html", context, status=status)


@require_POST
def ready(request: HttpRequest, key: str) -> HttpResponse:
    """Ask the contact point to approve."""
    ret = _own_return(request, key)
    try:
        services.ready(viewer_of(request), ret=ret, comment=request.POST.get("comment", "").strip())
    except Invalid:
        messages.error(request, _("Some answers are missing or wrong. They are listed here."))
        return redirect(to(ret, "submit"))
    messages.success(request, _("Your national contact point was told that this is ready."))
    return redirect(to(ret, "detail"))


@require_http_methods(["GET", "POST"])
def nothing(request: HttpRequest, key: str) -> HttpResponse:
    """Answer that there is nothing to report, with the reason."""
    viewer = viewer_of(request)
    ret = _own_return(request, key)
    if not is_open(ret):
        return _locked(request, ret)
    if not may_submit(viewer, ret):
        raise Refused(_("Your national contact point approves this return and sends it."))
    problem, reason = "", request.POST.get("reason", "")
    if request.method == "POST":
        try:
            services.submit_nil(viewer, ret=ret, reason=reason)
        except Invalid as invalid:
            problem = invalid.words
        else:
            messages.success(request, _("Sent: nothing to report. It counts as an answer."))
            return redirect(to(ret, "detail"))
    context = {
        "holder": ret,
        "problem": problem,
        "reason": reason,
        "kept": sum(not is_row(place) for place in ret.sheet.answers),
        "detail_url": to(ret, "detail"),
    }
    return render(request, "rounds/answer/nothing.html", context, status=400 if problem else 200)


@require_POST
def take_back(request: HttpRequest, key: str) -> HttpResponse:
    """Take a return back before anyone has decided."""
    ret = _own_return(request, key)
    try:
        services.take_back(viewer_of(request), ret=ret, reason=request.POST.get("reason", ""))
    except Invalid as invalid:
        messages.error(request, invalid.words)
    else:
        messages.success(request, _("Taken back. Change what has to change, and send it again."))
    return redirect(to(ret, "detail"))


def _locked(request: HttpRequest, holder: Holder) -> HttpResponse:
    """Nothing can be sent now: the same page as where nothing can be answered."""
    return render(request, "rounds/answer/locked.html", locked_context(holder), status=409 if request.POST else 200)


def _own_return(request: HttpRequest, key: str) -> Return:
    ret = _open_to(request, "return", key)
    if not isinstance(ret, Return):
        raise Http404
    return ret


def _open_to(request: HttpRequest, noun: str, key: str) -> Holder:
    viewer = viewer_of(request)
    holder = holder_or_404(viewer, noun, key)
    if not may_answer(viewer, holder):
        raise Refused(_("Only people of %(owner)s do this.") % {"owner": holder.owner})
    return holder


def _sent(request: HttpRequest, holder: Holder) -> HttpResponse:
    viewer, comment = viewer_of(request), request.POST.get("comment", "").strip()
    if isinstance(holder, Return):
        services.submit(viewer, ret=holder, via=Via.BROWSER, comment=comment)
        messages.success(request, _("Approved and sent. You will be told when it is accepted or returned."))
    else:
        contact = holder.of.owner
        services.hand_in(viewer, part=holder, via=Via.BROWSER, comment=comment)
        messages.success(request, _("Handed in to %(owner)s.") % {"owner": contact})
    return redirect(to(holder, "detail"))


def missing_of(holder: Holder, evaluation: Any, sections: Any, language: str) -> list[dict[str, str]]:
    """What stands in the way of sending, question by question, each with the way to it."""
    by_top = {one.top: one for one in sections}
    found = []
    for problem in evaluation.problems:
        stands = evaluation.at(problem.place)
        section = by_top.get(section_of(problem.place)) or by_top.get("")
        if section is not None:
            label = plain(stands.label) if stands else problem.place
            found.append(
                {
                    "section": section.title,
                    "label": label,
                    "message": problem.message,
                    "url": f"{section.url}#{anchor(problem.place)}",
                }
            )
    return found


def _comparable(viewer: Any, holder: Holder, versions: list[Version]) -> list[tuple[str, str]]:
    """The versions to choose from, the newest first; the working answers for those who write them."""
    found = [(str(one.number), _("Version %(number)s") % {"number": one.number}) for one in versions]
    if may_answer(viewer, holder) and queries.answers_shown(viewer, holder).working and versions:
        return [(WORKING, _("As it is being written now")), *found]
    return found
