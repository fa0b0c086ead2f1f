"""Verbs on templates: upload an edition, make one active, go back to the house's own. Trying one changes nothing."""

import hashlib
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Invalid, Problem, Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.files.names import clean_name
from throughline.kernel.history.unit import note, verb
from throughline.kernel.layouts import lint, package
from throughline.kernel.layouts.findings import REFUSED, Finding, stops
from throughline.kernel.layouts.known import Known
from throughline.kernel.layouts.models import Layout
from throughline.kernel.layouts.queries import last_reports, may_change, names_of
from throughline.kernel.reporting.registry import template as template_of
from throughline.kernel.reporting.render import LOOKS, render
from throughline.kernel.reporting.services import stamped

LONGEST_COMMENT = 300
MOST_SAID = 60


@verb("template.upload")
def upload(actor: Viewer, *, programme: Any, template: str, name: str, content: bytes, comment: str = "") -> Layout:
    """Keep a file as the next edition of a programme's template. It is not used until it is made active.

    Order: check who may; check that the file is safe to open, and take nothing that is not; look it over; write it with
    what was found; write history. Raises Refused, or Invalid for a file that is not taken at all.
    """
    _check_role(actor, programme)
    declared = template_of(template)
    cleaned = clean_name(name)
    fmt = _format(cleaned)
    _take(content, fmt)
    if len(comment) > LONGEST_COMMENT:
        raise Invalid(
            [Problem("comment", _("Say in at most %(most)s letters what was changed.") % {"most": LONGEST_COMMENT})]
        )
    _one_at_a_time(programme, declared.id, fmt)
    kept = Layout.objects.filter(programme=programme, template=declared.id, format=fmt)
    last = kept.order_by("-edition").values_list("edition", "sha256").first()
    digest = hashlib.sha256(content).hexdigest()
    if last is not None and last[1] == digest:
        raise Invalid(
            [Problem("file", _("This is the same file as edition %(edition)s.") % {"edition": last[0]}, cleaned)]
        )
    made = Layout.objects.create(
        programme=programme,
        template=declared.id,
        format=fmt,
        edition=last[0] + 1 if last else 1,
        name=cleaned,
        content=content,
        size=len(content),
        sha256=digest,
        comment=comment.strip(),
        findings=[one.as_dict() for one in looked_over(actor, programme, declared.id, fmt, content)],
        uploaded_by_id=actor.key,
    )
    note(made, after={"template": declared.id, "format": fmt, "edition": made.edition, "sha256": digest})
    return made


@verb("template.activate")
def activate(actor: Viewer, *, layout: Layout) -> Layout:
    """Use an edition from now on: a new one, or one from before.

    It is looked over once more, and a document is tried with it. Raises Refused, or Invalid with what stands in the way.
    """
    _check_role(actor, layout.programme)
    _one_at_a_time(layout.programme, layout.template, layout.format)
    layout.refresh_from_db(fields=["active"])
    found = looked_over(actor, layout.programme, layout.template, layout.format, bytes(layout.content))
    layout.findings = [one.as_dict() for one in found]
    if stopped := stops(found):
        raise Invalid(Problem("template", one.message, one.where) for one in stopped)
    if layout.active:
        raise Invalid([Problem("template", _("This edition is active already."))])
    if last_reports(actor, layout.programme, layout.template):
        tried(actor, layout)
    before = _leave(layout.programme, layout.template, layout.format)
    layout.active = True
    layout.save()
    note(layout, before={"active": before}, after={"active": layout.edition})
    return layout


@verb("template.house")
def use_house(actor: Viewer, *, programme: Any, template: str, fmt: str) -> None:
    """Print with the house's own template again. Every edition stays, to be taken back to."""
    _check_role(actor, programme)
    template_of(template)
    _one_at_a_time(programme, template, fmt)
    active = Layout.objects.filter(programme=programme, template=template, format=fmt, active=True).first()
    if active is None:
        raise Invalid([Problem("template", _("The house's own template is used already."))])
    _leave(programme, template, fmt)
    note(active, before={"active": active.edition}, after={"active": "house"})


def looked_over(actor: Viewer, programme: Any, template: str, fmt: str, content: bytes) -> list[Finding]:
    """Everything to say of a file as a template of this document: whether it may be opened, then what is in it."""
    barred = package.check(content, fmt)
    if stops(barred):
        return barred
    known = Known(names_of(one) for one in last_reports(actor, programme, template))
    return [*lint.lint(content, fmt, known), *barred][:MOST_SAID]


def tried(actor: Viewer, layout: Layout) -> bytes:
    """The last document of this kind, printed with this edition. Nothing is written."""
    reports = last_reports(actor, layout.programme, layout.template)
    if not reports:
        raise Invalid([Problem("template", _("There is no document of this kind to try it with. Build one first."))])
    content = bytes(layout.content)
    if stopped := stops(package.check(content, layout.format)):
        raise Invalid(Problem("template", one.message, one.where) for one in stopped)
    try:
        return render(stamped(reports[0]), layout.format, content)
    except Exception as fault:
        message = _("The document could not be made with this template (%(fault)s). Start again from the house's own.")
        raise Invalid([Problem("template", message % {"fault": type(fault).__name__})]) from fault


def _check_role(actor: Viewer, programme: Any) -> None:
    if not may_change(actor, programme):
        raise Refused(_("Only the secretariat of a programme changes its templates."))


def _format(name: str) -> str:
    fmt = name.rpartition(".")[2].lower()
    if fmt not in LOOKS:
        message = _("A template is a Word file (.docx) or a PowerPoint file (.pptx).")
        raise Invalid([Problem("file", message, name)])
    return fmt


def _take(content: bytes, fmt: str) -> None:
    if not content:
        raise Invalid([Problem("file", _("The file is empty."))])
    barred = [one for one in package.check(content, fmt) if one.level == REFUSED]
    if barred:
        raise Invalid(Problem("file", one.message, one.where) for one in barred[:MOST_SAID])


def _leave(programme: Any, template: str, fmt: str) -> Any:
    """No edition is active any more; gives the number of the one that was, or 'house'."""
    active = Layout.objects.filter(programme=programme, template=template, format=fmt, active=True)
    before = active.values_list("edition", flat=True).first()
    active.update(active=False)
    return before or "house"


def _one_at_a_time(programme: Any, template: str, fmt: str) -> None:
    """Two people changing the same template wait for each other until the first is done."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"layout {programme.pk} {template} {fmt}"]
        )
