"""What a file really is, from its first bytes and its ending. No Django here.

Neither is enough alone: a CSV file has no signature, and a signature alone calls every Word document
a ZIP archive. Where the two disagree the file has no type, and is not taken.
"""

import io
import unicodedata
import zipfile

from throughline.kernel.files.names import ending

OFFICE = "application/vnd.openxmlformats-officedocument"
TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "docx": f"{OFFICE}.wordprocessingml.document",
    "xlsx": f"{OFFICE}.spreadsheetml.sheet",
    "pptx": f"{OFFICE}.presentationml.presentation",
    "xls": "application/vnd.ms-excel",
    "zip": "application/zip",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "tab": "text/tab-separated-values",
    "txt": "text/plain",
    "json": "application/json",
    "jsonl": "application/x-ndjson",
    "ndjson": "application/x-ndjson",
    "geojson": "application/geo+json",
    "html": "text/html",
    "svg": "image/svg+xml",
    # what phones record
    "gif": "image/gif",
    "webp": "image/webp",
    "heic": "image/heic",
    "mp4": "video/mp4",
    "mov": "video/quicktime",
    "3gp": "video/3gpp",
    "3gpp": "video/3gpp",
    "webm": "video/webm",
    "m4a": "audio/mp4",
    "mp3": "audio/mpeg",
    "ogg": "audio/ogg",
    "wav": "audio/wav",
    "amr": "audio/amr",
}
SIGNATURES: dict[str, tuple[bytes, ...]] = {
    "pdf": (b"%PDF-",),
    "png": (b"\x89PNG\r\n\x1a\n",),
    "jpg": (b"\xff\xd8\xff",),
    "jpeg": (b"\xff\xd8\xff",),
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",),
    "zip": (b"PK\x03\x04", b"PK\x05\x06"),
    "gif": (b"GIF87a", b"GIF89a"),
    "webm": (b"\x1aE\xdf\xa3",),
    "mp3": (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2"),
    "ogg": (b"OggS",),
    "amr": (b"#!AMR",),
}
# Signatures that stand a little further in: (where, what).
INNER: dict[str, tuple[int, bytes]] = {
    **dict.fromkeys(("heic", "mp4", "mov", "3gp", "3gpp", "m4a"), (4, b"ftyp")),
    "webp": (8, b"WEBP"),
    "wav": (8, b"WAVE"),
}
# The part every document of the kind has, by which one ZIP is told from another.
PARTS = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml", "pptx": "ppt/presentation.xml"}
WIDE = (b"\xff\xfe", b"\xfe\xff")
LOOKED_AT = 65_536
CONTROLS = frozenset(range(32)) - {9, 10, 12, 13, 26, 27}


def sniff(name: str, content: bytes) -> str:
    """The media type, or '' where it is unknown, in disguise, or carries macros."""
    kind = ending(name)
    if kind in PARTS:
        return TYPES[kind] if is_office(content, PARTS[kind]) else ""
    if kind in SIGNATURES:
        return TYPES[kind] if content.startswith(SIGNATURES[kind]) else ""
    if kind in INNER:
        start, mark = INNER[kind]
        return TYPES[kind] if content[start : start + len(mark)] == mark else ""
    if kind in TYPES and is_text(content):
        return TYPES[kind]
    return ""


def is_office(content: bytes, part: str) -> bool:
    """A ZIP with the document's own part and no macros. Its directory is read, nothing is unpacked."""
    if not content.startswith(SIGNATURES["zip"]):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = {name.lower() for name in archive.namelist()}
    except (zipfile.BadZipFile, ValueError, OSError):
        return False
    return part in names and not any(name.endswith("vbaproject.bin") for name in names)


def is_text(content: bytes) -> bool:
    """No control characters in the first part, whichever code page; UTF-16 by its mark or its pattern."""
    start = content[:LOOKED_AT]
    if start.startswith((*WIDE, *SIGNATURES["zip"])):
        return start.startswith(WIDE)
    if start.startswith(SIGNATURES["pdf"]):
        return False
    if 0 in start:
        return is_wide_text(start)
    return not CONTROLS.intersection(start)


def is_wide_text(start: bytes) -> bool:
    """UTF-16 without its mark: read so, it has letters of one byte, and no control characters."""
    even = start[: len(start) // 2 * 2]
    for codec, high in (("utf-16-le", 1), ("utf-16-be", 0)):
        if even[high::2].count(0) < 0.4 * len(even) / 2:
            continue
        text = even.decode(codec, errors="replace")
        if not any(unicodedata.category(letter) in {"Cc", "Cn", "Co"} and letter not in "\t\r\n" for letter in text):
            return True
    return False
