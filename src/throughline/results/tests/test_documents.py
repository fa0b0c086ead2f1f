"""The narrative report and the report on indicators: what stands in them, in every format, and what never does."""

import re

import pytest

from throughline.kernel.access.errors import Invalid
from throughline.kernel.reporting import services as reporting
from throughline.kernel.reporting.blocks import Heading, Snapshot, Statements, Table
from throughline.kernel.reporting.render import FORMATS, render
from throughline.kernel.reporting.tests import reading
from throughline.kernel.reporting.tests.test_render import text_of
from throughline.kernel.rounds import services as rounds
from throughline.kernel.testing.worlds import World
from throughline.reference.models import Footnote
from throughline.results import summaries
from throughline.results.models import Framework
from throughline.results.tests import making
from throughline.results.tests.reporting import PERIOD, SECRET, YEAR, build, contact, kpi_round, narrative_round

pytestmark = pytest.mark.django_db

CAPITALS = ["Tirana", "Sarajevo", "Pristina", "Podgorica", "Skopje", "Belgrade"]
NOTE = "For this publisher: without prejudice to positions on status."


@pytest.fixture
def narrative(world: World) -> Snapshot:
    Footnote.objects.create(jurisdiction=world.jurisdictions["XK"], publisher=world.programme.publisher, text=NOTE)
    narrative_round(world)
    return build(world).document


def statements(snapshot: Snapshot, name: str) -> Statements:
    return next(one for one in snapshot.blocks if isinstance(one, Statements) and one.id == name)


def test_the_cover_says_which_report_it_is(narrative: Snapshot) -> None:
    assert narrative.title == "Progress information on the Roadmap Goals Overall Targets"
    assert narrative.subtitle == "2nd regional narrative report"
    assert narrative.period_label == "1 January – 30 June 2019"


def test_goal_by_goal_target_by_target_capital_by_capital(narrative: Snapshot) -> None:
    headings = [one.text for one in narrative.blocks if isinstance(one, Heading) and one.level == 1]
    assert [one.split(":")[0] for one in headings[2:9]] == [f"Goal {number}" for number in range(1, 8)]
    first = statements(narrative, _first(narrative))
    assert [one.name for one in first.items] == CAPITALS


def _first(snapshot: Snapshot) -> str:
    return next(one.id for one in snapshot.blocks if isinstance(one, Statements) and one.id != "missing")


def _annex(snapshot: Snapshot) -> Statements:
    return next(one for one in snapshot.blocks if isinstance(one, Statements) and one.id.endswith("/originals"))


def test_missing_is_said_and_is_not_nothing_to_report(narrative: Snapshot) -> None:
    first = statements(narrative, _first(narrative))
    told = {one.name: (narrative.cell(one.status), one.missing, one.paragraphs) for one in first.items}
    assert told["Podgorica"] == ("Nothing to report", False, ("No activity in this period.",))
    assert told["Skopje"] == ("Not reported", True, ("No report on this target.",))
    missing = statements(narrative, "missing")
    assert [one.name for one in missing.items] == ["Skopje"]
    assert missing.items[0].paragraphs[0].startswith("Asked to report by ")


def test_the_english_stands_in_the_report_and_the_original_in_the_annex(narrative: Snapshot) -> None:
    first = _first(narrative)
    pristina = next(one for one in statements(narrative, first).items if one.name == "Pristina")
    assert pristina.paragraphs == ("The law was adopted in Pristina.",)
    annex = _annex(narrative)
    assert [(one.name, one.paragraphs) for one in annex.items] == [
        ("1.1 Pristina", ("Ligji u miratua.",)),
        ("1.2 Pristina", ("Ligji u miratua.",)),
    ]


def test_summaries_are_generated_from_the_statuses(narrative: Snapshot) -> None:
    said = text_of(render(narrative.to_json(), "html"), "html")
    said = re.sub(r"\s+", " ", said)
    assert "Three jurisdictions report ‘On track’ ( 3 of 6 asked)." in said
    assert "One jurisdiction reports ‘Full compliance’ ( 1 of 6 asked)." in said
    assert "One jurisdiction has not reported: Skopje ( 1 of 6 asked)." in said


def test_every_figure_leads_somewhere(narrative: Snapshot) -> None:
    assert narrative.figures
    assert [one.id for one in narrative.figures.values() if not one.path and not one.question] == []


@pytest.mark.parametrize("fmt", FORMATS)
def test_every_format_of_the_narrative(narrative: Snapshot, fmt: str) -> None:
    said = text_of(render(narrative.to_json(), fmt), fmt).replace("\r\n", " ").replace("\n", " ")
    wanted = [*CAPITALS, "Full compliance", "Nothing to report", "Not reported", "Kosovo*", NOTE]
    wanted = [word for word in wanted if word != NOTE or fmt != "pdf"]
    assert [word for word in wanted if word not in said] == []
    assert SECRET not in said


@pytest.mark.parametrize("fmt", FORMATS)
def test_nothing_of_drafts_is_in_any_file(narrative: Snapshot, fmt: str) -> None:
    content = render(narrative.to_json(), fmt)
    parts = reading.parts(content).values() if fmt in {"docx", "pptx", "xlsx"} else [content.decode("latin-1")]
    assert all(SECRET not in part for part in parts)
    assert SECRET not in str(narrative.to_json())


def test_a_submitted_report_is_in_no_document_until_it_is_accepted(world: World) -> None:
    kpi_round(world)
    snapshot = build(world, "roadmap-kpi", YEAR).document
    assert "7,777" not in str(snapshot.to_json())
    assert "7777" not in str(snapshot.to_json())


def test_the_analyst_builds_the_same(world: World) -> None:
    narrative_round(world)
    first, second = build(world).document, build(world, who="anna").document
    assert {one.id: one.text for one in first.figures.values()} == {one.id: one.text for one in second.figures.values()}


# ---- what a person wrote


def framework() -> Framework:
    return Framework.objects.get(code=making.CODE)


def keep(world: World, text: str, goal: int = 1) -> None:
    summaries.keep(world.viewer("sofia"), framework=framework(), goal=goal, period=PERIOD, text=text)


def test_a_kept_text_stands_in_the_report_instead(world: World) -> None:
    narrative_round(world)
    keep(world, "Progress was steady. On 1.1 and beyond, three jurisdictions report ‘On track’.")
    said = text_of(render(build(world).document.to_json(), "html"), "html")
    assert "Progress was steady." in said


def test_no_report_is_built_with_a_text_that_has_become_wrong(world: World) -> None:
    asked = narrative_round(world)
    keep(world, "Three jurisdictions report ‘On track’ on 1.1.")
    making.reopen(world, asked.returns.get(owner=world.organisations["police-al"]))
    with pytest.raises(Invalid, match="The records say 2 of 6 asked"):
        build(world)


def test_another_scope_is_refused(world: World) -> None:
    narrative_round(world)
    with pytest.raises(Invalid, match="about its own jurisdictions"):
        reporting.build(
            world.viewer("sofia"), template="roadmap-narrative", period=PERIOD, scope="SEE-7", programme=world.programme
        )


def test_a_time_without_a_framework_is_refused(world: World) -> None:
    narrative_round(world)
    with pytest.raises(Invalid, match="no framework that holds"):
        build(world, period="2010-H1")


# ---- indicators


def test_the_scorecard_of_a_goal(world: World) -> None:
    kpi_round(world)
    snapshot = build(world, "roadmap-kpi", YEAR).document
    assert snapshot.title == "Key performance indicators of the Roadmap"
    code = making.indicator("KPI 6").code
    assert snapshot.figures[f"{code}/region/actual/2023"].value == 150
    assert snapshot.figures[f"{code}/region/actual/2023"].coverage == "5 of 6 reported"
    assert snapshot.figures[f"{code}/MK/actual/2023"].value is None
    tables = {one.id: one for one in snapshot.blocks if isinstance(one, Table)}
    rows = [[snapshot.cell(cell) for cell in row.cells] for row in tables[f"{code}/parts"].rows]
    assert ["Handguns", "90", "5 of 6 reported"] in rows or any("90" in row for row in rows)


@pytest.mark.parametrize("fmt", FORMATS)
def test_every_format_of_the_indicators(world: World, fmt: str) -> None:
    kpi_round(world)
    said = text_of(render(build(world, "roadmap-kpi", YEAR).document.to_json(), fmt), fmt)
    assert [word for word in [*CAPITALS, "KPI 6", "150"] if word not in said] == []


def test_every_figure_of_the_indicators_leads_somewhere(world: World) -> None:
    kpi_round(world)
    snapshot = build(world, "roadmap-kpi", YEAR).document
    assert [one.id for one in snapshot.figures.values() if not one.path and not one.question] == []
    computed = [one for one in snapshot.figures.values() if one.path.startswith("/ask/")]
    assert computed


@pytest.mark.parametrize("fmt", FORMATS)
def test_a_report_waiting_to_be_accepted_is_in_no_file(world: World, fmt: str) -> None:
    asked = narrative_round(world)
    silent = asked.returns.get(owner=world.organisations["police-mk"])
    rounds.submit(world.viewer(contact("MK")), ret=silent)
    snapshot = build(world).document
    assert statements(snapshot, "missing").items[0].paragraphs[0].startswith("A report was submitted on ")
    content = render(snapshot.to_json(), fmt)
    assert SECRET not in text_of(content, fmt)
    assert SECRET not in str(snapshot.to_json())
