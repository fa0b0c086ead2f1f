"""Changes asked for in a document before it is signed: while it is in the making, of any of its blocks."""

from typing import Any

from django.utils.text import Truncator

from throughline.kernel.access.choices import Right
from throughline.kernel.access.rules import is_owner, may
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.comments.registry import Requests
from throughline.kernel.reporting.models import Report
from throughline.kernel.reporting.queries import BUILDERS
from throughline.kernel.reporting.render import words

S = Report.State
LABELLED = ("table", "charts", "statements")


def settles(viewer: Viewer, report: Any) -> bool:
    """Those who answer for the document: who built it, and its owner's people who build or change documents."""
    if viewer.person == report.created_by_id or may(viewer, Right.CHANGE, report):
        return True
    return is_owner(viewer, report) and viewer.has_role(report.programme_id, *BUILDERS)


def parts_of(report: Any) -> list[tuple[str, str]]:
    """The blocks a reader would point at: headings, tables, charts and lists of statements, as they are captioned."""
    found = []
    for number, block in enumerate(report.document.blocks):
        if block.kind == "heading":
            label = block.text
        elif block.kind in LABELLED:
            caption = words.caption(block) if block.kind != "statements" else ""
            label = f"{caption} {block.title}".strip()
        else:
            continue
        if label:
            found.append((f"part-{number}", Truncator(label).chars(120)))
    return found


REQUESTS = Requests(Report, frozenset({S.DRAFT, S.READY, S.RETURNED}), settles, parts_of)
