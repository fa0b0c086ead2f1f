"""A secretariat's own templates: taken where they lie, refused where they would call out."""

from pathlib import Path

import docx
import pytest
from pytest_django.fixtures import Settings

from throughline.kernel.reporting import templates
from throughline.kernel.reporting.render import render
from throughline.kernel.reporting.tests import reading
from throughline.kernel.reporting.tests.samples import snapshot


@pytest.fixture
def folder(settings: Settings) -> Path:
    made = Path(settings.DATA) / "report-templates"
    made.mkdir(parents=True)
    return made


def test_the_own_template_of_a_document_comes_before_the_common_one(folder: Path) -> None:
    assert templates.own_template("quarterly-monitor", "docx") is None
    (folder / "report.docx").write_bytes(b"common")
    assert templates.word_template("quarterly-monitor") == b"common"
    (folder / "quarterly-monitor.docx").write_bytes(b"own")
    assert templates.word_template("quarterly-monitor") == b"own"
    assert templates.word_template("yearly-overview") == b"common"


def test_a_template_name_never_leaves_the_folder(folder: Path) -> None:
    (folder.parent / "secret.docx").write_bytes(b"secret")
    assert templates.own_template("../secret", "docx") is None


def test_a_restyled_word_template_is_used(folder: Path) -> None:
    path = folder / "quarterly-monitor.docx"
    path.write_bytes(templates.word_template("quarterly-monitor"))
    restyled = docx.Document(str(path))
    restyled.styles["Heading 1"].font.name = "Georgia"
    restyled.save(str(path))
    assert "Georgia" in reading.parts(render(snapshot().to_json(), "docx"))["word/styles.xml"]


def test_a_template_cannot_reach_beyond_the_words_it_is_given(folder: Path) -> None:
    """Brackets hold names alone: what is no name, or names nothing, is neither worked out nor walked into."""
    path = folder / "quarterly-monitor.docx"
    path.write_bytes(templates.word_template("quarterly-monitor"))
    changed = docx.Document(str(path))
    for text in ("{{ title.__class__.__mro__ }}", "{{ 7*7 }}", "{% for x in y %}", "{{ figure.__init__ }} here"):
        changed.add_paragraph(text)
    changed.save(str(path))
    said = reading.docx_text(render(snapshot().to_json(), "docx"))
    assert "49" not in said.split()
    assert "class" not in said.replace("__class__", "")
    assert "{{ 7*7 }}" in said
    assert "– here" in said


def test_a_typst_template_that_loads_packages_is_refused(folder: Path) -> None:
    (folder / "quarterly-monitor.typ").write_text('#import "@preview/cetz:0.2.0"\nHello')
    with pytest.raises(templates.UnusableTemplate, match="loads a package"):
        render(snapshot().to_json(), "pdf")


def test_an_own_typst_template_is_used(folder: Path) -> None:
    (folder / "quarterly-monitor.typ").write_text(
        '#let d = json("document.json")\n#set document(title: d.title)\n#d.title!'
    )
    assert reading.pdf_pages(render(snapshot().to_json(), "pdf")) == ["Quarterly Armed Violence Monitor!"]
