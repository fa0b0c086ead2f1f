"""A secretariat changes a template in Word, is told what is wrong, mends it, tries it and uses it; a question becomes a document."""

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import docx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Sound
from tests.browser.walking import field, picture, too_wide
from throughline.kernel.layouts.models import Layout
from throughline.kernel.reporting import services
from throughline.kernel.reporting.models import Report
from throughline.kernel.testing.worlds import World, make_incident

pytestmark = pytest.mark.journey
MONITOR = "Quarterly Armed Violence Monitor"


@pytest.fixture
def quarter(served: str, world: World) -> World:
    for day in (date(2024, 2, 1), date(2024, 3, 1)):
        make_incident(
            world, state="verified", occurred_on=day, people=[{"side": "victim", "outcome": "killed", "sex": "men"}]
        )
    services.build(
        world.viewer("anna"), programme=world.programme, template="quarterly-monitor", period="2024-Q1", scope="SEE-7"
    )
    return world


def changed(content: bytes, text: str) -> bytes:
    """What somebody does in Word: a paragraph more, before the place of the document."""
    document = docx.Document(io.BytesIO(content))
    next(one for one in document.paragraphs if one.text == "{{ document }}").insert_paragraph_before(text)
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def taken(page: Page, name: str) -> bytes:
    with page.expect_download(timeout=60_000) as fetched:
        page.get_by_role("link", name=name).first.click()
    return Path(fetched.value.path()).read_bytes()


def bring_in(page: Page, content: bytes, comment: str) -> None:
    field(page, "Template").set_input_files(
        {"name": "ours.docx", "mimeType": "application/octet-stream", "buffer": content}
    )
    field(page, "What was changed").fill(comment)
    page.get_by_role("button", name="Upload the template").click()


def test_a_template_is_taken_changed_mended_tried_and_used(
    served: str, sign_in: Callable[[Any], Page], quarter: World, complaints: list[str], sound: Sound
) -> None:
    page = sign_in(quarter.user("sofia"))
    page.goto(f"{served}/templates/")
    sound()
    page.get_by_role("link", name=MONITOR).click()
    sound()
    assert too_wide(page) == {}
    house = taken(page, "Take Word, the house's own")

    bring_in(page, changed(house, "In all {{ figure.incidnets }} incidents"), "Our own words")
    expect(page.get_by_text("Did you mean {{ figure.incidents }}?")).to_be_visible()
    sound()
    picture(page, "template-findings")
    page.get_by_role("link", name=MONITOR).first.click()
    page.get_by_role("link", name="Names for brackets").click()
    expect(page.get_by_text("{{ figure.incidents }}", exact=True)).to_be_visible()
    sound()
    assert too_wide(page) == {}
    page.go_back()

    bring_in(page, changed(house, "In all {{ figure.incidents }} incidents"), "The name mended")
    expect(page.get_by_text("Nothing stands in the way of using it.")).to_be_visible()
    trial = docx.Document(io.BytesIO(taken(page, "Take the trial document")))
    assert "In all 2 incidents" in [one.text for one in trial.paragraphs]
    page.get_by_role("button", name="Make it active").click()
    expect(page.get_by_text("Documents are printed with edition 2 from now on.")).to_be_visible()
    sound()
    picture(page, "template-editions")
    page.goto(f"{served}/reports/{Report.objects.get().reference}/")
    assert "In all 2 incidents" in [one.text for one in docx.Document(io.BytesIO(taken(page, "Word"))).paragraphs]

    page.goto(f"{served}/templates/quarterly-monitor/")
    page.get_by_role("button", name="Go back to the house's own").click()
    expect(page.get_by_text("Documents are printed with the house's own template again.")).to_be_visible()
    assert not Layout.objects.filter(active=True).exists()
    assert complaints == []


def test_a_question_becomes_a_document_and_the_next_edition_follows_it(
    served: str, sign_in: Callable[[Any], Page], quarter: World, complaints: list[str], sound: Sound
) -> None:
    page = sign_in(quarter.user("anna"))
    page.goto(f"{served}/ask/?measure=victims&by=outcome&period=2024-Q1&scope=SEE-7")
    page.get_by_role("link", name="Make a document of this question").click()
    sound()
    assert too_wide(page) == {}
    assert field(page, "Or any question as its focus").input_value() == "measure=victims&by=outcome"
    page.get_by_role("button", name="Build the report").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("In-Focus Monitor: Victims")
    sound()
    page.get_by_role("button", name="Build again from today's figures").click()
    expect(page.get_by_text("Follows edition 1")).to_be_visible()
    page.get_by_role("link", name="RP-").first.click()
    expect(page.get_by_text("Followed by edition 2")).to_be_visible()
    assert complaints == []
