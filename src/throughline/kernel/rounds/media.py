"""What a file a form shows really is, by its name and its first bytes. Pictures, sounds and films only. No Django."""

from throughline.kernel.files.names import ending
from throughline.kernel.files.sniff import sniff

MEGABYTE = 1024 * 1024
MOST_FORM = 10 * MEGABYTE
MOST_FILE = 20 * MEGABYTE
MOST_MEDIA = 50 * MEGABYTE
PICTURES = frozenset({"image/png", "image/jpeg"})
# Ending -> the type and where its mark stands. SVG is left out: it can carry a script.
MARKS: dict[str, tuple[str, int, tuple[bytes, ...]]] = {
    "gif": ("image/gif", 0, (b"GIF87a", b"GIF89a")),
    "webp": ("image/webp", 8, (b"WEBP",)),
    "mp3": ("audio/mpeg", 0, (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")),
    "wav": ("audio/wav", 8, (b"WAVE",)),
    "ogg": ("audio/ogg", 0, (b"OggS",)),
    "m4a": ("audio/mp4", 4, (b"ftyp",)),
    "mp4": ("video/mp4", 4, (b"ftyp",)),
    "3gp": ("video/3gpp", 4, (b"ftyp",)),
    "webm": ("video/webm", 0, (b"\x1a\x45\xdf\xa3",)),
}


def media_type(name: str, content: bytes) -> str:
    """The media type, or '' for what a form has no use for or what is not what it says."""
    known = sniff(name, content)
    if known in PICTURES:
        return known
    kind, at, marks = MARKS.get(ending(name), ("", 0, ()))
    return kind if any(content[at:].startswith(mark) for mark in marks) else ""
