"""From a training of trainers to a session at home that counts; from two applications to a pair that meets."""

import os
import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignIn, Sound
from tests.browser.walking import field, too_wide
from throughline.kernel.testing.training import make_person
from throughline.kernel.testing.worlds import World
from throughline.training.models import Activity, Cascade, Pairing, Person, Trainer
from throughline.training.services import people
from throughline.training.tests.teaching_world import comer, make_application, make_session, make_trainer, make_training

pytestmark = pytest.mark.journey


def picture(page: Page, name: str) -> None:
    """Keep pictures where a person asked for them: on a desk and a phone, light and dark."""
    if not (folder := os.environ.get("THROUGHLINE_PICTURES")):
        return
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=Path(folder) / f"{name}-{width}-{scheme}.png", full_page=True)
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 900})


@pytest.fixture
def course(served: str, world: World) -> Activity:
    made = make_training(world, people=("RS", "RS", "AL", "AL"), title="Training of trainers on cash couriers")
    Person.objects.filter(pk=comer(made).pk).update(name="Olga Illustrative", email="outsider@example.org")
    people.claim(world.viewer("outsider"))
    return made


def test_from_a_training_to_a_session_that_counts(
    served: str, sign_in: SignIn, world: World, course: Activity, complaints: list[str], sound: Sound
) -> None:
    page = sign_in(world.user("alice"))
    page.goto(f"{served}/activities/{course.reference}/")
    page.get_by_text("Who stands at which step").click()
    sound()
    page.get_by_role("link", name="Propose Olga Illustrative as a trainer").click()
    page.wait_for_url("**/trainers/add/**")
    sound()
    page.get_by_label(re.compile("^Languages")).fill("en, sr")
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_text("was saved.")).to_be_visible()
    page.get_by_role("button", name="Declare ready to teach").click()
    expect(page.get_by_text("Ready to teach").first).to_be_visible()
    sound()
    picture(page, "trainer")

    page = sign_in(world.user("outsider"))
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{served}/training/mine/")
    page.get_by_role("link", name="Report a session").click()
    page.wait_for_url("**/training/mine/sessions/")
    sound()
    field(page, "Title").fill("Cash couriers, for the border police")
    field(page, "Held").fill(timezone.localdate().isoformat())
    field(page, "Women").fill("3")
    field(page, "Men").fill("9")
    picture(page, "report")
    page.get_by_role("button", name="Report").click()
    expect(page.get_by_text("Your contact point confirms it; then it counts.")).to_be_visible()
    sound()
    picture(page, "mine-trainer")

    page = sign_in(world.user("bob"))
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{served}/cascades/{Cascade.objects.get().reference}/")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("Confirmed").first).to_be_visible()
    sound()
    picture(page, "cascade")
    assert (Cascade.objects.get().state, Trainer.objects.get().state) == ("confirmed", "teaching")
    assert complaints == []


def test_the_way_stands_in_numbers_for_everybody(
    served: str, sign_in: SignIn, world: World, course: Activity, complaints: list[str], sound: Sound
) -> None:
    held = make_session(world, make_trainer(world, course), state="confirmed")
    make_trainer(world, course, 3, by="charlie", languages="sq")
    page = sign_in(world.user("anna"))
    for name, address in (
        ("multiplication", "/training/multiplication/"),
        ("activity", f"/activities/{course.reference}/"),
        ("pool", "/training/pool/"),
        ("cascades", "/cascades/"),
        ("cascade-others", f"/cascades/{held.reference}/"),
    ):
        page.goto(served + address)
        sound()
        assert (address, too_wide(page)) == (address, {})
        expect(page.get_by_text("Olga Illustrative")).to_have_count(0)
        picture(page, name)
    page.goto(f"{served}/training/multiplication/")
    field(page, "Days until the first session").fill("30")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.get_by_text("first session within 30 days")).to_be_visible()
    expect(page.get_by_text("never added")).to_be_visible()
    assert complaints == []


def test_from_two_applications_to_a_pair_that_meets(
    served: str, sign_in: SignIn, world: World, course: Activity, complaints: list[str], sound: Sound
) -> None:
    guest = make_person(world, "AL", number=8, name="Besa Illustrative")
    make_application(world, guest, by="charlie", side="guest", wish="To see a joint investigation team at work.")
    page = sign_in(world.user("outsider"))
    page.goto(f"{served}/training/mine/")
    page.get_by_text("Apply for an exchange or mentoring").click()
    sound()
    page.get_by_label("Drugs trafficking").check()
    field(page, "Languages").last.fill("en")
    page.get_by_role("button", name="Apply", exact=True).click()
    expect(page.get_by_text("looks for a match")).to_be_visible()

    page = sign_in(world.user("sofia"))
    page.goto(f"{served}/training/pairings/")
    sound()
    assert too_wide(page) == {}
    picture(page, "pairings-secretariat")
    page.get_by_role("link", name="Propose Olga Illustrative and Besa Illustrative").click()
    page.wait_for_url("**/pairings/add/**")
    tuesday = timezone.localdate() + timedelta(days=8 - timezone.localdate().weekday())
    field(page, "Starts").fill(tuesday.isoformat())
    field(page, "Ends").fill((tuesday + timedelta(days=3)).isoformat())
    sound()
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_text("Not a usual week")).to_be_visible()
    sound()
    picture(page, "pairing")

    page = sign_in(world.user("charlie"))
    page.goto(f"{served}/training/pairings/")
    sound()
    picture(page, "pairings-contact")
    expect(page.get_by_text("Olga Illustrative")).to_have_count(0)
    page.get_by_role("button", name="Say yes for them").click()

    page = sign_in(world.user("outsider"))
    page.goto(f"{served}/training/mine/")
    expect(page.get_by_text("Besa Illustrative")).to_have_count(0)
    picture(page, "mine-pair-asked")
    page.get_by_role("button", name="Say yes").click()
    expect(page.get_by_text("Besa Illustrative")).to_be_visible()
    page.get_by_text("Write down a contact").click()
    field(page, "What about").fill("We agreed what to look at.")
    page.get_by_role("button", name="Write it down").click()
    expect(page.get_by_text("We agreed what to look at.")).to_be_visible()
    sound()
    assert too_wide(page) == {}
    picture(page, "mine-pair")
    pair = Pairing.objects.get()
    assert (pair.state, pair.contacts.count()) == ("agreed", 1)
    assert complaints == []
