"""A contact point nominates, the team selects and invites, a participant without a role accepts on a phone without scripts."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import SignIn, Sound
from tests.browser.walking import field, picture, side_to_side
from throughline.kernel.testing.training import make_activity, make_entry, make_person
from throughline.kernel.testing.worlds import PASSWORD, World
from throughline.training.models import Activity, Place

pytestmark = pytest.mark.journey


@pytest.fixture
def activity(served: str, world: World) -> Activity:
    quotas = [{"jurisdiction": world.jurisdictions[code], "places": many} for code, many in (("RS", 2), ("AL", 2))]
    return make_activity(world, capacity=5, lines={"quotas": quotas})


def test_from_nomination_to_a_confirmed_place(
    served: str,
    sign_in: SignIn,
    world: World,
    activity: Activity,
    browser: Browser,
    complaints: list[str],
    sound: Sound,
) -> None:
    make_person(world, number=2, name="Boris Illustrative")
    page = sign_in(world.user("alice"))
    added_and_nominated(page, served, activity, sound)

    page = sign_in(world.user("sofia"))
    selected_and_invited(page, served, activity, sound)

    page = sign_in(world.user("charlie"))
    page.goto(f"{served}/activities/{activity.reference}/places/")
    expect(page.get_by_text("Olga Illustrative")).to_have_count(0)
    sound()
    picture(page, "places-others")

    accepted_on_a_phone(browser, served)
    assert sorted(Place.objects.values_list("state", flat=True)) == ["confirmed", "offered"]
    assert complaints == []


def added_and_nominated(page: Page, served: str, activity: Activity, sound: Sound) -> None:
    page.goto(f"{served}/training/people/")
    sound()
    page.get_by_role("link", name="Add a person").first.click()
    sound()
    field(page, "Name").fill("Olga Illustrative")
    field(page, "E-mail address").fill("outsider@example.org")
    field(page, "Sex").select_option("women")
    field(page, "Sector").select_option("police")
    page.get_by_role("button", name="Add the person").click()
    sound()
    picture(page, "person")
    page.goto(f"{served}/activities/{activity.reference}/")
    page.get_by_role("link", name="Places", exact=True).click()
    sound()
    page.get_by_label("Olga Illustrative").check()
    page.get_by_label("Boris Illustrative").check()
    field(page, "Why them").fill("They lead such investigations.")
    page.get_by_role("button", name="Nominate", exact=True).click()
    expect(page.get_by_text("2 people nominated.")).to_be_visible()
    sound()
    picture(page, "places-national")


def selected_and_invited(page: Page, served: str, activity: Activity, sound: Sound) -> None:
    page.goto(f"{served}/activities/{activity.reference}/places/")
    sound()
    page.get_by_label("Score of Olga Illustrative").fill("85")
    page.get_by_role("button", name="Save the scores").click()
    page.get_by_label("Choose Olga Illustrative").check()
    page.get_by_label("Choose Boris Illustrative").check()
    field(page, "Reason").fill("Both meet the criteria.")
    page.get_by_role("button", name="Select", exact=True).click()
    expect(page.get_by_text("2 decisions kept.")).to_be_visible()
    page.get_by_role("button", name="Send 2 invitations").click()
    expect(page.get_by_text("2 invitations sent.")).to_be_visible()
    sound()
    picture(page, "places-team")
    page.emulate_media(color_scheme="dark")
    picture(page, "places-team-dark")
    page.emulate_media(color_scheme="light")


def accepted_on_a_phone(browser: Browser, served: str) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto(f"{served}/training/mine/")
    field(page, "Email").fill("outsider@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{served}/training/mine/")
    picture(page, "mine-invited-phone")
    page.get_by_role("button", name="Accept the place").click()
    expect(page.get_by_text("Your place is confirmed.")).to_be_visible()
    picture(page, "mine-confirmed-phone")
    field(page, "Travel").fill("By train, arriving the evening before.")
    page.get_by_role("button", name="Tell the organisers").click()
    expect(page.get_by_text("The organisers know.")).to_be_visible()
    context.close()


@pytest.fixture
def again(served: str, world: World) -> Activity:
    """The second edition of a course that Ana took: a place each for Serbia and Albania, kept until a day to come."""
    entry = make_entry(world)
    ana = make_person(world, number=3, name="Ana Illustrative")
    first = make_activity(world, state="done", entry=entry)
    Place.objects.create(activity=first, person=ana, organisation=ana.owner, state="attended", order=1)
    make_person(world, number=1, name="Olga Illustrative")
    make_person(world, number=2, name="Boris Illustrative")
    make_person(world, "AL", name="Drita Illustrative")
    quotas = [{"jurisdiction": world.jurisdictions[code], "places": 1} for code in ("RS", "AL")]
    release_on = timezone.localdate() + timedelta(days=9)
    return make_activity(world, entry=entry, capacity=2, release_on=release_on, lines={"quotas": quotas})


def test_released_places_go_down_the_one_waiting_list(
    served: str, sign_in: SignIn, world: World, again: Activity, complaints: list[str], sound: Sound
) -> None:
    places = f"{served}/activities/{again.reference}/places/"
    page = sign_in(world.user("alice"))
    page.goto(places)
    expect(page.get_by_label("Ana Illustrative")).to_be_disabled()
    expect(page.get_by_text("took this course in TA-")).to_be_visible()
    nominated(page, "Olga Illustrative")
    page.get_by_label("As reserves").check()
    nominated(page, "Boris Illustrative")

    page = sign_in(world.user("sofia"))
    page.goto(places)
    page.get_by_role("button", name="Select by the rule (1 to decide)").click()
    page.get_by_role("button", name="Send 1 invitation").click()
    expect(page.get_by_role("row", name="Albania")).to_contain_text("1")
    page.get_by_role("button", name="Release unfilled places now").click()
    expect(page.get_by_text("Released. 1 offer made.")).to_be_visible()
    expect(page.get_by_role("row", name="Boris Illustrative")).to_contain_text("Offered a place")
    sound()
    picture(page, "places-released")

    page = sign_in(world.user("charlie"))
    page.goto(places)
    expect(page.get_by_text("A nomination made today begins as: On the waiting list.")).to_be_visible()
    nominated(page, "Drita Illustrative")
    expect(page.get_by_role("row", name="Drita Illustrative")).to_contain_text("On the waiting list")

    page = sign_in(world.user("alice"))
    page.goto(places)
    boris = page.get_by_role("row", name="Boris Illustrative")
    boris.get_by_text("Answer or change").click()
    boris.get_by_label("Reason").fill("Needed at home.")
    boris.get_by_role("button", name="Decline for them").click()
    expect(page.get_by_text("Declined. The place goes to the next.")).to_be_visible()
    sound()
    assert dict(again.places.values_list("person__name", "state")) == {
        "Olga Illustrative": "offered", "Boris Illustrative": "declined", "Drita Illustrative": "offered",
    }  # fmt: skip
    assert complaints == []


def nominated(page: Page, name: str) -> None:
    page.get_by_label(name).check()
    page.get_by_role("button", name="Nominate", exact=True).last.click()
    expect(page.get_by_text("1 person nominated.")).to_be_visible()


def test_the_pages_fit_a_phone(served: str, sign_in: SignIn, world: World, activity: Activity, sound: Sound) -> None:
    make_person(world)
    page = sign_in(world.user("alice"))
    page.set_viewport_size({"width": 360, "height": 740})
    for address in (
        f"/activities/{activity.reference}/places/",
        "/training/people/",
        "/training/people/add/",
        "/training/mine/",
    ):
        page.goto(served + address)
        assert (address, side_to_side(page)) == (address, 0)
        sound()
