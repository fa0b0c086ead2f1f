"""The Excel file: written, filled as people fill it, read back; and every way in which it can come back wrong."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from openpyxl.workbook import Workbook

from throughline.kernel.access.errors import Conflict, Invalid, Refused
from throughline.kernel.history.models import Entry
from throughline.kernel.rounds import services as rounds
from throughline.kernel.rounds.models import Return
from throughline.kernel.rounds.sheets.services import apply, hand_out, look
from throughline.kernel.rounds.tests.workbooks import cell_of, changed, opened, saved, typed
from throughline.kernel.testing.rounds import (
    ANSWERS,
    CHOICES,
    SURVEY,
    make_institution,
    make_part,
    make_questionnaire,
    make_return,
    make_round,
    return_of,
    xlsform,
)
from throughline.kernel.testing.worlds import World

SEIZED, HANDGUNS, STATUS, PROGRESS = ("1 Seizures", "E5"), ("1 Seizures", "E6"), ("2 Law", "E5"), ("2 Law", "E6")
PLACE, KEPT = ("3 Storage sites", "C5"), ("3 Storage sites", "D5")


@pytest.fixture
def ret(world: World) -> Return:
    return make_return(world, answers={})


@pytest.fixture
def file(world: World, ret: Return) -> bytes:
    return hand_out(world.viewer("alice"), holder=ret)


def told(world: World, ret: Return, content: bytes) -> list[tuple[str, str, str]]:
    return [
        (one.place, one.before, one.after) for one in look(world.viewer("alice"), holder=ret, content=content).changes
    ]


def refusal(world: World, ret: Return, content: bytes) -> str:
    with pytest.raises(Invalid) as caught:
        look(world.viewer("alice"), holder=ret, content=content)
    return str(caught.value.problems[0].message)


# The way there and back


def test_a_filled_file_becomes_answers(world: World, ret: Return, file: bytes) -> None:
    filled = typed(
        file, {SEIZED: 12, HANDGUNS: 5, STATUS: "Drafted", PROGRESS: "A draft is out.", PLACE: "Niš", KEPT: 40}
    )
    saved_ = apply(world.viewer("alice"), holder=ret, content=filled)
    ret.sheet.refresh_from_db()
    assert ret.sheet.answers == {**ANSWERS, "places[1]/place": "Niš", "places[1]/kept": "40"}
    assert {stamp[2] for stamp in ret.sheet.stamps.values()} == {"excel"}
    assert saved_.evaluation.problems == ()


def test_the_same_file_twice_changes_nothing(world: World, ret: Return, file: bytes) -> None:
    filled = typed(file, {SEIZED: 12, PLACE: "Niš", ("3 Storage sites", "C8"): "Čačak"})
    assert apply(world.viewer("alice"), holder=ret, content=filled).revision == 1
    assert apply(world.viewer("alice"), holder=ret, content=filled).revision == 1
    ret.sheet.refresh_from_db()
    assert ret.sheet.answers == {"seizures/seized": "12", "places[1]/place": "Niš", "places[2]/place": "Čačak"}


def test_what_is_written_is_read_as_it_was(world: World) -> None:
    answers = {**ANSWERS, "places[1]/place": "=1+1", "places[2]/place": "+49 (0)", "places[2]/kept": "7"}
    ret = make_return(world, answers=answers)
    file = hand_out(world.viewer("alice"), holder=ret)
    found = look(world.viewer("alice"), holder=ret, content=file)
    assert (found.changes, found.clashes, found.problems) == ([], [], [])
    page = opened(file)["3 Storage sites"]
    assert (page["C5"].value, page["C5"].data_type) == ("=1+1", "f") or page["C5"].data_type == "s"


def test_text_never_becomes_a_formula(world: World) -> None:
    """Looked at in the file itself: a formula is an <f> element."""
    import io  # reason: only here
    import zipfile

    ret = make_return(world, answers={"places[1]/place": '=HYPERLINK("http://x","y")'})
    archive = zipfile.ZipFile(io.BytesIO(hand_out(world.viewer("alice"), holder=ret)))
    sheets = [archive.read(name) for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    assert not [sheet for sheet in sheets if b"<f>" in sheet]


def test_words_of_any_language_and_codes_are_understood(world: World, ret: Return, file: bytes) -> None:
    for said in ("Adopted", "adopted", "I miratuar", " ADOPTED "):
        assert told(world, ret, typed(file, {STATUS: said})) == [("law/status", "", "Adopted")]


def test_the_file_speaks_the_language_asked_for(world: World, ret: Return) -> None:
    file = hand_out(world.viewer("alice"), holder=ret, language="sq")
    page = opened(file)["1 Sekuestrimet"]
    assert page["C5"].value == "Armë të sekuestruara"
    assert told(world, ret, typed(file, {("2 Ligji", "E5"): "I hartuar"})) == [("law/status", "", "I hartuar")]


def test_a_blank_cell_changes_nothing_and_a_dash_takes_out(world: World) -> None:
    ret = make_return(world, answers=ANSWERS)
    file = hand_out(world.viewer("alice"), holder=ret)
    assert told(world, ret, typed(file, {SEIZED: None, STATUS: None})) == []
    apply(world.viewer("alice"), holder=ret, content=typed(file, {HANDGUNS: "—", PROGRESS: "-"}))
    ret.sheet.refresh_from_db()
    assert ret.sheet.answers == {"seizures/seized": "12", "law/status": "drafted"}


def test_a_cell_nobody_touched_leaves_what_somebody_wrote_since(world: World) -> None:
    ret = make_return(world, answers=ANSWERS)
    file = hand_out(world.viewer("alice"), holder=ret)
    rounds.save(world.viewer("bob"), holder=ret, changes={"seizures/seized": ("12", "13")})
    apply(world.viewer("alice"), holder=ret, content=typed(file, {HANDGUNS: 6}))
    ret.sheet.refresh_from_db()
    assert (ret.sheet.answers["seizures/seized"], ret.sheet.answers["seizures/handguns"]) == ("13", "6")


def test_two_who_wrote_the_same_answer_are_asked(world: World) -> None:
    ret = make_return(world, answers=ANSWERS)
    content = typed(hand_out(world.viewer("alice"), holder=ret), {SEIZED: 20})
    rounds.save(world.viewer("bob"), holder=ret, changes={"seizures/seized": ("12", "13")})
    found = look(world.viewer("alice"), holder=ret, content=content)
    assert [(one.place, one.before, one.after) for one in found.clashes] == [("seizures/seized", "13", "20")]
    apply(world.viewer("alice"), holder=ret, content=content)
    ret.sheet.refresh_from_db()
    assert ret.sheet.answers["seizures/seized"] == "13"
    apply(world.viewer("alice"), holder=ret, content=content, taken=["seizures/seized"])
    ret.sheet.refresh_from_db()
    assert ret.sheet.answers["seizures/seized"] == "20"


def test_a_look_that_is_out_of_date_is_not_taken_in(world: World, ret: Return, file: bytes) -> None:
    content = typed(file, {SEIZED: 20})
    revision = look(world.viewer("alice"), holder=ret, content=content).revision
    rounds.save(world.viewer("bob"), holder=ret, changes={"law/status": ("", "none")})
    with pytest.raises(Conflict):
        apply(world.viewer("alice"), holder=ret, content=content, revision=revision)


def test_last_time_and_remarks_stand_beside_the_question(world: World) -> None:
    edition = make_questionnaire(world)
    first = make_round(world, edition, title="Arms return 2022", period="2022")
    make_return(world, round=first, state="accepted")
    ret = make_return(world, round=make_round(world, edition, before=first), state="submitted")
    simon = world.viewer("simon")
    rounds.give_back(simon, ret=ret, comment="Please look.", remarks={"seizures/seized": "Is this all?"})
    page = opened(hand_out(world.viewer("alice"), holder=ret))["1 Seizures"]
    assert [cell.value for cell in page[4]][5:] == ["Last time", "Remark"]
    assert [cell.value for cell in page[5]][5:] == ["12", "Simon: Is this all?"]


def test_the_first_sheet_says_what_is_asked(world: World) -> None:
    ret = make_return(world, round=make_round(world, instructions="Count what was seized at the border."), answers={})
    lines = [cell for row in opened(hand_out(world.viewer("alice"), holder=ret))["Read me"].values for cell in row]
    for words in ("Arms return 2023", "Police Serbia", "Secretariat", "2023", "Count what was seized at the border."):
        assert words in lines


def test_answer_cells_are_open_and_the_rest_is_not(file: bytes) -> None:
    page = opened(file)["1 Seizures"]
    assert page.protection.sheet is True
    assert (page["E5"].protection.locked, page["C5"].protection.locked) == (False, True)
    assert page.column_dimensions["A"].hidden
    assert page.row_dimensions[1].hidden
    assert [str(one.sqref) for one in opened(file)["2 Law"].data_validations.dataValidation] == ["E5"]


# Shuffled, as people shuffle


def test_moved_rows_columns_and_sheets_are_found(world: World, ret: Return, file: bytes) -> None:
    def shuffle(book: Workbook) -> None:
        book["1 Seizures"].move_range("A5:E5", rows=9)
        book["1 Seizures"].insert_cols(3)
        book["2 Law"].title = "The law"
        book.move_sheet("The law", -2)

    content = changed(typed(file, {SEIZED: 12, STATUS: "Adopted"}), shuffle)
    assert told(world, ret, content) == [("seizures/seized", "", "12"), ("law/status", "", "Adopted")]


def test_new_rows_of_a_table_close_up(world: World) -> None:
    ret = make_return(world, answers={"places[1]/place": "Niš"})
    file = hand_out(world.viewer("alice"), holder=ret)
    content = typed(file, {("3 Storage sites", "C7"): "Čačak", ("3 Storage sites", "D12"): 3})
    assert told(world, ret, content) == [("places[2]/place", "", "Čačak"), ("places[3]/kept", "", "3")]


# Wrong in one cell


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (
            {SEIZED: "twelve"},
            'Sheet "1 Seizures", cell E5 "twelve": Enter a whole number in digits, such as 12.',
        ),
        ({SEIZED: 12.5}, 'Sheet "1 Seizures", cell E5 "12.5": Enter a whole number, without decimals.'),
        ({SEIZED: -1}, 'Sheet "1 Seizures", cell E5 "-1": Not below zero.'),
        (
            {SEIZED: 4, HANDGUNS: 5},
            'Sheet "1 Seizures", cell E6 "5": There cannot be more handguns than firearms seized.',
        ),
        ({STATUS: "Perhaps"}, 'Sheet "2 Law", cell E5 "Perhaps": "Perhaps" is not one of the choices.'),
        (
            {SEIZED: "#REF!"},
            'Sheet "1 Seizures", cell E5 "#ERROR": The formula in this cell ends in an error. Write the value itself.',
        ),
        ({KEPT: "many"}, 'Sheet "3 Storage sites", cell D5 "many": Enter a whole number in digits, such as 12.'),
    ],
)
def test_a_wrong_cell_is_named_and_stops_everything(
    world: World, ret: Return, file: bytes, cells: dict[tuple[str, str], Any], message: str
) -> None:
    content = typed(file, {STATUS: "Adopted", **cells})
    with pytest.raises(Invalid) as caught:
        apply(world.viewer("alice"), holder=ret, content=content)
    assert [str(one.message) for one in caught.value.problems] == [message]
    ret.sheet.refresh_from_db()
    assert ret.sheet.answers == {}


def test_one_question_answered_twice_is_named(world: World, ret: Return, file: bytes) -> None:
    content = typed(file, {SEIZED: 12, ("1 Seizures", "A9"): "seizures/seized", ("1 Seizures", "E9"): 13})
    found = look(world.viewer("alice"), holder=ret, content=content)
    assert [str(one) for one in found.problems] == [
        'Sheet "1 Seizures", cell E9 "13": Cell 1 Seizures!E5 answers the same question. Leave one of them.'
    ]


# Refused whole


def _delete(book: Workbook, sheet: str, column: int) -> None:
    book[sheet].delete_cols(column)


REFUSED: list[tuple[Callable[[Workbook], Any], str]] = [
    (
        lambda book: book["1 Seizures"].__setitem__("E4", "Value"),
        'Sheet "1 Seizures": the heading of column E must be "Answer".',
    ),
    (lambda book: _delete(book, "1 Seizures", 5), 'Sheet "1 Seizures": the column "Answer" was deleted.'),
    (lambda book: _delete(book, "1 Seizures", 1), 'Sheet "1 Seizures": the hidden first row or the hidden column A'),
    (lambda book: book["2 Law"].delete_rows(1), 'Sheet "2 Law": the hidden first row or the hidden column A'),
    (lambda book: book.remove(book["2 Law"]), 'The sheet "2 Law" is missing.'),
    (lambda book: book.copy_worksheet(book["2 Law"]), 'The sheet "2 Law" stands in the file twice.'),
    (
        lambda book: book["3 Storage sites"].__setitem__("D4", "Guns"),
        'Sheet "3 Storage sites": the heading of column D must be "Weapons kept".',
    ),
    (
        lambda book: _delete(book, "3 Storage sites", 4),
        'Sheet "3 Storage sites": the column "Weapons kept" was deleted.',
    ),
    (lambda book: book.remove(book["throughline"]), "This is not a file of a round"),
]


@pytest.mark.parametrize(("change", "message"), REFUSED)
def test_a_file_that_lost_its_headings_is_refused(
    world: World, ret: Return, file: bytes, change: Callable[[Workbook], Any], message: str
) -> None:
    assert refusal(world, ret, changed(typed(file, {SEIZED: 12}), change)).startswith(message)


def test_the_file_of_another_round_is_refused(world: World, ret: Return) -> None:
    other = make_return(
        world, round=make_round(world, ret.edition, title="Arms return 2024", period="2024"), answers={}
    )
    file = hand_out(world.viewer("alice"), holder=other)
    assert refusal(world, ret, file).startswith('This file belongs to another round: "Arms return 2024"')


def test_the_file_of_another_organisation_is_refused(world: World, ret: Return) -> None:
    theirs = return_of(ret.round, world, "AL")
    file = hand_out(world.viewer("charlie"), holder=theirs)
    assert "belongs to" in refusal(world, ret, file)
    assert "Police Albania" in refusal(world, ret, file)


def test_the_file_of_an_edition_that_was_replaced_is_refused(world: World, ret: Return, file: bytes) -> None:
    newer = make_questionnaire(
        world, xlsform([*SURVEY, {"type": "text", "name": "more", "label::English (en)": "More"}])
    )
    ret.round.edition = newer
    ret.round.save()
    assert refusal(world, ret, file).startswith(
        "This file asks edition 1 of the questionnaire; the round now asks edition 2."
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty."),
        (b"seized,12\n", "This is not an Excel workbook (.xlsx)."),
        (b"%PDF-1.7", "This is a PDF."),
        (b"PK\x03\x04 nonsense", "The workbook is damaged."),
    ],
)
def test_what_is_no_workbook_is_refused(world: World, ret: Return, content: bytes, message: str) -> None:
    assert refusal(world, ret, content).startswith(message)


def test_any_other_workbook_is_refused(world: World, ret: Return) -> None:
    assert refusal(world, ret, xlsform()).startswith("This is not a file of a round")
    book = Workbook()
    book.create_sheet("throughline")["A1"] = '{"sheets": [], "said": {}}'
    assert refusal(world, ret, saved(book)).startswith("This is not a file of a round")


# Who may


@pytest.mark.parametrize("who", ["charlie", "sofia", "anna", "outsider", "rita"])
def test_only_those_who_answer_have_the_file(world: World, ret: Return, file: bytes, who: str) -> None:
    with pytest.raises(Refused):
        hand_out(world.viewer(who), holder=ret)
    with pytest.raises(Refused):
        apply(world.viewer(who), holder=ret, content=typed(file, {SEIZED: 12}))


def test_a_return_that_was_handed_in_takes_no_file(world: World) -> None:
    ret = make_return(world, state="submitted")
    file = hand_out(world.viewer("alice"), holder=ret)
    with pytest.raises(Refused):
        apply(world.viewer("alice"), holder=ret, content=typed(file, {SEIZED: 13}))


def test_history_says_that_the_file_was_taken(world: World, ret: Return, file: bytes) -> None:
    entry = Entry.objects.filter(verb="return.hand-out-file").get()
    assert entry.after == {"file": "xlsx", "revision": 0}


# Parts, and all kinds of questions


def test_the_file_of_a_part_asks_its_sections_alone(world: World, ret: Return) -> None:
    border = make_institution(world)
    part = make_part(world, ret, border, sections=["law"])
    boris = world.viewer("boris")
    file = hand_out(boris, holder=part)
    assert opened(file).sheetnames == ["Read me", "1 Law", "throughline lists", "throughline"]
    apply(boris, holder=part, content=typed(file, {("1 Law", "E5"): "Drafted"}))
    part.sheet.refresh_from_db()
    assert part.sheet.answers == {"law/status": "drafted"}


KINDS = (
    {"type": "date", "name": "day", "label::English (en)": "Day"},
    {"type": "time", "name": "hour", "label::English (en)": "Hour"},
    {"type": "dateTime", "name": "moment", "label::English (en)": "Moment"},
    {"type": "decimal", "name": "share", "label::English (en)": "Share"},
    {"type": "select_multiple status", "name": "many", "label::English (en)": "Which"},
    {"type": "geopoint", "name": "spot", "label::English (en)": "Where"},
    {"type": "image", "name": "photo", "label::English (en)": "Photograph"},
    {"type": "note", "name": "thanks", "label::English (en)": "Thank you."},
)


def test_every_kind_of_question_goes_there_and_back(world: World) -> None:
    edition = make_questionnaire(world, xlsform(KINDS, CHOICES), title="All kinds")
    answers = {
        "day": "2023-12-31",
        "hour": "14:30",
        "moment": "2023-12-31T14:30",
        "share": "12.50",
        "many": "none adopted",
        "spot": "44.82 20.46 0 0",
    }
    ret = make_return(world, round=make_round(world, edition), answers=answers)
    file = hand_out(world.viewer("alice"), holder=ret)
    assert told(world, ret, file) == []
    page = opened(file)["1 General"]
    assert page["E9"].value == "Not started; Adopted"
    assert page["E11"].value == "Answer this in the browser."
    sheet = "1 General"
    content = typed(
        file,
        {
            (sheet, cell_of(file, sheet, "day")): date(2024, 1, 2),
            (sheet, cell_of(file, sheet, "share")): 0.25,
            (sheet, cell_of(file, sheet, "many")): "drafted, adopted",
            (sheet, cell_of(file, sheet, "hour")): "7:05",
        },
    )
    apply(world.viewer("alice"), holder=ret, content=content)
    ret.sheet.refresh_from_db()
    assert ret.sheet.answers == {
        **answers,
        "day": "2024-01-02",
        "share": "0.25",
        "many": "drafted adopted",
        "hour": "07:05",
    }


@pytest.mark.parametrize(
    ("said", "value"), [("2.1.2024", "2024-01-02"), ("02/01/2024", "2024-01-02"), (45293.0, "2024-01-02")]
)
def test_dates_are_understood_as_people_write_them(world: World, said: Any, value: str) -> None:
    edition = make_questionnaire(world, xlsform(KINDS, CHOICES), title="All kinds")
    ret = make_return(world, round=make_round(world, edition), answers={})
    file = hand_out(world.viewer("alice"), holder=ret)
    apply(world.viewer("alice"), holder=ret, content=typed(file, {("1 General", "E5"): said}))
    ret.sheet.refresh_from_db()
    assert ret.sheet.answers == {"day": value}


NESTED = (
    {"type": "begin_repeat", "name": "site", "label::English (en)": "Site"},
    {"type": "text", "name": "name", "label::English (en)": "Name"},
    {"type": "begin_repeat", "name": "room", "label::English (en)": "Room"},
    {"type": "integer", "name": "weapons", "label::English (en)": "Weapons"},
    {"type": "end_repeat"},
    {"type": "end_repeat"},
)


def test_rows_inside_rows_say_which_row_they_belong_to(world: World) -> None:
    edition = make_questionnaire(world, xlsform(NESTED), title="Sites")
    given = {"site[1]/name": "Niš", "site[2]/name": "Čačak", "site[2]/room[1]/weapons": "3"}
    ret = make_return(world, round=make_round(world, edition), answers=given)
    file = hand_out(world.viewer("alice"), holder=ret)
    assert told(world, ret, file) == []
    content = typed(file, {("2 Room", "B6"): 1, ("2 Room", "D6"): 9, ("2 Room", "B7"): 2, ("2 Room", "D7"): 4})
    assert told(world, ret, content) == [
        ("site[1]/room[1]/weapons", "", "9"),
        ("site[2]/room[2]/weapons", "", "4"),
    ]
    wrong = look(world.viewer("alice"), holder=ret, content=typed(file, {("2 Room", "D6"): 9}))
    assert [one.spot.cell for one in wrong.problems] == ["B6"]
