"""What a file is kept for decides which types are taken and how large it may be."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from throughline.kernel.files.sniff import TYPES

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Purpose:
    """One reason to keep a file: its name, the endings taken, the limit in bytes."""

    code: str
    label: str | Promise
    endings: tuple[str, ...]
    limit: int

    @property
    def types(self) -> frozenset[str]:
        return frozenset(TYPES[ending] for ending in self.endings)


ATTACHMENT = Purpose(
    "attachment",
    _("attachment"),
    ("pdf", "png", "jpg", "jpeg", "docx", "xlsx", "pptx", "csv", "tsv", "txt"),
    25 * MEGABYTE,
)
IMPORT = Purpose(
    "import",
    _("file to bring in"),
    ("csv", "tsv", "tab", "txt", "xlsx", "xls", "json", "jsonl", "ndjson", "geojson"),
    200 * MEGABYTE,
)
# Made by the program itself, so also pages and pictures that could carry scripts: handed out, never shown.
RESULT = Purpose(
    "result",
    _("document made here"),
    ("pdf", "docx", "pptx", "xlsx", "html", "csv", "tsv", "json", "jsonl", "geojson", "png", "svg", "zip", "txt"),
    500 * MEGABYTE,
)
# A Word or PowerPoint file that documents are made from.
TEMPLATE = Purpose("template", _("template"), ("docx", "pptx", "xlsx"), 25 * MEGABYTE)

purposes: dict[str, Purpose] = {purpose.code: purpose for purpose in (ATTACHMENT, IMPORT, RESULT, TEMPLATE)}


def register(purpose: Purpose) -> None:
    """An app's own reason to keep files."""
    purposes[purpose.code] = purpose
