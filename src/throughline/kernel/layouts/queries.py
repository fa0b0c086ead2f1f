"""Reading templates: which editions there are, which is active, and what documents they can be tried with."""

from typing import Any

from django.db.models import QuerySet

from throughline.kernel.access.choices import Role
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.models import Entry
from throughline.kernel.layouts.models import Layout
from throughline.kernel.reporting.models import Report
from throughline.kernel.reporting.names import Names
from throughline.kernel.reporting.queries import BUILDERS

LOOKED_AT = 6


def layouts(viewer: Viewer) -> QuerySet[Layout]:
    """The editions of the programmes in which the viewer may build documents. The files stay in the database."""
    found = Layout.objects.filter(programme__in=viewer.programmes_as(*BUILDERS))
    return found.defer("content").select_related("uploaded_by", "programme")


def editions(viewer: Viewer, programme: Any, template: str, fmt: str) -> QuerySet[Layout]:
    return layouts(viewer).filter(programme=programme, template=template, format=fmt).order_by("-edition")


def active_content(programme_id: Any, template: str, fmt: str) -> bytes | None:
    """The file that this programme's documents of this kind are printed with; None for the house's own.

    Asked by renderers, for whoever may read the document: who reads a printed page has seen its template.
    """
    found = Layout.objects.filter(programme=programme_id, template=template, format=fmt, active=True)
    content = found.values_list("content", flat=True).first()
    return None if content is None else bytes(content)


def may_change(viewer: Viewer, programme: Any) -> bool:
    """Templates are the secretariat's."""
    return viewer.has_role(programme.pk, Role.SECRETARIAT)


def last_reports(viewer: Viewer, programme: Any, template: str) -> list[Report]:
    """The newest documents of a kind that this viewer may read: what a template's names are looked up in."""
    found = Report.objects.visible_to(viewer).filter(programme=programme, template=template)
    return list(found.exclude(state=Report.State.DISCARDED).order_by("-created_at")[:LOOKED_AT])


def names_of(report: Report) -> Names:
    return Names.of(report.snapshot)


def names_listed(viewer: Viewer, programme: Any, template: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Everything a template may name, by kind, with what it prints in the last document; nothing before there is one."""
    reports = last_reports(viewer, programme, template)
    return list(names_of(reports[0]).listed()) if reports else []


def history(viewer: Viewer, programme: Any, template: str) -> list[Entry]:
    """Who did what with the templates of one document, newest first."""
    keys = layouts(viewer).filter(programme=programme, template=template).values_list("pk", flat=True)
    return list(Entry.objects.filter(noun="layout", object_id__in=list(keys)).order_by("-seq")[:50])
