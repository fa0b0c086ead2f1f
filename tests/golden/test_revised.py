"""The monitor of the fourth quarter of 2022: printed with 12 % fewer incidents than in the quarter before, 11.2 % from today's figures.

821 incidents against about 933 of the third quarter, as it then stood; that quarter was revised to 925 afterwards
(published figures: 821, 925 and "-12 %"). The release keeps what it said, and says what has been revised since.
"""

from datetime import date

import pytest

from throughline.incidents.models import Incident
from throughline.kernel.flow.services import advance
from throughline.kernel.ids import new_id
from throughline.kernel.measures import outbox
from throughline.kernel.testing.worlds import World, make_incident
from throughline.publications import services
from throughline.publications.queries import revisions
from throughline.publications.revision import compare
from throughline.publications.tests.making import BRIEF, build

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
THIRD, FOURTH, REVISED = 933, 821, 925


def many(world: World, day: date, count: int) -> None:
    """So many verified incidents on a day: copies of one that was entered and checked."""
    one = make_incident(world, state="verified", handling="green", occurred_on=day, kind="weapon-seizure")
    rows = []
    for number in range(count - 1):
        copy = Incident.objects.get(pk=one.pk) if not number else rows[0].__class__(**_values(rows[0]))
        copy.pk, copy.reference = new_id(), f"{one.reference}-{number}"
        rows.append(copy)
    made = Incident.objects.bulk_create(rows)
    outbox.mark("incident", [each.pk for each in made])


def _values(one: Incident) -> dict[str, object]:
    return {field.attname: getattr(one, field.attname) for field in one._meta.concrete_fields}


def test_the_fourth_quarter_of_2022(world: World) -> None:
    many(world, date(2022, 8, 15), THIRD)
    many(world, date(2022, 11, 15), FOURTH)
    report = build(world, template=BRIEF.id, period="2022-Q4")
    advance(world.viewer("anna"), record=report, transition="send")
    advance(world.viewer("sofia"), record=report, transition="sign", comment="Checked.")
    release = services.release(world.viewer("simon"), report=report)
    assert release.document.figures["incidents/2022-Q4/SEE-7"].value == FOURTH
    assert compare(release.document).faults == []

    third = Incident.objects.filter(state="verified", occurred_on=date(2022, 8, 15)).order_by("pk")
    for one in third[: THIRD - REVISED]:
        advance(world.viewer("bob"), record=one, transition="withdraw", comment="The same incident was entered twice.")
    services.check(world.viewer("anna"), release=release)
    found = revisions(world.viewer("anna"), release)
    assert found is not None
    assert found.faults == ()
    moved = {one.id: one for one in found.revised}
    before = moved["incidents/2022-Q3/SEE-7"]
    assert (before.printed, before.today, before.difference) == ("933", "925", "\u22128")
    assert len(before.records) == THIRD - REVISED
    assert {(one.way, one.then, one.now) for one in before.records} == {("withdrawn", 1, 0)}
    assert "incidents/2022-Q4/SEE-7" not in moved
    change = next(one for one in found.changes if one["label"].startswith("Incidents,"))
    assert (change["printed"], change["today"]) == ("\u221212\u202f%", "\u221211.2\u202f%")
