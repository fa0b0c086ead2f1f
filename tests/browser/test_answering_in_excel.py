"""An officer answers in Excel: downloads the file, fills it, is told of a wrong cell, puts it right, takes it in."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Sound
from throughline.kernel.rounds.models import Return
from throughline.kernel.rounds.tests.workbooks import typed
from throughline.kernel.testing.rounds import make_return, make_round, return_of
from throughline.kernel.testing.worlds import World

pytestmark = pytest.mark.journey


def download(page: Page, served: str, ret: Return, name: str) -> bytes:
    page.goto(f"{served}/returns/{ret.reference}/excel/")
    with page.expect_download() as caught:
        page.get_by_role("link", name=name).click()
    return Path(caught.value.path()).read_bytes()


def upload(page: Page, content: bytes) -> None:
    page.get_by_label("Filled-in file").set_input_files(
        {"name": "answers.xlsx", "mimeType": "application/octet-stream", "buffer": content}
    )
    page.get_by_role("button", name="Look at what it would change").click()


def test_an_officer_answers_in_excel(
    served: str, sign_in: Callable[[Any], Page], world: World, complaints: list[str], sound: Sound
) -> None:
    ret = return_of(make_round(world), world)
    page = sign_in(world.user("alice"))
    file = download(page, served, ret, "English (en)")
    expect(page.get_by_role("heading", level=1)).to_have_text("Answer in Excel: Arms return 2023")
    sound()

    upload(page, typed(file, {("1 Seizures", "E5"): 12, ("1 Seizures", "E6"): 13, ("2 Law", "E5"): "Drafted"}))
    wrong = page.get_by_role("table", name="Cells that are wrong")
    expect(wrong).to_contain_text("There cannot be more handguns than firearms seized.")
    expect(wrong).to_contain_text("E6")
    expect(page.get_by_role("button", name="Take these answers in")).to_have_count(0)
    sound()

    page.get_by_role("link", name="Back").click()
    upload(page, typed(file, {("1 Seizures", "E5"): 12, ("1 Seizures", "E6"): 5, ("2 Law", "E5"): "Drafted"}))
    expect(page.get_by_role("table", name="Answers that would change")).to_contain_text("Drafted")
    sound()
    page.get_by_role("button", name="Take these answers in").click()
    expect(page.get_by_text("3 answers changed.")).to_be_visible()
    ret.sheet.refresh_from_db()
    assert ret.sheet.answers == {"seizures/seized": "12", "seizures/handguns": "5", "law/status": "drafted"}


def test_the_secretariat_takes_the_answers_of_a_round(
    served: str, sign_in: Callable[[Any], Page], world: World, complaints: list[str], sound: Sound
) -> None:
    asked = make_round(world)
    make_return(world, round=asked, state="accepted")
    page = sign_in(world.user("sofia"))
    page.goto(f"{served}/rounds/{asked.reference}/answers/")
    sound()
    page.get_by_label("Shape").select_option(label="Wide: a row for each return")
    with page.expect_download() as caught:
        page.get_by_role("button", name="Download as CSV").click()
    text = Path(caught.value.path()).read_text("utf-8-sig")
    assert [line.split(",")[3] for line in text.splitlines()] == ["organisation", "Police Serbia"]
