"""The report on training needs: its skeleton, its figures with formulas, and when it cannot be built."""

from typing import Any

import pytest

from throughline.kernel.access.errors import Invalid
from throughline.kernel.reporting.services import build, hand_out
from throughline.kernel.testing.worlds import World
from throughline.needs.tests.making import make_exercise, position_of, taken_to

HEADINGS = [
    "Executive summary", "Background", "Response rate", "Relevance of topics", "Training dimensions",
    "National-level training", "Training dimensions for main topics", "Conclusions", "Annex 1: method and parameters",
    "Annex 2: sensitivity",
]  # fmt: skip


def report(world: World, period: str = "2026", scope: str = "SEE-7") -> Any:
    return build(world.viewer("anna"), template="otna-report", period=period, scope=scope)


def test_the_published_skeleton_with_every_number_explained(world: World) -> None:
    exercise = taken_to(world, "validated")
    made = report(world)
    snapshot = made.snapshot
    figures = snapshot["figures"]
    stem = f"{exercise.reference}/1"

    headings = [one["text"] for one in snapshot["blocks"] if one["kind"] == "heading" and one["level"] == 1]
    assert headings == HEADINGS
    assert figures[f"{stem}/response-rate"]["text"].startswith("28.6")
    assert figures[f"{stem}/response-rate"]["base"] == "2 of 7 eligible countries"
    assert figures[f"{stem}/relevance/investigations"]["base"].endswith("/ (4 × 2) = 87.5")
    assert figures[f"{stem}/demand/investigations"]["text"] == "75"
    assert all(one["path"].endswith("/ranking/") for one in figures.values())
    text = str(snapshot)
    assert "4th meeting" in text
    assert "They are nobody else's method." in text
    assert "to be verified" in text


def test_it_prints(world: World) -> None:
    taken_to(world, "validated")
    made = report(world)

    starts = {fmt: hand_out(world.viewer("anna"), report=made, fmt=fmt)[:4] for fmt in ("pdf", "docx", "html")}

    assert (starts["pdf"], starts["docx"][:2]) == (b"%PDF", b"PK")


def test_no_report_names_what_a_single_country_said(world: World) -> None:
    exercise = taken_to(world, "consolidated")
    line = position_of(exercise, "RS").said.first()
    line.comment = "zqsecretneed"
    line.save()
    from throughline.needs import services  # reason: after the line was written

    services.analyse(world.viewer("sofia"), exercise=exercise)
    assert "zqsecretneed" not in str(report(world).snapshot)


def test_without_an_analysis_or_for_another_scope_there_is_none(world: World) -> None:
    make_exercise(world)
    with pytest.raises(Invalid) as error:
        report(world)
    assert [one.field for one in error.value.problems] == ["period"]

    taken_to(world, "analysed", make_exercise(world, title="Another"))
    with pytest.raises(Invalid) as error:
        report(world, scope="WB-6")
    assert [one.field for one in error.value.problems] == ["scope"]
    with pytest.raises(Invalid):
        report(world, period="2031")
