"""What was brought in: the list, one batch, and undoing it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from throughline.kernel.access.errors import Refused
from throughline.kernel.access.requests import ViewerRequest
from throughline.kernel.history.queries import entries_for
from throughline.kernel.history.verbs import sentence
from throughline.kernel.intake import services, tasks
from throughline.kernel.intake.models import Batch
from throughline.kernel.intake.queries import batch_for, batches_for, may_bring_in, uploads_of
from throughline.kernel.intake.views.previews import labels
from throughline.kernel.jobs.services import enqueue
from throughline.kernel.resources import registry

PAGE = 50
SHOWN = 20
LARGE = 20_000


def _batch(request: ViewerRequest, key: UUID) -> Batch:
    batch = batch_for(request.viewer, key)
    if batch is None:
        raise Http404
    return batch


@require_GET
def batch_list(request: ViewerRequest) -> HttpResponse:
    """Batches brought in, newest first; above them what was begun and not finished."""
    if not may_bring_in(request.viewer):
        raise Refused(_("Your role does not let you bring in files."))
    page = Paginator(batches_for(request.viewer), PAGE).get_page(request.GET.get("page"))
    return render(request, "intake/list.html", {"page": page, "begun": uploads_of(request.viewer)[:PAGE]})


@require_GET
def batch_detail(request: ViewerRequest, key: UUID) -> HttpResponse:
    """One batch: what came of it, its records, and the way back."""
    batch = _batch(request, key)
    resource = registry.get(batch.noun)
    counts = [(label, batch.counts.get(status, 0)) for status, label in labels().items()]
    context = {
        "batch": batch, "resource": resource, "counts": counts, "records": _records(request, batch),
        "entries": _history(request, batch), "changed": _changed(request, batch),
        "more": max(batch.counts.get("new", 0) - SHOWN, 0),
    }  # fmt: skip
    return render(request, "intake/batch.html", context)


def _records(request: ViewerRequest, batch: Batch) -> list[dict[str, Any]]:
    """The first records of the batch this person may see."""
    resource = registry.get(batch.noun)
    if not resource.is_record:
        return []
    rows = resource.visible(request.viewer).filter(batch=batch).order_by("source_row", "pk")[:SHOWN]
    return [{"text": str(one), "row": one.source_row, "url": _address(resource.noun, str(one))} for one in rows]


def _changed(request: ViewerRequest, batch: Batch) -> Any:
    """The first changed records of the batch this person may see."""
    seen = registry.get(batch.noun).visible(request.viewer).values("pk")
    return batch.traces.filter(object_id__in=seen)[:SHOWN]


def _history(request: ViewerRequest, batch: Batch) -> list[dict[str, Any]]:
    return [
        {"at": one.at, "who": one.actor_text, "verb": sentence(one.verb), "reason": one.reason}
        for one in entries_for(request.viewer, batch)[:SHOWN]
    ]


def _address(noun: str, reference: str) -> str:
    try:
        return reverse(f"{noun}-detail", args=[reference])
    except NoReverseMatch:
        return ""


@require_POST
def undo(request: ViewerRequest, key: UUID) -> HttpResponse:
    """Take a batch back; a large one as a job."""
    batch = _batch(request, key)
    if batch.counts.get("new", 0) > LARGE:
        job = enqueue(
            request.viewer,
            task=tasks.UNDO,
            arguments={"batch": str(batch.pk), "reason": request.POST.get("reason", "")},
        )
        return redirect("job-detail", key=job.pk)
    try:
        services.undo(request.viewer, batch=batch, reason=request.POST.get("reason", ""))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The batch was undone."))
    return redirect("import-batch", key=batch.pk)
