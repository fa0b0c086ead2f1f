"""A team asks for evaluations, participants answer on phones without scripts, the results show when the call has closed."""

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.browser.conftest import SignIn, Sound
from tests.browser.walking import beyond, faults, field, picture, too_wide
from throughline.kernel.testing.worlds import PASSWORD, World
from throughline.training.models import Activity, Heap
from throughline.training.services import people, sending
from throughline.training.tests.evaluating import done_course, mailed, over, place_of, say, sent

pytestmark = pytest.mark.journey

PHONE: ViewportSize = {"width": 360, "height": 740}


def in_the_dark(page: Page, name: str) -> None:
    page.emulate_media(color_scheme="dark")
    picture(page, name)
    page.emulate_media(color_scheme="light")


@pytest.fixture
def course(served: str, world: World) -> Activity:
    made = done_course(world, 7, title="Financial investigations, basic course")
    person = place_of(made, 2).person
    person.email = "outsider@example.org"
    person.save()
    people.claim(world.viewer("outsider"))
    return made


def test_from_asking_to_results(
    served: str,
    sign_in: SignIn,
    world: World,
    course: Activity,
    browser: Browser,
    axe_source: str,
    complaints: list[str],
    sound: Sound,
) -> None:
    page = sign_in(world.user("sofia"))
    asked(page, served, course, sound)
    answered_on_a_phone(browser, served, axe_source)
    answered_from_ones_own_page(browser, served)
    call = course.evaluations.get(level=1, role="participant")
    say(
        call,
        *[
            {"overall": "4", "relevance": "5", "trainers": "3", "improve": f"More exercises, {number}."}
            for number in range(5)
        ],
    )
    assert Heap.objects.get().answers["overall"] == ["4", "4", "4", "4", "4", "5", "5"]
    page.goto(f"{served}/activities/{course.reference}/evaluation/")
    expect(page.get_by_text("Shown when the call has closed.").first).to_be_visible()
    expect(page.get_by_text("More exercises")).to_have_count(0)
    sound()
    over(call)
    took_tests(world, course)
    read(page, served, course, sound)
    assert beyond(complaints, 404, 422) == []


def asked(page: Page, served: str, course: Activity, sound: Sound) -> None:
    page.goto(f"{served}/activities/{course.reference}/")
    page.get_by_role("link", name="Evaluation", exact=True).first.click()
    sound()
    picture(page, "evaluation-empty")
    page.get_by_role("button", name="Plan the usual calls").click()
    expect(page.get_by_text("4 calls planned.")).to_be_visible()
    sound()
    page.get_by_role("link", name="Change or send Reaction, Trainer").click()
    sound()
    picture(page, "evaluation-call")
    field(page, "E-mail addresses of trainers").fill("trainer@example.org")
    page.get_by_role("button", name="Keep the changes").click()
    expect(page.get_by_text("Changed.")).to_be_visible()
    for who, number in (("Trainer", 1), ("Participant", 7)):
        page.get_by_role("link", name=f"Change or send Reaction, {who}").click()
        page.get_by_role("button", name="Send it now").click()
        expect(page.get_by_text(f"Sent to {number} people.")).to_be_visible()
    picture(page, "evaluation-sent")


def answered_on_a_phone(browser: Browser, served: str, axe_source: str) -> None:
    secret = mailed()[-1]
    context = browser.new_context(viewport=PHONE, java_script_enabled=False, locale="en-GB", bypass_csp=True)
    page = context.new_page()
    page.goto(f"{served}{secret[:-3]}x/")
    expect(page.get_by_role("heading", name="There is nothing at this address")).to_be_visible()
    page.goto(f"{served}{secret}")
    expect(page.get_by_text("This is anonymous.")).to_be_visible()
    picture(page, "evaluate-phone")
    page.get_by_role("button", name="Send my answers").last.click()
    expect(page.get_by_text("Nothing is answered yet.")).to_be_visible()
    page.get_by_label("Excellent").check()
    page.get_by_label("What should be done differently next time?").fill("More time for the case.")
    picture(page, "evaluate-phone-filled")
    page.get_by_role("button", name="Send my answers").last.click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    picture(page, "evaluate-phone-thanks")
    page.goto(f"{served}{secret}")
    expect(page.get_by_role("button", name="Send my answers")).to_have_count(0)
    context.close()
    with_script = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-GB", bypass_csp=True)
    page = with_script.new_page()
    page.goto(f"{served}{mailed()[-2]}")
    assert faults(page, axe_source) == []
    assert too_wide(page) == {}
    page.set_viewport_size({"width": 1280, "height": 900})
    picture(page, "evaluate-desk")
    in_the_dark(page, "evaluate-desk-dark")
    with_script.close()


def answered_from_ones_own_page(browser: Browser, served: str) -> None:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto(f"{served}/training/mine/")
    field(page, "Email").fill("outsider@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{served}/training/mine/")
    expect(page.get_by_role("heading", name="Evaluation due")).to_be_visible()
    picture(page, "mine-evaluation-phone")
    page.get_by_label("E-mail address of the line manager").fill("boss@example.org")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_text("Kept, for this alone.")).to_be_visible()
    page.get_by_role("link", name="Answer").click()
    page.get_by_label("Excellent").check()
    page.get_by_role("button", name="Send my answers").last.click()
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    context.close()


def took_tests(world: World, course: Activity) -> None:
    """Tests before and after, and the same people asked later."""
    right, wrong = {"amber": "own", "calibre": "9"}, {"amber": "anyone"}
    for sort, given in (("pre-test", wrong), ("post-test", right)):
        say(over_soon := sent(world, course, "learning-participant", sort=sort, days=-1), *[given] * 5)
        over(over_soon)
    later = course.evaluations.get(level=3, role="participant")
    sending.send_now(world.viewer("sofia"), evaluation=later)
    later.refresh_from_db()
    say(later, *[{"used": "often", "relevance": "4", "changed": "3", "passed_on": "5"}] * 5)
    over(later)


def read(page: Page, served: str, course: Activity, sound: Sound) -> None:
    page.goto(f"{served}/activities/{course.reference}/evaluation/")
    expect(page.get_by_text("Mean 4.29")).to_be_visible()
    expect(page.get_by_text("More time for the case.")).to_be_visible()
    expect(page.get_by_role("heading", name="Then and later")).to_be_visible()
    sound()
    picture(page, "evaluation-results")
    in_the_dark(page, "evaluation-results-dark")
    assert too_wide(page) == {}
    page.set_viewport_size(PHONE)
    picture(page, "evaluation-results-phone")
    page.set_viewport_size({"width": 1280, "height": 900})
    field(page, "Lessons").fill("Exercises need a whole afternoon.\nTwo trainers are better than one.")
    field(page, "Conclusions").fill("Repeat the course in spring, with one day more.")
    page.get_by_role("button", name="Keep it", exact=True).last.click()
    expect(page.get_by_text("The training report prints it.")).to_be_visible()
    page.goto(f"{served}/training/evaluation/")
    expect(page.get_by_role("row", name="Participants who answered")).to_contain_text("100.0")
    sound()
    picture(page, "evaluation-overview")
    assert too_wide(page) == {}
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{served}/activities/{course.reference}/evaluation/")
    page.get_by_role("button", name="Build the training report").click()
    expect(page.get_by_role("heading", name="Financial investigations, basic course").first).to_be_visible()
    picture(page, "training-report-page")
