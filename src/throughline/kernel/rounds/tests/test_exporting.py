"""Answers as a file: both shapes, codes and labels, only what was handed in and may be read."""

import csv
import io
from typing import Any

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from throughline.kernel.access.errors import Invalid
from throughline.kernel.history.models import Entry
from throughline.kernel.rounds import services
from throughline.kernel.rounds.exporting import Wanted, export
from throughline.kernel.rounds.models import Round
from throughline.kernel.testing.rounds import (
    ANSWERS,
    CHOICES,
    SURVEY,
    make_questionnaire,
    make_return,
    make_round,
    return_of,
    xlsform,
)
from throughline.kernel.testing.worlds import World

SERBIA = {**ANSWERS, "places[1]/place": "Niš", "places[1]/kept": "40", "places[2]/place": "=1+1"}
MORE = {"type": "select_multiple status", "name": "many", "label::English (en)": "Which"}


@pytest.fixture
def asked(world: World) -> Round:
    """Serbia is accepted, Albania handed in."""
    made = make_round(world, make_questionnaire(world, xlsform([*SURVEY, MORE], CHOICES)))
    make_return(world, "RS", round=made, answers={**SERBIA, "many": "none adopted"}, state="accepted")
    make_return(world, "AL", round=made, answers={**ANSWERS, "seizures/seized": "7"}, state="submitted")
    return made


def table(world: World, asked: Round, who: str = "sofia", **wanted: Any) -> list[dict[str, str]]:
    content, _name = export(world.viewer(who), round=asked, wanted=Wanted(**wanted), fmt="csv")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_long_has_a_row_for_each_answer(world: World, asked: Round) -> None:
    rows = table(world, asked)
    assert [(row["place"], row["value"], row["value_label"], row["number"]) for row in rows] == [
        ("seizures/seized", "12", "12", "12"),
        ("seizures/handguns", "5", "5", "5"),
        ("seizures/others", "7", "7", ""),
        ("law/status", "drafted", "Drafted", ""),
        ("law/progress", "A draft is out.", "A draft is out.", ""),
        ("places[1]/place", "Niš", "Niš", ""),
        ("places[1]/kept", "40", "40", "40"),
        ("places[2]/place", "'=1+1", "'=1+1", ""),
        ("many", "none adopted", "Not started, Adopted", ""),
    ]
    assert {(row["organisation"], row["jurisdiction"], row["state"], row["version"]) for row in rows} == {
        ("Police Serbia", "Serbia", "accepted", "1")
    }


def test_wide_has_a_row_for_each_return(world: World, asked: Round) -> None:
    rows = table(world, asked, shape="wide", values="codes", which="handed-in")
    assert [(row["jurisdiction"], row["seizures/seized"], row["law/status"]) for row in rows] == [
        ("Albania", "7", "drafted"),
        ("Serbia", "12", "drafted"),
    ]
    assert [(row["many/none"], row["many/drafted"], row["many/adopted"]) for row in rows] == [
        ("", "", ""),
        ("1", "0", "1"),
    ]
    assert [row["places[1]/kept"] for row in rows] == ["", "40"]


def test_labels_are_in_the_language_asked_for(world: World, asked: Round) -> None:
    (row,) = table(world, asked, shape="wide", values="labels", language="sq")
    assert (row["law/status"], row["seizures/seized"]) == ("I hartuar", "12")


def test_rows_and_meanings_have_sheets_of_their_own(world: World, asked: Round) -> None:
    content, name = export(world.viewer("sofia"), round=asked, wanted=Wanted(shape="wide"), fmt="xlsx")
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    assert name.startswith(f"{asked.reference}-wide-")
    assert book.sheet_names == ["Answers", "1 Storage sites", "Dictionary"]
    assert [row[2:] for row in book.get_sheet_by_name("1 Storage sites").to_python()] == [
        ["jurisdiction", "row", "places/place", "places/kept"],
        ["Serbia", "places[1]", "Niš", 40.0],
        ["Serbia", "places[2]", "=1+1", ""],
    ]
    meanings = {row[0]: row for row in book.get_sheet_by_name("Dictionary").to_python()}
    assert meanings["law/status"][7] == "none = Not started; drafted = Drafted; adopted = Adopted"


def test_a_nil_return_is_in_the_file_and_a_missing_one_is_not(world: World) -> None:
    made = make_round(world)
    services.submit_nil(world.viewer("bob"), ret=return_of(made, world), reason="Nothing was seized.")
    (row,) = table(world, made, which="handed-in")
    assert (row["nil"], row["place"], row["value_label"]) == ("1", "", "Nothing was seized.")


def test_what_is_being_worked_on_is_in_no_file(world: World) -> None:
    made = make_round(world)
    make_return(world, round=made)
    assert table(world, made, who="alice", which="handed-in") == []
    assert table(world, made, who="sofia", which="handed-in") == []


def test_one_exports_what_one_may_read(world: World, asked: Round) -> None:
    """The accepted return is GREEN in this round; the one that waits is for its owner, analysts and secretariat."""
    counts = {
        who: len(table(world, asked, who=who, shape="wide", which="handed-in"))
        for who in ("sofia", "anna", "alice", "charlie", "outsider")
    }
    assert counts == {"sofia": 2, "anna": 2, "alice": 1, "charlie": 2, "outsider": 0}


def test_history_says_who_took_how_much(world: World, asked: Round) -> None:
    table(world, asked)
    told = Entry.objects.filter(verb="round.export-answers").get().after
    taken = {"shape": "long", "values": "both", "which": "accepted", "format": "csv", "returns": 1}
    assert told == {"round": asked.reference, **taken}


@pytest.mark.parametrize("wanted", [{"shape": "square"}, {"values": "?"}, {"which": "drafts"}])
def test_words_that_mean_nothing_are_refused(wanted: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        Wanted(**wanted)


def test_the_page_offers_the_files(world: World, asked: Round) -> None:
    client = Client()
    client.force_login(world.user("sofia"))
    page = client.get(f"/rounds/{asked.reference}/answers/")
    assert f'href="/rounds/{asked.reference}/answers/"' in client.get(f"/rounds/{asked.reference}/").content.decode()
    assert "You may read 2 returns that were handed in, 1 of them accepted." in page.content.decode()
    file = client.get(f"/rounds/{asked.reference}/answers.xlsx?shape=wide&values=both&which=accepted&language=")
    assert (file.status_code, file["Content-Type"].rpartition(".")[2]) == (200, "sheet")
    assert client.get(f"/rounds/{asked.reference}/answers.pdf").status_code == 404
    client.force_login(world.user("outsider"))
    assert client.get(f"/rounds/{asked.reference}/answers/").status_code == 404
    assert client.get(f"/rounds/{asked.reference}/answers.csv").status_code == 404
