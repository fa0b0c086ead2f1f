"""The calendar: month, list and timeline; as a file; and the secret addresses one subscribes to."""

from typing import Any
from uuid import UUID

from babel.dates import get_month_names
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from throughline.kernel.access.choices import Handling
from throughline.kernel.access.errors import Invalid
from throughline.kernel.access.standing import arrive
from throughline.kernel.periods import Block, Month, Period
from throughline.kernel.resources import registry
from throughline.kernel.resources.access import record_or_404, viewer_of
from throughline.kernel.ui import formats
from throughline.kernel.ui.problems import show_problems
from throughline.kernel.upkeep.guesses import Guesses
from throughline.people.queries import viewer_for
from throughline.training.calendars import drawing
from throughline.training.calendars.asking import FILTERS, VIEWS, Question, ask
from throughline.training.calendars.events import events_of
from throughline.training.calendars.files import calendar_file
from throughline.training.models import Activity
from throughline.training.services import feeds
from throughline.training.web import activity_address

WRONG = Guesses("calendar")
MOST_SHOWN = 500
MOST_EVENTS = 2_000
CALENDAR = "text/calendar; charset=utf-8"


@require_GET
def calendar(request: HttpRequest) -> HttpResponse:
    """What takes place when: three ways to look at the same question."""
    question = ask(viewer_of(request), request.GET.dict())
    rows = list(question.rows()[: MOST_SHOWN + 1])
    context = {
        "question": question,
        "tabs": [
            {"label": label, "url": question.address(view=name), "current": name == question.view}
            for name, label in VIEWS.items()
        ],
        "chosen": question.chips(),
        "clear_url": f"?view={question.view}&on={question.period}",
        "filters": [_drawn(question, one) for one in FILTERS],
        "period": _label(question.period),
        "before": _beside(question, question.period.previous),
        "after": _beside(question, question.period.next),
        "today_url": question.address(on=None),
        "mine_url": "" if question.mine else question.address(mine="1"),
        "file_url": reverse("calendar-file") + question.address(),
        "feed_url": reverse("calendar-feeds") + "?" + question.stored,
        "rows": rows[:MOST_SHOWN],
        "too_many": len(rows) > MOST_SHOWN,
        "nearest": None if rows or question.problems else question.nearest(),
        "may_add": registry.get("activity").may_add(question.viewer),
        **_drawing(question, rows[:MOST_SHOWN]),
    }
    return render(request, "training/calendar.html", context, status=400 if question.problems else 200)


def _label(period: Period) -> str:
    return period.label(str(formats.locale()))


def _beside(question: Question, period: Period) -> dict[str, str]:
    return {"label": _label(period), "url": question.address(on=str(period))}


def _drawn(question: Question, one: Any) -> dict[str, Any]:
    return {
        "name": one.name,
        "label": one.label,
        "options": question.options[one.name],
        "value": question.given.get(one.name, ""),
    }


def _drawing(question: Question, rows: list[Activity]) -> dict[str, Any]:
    today = timezone.localdate()
    if question.view == "month":
        month = Month.containing(question.period.start)
        return {"weeks": drawing.weeks(month, rows, today)}
    if question.view == "list":
        return {"months": [(_label(month), found) for month, found in drawing.by_month(rows, question.period)]}
    columns = drawing.blocks(question.period)
    return {
        "columns": [(_label(one), _short(one)) for one in columns],
        "bars": drawing.bars(question.period, rows),
        "lines": drawing.lines(len(columns)),
    }


def _short(block: Block) -> str:
    """'Mar', with the year where a year begins; 'Q1 2025'."""
    if isinstance(block, Month):
        name = get_month_names("abbreviated", "stand-alone", str(formats.locale()))[block.number]
        return f"{name} {block.year}" if block.number == 1 else name
    return f"Q{block.number} {block.year}"


@require_GET
def file(request: HttpRequest) -> HttpResponse:
    """The question in the address as a calendar file, once."""
    question = ask(viewer_of(request), request.GET.dict())
    if question.problems:
        raise Http404
    rows = question.rows().exclude(handling=Handling.RED).prefetch_related("sessions")[:MOST_EVENTS]
    return _answer(request, question.words(), list(rows), hours=question.mine, name="training.ics")


@require_GET
def one(request: HttpRequest, key: str) -> HttpResponse:
    """One activity with its sessions as a calendar file."""
    activity = record_or_404(registry.get("activity"), viewer_of(request), key)
    return _answer(request, str(activity), [activity], hours=True, name=f"{activity.reference}.ics")


def _answer(request: HttpRequest, title: str, rows: list[Activity], *, hours: bool, name: str = "") -> HttpResponse:
    def address(activity: Activity) -> str:
        return request.build_absolute_uri(activity_address(activity))

    content = calendar_file(title, events_of(rows, address, hours=hours))
    response = HttpResponse(content, content_type=CALENDAR)
    if name:
        response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


# Addresses to subscribe to


class FeedForm(forms.Form):
    """What is asked for a new address."""

    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=80, help_text=gettext_lazy("The device or program that will read it.")
    )


@require_http_methods(["GET", "POST"])
def feed_list(request: HttpRequest) -> HttpResponse:
    """One's own calendar addresses; a new one is shown here, once."""
    viewer = viewer_of(request)
    question = ask(viewer, {**request.GET.dict(), "view": "list", "on": ""})
    form = FeedForm(request.POST or None)
    made, address = None, ""
    if request.method == "POST" and form.is_valid() and not question.problems:
        try:
            made, key = feeds.make(viewer, name=form.cleaned_data["name"], question=question.stored)
        except Invalid as invalid:
            show_problems(form, invalid)
        else:
            form = FeedForm()
            address = request.build_absolute_uri(reverse("calendar-feed", args=[key]))
    context = {
        "form": form,
        "made": made,
        "address": address,
        "question": question,
        "feeds": [(feed, _words_of(viewer, feed)) for feed in feeds.own(viewer)],
    }
    answer = render(request, "training/feeds.html", context, status=400 if question.problems else 200)
    answer["Cache-Control"] = "no-store"
    return answer


def _words_of(viewer: Any, feed: Any) -> str:
    return ask(viewer, {**QueryDict(feed.question).dict(), "view": "list"}).words()


@require_POST
def feed_revoke(request: HttpRequest, key: UUID) -> HttpResponse:
    viewer = viewer_of(request)
    feed = get_object_or_404(feeds.own(viewer), pk=key)
    feeds.revoke(viewer, feed=feed)
    messages.success(request, _("The address of %(name)s is worthless now.") % {"name": feed.name})
    return redirect("calendar-feeds")


@login_not_required
@require_safe
def feed(request: HttpRequest, key: str) -> HttpResponse:
    """What the holder of this address may see now. Nobody else's: the address stands for the person who made it.

    What only named people may read (TLP:RED) is left out: the address is kept by a device or a calendar service.
    """
    found = feeds.feed_of(key)
    if found is None:
        WRONG.count(request)
        if WRONG.too_many(request):
            return HttpResponse(status=429, headers={"Retry-After": str(WRONG.seconds)})
        raise Http404
    viewer = arrive(viewer_for(found.user))
    with override(found.user.language):
        question = ask(viewer, {**QueryDict(found.question).dict(), "view": "list"})
        since = timezone.localdate().replace(month=1, day=1)
        rows = question.filtered().exclude(handling=Handling.RED).filter(ends_on__gte=since).order_by("starts_on", "pk")
        there = list(rows.prefetch_related("sessions")[:MOST_EVENTS])
        return _answer(request, question.words(), there, hours=question.mine)
