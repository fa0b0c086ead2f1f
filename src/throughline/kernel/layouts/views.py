"""Doors to templates: see what documents are printed with, take a template, bring one in, try it, make it active."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from throughline.kernel.access.errors import Invalid, Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.files.answers import handed
from throughline.kernel.layouts import services
from throughline.kernel.layouts.forms import UploadForm
from throughline.kernel.layouts.models import Layout
from throughline.kernel.layouts.queries import editions, history, last_reports, layouts, may_change, names_listed
from throughline.kernel.reporting import templates
from throughline.kernel.reporting.queries import may_build, programmes_for
from throughline.kernel.reporting.registry import Template
from throughline.kernel.reporting.registry import templates as documents
from throughline.kernel.reporting.render import FORMATS, LOOKS
from throughline.kernel.ui.problems import show_problems

HOUSE = {"docx": templates.word_template, "pptx": templates.slides_template}


def viewer_of(request: HttpRequest) -> Viewer:
    return request.viewer  # type: ignore[attr-defined, no-any-return]


def _builder(request: HttpRequest) -> Viewer:
    viewer = viewer_of(request)
    if not may_build(viewer):
        raise Refused(_("Only analysts and the secretariat of a programme see its templates."))
    return viewer


def _document(template: str) -> Template:
    if template not in documents:
        raise Http404
    return documents[template]


def _programme(request: HttpRequest, viewer: Viewer) -> Any:
    """The programme named in the address, else the first: most people build for one."""
    found = {one.code: one for one in programmes_for(viewer)}
    asked = request.GET.get("programme", "")
    if asked and asked not in found:
        raise Http404
    return found[asked] if asked else next(iter(found.values()))


def _edition(viewer: Viewer, key: UUID) -> Layout:
    found: Layout | None = layouts(viewer).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


@require_GET
def every(request: HttpRequest) -> HttpResponse:
    """Every document, and what it is printed with."""
    viewer = _builder(request)
    programme = _programme(request, viewer)
    kept: dict[tuple[str, str], list[Layout]] = {}
    for one in layouts(viewer).filter(programme=programme):
        kept.setdefault((one.template, one.format), []).append(one)
    rows = [
        (one, [(str(Layout.Format(fmt).label), _active(kept.get((one.id, fmt), []))) for fmt in LOOKS])
        for one in documents.values()
    ]
    context = {"rows": rows, "programme": programme, "programmes": programmes_for(viewer)}
    return render(request, "layouts/list.html", context)


def _active(found: list[Layout]) -> Layout | None:
    return next((one for one in found if one.active), None)


@require_http_methods(["GET", "POST"])
def document(request: HttpRequest, template: str) -> HttpResponse:
    """One document's templates: take, bring in, take back to."""
    viewer, declared = _builder(request), _document(template)
    programme = _programme(request, viewer)
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            made = services.upload(
                viewer,
                programme=programme,
                template=template,
                name=upload.name or "",
                content=upload.read(),
                comment=form.cleaned_data["comment"],
            )
        except Invalid as invalid:
            show_problems(form, invalid)
        else:
            return redirect("layout-edition", made.pk)
    context = {
        "declared": declared,
        "programme": programme,
        "programmes": programmes_for(viewer),
        "query": urlencode({"programme": programme.code}),
        "form": form,
        "may_change": may_change(viewer, programme),
        "formats": [(fmt, Layout.Format(fmt).label, list(editions(viewer, programme, template, fmt))) for fmt in LOOKS],
        "history": history(viewer, programme, template),
    }
    return render(request, "layouts/document.html", context, status=400 if form.errors else 200)


@require_GET
def names(request: HttpRequest, template: str) -> HttpResponse:
    """What may stand in brackets in a template of this document, with what it prints in the last one."""
    viewer, declared = _builder(request), _document(template)
    programme = _programme(request, viewer)
    reports = last_reports(viewer, programme, template)
    titles = {
        "texts": _("Texts"), "sections": _("Sections"), "charts": _("Charts"), "tables": _("Tables"), "figures": _("Figures"),
    }  # fmt: skip
    listed = [(titles[kind], named) for kind, named in names_listed(viewer, programme, template)]
    context = {"declared": declared, "programme": programme, "report": reports[0] if reports else None, "kinds": listed}
    context["query"] = urlencode({"programme": programme.code})
    return render(request, "layouts/names.html", context)


@require_GET
def house_file(request: HttpRequest, template: str, fmt: str) -> HttpResponse:
    """The house's own template."""
    _builder(request)
    _document(template)
    if fmt not in HOUSE:
        raise Http404
    return handed(HOUSE[fmt](template), FORMATS[fmt], f"{template}.{fmt}")


@require_GET
def edition(request: HttpRequest, key: UUID) -> HttpResponse:
    """One edition: what was found on looking it over, a document to try it with, and the step to make it active."""
    viewer = _builder(request)
    found = _edition(viewer, key)
    reports = last_reports(viewer, found.programme, found.template)
    context = {
        "layout": found,
        "declared": documents.get(found.template),
        "query": urlencode({"programme": found.programme.code}),
        "stops": [one for one in found.findings if one["level"] != "note"],
        "notes": [one for one in found.findings if one["level"] == "note"],
        "report": reports[0] if reports else None,
        "may_change": may_change(viewer, found.programme),
    }
    return render(request, "layouts/edition.html", context)


@require_GET
def edition_file(request: HttpRequest, key: UUID) -> HttpResponse:
    """The file as it was uploaded."""
    found = _edition(_builder(request), key)
    name = f"{found.template}-template-{found.edition}.{found.format}"
    return handed(bytes(found.content), FORMATS[found.format], name)


@require_GET
def trial(request: HttpRequest, key: UUID) -> HttpResponse:
    """The last document, printed with this edition."""
    viewer = _builder(request)
    found = _edition(viewer, key)
    try:
        content = services.tried(viewer, found)
    except Invalid as invalid:
        messages.error(request, _said(invalid))
        return redirect("layout-edition", found.pk)
    return handed(content, FORMATS[found.format], f"{found.template}-trial-{found.edition}.{found.format}")


@require_POST
def activate(request: HttpRequest, key: UUID) -> HttpResponseRedirect:
    """Use this edition from now on."""
    viewer = _builder(request)
    found = _edition(viewer, key)
    try:
        services.activate(viewer, layout=found)
    except Invalid as invalid:
        messages.error(request, _said(invalid))
        return redirect("layout-edition", found.pk)
    messages.success(
        request, _("Documents are printed with edition %(edition)s from now on.") % {"edition": found.edition}
    )
    return redirect(
        f"{reverse('layout-document', args=[found.template])}?{urlencode({'programme': found.programme.code})}"
    )


@require_POST
def back(request: HttpRequest, template: str, fmt: str) -> HttpResponseRedirect:
    """Print with the house's own template again."""
    viewer = _builder(request)
    _document(template)
    if fmt not in LOOKS:
        raise Http404
    programme = _programme(request, viewer)
    try:
        services.use_house(viewer, programme=programme, template=template, fmt=fmt)
    except Invalid as invalid:
        messages.error(request, _said(invalid))
    else:
        messages.success(request, _("Documents are printed with the house's own template again."))
    return redirect(f"{reverse('layout-document', args=[template])}?{urlencode({'programme': programme.code})}")


def _said(invalid: Invalid) -> str:
    return " ".join(str(problem.message) for problem in invalid.problems[:5])
