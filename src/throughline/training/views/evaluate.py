"""The door to answering a call: a secret address, no account, one page, once.

An address that was never given out, a forged one and a mistyped one get the same answer. Whoever has a good one may know
whether it was used and whether the call has closed.
"""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from throughline.kernel.access.errors import Invalid
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.rounds.forms.definition import Form
from throughline.kernel.rounds.forms.evaluating import Evaluation, blank, evaluate
from throughline.kernel.rounds.views.controls import Showing, drawn
from throughline.kernel.rounds.views.holders import anchor
from throughline.kernel.rounds.views.incoming import WAS, changes_in
from throughline.kernel.rounds.views.sections import code_of, languages_offered
from throughline.training.badge_codes import ticket_of
from throughline.training.choices import Role
from throughline.training.models import Ticket
from throughline.training.services import evaluating
from throughline.training.services.sending import named, promise
from throughline.training.views.verifying import count_wrong, guarded

PAGE = "training/evaluate.html"
LONGEST = 5_000


def answering(request: HttpRequest, secret: str) -> HttpResponse:
    """Read what is asked and by whom, answer, be thanked."""
    ticket = _ticket(secret)
    if ticket is None:
        count_wrong(request)
        return render(request, PAGE, {"unknown": True}, status=404)
    call = ticket.evaluation
    if ticket.used or call.closed_at or not call.closes_on:
        return render(request, PAGE, {"used": ticket.used, "closed": not ticket.used, "call": call})
    if request.method == "POST":
        return _posted(request, ticket)
    return _page(request, ticket, blank(call.edition.form))


def unlogged(request: HttpRequest, secret: str) -> HttpResponse:
    """The same; Django would write the address of a refusal into its log, and the address is a secret."""
    answer = guarded(answering, template=PAGE)(request, secret)
    answer._has_been_logged = True  # type: ignore[attr-defined]  # noqa: SLF001 (Django offers no other way)
    return answer


evaluate_page = login_not_required(require_http_methods(["GET", "POST"])(unlogged))


def _ticket(secret: str) -> Ticket | None:
    key = ticket_of(secret)
    rows = Ticket.objects.past_the_wall("secret").select_related(
        "evaluation__activity__programme__secretariat", "evaluation__edition"
    )
    return rows.defer("evaluation__edition__source").filter(pk=key).first() if key else None


def _posted(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    form = ticket.evaluation.edition.form
    before, now = _sent(form, request.POST)
    if cleared := request.POST.get("clear"):
        now.pop(cleared, None)
        return _page(request, ticket, now)
    found = evaluate(form, now, language=_language(request, form), final=True)
    opened = _asked(found) - _asked(evaluate(form, before))
    problems = [(one.place, one.message) for one in found.problems]
    problems += [(place, _("This is longer than can be taken.")) for place, text in now.items() if len(text) > LONGEST]
    if not problems and not opened:
        try:
            evaluating.answer(Viewer.nobody(), ticket=ticket, answers=now)
        except Invalid as invalid:
            problems = [(one.field, str(one.message)) for one in invalid.problems]
        else:
            return redirect("evaluate", request.resolver_match.kwargs["secret"])  # type: ignore[union-attr]
    return _page(request, ticket, now, problems=problems, opened=bool(opened), final=bool(problems))


def _sent(form: Form, post: QueryDict) -> tuple[dict[str, str], dict[str, str]]:
    """What the page showed, and what it sends: place -> answer. What the database cannot hold is left out."""
    before = {name.removeprefix(WAS): post.get(name, "") for name in post if name.startswith(WAS)}
    changed = {place: now for place, (_was, now) in changes_in(form, post).items()}
    now = {place: text.replace("\x00", "") for place, text in {**before, **changed}.items() if form.has(place)}
    return {place: text for place, text in before.items() if text and form.has(place)}, {
        place: text for place, text in now.items() if text
    }


def _asked(found: Evaluation) -> set[str]:
    return {one.place for one in found.places if one.asked}


def _language(request: HttpRequest, form: Form) -> str:
    asked = request.GET.get("language", "")
    return asked if asked in form.languages else form.language_for(get_language() or "")


def _page(
    request: HttpRequest,
    ticket: Ticket,
    answers: dict[str, str],
    *,
    problems: list[tuple[str, str]] | None = None,
    opened: bool = False,
    final: bool = False,
) -> HttpResponse:
    call, form = ticket.evaluation, ticket.evaluation.edition.form
    language = _language(request, form)
    found = evaluate(form, answers, language=language, final=final)
    showing = Showing(form=form, evaluation=found, stored=answers, language=language)
    context: dict[str, Any] = {
        "call": call,
        "named": named(call.activity),
        "about_staff": call.role == Role.LINE_MANAGER,
        "promise": promise(call),
        "nodes": drawn(showing, form.children),
        "holder": None,
        "language_code": code_of(language),
        "form_languages": languages_offered(form, language),
        "opened": opened,
        "problems": [
            {"target": anchor(place), "label": stands.label if (stands := found.at(place)) else "", "message": message}
            for place, message in problems or []
        ],
    }
    return render(request, PAGE, context, status=422 if problems else 200)
