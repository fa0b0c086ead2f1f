"""IBM Plex Sans for documents and drawn charts, from the browser package that pages use.

The npm package brings web fonts (WOFF), cut into one file per script. What draws PDF and pictures wants
whole TrueType files, so they are unpacked and joined once into the data folder. Without
the package (a server set up without Node) the system's own fonts are used.
"""

import logging
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from django.conf import settings
from fontTools.merge import Merger
from fontTools.ttLib import TTFont

logger = logging.getLogger(__name__)

FAMILY = "IBM Plex Sans"
CUTS = {"Regular": "400-normal", "Italic": "400-italic", "SemiBold": "600-normal", "Bold": "700-normal"}
SCRIPTS = ("latin", "latin-ext", "cyrillic", "cyrillic-ext", "greek")


@cache
def font_folder() -> Path | None:
    """The folder with the TrueType files, made at first use; None where the package is missing."""
    package = Path(settings.NODE_MODULES) / "@fontsource" / "ibm-plex-sans" / "files"
    if not (package / f"ibm-plex-sans-latin-{CUTS['Regular']}.woff").exists():
        return None
    folder = Path(settings.DATA) / "fonts"
    folder.mkdir(parents=True, exist_ok=True)
    for name, cut in CUTS.items():
        target = folder / f"IBMPlexSans-{name}.ttf"
        if not target.exists():
            _join([package / f"ibm-plex-sans-{script}-{cut}.woff" for script in SCRIPTS], target)
    return folder


def _join(parts: list[Path], target: Path) -> None:
    """One TrueType file from the scripts of one cut; glyphs that several scripts hold come once.

    Two first readers may do this at the same time: each works in a folder of its own, and the file appears whole.
    """
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    with TemporaryDirectory(dir=target.parent) as folder:
        draft = Path(folder) / target.name
        Merger().merge(_unpacked(parts, Path(folder))).save(draft)
        draft.replace(target)


def _unpacked(parts: list[Path], folder: Path) -> list[str]:
    """The web fonts as TrueType files, without the tables that do not join."""
    unpacked: list[str] = []
    for part in (part for part in parts if part.exists()):
        font = TTFont(part)
        font.flavor = None
        for table in ("STAT", "GSUB", "GPOS", "GDEF"):  # per-script tables that do not join
            if table in font and table == "STAT":
                del font[table]
        path = folder / f"{part.stem}.ttf"
        font.save(path)
        unpacked.append(str(path))
    return unpacked
