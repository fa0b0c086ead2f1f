"""The secretariat shows what a project achieved, asks for a part of it, goes to the records behind, and makes the slides."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import SignIn, Sound
from tests.browser.test_needs import picture
from tests.browser.walking import too_wide
from throughline.kernel.testing.worlds import World
from throughline.training.tests.counted import held, project_with_targets, seated

pytestmark = pytest.mark.journey


def test_from_the_headline_to_the_records_and_the_slides(
    served: str, sign_in: SignIn, world: World, complaints: list[str], sound: Sound
) -> None:
    project = project_with_targets(world, activities=2, participations=10)
    seats = [("RS", "women", "police"), ("AL", "men", "border"), ("ME", "women", "judiciary"), ("RS", "men", "other")]
    seated(world, held(world, 3, project=project), seats * 3)
    held(world, state="cancelled", project=project)

    page = sign_in(world.user("sofia"))
    page.goto(served)
    page.goto(f"{served}/training/achievements/")
    expect(page.get_by_role("heading", name="Training achievements")).to_be_visible()
    expect(page.get_by_text("+50 %")).to_be_visible()
    expect(page.get_by_text("+20 %")).to_be_visible()
    expect(page.get_by_text("3 of 4 activities planned were held")).to_be_visible()
    sound()
    assert not too_wide(page)
    page.set_viewport_size({"width": 1440, "height": 900})
    picture(page, "achievements")

    page.get_by_text("Only a part of them").click()
    page.get_by_label("Jurisdiction", exact=True).select_option("RS")
    expect(page.get_by_text("Targets are for a whole project")).to_be_visible()
    expect(page.get_by_text("Activities they took part in")).to_be_visible()
    sound()

    page.get_by_role("link", name="6 Participations: Show the records").click()
    expect(page.get_by_text("behind “Participations")).to_be_visible()
    page.go_back()

    page.goto(f"{served}/training/achievements/?project=WBP")
    page.get_by_role("link", name="Make slides or a document").click()
    page.get_by_role("button", name="Build the report").click()
    expect(page.get_by_role("heading", name="Project WBP")).to_be_visible()
    sound()
    assert not complaints


def test_somebody_without_a_role_is_shown_that_there_is_nothing_yet(
    served: str, sign_in: SignIn, world: World, sound: Sound
) -> None:
    page = sign_in(world.user("outsider"))
    page.goto(f"{served}/training/achievements/")
    expect(page.get_by_text("Nothing has been held yet")).to_be_visible()
    sound()
