"""One HTML file that needs nothing else: styles inside, charts as drawings, each figure a link to its records.

Its own policy lets it load nothing from anywhere and run nothing.
"""

from functools import cache
from pathlib import Path

from django.template import Context, Engine
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from throughline.kernel.reporting.blocks import Charts, Snapshot
from throughline.kernel.reporting.render import pictures, words
from throughline.kernel.reporting.render.view import document_view

HOME = Path(__file__).resolve().parent.parent


@cache
def _engine() -> Engine:
    return Engine(
        dirs=[str(HOME / "templates"), str(HOME / "data")],
        libraries={"i18n": "django.templatetags.i18n"},
        autoescape=True,
    )


@cache
def _style() -> str:
    files = (HOME / "data" / "report.css", HOME / "static" / "reporting" / "document.css")
    return "\n".join(path.read_text("utf-8") for path in files)


def render(snapshot: Snapshot) -> bytes:
    context = {
        "doc": document_view(snapshot, _drawing),
        "snapshot": snapshot,
        "style": mark_safe(_style()),
        "line": mark_safe(words.line_svg()),
        "chip": snapshot.handling.replace("+", "-"),
    }
    return _engine().get_template("report.html").render(Context(context)).encode("utf-8")


def _drawing(block: Charts, index: int) -> SafeString:
    """The drawing itself stands in the file; vl-convert escapes the texts it prints into it."""
    panel = block.panels[index]
    drawing = mark_safe(pictures.svg(panel))
    return format_html('<div role="img" aria-label="{}">{}</div>', panel.alt, drawing)
