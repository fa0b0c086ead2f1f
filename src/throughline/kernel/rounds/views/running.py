"""Doors for who runs a round: prepare, open, remind, give more time, ask others, close. The board is its record page."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from throughline.kernel.access.errors import Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.rounds import asking, queries, services
from throughline.kernel.rounds.calendars import Deadline, calendar_file
from throughline.kernel.rounds.choices import OPEN_RETURN, OWED, ReturnState, RoundState
from throughline.kernel.rounds.models import Edition, Round
from throughline.kernel.rounds.rules import may_run
from throughline.kernel.rounds.services.running import CHANGEABLE
from throughline.kernel.rounds.views.finding import BAD_INPUT, done, return_asked, round_or_404, round_run, viewer_of
from throughline.kernel.rounds.views.inputs import (
    AskForm,
    ChangeForm,
    ClosingForm,
    MoreTimeForm,
    ReasonForm,
    RemindForm,
    RoundForm,
)

GET_OR_POST = ("GET", "POST")


@require_http_methods(GET_OR_POST)
def prepare(request: HttpRequest) -> HttpResponse:
    """What is asked, for which period, of whom, by when. Nobody is told yet."""
    viewer = viewer_of(request)
    if not asking.programmes_run(viewer):
        raise Refused(_("Only the secretariat of a programme prepares its rounds."))
    editions = asking.editions_to_ask(viewer)
    edition = _edition(editions, request.POST.get("edition") or request.GET.get("edition", ""))
    if edition is None:
        return render(request, "rounds/running/prepare.html", {"editions": []})
    programme = edition.questionnaire.programme
    before = asking.round_before(viewer, edition.questionnaire)
    suggested = asking.suggestion(viewer, programme, before)
    groups = asking.candidates(programme, suggested)
    form = RoundForm(
        request.POST if request.method == "POST" else None,
        initial=asking.first_values(edition, before) | {"edition": str(edition.pk), "asked": [*map(str, suggested)]},
        earlier=asking.rounds_to_prefill_from(viewer, programme),
        organisations=[one for group in groups for one in (*group.suggested, *group.others)],
    )
    made: list[Round] = []
    if form.is_valid():
        values = {**form.cleaned_data, "edition": edition, "programme": programme}
        if done(form, lambda: made.append(services.prepare(viewer, **values))):
            messages.success(request, _("The round is prepared. Nobody was told yet."))
            return redirect("round-detail", made[0].reference)
    context = {
        "form": form,
        "edition": edition,
        "editions": editions,
        "groups": groups,
        "chosen": set(form["asked"].value() or []),
    }
    return render(request, "rounds/running/prepare.html", context, status=BAD_INPUT if form.errors else 200)


def _edition(editions: list[Edition], key: str) -> Edition | None:
    return next((one for one in editions if str(one.pk) == key), editions[0] if editions else None)


@require_http_methods(GET_OR_POST)
def change(request: HttpRequest, key: str) -> HttpResponse:
    """Change a round; those who still owe a return are told when the date moves."""
    viewer = viewer_of(request)
    asked_in = round_run(viewer, key)
    if asked_in.state == RoundState.CLOSED:
        raise Refused(_("This round is closed. Open it again first."))
    initial = {name: getattr(asked_in, name) for name in CHANGEABLE}
    initial |= {"before": str(asked_in.before_id or ""), "reminders": ", ".join(map(str, asked_in.reminders))}
    form = ChangeForm(
        request.POST if request.method == "POST" else None,
        initial=initial,
        earlier=asking.rounds_to_prefill_from(viewer, asked_in.programme, but=asked_in),
    )
    seen = request.POST.get("version", "")
    version = int(seen) if seen.isascii() and seen.isdigit() else None
    if form.is_valid() and done(
        form,
        lambda: services.change_round(viewer, round=asked_in, values=dict(form.cleaned_data), version=version),
    ):
        messages.success(request, _("The round was changed."))
        return redirect("round-detail", asked_in.reference)
    context = {"form": form, "round": asked_in}
    return render(request, "rounds/running/change.html", context, status=BAD_INPUT if form.errors else 200)


@require_http_methods(GET_OR_POST)
def open_(request: HttpRequest, key: str) -> HttpResponse:
    """Who will be told, before they are."""
    viewer = viewer_of(request)
    asked_in = round_run(viewer, key)
    form = forms.Form(request.POST if request.method == "POST" else None)
    if form.is_valid() and done(form, lambda: services.open_round(viewer, round=asked_in)):
        messages.success(request, _("The round is open. Those asked were told."))
        return redirect("round-detail", asked_in.reference)
    told = asking.told(asking.returns_of(viewer, asked_in))
    context = {
        "form": form,
        "round": asked_in,
        "told": told,
        "unheard": [one for one in told if not one.people],
        "people": sum(len(one.people) for one in told),
    }
    return render(request, "rounds/running/open.html", context, status=BAD_INPUT if form.errors else 200)


@require_http_methods(GET_OR_POST)
def remind(request: HttpRequest, key: str) -> HttpResponse:
    """Those who still owe a return, the late ones chosen: one message to all of them in one move."""
    viewer = viewer_of(request)
    asked_in = round_run(viewer, key)
    if asked_in.state != RoundState.OPEN:
        raise Refused(_("Only an open round has anybody to remind."))
    returns = asking.returns_of(viewer, asked_in, *OWED)
    late = [ret.reference for ret in returns if ret.late]
    form = RemindForm(request.POST if request.method == "POST" else None, initial={"chosen": late}, returns=returns)
    if form.is_valid():
        wanted = set(form.cleaned_data["chosen"])
        chosen = [ret for ret in returns if ret.reference in wanted]
        if done(form, lambda: services.remind(viewer, round=asked_in, returns=chosen, text=form.cleaned_data["text"])):
            said = ngettext(
                "%(number)d organisation was reminded.", "%(number)d organisations were reminded.", len(chosen)
            )
            messages.success(request, said % {"number": len(chosen)})
            return redirect("round-detail", asked_in.reference)
    standing = {row.reference: row for row in queries.standing(viewer, asked_in)}
    rows = [{"told": one, "standing": standing.get(one.ret.reference)} for one in asking.told(returns)]
    context = {"form": form, "round": asked_in, "rows": rows, "chosen": set(form["chosen"].value() or [])}
    return render(request, "rounds/running/remind.html", context, status=BAD_INPUT if form.errors else 200)


@require_http_methods(GET_OR_POST)
def ask(request: HttpRequest, key: str) -> HttpResponse:
    """Who is asked; ask one more."""
    viewer = viewer_of(request)
    asked_in = round_run(viewer, key)
    if asked_in.state == RoundState.CLOSED:
        raise Refused(_("This round is closed. Open it again first."))
    returns = asking.returns_of(viewer, asked_in)
    there = {ret.owner_id for ret in returns}
    groups = []
    for group in asking.candidates(asked_in.programme, ()):
        if members := [one for one in group.others if one.pk not in there]:
            groups.append((group.title, members))
    form = AskForm(request.POST if request.method == "POST" else None, groups=groups)
    if form.is_valid():
        organisation = form.organisations[form.cleaned_data["organisation"]]
        if done(form, lambda: services.ask_also(viewer, round=asked_in, organisation=organisation)):
            messages.success(request, _("%(organisation)s is asked too.") % {"organisation": organisation})
            return redirect("round-ask", asked_in.reference)
    context = {"form": form, "round": asked_in, "told": asking.told(returns), "open_states": OPEN_RETURN}
    return render(request, "rounds/running/ask.html", context, status=BAD_INPUT if form.errors else 200)


@require_http_methods(GET_OR_POST)
def ask_no_longer(request: HttpRequest, key: str, ref: str) -> HttpResponse:
    """Ask an organisation no longer, with a reason."""
    viewer = viewer_of(request)
    asked_in = round_run(viewer, key)
    ret = return_asked(asked_in, ref)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and done(form, lambda: services.ask_no_longer(viewer, ret=ret, **form.cleaned_data)):
        messages.success(request, _("%(organisation)s is no longer asked.") % {"organisation": ret.owner})
        return redirect("round-detail", asked_in.reference)
    context = {
        "title": _("Ask %(organisation)s no longer") % {"organisation": ret.owner},
        "lead": _("What was written there stays with those who wrote it. They are not asked, reminded or counted."),
        "button": _("Ask no longer"),
        "stop": True,
    }
    return _small_form(request, asked_in, form, context)


@require_http_methods(GET_OR_POST)
def extend(request: HttpRequest, key: str, ref: str) -> HttpResponse:
    """Give one organisation more time, with a reason; it is told."""
    viewer = viewer_of(request)
    asked_in = round_run(viewer, key)
    ret = return_asked(asked_in, ref)
    form = MoreTimeForm(request.POST if request.method == "POST" else None, initial={"due_on": ret.due})
    if form.is_valid() and done(form, lambda: services.extend(viewer, ret=ret, **form.cleaned_data)):
        messages.success(request, _("%(organisation)s has more time and was told.") % {"organisation": ret.owner})
        return redirect("round-detail", asked_in.reference)
    context = {
        "title": _("More time for %(organisation)s") % {"organisation": ret.owner},
        "lead": _("They are told, with your reason. The date of the round stays as it is for the others."),
        "button": _("Give more time"),
    }
    return _small_form(request, asked_in, form, context)


@require_http_methods(GET_OR_POST)
def close(request: HttpRequest, key: str) -> HttpResponse:
    """Close a round, having seen what will be missing and what still waits for a decision."""
    viewer = viewer_of(request)
    asked_in = round_run(viewer, key)
    form = ClosingForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and done(form, lambda: services.close_round(viewer, round=asked_in, **form.cleaned_data)):
        messages.success(request, _("The round is closed. What was accepted is locked."))
        return redirect("round-detail", asked_in.reference)
    context = {
        "form": form,
        "round": asked_in,
        "missing": asking.returns_of(viewer, asked_in, *OWED),
        "waiting": asking.returns_of(viewer, asked_in, ReturnState.SUBMITTED),
    }
    return render(request, "rounds/running/close.html", context, status=BAD_INPUT if form.errors else 200)


@require_http_methods(GET_OR_POST)
def reopen(request: HttpRequest, key: str) -> HttpResponse:
    """Open a closed round again: a decision with a reason."""
    viewer = viewer_of(request)
    asked_in = round_run(viewer, key)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and done(form, lambda: services.reopen_round(viewer, round=asked_in, **form.cleaned_data)):
        messages.success(request, _("The round is open again."))
        return redirect("round-detail", asked_in.reference)
    context = {
        "title": _("Open %(round)s again") % {"round": asked_in},
        "lead": _(
            "Returns that are still owed can be answered again. Accepted ones stay locked until you reopen each."
        ),
        "button": _("Open the round again"),
    }
    return _small_form(request, asked_in, form, context)


@require_GET
def calendar(request: HttpRequest, key: str) -> HttpResponse:
    """The date due as a calendar file: the viewer's own, where their organisation has another."""
    viewer = viewer_of(request)
    asked_in = round_or_404(viewer, key)
    content = calendar_file(_deadlines(request, viewer, asked_in))
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{asked_in.reference}.ics"'
    response["Cache-Control"] = "private, no-store"
    return response


def _deadlines(request: HttpRequest, viewer: Viewer, asked_in: Round) -> list[Deadline]:
    own = queries.returns_for(viewer).filter(round=asked_in, owner__in=viewer.organisations)
    returns = [] if may_run(viewer, asked_in) else list(own.exclude(state=ReturnState.WITHDRAWN))

    def deadline(reference: str, due: Any, revised: datetime, address: str) -> Deadline:
        return Deadline(
            revised=max(revised, asked_in.changed_at),
            uid=f"{reference}@{request.get_host()}",
            title=_("Due: %(round)s") % {"round": asked_in.title},
            due=due,
            text=asked_in.instructions,
            url=request.build_absolute_uri(address),
            days_before=tuple(asked_in.reminders),
        )

    if not returns:
        address = reverse("round-detail", args=[asked_in.reference])
        return [deadline(asked_in.reference, asked_in.due_on, asked_in.changed_at, address)]
    pages = {ret.reference: reverse("return-detail", args=[ret.reference]) for ret in returns}
    return [deadline(ret.reference, ret.due, ret.changed_at, pages[ret.reference]) for ret in returns]


def _small_form(request: HttpRequest, asked_in: Round, form: forms.Form, context: dict[str, Any]) -> HttpResponse:
    given = {**context, "form": form, "round": asked_in}
    return render(request, "rounds/running/reason.html", given, status=BAD_INPUT if form.errors else 200)
