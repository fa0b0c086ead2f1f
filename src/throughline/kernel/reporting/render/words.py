"""The words every format prints around the blocks, and the look they share."""

from datetime import datetime

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from throughline.kernel.reporting.blocks import Charts, Snapshot, Table

ACCENT = "0B4F5A"
INK = "17202A"
MUTED = "434E59"
RULE = "C9D1CE"
WASH = "EEF3F2"
ATTENTION = "8A4B00"
STATIONS = 6
# TLP 2.0: text colours on black, as the standard prescribes.
HANDLING = {
    "clear": "FFFFFF",
    "green": "33FF00",
    "amber": "FFC000",
    "amber+strict": "FFC000",
    "red": "FF2B2B",
}


def moment(iso: str) -> str:
    """7 March 2024, 14:05, in the time of the installation."""
    at = timezone.localtime(datetime.fromisoformat(iso))
    return f"{day(iso)}, {formats.time_format(at, 'H:i')}"


def day(iso: str) -> str:
    """7 March 2024."""
    at = datetime.fromisoformat(iso)
    return formats.date_format(timezone.localtime(at) if timezone.is_aware(at) else at, "j F Y")


def state_line(snapshot: Snapshot) -> str:
    """What this copy is: a draft, or the edition that was released."""
    if snapshot.state == "released" and not snapshot.released_on:  # the report's own page; its release knows the day
        return _("Edition %(edition)s, released") % {"edition": snapshot.edition}
    if snapshot.state == "released":
        return _("Edition %(edition)s, released on %(day)s") % {
            "edition": snapshot.edition,
            "day": day(snapshot.released_on),
        }
    return _("Draft of edition %(edition)s, not for release") % {"edition": snapshot.edition}


def illustrative_line(snapshot: Snapshot) -> str:
    if not snapshot.illustrative:
        return ""
    return snapshot.illustrative_words or _("Illustrative data: no real incidents")


def facts(snapshot: Snapshot) -> list[tuple[str, str]]:
    """What the cover says about the document."""
    rows = [
        (_("Period"), snapshot.period_label),
        (_("Scope"), snapshot.scope_label),
        (_("Handling"), snapshot.handling_label),
        (_("Edition"), state_line(snapshot)),
        (_("Data as of"), moment(snapshot.data_time)),
        (_("Computed for"), snapshot.run_as),
    ]
    if snapshot.signed_by:
        rows.append((_("Signed off by"), f"{snapshot.signed_by}, {day(snapshot.signed_on)}"))
    if snapshot.reference:
        rows.append((_("Reference"), snapshot.reference))
    return rows


def caption(block: Table | Charts) -> str:
    """Table 3 or Figure 2: the label in front of a title."""
    label = _("Table") if isinstance(block, Table) else _("Figure")
    return f"{label} {block.number}"


def line_svg() -> str:
    """The line with six stations, the last one filled: this is where a document stands."""
    width, middle = 620, 8
    step = (width - 2 * middle) / (STATIONS - 1)
    dots = "".join(
        f'<circle cx="{middle + step * n}" cy="{middle}" r="{6.5 if n == STATIONS - 1 else 4.5}" '
        f'fill="#{ACCENT if n == STATIONS - 1 else "FFFFFF"}" stroke="#{ACCENT}" stroke-width="1.5"/>'
        for n in range(STATIONS)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{2 * middle}" '
        f'viewBox="0 0 {width} {2 * middle}"><line x1="{middle}" y1="{middle}" x2="{width - middle}" y2="{middle}" '
        f'stroke="#{ACCENT}" stroke-width="1.5"/>{dots}</svg>'
    )
