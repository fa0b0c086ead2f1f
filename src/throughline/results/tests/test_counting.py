"""The figure 'progress reports by the authorities': who is counted, once, and who is not."""

from decimal import Decimal

import pytest

from throughline.kernel.testing.worlds import World
from throughline.publications.figures import definitions, figures
from throughline.results.counting import ReportingAuthorities
from throughline.results.tests import making
from throughline.results.tests.reporting import kpi_round, narrative_round

pytestmark = pytest.mark.django_db


def progress(world: World, who: str = "anna") -> Decimal | None:
    return next(one.value for one in figures(world.viewer(who)) if one.id == "roadmap-progress")


def test_nothing_reported_is_not_nought(world: World) -> None:
    making.load(world)
    assert progress(world) is None


def test_an_authority_counts_once_nil_and_silent_ones_do_not(world: World) -> None:
    asked = narrative_round(world, period="2023-H1")
    assert progress(world) == Decimal(4)  # Podgorica is nil, Skopje silent
    kpi_round(world)
    assert progress(world) == Decimal(5)  # Podgorica reported figures; Skopje's are not accepted
    making.reopen(world, asked.returns.get(owner=world.organisations["police-al"]))
    assert progress(world) == Decimal(5)


def test_another_year_does_not_count(world: World) -> None:
    narrative_round(world, period="2022-H2")
    assert progress(world) is None


def test_it_counts_what_the_viewer_may_see(world: World) -> None:
    narrative_round(world, period="2023-H1")
    assert progress(world, "alice") == Decimal(4)
    assert progress(world, "outsider") is None


def test_the_definition_says_what_is_asked() -> None:
    found = next(one for one in definitions() if one.id == "roadmap-progress")
    assert isinstance(found.question, ReportingAuthorities)
    assert found.question.to_query() == "reports-on=ROADMAP-2024&period=2023&scope=WB-6"
