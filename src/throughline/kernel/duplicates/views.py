"""The list of pairs, two records side by side, and what can be done with them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from throughline.kernel.access.choices import Right
from throughline.kernel.access.errors import Conflict, Invalid, Refused
from throughline.kernel.access.requests import ViewerRequest
from throughline.kernel.access.rules import may
from throughline.kernel.duplicates import queries, registry, services, showing, tasks
from throughline.kernel.duplicates.choices import PairState
from throughline.kernel.duplicates.declare import Duplicates
from throughline.kernel.duplicates.models import Merge, Sweep
from throughline.kernel.duplicates.proposing import choosable, propose, standing
from throughline.kernel.duplicates.scoring import score
from throughline.kernel.jobs.services import enqueue
from throughline.kernel.resources.access import found, record_or_404
from throughline.kernel.resources.declare import Resource
from throughline.kernel.resources.forms import raw_of_post, without_empty_lines

ON_A_PAGE = 50


@require_GET
@never_cache
def pairs(request: ViewerRequest) -> HttpResponse:
    """The pairs of one noun of which this person may read both records."""
    viewer = request.viewer
    if not queries.looks_for_any(viewer):
        raise PermissionDenied(_("Pairs are shown to people with a role in a programme."))
    rules = list(registry.all())
    rule = registry.rule_for(request.GET.get("noun", "")) or rules[0]
    resource = registry.resource_of(rule)
    state = request.GET.get("state", "")
    state = state if state in PairState.values else PairState.OPEN.value
    asked = Paginator(queries.pairs_for(viewer, rule, state), ON_A_PAGE).get_page(request.GET.get("page"))
    rows = queries.with_records(viewer, rule, asked.object_list)
    context = {
        "rule": rule,
        "resource": resource,
        "nouns": [registry.resource_of(one) for one in rules],
        "state": state,
        "tabs": [
            {"label": one.label, "url": f"?noun={rule.noun}&state={one.value}", "current": one.value == state}
            for one in PairState
        ],
        "lines": [showing.pair_line(resource, rule, *row) for row in rows],
        "page": asked,
        "sweep": Sweep.objects.filter(noun=rule.noun).first(),
    }
    return render(request, "duplicates/list.html", context)


@require_GET
@never_cache
def compare(request: ViewerRequest, noun: str, left: str, right: str) -> HttpResponse:
    """Two records side by side: what speaks for one and the same, and what a merge would make of them."""
    rule, resource, one, other = _two(request, noun, left, right)
    winner, loser = _order(request, resource, one, other)
    proposal = propose(resource, winner, loser)
    pair = queries.pair_of(rule, one.pk, other.pk)
    ended = queries.ended(resource)
    open_ = not {one.state, other.state} & ended
    merge = queries.open_merges(rule.noun, [one.pk, other.pk]).filter(winner_id__in=[one.pk, other.pk]).first()
    points, evidence = _points(rule, pair, one, other)
    context = {
        "rule": rule,
        "resource": resource,
        "title": _("%(one)s and %(other)s") % {"one": winner, "other": loser},
        "winner": showing.side_of(request.viewer, resource, winner),
        "loser": showing.side_of(request.viewer, resource, loser),
        "swap_url": f"?stands={showing.side_of(request.viewer, resource, loser)['address']}",
        "fields": showing.field_rows(resource, proposal),
        "groups": showing.line_groups(resource, proposal),
        "points": points,
        "band": showing.band(rule, points),
        "reasons": showing.reasons(rule, evidence),
        "pair": pair,
        "merge": merge,
        "different": pair is not None and pair.state == PairState.DIFFERENT,
        "open": open_,
        "may_merge": open_ and queries.may_merge(request.viewer, one, other),
        "may_undo": merge is not None and queries.may_merge(request.viewer, one, other),
        "may_decide": open_ and (may(request.viewer, Right.CHANGE, one) or may(request.viewer, Right.CHANGE, other)),
        "urls": {
            name: showing.compare_url(resource, one, other, f"duplicates-{name}")
            for name in ("merge", "different", "reopen")
        },
    }
    return render(request, "duplicates/compare.html", context)


@require_POST
def do_merge(request: ViewerRequest, noun: str, left: str, right: str) -> HttpResponse:
    """Merge as the form says: which stands, whose values, which lines."""
    _rule, resource, one, other = _two(request, noun, left, right)
    winner, loser = _order(request, resource, one, other)
    given = request.POST
    take = (
        {one.name for one in choosable(resource) if given.get(f"field.{one.name}") == "loser"}
        if "fields" in given
        else None
    )
    keep = {
        part.name: _keys(given.getlist(f"line.{part.name}")) for part in resource.lines if f"lines.{part.name}" in given
    }
    try:
        services.merge(request.viewer, winner=winner, loser=loser, take=take, keep=keep, reason=given.get("reason", ""))
    except (Invalid, Conflict) as fault:
        _say(request, fault)
        return HttpResponseRedirect(showing.compare_url(resource, one, other))
    messages.success(request, _("%(loser)s was merged into %(winner)s.") % {"loser": loser, "winner": winner})
    return HttpResponseRedirect(showing.url_of(resource, winner))


@require_POST
def different(request: ViewerRequest, noun: str, left: str, right: str) -> HttpResponse:
    """Declare the two different for good."""
    _rule, _resource, one, other = _two(request, noun, left, right)
    services.declare_different(request.viewer, one=one, other=other, reason=request.POST.get("reason", ""))
    messages.success(request, _("%(one)s and %(other)s will not be proposed again.") % {"one": one, "other": other})
    return redirect("duplicates")


@require_POST
def again(request: ViewerRequest, noun: str, left: str, right: str) -> HttpResponse:
    """Take 'different' back."""
    _rule, resource, one, other = _two(request, noun, left, right)
    services.reopen(request.viewer, one=one, other=other)
    messages.success(request, _("The pair is open again."))
    return HttpResponseRedirect(showing.compare_url(resource, one, other))


@require_POST
def take_back(request: ViewerRequest, key: UUID) -> HttpResponse:
    """Undo a merge, for those who may read both records of it."""
    merge = Merge.objects.filter(pk=key, undone_at__isnull=True).first()
    rule = registry.rule_for(merge.noun) if merge else None
    if merge is None or rule is None:
        raise Http404(_("There is nothing here that you can see."))
    resource = registry.resource_of(rule)
    winner = record_or_404(resource, request.viewer, str(merge.winner_id), whole=False)
    loser = record_or_404(resource, request.viewer, str(merge.loser_id), whole=False)
    try:
        services.undo(request.viewer, merge=merge, reason=request.POST.get("reason", ""))
    except Conflict as fault:
        messages.error(request, str(fault))
        return HttpResponseRedirect(showing.url_of(resource, winner))
    messages.success(request, _("%(loser)s is a record of its own again.") % {"loser": loser})
    return HttpResponseRedirect(showing.compare_url(resource, winner, loser))


@require_POST
@never_cache
def look(request: ViewerRequest, noun: str) -> HttpResponse:
    """A part of a page: what looks like the record being typed. Nothing is saved."""
    _rule, resource = _noun(noun)
    record = found(resource, request.viewer, request.POST.get("alike-to", ""), whole=False)
    if not (resource.may_add(request.viewer) or (record is not None and resource.may_change(request.viewer, record))):
        raise PermissionDenied(_("You cannot add to this list."))
    raw = without_empty_lines(resource, raw_of_post(resource, request.POST))
    candidates = queries.candidates_for_input(request.viewer, resource, raw, record)
    return render(request, "duplicates/alike.html", {"alike": showing.alike_lines(resource, candidates)})


@require_POST
def ask_sweep(request: ViewerRequest, noun: str) -> HttpResponse:
    """Have everything compared anew, in the background."""
    rule, resource = _noun(noun)
    if not resource.may_add(request.viewer):
        raise Refused(_("Only those who may add such records may have them compared."))
    job = enqueue(request.viewer, task=tasks.SWEEP, arguments={"noun": rule.noun})
    return redirect("job-detail", key=job.pk)


def _noun(noun: str) -> tuple[Duplicates, Resource]:
    rule = registry.rule_for(noun)
    if rule is None:
        raise Http404(_("There is nothing here that you can see."))
    return rule, registry.resource_of(rule)


def _two(request: ViewerRequest, noun: str, left: str, right: str) -> tuple[Duplicates, Resource, Any, Any]:
    """Both records, if this person may read both; whichever they may not read, the answer is the same."""
    rule, resource = _noun(noun)
    one, other = (record_or_404(resource, request.viewer, key) for key in (left, right))
    if one.pk == other.pk:
        raise Http404(_("A record is no duplicate of itself."))
    return rule, resource, one, other


def _order(request: ViewerRequest, resource: Resource, one: Any, other: Any) -> tuple[Any, Any]:
    """(winner, loser): as asked, else as a merge has it already, else as proposed."""
    wanted = request.POST.get("stands") or request.GET.get("stands", "")
    known = {key: record for record in (one, other) for key in (str(record.pk), str(getattr(record, resource.key)))}
    if wanted in known:
        return (one, other) if known[wanted] is one else (other, one)
    merged = queries.open_merges(resource.noun, [one.pk, other.pk]).first()
    if merged is not None:
        return (one, other) if merged.loser_id == other.pk else (other, one)
    return standing(one, other)


def _points(rule: Duplicates, pair: Any, one: Any, other: Any) -> tuple[float, list[dict[str, Any]]]:
    """As the records are now: a stored pair may be older than the last change."""
    rows = registry.model_of(rule)._default_manager.filter(pk__in=[one.pk, other.pk]).order_by("pk")
    first, second = rule.profiles(rows)
    now = score(rule, first, second, floor=float("-inf"))
    return (now.points, now.plain()) if now is not None else (pair.points, pair.evidence)


def _keys(given: list[str]) -> list[UUID]:
    keys = []
    for one in given:
        try:
            keys.append(UUID(one))
        except ValueError as strange:
            raise Http404 from strange
    return keys


def _say(request: ViewerRequest, fault: Invalid | Conflict) -> None:
    messages.error(request, fault.words if isinstance(fault, Invalid) else str(fault))
