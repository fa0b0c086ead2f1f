"""Files that nobody here made, with the mapping a person would choose. Where they are absent, this is skipped and says so."""

from pathlib import Path

import pytest
from django.conf import settings

from throughline.incidents.models import Incident, PersonLine
from throughline.kernel.intake.formats import read_table
from throughline.kernel.intake.runs import Run, bring_in
from throughline.kernel.testing.worlds import World
from throughline.reference.models import Jurisdiction

FILES = Path(settings.ROOT).parent / "shared" / "data"
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not FILES.is_dir(), reason=f"the real files are not here ({FILES})"),
]
SHOOTINGS = (
    "jurisdiction=US",
    "kind=undetermined-shooting",
    "column:street_name=place",
    "column:neighborhood=region",
    "place_precision=exact",
)
EVENTS = (
    "kind=other",
    "jurisdiction=CF",
    "column:country=",
    "column:region=",
    "column:adm_1=region",
    "column:where_coordinates=place",
    "column:source_headline=narrative",
    "column:date_prec=date_precision",
    "value:date_prec:1=day",
    "value:date_prec:2=month",
    "value:date_prec:3=month",
    "value:date_prec:4=month",
    "value:date_prec:5=year",
    "column:where_prec=place_precision",
    "value:where_prec:1=exact",
    "value:where_prec:2=settlement",
    "value:where_prec:3=municipality",
    "value:where_prec:4=region",
    "value:where_prec:5=region",
    "value:where_prec:6=jurisdiction",
    "value:where_prec:7=jurisdiction",
)


@pytest.fixture
def far(world: World) -> World:
    """The world with two jurisdictions from further away."""
    Jurisdiction.objects.create(code="US", alpha3="USA", name="United States")
    Jurisdiction.objects.create(code="CF", alpha3="CAF", name="Central African Republic")
    return world


def bring(world: World, name: str, *given: str, dry_run: bool = False) -> Run:
    content = (FILES / name).read_bytes()
    return bring_in(
        world.viewer("sofia"), noun="incident", content=content, name=Path(name).name, settings=given, dry_run=dry_run
    )


@pytest.mark.parametrize(
    ("name", "incidents", "victims", "killed"),
    [("incidents/shootings_2023.json", 1347, 1666, 375), ("incidents/shootings_2024.json", 870, 1082, 225)],
)
def test_victims_become_incidents_with_people(far: World, name: str, incidents: int, victims: int, killed: int) -> None:
    run = bring(far, name, *SHOOTINGS)
    assert run.preview.counts == {"new": incidents, "changed": 0, "same": 0, "duplicate": 0, "wrong": 0}
    assert run.mapping.group == ("dc_key",)
    assert PersonLine.objects.count() == victims
    assert PersonLine.objects.filter(outcome="killed", side="victim").count() == killed
    assert Incident.objects.exclude(occurred_at=None).count() == incidents
    assert bring(far, name, *SHOOTINGS).preview.counts["same"] == incidents


def test_events_with_precision_and_counts_of_dead(far: World) -> None:
    run = bring(far, "incidents/GEDEvent_v23_1_CAF.geojson", *EVENTS, "leave-out=yes")
    assert run.preview.counts == {"new": 1847, "changed": 0, "same": 0, "duplicate": 0, "wrong": 1}
    assert Incident.objects.filter(date_precision="year").count() == 43
    assert Incident.objects.filter(place_precision="exact").count() == 1213
    assert PersonLine.objects.exclude(outcome="killed", side="victim", sex="not-reported").count() == 0


def test_an_unknown_jurisdiction_is_said_with_the_way_out(world: World) -> None:
    run = bring(world, "incidents/shootings_2024.json", *SHOOTINGS, dry_run=True)
    assert run.preview.counts["wrong"] == 870
    assert "add it to the jurisdictions first" in run.preview.lines["wrong"][0].details[0]["reason"]


@pytest.mark.parametrize(
    ("name", "columns", "rows", "header"),
    [
        ("messy/excel_pasting.csv", 9, 16, 4),
        ("messy/simple.xlsx", 3, 6, 1),
        ("messy/utf8bom.csv", 2, 1, 0),
        ("messy/weird_head_padding.csv", 10, 76, 12),
        ("hxl/input-valid.xls", 9, 4, 2),
        ("hxl/ukraine_reporting_orgs_hxl.csv", 2, 107, 1),
    ],
)
def test_messy_sheets_are_read(name: str, columns: int, rows: int, header: int) -> None:

    table = read_table((FILES / name).read_bytes())
    assert (len(table.columns), sum(1 for _row in table.rows()), table.options.header_row) == (columns, rows, header)
