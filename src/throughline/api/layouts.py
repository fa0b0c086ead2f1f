"""Templates over the API: what documents are printed with, bring one in, try it, make it active, go back."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from ninja import Router

from throughline.api.auth import caller
from throughline.api.bodies import body_of, text_of
from throughline.api.documents import file_told, programme_of
from throughline.api.imports import file_of
from throughline.api.offering import offer
from throughline.kernel.access.errors import Invalid, Problem, Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.layouts import services
from throughline.kernel.layouts.models import Layout
from throughline.kernel.layouts.queries import layouts, names_listed
from throughline.kernel.reporting import templates
from throughline.kernel.reporting.queries import may_build, programmes_for
from throughline.kernel.reporting.registry import template as template_of

HOUSE = {"docx": templates.word_template, "pptx": templates.slides_template}
BODIES: dict[str, Any] = {
    "TemplateBack": {
        "type": "object",
        "required": ["format"],
        "properties": {"format": {"type": "string", "enum": ["docx", "pptx"]}, "programme": {"type": "string"}},
    },
}
FILE_BODY: dict[str, Any] = {
    "required": True,
    "content": {
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "required": ["file"],
                "properties": {
                    "file": {"type": "string", "format": "binary"},
                    "comment": {"type": "string", "description": "What was changed."},
                    "programme": {"type": "string", "description": "Its code, if you work for several."},
                },
            }
        }
    },
}
IN_QUERY = [{"name": "programme", "in": "query", "required": False, "schema": {"type": "string"}}]
router = Router(tags=["documents"])


def list_template_editions(request: HttpRequest, template: str) -> dict[str, Any]:
    """Every edition of a document's templates; where none is active, the house's own is used."""
    viewer, programme = _asked(request, template, request.GET.get("programme", ""))
    kept = layouts(viewer).filter(programme=programme, template=template).order_by("format", "-edition")
    return {"items": [layout_told(one) for one in kept]}


def read_template_names(request: HttpRequest, template: str) -> dict[str, Any]:
    """What may stand in brackets, with what it prints in the last document of this kind."""
    viewer, programme = _asked(request, template, request.GET.get("programme", ""))
    listed = names_listed(viewer, programme, template)
    return {
        "items": [{"kind": kind, "name": name, "prints": prints} for kind, named in listed for name, prints in named]
    }


def read_house_template(request: HttpRequest, template: str, fmt: str) -> HttpResponse:
    _asked(request, template, "")
    if fmt not in HOUSE:
        raise Invalid([Problem("format", _("Choose one of: %(all)s") % {"all": ", ".join(HOUSE)}, fmt)])
    return file_told(HOUSE[fmt](template), f"{template}.{fmt}")


def upload_template(request: HttpRequest, template: str) -> HttpResponse:
    """Keep a file as the next edition; the answer says what was found on looking it over."""
    viewer, programme = _asked(request, template, request.POST.get("programme", ""))
    name, content = file_of(request)
    made = services.upload(
        viewer,
        programme=programme,
        template=template,
        name=name,
        content=content,
        comment=request.POST.get("comment", ""),
    )
    return JsonResponse(layout_told(made), status=201)


def read_template_file(request: HttpRequest, key: UUID) -> HttpResponse:
    found = _edition(caller(request), key)
    return file_told(bytes(found.content), f"{found.template}-template-{found.edition}.{found.format}")


def try_template(request: HttpRequest, key: UUID) -> HttpResponse:
    """The last document of this kind, printed with this edition; nothing is kept of it."""
    viewer = caller(request)
    found = _edition(viewer, key)
    return file_told(services.tried(viewer, found), f"{found.template}-trial-{found.edition}.{found.format}")


def activate_template(request: HttpRequest, key: UUID) -> dict[str, Any]:
    """Use this edition from now on; refused with what stands in the way."""
    viewer = caller(request)
    return layout_told(services.activate(viewer, layout=_edition(viewer, key)))


def leave_template(request: HttpRequest, template: str) -> HttpResponse:
    """Print with the house's own template again."""
    body = body_of(request)
    viewer, programme = _asked(request, template, text_of(body, "programme"))
    fmt = text_of(body, "format")
    if fmt not in HOUSE:
        raise Invalid([Problem("format", _("Choose one of: %(all)s") % {"all": ", ".join(HOUSE)}, fmt)])
    services.use_house(viewer, programme=programme, template=template, fmt=fmt)
    return HttpResponse(status=204)


def layout_told(one: Layout) -> dict[str, Any]:
    return {
        "id": str(one.pk),
        "document": one.template,
        "format": one.format,
        "edition": one.edition,
        "active": one.active,
        "file": one.name,
        "comment": one.comment,
        "sha256": one.sha256,
        "uploaded_by": str(one.uploaded_by),
        "uploaded_at": one.uploaded_at.isoformat(),
        "findings": one.findings,
    }


def _asked(request: HttpRequest, template: str, code: str) -> tuple[Viewer, Any]:
    """Who asks, and for which programme: the one named, else the only one they may build for."""
    viewer = caller(request)
    if not may_build(viewer):
        raise Refused(_("Only analysts and the secretariat of a programme see its templates."))
    template_of(template)
    programme = programme_of(viewer, code)
    found = [programme] if programme is not None else programmes_for(viewer)
    if len(found) != 1:
        raise Invalid([Problem("programme", _("Choose the programme this template is for."))])
    return viewer, found[0]


def _edition(viewer: Viewer, key: UUID) -> Layout:
    found: Layout | None = layouts(viewer).filter(pk=key).first()
    if found is None:
        raise Http404
    return found


for _method, _path, _view, _summary, _body in (
    ("GET", "/templates/{template}/editions", list_template_editions, "The editions of a document's templates", ""),
    ("POST", "/templates/{template}/editions", upload_template, "Bring in an edition of a template", FILE_BODY),
    ("GET", "/templates/{template}/names", read_template_names, "What may stand in a template's brackets", ""),
    ("GET", "/templates/{template}/house.{fmt}", read_house_template, "The house's own template", ""),
    ("POST", "/templates/{template}/back", leave_template, "Go back to the house's own template", "TemplateBack"),
    ("GET", "/template-editions/{uuid:key}/file", read_template_file, "A template as it was brought in", ""),
    ("GET", "/template-editions/{uuid:key}/trial", try_template, "The last document, printed with a template", ""),
    ("POST", "/template-editions/{uuid:key}/activate", activate_template, "Use a template from now on", ""),
):
    offer(
        router,
        _method,
        _path,
        _view,
        _summary,
        _body,  # type: ignore[arg-type]
        parameters=IN_QUERY if _method == "GET" and _path.endswith(("editions", "names")) else (),
    )
