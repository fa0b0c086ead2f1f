"""Files that are not opened, and those that are: a template may run nothing, fetch nothing and fill no disk."""

import io
import zipfile

import pytest

from throughline.kernel.layouts import package
from throughline.kernel.layouts.findings import NOTE, REFUSED
from throughline.kernel.layouts.tests import making

LAUGHS = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>'
MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"
DOTX = "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml"
MAIN = package.MAIN["docx"]


def field(*pieces: str) -> bytes:
    """A Word field whose instruction is cut into runs."""
    runs = "".join(f'<w:r><w:instrText xml:space="preserve">{piece}</w:instrText></w:r>' for piece in pieces)
    begin, end = (f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "end"))
    return making.body_with(f"<w:p>{begin}{runs}{end}</w:p>")


def typed(kind: str) -> bytes:
    name = "[Content_Types].xml"
    return making.packed(making.word(), {name: making.part_of(making.word(), name).replace(MAIN, kind)})


def doubled() -> bytes:
    buffer = io.BytesIO(making.word())
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("WORD/Document.xml", "<x/>")
    return buffer.getvalue()


def many() -> bytes:
    return making.packed(making.word(), {f"word/part{number}.xml": "<x/>" for number in range(2100)})


HOSTILE = {
    "no archive": (b"PK but no more", "damaged"),
    "half a file": (making.word()[:20_000], "damaged"),
    "macros": (making.repacked(making.word(), **{"word/vbaProject.bin": b"x"}), "macros"),
    "kind with macros": (typed(MACROS), "macros"),
    "a dotx": (typed(DOTX), "Save it as an ordinary document"),
    "slides called docx": (making.slides(), "no .docx file"),
    "entities that expand": (making.packed(making.word(), {"word/extra.xml": LAUGHS}), "defines entities"),
    "an entity from the disk": (making.packed(making.word(), {"docProps/app.xml": OUTSIDE}), "defines entities"),
    "entities in UTF-16": (making.packed(making.word(), {"word/extra.xml": LAUGHS.replace('"1.0"', '"1.0" encoding="UTF-16"').encode("utf-16")}), "defines entities"),
    "a bomb": (making.packed(making.word(), {"word/media/image9.png": b"\0" * 60_000_000}), "unpacks to far more"),
    "a bomb of spaces": (making.packed(making.word(), {"word/extra.xml": "<x>" + " " * 30_000_000 + "</x>"}), "unpacks to far more"),
    "too many parts": (many(), "parts; at most"),
    "nested without end": (making.packed(making.word(), {"word/extra.xml": "<x>" * 500 + "</x>" * 500}), "nested deeper"),
    "a way out of its folder": (making.packed(making.word(), {"../evil.xml": "<x/>"}), "not put together"),
    "the same part twice": (doubled(), "not put together"),
    "broken XML": (making.packed(making.word(), {"word/styles.xml": "<w:styles"}), "cannot be read"),
    "a picture from elsewhere": (making.related("image", "http://evil.example/a.png"), "picture is linked from elsewhere"),
    "a template elsewhere": (making.related("attachedTemplate", "file:///C:/normal.dotm"), "hangs on a template elsewhere"),
    "a link to a program": (making.related("hyperlink", "file:///C:/Windows/System32/calc.exe"), "no web address"),
    "a script as a link": (making.related("hyperlink", "javascript:alert(1)"), "no web address"),
    "an object": (making.related("oleObject", "embeddings/a.bin", external=False), "runs, plays or is another file"),
    "another document inside": (making.related("aFChunk", "chunk.html", external=False), "runs, plays or is another file"),
    "a target outside without saying so": (making.related("image", "http://evil.example/a.png", external=False), "points to something outside"),
    "a packed file": (making.packed(making.word(), {"word/embeddings/x.xlsx": b"x"}), "another file or a control"),
    "a field that fetches": (field("INCLUDEPICTURE ", '"http://evil.example/a.png"'), "A field fetches or runs"),
    "a field in pieces": (field("INCLU", "DETEXT ", "&quot;C:\\secret.docx&quot;"), "A field fetches or runs"),
    "a field that calls": (field("DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe"), "A field fetches or runs"),
    "a field that links astray": (field('HYPERLINK "file:///C:/calc.exe"'), "no web address"),
    "a simple field": (making.body_with('<w:p><w:fldSimple w:instr="DDE cmd"/></w:p>'), "A field fetches or runs"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_what_runs_fetches_or_fills_the_disk_is_not_taken(name: str) -> None:
    content, said = HOSTILE[name]
    found = package.check(content, "docx")
    assert found
    assert {one.level for one in found} == {REFUSED}
    assert any(said in one.message for one in found), found


def test_a_file_that_is_too_large_is_not_even_opened() -> None:
    found = package.check(b"PK" + b"\0" * (26 * package.MEGABYTE), "docx")
    assert [one.message for one in found] == ["The file is larger than 25 MB."]


@pytest.mark.parametrize("action", ["ppaction://program", "ppaction://macro?name=x", "ppaction://hlinkfile"])
def test_a_slide_starts_nothing_when_clicked(action: str) -> None:
    name = "ppt/slides/slide1.xml"
    text = making.part_of(making.slides(), name)
    space = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    clicked = text.replace("</p:cSld>", f'</p:cSld><a:hlinkClick {space} action="{action}"/>', 1)
    found = package.check(making.packed(making.slides(), {name: clicked}), "pptx")
    assert [one.level for one in found] == [REFUSED]
    assert "click on a slide" in found[0].message


@pytest.mark.parametrize(("content", "fmt"), [(making.word(), "docx"), (making.slides(), "pptx")])
def test_the_houses_own_is_taken(content: bytes, fmt: str) -> None:
    assert package.check(content, fmt) == []


def test_a_link_to_the_web_is_told_and_taken() -> None:
    found = package.check(making.related("hyperlink", "https://secretariat.example/"), "docx")
    assert [(one.level, one.message) for one in found] == [
        (NOTE, "Every document will carry the link to https://secretariat.example/.")
    ]


@pytest.mark.parametrize(
    "code", ['TOC \\o "1-2"', "PAGE", "SEQ Table \\* ARABIC", 'HYPERLINK "https://a.example"', 'HYPERLINK \\l "here"']
)
def test_ordinary_fields_are_taken(code: str) -> None:
    assert package.check(field(code.replace('"', "&quot;")), "docx") == []
