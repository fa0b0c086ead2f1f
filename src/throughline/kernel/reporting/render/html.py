"""One HTML file that needs nothing else: styles inside, charts as drawings, each figure a link to its records.

Its own policy lets it load nothing from anywhere and run nothing.
"""

from importlib import resources

from django.template import Context, Engine
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from throughline.kernel.reporting.blocks import Snapshot
from throughline.kernel.reporting.render import words
from throughline.kernel.reporting.render.view import document_view

DATA = resources.files("throughline.kernel.reporting") / "data"


def render(snapshot: Snapshot) -> bytes:
    engine = Engine(autoescape=True, builtins=["django.templatetags.i18n"])
    template = engine.from_string((DATA / "report.html").read_text("utf-8"))
    context = Context(
        {
            "doc": document_view(snapshot),
            "snapshot": snapshot,
            "style": mark_safe((DATA / "report.css").read_text("utf-8")),  # noqa: S308 - our own file
            "line": mark_safe(words.line_svg()),  # noqa: S308 - our own drawing
            "contents_label": _("Contents"),
            "numbers_label": _("The numbers of this chart"),
            "chip": snapshot.handling.replace("+", "-"),
        }
    )
    return template.render(context).encode("utf-8")

