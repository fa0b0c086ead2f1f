"""What the pages of reports and releases show, as plain data: the document as it will be printed, its files, its steps."""

from collections import Counter
from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils import translation
from django.utils.html import format_html
from django.utils.safestring import SafeString

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.comments.queries import comments_on, may_ask, parts_of
from throughline.kernel.reporting.blocks import Charts, Snapshot
from throughline.kernel.reporting.models import Report
from throughline.kernel.reporting.queries import may_build, neighbours, signature
from throughline.kernel.reporting.render import FORMATS
from throughline.kernel.reporting.render.scrub import scrub
from throughline.kernel.reporting.render.view import document_view
from throughline.kernel.reporting.services import stamped
from throughline.publications.models import Release
from throughline.publications.queries import editions, revisions
from throughline.publications.services import may_release

KINDS = {"docx": "Word", "pptx": "PowerPoint", "pdf": "PDF", "xlsx": "Excel", "html": "HTML"}


def report_page(viewer: Viewer, report: Report) -> dict[str, Any]:
    signed = signature(report)
    may_freeze = report.state == Report.State.SIGNED and may_release(viewer, report)
    document = _document("report", report.reference, stamped(report))
    _open_to_talk(viewer, report, document)
    return {
        "document": document,
        "files": [(KINDS[fmt], reverse("report-file", args=[report.reference, fmt]), None) for fmt in FORMATS],
        "figures_url": reverse("report-figures", args=[report.reference]),
        "figures": len(report.snapshot["figures"]),
        "signed": signed,
        "release_url": reverse("report-release", args=[report.reference]) if may_freeze else "",
        "rebuild_url": reverse("report-rebuild", args=[report.reference]) if may_build(viewer) else "",
        "release": _released(viewer, report),
        "neighbours": neighbours(viewer, report),
    }


def _open_to_talk(viewer: Viewer, report: Report, document: dict[str, Any]) -> None:
    """At each block that can be spoken of: how much was said about it, and the way to say something."""
    if not may_ask(viewer, report):
        return
    said = Counter(comments_on(viewer, report).filter(parent=None).values_list("part", flat=True))
    about = dict(parts_of(report))
    for number, part in enumerate(document["parts"]):
        code = f"part-{number}"
        if code in about and part.kind != "heading":
            part.talk, part.said = f"?part={code}&ask=1#discussion", said[code]


def release_page(viewer: Viewer, release: Release) -> dict[str, Any]:
    files = release.files.defer("content")
    made = {file.format: file for file in files}
    return {
        "document": _document("release", release.reference, release.snapshot),
        "files": [
            (KINDS[fmt], reverse("release-file", args=[release.reference, fmt]), made[fmt])
            for fmt in FORMATS
            if fmt in made
        ],
        "figures_url": reverse("release-figures", args=[release.reference]),
        "figures": len(release.snapshot["figures"]),
        "revisions": revisions(viewer, release, records=False),
        "revised_url": reverse("release-revised", args=[release.reference]),
        "editions": [one for one in editions(viewer, release) if one.pk != release.pk],
    }


def requests_panel(viewer: Viewer, release: Release) -> dict[str, Any]:
    """The report the release was made from, for those who may read that too."""
    return {"report": Report.objects.visible_to(viewer).filter(pk=release.report_id).first()}


def figures_of(data: dict[str, Any]) -> list[dict[str, Any]]:
    """Every figure of a document with its question, for the table of its figures."""
    snapshot = here(Snapshot.from_json(scrub(data)))
    return [{"figure": figure, "url": snapshot.link(name)} for name, figure in snapshot.figures.items()]


def here(snapshot: Snapshot) -> Snapshot:
    """The same document with its links inside this installation, whatever it was called when it was built."""
    return replace(snapshot, address=reverse("question"))


def _document(noun: str, reference: str, data: dict[str, Any]) -> dict[str, Any]:
    snapshot = here(Snapshot.from_json(scrub(data)))

    def picture(block: Charts, index: int) -> SafeString:
        address = reverse(f"{noun}-chart", args=[reference, block.number, index])
        return format_html('<img src="{}" alt="{}" loading="lazy">', address, block.panels[index].alt)

    with translation.override(snapshot.language):
        return document_view(snapshot, picture)


def _released(viewer: Viewer, report: Report) -> Release | None:
    return Release.objects.visible_to(viewer).filter(report=report).first()  # type: ignore[no-any-return]
