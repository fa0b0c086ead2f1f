"""Documents over the API: build one, download it, release it. Sending and signing are its transitions."""

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from ninja import Router

from throughline.api.auth import caller
from throughline.api.bodies import body_of, text_of
from throughline.api.offering import offer
from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.reporting import registry as templates
from throughline.kernel.reporting import services as reporting
from throughline.kernel.reporting.focus import focuses
from throughline.kernel.reporting.models import Report
from throughline.kernel.reporting.queries import programmes_for
from throughline.kernel.resources import registry
from throughline.kernel.resources.access import record_or_404
from throughline.publications import services as publications
from throughline.publications.models import Release, ReleaseFile
from throughline.publications.queries import revisions

TEXT: dict[str, Any] = {"type": "string"}
BUILD: dict[str, Any] = {
    "type": "object",
    "required": ["template", "period", "scope"],
    "properties": {
        "template": {**TEXT, "description": "Such as quarterly-monitor; see /templates."},
        "period": {**TEXT, "description": "2023-Q4, 2023 …"},
        "scope": {**TEXT, "description": "SEE-7, WB-6 …"},
        "programme": {**TEXT, "description": "Its code, if you may build for several."},
        "handling": TEXT,
        "language": TEXT,
        "focus": {
            **TEXT,
            "description": "For in-focus-monitor: weapon-seizures, victims …, or the address of a question.",
        },
    },
}
router = Router(tags=["documents"])


def list_templates(request: HttpRequest) -> dict[str, Any]:
    return {
        "items": [
            {"id": one.id, "title": str(one.title), "periods": list(one.periods), "focused": one.focused}
            for one in templates.templates.values()
        ],
        "focuses": [{"id": one.id, "title": str(one.title)} for one in focuses.values()],
    }


def build_report(request: HttpRequest) -> HttpResponse:
    """Build a document from the figures the caller may see now; it is kept as a draft, for sign-off."""
    viewer, body = caller(request), body_of(request)
    report = reporting.build(
        viewer,
        template=text_of(body, "template"),
        period=text_of(body, "period"),
        scope=text_of(body, "scope"),
        programme=programme_of(viewer, text_of(body, "programme")),
        handling=text_of(body, "handling").lower(),
        language=text_of(body, "language") or "en-gb",
        focus=text_of(body, "focus"),
    )
    return JsonResponse(report_told(report), status=201)


def read_snapshot(request: HttpRequest, key: str) -> dict[str, Any]:
    """What the document says, as plain data: every figure with its question."""
    return dict(_report(caller(request), key).snapshot)


def download_report(request: HttpRequest, key: str, fmt: str) -> HttpResponse:
    viewer = caller(request)
    report = _report(viewer, key)
    content = reporting.hand_out(viewer, report=report, fmt=fmt)
    return file_told(content, reporting.file_name(reporting.stamped(report), fmt))


def release_report(request: HttpRequest, key: str) -> HttpResponse:
    """Freeze a signed document as an edition; it never changes from then on."""
    viewer = caller(request)
    made = publications.release(viewer, report=_report(viewer, key))
    return JsonResponse(release_told(made), status=201)


def download_release(request: HttpRequest, key: str, fmt: str) -> HttpResponse:
    viewer = caller(request)
    release: Release = record_or_404(registry.get("release"), viewer, key, whole=False)
    try:
        file = publications.hand_out(viewer, release=release, fmt=fmt)
    except ReleaseFile.DoesNotExist as error:
        raise Invalid([Problem("format", _("There is no such file in this release."), fmt)]) from error
    return file_told(bytes(file.content), file.name)


def read_check(request: HttpRequest, key: str) -> dict[str, Any]:
    """What of a release has been revised since, as last compared; of the records behind it those the caller may read."""
    viewer = caller(request)
    return check_told(viewer, record_or_404(registry.get("release"), viewer, key, whole=False))


def check_release(request: HttpRequest, key: str) -> dict[str, Any]:
    """Ask every figure of a release again, as it was and from today's records."""
    viewer = caller(request)
    release: Release = record_or_404(registry.get("release"), viewer, key, whole=False)
    publications.check(viewer, release=release)
    return check_told(viewer, release)


def _report(viewer: Viewer, key: str) -> Report:
    return record_or_404(registry.get("report"), viewer, key, whole=False)  # type: ignore[no-any-return]


def programme_of(viewer: Viewer, code: str) -> Any:
    if not code:
        return None
    found = {one.code.lower(): one for one in programmes_for(viewer)}
    if code.lower() not in found:
        raise Invalid([Problem("programme", _("You may not build for this programme."), code)])
    return found[code.lower()]


def file_told(content: bytes, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type="application/octet-stream")
    answer["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    answer["Cache-Control"] = "no-store"
    return answer


def report_told(report: Report) -> dict[str, Any]:
    return {
        "id": str(report.pk),
        "reference": report.reference,
        "title": report.title,
        "template": report.template,
        "period": report.period,
        "scope": report.scope,
        "state": report.state,
        "version": report.version,
        "figures": len(report.snapshot.get("figures", ())),
        "fingerprint": report.fingerprint,
        "illustrative": report.illustrative,
    }


def release_told(release: Release) -> dict[str, Any]:
    return {
        "id": str(release.pk),
        "reference": release.reference,
        "edition": release.edition,
        "fingerprint": release.fingerprint,
        "files": [{"format": one.format, "name": one.name, "sha256": one.sha256} for one in release.files.all()],
    }


def check_told(viewer: Viewer, release: Release) -> dict[str, Any]:
    found = revisions(viewer, release)
    return {"release": release.reference, "compared": asdict(found) if found else None}


for _method, _path, _view, _summary, _body in (
    ("GET", "/templates", list_templates, "What documents can be built", ""),
    ("POST", "/reports/build", build_report, "Build a document", "Build"),
    ("GET", "/reports/{key}/snapshot", read_snapshot, "What a document says, as plain data", ""),
    ("GET", "/reports/{key}/download.{fmt}", download_report, "A document as docx, pptx, pdf, xlsx or html", ""),
    ("POST", "/reports/{key}/release", release_report, "Release a signed document", ""),
    ("GET", "/releases/{key}/check", read_check, "What of a release has been revised since", ""),
    ("POST", "/releases/{key}/check", check_release, "Compare a release with today's records", ""),
    ("GET", "/releases/{key}/download.{fmt}", download_release, "A file of a release", ""),
):
    offer(router, _method, _path, _view, _summary, _body)
