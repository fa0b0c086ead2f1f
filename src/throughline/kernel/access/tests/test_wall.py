"""The second wall: what `visible_to` says, the database says too, and also where the code forgot to ask."""

import pytest
from django.conf import settings

from throughline.incidents.models import Incident
from throughline.kernel.access import wall
from throughline.kernel.access.standing import standing_as, whole
from throughline.kernel.testing.worlds import World, make_incident

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not settings.THROUGHLINE_WALL, reason="the wall is switched off: THROUGHLINE_WALL=yes"),
]


def test_every_record_and_line_stands_behind_it(world: World) -> None:
    assert wall.missing() == []
    assert wall.first_hole() == ""


def test_a_query_that_forgets_the_rule_reads_what_may_be_read(world: World) -> None:
    make_incident(world)
    alice, outsider = world.viewer("alice"), world.viewer("outsider")

    with standing_as(alice):
        assert Incident.objects.count() == 1
    with standing_as(outsider):
        assert Incident.objects.count() == 0
        with whole("verb"):
            assert Incident.objects.count() == 1
        assert Incident.objects.count() == 0
    assert Incident.objects.count() == 1
