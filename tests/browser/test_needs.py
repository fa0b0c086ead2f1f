"""The secretariat runs a needs exercise, a contact point corrects its country, everyone reads the ranking with its formulas."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.conftest import Sound
from tests.browser.walking import field, side_to_side
from throughline.kernel.testing.worlds import World
from throughline.needs.models import Exercise
from throughline.needs.tests.making import answer, make_exercise, make_proposal

pytestmark = pytest.mark.journey

SignIn = Callable[[Any], Page]


def picture(page: Page, name: str) -> None:
    """Keep a picture where a person asked for it, to look at."""
    if folder := os.environ.get("THROUGHLINE_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


@pytest.fixture
def exercise(served: str, world: World) -> Exercise:
    return make_exercise(world)


def test_an_exercise_from_asking_to_publication(
    served: str, sign_in: SignIn, world: World, exercise: Exercise, complaints: list[str], sound: Sound
) -> None:
    page = sign_in(world.user("sofia"))
    page.goto(f"{served}/exercises/{exercise.reference}/")
    sound()
    page.get_by_role("link", name="Ask the countries").click()
    field(page, "Due").fill((timezone.localdate() + timedelta(days=20)).isoformat())
    for name in ("Police Serbia", "Police Albania"):
        page.get_by_label(name).check()
    sound()
    page.get_by_role("button", name="Ask them").click()
    expect(page.get_by_text("Response rate")).to_be_visible()
    exercise.refresh_from_db()
    for who in ("RS", "AL"):
        answer(world, exercise, who)
    page.reload()
    expect(page.get_by_text("100 × 2 / 7 = 28.6 %")).to_be_visible()
    for step in ("Close", "Propose positions"):
        page.get_by_role("button", name=step, exact=True).click()
    picture(page, "exercise")

    corrected(sign_in(world.user("bob")), served, exercise, sound)

    page = sign_in(world.user("sofia"))
    page.goto(f"{served}/exercises/{exercise.reference}/")
    page.get_by_role("button", name="Rank the topics").click()
    page.get_by_role("link", name="Record an expert review").click()
    field(page, "Experts").fill("Expert group")
    field(page, "Opinion").fill("Laboratories first.")
    page.get_by_role("button", name="Record it").click()
    page.get_by_role("link", name="Record the decision").click()
    sound()
    field(page, "Meeting").fill("4th meeting")
    picture(page, "decision")
    page.get_by_role("button", name="Record it").click()
    page.get_by_role("button", name="Publish").click()
    sound()
    picture(page, "published")
    read(sign_in(world.user("charlie")), served, exercise, sound)
    assert complaints == []


def corrected(page: Page, served: str, exercise: Exercise, sound: Sound) -> None:
    """Serbia's contact point adjusts a number, says why, and agrees."""
    page.goto(f"{served}/exercises/{exercise.reference}/positions/")
    page.get_by_role("link", name="Serbia").click()
    sound()
    page.get_by_role("link", name="Adjust").first.click()
    field(page, "Investigators").fill("41")
    field(page, "Why it differs from what was proposed").fill("One left")
    sound()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Adjusted: One left")).to_be_visible()
    picture(page, "position")
    page.get_by_role("button", name="Agree to the position").click()
    expect(page.get_by_text("The position is agreed.")).to_be_visible()


def read(page: Page, served: str, exercise: Exercise, sound: Sound) -> None:
    """Someone of the programme reads ranking and sensitivity, on a phone too."""
    page.goto(f"{served}/exercises/{exercise.reference}/")
    page.get_by_role("link", name="Ranking with formulas").click()
    expect(page.get_by_text("Σ (n = 2) = 71")).to_be_visible()
    sound()
    picture(page, "ranking")
    page.get_by_role("link", name="Sensitivity").click()
    sound()
    picture(page, "sensitivity")
    page.set_viewport_size({"width": 390, "height": 844})
    page.emulate_media(color_scheme="dark")
    for name in ("ranking", "sensitivity"):
        page.goto(f"{served}/exercises/{exercise.reference}/{name}/")
        sound()
        assert side_to_side(page) == 0
        picture(page, f"{name}-phone")


def test_the_board_of_proposals_shows_score_and_clock(
    served: str, sign_in: SignIn, world: World, complaints: list[str], sound: Sound
) -> None:
    called = timezone.localdate() - timedelta(days=21)
    made = make_proposal(world, state="assessed", called_on=called)
    make_proposal(world, state="submitted", title="Virtual assets")
    page = sign_in(world.user("sofia"))
    page.goto(f"{served}/proposals/board/")
    expect(page.get_by_text("4 × 2 = 8; 100 × 8 / (5 × 5) = 32.0 %")).to_be_visible()
    sound()
    picture(page, "board")
    page.get_by_role("link", name=made.title).click()
    expect(page.get_by_text("21 days since the call, still running")).to_be_visible()
    sound()
    picture(page, "proposal")
    page.set_viewport_size({"width": 390, "height": 844})
    for address in ("proposals/board/", f"proposals/{made.reference}/"):
        page.goto(f"{served}/{address}")
        assert side_to_side(page) == 0
    picture(page, "proposal-phone")
    assert complaints == []
