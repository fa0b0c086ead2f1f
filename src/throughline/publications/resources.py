"""What lists, pages and the API know of reports and releases."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.reporting import services as reporting
from throughline.kernel.reporting.models import Report
from throughline.kernel.reporting.queries import BUILDERS
from throughline.kernel.reporting.registry import templates
from throughline.kernel.resources.cleaning import Draft
from throughline.kernel.resources.declare import Field, Panel, Resource, Section
from throughline.publications.models import Release
from throughline.publications.pages import release_page, report_page, requests_panel
from throughline.publications.public.panels import public_panel

WHICH = ("title", "template", "period", "scope", "focus", "language", "edition")


def build(actor: Viewer, /, *, programme: Any, draft: Draft) -> Report:
    """A new report is never typed: it is built from the figures of today."""
    asked = {name: draft.values.get(name) or "" for name in ("template", "period", "scope", "focus")}
    return reporting.build(
        actor,
        programme=programme,
        handling=draft.values.get("marking") or "",
        language=draft.values.get("language") or "en-gb",
        **asked,
    )


def _document(template: str) -> str:
    known = templates.get(template)
    return str(known.title) if known else template


def _language(code: str) -> str:
    return str(dict(settings.LANGUAGES).get(code, code))


REPORT = Resource(
    noun="report",
    plural="reports",
    model=Report,
    title=_("report"),
    title_plural=_("reports"),
    station="report",
    order="-created_at",
    search=("title", "reference"),
    related=("owner", "programme", "created_by"),
    fields=(
        Field("template", filter=True, said=_document, help=_("Its code, such as quarterly-monitor.")),
        Field("title", column=True, read_only=True),
        Field("period", column=True, filter=True, help=_("Such as 2023-Q4.")),
        Field("scope", column=True, filter=True, help=_("Its code, such as SEE-7.")),
        Field("focus", filter=True, read_only=True),
        Field("edition", column=True, read_only=True),
        Field("marking", filter=True),
        Field("language", filter=True, said=_language),
        Field("data_time", read_only=True),
        Field("facts_version", read_only=True),
        Field("run_as", read_only=True),
        Field("fingerprint", read_only=True),
    ),
    sections=(Section(_("How it was built"), (*WHICH[1:], "marking", "data_time", "run_as", "facts_version")),),
    panels=(
        Panel("publications/parts/document.html", report_page),
        Panel("publications/parts/report_files.html", report_page, side=True),
    ),
    create=build,
    made_as=BUILDERS,
)
RELEASE = Resource(
    noun="release",
    plural="releases",
    model=Release,
    title=_("release"),
    title_plural=_("releases"),
    station="report",
    order="-released_at",
    search=("title", "reference"),
    related=("owner", "programme", "signed_by"),
    fields=(
        Field("title", column=True, read_only=True),
        Field("template", filter=True, said=_document, read_only=True),
        Field("period", column=True, filter=True, read_only=True),
        Field("scope", column=True, filter=True, read_only=True),
        Field("focus", filter=True, read_only=True),
        Field("language", filter=True, said=_language, read_only=True),
        Field("edition", column=True, read_only=True),
        Field("released_at", column=True, read_only=True),
        Field("signed_by", read_only=True, by="email"),
        Field("signed_at", read_only=True),
        Field("comment", read_only=True),
        Field("data_time", read_only=True),
        Field("facts_version", read_only=True),
        Field("fingerprint", read_only=True),
    ),
    sections=(
        Section(_("What was released"), (*WHICH[1:], "released_at")),
        Section(
            _("Who stands for it"), ("signed_by", "signed_at", "comment", "data_time", "facts_version", "fingerprint")
        ),
    ),
    panels=(
        Panel("publications/parts/revised.html", release_page),
        Panel("publications/parts/document.html", release_page),
        Panel("publications/parts/release_files.html", release_page, side=True),
        Panel("publications/parts/requests.html", requests_panel, side=True),
        Panel("public/panel.html", public_panel, side=True),
    ),
)
