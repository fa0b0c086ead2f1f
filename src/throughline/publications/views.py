"""Doors to reports and releases beyond what every noun has: build, files, charts, figures, release."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.kernel.access.errors import Invalid, Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.files.answers import handed
from throughline.kernel.jobs.services import enqueue
from throughline.kernel.reporting import services as reporting
from throughline.kernel.reporting.blocks import Charts, Snapshot
from throughline.kernel.reporting.queries import may_build
from throughline.kernel.reporting.render import FORMATS, pictures
from throughline.kernel.reporting.render.scrub import scrub
from throughline.kernel.resources import registry
from throughline.kernel.resources.access import record_or_404
from throughline.kernel.ui.problems import show_problems
from throughline.publications import services
from throughline.publications.forms import BuildForm
from throughline.publications.jobs import RELEASE
from throughline.publications.models import Release
from throughline.publications.pages import figures_of
from throughline.publications.queries import revisions
from throughline.publications.services import may_release


def viewer_of(request: HttpRequest) -> Viewer:
    return request.viewer  # type: ignore[attr-defined, no-any-return]


def _record(request: HttpRequest, noun: str, key: str) -> Any:
    return record_or_404(registry.get(noun), viewer_of(request), key, whole=False)


@require_http_methods(["GET", "POST"])
def build(request: HttpRequest) -> HttpResponse:
    """Choose a document, a period and a scope; it is built at once."""
    viewer = viewer_of(request)
    if not may_build(viewer):
        raise Refused(_("Only analysts and the secretariat of a programme may build its documents."))
    given = request.POST if request.method == "POST" else None
    initial = {name: request.GET[name] for name in BuildForm.base_fields if name in request.GET}
    form = BuildForm(given, viewer=viewer, initial=initial)
    if given is not None and form.is_valid():
        try:
            report = reporting.build(viewer, **form.asked())
        except Invalid as invalid:
            show_problems(form, _at_question(form, invalid))
        else:
            return redirect("report-detail", report.reference)
    status = 400 if form.errors else 200
    return render(request, "publications/build.html", {"form": form}, status=status)


def _at_question(form: BuildForm, invalid: Invalid) -> Invalid:
    """What is wrong with a focus is said at the field it was given in."""
    if not form.cleaned_data.get("question"):
        return invalid
    return Invalid(replace(one, field="question") if one.field == "focus" else one for one in invalid.problems)


@require_POST
def rebuild(request: HttpRequest, key: str) -> HttpResponse:
    """The same document from today's figures, beside this one."""
    report = reporting.rebuild(viewer_of(request), report=_record(request, "report", key))
    messages.success(request, _("Built again from today's figures."))
    return redirect("report-detail", report.reference)


@require_GET
def report_file(request: HttpRequest, key: str, fmt: str) -> HttpResponse:
    report = _record(request, "report", key)
    if fmt not in FORMATS:
        raise Http404
    content = reporting.hand_out(viewer_of(request), report=report, fmt=fmt)
    return handed(content, FORMATS[fmt], reporting.file_name(reporting.stamped(report), fmt))


@require_GET
def release_file(request: HttpRequest, key: str, fmt: str) -> HttpResponse:
    release = _record(request, "release", key)
    if fmt not in FORMATS:
        raise Http404
    file = services.hand_out(viewer_of(request), release=release, fmt=fmt)
    return handed(bytes(file.content), FORMATS[fmt], file.name)


@require_GET
def chart(request: HttpRequest, noun: str, key: str, number: int, panel: int) -> HttpResponse:
    """A chart of the document as it will be printed."""
    snapshot = Snapshot.from_json(scrub(_record(request, noun, key).snapshot))
    found = [block for block in snapshot.blocks if isinstance(block, Charts) and block.number == number]
    if not found or panel >= len(found[0].panels):
        raise Http404
    with translation.override(snapshot.language):
        drawing = pictures.svg(found[0].panels[panel])
    response = HttpResponse(drawing, content_type="image/svg+xml")
    response["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    response["Cache-Control"] = "private, max-age=3600"
    return response


@require_GET
def figures(request: HttpRequest, noun: str, key: str) -> HttpResponse:
    """Every figure of the document with its base, its coverage and its question."""
    record = _record(request, noun, key)
    context = {"record": record, "noun": noun, "rows": figures_of(record.snapshot)}
    return render(request, "publications/figures.html", context)


@require_POST
def release(request: HttpRequest, key: str) -> HttpResponseRedirect:
    """Freeze a signed report; the files are made in the background, watched on the job's page."""
    report = _record(request, "report", key)
    if report.state == report.State.RELEASED:
        made = Release.objects.visible_to(viewer_of(request)).get(report=report)
        return redirect("release-detail", made.reference)
    if report.state != report.State.SIGNED or not may_release(viewer_of(request), report):
        raise Refused(_("A report is released by the secretariat, after a second person has signed it off."))
    job = enqueue(
        viewer_of(request),
        task=RELEASE,
        arguments={"report": str(report.pk)},
        title=_("Release %(report)s") % {"report": report},
    )
    return redirect("job-detail", job.pk)


@require_http_methods(["GET", "POST"])
def revised(request: HttpRequest, key: str) -> HttpResponse:
    """What of a release the records of today put differently, by how much and because of which records."""
    viewer, record = viewer_of(request), _record(request, "release", key)
    if request.method == "POST":
        services.check(viewer, release=record)
        messages.success(request, _("Compared with today's records."))
        return redirect("release-revised", record.reference)
    found = revisions(viewer, record)
    tables = (
        ((_("Figures revised since"), found.revised), (_("Figures that are not what was printed"), found.faults))
        if found
        else ()
    )
    context = {"record": record, "found": found, "tables": tables, "basis": record.document.basis}
    return render(request, "publications/revised.html", context)
