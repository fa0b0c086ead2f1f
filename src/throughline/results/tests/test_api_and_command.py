"""Scorecards for programs and on the command line: the same values for the same reader."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from throughline.cli.main import cli
from throughline.kernel.access.choices import Handling
from throughline.kernel.testing.resource_cases import Program
from throughline.kernel.testing.worlds import World
from throughline.results.models import Framework
from throughline.results.tests import making

API = "/api/v1/scorecards"


@pytest.fixture
def told(world: World) -> Framework:
    framework = making.load(world)
    asked = making.open_round(world, opens_to=Handling.AMBER)
    making.accepted(world, asked, "RS", {"kpi_6": making.SEIZED})
    return framework


def kpi_6(body: dict) -> dict:
    return next(one for goal in body["goals"] for one in goal["indicators"] if one["label"] == "KPI 6")


def test_the_api_tells_each_caller_what_they_may_read(world: World, told: Framework) -> None:
    sofia, charlie = (Program(world, who).get(f"{API}/ROADMAP-2024?period=2023").json() for who in ("sofia", "charlie"))
    assert (kpi_6(sofia)["actual"]["value"], kpi_6(sofia)["coverage"]["words"]) == (10, "1 of 6 reported")
    assert (kpi_6(charlie)["actual"]["value"], kpi_6(charlie)["actual"]["why"]) == (None, "Nothing reported")
    assert kpi_6(sofia)["actual"]["behind"][0]["reference"].startswith("RT-")


def test_the_api_narrows_down(world: World, told: Framework) -> None:
    one = Program(world, "sofia").get(f"{API}/ROADMAP-2024?indicator=ROADMAP-2024.KPI-6&jurisdiction=RS").json()
    assert [card["label"] for goal in one["goals"] for card in goal["indicators"]] == ["KPI 6"]
    assert (one["period"], kpi_6(one)["actual"]["value"]) == ("2023", 10)


def test_the_api_lists_frameworks_and_tells_narratives(world: World, told: Framework) -> None:
    program = Program(world, "charlie")
    assert [one["code"] for one in program.get(API).json()["items"]] == ["ROADMAP-2024"]
    narrative = program.get(f"{API}/ROADMAP-2024/narrative?period=2023-H1").json()
    assert (narrative["number"], len(narrative["goals"])) == (10, 7)


@pytest.mark.parametrize(
    ("url", "status"),
    [
        (f"{API}/NONE", 404), (f"{API}/NONE/narrative", 404), (f"{API}/ROADMAP-2024?period=soon", 422),
        (f"{API}/ROADMAP-2024?goal=x", 422), (f"{API}/ROADMAP-2024?jurisdiction=MD", 422),
    ],
)  # fmt: skip
def test_the_api_says_what_cannot_be_asked(world: World, told: Framework, url: str, status: int) -> None:
    answer = Program(world, "alice").get(url)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")


def run(*words: str) -> Result:
    return CliRunner().invoke(cli, [*words], catch_exceptions=False)


def test_the_command_prints_the_scorecard(world: World, told: Framework) -> None:
    answer = run("scorecard", "roadmap-2024", "--period", "2023", "--format", "json", "--as", "sofia@example.org")
    rows = {row["label"]: row for row in json.loads(answer.stdout)}
    assert (rows["KPI 6"]["value"], rows["KPI 6"]["reported"], rows["KPI 6"]["expected"]) == (10, 1, 6)
    other = run("scorecard", "ROADMAP-2024", "--period", "2023", "--format", "json", "--as", "charlie@example.org")
    assert {row["label"]: row["value"] for row in json.loads(other.stdout)}["KPI 6"] is None


def test_the_command_writes_a_file(world: World, told: Framework, tmp_path: Path) -> None:
    out = tmp_path / "values.csv"
    answer = run("scorecard", "ROADMAP-2024", "--jurisdiction", "RS", "--out", str(out), "--as", "sofia@example.org")
    assert (answer.exit_code, "KPI 6" in out.read_text()) == (0, True)
    assert run("scorecard", "ROADMAP-2024", "--out", "values.pdf", "--as", "sofia@example.org").exit_code != 0
    assert run("scorecard", "NONE", "--as", "sofia@example.org").exit_code != 0


def test_a_framework_is_loaded_by_command(world: World) -> None:
    assert run("framework", "load", "roadmap-2030", "--programme", "avm", "--as", "sofia@example.org").exit_code == 0
    assert Framework.objects.get().code == "ROADMAP-2030"
    again = run("framework", "load", "roadmap-2030", "--programme", "AVM", "--as", "sofia@example.org")
    assert "there already" in again.stderr
    refused = run("framework", "load", "roadmap-2024", "--programme", "AVM", "--as", "alice@example.org")
    assert (refused.exit_code, Framework.objects.count()) == (4, 1)
    assert run("framework", "load", "roadmap-2024", "--programme", "NONE", "--as", "sofia@example.org").exit_code != 0
