"""What a project printed of itself, counted from what was laid down."""

from datetime import date
from decimal import Decimal

import pytest

from throughline.kernel.testing.training import make_project
from throughline.kernel.testing.worlds import World
from throughline.training.counting import OfProject, months
from throughline.training.models import Project

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("starts", "ends", "whole"),
    [
        (date(2024, 9, 27), date(2028, 9, 26), 48),
        (date(2020, 10, 19), date(2023, 10, 18), 36),
        (date(2024, 1, 31), date(2024, 2, 29), 1),
        (date(2024, 1, 15), date(2024, 2, 13), 0),
    ],
)
def test_months_are_whole_ones_with_both_days(starts: date, ends: date, whole: int) -> None:
    assert months(Project(starts_on=starts, ends_on=ends)) == whole


def test_components_are_counted_for_those_of_the_programme_alone(world: World) -> None:
    make_project(world, components=("Training portfolio", "Forum"))
    asked = OfProject.of({"give": "components", "of": "WBP", "where": ""})
    assert asked.counted(world.viewer("anna")) == Decimal(2)
    assert asked.counted(world.viewer("outsider")) is None


def test_where_nothing_was_laid_down_there_is_no_target(world: World) -> None:
    make_project(world)
    for give in ("target", "over-target"):
        asked = OfProject.of({"give": give, "of": "WBP", "where": "measure=training-activities"})
        assert asked.counted(world.viewer("anna")) is None
    assert asked.to_query() == "count=over-target&project=WBP&measure=training-activities"
