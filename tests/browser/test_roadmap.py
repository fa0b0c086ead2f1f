"""The Roadmap as its secretariat lives it: from the framework to a value, from statuses to a released report."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Sound
from tests.browser.test_monitor import file_of, of_docx, of_html, of_pdf, of_pptx, of_xlsx
from tests.browser.walking import beyond, faults, field, too_wide
from throughline.kernel.jobs.worker import drain
from throughline.kernel.reporting.models import Report
from throughline.kernel.rounds.models import Return, Round
from throughline.kernel.testing.rounds import make_return
from throughline.kernel.testing.worlds import World
from throughline.publications.models import Release
from throughline.results.summary_models import SummaryText
from throughline.results.tests import making
from throughline.results.tests.reporting import PERIOD, SECRET, narrative_round

pytestmark = pytest.mark.journey

SCORECARD = f"scorecards/{making.CODE}"
WRONG = "On 1.1, most jurisdictions report ‘On track’."
RIGHT = "On 1.1 and 1.2, three jurisdictions report ‘On track’ and one has not reported."
FILES: dict[str, Callable[[bytes], str]] = {
    "Word": of_docx, "PowerPoint": of_pptx, "PDF": of_pdf, "Excel": of_xlsx, "HTML": of_html,
}  # fmt: skip


# ---- from the framework to a value, and back to the answer


def test_a_framework_becomes_a_questionnaire_a_round_and_a_value_with_its_answer_behind(
    served: str, sign_in: Callable[[Any], Page], world: World, complaints: list[str], sound: Sound
) -> None:
    making.load(world)
    page = sign_in(world.user("sofia"))
    makes_the_questionnaire(page, served, sound)
    opens_the_round(page)
    asked = Round.objects.get()
    told = making.whole(asked.edition, {"kpi_6": {**making.SEIZED, "value": "4711"}})
    ret = make_return(world, round=asked, answers=told, state="submitted")
    page.goto(f"{served}/{SCORECARD}/?period=2023")
    expect(page.get_by_text("Nothing reported that you may read")).to_be_visible()
    sound()

    page = sign_in(world.user("simon"))
    page.goto(f"{served}/returns/{ret.reference}/decide/")
    sound()
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_text("Accepted. Police Serbia was told.")).to_be_visible()
    reads_the_scorecard(page, served, ret, sound)
    reads_the_crosswalk(page, served, world, sound)
    assert complaints == []


def makes_the_questionnaire(page: Page, served: str, sound: Sound) -> None:
    page.goto(f"{served}/questionnaires/add/")
    field(page, "Title").fill("Yearly indicators")
    field(page, "What becomes of the answers").select_option(label="Indicators of a framework")
    page.get_by_role("button", name="Go on to the questions").click()
    sound()
    field(page, "Make it from").select_option(value=f"{making.CODE}/authority")
    page.get_by_role("button", name="Make the questions").click()
    expect(page.get_by_text("Edition 1 was added.")).to_be_visible()
    sound()


def opens_the_round(page: Page) -> None:
    page.get_by_role("link", name="Prepare a round").click()
    field(page, "Title").fill("Indicators 2023")
    field(page, "Period").fill("2023")
    page.get_by_label("Police Serbia", exact=True).check()
    page.get_by_label("Police Albania", exact=True).check()
    page.get_by_role("button", name="Prepare the round").click()
    page.get_by_role("link", name="Open the round").click()
    page.get_by_role("button", name="Open the round and tell them").click()
    expect(page.get_by_text("Those asked were told.")).to_be_visible()


def reads_the_scorecard(page: Page, served: str, ret: Return, sound: Sound) -> None:
    page.goto(f"{served}/scorecards/")
    sound()
    page.get_by_role("link", name="Roadmap").first.click()
    field(page, "When").fill("2023")
    page.get_by_role("button", name="Show").click()
    line = indicator(page, "KPI 6")
    expect(line.get_by_role("cell", name="4,711").first).to_be_visible()
    expect(line).to_contain_text("1 of 6 reported")
    sound()
    line.get_by_role("link", name="KPI 6").click()
    expect(page.get_by_role("heading", name="Over time")).to_be_visible()
    sound()
    page.get_by_role("row", name="Serbia").get_by_role("link", name="4,711").first.click()
    assert page.url.partition("#")[0] == f"{served}/returns/{ret.reference}/"
    expect(page.get_by_text("Answers, version 1")).to_be_visible()
    expect(page.locator("tr:target")).to_be_in_viewport()
    expect(page.get_by_role("cell", name="4,711").first).to_be_visible()
    sound()


def indicator(page: Page, label: str) -> Locator:
    named = page.get_by_role("link", name=label, exact=True)
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader").filter(has=named))


def reads_the_crosswalk(page: Page, served: str, world: World, sound: Sound) -> None:
    making.load(world, "ROADMAP-2030")
    page.goto(f"{served}/{SCORECARD}/")
    page.get_by_role("link", name="Compare frameworks").click()
    expect(page.get_by_role("cell", name="No counterpart").first).to_be_visible()
    sound()
    page.get_by_role("table", name="Crosswalk between frameworks").get_by_role("link", name="2030").first.click()
    expect(
        page.get_by_role("region", name="In other frameworks").or_(page.get_by_text("In other frameworks"))
    ).to_be_visible()
    sound()


# ---- from statuses to a released report


@pytest.fixture
def half_year(served: str, world: World) -> World:
    narrative_round(world)
    return world


def test_a_summary_that_contradicts_is_refused_and_the_report_signed_and_released_in_five_formats(
    served: str, sign_in: Callable[[Any], Page], half_year: World, complaints: list[str], sound: Sound
) -> None:
    page = sign_in(half_year.user("sofia"))
    edits_the_summary(page, served, sound)
    page.get_by_role("link", name="Build the report").click()
    field(page, "Document").select_option(value="roadmap-narrative")
    field(page, "Period").fill(PERIOD)
    field(page, "Jurisdictions").select_option(value="WB-6")
    page.get_by_role("button", name="Build the report").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Progress information on the Roadmap Goals")
    expect(page.get_by_text(RIGHT).first).to_be_visible()
    sound()
    report = Report.objects.get()
    address = page.url
    page.get_by_role("button", name="Send for sign-off").click()
    expect(page.get_by_text("Waiting for sign-off").first).to_be_visible()
    assert page.get_by_role("button", name="Sign off").count() == 0

    page = sign_in(half_year.user("simon"))
    page.goto(address)
    page.get_by_role("button", name="Sign off").click()
    expect(page.get_by_text("Signed off").first).to_be_visible()
    page = sign_in(half_year.user("sofia"))
    page.goto(address)
    page.get_by_role("button", name="Release").click()
    assert drain() == 1
    page.goto(f"{served}/releases/{Release.objects.get().reference}/")
    sound()
    for name, read in FILES.items():
        text = " ".join(read(file_of(page, name)).split())
        assert (name, [word for word in ("Full compliance", "Skopje") if word not in text]) == (name, [])
        assert SECRET not in text
    report.refresh_from_db()
    assert report.state == "released"
    assert beyond(complaints, 400) == []


def edits_the_summary(page: Page, served: str, sound: Sound) -> None:
    page.goto(f"{served}/{SCORECARD}/progress/?period={PERIOD}")
    expect(page.get_by_role("row", name="Pristina").first).to_contain_text("On track")
    sound()
    page.get_by_role("link", name="Edit summaries").click()
    first = page.get_by_role("region", name="Goal 1:")
    expect(first).to_contain_text("Three jurisdictions report ‘On track’ (3 of 6 asked).")
    sound()
    first.get_by_label("Your text instead").fill(WRONG)
    first.get_by_role("button", name="Keep this text").click()
    expect(first).to_contain_text("says 4 to 6. The records say 3 of 6 asked")
    expect(first.get_by_label("Your text instead")).to_have_value(WRONG)
    sound()
    assert not SummaryText.objects.exists()
    first.get_by_label("Your text instead").fill(RIGHT)
    first.get_by_role("button", name="Keep this text").click()
    expect(page.get_by_text("The text is kept and will stand in the report.")).to_be_visible()
    sound()


# ---- on every screen


def test_no_page_of_results_scrolls_sideways(
    served: str, sign_in: Callable[[Any], Page], world: World, axe_source: str, complaints: list[str]
) -> None:
    making.load(world)
    making.load(world, "ROADMAP-2030")
    asked = making.open_round(world)
    text = {"text": "Ligji u miratua. " * 20, "text_english": "The law was adopted. " * 20}
    making.accepted(world, asked, "RS", {"kpi_6": {**making.SEIZED, "value": "4711"}, "kpi_9": text})
    one = f"{SCORECARD}/{making.CODE}.KPI"
    page = sign_in(world.user("sofia"))
    found: dict[str, Any] = {}
    for path in (
        "scorecards/", f"{SCORECARD}/?period=2023", f"{SCORECARD}/?period=2023&jurisdiction=RS", f"{one}-6/?period=2023",
        f"{one}-9/?period=2023&jurisdiction=RS", f"{SCORECARD}/crosswalk/", f"{SCORECARD}/progress/?period={PERIOD}",
        f"{SCORECARD}/summaries/?period={PERIOD}", "frameworks/", f"frameworks/{making.CODE}/", "indicators/",
        f"indicators/{making.CODE}.KPI-6/", f"rounds/{asked.reference}/",
    ):  # fmt: skip
        page.goto(f"{served}/{path}")
        found[path] = too_wide(page)
    assert {path: wide for path, wide in found.items() if wide} == {}
    page.emulate_media(color_scheme="dark")
    for path in (f"{SCORECARD}/?period=2023", f"{one}-6/?period=2023"):
        page.goto(f"{served}/{path}")
        assert (path, faults(page, axe_source)) == (path, [])
    assert complaints == []
