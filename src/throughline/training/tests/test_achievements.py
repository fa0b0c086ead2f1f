"""What projects achieved: the printed arithmetic, the page, the document, the API and the command line."""

import json
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from throughline.api import services as tokens
from throughline.cli.main import cli
from throughline.kernel.access.choices import Handling
from throughline.kernel.access.errors import Invalid
from throughline.kernel.access.services import mark as mark_handling
from throughline.kernel.flow.services import advance
from throughline.kernel.measures.ask import open_desk
from throughline.kernel.reporting.services import build
from throughline.kernel.testing.training import make_project
from throughline.kernel.testing.worlds import World
from throughline.results.models import IndicatorVersion
from throughline.results.queries import scorecard
from throughline.training.achieved_data import as_json
from throughline.training.achieving import Achievements, Choice, Pace, achievements, months_of
from throughline.training.models import Person, Project
from throughline.training.services import people
from throughline.training.targets import Goal, over
from throughline.training.tests.counted import held, project_with_targets, seated

# T7 and T8: whole people that round to the printed shares.
PRINTED = {"police": 1167, "judiciary": 144, "customs-tax": 64, "border": 48, "other": 176}
LARGER = 1055


@pytest.fixture
def project(world: World) -> Project:
    """The finished project as it was printed: 76 activities, 1,599 participations, 67 and 1,247 as targets."""
    made = project_with_targets(world)
    sectors = [sector for sector, number in PRINTED.items() for _each in range(number)]
    codes = ("RS", "AL", "ME")
    seats = [
        (codes[number % 3], "unnamed-a" if number < LARGER else "unnamed-b", sector)
        for number, sector in enumerate(sectors)
    ]
    seated(world, held(world, 76, project=made), seats)
    return made


def found(world: World, project: Project, who: str = "sofia", **choice: Any) -> Achievements:
    return achievements(open_desk(world.viewer(who)), Choice((project,), **choice))


def page(client: Client, world: World, who: str, query: str = "") -> Any:
    client.force_login(world.user(who))
    return client.get(f"/training/achievements/{query}")


# The arithmetic


def test_the_printed_page(world: World, project: Project) -> None:
    """T6, T7, T8: 76 of 67, 1,599 of 1,247, five sectors, 66 and 34."""
    one = found(world, project)
    assert (one.activities.actual.value, one.activities.target_text, one.activities.over_text) == (
        76,
        "67",
        "+13\u202f%",
    )
    assert (one.participations.actual.value, one.participations.over_text) == (1599, "+28\u202f%")
    assert (one.activities.exactly, one.participations.exactly) == ("+13.4\u202f%", "+28.2\u202f%")
    assert over(1599, one.participations.target.number) == Fraction(35200, 1247)  # type: ignore[union-attr]
    assert [part.text for part in one.sectors.parts] == ["73\u202f%", "9\u202f%", "4\u202f%", "3\u202f%", "11\u202f%"]
    assert sum(part.percent or 0 for part in one.sectors.parts) == pytest.approx(100)
    assert one.sectors.base == 1599
    assert [[part.text for part in shares.parts] for shares in one.sexes] == [["66\u202f%", "34\u202f%"]]
    assert one.sexes[0].note == "The source prints two shares and does not say which sex is which."
    assert one.activities.target == Goal(Decimal(67), "WBP: targets, Target 1", "/scorecards/WBP/WBP.1/")
    assert one.beneficiaries.total.first.value == sum(line.first.value or 0 for line in one.beneficiaries.lines)


def test_a_plan_a_month_and_an_activity() -> None:
    """T9: 168 activities and 2,315 participations in 48 months."""
    plan = Pace(48, 168, 2315, None)
    assert (f"{plan.per_activity:.1f}", f"{plan.per_month:.1f}") == ("13.8", "3.5")
    for first, last, months in (
        (date(2024, 9, 27), date(2028, 9, 26), 48),
        (date(2020, 10, 19), date(2023, 10, 18), 36),
        (date(2024, 1, 1), date(2027, 12, 31), 48),
        (date(2024, 1, 1), date(2024, 1, 3), 1),
    ):
        assert months_of(Project(starts_on=first, ends_on=last)) == months


def test_85_of_99_activities_planned_is_85_point_9_percent(world: World) -> None:
    project = make_project(world)
    for state, number in (("done", 85), ("cancelled", 8), ("planned", 4), ("confirmed", 2)):
        held(world, number, state=state, project=project)
    one = found(world, project)
    assert one.rate is not None
    assert one.plan is not None
    assert (one.rate.text, round(one.rate.value or 0, 3)) == ("85.9\u202f%", 85.859)
    assert one.plan.total.first.value == 99
    assert {line.code: line.first.value for line in one.plan.lines} == {
        "done": 85, "planned": 4, "confirmed": 2, "cancelled": 8,
    }  # fmt: skip
    assert one.activities.target is None
    assert one.activities.over_text == ""
    assert one.pace is None


def test_a_scorecard_counts_what_was_held_online_in_the_region_as_one(world: World) -> None:
    """A webinar is held in no jurisdiction: a figure of the region has it, a sum over jurisdictions does not."""
    made = project_with_targets(world, "ONE")
    held(world, 2, project=made)
    held(world, 1, project=made, venue="", venue_jurisdiction=None, mode="online")
    framework = made.framework
    assert framework is not None

    def counted() -> float | None:
        card = scorecard(world.viewer("sofia"), framework, period="2025")
        return next(one for one in card.indicators() if one.label == "Target 1").actual.value

    assert counted() == 2
    IndicatorVersion.objects.filter(indicator__framework=framework).update(answered_by="secretariat")
    assert counted() == 3


def test_while_it_runs_it_is_said_how_far_it_is_and_not_how_much_is_missing(world: World) -> None:
    """Half of the target after a quarter of the time is no '−50 %'."""
    running = project_with_targets(world, "RUN", activities=4, participations=8)
    today = timezone.localdate()
    running.starts_on, running.ends_on = today - timedelta(days=100), today + timedelta(days=299)
    running.save()
    seated(world, held(world, 2, project=running), [("RS", "women", "police")])
    one = found(world, running)
    assert (one.activities.over_text, one.activities.over) == ("", -50.0)
    assert one.activities.reached_text == "50\u202f% of the target of 4; 25\u202f% of the time has passed"
    assert one.activities.exactly == "50.0\u202f% reached so far"
    running.ends_on = today - timedelta(days=1)
    running.save()
    assert (over_now := found(world, running).activities).over_text == "−50\u202f%"
    assert over_now.reached_text == ""


def test_a_part_is_compared_with_no_target(world: World, project: Project) -> None:
    for choice in (
        {"where": {"jurisdiction": ("RS",)}},
        {"where": {"sector": ("police",)}},
        {"where": {"year": ("2025",)}},
    ):
        one = found(world, project, **choice)
        assert one.activities.target is None
        assert one.notes == ("Targets are for a whole project; this is a part of it and is compared with none.",)
    narrowed = found(world, project, where={"jurisdiction": ("RS",), "sector": ("police",)})
    assert narrowed.participations.actual.value == PRINTED["police"] / 3
    assert narrowed.activities.actual.value == 76  # those in which somebody like that took part
    assert [line.code for line in narrowed.beneficiaries.lines] == ["RS"]


def test_two_projects_add_their_targets_and_one_without_leaves_none(world: World, project: Project) -> None:
    second = project_with_targets(world, "WBP2", activities=3, participations=53)
    seated(world, held(world, 1, project=second), [("RS", "women", "police")])
    desk = open_desk(world.viewer("sofia"))
    both = achievements(desk, Choice((project, second)))
    assert (both.activities.actual.value, both.activities.target_text) == (77, "70")
    assert (both.participations.actual.value, both.participations.target_text) == (1600, "1,300")
    assert len(both.sexes) == 2  # what is not named is never added to what is
    third = make_project(world, code="BARE")
    assert achievements(desk, Choice((project, third))).activities.target is None


def test_erasing_changes_nothing_that_is_shown(world: World, project: Project) -> None:
    before = as_json(found(world, project))
    person = Person.objects.filter(places__activity__project=project, erased_at=None).order_by("reference")[0]
    people.erase(world.viewer("alice"), person=person)
    after = as_json(found(world, project))
    assert {**before, "as_of": ""} == {**after, "as_of": ""}


# The page


def test_every_figure_leads_to_its_records(client: Client, world: World, project: Project) -> None:
    shown = page(client, world, "sofia")
    text = shown.content.decode()
    assert shown.status_code == 200
    for words in (
        "Training achievements",
        "1,599",
        "+28\u202f%",
        "the target of 1,247",
        "WBP: targets, Target 1",
        "73\u202f%",
        "66\u202f%",
    ):
        assert words in text, words
    for line in shown.context["found"].beneficiaries.lines:
        if line.first.value:
            listed = client.get(line.first.url)
            assert listed.status_code == 200
            assert "behind" in line.first.url
    assert "Officer" not in text


def test_who_reads_less_is_shown_less_and_nobody_sees_a_name(client: Client, world: World) -> None:
    project = make_project(world)
    open_one, closed_one = held(world, 2, project=project)
    seated(world, [open_one], [("RS", "women", "police")] * 2)
    seated(world, [closed_one], [("AL", "men", "border")] * 3)
    mark_handling(world.viewer("sofia"), record=closed_one, handling=Handling.RED, reason="Named persons only.")
    for who, seen in (("sofia", 5), ("alice", 2), ("bob", 2), ("charlie", 2)):
        shown = page(client, world, who).context["found"]
        assert shown.participations.actual.value == seen, who
        assert shown.persons.value == seen
        assert [line.first.value for line in shown.beneficiaries.lines if line.code == "AL"] == [
            3 if who == "sofia" else None
        ]


def test_nothing_held_no_target_and_no_such_project(client: Client, world: World) -> None:
    assert "Nothing has been held yet" in page(client, world, "sofia").content.decode()
    make_project(world)
    assert "Nothing has been held yet" in page(client, world, "sofia").content.decode()
    seated(world, held(world, project=Project.objects.get()), [("RS", "women", "police")])
    assert "No target was laid down" in page(client, world, "sofia").content.decode()
    assert page(client, world, "sofia", "?project=NONE").status_code == 403
    assert page(client, world, "outsider", "?project=WBP").status_code == 403
    assert page(client, world, "outsider").status_code == 200
    assert page(client, world, "sofia", "?period=soon").status_code == 400


def test_the_page_costs_the_same_for_one_and_three_activities(client: Client, world: World) -> None:
    project = project_with_targets(world)
    counts = []
    for number in (1, 2):
        seated(
            world, held(world, number, project=project), [("RS", "women", "police"), ("AL", "men", "border")] * number
        )
        page(client, world, "sofia")
        with CaptureQueriesContext(connection) as taken:
            page(client, world, "sofia")
        counts.append(len(taken))
    assert counts[0] == counts[1]
    assert counts[1] <= 60


# Document, API, command line


def test_the_document_says_what_the_page_says(world: World, project: Project) -> None:
    sofia = world.viewer("sofia")
    report = build(sofia, template="training-achievements", period="2024..2027", scope="WB-6")
    figures = {one["label"]: one["text"] for one in report.snapshot["figures"].values()}
    texts = list(figures.values())
    assert {"76", "1,599", "73\u202f%", "66\u202f%", "67", "1,247"} <= set(texts)
    headline = next(block for block in report.snapshot["blocks"] if block["kind"] == "figures")
    assert [change["text"] for item in headline["items"] for change in item["changes"]] == ["+13\u202f%", "+28\u202f%"]
    assert report.marking == "green"
    advance(sofia, record=report, transition="send")
    advance(world.viewer("simon"), record=report, transition="sign")


def test_a_part_of_the_time_is_compared_with_nothing_and_no_project_is_refused(world: World, project: Project) -> None:
    sofia = world.viewer("sofia")
    report = build(sofia, template="training-achievements", period="2025", scope="WB-6")
    assert not [item for block in report.snapshot["blocks"] for item in block.get("items", ()) if item.get("changes")]
    with pytest.raises(Invalid, match="No project of this programme"):
        build(sofia, template="training-achievements", period="2019", scope="WB-6")


def test_api_and_command_line_give_the_same(world: World, project: Project) -> None:
    key = tokens.make(world.viewer("sofia"), name="test", days=1)[1]
    header = {"authorization": f"Bearer {key}"}
    given = Client().get("/api/v1/training/achievements?project=WBP", headers=header).json()
    told = CliRunner().invoke(cli, ["achievements", "WBP", "--format", "json", "--as", "sofia@example.org"])
    said = json.loads(told.output)
    assert {**said, "as_of": ""} == {**given, "as_of": ""}
    assert given["participations"]["value"] == 1599
    assert given["participations"]["percent_over"] == pytest.approx(28.2277, abs=1e-4)
    assert given["planned_pace"]["months"] == 24
    narrowed = (
        Client().get("/api/v1/training/achievements?project=WBP&sector=police&jurisdiction=RS", headers=header).json()
    )
    assert narrowed["participations"]["value"] == 389
    assert Client().get("/api/v1/training/achievements?projekt=WBP", headers=header).status_code == 422
    assert Client().get("/api/v1/training/achievements?project=NONE", headers=header).status_code == 403
    table = CliRunner().invoke(cli, ["achievements", "--part", "sector:police", "--as", "sofia@example.org"])
    assert "Sectors: Police" in table.output
    assert CliRunner().invoke(cli, ["achievements", "NONE", "--as", "sofia@example.org"]).exit_code == 4
