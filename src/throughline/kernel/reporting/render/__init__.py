"""From a snapshot to a file. One renderer a format; each gets plain data and asks nobody anything."""

from collections.abc import Callable
from typing import Any

from throughline.kernel.reporting.blocks import Snapshot
from throughline.kernel.reporting.render.scrub import scrub

FORMATS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "html": "text/html; charset=utf-8",
}
LOOKS = ("docx", "pptx")  # the formats whose template people change themselves


def render(data: dict[str, Any], fmt: str, look: bytes | None = None) -> bytes:
    """The document as a file of one format, in the snapshot's own language.

    `look` is a Word or PowerPoint template to use in place of the house's own; other formats have none.
    """
    from django.utils import translation  # reason: keeps `FORMATS` usable without Django

    snapshot = Snapshot.from_json(scrub(data)).numbered()
    with translation.override(snapshot.language):
        if look is not None and fmt in LOOKS:
            return _renderer(fmt)(snapshot, look)
        return _renderer(fmt)(snapshot)


def _renderer(fmt: str) -> Callable[..., bytes]:
    chosen: Callable[..., bytes]
    # reason: each format brings a heavy library; a page that offers downloads needs none of them
    if fmt == "docx":
        from throughline.kernel.reporting.render.docx import render as chosen
    elif fmt == "pptx":
        from throughline.kernel.reporting.render.pptx import render as chosen
    elif fmt == "pdf":
        from throughline.kernel.reporting.render.pdf import render as chosen
    elif fmt == "xlsx":
        from throughline.kernel.reporting.render.xlsx import render as chosen
    elif fmt == "html":
        from throughline.kernel.reporting.render.html import render as chosen
    else:
        raise ValueError(f"no such format: {fmt}")
    return chosen
