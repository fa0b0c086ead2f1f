"""The secretariat runs a needs exercise, a contact point corrects its country, everyone reads the ranking with its formulas."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn, Sound
from tests.browser.walking import field, picture, side_to_side
from throughline.kernel.testing.worlds import World
from throughline.needs.models import Exercise, Proposal
from throughline.needs.tests.making import answer, make_exercise, make_proposal, make_scales
from throughline.needs.tests.test_answers import held

pytestmark = pytest.mark.journey


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
    for label, votes in (("In favour", 20), ("Against", 4), ("Abstained", 2), ("Of these by proxy", 3)):
        field(page, label).fill(str(votes))
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_text("20 of 27 in favour, 18 needed; 4 against; 2 abstained; 3 by proxy")).to_be_visible()
    page.get_by_role("button", name="Publish").click()
    sound()
    picture(page, "published")
    answered(page, served, exercise, sound)
    reported(page, served, exercise)
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


def answered(page: Page, served: str, exercise: Exercise, sound: Sound) -> None:
    """A published need leads to an entry of the catalogue, and the entry back to the need."""
    page.get_by_role("link", name="Digital investigations").first.click()
    expect(page.get_by_text("No entry of the catalogue that you may see answers this need yet.")).to_be_visible()
    sound()
    page.get_by_role("button", name="Draft a catalogue entry").click()
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_text("answers", exact=True)).to_be_visible()
    page.get_by_role("link", name="Say what it answers").click()
    page.get_by_role("searchbox", name="Search", exact=True).fill("forensics")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("row", name="Digital forensics").get_by_role("button").click()
    expect(page.get_by_role("button", name="Take Digital forensics off")).to_be_visible()
    sound()
    picture(page, "answers")
    page.goto(f"{served}/exercises/{exercise.reference}/answered/")
    expect(page.get_by_role("row", name="Digital forensics").get_by_role("link")).to_have_count(2)
    sound()
    picture(page, "answered")


def reported(page: Page, served: str, exercise: Exercise) -> None:
    """The document on the needs is built, and stands on the line of the exercise."""
    page.goto(f"{served}/reports/add/")
    page.get_by_label("Document", exact=True).select_option("otna-report")
    page.get_by_label("Period").fill("2026")
    page.get_by_label("Jurisdictions").select_option("SEE-7")
    page.get_by_role("button", name="Build the report").click()
    expect(page.get_by_role("heading", level=1, name=exercise.title)).to_be_visible()
    page.goto(f"{served}/exercises/{exercise.reference}/")
    expect(page.get_by_text("is reported in", exact=True)).to_be_visible()


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
    expect(page.get_by_text("since the call, still running")).to_be_visible()
    sound()
    picture(page, "proposal")
    page.set_viewport_size({"width": 390, "height": 844})
    for address in ("proposals/board/", f"proposals/{made.reference}/"):
        page.goto(f"{served}/{address}")
        assert side_to_side(page) == 0
    picture(page, "proposal-phone")
    assert complaints == []


def test_a_proposal_from_its_call_to_the_first_delivery(
    served: str, sign_in: SignIn, world: World, complaints: list[str], sound: Sound
) -> None:
    make_scales()
    called = timezone.localdate() - timedelta(days=30)
    page = sign_in(world.user("alice"))
    page.goto(f"{served}/proposals/board/")
    page.get_by_role("link", name="Propose a training").click()
    for label, words in (
        ("Title", "Drones at the border"),
        ("Topic", "Drones"),
        ("What brought it up", "Seizures in May"),
    ):
        field(page, label).fill(words)
    field(page, "Called on").fill(called.isoformat())
    field(page, "Officials to train").fill("24")
    field(page, "Urgency").select_option(label="Urgency urgent")
    field(page, "Proficiency").select_option(label="Practitioner")
    sound()
    page.get_by_role("button", name="Save").first.click()
    page.get_by_role("button", name="Submit").click()

    judged(sign_in(world.user("sofia")), served, sound)

    proposal = Proposal.objects.get()
    held(world, proposal.entry, days_ago=4)
    page = sign_in(world.user("alice"))
    page.goto(f"{served}/proposals/{proposal.reference}/")
    for words in (
        "from the call to the first delivery",
        "26",
        "Officials to train",
        "24",
        "Participations so far",
        "Course",
    ):
        expect(page.get_by_text(words, exact=True).first).to_be_visible()
    sound()
    picture(page, "delivered")
    assert complaints == []


def judged(page: Page, served: str, sound: Sound) -> None:
    """The secretariat takes the proposal from its screening to an entry of the catalogue."""
    page.goto(f"{served}/")
    page.get_by_role("link", name="Proposals to screen").click()
    page.get_by_role("link", name="Drones at the border").click()
    page.get_by_role("button", name="Mark as screened").click()
    page.get_by_role("link", name="Record the EMPACT opinion").click()
    field(page, "In words").fill("It fits.")
    page.get_by_role("button", name="Record it").click()
    page.get_by_role("link", name="Assess", exact=True).last.click()
    field(page, "Findings").fill("Pressing.")
    sound()
    page.get_by_role("button", name="Record it").click()
    for step in ("Present", "Record as agreed", "Start the package"):
        page.get_by_role("textbox", name="Comment").fill("Agreed in the forum.")
        page.get_by_role("button", name=step, exact=True).click()
    proposal = page.url
    page.get_by_role("button", name="Draft a catalogue entry").click()
    for label in ("Learning outcomes", "Assessment", "Learning methods", "Target group"):
        field(page, label).fill("Exercises in the field.")
    page.get_by_role("button", name="Save").first.click()
    page.get_by_role("button", name="Put into the catalogue").click()
    expect(page.get_by_text("In the catalogue").first).to_be_visible()
    page.goto(proposal)
    page.get_by_role("link", name="Put into the catalogue").click()
    sound()
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_text("since the call, still running")).to_be_visible()
    picture(page, "in-catalogue")
