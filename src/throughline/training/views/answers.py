"""Saying what a catalogue entry answers: search what the viewer may see, link it, take it off again."""

from typing import Any

from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from throughline.kernel.access.choices import Right
from throughline.kernel.access.errors import Refused
from throughline.kernel.access.requests import ViewerRequest
from throughline.kernel.access.rules import may
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.rounds.views.finding import named
from throughline.kernel.trace.models import Link
from throughline.kernel.trace.queries import readable, url_of
from throughline.kernel.trace.services import link, unlink
from throughline.training import answering, queries
from throughline.training.models import Entry


@require_http_methods(["GET", "POST"])
def answers(request: ViewerRequest, key: str) -> HttpResponse:
    """What the entry answers, and a search for more of it."""
    viewer = request.viewer
    entry: Entry = named(queries.entries(viewer), key)
    if not may(viewer, Right.CHANGE, entry):
        raise Refused(_("Only those who may change the entry say what it answers."))
    words = request.GET.get("q", "").strip()
    groups = [(one.code, one.label, list(one.search(viewer, entry, words))) for one in answering.answerables]
    if request.method == "POST":
        return _moved(viewer, entry, request, [row for _code, _label, rows in groups for row in rows])
    links = links_of(entry)
    ends = [(one, left) for one in links if (left := one.left) is not None and _reads(viewer, left)]
    taken = {one.left_id for one in links}
    context = {
        "entry": entry,
        "words": words,
        "links": [(one, str(left), url_of(left)) for one, left in ends],
        "groups": [
            (code, label, [(row, row._meta.label_lower) for row in rows if row.pk not in taken])
            for code, label, rows in groups
        ],
    }
    return render(request, "training/answers.html", context)


def _moved(viewer: Viewer, entry: Entry, request: ViewerRequest, offered: list[models.Model]) -> HttpResponse:
    """Link one of those offered, or take a link off."""
    if request.POST.get("off"):
        made = next((one for one in links_of(entry) if str(one.pk) == request.POST["off"]), None)
        if made is None or not _reads(viewer, made.left):
            raise Http404
        unlink(viewer, link=made)
        messages.success(request, _("The link is taken off."))
    else:
        answered = next((one for one in offered if str(one.pk) == request.POST.get("on")), None)
        if answered is None:
            raise Http404
        link(viewer, left=answered, right=entry, kind=answering.ANSWERS)
        messages.success(request, _("%(record)s is linked.") % {"record": answered})
    return redirect("entry-answers", entry.reference)


def links_of(entry: Entry) -> list[Link]:
    here = ContentType.objects.get_for_model(entry)
    return list(Link.objects.filter(kind=answering.ANSWERS, right_type=here, right_id=entry.pk).order_by("made_at"))


def _reads(viewer: Viewer, record: Any) -> bool:
    return record is not None and bool(readable(viewer, ContentType.objects.get_for_model(record), {record.pk}))
