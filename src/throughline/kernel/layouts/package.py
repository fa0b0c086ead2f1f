"""Whether an Office file is safe to open at all: its archive, its XML, what it carries and what it points to.

Word and PowerPoint files are ZIP archives of XML. Sizes are counted while unpacking, never believed; XML with a document type,
the way to entities that expand, is not read; and nothing may run, be fetched or be linked in from elsewhere.
"""

import io
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from xml.parsers import expat

from django.utils.translation import gettext as _

from throughline.kernel.layouts.findings import NOTE, REFUSED, Finding

MEGABYTE = 1024 * 1024
LARGEST, UNPACKED, LARGEST_XML, RATIO = 25 * MEGABYTE, 200 * MEGABYTE, 40 * MEGABYTE, 200
PARTS, DEPTH, CHUNK = 2000, 200, 256 * 1024
OFFICE = "application/vnd.openxmlformats-officedocument."
MAIN = {
    "docx": f"{OFFICE}wordprocessingml.document.main+xml",
    "pptx": f"{OFFICE}presentationml.presentation.main+xml",
}
LINKS = ("http", "https", "mailto")
# Relations to things that run, embed another file or play: by the last word of their type.
BARRED = {
    "vbaProject", "wordVbaData", "oleObject", "package", "control", "activeXControl", "activeXControlBinary", "aFChunk",
    "attachedToolbars", "keyMapCustomizations", "video", "audio", "media", "frame", "subDocument", "externalLink", "slideUpdateInfo",
    "ctrlProp", "webextension", "webextensiontaskpanes", "mailMergeSource", "recipientData",
}  # fmt: skip
# What a field in a Word file may do: count, number, date, and repeat what the file itself says.
FIELDS = {
    "PAGE", "NUMPAGES", "SECTION", "SECTIONPAGES", "TOC", "SEQ", "REF", "PAGEREF", "NOTEREF", "STYLEREF", "HYPERLINK", "DATE",
    "TIME", "CREATEDATE", "SAVEDATE", "PRINTDATE", "TITLE", "SUBJECT", "AUTHOR", "KEYWORDS", "COMMENTS", "DOCPROPERTY",
    "FILENAME", "SYMBOL", "TC", "EQ", "=",
}  # fmt: skip
WORD_FIELDS = ("instrText", "fldSimple", "fldChar")
JUMPS = (
    "ppaction://program",
    "ppaction://macro",
    "ppaction://ole",
    "ppaction://hlinkfile",
    "ppaction://hlinkpres",
    "ppaction://customshow",
)
OBJECTS = {
    "oleObj",
    "control",
    "OLEObject",
    "altChunk",
    "object",
    "subDoc",
    "videoFile",
    "audioFile",
    "wavAudioFile",
    "quickTimeFile",
}
FIRST_WORD = re.compile(r"\s*(=|\\?[A-Za-z]+)")


class _Wrong(Exception):
    """The file cannot be taken; the message says why, in words."""


@dataclass
class Part:
    """What was seen of one XML part while it was read."""

    name: str
    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    fields: list[str] = field(default_factory=list)


def check(content: bytes, fmt: str) -> list[Finding]:
    """Everything that bars this file, in words; links that lead out are told as notes. Empty: it may be opened."""
    if len(content) > LARGEST:
        return [_refused(_("The file is larger than %(most)s MB.") % {"most": LARGEST // MEGABYTE})]
    try:
        archive = _archive(content)
        parts = [_read(archive, member) for member in archive.infolist() if _is_xml(member.filename)]
        _kind(parts, fmt)
    except _Wrong as wrong:
        return [_refused(str(wrong))]
    found = list(_barred_names(archive))
    for part in parts:
        found.extend(_relations(part) if part.name.endswith(".rels") else _content(part))
    return list(dict.fromkeys(found))


def _refused(message: str, where: str = "") -> Finding:
    return Finding(REFUSED, message, where)


# ---- the archive


def _archive(content: bytes) -> zipfile.ZipFile:
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
        members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as fault:
        raise _Wrong(
            _("The file is damaged, or is no Word or PowerPoint file. Save it again and try once more.")
        ) from fault
    if len(members) > PARTS:
        raise _Wrong(
            _("The file holds %(parts)s parts; at most %(most)s are opened.") % {"parts": len(members), "most": PARTS}
        )
    names = [member.filename for member in members]
    if len({name.lower() for name in names}) != len(names) or any(_astray(name) for name in names):
        raise _Wrong(_("The file is not put together as Word and PowerPoint do it. Save it there and try again."))
    left = UNPACKED
    for member in members:
        left -= _measured(archive, member, left)
    return archive


def _astray(name: str) -> bool:
    return name.startswith("/") or "\\" in name or ".." in name.split("/") or "\x00" in name


def _measured(archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int) -> int:
    """How large a part truly is; more than the file may be, or far more than it was packed, is a bomb."""
    size = 0
    for piece in _pieces(archive, member):
        size += len(piece)
        if size > left or (size > MEGABYTE and size > RATIO * max(member.compress_size, 1)):
            raise _Wrong(_("A part of the file unpacks to far more than a template would. It was not opened."))
    return size


def _pieces(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    if member.flag_bits & 0x1:
        raise _Wrong(_("The file is protected by a password. Save it without one and try again."))
    try:
        with archive.open(member) as stream:
            while piece := stream.read(CHUNK):
                yield piece
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, NotImplementedError, RuntimeError, ValueError) as fault:
        raise _Wrong(_("The file is damaged. Open it, save it again and try once more.")) from fault


def _barred_names(archive: zipfile.ZipFile) -> Iterator[Finding]:
    """What runs or is another file, by where Office keeps it, whatever the relations say."""
    for name in archive.namelist():
        low = name.lower()
        if low.endswith(("vbaproject.bin", "vbadata.xml")):
            yield _refused(_("The file carries macros. Save it as an ordinary .docx or .pptx, without macros."))
        elif "/embeddings/" in low or "/activex/" in low:
            yield _refused(
                _("The file carries another file or a control inside it. Replace it with a picture or with text."), name
            )
        elif low.endswith(".svg"):
            yield _refused(
                _("A picture is an SVG drawing, which may hold more than a picture. Insert it as PNG."), name
            )
        elif low.endswith((".exe", ".dll", ".js", ".vbs", ".lnk", ".hta", ".bat", ".ps1", ".html", ".htm")):
            yield _refused(
                _("The file carries a part that no template needs: %(name)s.") % {"name": posixpath.basename(name)}
            )


# ---- its XML


def _is_xml(name: str) -> bool:
    return name.lower().endswith((".xml", ".rels", ".vml"))


def _read(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Part:
    """One part, read by a parser that knows no entities: what elements it has, and what its fields say."""
    seen = _Reader(member.filename)
    size = 0
    for piece in _pieces(archive, member):
        size += len(piece)
        if size > LARGEST_XML:
            raise _Wrong(_("A part of the file is larger than a template would need. It was not opened."))
        seen.feed(piece)
    seen.feed(b"", last=True)
    return seen.part


class _Reader:
    """Listens to a parser; keeps only what judging needs."""

    def __init__(self, name: str) -> None:
        self.part, self.depth, self.codes, self.reading = Part(name), 0, [], False  # type: ignore[var-annotated]
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._doctype
        self.parser.EntityDeclHandler = self._doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def feed(self, piece: bytes, *, last: bool = False) -> None:
        try:
            self.parser.Parse(piece, last)
        except expat.ExpatError as fault:
            raise _Wrong(_("A part of the file cannot be read. Open it, save it again and try once more.")) from fault

    def _doctype(self, *_given: object) -> None:
        raise _Wrong(_("The file defines entities in its XML, which Word and PowerPoint never do. It was not opened."))

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEPTH:
            raise _Wrong(_("The file is nested deeper than a template would be. It was not opened."))
        local = name.rpartition(" ")[2]
        given = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        if local == "fldChar":
            self._field(given.get("fldCharType", ""))
        elif local == "fldSimple":
            self.part.fields.append(given.get("instr", ""))
        self.reading = local == "instrText"
        if local in OBJECTS or local in {"Relationship", "Default", "Override"} or given.keys() & {"action", "src"}:
            self.part.elements.append((local, given))

    def _field(self, kind: str) -> None:
        """A field begins, says what it is in pieces, and is separated from its result or ended."""
        if kind == "begin":
            self.codes.append("")
        elif self.codes and self.codes[-1] is not None:
            self.part.fields.append(self.codes[-1])
            self.codes[-1] = None
        if kind == "end" and self.codes:
            self.codes.pop()

    def _text(self, text: str) -> None:
        if self.reading:
            if self.codes and self.codes[-1] is not None:
                self.codes[-1] += text
            else:
                self.part.fields.append(text)

    def _end(self, _name: str) -> None:
        self.depth -= 1
        self.reading = False


def _kind(parts: list[Part], fmt: str) -> None:
    """The file is what its ending says, and of the kind without macros."""
    types = [
        given.get("ContentType", "")
        for part in parts
        if part.name == "[Content_Types].xml"
        for _name, given in part.elements
    ]
    if any("macroEnabled" in one for one in types):
        raise _Wrong(_("The file carries macros. Save it as an ordinary .docx or .pptx, without macros."))
    if any(one.endswith("template.main+xml") for one in types):
        raise _Wrong(
            _(
                "This is a template of Word or PowerPoint (.dotx, .potx). Save it as an ordinary document (.docx, .pptx)."
            )
        )
    if MAIN[fmt] not in types:
        raise _Wrong(_("This is no %(format)s file, whatever it is called.") % {"format": f".{fmt}"})


# ---- what it points to and carries


def _relations(part: Part) -> Iterator[Finding]:
    for _name, given in part.elements:
        kind, target = given.get("Type", "").rpartition("/")[2], given.get("Target", "")
        if kind in BARRED:
            yield _refused(
                _("The file carries or links something that runs, plays or is another file (%(kind)s). Take it out.")
                % {"kind": kind}
            )
        elif given.get("TargetMode", "").lower() == "external":
            yield _outward(kind, target)
        elif ":" in target.split("/")[0] or target.startswith(("//", "\\\\")):
            yield _refused(_("The file points to something outside it: %(target)s.") % {"target": target[:120]})


def _outward(kind: str, target: str) -> Finding:
    if kind == "hyperlink":
        if urlsplit(target.strip()).scheme.lower() in LINKS:
            return Finding(NOTE, _("Every document will carry the link to %(target)s.") % {"target": target[:120]})
        return _refused(_("A link leads to something that is no web address: %(target)s.") % {"target": target[:120]})
    if kind == "image":
        return _refused(
            _("A picture is linked from elsewhere (%(target)s). Insert it into the file instead.")
            % {"target": target[:120]}
        )
    if kind == "attachedTemplate":
        return _refused(
            _(
                "The file hangs on a template elsewhere (%(target)s). In Word: Developer, Document Template, choose Normal."
            )
            % {"target": target[:120]}
        )
    return _refused(
        _("The file is linked to something outside it (%(target)s). Break the link: File, Info, Edit Links to Files.")
        % {"target": target[:120]}
    )


def _content(part: Part) -> Iterator[Finding]:
    for code in part.fields:
        word = FIRST_WORD.match(code)
        if code.strip() and (word is None or word[1].upper() not in FIELDS):
            yield _refused(_("A field fetches or runs something: %(code)s. Take it out.") % {"code": code.strip()[:80]})
        elif word is not None and word[1].upper() == "HYPERLINK" and not _harmless(code):
            yield _refused(
                _("A link leads to something that is no web address: %(target)s.") % {"target": code.strip()[:80]}
            )
    for name, given in part.elements:
        if name in OBJECTS:
            yield _refused(
                _("The file carries another file or a control inside it. Replace it with a picture or with text."),
                part.name,
            )
        elif given.get("action", "").lower().startswith(JUMPS):
            yield _refused(
                _("A click on a slide would start something else (%(action)s). Take it out.")
                % {"action": given["action"][:80]}
            )
        elif part.name.lower().endswith((".vml", ".xml")) and re.match(
            r"(https?|file|ftp):", given.get("src", ""), re.IGNORECASE
        ):
            yield _refused(
                _("A picture is linked from elsewhere (%(target)s). Insert it into the file instead.")
                % {"target": given["src"][:120]}
            )


def _harmless(code: str) -> bool:
    """A link within the document, or to the web."""
    target = re.sub(r"^\s*HYPERLINK\s*", "", code, flags=re.IGNORECASE).strip().strip('"')
    return target.startswith("\\") or urlsplit(target).scheme.lower() in LINKS
