"""`throughline template` and `report --focus`: what the pages do, from a terminal."""

import json
from pathlib import Path

import docx
import pytest

from throughline.cli.tests.conftest import Call
from throughline.kernel.layouts.models import Layout
from throughline.kernel.layouts.tests import making
from throughline.kernel.reporting.models import Report
from throughline.kernel.testing.worlds import World
from throughline.publications.tests import making as publishing

KIND = publishing.BRIEF.id


@pytest.fixture
def region(world: World) -> World:
    publishing.incidents(world)
    return world


def test_a_template_is_taken_changed_checked_brought_in_tried_used_and_left(
    call: Call, region: World, tmp_path: Path
) -> None:
    publishing.build(region)
    sofia = ("--as", region.user("sofia").email)
    place = tmp_path / f"{KIND}.docx"
    assert call("template", "take", KIND, "--out", str(tmp_path), *sofia).exit_code == 0
    changed = docx.Document(str(place))
    next(one for one in changed.paragraphs if one.text == "{{ document }}").insert_paragraph_before(
        "By order: {{ figure.incidents }}"
    )
    changed.save(str(place))
    for step in (
        ("check", KIND, str(place)),
        ("upload", KIND, str(place), "--comment", "By order"),
        ("try", KIND, "--out", str(tmp_path)),
        ("activate", KIND),
    ):
        result = call("template", *step, *sofia)
        assert result.exit_code == 0, result.output
    tried = docx.Document(str(tmp_path / f"{KIND}-trial-1.docx"))
    assert "By order: 3" in [one.text for one in tried.paragraphs]
    listed = json.loads(call("template", "list", KIND, "--format", "json", *sofia).stdout)
    assert [(one["edition"], one["state"], one["comment"]) for one in listed] == [(1, "active", "By order")]
    assert call("template", "back", KIND, *sofia).exit_code == 0
    assert not Layout.objects.filter(active=True).exists()


def test_what_is_wrong_is_printed_and_ends_with_an_error(call: Call, region: World, tmp_path: Path) -> None:
    publishing.build(region)
    file = tmp_path / "ours.docx"
    file.write_bytes(making.word_with("{{ figure.incidnets }}"))
    result = call("template", "check", KIND, str(file), "--as", region.user("sofia").email)
    assert result.exit_code == 3
    assert "Did you mean {{ figure.incidents }}?" in result.output
    assert not Layout.objects.exists()


def test_who_is_not_the_secretariat_changes_nothing(call: Call, region: World, tmp_path: Path) -> None:
    file = tmp_path / "ours.docx"
    file.write_bytes(making.word())
    assert call("template", "upload", KIND, str(file), "--as", region.user("anna").email).exit_code == 4
    assert call("template", "list", KIND, "--as", region.user("alice").email).exit_code == 3
    assert not Layout.objects.exists()


def test_a_document_about_a_question_is_built(call: Call, region: World, tmp_path: Path) -> None:
    asked = ("report", "in-focus-monitor", "--period", "2024-Q1", "--scope", "SEE-7", "--formats", "html")
    sofia = ("--out", str(tmp_path), "--as", region.user("sofia").email)
    assert call(*asked, "--focus", "victims", *sofia).exit_code == 0
    assert call(*asked, "--focus", "?measure=persons&where=sex:men", *sofia).exit_code == 0
    assert call(*asked, "--focus", "violets", *sofia).exit_code == 3
    assert [one.focus for one in Report.objects.order_by("reference")] == ["victims", "measure=persons&where=sex:men"]
    assert sorted(one.name for one in tmp_path.iterdir()) == [
        "in-focus-monitor_people-in-incidents-men_2024-Q1_SEE-7_edition-1_draft.html",
        "in-focus-monitor_victims_2024-Q1_SEE-7_edition-1_draft.html",
    ]
