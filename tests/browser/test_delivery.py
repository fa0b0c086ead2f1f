"""From confirmed people to a verified certificate: register, phone at the door, closing, certificates, the holder, the public."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import SignIn, Sound
from tests.browser.walking import beyond, field, picture, side_to_side
from throughline.kernel.jobs.worker import drain
from throughline.kernel.testing.training import make_activity
from throughline.kernel.testing.worlds import World
from throughline.training.badge_codes import grouped, short_code, token_of
from throughline.training.models import Activity, Attendance, Certificate, Place
from throughline.training.services import people
from throughline.training.tests.delivering import join

pytestmark = pytest.mark.journey


@pytest.fixture
def activity(served: str, world: World) -> Activity:
    """A course that ends today: one session was this morning's, one runs now. Olga is the participant with an account."""
    now, today = timezone.now(), timezone.localdate()
    hours = {"Opening": now - timedelta(hours=3), "Casework": now - timedelta(minutes=20)}
    sessions = [
        {"title": title, "starts_at": begins, "ends_at": begins + timedelta(hours=2)} for title, begins in hours.items()
    ]
    made = make_activity(
        world, state="confirmed", starts_on=today - timedelta(days=1), ends_on=today, lines={"sessions": sessions}
    )
    join(world, made, ("RS",), name="Olga Čavić", email="outsider@example.org")
    join(world, made, ("AL",), name="Ëngjëll Illustrative")
    join(world, made, ("RS",), name="Boris Illustrative", email="boris@example.org")
    people.claim(world.viewer("outsider"))
    return made


def place_of(name: str) -> Place:
    return Place.objects.get(person__name__startswith=name)


def test_from_the_door_to_a_verified_certificate(
    served: str,
    sign_in: SignIn,
    world: World,
    activity: Activity,
    browser: Browser,
    complaints: list[str],
    sound: Sound,
    tmp_path: Path,
) -> None:
    page = sign_in(world.user("sofia"))
    page.goto(f"{served}/activities/{activity.reference}/")
    page.get_by_role("link", name="Take attendance").click()
    sound()
    picture(page, "attendance")
    taken_with_the_keyboard(page, sound)
    checked_in_on_a_phone(page, served, activity, sound)
    brought_back_as_a_sheet(page, served, activity, tmp_path)
    assert sorted(Attendance.objects.values_list("percent", flat=True)) == [0, 50, 100, 100, 100, 100]

    closed_and_certified(page, served, activity, sound)

    page = sign_in(world.user("outsider"))
    code = shown_with_a_name(page, served, sound)
    verified_by_anybody(browser, served, code)
    assert beyond(complaints, 422) == []


def taken_with_the_keyboard(page: Page, sound: Sound) -> None:
    """The first session, by arrow keys and Tab; who has nothing written is filled at the end."""
    page.get_by_role("link", name="Opening").click()
    row = page.get_by_role("row", name="Boris Illustrative")
    row.get_by_role("radio", name="Not written").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(row.get_by_role("radio", name="Half")).to_be_checked()
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Save, and mark the rest as there").press("Enter")
    expect(page.get_by_text("3 marks were written.")).to_be_visible()
    expect(page.get_by_text("3 there, 0 missed, 0 not written.")).to_be_visible()
    sound()
    picture(page, "attendance-session")


def checked_in_on_a_phone(page: Page, served: str, activity: Activity, sound: Sound) -> None:
    """One by the code under the badge, one by the address in it; a second scan changes nothing."""
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{served}/activities/{activity.reference}/")
    page.get_by_role("link", name="Check in at the door").click()
    sound()
    typed = grouped(short_code(place_of("Olga").pk))
    for said in ("is marked as there, for 'Casework'.", "already, for 'Casework'."):
        field(page, "Code on the badge").fill(typed)
        field(page, "Code on the badge").press("Enter")
        expect(page.get_by_text(said)).to_be_visible()
    field(page, "Code on the badge").fill("0000-0000")
    field(page, "Code on the badge").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Nobody with a confirmed place has this code.")
    picture(page, "door-phone")

    page.goto(served + reverse("check-in", args=[token_of(place_of("Ëngjëll").pk)]))
    sound()
    assert side_to_side(page) == 0
    picture(page, "check-in-phone")
    page.get_by_role("button", name="Mark as there").click()
    expect(page.get_by_text("Ëngjëll Illustrative is marked as there")).to_be_visible()
    page.get_by_role("link", name="Check in the next person").click()
    page.set_viewport_size({"width": 1280, "height": 800})


def brought_back_as_a_sheet(page: Page, served: str, activity: Activity, folder: Path) -> None:
    """A row nobody knows stops the sheet; put right, it comes in."""
    sheet = folder / "register.csv"
    rows = f"person,session,attendance\n{place_of('Boris').person.reference},Casework,0\n"
    page.goto(f"{served}/activities/{activity.reference}/attendance/")
    for text in (f"{rows}Nobody Known,Casework,100\n", rows):
        sheet.write_text(text, encoding="utf-8")
        page.get_by_label("File").set_input_files(sheet)
        page.get_by_role("button", name="Take in the sheet").click()
        if text != rows:
            expect(page.get_by_role("alert")).to_contain_text("Row 3")
    expect(page.get_by_text("1 mark was written.")).to_be_visible()
    picture(page, "attendance-full")


def closed_and_certified(page: Page, served: str, activity: Activity, sound: Sound) -> None:
    page.goto(f"{served}/activities/{activity.reference}/certificates/")
    expect(page.get_by_text("Close the activity as done first")).to_be_visible()
    sound()
    page.goto(f"{served}/activities/{activity.reference}/")
    page.get_by_role("button", name="Close as done").click()
    page.get_by_role("link", name="Certificates").click()
    expect(page.get_by_role("checkbox")).to_have_count(2)
    expect(page.get_by_text("1 person attended less than the activity asks.")).to_be_visible()
    sound()
    picture(page, "certificates-proposed")
    page.get_by_label("Ëngjëll Illustrative").uncheck()
    page.get_by_role("button", name="Approve and issue").click()
    sound()
    drain()
    page.goto(f"{served}/activities/{activity.reference}/certificates/")
    expect(page.get_by_role("heading", name="1 issued")).to_be_visible()
    picture(page, "certificates-issued")
    assert list(Certificate.objects.values_list("place__person__name", flat=True)) == ["Olga Čavić"]


def shown_with_a_name(page: Page, served: str, sound: Sound) -> str:
    """The holder finds it, takes the file, lets the name be seen, makes a badge."""
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{served}/training/mine/")
    sound()
    assert side_to_side(page) == 0
    with page.expect_download() as taken:
        page.get_by_role("link", name="Download the certificate").click()
    assert Path(taken.value.path()).read_bytes().startswith(b"%PDF")
    page.get_by_label("Whoever verifies it sees").select_option("name")
    page.get_by_role("button", name="Keep this choice").click()
    page.get_by_role("button", name="Make an open badge").click()
    expect(page.get_by_role("link", name="Download the open badge")).to_be_visible()
    picture(page, "mine-certificate-phone")
    return grouped(Certificate.objects.get().code)


def verified_by_anybody(browser: Browser, served: str, code: str) -> None:
    """Without an account and without scripts: a wrong code says so, the right one says what the holder chose."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto(f"{served}/verify/")
    for typed in ("AAAA-AAAA-AAAA-AAAA-AAAA", code.lower()):
        page.get_by_label("Code on the certificate").fill(typed)
        page.get_by_role("button", name="Verify it").click()
        picture(page, f"verify-{typed[:4]}")
    expect(page.get_by_text("This certificate is valid.")).to_be_visible()
    expect(page.get_by_text("Olga Čavić")).to_be_visible()
    assert context.cookies() == []
    context.close()


def test_the_pages_of_delivery_fit_a_phone(
    served: str, sign_in: SignIn, world: World, activity: Activity, sound: Sound
) -> None:
    page = sign_in(world.user("sofia"))
    page.set_viewport_size({"width": 360, "height": 740})
    start = f"/activities/{activity.reference}"
    for address in (f"{start}/", f"{start}/attendance/", f"{start}/attendance/door/", f"{start}/certificates/"):
        page.goto(served + address)
        assert (address, side_to_side(page)) == (address, 0)
        sound()


def test_who_is_not_of_the_team_is_told_so(served: str, sign_in: SignIn, world: World, activity: Activity) -> None:
    page = sign_in(world.user("alice"))
    page.goto(f"{served}/activities/{activity.reference}/attendance/")

    expect(page.get_by_role("heading", name="You may not do this")).to_be_visible()
    expect(page.get_by_text("Olga")).to_have_count(0)
