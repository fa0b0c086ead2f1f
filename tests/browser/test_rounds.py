"""A round as people live it: asked, chased, answered, approved, sent back, compared, accepted, opened again, shared out."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Sound
from tests.browser.test_keyboard_and_looks import press, reach
from tests.browser.walking import beyond, faults, field, too_wide
from throughline.kernel.rounds import services
from throughline.kernel.rounds.models import Edition, Return, Round
from throughline.kernel.testing.rounds import (
    ANSWERS,
    SURVEY,
    make_institution,
    make_part,
    make_return,
    make_round,
    return_of,
    xlsform,
)
from throughline.kernel.testing.worlds import World
from throughline.results.tests.reporting import contacts

pytestmark = pytest.mark.journey

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LABEL = "label::English (en)"
BROKEN = (
    *SURVEY,
    {"type": "integer", "name": "stock", LABEL: "In stock", "relevant": "${nowhere} > 1"},
    {"type": "select_one nolist", "name": "kind", LABEL: "Kind"},
)
WRITTEN_WRONG = "Of the police only?"


def upload(page: Page, name: str, content: bytes) -> None:
    page.get_by_label("XLSForm").set_input_files({"name": name, "mimeType": XLSX, "buffer": content})
    page.get_by_role("button", name="Upload").click()


def row_of(page: Page, table: str, name: str) -> Locator:
    """The row of a table that stands for somebody or something."""
    return page.get_by_role("table", name=table).get_by_role("row").filter(
        has=page.get_by_role("rowheader", name=name)
    )  # fmt: skip


def on_the_board(page: Page, name: str) -> Locator:
    return row_of(page, "Organisations asked and how far each is", name)


# ---- the secretariat asks


def test_the_secretariat_asks_watches_and_chases(
    served: str, sign_in: Callable[[Any], Page], world: World, complaints: list[str], sound: Sound
) -> None:
    contacts(world)
    page = sign_in(world.user("sofia"))
    page.goto(f"{served}/questionnaires/")
    page.get_by_role("link", name="Make a questionnaire").first.click()
    sound()
    field(page, "Title").fill("Arms return")
    page.get_by_role("button", name="Go on to the questions").click()
    reads_what_is_wrong_and_uploads_again(page, sound)
    looks_at_it_in_both_languages(page, sound)
    prepares_and_opens(page, sound)
    asked = Round.objects.get()
    board = page.url
    expect(on_the_board(page, "Police Serbia")).to_contain_text("Not opened")

    page = sign_in(world.user("alice"))
    page.goto(f"{served}/")
    page.get_by_role("link", name="Returns to answer").click()
    page.get_by_role("link", name="Answer", exact=True).click()
    page.get_by_label("Firearms seized").fill("737")
    expect(page.get_by_role("status")).to_contain_text("Saved")
    services.note_opened(world.viewer("charlie"), holder=return_of(asked, world, "AL"))
    make_return(world, "MK", round=asked, state="submitted", contact="contact-mk")

    yesterday = timezone.localdate() - timedelta(days=1)
    Round.objects.update(due_on=yesterday, opens_on=yesterday - timedelta(days=30))
    page = sign_in(world.user("sofia"))
    page.goto(board)
    for name, state in BOARD.items():
        expect(on_the_board(page, name)).to_contain_text(state)
    expect(page.locator("#board")).not_to_contain_text("737")
    sound()
    chases_the_late_ones(page, sound)
    page = sign_in(world.user("alice"))
    page.goto(f"{served}/notices/")
    expect(page.get_by_text("We print on Friday.").first).to_be_visible()
    assert beyond(complaints, 422) == []


BOARD = {
    "Police Serbia": "Late",
    "Police Albania": "Opened",
    "Police Moldova": "Not opened",
    "Police North Macedonia": "Submitted",
}


def reads_what_is_wrong_and_uploads_again(page: Page, sound: Sound) -> None:
    upload(page, "arms.xlsx", xlsform(BROKEN))
    expect(page.get_by_role("alert")).to_contain_text("have to be put right")
    told = page.get_by_role("table", name="Problems").get_by_role("row")
    row = len(SURVEY) + 2
    assert [one.split("\t")[:3] for one in told.all_inner_texts()[1:]] == [
        ["survey", str(row), "relevant"],
        ["survey", str(row + 1), "type"],
    ]
    expect(told.nth(1)).to_contain_text("nowhere")
    expect(told.nth(2)).to_contain_text("nolist")
    sound()
    assert not Edition.objects.exists()
    upload(page, "arms.xlsx", xlsform())


def looks_at_it_in_both_languages(page: Page, sound: Sound) -> None:
    expect(page.get_by_text("Edition 1 was added.")).to_be_visible()
    expect(page.get_by_text("Firearms seized", exact=True)).to_be_visible()
    sound()
    page.get_by_label("Language").select_option(label="Shqip (sq)")
    expect(page.get_by_text("Armë të sekuestruara", exact=True)).to_be_visible()
    expect(page.get_by_text("Firearms seized", exact=True)).to_have_count(0)
    sound()


def prepares_and_opens(page: Page, sound: Sound) -> None:
    page.get_by_role("link", name="Prepare a round").click()
    sound()
    field(page, "Title").fill("Arms return 2023")
    field(page, "Period").fill("2023")
    for name in ("Police Serbia", "Police Albania", "Police Moldova", "Police North Macedonia"):
        page.get_by_label(name, exact=True).check()
    page.get_by_role("button", name="Prepare the round").click()
    expect(page.get_by_text("Nobody was told yet.").first).to_be_visible()
    sound()
    page.get_by_role("link", name="Open the round").click()
    expect(row_of(page, "Who is told", "Police Serbia")).to_contain_text("Alice, Bob")
    expect(row_of(page, "Who is told", "Police Moldova")).to_contain_text("Nobody")
    sound()
    page.get_by_role("button", name="Open the round and tell them").click()
    expect(page.get_by_text("Those asked were told.")).to_be_visible()
    sound()


def chases_the_late_ones(page: Page, sound: Sound) -> None:
    page.get_by_role("link", name="Remind the late ones").click()
    chosen = page.get_by_role("table", name="Whom to remind").get_by_role("checkbox")
    assert [one.is_checked() for one in chosen.all()] == [True, True, True]
    sound()
    field(page, "Your words").fill("We print on Friday.")
    page.get_by_role("button", name="Remind the chosen").click()
    expect(page.get_by_text("3 organisations were reminded.")).to_be_visible()
    expect(on_the_board(page, "Police Moldova").get_by_role("cell").last).to_contain_text("1")


# ---- a country answers, and the secretariat decides


def test_a_return_is_approved_sent_back_changed_accepted_and_opened_again(
    served: str, sign_in: Callable[[Any], Page], world: World, complaints: list[str], sound: Sound
) -> None:
    ret = return_of(make_round(world, asked=("RS",)), world)
    here = f"{served}/returns/{ret.reference}/"
    page = sign_in(world.user("alice"))
    answers_and_asks_for_approval(page, here, sound)
    page = sign_in(world.user("bob"))
    approves(page, served, sound)
    assert seen_by(sign_in(world.user("charlie")), here) == 404

    page = sign_in(world.user("sofia"))
    page.goto(f"{served}/")
    page.get_by_role("link", name="Returns to decide").click()
    sends_it_back(page, served, ret, sound)
    page = sign_in(world.user("alice"))
    reads_the_remark_and_changes(page, served, sound)
    page = sign_in(world.user("bob"))
    approves(page, served, sound)

    page = sign_in(world.user("simon"))
    compares_and_accepts(page, here, sound)
    page = sign_in(world.user("alice"))
    page.goto(f"{here}answer/seizures/")
    expect(page.get_by_text("This was handed in")).to_be_visible()
    expect(page.get_by_role("textbox")).to_have_count(0)
    sound()
    page = sign_in(world.user("charlie"))
    page.goto(here)
    expect(page.get_by_role("row", name="Firearms seized")).to_contain_text("9")
    sound()
    page = sign_in(world.user("sofia"))
    opens_it_again(page, here, sound)
    ret.refresh_from_db()
    assert (ret.state, ret.reopened, ret.sheet.versions.count()) == ("returned", 1, 2)
    assert seen_by(sign_in(world.user("charlie")), here) == 404
    assert beyond(complaints, 404, 422) == []


def seen_by(page: Page, address: str) -> int:
    answer = page.goto(address)
    assert answer is not None
    return answer.status


def answers_and_asks_for_approval(page: Page, here: str, sound: Sound) -> None:
    page.goto(f"{here}answer/seizures/")
    page.get_by_label("Firearms seized").fill("12")
    page.get_by_label("of these, handguns").fill("5")
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_text("Drafted", exact=True).click()
    page.get_by_label("Progress in the period").fill("A draft is out.")
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_role("button", name="Save and check").click()
    sound()
    page.get_by_role("button", name="Ask for approval").click()
    expect(page.get_by_text("Your national contact point was told that this is ready.")).to_be_visible()
    expect(page.get_by_text("Waiting for your national contact point")).to_be_visible()
    sound()


def approves(page: Page, served: str, sound: Sound) -> None:
    page.goto(f"{served}/")
    page.get_by_role("link", name="Returns to approve").click()
    sound()
    page.get_by_role("link", name="Approve and send").click()
    sound()
    page.get_by_role("button", name="Approve and send").click()
    expect(page.get_by_text("Approved and sent.")).to_be_visible()


def sends_it_back(page: Page, served: str, ret: Return, sound: Sound) -> None:
    page.goto(f"{served}/returns/{ret.reference}/decide/")
    sound()
    page.get_by_role("button", name="Return with comments").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    asked = page.get_by_role("row", name="Firearms seized")
    asked.locator("summary").click()
    asked.get_by_label("Remark on: Firearms seized").fill(WRITTEN_WRONG)
    page.get_by_role("button", name="Return with comments").click()
    expect(page.get_by_text("Returned with your comments.")).to_be_visible()
    expect(on_the_board(page, "Police Serbia")).to_contain_text("Returned")


def reads_the_remark_and_changes(page: Page, served: str, sound: Sound) -> None:
    page.goto(f"{served}/")
    page.get_by_role("link", name="Returns to answer").click()
    remarks = page.get_by_role("region", name="Remarks on single questions")
    expect(remarks).to_contain_text(WRITTEN_WRONG)
    sound()
    remarks.get_by_role("link", name="Firearms seized").click()
    expect(page.locator(".question").filter(has=page.get_by_label("Firearms seized"))).to_contain_text(WRITTEN_WRONG)
    sound()
    page.get_by_label("Firearms seized").fill("9")
    expect(page.get_by_role("status")).to_contain_text("Saved")
    page.get_by_role("link", name="Check everything").click()
    page.get_by_role("button", name="Ask for approval").click()


def compares_and_accepts(page: Page, here: str, sound: Sound) -> None:
    page.goto(here)
    page.get_by_role("link", name="What changed between versions").click()
    changed = page.get_by_role("table").get_by_role("row", name="Firearms seized")
    expect(changed.locator("del")).to_have_text("12")
    expect(changed.locator("ins")).to_have_text("9")
    expect(changed).to_contain_text(WRITTEN_WRONG)
    sound()
    page.goto(f"{here}decide/")
    expect(page.get_by_text("1 answer changed since version 1.")).to_be_visible()
    sound()
    page.get_by_role("button", name="Accept").click()
    expect(page.get_by_text("Accepted. Police Serbia was told.")).to_be_visible()


def opens_it_again(page: Page, here: str, sound: Sound) -> None:
    page.goto(f"{here}decide/")
    expect(page.get_by_text("Accepted. The answers are locked.")).to_be_visible()
    expect(page.get_by_role("button", name="Accept")).to_have_count(0)
    page.get_by_role("link", name="Open again").click()
    sound()
    field(page, "Reason").fill("A seizure of December was missing.")
    page.get_by_role("button", name="Open again").click()
    expect(page.get_by_text("Open again. Police Serbia was told.")).to_be_visible()


# ---- several institutions of one country


def test_a_return_is_shared_out_answered_put_together_and_sent(
    served: str, sign_in: Callable[[Any], Page], world: World, complaints: list[str], sound: Sound
) -> None:
    make_institution(world)
    ret = return_of(make_round(world, asked=("RS",)), world)
    part = make_part(
        world, ret, make_institution(world, name="cara", kind="customs", title="Customs"), sections=["law"]
    )
    services.save(world.viewer("cara"), holder=part, changes={"law/status": ("", "adopted")})
    services.hand_in(world.viewer("cara"), part=part)
    page = sign_in(world.user("bob"))
    shares_out(page, f"{served}/returns/{ret.reference}/", sound)
    page = sign_in(world.user("boris"))
    answers_the_part(page, served, sound)
    page = sign_in(world.user("bob"))
    page.goto(f"{served}/")
    page.get_by_role("link", name="Parts that came in").click()
    puts_together(page, f"{served}/returns/{ret.reference}/", sound)
    page.goto(f"{served}/returns/{ret.reference}/send/")
    page.get_by_role("button", name="Approve and send").click()
    expect(page.get_by_text("Approved and sent.")).to_be_visible()
    assert ret.sheet.versions.get().answers == ANSWERS | {"seizures/others": "7"}
    assert beyond(complaints, 422) == []


def shares_out(page: Page, here: str, sound: Sound) -> None:
    page.goto(here)
    page.get_by_role("link", name="Share out").click()
    sound()
    field(page, "Institution").select_option(label="Border Police RS")
    page.get_by_label("Seizures").check()
    page.get_by_label("Law").check()
    field(page, "What to look out for").fill("Only what you seized yourselves.")
    page.get_by_role("button", name="Share out").click()
    expect(page.get_by_text("Border Police RS was asked.")).to_be_visible()
    expect(row_of(page, "Parts", "Border Police RS")).to_contain_text("Seizures, Law")
    sound()


def answers_the_part(page: Page, served: str, sound: Sound) -> None:
    page.goto(f"{served}/")
    page.get_by_role("link", name="Parts of returns to answer").click()
    expect(page.get_by_text("Only what you seized yourselves.")).to_be_visible()
    sound()
    page.get_by_role("link", name="Answer", exact=True).click()
    page.get_by_label("Firearms seized").fill("12")
    page.get_by_label("of these, handguns").fill("5")
    page.get_by_role("button", name="Save and go on").click()
    page.get_by_text("Drafted", exact=True).click()
    page.get_by_label("Progress in the period").fill("A draft is out.")
    expect(page.get_by_role("link", name="Storage sites")).to_have_count(0)
    page.get_by_role("button", name="Save and check").click()
    sound()
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_text("Handed in to Police Serbia.")).to_be_visible()
    sound()


def puts_together(page: Page, here: str, sound: Sound) -> None:
    page.goto(here)
    page.get_by_role("link", name="Put the parts together").click()
    expect(page.get_by_role("heading", name="1 question to decide")).to_be_visible()
    sound()
    settled = page.get_by_role("group", name="State of the law on arms")
    expect(settled.get_by_label("Adopted Customs RS")).to_be_visible()
    settled.get_by_label("Drafted Border Police RS").check()
    page.get_by_role("button", name="Take over").click()
    expect(page.locator(".field-error, .box-stop").first).to_be_visible()
    sound()
    field(page, "How you settled it").fill("Agreed by telephone on 7 March.")
    page.get_by_role("button", name="Take over").click()
    expect(page.get_by_text("4 answers were taken over.")).to_be_visible()


# ---- without a mouse


def test_a_return_is_answered_with_the_keyboard_alone(
    served: str, sign_in: Callable[[Any], Page], world: World, complaints: list[str], sound: Sound
) -> None:
    ret = return_of(make_round(world, asked=("RS",)), world)
    page = sign_in(world.user("bob"))
    page.goto(f"{served}/returns/{ret.reference}/")
    press(page, page.get_by_role("link", name="Answer", exact=True))
    reach(page, page.get_by_label("Firearms seized"))
    page.keyboard.type("12")
    expect(page.get_by_label("of these, handguns")).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.get_by_label("of these, handguns")).to_be_focused()
    page.keyboard.type("5")
    press(page, page.get_by_role("button", name="Save and go on"))
    reach(page, page.get_by_role("radio", name="Not started"))
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="Drafted")).to_be_checked()
    expect(page.get_by_label("Progress in the period")).to_be_visible()
    reach(page, page.get_by_label("Progress in the period"))
    page.keyboard.type("A draft is out.")
    sound()
    press(page, page.get_by_role("button", name="Save and go on"))
    press(page, page.get_by_role("button", name="Add Storage sites"))
    expect(page.get_by_label("Place")).to_be_focused()
    page.keyboard.type("Niš")
    press(page, page.get_by_role("button", name="Save and check"))
    press(page, page.get_by_role("button", name="Approve and send"))
    expect(page.get_by_text("Approved and sent.")).to_be_visible()
    wanted = ANSWERS | {"seizures/others": "7", "places[1]/place": "Niš"}
    assert ret.sheet.versions.get().answers == wanted
    assert complaints == []


# ---- on every screen


def test_no_page_of_a_round_scrolls_sideways(
    served: str, sign_in: Callable[[Any], Page], world: World, axe_source: str, complaints: list[str]
) -> None:
    asked = make_round(world, title="Yearly return on firearms, ammunition and explosives seized and destroyed")
    accepted = make_return(world, "AL", round=asked, state="accepted")
    ret = return_of(asked, world)
    part = make_part(world, ret, make_institution(world))
    services.save(world.viewer("boris"), holder=part, changes={one: ("", value) for one, value in ANSWERS.items()})
    services.hand_in(world.viewer("boris"), part=part)
    services.save(world.viewer("bob"), holder=ret, changes={"law/status": ("", "adopted")})
    prepared = make_round(world, asked.edition, opened=False)
    made = asked.edition.questionnaire.reference
    pages = {
        "sofia": (
            "questionnaires/", "questionnaires/add/", f"questionnaires/{made}/", f"questionnaires/{made}/editions/add/",
            f"questionnaires/{made}/editions/1/", f"questionnaires/{made}/editions/1/?technical=1", "rounds/", "rounds/add/",
            f"rounds/{asked.reference}/", f"rounds/{asked.reference}/remind/", f"rounds/{asked.reference}/ask/",
            f"rounds/{asked.reference}/change/", f"rounds/{asked.reference}/close/", f"rounds/{asked.reference}/answers/",
            f"rounds/{prepared.reference}/open/", f"returns/{accepted.reference}/", f"returns/{accepted.reference}/decide/",
            f"returns/{accepted.reference}/reopen/", f"returns/{accepted.reference}/versions/1/",
        ),
        "bob": (
            "returns/asked/", f"returns/{ret.reference}/", f"returns/{ret.reference}/share-out/",
            f"returns/{ret.reference}/take-over/", f"returns/{ret.reference}/parts/{part.reference}/send-back/",
            f"returns/{ret.reference}/answer/seizures/", f"returns/{ret.reference}/answer/law/",
            f"returns/{ret.reference}/send/", f"returns/{ret.reference}/nothing-to-report/", f"returns/{ret.reference}/excel/",
        ),
    }  # fmt: skip
    found: dict[str, Any] = {}
    for who, paths in pages.items():
        page = sign_in(world.user(who))
        for path in paths:
            page.goto(f"{served}/{path}")
            found[path] = too_wide(page)
    assert {path: wide for path, wide in found.items() if wide} == {}
    page.emulate_media(color_scheme="dark")
    for path in (f"returns/{ret.reference}/answer/seizures/", f"returns/{ret.reference}/take-over/"):
        page.goto(f"{served}/{path}")
        assert (path, faults(page, axe_source)) == (path, [])
    assert complaints == []
