"""Activities from files: the region's own sheet, and a public register of workshops that nobody here made."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from throughline.kernel.access.errors import Invalid
from throughline.kernel.intake.runs import Run, bring_in
from throughline.kernel.testing.training import make_project
from throughline.kernel.testing.worlds import World
from throughline.reference.models import Jurisdiction
from throughline.training.models import Activity

WORKSHOPS = Path(settings.ROOT).parent / "shared" / "data" / "training_events" / "carpentries_workshops.csv"
# Where the register's workshops took place, beside the jurisdictions of the world.
PLACES = (
    "AQ AR AU BE BR BW CA CH CN CO CY DE DK EE ES ET FI FR GA GB GH GR HU ID IE IN IT JO KE KR LB MU MX NA NL NO NZ PH PK "
    "PL PR PT SA SD SE SI TH US VE ZA"
).split()
SETTINGS = (
    "title=Carpentries workshop",
    "column:slug=external_key",
    "column:tag_name=kind",
    "value:tag_name:SWC=workshop",
    "value:tag_name:DC=workshop",
    "value:tag_name:SWC,DC=workshop",
    "value:tag_name:WiSE,SWC=workshop",
    "value:tag_name:SWC,WiSE=workshop",
    "value:tag_name:SWC,unresponsive=workshop",
    "value:tag_name:DC,unresponsive=workshop",
    "value:tag_name:unresponsive,SWC=workshop",
    "value:tag_name:online=webinar",
    "value:tag_name:TTT=train-the-trainer",
    "value:tag_name:TTT,online=train-the-trainer",
    "column:start_date=starts_on",
    "column:attendance=came_unlisted",
    "column:host_name=venue",
    "column:country=venue_jurisdiction",
    "value:country:W3=",
    "column:latitude=",
    "column:longitude=",
    "column:url=",
    "arrival=done",
)


def bring(world: World, text: str, *given: str, who: str = "sofia", dry_run: bool = False) -> Run:
    return bring_in(
        world.viewer(who), noun="activity", content=text.encode(), name="plan.csv", settings=given, dry_run=dry_run
    )


def test_a_plan_comes_in_with_its_headings(world: World) -> None:
    make_project(world)
    text = (
        "Course;From;To;City;Country;Seats;Project;Type\n"
        "Cash couriers;7.9.2026;11.9.2026;Durrës;Albania;20;WBP;Course\n"
        "Border search;5.10.2026;;Skopje;North Macedonia;18;WBP;Workshop\n"
    )
    run = bring(world, text, "arrival=planned")
    assert run.preview.counts["new"] == 2
    found = Activity.objects.order_by("starts_on")
    assert [(one.title, str(one.ends_on), one.venue, one.capacity, one.kind, one.state) for one in found] == [
        ("Cash couriers", "2026-09-11", "Durrës", 20, "course", "planned"),
        ("Border search", "2026-10-05", "Skopje", 18, "workshop", "planned"),
    ]
    assert {one.private for one in found} == {False}
    assert "durres" in found[0].search_text
    assert bring(world, text, "arrival=planned").preview.counts["same"] == 2


def test_one_wrong_row_stops_the_file_and_is_named(world: World) -> None:
    text = "Course;From;To\nCash couriers;7.9.2026;11.9.2026\nBorder search;7.9.2026;1.9.2026\n"
    with pytest.raises(Invalid) as caught:
        bring(world, text, "arrival=planned")
    assert [(one.row, one.field) for one in caught.value.problems] == [(3, "To")]
    assert Activity.objects.count() == 0


def test_nothing_arrives_as_done_that_is_not_over(world: World) -> None:
    day = timezone.localdate()
    text = f"Course;From\nOver;{day - timedelta(days=1)}\nNot over;{day + timedelta(days=9)}\n"
    with pytest.raises(Invalid) as caught:
        bring(world, text, "arrival=done")
    assert [(one.row, one.field) for one in caught.value.problems] == [(3, "ends_on")]
    assert Activity.objects.count() == 0


@pytest.fixture
def far(world: World) -> World:
    for code in PLACES:
        Jurisdiction.objects.create(code=code, alpha3=f"{code}X", name=code)
    return world


def workshops(world: World, *more: str, dry_run: bool = False) -> Run:
    return bring(world, WORKSHOPS.read_text(encoding="utf-8"), *SETTINGS, *more, dry_run=dry_run)


@pytest.mark.skipif(not WORKSHOPS.is_file(), reason=f"the register is not here ({WORKSHOPS})")
def test_the_register_of_workshops_comes_in_whole(far: World) -> None:
    run = workshops(far)
    assert run.preview.counts == {"new": 1869, "changed": 0, "same": 0, "duplicate": 0, "wrong": 0}
    found = Activity.objects.filter(state="done", private=False)
    assert found.count() == 1869
    assert found.filter(kind="train-the-trainer").count() == 193
    assert found.filter(came_unlisted=None).count() == 218
    assert found.filter(venue_jurisdiction=None).count() == 129
    assert workshops(far).preview.counts["same"] == 1869


@pytest.mark.skipif(not WORKSHOPS.is_file(), reason=f"the register is not here ({WORKSHOPS})")
def test_an_unknown_place_is_said_with_the_way_out(world: World) -> None:
    run = workshops(world, dry_run=True)
    assert run.preview.counts["wrong"] == 1869 - 129
    assert "add it to the jurisdictions first" in run.preview.lines["wrong"][0].details[0]["reason"]
