"""Every format gives the same table; what is odd is noted, what cannot be read is said."""

import contextlib
import csv
import io
import json
import string
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from throughline.kernel.intake.formats import Options, Table, Unreadable, read_table
from throughline.kernel.intake.formats.base import scrub
from throughline.kernel.intake.formats.delimited import guess_delimiter
from throughline.kernel.intake.limits import Limits
from throughline.kernel.intake.tests.workbooks import workbook

LETTERS = string.ascii_letters + string.digits + "čćžšđČĆŽŠĐëçËÇ"
# What stays the same on the way through a file: text without outer space, not taken for an escaped formula.
words = st.text(LETTERS + " ,;|\"-.'\n", max_size=20).map(str.strip).filter(lambda one: one[:1] != "'")
names = st.text(LETTERS, min_size=1, max_size=12).map(lambda one: f"n{one}")
tables = st.integers(2, 5).flatmap(
    lambda width: st.tuples(
        st.lists(names, min_size=width, max_size=width, unique_by=str.casefold),
        st.lists(st.lists(words, min_size=width, max_size=width).filter(any), min_size=1, max_size=8),
    )
)
relaxed = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def cells(table: Table) -> list[list[str | None]]:
    return [row.cells for row in table.rows()]


def meant(rows: list[list[str]]) -> list[list[str | None]]:
    return [[cell or None for cell in row] for row in rows]


def as_csv(head: list[str], rows: list[list[str]], delimiter: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([head, *rows])
    return text.getvalue()


@relaxed
@given(
    tables,
    st.sampled_from([",", ";", "\t", "|", "^", "~"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1250"]),
)
def test_text_tables_come_back_as_they_were(
    table: tuple[list[str], list[list[str]]], delimiter: str, encoding: str
) -> None:
    head, rows = table
    try:
        content = as_csv(head, rows, delimiter).encode(encoding)
    except UnicodeEncodeError:
        return
    read = read_table(content, Options(encoding=encoding, delimiter=delimiter, header_row=1))
    assert list(read.columns) == head
    assert cells(read) == meant(rows)


@relaxed
@given(tables)
def test_workbooks_come_back_as_they_were(table: tuple[list[str], list[list[str]]]) -> None:
    head, rows = table
    read = read_table(workbook([head, *rows]), Options(header_row=1))
    assert list(read.columns) == head
    assert cells(read) == meant(rows)


@relaxed
@given(tables, st.booleans())
def test_objects_come_back_as_they_were(table: tuple[list[str], list[list[str]]], lines: bool) -> None:
    head, rows = table
    objects = [dict(zip(head, row, strict=True)) for row in rows]
    text = "\n".join(json.dumps(one) for one in objects) if lines else json.dumps(objects)
    read = read_table(text.encode(), Options(format="jsonl") if lines else None)
    assert list(read.columns) == head
    assert cells(read) == meant(rows)


@relaxed
@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(content: bytes) -> None:
    with contextlib.suppress(Unreadable):
        table = read_table(content)
        assert all(len(row.cells) == len(table.columns) for row in table.rows())


@relaxed
@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    with contextlib.suppress(Unreadable):
        list(read_table(text.encode("utf-8", "surrogatepass")).rows())


def test_title_rows_and_padding_above_the_header() -> None:
    content = (
        b"Register of incidents\n\n,,\nExported 2024-03-01,,\nid,date,place\n1,2024-01-01,Nis\n2,2024-01-02,Uzice\n"
    )
    table = read_table(content)
    assert table.columns == ("id", "date", "place")
    assert table.titles == ["Register of incidents", "Exported 2024-03-01"]
    assert [row.number for row in table.rows()] == [6, 7]
    assert table.notes == ["Title rows above the table left out: 2."]


def test_no_header_row_names_columns_by_their_letters() -> None:
    table = read_table(b"1,2024-01-01,Nis\n2,2024-01-02,Uzice\n")
    assert table.columns == ("Column A", "Column B", "Column C")
    assert table.options.header_row == 0
    assert len(cells(table)) == 2


def test_a_known_name_makes_a_header_of_a_single_row() -> None:
    assert read_table(b"date,place\n", known=frozenset({"date", "place"})).options.header_row == 1
    assert read_table(b"kitten,win\n").options.header_row == 0


def test_years_across_are_a_header() -> None:
    table = read_table(b"Region,2021,2022,2023\nNis,4,5,6\nUzice,1,2,3\n")
    assert table.columns == ("Region", "2021", "2022", "2023")


def test_repeated_and_missing_names_are_handled_by_name() -> None:
    table = read_table(b"place,place,,date\nNis,Niska,x,2024-01-01\n")
    assert table.columns == ("place", "place (2)", "Column C", "date")
    assert table.notes == [
        "The header names 'place' more than once; column B is read as 'place (2)'.",
        "Column C has no name in the header.",
    ]


def test_hxl_tags_are_used_and_left_out() -> None:
    table = read_table(b"Kad,Gde\n#date+reported,#adm1\n2024-01-01,Nis\n")
    assert table.columns == ("Kad", "Gde")
    assert table.tags == ("#date+reported", "#adm1")
    assert cells(table) == [["2024-01-01", "Nis"]]


def test_ragged_rows_are_padded_or_faulted() -> None:
    table = read_table(b"a,b,date\n1,2\n1,2,2024-01-01,,\n1,2,2024-01-01,4\n")
    assert [(row.cells, row.fault) for row in table.rows()] == [
        (["1", "2", None], ""),
        (["1", "2", "2024-01-01"], ""),
        (["1", "2", "2024-01-01"], "This row has 4 cells, the header has 3."),
    ]


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("a;b\n1,5;2,5\n3,5;4,5\n", ";"),
        ("a,b\n1,2\n3,4\n", ","),
        ("a\tb,c\n1\t2,3\n", "\t"),
        ("a|b|c\n1|2|3\n", "|"),
        ("a^b^c\n1^2^3\n4^5^6\n", "^"),
        ('a,b\n"x;y;z",2\n"p;q;r",3\n', ","),
        ("Title, with a comma\na;b;c\n1;2;3\n4;5;6\n", ";"),
    ],
)
def test_delimiters_are_found(text: str, delimiter: str) -> None:
    assert guess_delimiter(text)[0] == delimiter


def test_single_quotes_are_found() -> None:
    text = "'a','b'\n" + "'1, one','2'\n" * 5
    assert cells(read_table(text.encode(), Options(header_row=1)))[0] == ["1, one", "2"]


def test_a_quote_that_never_closes_is_named() -> None:
    content = b'a,b\n1,"2\n' + b"3,4\n" * 40_000
    with pytest.raises(Unreadable, match="never closed"):
        list(read_table(content, Options(delimiter=",", header_row=1)).rows())


def test_a_wrong_encoding_far_down_is_named_when_it_is_reached() -> None:
    content = b"a,date\n" + b"plain,2024-01-01\n" * 40_000 + "žena,2024-01-01\n".encode("cp1250")
    table = read_table(content, Options(encoding="utf-8", header_row=1))
    with pytest.raises(Unreadable, match="Line 40002 cannot be read as UTF-8"):
        list(table.rows())


def test_control_and_direction_characters_stay_out() -> None:
    content = "a,b\nxls.\u202ecod,\u200bNi\u0007š\n".encode()
    assert cells(read_table(content, Options(header_row=1))) == [["xls.cod", "Niš"]]
    assert scrub("a\u202eb\u2066c\x00d") == "abcd"
    assert scrub("שלום\u200f") == "שלום\u200f"


def test_formulas_stay_text_and_our_apostrophe_goes() -> None:
    content = b"a,b\n=HYPERLINK(1),'=SUM(A1)\n'quoted',-5\n"
    assert cells(read_table(content, Options(header_row=1, quote='"'))) == [
        ["=HYPERLINK(1)", "=SUM(A1)"],
        ["'quoted'", "-5"],
    ]


def test_kinds_of_workbook_cells_become_plain_text() -> None:
    book = workbook([["n", "x", "yes", "day", "moment"]])
    assert read_table(book, Options(header_row=1)).columns == ("n", "x", "yes", "day", "moment")
    from throughline.kernel.intake.formats.workbook import _text  # reason: one rule, tested at its place

    kinds: list[Any] = [42.0, 2.5, True, date(2024, 3, 7), datetime(2024, 3, 7, 4, 57), datetime(2024, 3, 7)]  # noqa: DTZ001
    assert [_text(one) for one in kinds] == ["42", "2.5", "true", "2024-03-07", "2024-03-07 04:57:00", "2024-03-07"]


def test_the_sheet_with_the_table_is_chosen_and_can_be_named() -> None:
    book = workbook([["Cover"]], Data=[["a", "date"], ["1", "2024-01-01"]], Other=[["x", "y"], ["3", "4"]])
    assert read_table(book).options.sheet == "Data"
    assert read_table(book, Options(sheet="Other", header_row=1)).columns == ("x", "y")
    with pytest.raises(Unreadable, match=r"There is no sheet called 'Nope'. There are: Sheet, Data, Other."):
        read_table(book, Options(sheet="Nope"))


def test_nested_objects_and_lists_of_objects() -> None:
    body = {
        "meta": 1,
        "rows": [
            {
                "id": 7,
                "where": {"place": "Nis"},
                "people": [{"sex": "M"}, {"sex": "F", "age": 30.0}],
                "tags": ["a", "b"],
            }
        ],
    }
    table = read_table(json.dumps(body).encode())
    assert table.columns == ("id", "where.place", "people.*.sex", "people.*.age", "tags")
    assert cells(table) == [["7", "Nis", "1::M||2::F", "2::30", "a; b"]]


def test_a_number_of_thousands_of_digits_is_text() -> None:
    digits = "9" * 5_000
    table = read_table(f'[{{"a": {digits}, "b": 7}}]'.encode())
    assert [row.cells for row in table.rows()] == [[digits, "7"]]


def test_geojson_with_and_without_geometry() -> None:
    features = [
        {"type": "Feature", "properties": {"a": 1}, "geometry": {"type": "Point", "coordinates": [21.9, 43.3]}},
        {"type": "Feature", "properties": {"a": None}, "geometry": None},
        {
            "type": "Feature",
            "properties": {"a": True},
            "geometry": {"type": "LineString", "coordinates": [[20, 40], [22, 44]]},
        },
    ]
    table = read_table(json.dumps({"type": "FeatureCollection", "features": features}).encode())
    assert table.options.format == "geojson"
    assert table.columns == ("a", "longitude", "latitude")
    assert cells(table) == [["1", "21.9", "43.3"], [None, None, None], ["true", "21", "42"]]
    assert table.notes == [
        "Features without a geometry, whose position stays empty: 1.",
        "Lines or areas, whose position is the middle of their corners: 1.",
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"  \n ", "The file is empty."),
        (b"%PDF-1.7", "This is a PDF."),
        (b"\x89PNG\r\n", "This is a picture, not a table."),
        (b"\x1f\x8b\x08", "This file is compressed."),
        (b'[{"a": 1}, 2]', "The JSON must be a list of objects"),
        (b"[]", "The file holds no objects."),
        (b'{"a": [1, }', "is not JSON"),
        (b"[" * 60 + b"]" * 60, "nested 60 levels deep"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rubbish", "This is not a workbook that can be read."),
    ],
)
def test_what_cannot_be_read_is_said(content: bytes, said: str) -> None:
    with pytest.raises(Unreadable, match=said.replace("[", r"\[").replace(".", r"\.")):
        read_table(content)


def test_limits_are_kept_with_a_message() -> None:
    content = b"a,b,c\n" + b"1,2,3\n" * 50
    with pytest.raises(Unreadable, match="more than 20 rows"):
        list(read_table(content, Options(header_row=1), bounds=Limits(rows=20)).rows())
    with pytest.raises(Unreadable, match="The sheet has 3 columns; at most 2 are read"):
        read_table(content, Options(header_row=1), bounds=Limits(columns=2))
    with pytest.raises(Unreadable, match="larger than 0 MB"):
        read_table(content, bounds=Limits(file_bytes=10))
    long = list(read_table(b"a,date\n" + b"x" * 40 + b",2024\n", Options(header_row=1), bounds=Limits(cell=30)).rows())
    assert long[0].fault == "A cell is longer than 30 characters."


def test_an_unknown_option_is_no_silence() -> None:
    with pytest.raises(Unreadable, match="No such reading option: colour"):
        Options.of({"colour": "red"})
