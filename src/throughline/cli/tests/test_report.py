"""`throughline report`, `move` and `release`: from figures to a frozen document, by two people."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from throughline.cli.tests.conftest import Call
from throughline.kernel.access.choices import Role
from throughline.kernel.reporting.models import Report
from throughline.kernel.testing.worlds import World, make_incident
from throughline.people.models import RoleGiven
from throughline.publications.models import Release


@pytest.fixture
def build(call: Call, world: World, tmp_path: Path) -> Any:
    """Sofia of the secretariat builds a monitor from one verified incident."""
    make_incident(world, state="verified", occurred_on=date(2023, 11, 5))

    def run(*more: str, who: str = "sofia", period: str = "2023-Q4") -> Any:
        wanted = ("report", "quarterly-monitor", "--period", period, "--scope", "SEE-7", "--out", str(tmp_path))
        return call(*wanted, *more, "--as", world.user(who).email)

    return run


def test_a_report_is_kept_as_a_draft_and_written_in_the_formats_wanted(build: Any, tmp_path: Path) -> None:
    result = build("--formats", "html,xlsx", "--format", "json")

    assert result.exit_code == 0, result.output
    files = [Path(row["file"]) for row in json.loads(result.stdout)]
    assert [file.suffix for file in files] == [".html", ".xlsx"]
    assert all(file.parent == tmp_path and file.stat().st_size for file in files)
    assert Report.objects.get().state == "draft"


def test_who_is_neither_analyst_nor_secretariat_builds_nothing(build: Any) -> None:
    result = build("--formats", "html", who="alice")

    assert result.exit_code == 4
    assert not Report.objects.exists()


def test_a_period_the_template_is_not_for_is_bad_input(build: Any) -> None:
    result = build("--formats", "html", period="2023-05")

    assert result.exit_code == 3
    assert not Report.objects.exists()


def test_a_format_that_does_not_exist_is_wrong_usage(build: Any) -> None:
    assert build("--formats", "odt").exit_code == 2


def test_two_people_take_a_report_to_its_release(build: Any, call: Call, world: World, tmp_path: Path) -> None:
    build("--formats", "html")
    reference = Report.objects.get().reference
    sofia, second = world.user("sofia"), world.user("anna")
    RoleGiven.objects.create(user=second, programme=world.programme, role=Role.SECRETARIAT)

    assert call("move", "report", reference, "send", "--as", sofia.email).exit_code == 0
    alone = call("move", "report", reference, "sign", "--as", sofia.email)
    assert alone.exit_code == 4
    early = call("release", reference, "--out", str(tmp_path), "--as", sofia.email)
    assert early.exit_code in {3, 4}
    assert call("move", "report", reference, "sign", "--as", second.email).exit_code == 0
    released = call("release", reference, "--out", str(tmp_path / "out"), "--as", sofia.email)

    assert released.exit_code == 0, released.output
    assert Release.objects.count() == 1
    assert {file.suffix for file in (tmp_path / "out").iterdir()} == {".docx", ".pptx", ".pdf", ".xlsx", ".html"}


def test_the_steps_open_to_a_person_are_listed(call: Call, world: World) -> None:
    incident = make_incident(world)
    owner = call("move", "incident", incident.reference, "--format", "json", "--as", world.user("alice").email)
    outsider = call("move", "incident", incident.reference, "--as", world.user("outsider").email)

    assert "send" in [row["step"] for row in json.loads(owner.stdout)]
    assert outsider.exit_code == 3
    assert outsider.stderr.strip() == f"Error: There is no incident {incident.reference} that you may read."


def test_a_second_person_verifies_and_the_author_may_not(call: Call, world: World) -> None:
    incident = make_incident(world, state="sent")
    author = call("move", "incident", incident.reference, "verify", "--as", world.user("alice").email)
    colleague = call("move", "incident", incident.reference, "verify", "--as", world.user("bob").email)

    assert author.exit_code == 4
    assert (colleague.exit_code, colleague.stderr.strip()) == (0, f"{incident.reference}: sent -> verified")
