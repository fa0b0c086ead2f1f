"""An analyst asks, sees, follows a figure to its records, takes the answer home and passes its address on."""

import csv
from collections.abc import Callable
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect
from python_calamine import CalamineWorkbook

from tests.browser.conftest import Sound
from tests.browser.walking import field
from throughline.kernel.history.models import Entry
from throughline.kernel.testing.worlds import World, make_incident

pytestmark = pytest.mark.journey

KILLED = {"side": "victim", "outcome": "killed", "sex": "men"}
KILLED_WOMAN = {"side": "victim", "outcome": "killed", "sex": "women"}
INJURED = {"side": "victim", "outcome": "injured", "sex": "women"}


@pytest.fixture
def year(served: str, world: World) -> World:
    """Who was killed in Serbia and Albania: in one quarter, the quarter before, and the same quarter a year earlier."""
    told: list[tuple[str, str, date, str, list[dict[str, str]]]] = [
        ("alice", "RS", date(2024, 2, 3), "domestic-violence", [KILLED_WOMAN, KILLED]),
        ("alice", "RS", date(2024, 3, 7), "public-dispute", [KILLED, INJURED]),
        ("charlie", "AL", date(2024, 1, 9), "public-dispute", [KILLED]),
        ("alice", "RS", date(2023, 11, 5), "public-dispute", [KILLED, KILLED]),
        ("charlie", "AL", date(2023, 2, 11), "domestic-violence", [KILLED_WOMAN]),
    ]
    for who, where, day, kind, people in told:
        make_incident(
            world, who, state="verified", handling="amber", jurisdiction=world.jurisdictions[where],
            occurred_on=day, kind=kind, people=people,
        )  # fmt: skip
    make_incident(world, state="sent", people=[KILLED, KILLED, KILLED])
    return world


def numbers(page: Page, row: str) -> list[str]:
    return row_called(page, row).get_by_role("cell").all_inner_texts()


def row_called(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=name, exact=True)).first


def test_killed_by_quarter_and_jurisdiction_against_the_quarter_before_and_a_year_ago(
    served: str, sign_in: Callable[[Any], Page], year: World, complaints: list[str], sound: Sound
) -> None:
    page = sign_in(year.user("anna"))
    page.goto(f"{served}/ask/")
    sound()
    field(page, "What").select_option(label="People killed")
    field(page, "By").select_option(label="Quarter")
    field(page, "and by").first.select_option(label="Jurisdiction")
    field(page, "When").fill("2024-Q1")
    page.get_by_label("the period before").check()
    page.get_by_label("the same period a year earlier").check()
    page.get_by_role("button", name="Answer").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("People killed by quarter and jurisdiction")
    expect(page.get_by_role("figure").first.locator("canvas, svg").first).to_be_visible()
    sound()
    serbia, albania = numbers(page, "Serbia"), numbers(page, "Albania")
    assert (serbia[0], serbia[1], "nothing to compare with" in serbia[3]) == ("3", "2", True)
    assert (albania[0], "nothing to compare with" in albania[1], albania[3]) == ("1", True, "1")
    assert "too few to say" in serbia[2]
    expect(page.get_by_text("from 3 verified records").first).to_be_visible()
    expect(page.get_by_text("2 of 7 jurisdictions").first).to_be_visible()

    row_called(page, "Serbia").get_by_role("link", name="3", exact=True).click()
    expect(page.get_by_role("table", name="Incidents").get_by_role("rowheader")).to_have_count(2)
    sound()
    listed = page.get_by_role("table", name="Incidents").get_by_role("rowheader").all_inner_texts()
    assert sorted(listed) == ["AV-2024-000001", "AV-2024-000002"]
    assert complaints == []


def test_killed_by_sex_and_type_is_downloaded_and_its_address_shown_to_another(
    served: str, sign_in: Callable[[Any], Page], year: World, complaints: list[str], sound: Sound
) -> None:
    page = sign_in(year.user("anna"))
    page.goto(f"{served}/ask/")
    field(page, "What").select_option(label="People killed")
    field(page, "By").select_option(label="Sex")
    field(page, "and by").first.select_option(label="Type")
    field(page, "When").fill("2023-Q1..2024-Q1")
    page.get_by_role("button", name="Answer").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("by sex and type")
    sound()
    heads = page.get_by_role("table").first.get_by_role("columnheader").all_inner_texts()
    men, women = numbers(page, "Men"), numbers(page, "Women")
    assert [men[heads.index(kind) - 1] for kind in ("Public dispute", "Domestic violence", "Total")] == ["4", "1", "5"]
    assert [women[heads.index(kind) - 1] for kind in ("Public dispute", "Domestic violence", "Total")] == [
        "0",
        "2",
        "2",
    ]

    assert row_of(as_csv(fetched(page, "Download CSV")), "Men") == ["Men", *men]
    sheet = CalamineWorkbook.from_path(fetched(page, "Download Excel")).get_sheet_by_index(0).to_python()
    assert [str(cell).removesuffix(".0") for cell in row_of(sheet, "Women")] == ["Women", *women]
    assert Entry.objects.filter(verb="measure.export").count() == 2

    address = page.url
    page = sign_in(year.user("charlie"))
    page.goto(address)
    expect(page.get_by_text("from 2 verified records").first).to_be_visible()
    assert numbers(page, "Total")[-1] == "2"
    page.goto(f"{served}/ask/?measure=people-killed&by=jurisdiction&period=2023-Q1..2024-Q1&scope=SEE-7")
    assert (numbers(page, "Albania"), numbers(page, "Serbia")) == (["2"], ["–\nnothing reported"])
    assert complaints == []


def test_by_jurisdiction_there_is_a_map_and_its_numbers_as_a_table(
    served: str, sign_in: Callable[[Any], Page], year: World, complaints: list[str], sound: Sound
) -> None:
    page = sign_in(year.user("anna"))
    page.goto(f"{served}/ask/?measure=people-killed&by=jurisdiction&period=2024-Q1&scope=SEE-7")
    drawn = page.get_by_role("figure").filter(has=page.locator("canvas, svg"))
    expect(drawn).to_have_count(2)
    sound()
    page.get_by_text("The numbers as a table").last.click()
    expect(page.get_by_role("figure").last.get_by_role("row").filter(has_text="Serbia")).to_contain_text("3")
    sound()
    assert complaints == []


def fetched(page: Page, name: str) -> Path:
    with page.expect_download() as download:
        page.get_by_role("link", name=name).click()
    return download.value.path()


def as_csv(path: Path) -> list[list[Any]]:
    return list(csv.reader(StringIO(path.read_text(encoding="utf-8-sig"))))


def row_of(rows: list[list[Any]], head: str) -> list[Any]:
    return next(row for row in rows if row and row[0] == head)
