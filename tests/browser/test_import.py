"""A secretariat brings in a file nobody prepared, mends it, brings it in, and takes it back."""

import csv
from collections.abc import Callable
from datetime import date
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from playwright.sync_api import FilePayload, Page, expect
from python_calamine import CalamineWorkbook

from tests.browser.conftest import Sound
from tests.browser.walking import field
from throughline.incidents.models import Incident
from throughline.kernel.history.models import Entry
from throughline.kernel.intake.models import Batch, Profile
from throughline.kernel.testing.worlds import World, make_incident

pytestmark = pytest.mark.journey

# As an office writes it: titles above the table, one row a person, decimal commas, the day first, words of its own.
SHEET = """\
Ministarstvo unutrašnjih poslova;;;;;;;;;
Slučajevi s vatrenim oružjem, prvi kvartal 2024;;;;;;;;;
Case no;Date;Country;Town;Category;Latitude;Longitude;Gender;Consequence;Description
K-17;07.03.2024;Serbia;Čačak;Porodično nasilje;43,8914;20,3497;žensko;smrt;Pucano je posle svađe.
K-17;07.03.2024;Serbia;Čačak;Porodično nasilje;43,8914;20,3497;muško;povreda;Pucano je posle svađe.
K-18;09.03.2024;Serbia;Niš;Javna svađa;43,3209;21,8958;muško;povreda;Svađa ispred kafića.
K-19;31.02.2024;Serbia;Šabac;Javna svađa;44,7489;19,6908;muško;smrt;Pucnji na ulici.
"""
COLUMNS = {
    "Case no": "Key in the source file",
    "Town": "Place",
    "Gender": "Person: sex",
    "Consequence": "Person: outcome",
}
VALUES = {
    "Porodično nasilje": "Domestic violence",
    "Javna svađa": "Public dispute",
    "povreda": "Injured",
}
PROFILE = "Sheet of the ministry"


def sheet(text: str = SHEET) -> FilePayload:
    return {"name": "slučajevi.csv", "mimeType": "text/csv", "buffer": text.encode("cp1250")}


def upload(page: Page, served: str, file: FilePayload | Path, profile: str = "") -> None:
    page.goto(f"{served}/imports/")
    page.get_by_role("link", name="Bring in a file").first.click()
    field(page, "What is in the file").select_option(label="Incidents")
    page.get_by_label("File", exact=True).set_input_files(file)
    if profile:
        field(page, "Read it as").select_option(label=profile)
    page.get_by_role("button", name="Upload the file").click()


def to_the_preview(page: Page) -> None:
    """Through the steps in between, as they stand."""
    for step in ("Go on to the columns", "Go on to the values", "Look at the preview"):
        page.get_by_role("button", name=step).click()


def people_of(incident: Incident) -> list[tuple[str, str, str]]:
    return list(incident.people.order_by("pk").values_list("side", "sex", "outcome"))


def test_a_file_nobody_prepared_is_read_mapped_mended_brought_in_and_taken_back(
    served: str, sign_in: Callable[[Any], Page], world: World, complaints: list[str], sound: Sound
) -> None:
    page = sign_in(world.user("sofia"))
    upload(page, served, sheet())
    read_as_the_office_wrote_it(page, sound)
    say_what_columns_and_values_mean(page, sound)
    see_the_wrong_row_and_keep_the_profile(page, sound)
    assert Incident.objects.count() == 0

    upload(page, served, sheet(SHEET.replace("31.02.2024", "13.02.2024")), f"{PROFILE} (incidents)")
    to_the_preview(page)
    expect(page.get_by_text("4 rows: 3 new incidents")).to_be_visible()
    page.get_by_role("button", name="Bring the file in").click()
    expect(page.get_by_role("table", name="New records")).to_contain_text("AV-2024-000001")
    sound()
    first, second, third = Incident.objects.order_by("external_key")
    assert [one.external_key for one in (first, second, third)] == ["K-17", "K-18", "K-19"]
    assert (first.place, first.kind.code, first.occurred_on) == ("Čačak", "domestic-violence", date(2024, 3, 7))
    assert (float(first.latitude), float(first.longitude)) == (43.8914, 20.3497)
    assert people_of(first) == [("victim", "women", "killed"), ("victim", "men", "injured")]
    assert (third.occurred_on, people_of(third)) == (date(2024, 2, 13), [("victim", "men", "killed")])
    batch = page.url

    page.get_by_role("link", name="AV-2024-000001").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("AV-2024-000001")
    sound()
    upload(page, served, sheet(SHEET.replace("31.02.2024", "13.02.2024")), f"{PROFILE} (incidents)")
    to_the_preview(page)
    expect(page.get_by_text("There is nothing to bring in.")).to_be_visible()
    page.get_by_role("link", name="Same 3").click()
    expect(page.get_by_role("row").filter(has_text="AV-2024-000001")).to_have_count(1)

    nobody_else_sees_it(sign_in(world.user("charlie")), batch)
    page = sign_in(world.user("sofia"))
    page.goto(batch)
    field(page, "Reason").fill("It was last year's sheet.")
    page.get_by_role("button", name="Undo the batch").click()
    expect(page.get_by_text("The batch was undone.")).to_be_visible()
    sound()
    assert (Incident.objects.count(), Batch.objects.get().state) == (0, "undone")
    assert Entry.objects.get(verb="batch.undo").reason == "It was last year's sheet."
    assert complaints == []


def read_as_the_office_wrote_it(page: Page, sound: Sound) -> None:
    """The guess is shown and can be changed: read wrongly, it shows at once, and is set right again."""
    expect(page.get_by_role("table")).to_contain_text("Čačak")
    sound()
    field(page, "Encoding").select_option(label="Windows-1251 (Cyrillic)")
    field(page, "Row with the names of the columns").fill("0")
    page.get_by_role("button", name="Read it again").click()
    expect(page.get_by_role("table")).not_to_contain_text("Čačak")
    field(page, "Encoding").select_option(label="Windows-1250 (Central European)")
    field(page, "Row with the names of the columns").fill("3")
    field(page, "Dates").select_option(label="Day first: 7.3.2024")
    page.get_by_role("button", name="Read it again").click()
    expect(page.get_by_role("row").filter(has_text="K-18")).to_contain_text("Svađa ispred kafića.")
    expect(page.get_by_role("columnheader", name="Case no")).to_be_visible()
    page.get_by_role("button", name="Go on to the columns").click()


def say_what_columns_and_values_mean(page: Page, sound: Sound) -> None:
    expect(page.get_by_label("Country", exact=True)).to_have_value("jurisdiction")
    expect(page.get_by_label("Description", exact=True)).to_have_value("narrative")
    for column, meaning in COLUMNS.items():
        page.get_by_label(column, exact=True).select_option(label=meaning)
    page.get_by_label("Rows with the same value in this column are one incident").select_option(label="Case no")
    page.get_by_role("button", name="Keep and look again").click()
    field(page, "Person: side").select_option(label="Victim")
    sound()
    page.get_by_role("button", name="Go on to the values").click()
    for value, meaning in VALUES.items():
        page.get_by_label(value, exact=True).select_option(label=meaning)
    sound()
    page.get_by_role("button", name="Look at the preview").click()


def see_the_wrong_row_and_keep_the_profile(page: Page, sound: Sound) -> None:
    expect(page.get_by_role("link", name="Wrong 1")).to_be_visible()
    row = page.get_by_role("row").filter(has_text="31.02.2024")
    expect(row.get_by_role("cell")).to_have_text(
        ["7", "Date", "31.02.2024", "There is no day 31 of month 2 in 2024. Is it written day first?"]
    )
    sound()
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Download the wrong rows with the reasons").click()
    [_heads, wrong] = csv.reader(StringIO(fetched.value.path().read_text(encoding="utf-8-sig")))
    assert (wrong[0], wrong[-2]) == ("K-19", "7")
    page.get_by_role("link", name="New 2").click()
    expect(page.get_by_role("row")).to_have_count(3)
    field(page, "Keep this way of reading as").fill(PROFILE)
    page.get_by_role("button", name="Bring the file in").click()
    expect(page.get_by_role("link", name="Wrong 1")).to_be_visible()
    assert Profile.objects.get().name == PROFILE


def nobody_else_sees_it(page: Page, batch: str) -> None:
    answer = page.request.get(batch)
    assert (answer.status, "slučajevi" in answer.text()) == (404, False)


def test_the_list_itself_goes_out_is_edited_and_comes_back(
    served: str, sign_in: Callable[[Any], Page], world: World, complaints: list[str], tmp_path: Path
) -> None:
    kept, edited = (
        make_incident(world, by="sofia", place=place, people=[{"side": "victim", "sex": "men", "outcome": "killed"}])
        for place in ("Niš", "Šabac")
    )
    page = sign_in(world.user("sofia"))
    page.goto(f"{served}/incidents/")
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Excel").first.click()
    page.goto(f"{served}/incidents/")
    file = tmp_path / "incidents.xlsx"
    file.write_bytes(with_cell(fetched.value.path(), edited.reference, "Place", "Loznica"))
    upload(page, served, file)
    to_the_preview(page)
    expect(page.get_by_text("2 rows: 0 new incidents, 1 changed, 1 the same as before.")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text=edited.reference).get_by_role("cell").nth(3)).to_have_text("Šabac")
    page.get_by_role("button", name="Bring the file in").click()
    expect(page.get_by_text("The file was brought in.")).to_be_visible()
    edited.refresh_from_db()
    unchanged = Incident.objects.get(pk=kept.pk)
    assert (edited.place, edited.version, people_of(edited)) == ("Loznica", 2, [("victim", "men", "killed")])
    assert (unchanged.place, unchanged.version, unchanged.changed_at) == ("Niš", 1, kept.changed_at)
    assert complaints == []


def with_cell(path: Path, reference: str, heading: str, value: str) -> bytes:
    """The same sheet with one cell changed, written by a spreadsheet program of another make."""
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    column = rows[0].index(heading)
    made = BytesIO()
    with xlsxwriter.Workbook(made, {"in_memory": True, "default_date_format": "yyyy-mm-dd"}) as book:
        page = book.add_worksheet("Incidents")
        for number, row in enumerate(rows):
            changed = [value if row[0] == reference and at == column else cell for at, cell in enumerate(row)]
            page.write_row(number, 0, changed)
    return made.getvalue()
