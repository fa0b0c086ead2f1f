"""Doors to attendance: the register, a form for each session, a sheet, a phone at the door, sheets to sign, badges."""

import csv
from io import StringIO
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from throughline.kernel.access.errors import Invalid, Problem, Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note, verb
from throughline.kernel.resources import registry
from throughline.kernel.resources.access import record_or_404, viewer_of
from throughline.kernel.resources.exporting import BOM, defused
from throughline.training import attendance, papers
from throughline.training.attendance import Mark
from throughline.training.attendance_sheets import names_of, take_in
from throughline.training.badge_codes import grouped
from throughline.training.models import Activity, Place, Session
from throughline.training.registers import TAKEN_IN, Register, check_team, register
from throughline.training.services import attendance as verbs
from throughline.training.services.attendance import BADGE, CODE, Entry, Shown

PDF, CSV = "application/pdf", "text/csv; charset=utf-8"
UNWRITTEN = ""
# What the form offers, in the order in which it is read: the code in the form, the mark, its word.
CHOICES: tuple[tuple[str, Mark | None, Any], ...] = (
    (UNWRITTEN, None, gettext_lazy("Not written")),
    ("100", Mark(100), gettext_lazy("There")),
    ("50", Mark(50), gettext_lazy("Half")),
    ("0", Mark(0), gettext_lazy("Missed")),
    ("excused", Mark(0, excused=True), gettext_lazy("Excused")),
)
BY_CODE = {code: mark for code, mark, _word in CHOICES}
BY_MARK = {mark: code for code, mark, _word in CHOICES}


class SheetForm(forms.Form):
    """Attendance from a sheet."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy(
            "CSV or Excel: a row for each person with a column for each session, or person, session, attendance."
        ),
    )


def activity_of(request: HttpRequest, key: str) -> Activity:
    """An activity the viewer may read and is of the team of."""
    viewer = viewer_of(request)
    found: Activity = record_or_404(registry.get("activity"), viewer, key, whole=False)
    check_team(viewer, found)
    return found


def session_of(activity: Activity, key: UUID) -> Session:
    found = activity.sessions.filter(pk=key).first()
    if found is None:
        raise Http404(_("There is nothing here that you can see."))
    return found


@require_http_methods(["GET", "POST"])
@never_cache
def overview(request: HttpRequest, key: str) -> HttpResponse:
    """The register: everyone, every session, the share; a sheet is taken in here."""
    viewer, activity = viewer_of(request), activity_of(request, key)
    found = register(viewer, activity)
    form = SheetForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            changed = take_in(viewer, activity=activity, content=form.cleaned_data["file"].read())
        except Invalid as invalid:
            for problem in invalid.problems:
                form.add_error("file", in_row(problem))
        else:
            messages.success(request, written(changed))
            return redirect("attendance", activity.reference)
    context = {
        "activity": activity,
        "register": found,
        "columns": [(one, found.counts(one), one in found.held) for one in found.sessions],
        "rows": [(line, [line.marks.get(one.pk) for one in found.sessions]) for line in found.lines],
        "form": form,
        "open": activity.state in TAKEN_IN,
        "now": attendance.current(found.sessions, timezone.now()),
    }
    return render(request, "training/attendance.html", context, status=422 if form.errors else 200)


def in_row(problem: Problem) -> str:
    if problem.row is None:
        return str(problem.message)
    return _("Row %(row)s: %(problem)s") % {"row": problem.row, "problem": problem.message}


def written(changed: int) -> str:
    words = ngettext("%(number)s mark was written.", "%(number)s marks were written.", changed)
    return words % {"number": changed} if changed else _("Nothing was different.")


@require_http_methods(["GET", "POST"])
@never_cache
def session(request: HttpRequest, key: str, session: UUID) -> HttpResponse:
    """One session: a line of choices for each person, for keyboard, phone and mouse, without script."""
    viewer, activity = viewer_of(request), activity_of(request, key)
    sitting = session_of(activity, session)
    found = register(viewer, activity)
    problems: list[Problem] = []
    if request.method == "POST":
        try:
            changed = verbs.take(viewer, activity=activity, entries=_entries(request, found, sitting))
        except Invalid as invalid:
            problems = invalid.problems
            found = register(viewer, activity)
        else:
            messages.success(request, written(changed))
            return redirect("attendance-session", activity.reference, sitting.pk)
    context = {
        "activity": activity,
        "session": sitting,
        "tabs": _tabs(activity, found, sitting),
        "choices": [(code, word) for code, _mark, word in CHOICES],
        "rows": [_row(request, line, sitting) for line in found.lines],
        "counts": found.counts(sitting),
        "problems": problems,
        "begun": sitting in attendance.held(found.sessions, timezone.now() + attendance.EARLY),
        "open": activity.state in TAKEN_IN,
    }
    return render(request, "training/attendance_session.html", context, status=422 if problems else 200)


def _tabs(activity: Activity, found: Register, current: Session) -> list[dict[str, Any]]:
    return [
        {
            "label": str(one),
            "url": reverse("attendance-session", args=[activity.reference, one.pk]),
            "current": one == current,
            "count": found.counts(one)["there"],
        }
        for one in found.sessions
    ]


def _row(request: HttpRequest, line: Any, sitting: Session) -> dict[str, Any]:
    stored = BY_MARK[line.marks.get(sitting.pk)]
    return {
        "line": line,
        "key": line.place.pk,
        "stored": stored,
        "chosen": request.POST.get(f"mark-{line.place.pk}", stored),
        "detail": line.details.get(sitting.pk),
    }


def _entries(request: HttpRequest, found: Register, sitting: Session) -> list[Entry]:
    """What was chosen, beside what the form showed; the button for the rest fills what nobody wrote."""
    fill = BY_CODE.get(request.POST.get("_rest", ""))
    made = []
    for line in found.lines:
        key = line.place.pk
        chosen, seen = (request.POST.get(f"{name}-{key}") for name in ("mark", "seen"))
        if chosen is None or chosen not in BY_CODE or seen not in BY_CODE:
            continue
        mark = BY_CODE[chosen] or fill
        if mark != BY_CODE[seen]:
            made.append(Entry(key, sitting.pk, mark, seen=BY_CODE[seen], checked=True))
    return made


# At the door


@require_http_methods(["GET", "POST"])
@never_cache
def door(request: HttpRequest, key: str) -> HttpResponse:
    """A phone at the door: type the short code of a badge, or let the camera read badges where the browser can."""
    viewer, activity = viewer_of(request), activity_of(request, key)
    sessions = list(activity.sessions.all())
    now = attendance.current(sessions, timezone.now())
    asked = request.POST.get("session") or request.GET.get("session") or (str(now.pk) if now else "")
    chosen = next((one for one in sessions if str(one.pk) == asked), None)
    told: dict[str, str] | None = None
    if request.method == "POST":
        told = _at_door(viewer, activity, request.POST.get("code", ""), chosen)
        if request.headers.get("Accept") == "application/json":
            return JsonResponse(told, status=200 if told["tone"] == "good" else 422)
    context = {"activity": activity, "sessions": sessions, "chosen": chosen, "now": now, "told": told}
    return render(request, "training/door.html", context, status=422 if told and told["tone"] == "stop" else 200)


def _at_door(viewer: Viewer, activity: Activity, code: str, chosen: Session | None) -> dict[str, str]:
    """What a code did, in words. It is typed, or the whole address a camera read."""
    try:
        token = code.strip().rstrip("/").rpartition("/")[2] if "/check-in/" in code else ""
        place = verbs.badge(token) if token else None
        if token and (place is None or place.activity_id != activity.pk):
            raise Invalid([Problem("code", _("This is no badge of this activity."))])
        found = place.pk if place else verbs.coded(activity, code)
        session = chosen.pk if chosen else None
        via = BADGE if token else CODE
        shown = verbs.show_badge(viewer, activity=activity, place=found, session=session, via=via)
    except Invalid as invalid:
        return {"tone": "stop", "text": "; ".join(str(one.message) for one in invalid.problems)}
    except Refused as refused:
        return {"tone": "stop", "text": str(refused)}
    return {"tone": "good", "text": said(viewer, shown)}


def said(viewer: Viewer, shown: Shown) -> str:
    """Who was marked, in which session, or since when they were marked already."""
    values = {
        "person": name_of(viewer, shown.place),
        "session": shown.session,
        "time": f"{timezone.localtime(shown.at):%H:%M}",
    }
    if shown.again:
        return _("%(person)s was marked at %(time)s already, for '%(session)s'.") % values
    return _("%(person)s is marked as there, for '%(session)s'.") % values


def name_of(viewer: Viewer, place: Place) -> str:
    """The name if the viewer may read it, else the reference."""
    person = place.person
    readable = type(person).objects.visible_to(viewer).filter(pk=person.pk).exists()
    return str(person) if readable else str(person.reference)


@require_http_methods(["GET", "POST"])
@never_cache
def check_in(request: HttpRequest, token: str) -> HttpResponse:
    """Where the code of a badge leads: the team sees whose it is, and marks them with one touch. Looking changes nothing."""
    viewer = viewer_of(request)
    place = verbs.badge(token)
    if place is None:
        raise Http404(_("There is nothing here that you can see."))
    activity = activity_of(request, str(place.activity.reference))
    sessions = list(activity.sessions.all())
    now = attendance.current(sessions, timezone.now())
    told = None
    if request.method == "POST":
        chosen = next((one for one in sessions if str(one.pk) == request.POST.get("session")), now)
        told = _at_door(viewer, activity, f"/check-in/{token}/", chosen)
    context = {
        "activity": activity, "place": place, "name": name_of(viewer, place), "sessions": sessions, "now": now,
        "told": told, "token": token,
    }  # fmt: skip
    return render(request, "training/check_in.html", context, status=422 if told and told["tone"] == "stop" else 200)


# Papers


@verb("attendance.print")
def print_papers(actor: Viewer, *, activity: Activity, what: str) -> Register:
    """The register for a paper with names on it; that it was printed is written down."""
    found = register(actor, activity)
    note(activity, after={"printed": what, "names": len(found.lines)})
    return found


@require_GET
@never_cache
def sign_in_sheets(request: HttpRequest, key: str) -> HttpResponse:
    """Sheets to sign: of the session named, else of all."""
    activity = activity_of(request, key)
    found = print_papers(viewer_of(request), activity=activity, what=papers.SIGN_IN)
    wanted = [one for one in found.sessions if request.GET.get("session", str(one.pk)) == str(one.pk)]
    if not wanted:
        raise Http404(_("This activity has no sessions yet. Add them first."))
    return _file(papers.sign_in_sheets(activity, wanted, found.lines), PDF, f"{activity.reference} sign-in.pdf")


@require_GET
@never_cache
def badges(request: HttpRequest, key: str) -> HttpResponse:
    """Badges for everyone with a confirmed place."""
    activity = activity_of(request, key)
    found = print_papers(viewer_of(request), activity=activity, what=papers.BADGES)
    if not found.lines:
        raise Http404(_("Nobody has a confirmed place yet."))
    return _file(papers.badges(activity, found.lines), PDF, f"{activity.reference} badges.pdf")


@require_GET
@never_cache
def sheet(request: HttpRequest, key: str) -> HttpResponse:
    """The register as CSV: to be filled in and brought back, or to be kept."""
    activity = activity_of(request, key)
    found = print_papers(viewer_of(request), activity=activity, what="csv")
    text = StringIO()
    text.write(BOM)
    writer = csv.writer(text)
    begins = [names_of(one)[0] for one in found.sessions]
    writer.writerow(["person", "code", "name", "organisation", *begins])
    for line in found.lines:
        marks = [BY_MARK[line.marks.get(one.pk)] for one in found.sessions]
        cells = [line.reference, grouped(line.code), line.name, line.organisation, *marks]
        writer.writerow([defused(cell) for cell in cells])
    return _file(text.getvalue().encode(), CSV, f"{activity.reference} attendance.csv")


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media_type)
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return answer
