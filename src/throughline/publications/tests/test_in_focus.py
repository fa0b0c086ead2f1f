"""An In-Focus Monitor of any question: ready ones, and one by its address."""

import pytest

from throughline.kernel.access.errors import Invalid, Refused
from throughline.kernel.reporting import services
from throughline.kernel.reporting.blocks import Charts, FigureRow, Snapshot, Table
from throughline.kernel.reporting.focus import focus_of, focuses
from throughline.kernel.reporting.models import Report
from throughline.kernel.reporting.render import FORMATS, render
from throughline.kernel.testing.worlds import World
from throughline.publications.tests import making


@pytest.fixture
def region(world: World) -> World:
    making.incidents(world)
    return world


def build(world: World, focus: str, who: str = "anna", **changes: str) -> Report:
    asked = {"template": "in-focus-monitor", "period": making.PERIOD, "scope": making.SCOPE, **changes}
    return services.build(world.viewer(who), programme=world.programme, focus=focus, **asked)


def first_figure(document: Snapshot) -> str:
    row = next(block for block in document.blocks if isinstance(block, FigureRow))
    return document.figures[row.items[0].figure].text


@pytest.mark.parametrize(
    ("focus", "title", "counted"),
    [
        ("weapon-seizures", "In-Focus Monitor: Weapon seizures", "1"),
        ("victims", "In-Focus Monitor: Victims of firearm incidents", "3"),
        ("perpetrators", "In-Focus Monitor: Perpetrators of firearm incidents", "1"),
        ("accidental-shootings", "In-Focus Monitor: Accidental shootings", "0"),
    ],
)
def test_a_ready_focus_is_built(region: World, focus: str, title: str, counted: str) -> None:
    report = build(region, focus)
    assert (report.title, report.focus, report.edition) == (title, focus, 1)
    assert first_figure(report.document) == counted
    assert report.document.focus == focus


def test_the_ready_focuses_are_those_that_were_published() -> None:
    assert list(focuses) == ["weapon-seizures", "victims", "perpetrators", "accidental-shootings"]


def test_any_question_is_a_focus_by_its_address(region: World) -> None:
    address = "https://throughline.example/ask/?measure=people-killed&by=type&where=sex:men&period=2020&scope=WB-6&compare=previous"
    report = build(region, address)
    assert report.title == "In-Focus Monitor: People killed: Men"
    assert report.focus == "measure=people-killed&by=type&where=sex:men"
    assert (report.period, report.scope) == ("2024-Q1", "SEE-7")
    assert first_figure(report.document) == "2"


def test_the_sections_follow_the_focus(region: World) -> None:
    document = build(region, "victims").document
    charts = [block.id for block in document.blocks if isinstance(block, Charts)]
    tables = [block.id for block in document.blocks if isinstance(block, Table)]
    assert charts == ["by-jurisdiction", "over-time", "by-outcome", "by-sex"]
    assert tables == [
        "by-jurisdiction-table",
        "over-time-table",
        "by-outcome-table",
        "by-sex-table",
        "measures",
    ]


@pytest.mark.parametrize("fmt", FORMATS)
def test_every_format_is_made_of_it(region: World, fmt: str) -> None:
    assert len(render(build(region, "victims").snapshot, fmt)) > 5000


@pytest.mark.parametrize(
    ("focus", "said"),
    [
        ("", "Choose what the document is to focus on."),
        ("violets", "Choose one of: weapon-seizures, victims"),
        ("?measure=violets", "There is no measure “violets”."),
        ("?measure=victims&where=colour:blue", "cannot be sliced by “colour”"),
        (
            "?measure=victims&where=type:" + ",".join(f"kind-{n}" for n in range(60)),
            "This question has too many conditions for a document.",
        ),
    ],
)
def test_what_is_no_focus_is_said_at_its_field(region: World, focus: str, said: str) -> None:
    with pytest.raises(Invalid) as caught:
        build(region, focus)
    assert [problem.field for problem in caught.value.problems] == ["focus"]
    assert said in str(caught.value.problems[0].message)
    assert not Report.objects.exists()


def test_a_document_without_focus_takes_none(region: World) -> None:
    with pytest.raises(Invalid, match="has no focus to choose"):
        build(region, "victims", template=making.BRIEF.id)


def test_who_may_not_build_may_not_focus(region: World) -> None:
    with pytest.raises(Refused):
        build(region, "victims", who="alice")


def test_two_focuses_are_two_documents(region: World) -> None:
    first, second, again = build(region, "victims"), build(region, "perpetrators"), build(region, "victims")
    assert [one.edition for one in (first, second, again)] == [1, 1, 2]
    assert again.follows == first
    assert second.follows is None


def test_a_focus_given_by_address_is_the_same_however_it_was_written(world: World) -> None:
    one = focus_of("/ask/?where=sex:men&measure=victims&period=2024")
    assert one.id == focus_of("measure=victims&where=sex:men").id
