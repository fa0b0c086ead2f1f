"""Bringing files in over the API: step by step (upload, preview, apply), in one call, and taking a batch back.

The steps are those of the pages: what the preview counted is what is brought in, or nothing is. Large files
are judged and brought in by a job; the answer then names it (202).
"""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import Router

from throughline.api.auth import caller
from throughline.api.bodies import body_of, text_of
from throughline.api.offering import offer
from throughline.api.work import job_told
from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.intake import services, tasks, uploads
from throughline.kernel.intake.formats import Options
from throughline.kernel.intake.mapping import Mapping
from throughline.kernel.intake.models import Batch, Upload
from throughline.kernel.intake.preview import Preview
from throughline.kernel.intake.queries import batch_for, batches_for, profiles_for, upload_for
from throughline.kernel.intake.runs import bring_in
from throughline.kernel.jobs.services import enqueue
from throughline.kernel.resources import registry
from throughline.kernel.resources.declare import Resource
from throughline.kernel.resources.ownership import programme_named

MOST_BATCHES = 100
router = Router(tags=["imports"])
FILE_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["noun", "file"],
                "properties": {
                    "noun": {"type": "string", "description": "What the file holds: incident, source …"},
                    "file": {"type": "string", "format": "binary"},
                    "programme": {"type": "string"},
                    "profile": {"type": "string", "description": "Name of a kept way of reading such files."},
                    "set": {
                        "type": "array",
                        "items": {"type": "string"},
                        "description": "As on the command line: encoding=cp1250, dates=dmy, kind=other …",
                    },
                    "dry_run": {"type": "string", "description": "yes: only judge the file."},
                },
            }
        }
    },
}


def noun_of(request: HttpRequest) -> Resource:
    """The noun named in the form."""
    name = request.POST.get("noun", "")
    try:
        return registry.get(name)
    except KeyError as error:
        known = ", ".join(one.noun for one in registry.all() if one.create is not None)
        raise Invalid([Problem("noun", _("Name one of: %(known)s.") % {"known": known}, name)]) from error


def file_of(request: HttpRequest) -> tuple[str, bytes]:
    """The file that was sent: name and content."""
    file = request.FILES.get("file")
    if file is None:
        raise Invalid([Problem("file", _("Send the file as the part 'file' of a form (multipart/form-data)."))])
    return str(file.name), file.read()


def bring_file_in(request: HttpRequest) -> HttpResponse:
    """One call: read, map, judge and, unless it is a dry run, write. All or nothing."""
    resource = noun_of(request)
    name, content = file_of(request)
    run = bring_in(
        caller(request),
        noun=resource.noun,
        content=content,
        name=name,
        settings=request.POST.getlist("set"),
        profile=request.POST.get("profile", ""),
        programme=request.POST.get("programme", ""),
        dry_run=request.POST.get("dry_run", "") in {"yes", "true", "1"},
    )
    told: dict[str, Any] = {"reading": run.table.options.plain(), "mapping": run.mapping.plain()}
    told |= preview_told(run.preview)
    told["batch"] = batch_told(run.batch) if run.batch else None
    return JsonResponse(told, status=201 if run.batch else 200)


def upload_file(request: HttpRequest) -> HttpResponse:
    """Keep a file for its way in; the answer says how it was read and what its columns seem to mean."""
    viewer, resource = caller(request), noun_of(request)
    programme = programme_named(resource, viewer, request.POST.get("programme", ""))
    name, content = file_of(request)
    wanted = request.POST.get("profile", "")
    profile = profiles_for(viewer, resource, programme).filter(name=wanted).first() if wanted else None
    if wanted and profile is None:
        raise Invalid([Problem("profile", _("There is no such profile."), wanted)])
    made = uploads.start(viewer, resource=resource, programme=programme, name=name, content=content, profile=profile)
    return JsonResponse(upload_told(made), status=201)


def read_upload(request: HttpRequest, key: UUID) -> dict[str, Any]:
    return upload_told(own_upload(request, key))


def change_upload(request: HttpRequest, key: UUID) -> dict[str, Any]:
    """Say how the file is read, what its columns mean, how its records arrive."""
    upload, body = own_upload(request, key), body_of(request)
    strange = set(body) - {"options", "mapping", "arrival", "reason", "leave_out"}
    if strange:
        raise Invalid([Problem(name, _("There is no such field.")) for name in sorted(strange)])
    if "options" in body:
        given = {**upload.options, **_mapping_in(body, "options")}
        uploads.choose_reading(caller(request), upload=upload, options=_read(Options, given, "options"))
    if "mapping" in body:
        uploads.choose_mapping(upload, _read(Mapping, _mapping_in(body, "mapping"), "mapping"))
    for name in ("arrival", "reason"):
        if name in body:
            setattr(upload, name, text_of(body, name))
    upload.leave_out = body.get("leave_out", upload.leave_out) is True
    upload.save(update_fields=["arrival", "reason", "leave_out"])
    return upload_told(upload)


def preview_upload(request: HttpRequest, key: UUID) -> HttpResponse:
    """Judge the file: new, changed, same, duplicate, wrong. Nothing is written."""
    upload = own_upload(request, key)
    if uploads.is_long(upload):
        return _as_job(request, tasks.PREVIEW, upload=str(upload.pk))
    return JsonResponse(preview_told(uploads.run_preview(caller(request), upload=upload)))


def apply_upload(request: HttpRequest, key: UUID) -> HttpResponse:
    """Bring it in as it was previewed: all of it or nothing."""
    upload = own_upload(request, key)
    if uploads.is_long(upload):
        return _as_job(request, tasks.APPLY, upload=str(upload.pk))
    return JsonResponse(batch_told(uploads.run_apply(caller(request), upload=upload)), status=201)


def discard_upload(request: HttpRequest, key: UUID) -> dict[str, Any]:
    uploads.discard(caller(request), upload=own_upload(request, key))
    return {"thrown_away": str(key)}


def list_batches(request: HttpRequest) -> dict[str, Any]:
    return {"items": [batch_told(one) for one in batches_for(caller(request))[:MOST_BATCHES]]}


def read_batch(request: HttpRequest, key: UUID) -> dict[str, Any]:
    return batch_told(own_batch(request, key))


def undo_batch(request: HttpRequest, key: UUID) -> dict[str, Any]:
    """Take a batch back: new records go, changed ones become what they were."""
    batch = own_batch(request, key)
    return batch_told(services.undo(caller(request), batch=batch, reason=text_of(body_of(request), "reason")))


def own_upload(request: HttpRequest, key: UUID) -> Upload:
    upload = upload_for(caller(request), key)
    if upload is None:
        raise Http404
    return upload


def own_batch(request: HttpRequest, key: UUID) -> Batch:
    batch = batch_for(caller(request), key)
    if batch is None:
        raise Http404
    return batch


def _as_job(request: HttpRequest, task: str, **arguments: Any) -> HttpResponse:
    job = enqueue(caller(request), task=task, arguments=arguments)
    return JsonResponse({"job": job_told(job)}, status=202)


def _mapping_in(body: dict[str, Any], name: str) -> dict[str, Any]:
    value = body[name]
    if not isinstance(value, dict):
        raise Invalid([Problem(name, _("Give an object."))])
    return value


def _read(kind: Any, plain: dict[str, Any], name: str) -> Any:
    """Options or a mapping from JSON; what does not fit is said, not a fault of the program."""
    try:
        return kind.of(plain)
    except (TypeError, ValueError, KeyError) as error:
        raise Invalid([Problem(name, _("This is not understood: %(why)s") % {"why": error})]) from error


# What is told


def upload_told(upload: Upload) -> dict[str, Any]:
    table = uploads.table_of(upload)
    return {
        "id": str(upload.pk),
        "noun": upload.noun,
        "name": upload.name,
        "reading": table.options.plain(),
        "columns": list(table.columns),
        "mapping": upload.mapping,
        "arrival": upload.arrival,
        "reason": upload.reason,
        "leave_out": upload.leave_out,
        "counts": upload.preview["counts"] if upload.preview else None,
        "batch": str(upload.batch_id) if upload.batch_id else None,
    }


def preview_told(found: Preview) -> dict[str, Any]:
    problems = [one.as_dict() for one in services.problems_of(found)]
    return {"counts": found.counts, "problems": problems, "alike": found.alike}


def batch_told(batch: Batch) -> dict[str, Any]:
    return {
        "id": str(batch.pk),
        "noun": batch.noun,
        "name": batch.name,
        "sha256": batch.sha256,
        "counts": batch.counts,
        "state": batch.state,
        "created_at": batch.created_at.isoformat(),
        "undone_at": batch.undone_at.isoformat() if batch.undone_at else None,
    }


JSON_BODY = {"content": {"application/json": {"schema": {"type": "object"}}}}
for _method, _path, _view, _summary, _body in (
    ("POST", "/imports", bring_file_in, "Bring a file in with one call", FILE_BODY),
    ("POST", "/uploads", upload_file, "Upload a file, to be brought in step by step", FILE_BODY),
    ("GET", "/uploads/{key}", read_upload, "How an upload is read and mapped", ""),
    ("PATCH", "/uploads/{key}", change_upload, "Change how it is read, mapped, and how its records arrive", JSON_BODY),
    ("POST", "/uploads/{key}/preview", preview_upload, "Judge an upload", ""),
    ("POST", "/uploads/{key}/apply", apply_upload, "Bring an upload in as it was previewed", ""),
    ("DELETE", "/uploads/{key}", discard_upload, "Throw an upload away", ""),
    ("GET", "/batches", list_batches, "What was brought in", ""),
    ("GET", "/batches/{key}", read_batch, "One batch", ""),
    ("POST", "/batches/{key}/undo", undo_batch, "Take a batch back", JSON_BODY),
):
    offer(router, _method, _path, _view, _summary, _body)
