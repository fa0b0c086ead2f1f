"""The last step: what bringing the file in would do, the wrong rows as a file, and doing it."""

import csv
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from throughline.kernel.access.errors import Conflict, Invalid, Refused
from throughline.kernel.access.requests import ViewerRequest
from throughline.kernel.intake import services, tasks, uploads
from throughline.kernel.intake.forms import ApplyForm
from throughline.kernel.intake.judge import STATUSES
from throughline.kernel.intake.models import Upload
from throughline.kernel.intake.owning import arrivals
from throughline.kernel.intake.preview import Preview
from throughline.kernel.intake.runs import check_complete
from throughline.kernel.intake.views.steps import say, steps, upload_or_404
from throughline.kernel.jobs.services import enqueue
from throughline.kernel.resources.exporting import BOM, Echo, defused

SHOWN = 100


def labels() -> dict[str, Any]:
    return {
        "new": _("New"),
        "changed": _("Changed"),
        "same": _("Same"),
        "duplicate": _("Duplicate"),
        "wrong": _("Wrong"),
    }


@require_GET
@never_cache
def preview(request: ViewerRequest, key: UUID) -> HttpResponse:
    """Counts and rows by what would become of them."""
    upload = upload_or_404(request, key)
    if upload.batch is not None:
        return redirect("import-batch", key=upload.batch.pk)
    if upload.preview is None:
        stop = _judge(request, upload)
        if stop is not None:
            return stop
    found = Preview.of(upload.preview or {})
    tab = request.GET.get("tab", "")
    tab = (
        tab
        if tab in STATUSES
        else next((one for one in ("wrong", "duplicate", "changed", "new", "same") if found.counts[one]), "new")
    )
    form = _form(request, upload, found)
    return render(request, "intake/preview.html", _context(request, upload, found, tab, form))


def _form(request: ViewerRequest, upload: Upload, found: Preview, data: Any = None) -> ApplyForm:
    resource = uploads.resource_of(upload)
    return ApplyForm(
        data,
        open_arrivals=arrivals(resource, request.viewer, upload.programme),
        upload=upload,
        in_the_way=found.in_the_way,
    )


def _context(request: ViewerRequest, upload: Upload, found: Preview, tab: str, form: ApplyForm) -> dict[str, Any]:
    resource = uploads.resource_of(upload)
    tabs = [
        {"label": label, "url": f"?tab={status}", "current": status == tab, "count": found.counts[status]}
        for status, label in labels().items()
    ]
    differing = [
        (resource.by_name[name].title, count) for name, count in found.differing.items() if name in resource.by_name
    ]
    return {
        "upload": upload, "resource": resource, "preview": found, "tab": tab, "tabs": tabs, "form": form,
        "lines": found.lines[tab][:SHOWN], "more": max(found.counts[tab] - SHOWN, 0), "differing": differing, **steps(upload, 5),
    }  # fmt: skip


def _judge(request: ViewerRequest, upload: Upload) -> HttpResponse | None:
    """Make the preview, here or as a job; a response where there is nothing to show yet."""
    try:
        check_complete(uploads.resource_of(upload), uploads.table_of(upload), uploads.mapping_of(upload))
    except Invalid as fault:
        say(request, fault)
        return redirect("import-columns", key=upload.pk)
    if uploads.is_long(upload):
        job = enqueue(request.viewer, task=tasks.PREVIEW, arguments={"upload": str(upload.pk)})
        return redirect("job-detail", key=job.pk)
    try:
        uploads.run_preview(request.viewer, upload=upload)
    except Invalid as fault:
        say(request, fault)
        return redirect("import-columns", key=upload.pk)
    return None


@require_GET
def wrong_rows(request: ViewerRequest, key: UUID) -> StreamingHttpResponse:
    """The rows that were not good, as they stand in the file, each with its reason: to put right and bring in again."""
    upload = upload_or_404(request, key)
    found = Preview.of(upload.preview) if upload.preview else Preview()
    reasons: dict[int, list[str]] = {}
    for line in (*found.lines["wrong"], *found.lines["duplicate"]):
        for detail in line.details:
            told = f"{detail['column']}: {detail['reason']}" if detail["column"] else detail["reason"]
            reasons.setdefault(detail["row"] or line.row, []).append(told)
    response = StreamingHttpResponse(_wrong_lines(upload, reasons), content_type="text/csv; charset=utf-8")
    name = _("wrong rows of %(name)s.csv") % {"name": upload.name.rpartition(".")[0] or upload.name}
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    return response


def _wrong_lines(upload: Upload, reasons: dict[int, list[str]]) -> Iterator[str]:
    table = uploads.table_of(upload)
    writer = csv.writer(Echo())
    yield BOM + writer.writerow([*(defused(name) for name in table.columns), _("Row"), _("Reason")])
    for row in table.rows():
        if row.number in reasons:
            yield writer.writerow(
                [*(defused(cell) for cell in row.cells), row.number, defused(" ".join(reasons[row.number]))]
            )


@require_POST
def apply(request: ViewerRequest, key: UUID) -> HttpResponse:
    """Bring it in, here or as a job."""
    upload = upload_or_404(request, key)
    if upload.preview is None:
        return redirect("import-preview", key=upload.pk)
    found = Preview.of(upload.preview)
    form = _form(request, upload, found, request.POST)
    if not form.is_valid():
        return render(request, "intake/preview.html", _context(request, upload, found, "wrong", form), status=422)
    _remember(request, upload, form.cleaned_data)
    if uploads.is_long(upload):
        job = enqueue(request.viewer, task=tasks.APPLY, arguments={"upload": str(upload.pk)})
        return redirect("job-detail", key=job.pk)
    try:
        batch = uploads.run_apply(request.viewer, upload=upload)
    except Conflict as clash:
        uploads.choose_mapping(upload, uploads.mapping_of(upload))
        messages.error(request, str(clash))
    except Invalid as fault:
        say(request, fault)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The file was brought in."))
        return redirect("import-batch", key=batch.pk)
    return redirect("import-preview", key=upload.pk)


def _remember(request: ViewerRequest, upload: Upload, data: dict[str, Any]) -> None:
    """Keep what was chosen with the upload, and the way of reading under its name."""
    upload.arrival = data.get("arrival") or ""
    upload.reason = data.get("reason") or ""
    upload.leave_out = bool(data.get("leave_out"))
    if data.get("profile") and upload.programme is not None:
        resource = uploads.resource_of(upload)
        upload.profile = services.keep_profile(
            request.viewer,
            resource=resource,
            programme=upload.programme,
            name=data["profile"],
            options=upload.options,
            mapping=uploads.mapping_of(upload),
        )
    upload.save(update_fields=["arrival", "reason", "leave_out", "profile"])
