"""The look of each format: the templates of this package, or the ones a secretariat put in their place.

A secretariat restyles `docx` and `pptx` in Word and PowerPoint and lays them into
`<data folder>/report-templates/` under the template's name (`quarterly-monitor.docx`) or, for
all documents, as `report.docx`. What the program itself ships is built by code, so that
it can be reviewed line by line.
"""

import re
from pathlib import Path

from django.conf import settings

PACKAGE = Path(__file__).resolve().parent / "data"
# A typst template may not load packages: they would come from the network.
PACKAGE_IMPORT = re.compile(r"@[\w-]+/[\w-]+:")


class UnusableTemplate(Exception):
    """A template of the house cannot be used; the message says why."""


def own_template(template: str, extension: str) -> Path | None:
    """The secretariat's own template for this document, else its own for all documents."""
    folder = Path(settings.DATA) / "report-templates"
    for name in (template, "report"):
        path = folder / f"{Path(name).name}.{extension}"
        if path.is_file():
            return path
    return None


def typst_template(template: str) -> str:
    text = (own_template(template, "typ") or PACKAGE / "report.typ").read_text("utf-8")
    if PACKAGE_IMPORT.search(text):
        raise UnusableTemplate(f"{template}.typ loads a package from the network; copy what it needs into the file")
    return text


def word_template(template: str) -> bytes:
    own = own_template(template, "docx")
    if own:
        return own.read_bytes()
    from throughline.kernel.reporting.render.docx_template import build  # reason: heavy, and only for the shipped look

    return build()


def slides_template(template: str) -> bytes:
    own = own_template(template, "pptx")
    if own:
        return own.read_bytes()
    from throughline.kernel.reporting.render.pptx_template import build  # reason: heavy, and only for the shipped look

    return build()
