"""The secretariat builds the quarterly monitor; a second person signs it off; released, it stays as it is."""

from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
import lxml.html
import pptx
import pypdfium2
import pytest
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook

from tests.browser.conftest import Sound
from tests.browser.walking import field
from throughline.incidents import services
from throughline.incidents.models import Incident
from throughline.kernel.jobs.worker import drain
from throughline.kernel.reporting.models import Report
from throughline.kernel.testing.worlds import World, make_incident
from throughline.publications.models import Release

pytestmark = pytest.mark.journey

KILLED = {"side": "victim", "outcome": "killed", "sex": "men"}
INJURED = {"side": "victim", "outcome": "injured", "sex": "women"}
SENTENCE = "Incidents verified in South East Europe: 3. People killed: 4; people injured: 1"


@pytest.fixture
def quarter(served: str, world: World) -> World:
    for who, where, people in (
        ("alice", "RS", [KILLED, KILLED, INJURED]),
        ("alice", "RS", [KILLED]),
        ("charlie", "AL", [KILLED]),
    ):
        make_incident(world, who, state="verified", jurisdiction=world.jurisdictions[where], people=people)
    make_incident(world, state="verified", occurred_on=date(2023, 11, 5), people=[KILLED])
    return world


def test_the_monitor_is_built_taken_home_signed_by_a_second_person_released_and_frozen(
    served: str, sign_in: Callable[[Any], Page], quarter: World, complaints: list[str], sound: Sound
) -> None:
    page = sign_in(quarter.user("sofia"))
    build(page, served, sound)
    report = Report.objects.get()
    address = page.url
    for name, (read, printed) in FILES.items():
        assert printed in read(file_of(page, name)), name
    page.get_by_role("button", name="Send for sign-off").click()
    expect(page.get_by_text("Waiting for sign-off").first).to_be_visible()
    assert page.get_by_role("button", name="Sign off").count() == 0

    page = sign_in(quarter.user("simon"))
    page.goto(f"{served}/")
    page.get_by_role("link", name="to sign off").click()
    page.get_by_role("link", name=report.reference).click()
    page.get_by_role("textbox", name="Comment").fill("Compared with the sheets of both offices.")
    page.get_by_role("button", name="Sign off").click()
    expect(page.get_by_text("Signed off").first).to_be_visible()

    page = sign_in(quarter.user("sofia"))
    page.goto(address)
    page.get_by_role("button", name="Release").click()
    assert drain() == 1
    page.goto(f"{served}/releases/")
    page.get_by_role("link", name="RL-").click()
    expect(page.get_by_text(SENTENCE)).to_be_visible()
    sound()
    stays_as_it_is(page, quarter)
    report.refresh_from_db()
    assert (report.state, Release.objects.get().report_id) == ("released", report.pk)
    assert complaints == []


def build(page: Page, served: str, sound: Sound) -> None:
    page.goto(f"{served}/reports/")
    page.get_by_role("link", name="New report").first.click()
    sound()
    field(page, "Document").select_option(label="Quarterly Armed Violence Monitor")
    field(page, "Period").fill("2024-Q1")
    page.get_by_role("button", name="Build the report").click()
    expect(page.get_by_text(SENTENCE)).to_be_visible()
    sound()


def stays_as_it_is(page: Page, world: World) -> None:
    """What happens to the records afterwards is the next edition's matter."""
    released = file_of(page, "HTML")
    incident = Incident.objects.filter(occurred_on__year=2024).earliest("reference")
    services.change(world.viewer("alice"), incident=incident, values={}, lines={"people": [INJURED]})
    page.reload()
    expect(page.get_by_text(SENTENCE)).to_be_visible()
    assert file_of(page, "HTML") == released


def test_a_figure_of_the_document_leads_to_its_records(
    served: str, sign_in: Callable[[Any], Page], quarter: World, complaints: list[str], sound: Sound
) -> None:
    page = sign_in(quarter.user("sofia"))
    build(page, served, sound)
    page.get_by_role("link", name="4", exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("People killed")
    page.get_by_role("link", name="Show the records").click()
    listed = page.get_by_role("table", name="Incidents").get_by_role("rowheader").all_inner_texts()
    counted = Incident.objects.filter(people__outcome="killed", occurred_on__year=2024).distinct()
    assert sorted(listed) == sorted(counted.values_list("reference", flat=True))
    assert complaints == []


def file_of(page: Page, name: str) -> bytes:
    with page.expect_download(timeout=60_000) as fetched:
        page.get_by_role("link", name=name, exact=True).click()
    return Path(fetched.value.path()).read_bytes()


def of_docx(content: bytes) -> str:
    return "\n".join(one.text for one in docx.Document(BytesIO(content)).paragraphs)


def of_pptx(content: bytes) -> str:
    slides = pptx.Presentation(BytesIO(content)).slides
    return "\n".join(shape.text_frame.text for one in slides for shape in one.shapes if shape.has_text_frame)


def of_pdf(content: bytes) -> str:
    text = "\n".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(content))
    return " ".join(text.split())


def of_xlsx(content: bytes) -> str:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    rows = [row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]
    return "\n".join(" ".join(str(cell) for cell in row) for row in rows)


def of_html(content: bytes) -> str:
    text: str = lxml.html.document_fromstring(content).text_content()
    return " ".join(text.split())


FILES = {
    "Word": (of_docx, SENTENCE),
    "PowerPoint": (of_pptx, SENTENCE),
    "PDF": (of_pdf, SENTENCE),
    "Excel": (of_xlsx, "Q1 2024 3.0 4.0 1.0"),
    "HTML": (of_html, SENTENCE),
}
