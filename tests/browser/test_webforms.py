"""ODK Web Forms in Chromium as a client that nobody here wrote: it reads our forms and sends us its answers.

The page around it (`webforms/`) and the packages come from this test alone; the program serves neither.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Locator, Page, Route, expect

from throughline.kernel.rounds import services
from throughline.kernel.rounds.models import Arrival, EditionMedia, Return, Sheet
from throughline.kernel.rounds.openrosa import keys
from throughline.kernel.testing.rounds import (
    SURVEY,
    make_institution,
    make_part,
    make_questionnaire,
    make_round,
    return_of,
    xlsform,
)
from throughline.kernel.testing.worlds import World

pytestmark = pytest.mark.journey
HERE = Path(__file__).parent / "webforms"
Fill = Callable[..., Page]


@pytest.fixture
def fill(page: Page, served: str, world: World) -> Fill:
    """Open the form of a return or part in ODK Web Forms, with the key of a phone."""
    modules = Path(settings.NODE_MODULES)

    def answer(route: Route) -> None:
        name = route.request.url.removeprefix(f"{served}/odk/").partition("?")[0]
        path = HERE / name
        if name == "vue.js":
            path = modules / "vue" / "dist" / "vue.esm-browser.prod.js"
        elif name.startswith("web-forms/"):
            path = modules / "@getodk" / "web-forms" / "dist" / name.removeprefix("web-forms/")
        kind = "text/javascript" if path.suffix == ".js" else "text/html"
        route.fulfill(body=path.read_bytes(), content_type=f"{kind}; charset=utf-8")

    def start(who: str, reference: str, *, most: int = 10_000_000) -> Page:
        secret = keys.make_key(world.viewer(who), name="Web Forms")[1]
        page.route(f"{served}/odk/**", answer)
        server = f"{served}/openrosa/key/{secret}"
        page.goto(f"{served}/odk/client.html?server={server}&form={reference}&most={most}")
        expect(page.get_by_role("button", name="Send")).to_be_visible()
        return page

    return start


def question(inside: Page | Locator, label: str, turn: int = 0) -> Locator:
    """The box of the question with this label."""
    page = inside if isinstance(inside, Page) else inside.page
    named = page.locator("label", has_text=re.compile(rf"^{re.escape(label)}$"))
    return inside.locator(".question-container", has=named).nth(turn)


def write(inside: Page | Locator, label: str, value: str, turn: int = 0) -> None:
    box = question(inside, label, turn).locator("input, textarea").first
    box.click()
    box.press("Control+a")
    box.press_sequentially(value)
    box.press("Tab")


def send(page: Page) -> list[list[object]]:
    """Press 'Send' and wait for what the server says."""
    page.get_by_role("button", name="Send").click()
    page.wait_for_function("window.answered.length > 0")
    told: list[list[object]] = page.evaluate("window.answered")
    return told


def answers(ret: Return) -> dict[str, str]:
    found: dict[str, str] = Sheet.objects.get(pk=ret.sheet_id).answers
    return found


def test_it_fills_a_form_by_the_same_rules_and_its_answers_arrive(
    fill: Fill, world: World, complaints: list[str]
) -> None:
    ret = return_of(make_round(world), world)
    page = fill("alice", ret.reference)
    expect(page.get_by_role("heading", name="Arms return 2023 – Police Serbia").first).to_be_visible()
    the_condition_of_a_question_holds(page)
    a_check_stops_what_is_wrong(page)
    page.get_by_text("Drafted", exact=True).click()
    write(page, "Progress in the period", "Нацрт је „спреман“ <& čeka>.")
    write(page, "Place", "Niš")
    write(page, "Weapons kept", "40")
    page.get_by_role("button", name="Add Storage sites").click()
    write(page, "Place", "Pirot", 1)
    write(page, "Weapons kept", "12", 1)
    assert send(page) == [[201, "Received: 9 answers."]]
    assert answers(ret) == {
        "seizures/seized": "12",
        "seizures/handguns": "5",
        "seizures/others": "7",
        "law/status": "drafted",
        "law/progress": "Нацрт је „спреман“ <& čeka>.",
        "places[1]/place": "Niš",
        "places[1]/kept": "40",
        "places[2]/place": "Pirot",
        "places[2]/kept": "12",
    }
    services.submit(world.viewer("bob"), ret=ret)
    assert complaints == []


def the_condition_of_a_question_holds(page: Page) -> None:
    expect(question(page, "of these, handguns")).to_have_count(0)
    write(page, "Firearms seized", "12")
    expect(question(page, "of these, handguns")).to_be_visible()
    page.get_by_text("Not started", exact=True).click()
    expect(question(page, "Progress in the period")).to_have_count(0)


def a_check_stops_what_is_wrong(page: Page) -> None:
    write(page, "of these, handguns", "20")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("There cannot be more handguns than firearms seized.").first).to_be_visible()
    assert page.evaluate("window.answered") == []
    write(page, "of these, handguns", "5")


def test_it_speaks_the_languages_of_the_form(fill: Fill, world: World) -> None:
    page = fill("charlie", return_of(make_round(world), world, "AL").reference)
    page.get_by_role("combobox", name="change language").first.click()
    page.get_by_role("option", name="Shqip (sq)").click()
    expect(question(page, "Armë të sekuestruara")).to_be_visible()


def test_pictures_of_the_form_are_shown_and_photos_travel_in_a_request_of_their_own(
    fill: Fill, world: World, complaints: list[str]
) -> None:
    survey = (
        *SURVEY,
        {"type": "note", "name": "look", "label::English (en)": "Look", "media::image::English (en)": "badger.png"},
        {"type": "image", "name": "gate", "label::English (en)": "Gate"},
        {"type": "image", "name": "door", "label::English (en)": "Door"},
    )
    ret = return_of(make_round(world, make_questionnaire(world, xlsform(survey))), world)
    EditionMedia.objects.create(edition=ret.edition, name="badger.png", media_type="image/png", content=SMALLEST)
    # One picture and the form fit into a request, two do not.
    page = fill("alice", ret.reference, most=len(SMALLEST) + 1500)
    shown = question(page, "Look").or_(page.locator(".control-text", has_text="Look")).locator("img").first
    expect(shown).to_have_js_property("naturalWidth", 40)
    write(page, "Firearms seized", "0")
    page.get_by_text("Not started", exact=True).click()
    for label in ("Gate", "Door"):
        file = {"name": f"{label}.png", "mimeType": "image/png", "buffer": SMALLEST}
        question(page, label).locator("input[type=file]").last.set_input_files([file])
    send(page)
    page.wait_for_function("window.answered.length > 1")
    told = page.evaluate("window.answered")
    assert told == [[202, "Received so far. Waiting for the other files."], [201, "Received: 5 answers."]]
    arrival = Arrival.objects.get()
    kept = {one.name: one.file.media_type for one in arrival.attachments.all()}
    assert (arrival.state, arrival.missing) == ("taken", [])
    assert kept == {answers(ret)["gate"]: "image/png", answers(ret)["door"]: "image/png"}
    assert complaints == []


def test_a_part_asks_only_its_sections_and_is_handed_in(fill: Fill, world: World, complaints: list[str]) -> None:
    ret = return_of(make_round(world), world)
    part = make_part(world, ret, make_institution(world), sections=["law"])
    page = fill("boris", part.reference)
    expect(question(page, "State of the law on arms")).to_be_visible()
    expect(question(page, "Firearms seized")).to_have_count(0)
    expect(question(page, "Place")).to_have_count(0)
    page.get_by_text("Adopted", exact=True).click()
    assert send(page) == [[201, "Received: 1 answer. This part is handed in."]]
    part.refresh_from_db()
    assert (part.state, part.sheet.versions.get().answers) == ("handed-in", {"law/status": "adopted"})
    assert complaints == []


def _picture() -> bytes:
    """A PNG of some kilobytes that a browser can open: 40 by 40 points of noise."""
    import random  # reason: for this picture alone
    import struct  # reason: as above
    import zlib  # reason: as above

    draw = random.Random(1)
    rows = b"".join(b"\x00" + draw.randbytes(40 * 3) for _row in range(40))

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", 40, 40, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


SMALLEST = _picture()
