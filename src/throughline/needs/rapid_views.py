"""Doors to proposals: the board with its clocks, and the steps that need a form."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.kernel.access.choices import Role
from throughline.kernel.access.errors import Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.resources.access import viewer_of
from throughline.kernel.rounds.views.finding import named
from throughline.needs import answers, forms, pages, queries, rapid
from throughline.needs.rapid_models import Proposal
from throughline.needs.views import GET_OR_POST, ask, given
from throughline.training.models import Entry


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """Every proposal the viewer may read, by how far it is."""
    viewer = viewer_of(request)
    return render(request, "needs/board.html", {"columns": pages.board(viewer)})


def proposal_run(viewer: Viewer, key: str) -> Proposal:
    """The proposal, for the secretariat of its programme."""
    found: Proposal = named(queries.proposals_for(viewer), key)
    if not viewer.has_role(found.programme_id, Role.SECRETARIAT):
        raise Refused(_("Only the secretariat of the programme may do this."))
    return found


def step(request: HttpRequest, proposal: Proposal, form: Any, verb: Any, title: str, lead: str = "") -> HttpResponse:
    return ask(request, form, verb, title=title, record=proposal, noun="proposal", action=_("Record it"), lead=lead)


@require_http_methods(GET_OR_POST)
def empact(request: HttpRequest, key: str) -> HttpResponse:
    viewer = viewer_of(request)
    proposal = proposal_run(viewer, key)
    form = forms.EmpactForm(given(request))
    return step(
        request,
        proposal,
        form,
        lambda: rapid.check_empact(viewer, proposal=proposal, **form.cleaned_data),
        _("Record the EMPACT opinion"),
    )


@require_http_methods(GET_OR_POST)
def assess(request: HttpRequest, key: str) -> HttpResponse:
    viewer = viewer_of(request)
    proposal = proposal_run(viewer, key)
    first = {"urgency": proposal.urgency_id, "proficiency": proposal.proficiency_id}
    form = forms.AssessForm(given(request), initial=first)
    return step(
        request,
        proposal,
        form,
        lambda: rapid.assess(viewer, proposal=proposal, **form.cleaned_data),
        _("Assess"),
        _("The score is urgency × proficiency, places on their scales counted from one; the formula is kept with it."),
    )


@require_http_methods(GET_OR_POST)
def package(request: HttpRequest, key: str) -> HttpResponse:
    viewer = viewer_of(request)
    proposal = proposal_run(viewer, key)
    entries = Entry.objects.visible_to(viewer).filter(programme=proposal.programme_id)
    linked = next(iter(answers.entries_of([proposal])[proposal.pk]), None)
    form = forms.PackageForm(given(request), entries=entries, initial={"entry": linked})
    return step(
        request,
        proposal,
        form,
        lambda: rapid.put_into_catalogue(viewer, proposal=proposal, **form.cleaned_data),
        _("Put into the catalogue"),
    )


@require_POST
def entry(request: HttpRequest, key: str) -> HttpResponse:
    """Draft the entry of the catalogue this proposal becomes, and go on writing it."""
    viewer = viewer_of(request)
    made = answers.draft_for_proposal(viewer, proposal=proposal_run(viewer, key))
    return redirect("entry-change", made.reference)


@require_http_methods(GET_OR_POST)
def deliver(request: HttpRequest, key: str) -> HttpResponse:
    viewer = viewer_of(request)
    proposal = proposal_run(viewer, key)
    form = forms.DeliverForm(given(request), initial={"on": timezone.localdate()})
    return step(
        request,
        proposal,
        form,
        lambda: rapid.deliver(viewer, proposal=proposal, **form.cleaned_data),
        _("Record the first delivery"),
        _("This stops the clock that runs since the need was called."),
    )


@require_http_methods(GET_OR_POST)
def revise(request: HttpRequest, key: str) -> HttpResponse:
    viewer = viewer_of(request)
    proposal = proposal_run(viewer, key)
    form = forms.ReviseForm(given(request), initial={"year": timezone.localdate().year})
    return step(
        request,
        proposal,
        form,
        lambda: rapid.revise(viewer, proposal=proposal, **form.cleaned_data),
        _("Record the revision"),
    )
