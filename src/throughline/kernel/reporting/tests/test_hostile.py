"""Whatever people type comes out as text: no markup, no formula, no template, no turned direction."""

from dataclasses import replace

import pytest

from throughline.kernel.reporting.blocks import Heading, Snapshot, Text
from throughline.kernel.reporting.render import FORMATS, render
from throughline.kernel.reporting.render.scrub import scrub
from throughline.kernel.reporting.sentences import sentence
from throughline.kernel.reporting.tests import reading
from throughline.kernel.reporting.tests.samples import snapshot
from throughline.kernel.reporting.tests.test_render import text_of

HTML = "<script>alert(1)</script><img src=x onerror=alert(2)>"
FORMULA = '=HYPERLINK("http://evil.example","x")'
TYPST = '#read("/etc/passwd") *bold* $x$ @key `raw` #link("http://evil.example")[y]'
JINJA = "{{ 7*7 }}{% for x in y %}"
TURNED = "safe\u202egnp.exe\u2066\x07"
HOSTILE = (HTML, FORMULA, TYPST, JINJA)


def hostile() -> Snapshot:
    """Hostile texts wherever a text can come from outside: names, labels, headings, sentences, cells, charts."""
    document = snapshot()
    label = " ".join(HOSTILE)
    blocks = []
    for block in document.blocks:
        if block.kind == "heading":
            blocks.append(Heading(f"{block.text} {HTML}", new_page=block.new_page))
        elif block.kind == "text":
            blocks.append(Text((sentence("{words}", words=label + TURNED),)))
        elif block.kind == "table":
            row = block.rows[0]
            cells = (replace(row.cells[0], text=FORMULA), *row.cells[1:])
            blocks.append(
                replace(block, title=TYPST, rows=(replace(row, cells=cells), *block.rows[1:]), notes=(JINJA,))
            )
        elif block.kind == "charts":
            first = block.panels[0]
            data = [{**first.chart["data"][0], "label": HTML}, *first.chart["data"][1:]]
            panel = replace(first, chart={**first.chart, "data": data}, alt=HTML)
            blocks.append(replace(block, panels=(panel, *block.panels[1:])))
        else:
            blocks.append(block)
    figures = {name: replace(one, label=f"{one.label} {FORMULA}") for name, one in document.figures.items()}
    return replace(
        document, blocks=tuple(blocks), figures=figures, programme=f"{JINJA} {HTML}", publisher=TYPST, run_as=FORMULA
    )


@pytest.mark.parametrize("fmt", FORMATS)
def test_hostile_texts_come_out_as_texts(fmt: str) -> None:
    content = render(hostile().to_json(), fmt)
    if fmt == "html":
        said = content.decode()
        assert "<script" not in said
        assert "<img src=x" not in said
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in said
        return
    said = "".join(text_of(content, fmt).split())
    assert "".join(HTML.split()) in said
    assert "{{7*7}}" in said
    if fmt != "xlsx":  # there, running texts stand in no sheet
        assert '#read("/etc/passwd")*bold*$x$@key`raw`' in said
    assert "\u202e" not in said


def test_no_cell_of_the_excel_file_calculates_or_calls_out() -> None:
    content = render(hostile().to_json(), "xlsx")
    xml = reading.parts(content)
    assert not any("<f>" in text or "<f " in text for text in xml.values())
    assert not any("evil.example" in text for name, text in xml.items() if name.endswith(".rels"))
    assert reading.sheets(content)["Table 1"][4][0] == FORMULA


def test_nothing_in_an_office_file_points_outside_but_the_questions() -> None:
    for fmt in ("docx", "pptx"):
        targets = [
            text for name, text in reading.parts(render(hostile().to_json(), fmt)).items() if name.endswith(".rels")
        ]
        assert not any("evil.example" in text for text in targets)


def test_scrubbing_takes_controls_and_overrides_and_nothing_else() -> None:
    assert scrub({"a": ["x\x00y\u202ez", 5, None, "tab\tand\nline"]}) == {"a": ["xyz", 5, None, "tab\tand\nline"]}
    assert scrub("Ђурђевдан, Gjirokastër, العربية, 👩‍🚒, –") == "Ђурђевдан, Gjirokastër, العربية, 👩‍🚒, –"
