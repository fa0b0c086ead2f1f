"""Doors to answering: a section a page, saved as one types or with the button, files, media of the form."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.kernel.access.errors import Invalid, Problem, Refused
from throughline.kernel.files.answers import handed
from throughline.kernel.files.services import keep
from throughline.kernel.rounds import services
from throughline.kernel.rounds.forms.definition import MEDIA, Question
from throughline.kernel.rounds.forms.places import path_of
from throughline.kernel.rounds.models import EditionMedia, Return
from throughline.kernel.rounds.openrosa.purposes import PHONE
from throughline.kernel.rounds.rules import is_open, may_answer
from throughline.kernel.rounds.services.answering import Saved
from throughline.kernel.rounds.views.controls import section_drawn
from throughline.kernel.rounds.views.holders import Holder, anchor, holder_or_404, to, viewer_of
from throughline.kernel.rounds.views.incoming import FILE, WAS, Changes, changes_in, changes_sent
from throughline.kernel.rounds.views.overview import locked_context
from throughline.kernel.rounds.views.sections import (
    Section,
    code_of,
    file_addresses,
    language_of,
    languages_offered,
    section_or_404,
    sections_of,
    shared_parts,
    showing_of,
)
from throughline.kernel.rounds.views.standing import standing_of

# Shown as they are; anything else a form brings with it is handed out as a download.
SHOWN_MEDIA = ("image/png", "image/jpeg", "image/gif", "image/webp", "audio/", "video/")


@require_GET
def begin(request: HttpRequest, noun: str, key: str) -> HttpResponse:
    """To the first section that still has something to answer or to put right."""
    viewer = viewer_of(request)
    holder = _to_answer(request, noun, key)
    language = language_of(request, holder)
    sections = [one for one in _sections(viewer, holder, language) if one.relevant]
    if not sections:
        raise Http404(_("This questionnaire asks nothing."))
    return redirect(next((one for one in sections if not one.done and one.asked), sections[0]).url)


@require_http_methods(["GET", "POST"])
def fill(request: HttpRequest, noun: str, key: str, section: str) -> HttpResponse:
    """One section. Without script, its form saves; with it, answers are saved as they are typed."""
    holder = _to_answer(request, noun, key)
    if not is_open(holder):
        return _locked(request, holder)
    if request.method == "POST":
        return _posted(request, holder, section)
    services.note_opened(viewer_of(request), holder=holder)
    return _page(request, holder, section)


@require_POST
def save(request: HttpRequest, noun: str, key: str) -> HttpResponse:
    """What was typed lately, as JSON; answers with how the section stands now."""
    viewer = viewer_of(request)
    holder = holder_or_404(viewer, noun, key)
    try:
        changes, sent = changes_sent(holder.edition.form, request)
        saved = services.save(viewer, holder=holder, changes=changes)
    except Refused as refused:
        return JsonResponse({"refused": str(refused)}, status=403)
    except Invalid as invalid:
        return JsonResponse({"refused": invalid.words}, status=400)
    return _standing(request, holder, saved, str(sent.get("section", "")), changes)


@require_POST
def attach(request: HttpRequest, noun: str, key: str) -> HttpResponse:
    """A file given as an answer, sent as soon as it is chosen."""
    holder = holder_or_404(viewer_of(request), noun, key)
    place, was = request.POST.get("place", ""), request.POST.get("was", "")
    try:
        changes = _files(request, holder, {place: was})
        saved = services.save(viewer_of(request), holder=holder, changes=changes)
    except Refused as refused:
        return JsonResponse({"refused": str(refused)}, status=403)
    except Invalid as invalid:
        return JsonResponse({"wrong": {place: invalid.words}}, status=400)
    return _standing(request, holder, saved, request.POST.get("section", ""), changes)


@require_POST
def prefill(request: HttpRequest, key: str) -> HttpResponse:
    """Take over everything from last time where nothing is answered yet."""
    holder = _to_answer(request, "return", key)
    if not isinstance(holder, Return):
        raise Http404
    saved = services.take_prefill(viewer_of(request), ret=holder)
    taken = len(saved.changed)
    told = _("%(count)s answers taken over from last time. Check them before you send.") % {"count": taken}
    messages.success(request, told if taken else _("Nothing was taken over: what was answered last time is answered."))
    address = request.POST.get("next", "")
    ours = url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return redirect(address if ours else to(holder, "detail"))


@require_GET
def media(request: HttpRequest, noun: str, key: str, name: str) -> HttpResponse:
    """A picture, sound or film of the form, for whoever reads the return or part it belongs to."""
    holder = holder_or_404(viewer_of(request), noun, key)
    found = EditionMedia.objects.filter(edition=holder.edition, name=name).first()
    if found is None:
        raise Http404
    shown = found.media_type.startswith(SHOWN_MEDIA)
    kind = found.media_type if shown else "application/octet-stream"
    return handed(bytes(found.content), kind, found.name, attached=not shown, kept="private, max-age=86400")


def _to_answer(request: HttpRequest, noun: str, key: str) -> Holder:
    """The return or part, for those whose answers it holds."""
    viewer = viewer_of(request)
    holder = holder_or_404(viewer, noun, key)
    if not may_answer(viewer, holder):
        raise Refused(_("Only people of %(owner)s answer this.") % {"owner": holder.owner})
    return holder


def _posted(request: HttpRequest, holder: Holder, name: str) -> HttpResponse:
    """Save what the page sent, then do what its button says."""
    viewer, post = viewer_of(request), request.POST
    left = frozenset(post.getlist("theirs"))
    changes = changes_in(holder.edition.form, post, left=left)
    changes |= {place: (post.get(WAS + place, ""), "") for place in post.getlist("clear")}
    problems: list[Problem] = []
    try:
        places = [name.removeprefix(FILE) for name in request.FILES]
        changes |= _files(request, holder, {place: post.get(WAS + place, "") for place in places})
    except Invalid as invalid:
        problems = invalid.problems
    saved = services.save(viewer, holder=holder, changes=changes)
    if saved.conflicts or problems:
        return _page(request, holder, name, saved=saved, problems=problems, status=409 if saved.conflicts else 400)
    return _then(request, holder, name, saved)


def _then(request: HttpRequest, holder: Holder, name: str, saved: Saved) -> HttpResponse:
    """Where the button leads: a row more or less, last time's answer, the next section, or here again."""
    viewer, post, here = viewer_of(request), request.POST, to(holder, "answer", name)
    if place := post.get("add"):
        before = set(holder.sheet.answers)
        services.add_row(viewer, holder=holder, place=place)
        holder.sheet.refresh_from_db()
        rows = [one for one in holder.sheet.answers if one not in before and one.startswith(f"{place}[")]
        return redirect(f"{here}#{anchor(min(rows, key=len))}" if rows else here)
    if place := post.get("remove"):
        services.remove_row(viewer, holder=holder, place=place)
        return redirect(f"{here}#{anchor(place.rpartition('[')[0])}")
    if (place := post.get("take")) and isinstance(holder, Return):
        services.take_prefill(viewer, ret=holder, places=[place])
        return redirect(f"{here}#{anchor(place)}")
    if place := post.get("clear") or post.get("theirs"):
        return redirect(f"{here}#{anchor(place)}")
    if post.get("action") == "next":
        return _next(request, holder, name)
    messages.success(request, _("Saved."))
    return redirect(here)


def _next(request: HttpRequest, holder: Holder, name: str) -> HttpResponse:
    """The next section that is asked; first what is wrong in this one, and after the last the check."""
    holder.sheet.refresh_from_db()
    sections = _sections(viewer_of(request), holder, language_of(request, holder))
    here = section_or_404(sections, name)
    if here.problems:
        return redirect(f"{here.url}?check=1")
    after = [one for one in sections[sections.index(here) + 1 :] if one.relevant]
    return redirect(after[0].url if after else to(holder, "submit"))


def _files(request: HttpRequest, holder: Holder, given: dict[str, str]) -> Changes:
    """Keep the files that came for these places (place -> its answer until now). Raises Refused or Invalid."""
    changes: Changes = {}
    viewer = viewer_of(request)
    if not may_answer(viewer, holder) or not is_open(holder):
        raise Refused(_("This does not take answers now."))
    for place, was in given.items():
        upload: Any = request.FILES.get(FILE + place) or request.FILES.get("file")
        item = holder.edition.form.items.get(path_of(place))
        if upload is None or not isinstance(item, Question) or item.kind not in MEDIA:
            raise Invalid([Problem(place, _("Choose a file first."))])
        try:
            file = keep(
                viewer,
                name=_free_name(viewer, holder, upload.name or ""),
                content=upload.read(),
                about=holder,
                purpose=PHONE.code,
            )
        except Invalid as invalid:
            raise Invalid([Problem(place, one.message, one.value) for one in invalid.problems]) from invalid
        changes[place] = (was, file.name)
    return changes


def _free_name(viewer: Any, holder: Holder, name: str) -> str:
    """A name that no other file of this return has: the answer names its file by it."""
    taken = file_addresses(viewer, holder)
    stem, dot, ending = name.rpartition(".")
    number, free = 1, name
    while free in taken:
        number += 1
        free = f"{stem}-{number}{dot}{ending}" if dot else f"{name}-{number}"
    return free


def _sections(viewer: Any, holder: Holder, language: str) -> tuple[Section, ...]:
    showing = showing_of(viewer, holder, language)
    return sections_of(holder, showing.evaluation, language, shared_parts(viewer, holder))


def _page(
    request: HttpRequest,
    holder: Holder,
    name: str,
    *,
    saved: Saved | None = None,
    problems: list[Problem] | None = None,
    status: int = 200,
) -> HttpResponse:
    viewer = viewer_of(request)
    if saved is not None:
        holder.sheet.refresh_from_db()
    language = language_of(request, holder)
    showing = showing_of(viewer, holder, language, clashes=saved.conflicts if saved else ())
    sections = sections_of(holder, showing.evaluation, language, shared_parts(viewer, holder))
    section = section_or_404(sections, name)
    asked = [one for one in sections if one.relevant]
    at = asked.index(section) if section in asked else 0
    context = {
        "holder": holder,
        "section": section,
        "sections": sections,
        "number": at + 1,
        "total": len(asked),
        "previous": asked[at - 1] if at > 0 else None,
        "last": at + 1 >= len(asked),
        "nodes": section_drawn(showing, section.items),
        "language": language,
        "language_code": code_of(language),
        "form_languages": languages_offered(showing.form, language),
        "problems": _summed(showing, section, problems or [], request),
        "clashes": [(anchor(place), showing.clashes[place]) for place in showing.clashes],
        "prefill": bool(showing.before),
        "general_remarks": showing.remarks_at.get("", []),
        "save_url": to(holder, "save"),
        "attach_url": to(holder, "attach"),
        "submit_url": to(holder, "submit"),
        "words": _words(),
    }
    return render(request, "rounds/answer/fill.html", context, status=status)


def _summed(showing: Any, section: Section, problems: list[Problem], request: HttpRequest) -> list[dict[str, str]]:
    """What is wrong on this page, for the summary on top: after a button was pressed, not while somebody types."""
    named = [(one.field, str(one.message)) for one in problems]
    if "check" in request.GET or request.method == "POST":
        named += [
            (one.place, one.problem) for one in showing.evaluation.places if one.problem and one.item.top == section.top
        ]
    found = []
    for place, message in named:
        stands = showing.evaluation.at(place)
        found.append({"target": anchor(place), "label": stands.label if stands else place, "message": message})
    return found


def _standing(request: HttpRequest, holder: Holder, saved: Saved, name: str, changes: Changes) -> JsonResponse:
    viewer = viewer_of(request)
    holder.sheet.refresh_from_db()
    language = language_of(request, holder)
    showing = showing_of(viewer, holder, language, clashes=saved.conflicts)
    sections = sections_of(holder, showing.evaluation, language)
    return JsonResponse(standing_of(showing, sections, name, saved, changes))


def _locked(request: HttpRequest, holder: Holder) -> HttpResponse:
    """Nothing can be answered now: why, and where to go."""
    status = 409 if request.method == "POST" else 200
    return render(request, "rounds/answer/locked.html", locked_context(holder), status=status)


def _words() -> dict[str, str]:
    """What the script says, in the reader's language."""
    return {
        "saving": _("Saving"),
        "saved": _("Saved %(time)s"),
        "waiting": _("Not saved yet: there is no connection. What you typed stays here; it is tried again by itself."),
        "out": _(
            "Not saved: you are signed out. Sign in again in another tab, then go on here; nothing typed is lost."
        ),
        "clash": _("Saved, but somebody else answered the same question. Choose which answer holds."),
        "leave": _("Some answers are not saved yet."),
        "keep_theirs": _("Keep theirs"),
        "use_mine": _("Use mine"),
        "no_answer": _("No answer"),
        "of": _("%(answered)s of %(asked)s"),
        "wrong": _("%(count)s to put right"),
        "sending": _("Sending the file"),
    }
