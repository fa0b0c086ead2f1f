"""Reading what people type."""

from datetime import date, datetime, time

import pytest

from throughline.kernel.resources import values
from throughline.kernel.resources.values import Unreadable


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7.3.2024", (date(2024, 3, 7), "day")),
        ("07.03.2024.", (date(2024, 3, 7), "day")),
        ("7/3/2024", (date(2024, 3, 7), "day")),
        ("7-3-24", (date(2024, 3, 7), "day")),
        ("2024-03-07", (date(2024, 3, 7), "day")),
        ("2024-03-07T14:30:00", (date(2024, 3, 7), "day")),
        ("2024/3/7", (date(2024, 3, 7), "day")),
        ("7 March 2024", (date(2024, 3, 7), "day")),
        ("March 7, 2024", (date(2024, 3, 7), "day")),
        ("7. mart 2024.", (date(2024, 3, 7), "day")),
        ("7. март 2024", (date(2024, 3, 7), "day")),
        ("7 mars 2024", (date(2024, 3, 7), "day")),
        ("2024-03", (date(2024, 3, 1), "month")),
        ("03/2024", (date(2024, 3, 1), "month")),
        ("March 2024", (date(2024, 3, 1), "month")),
        ("2024-Q2", (date(2024, 4, 1), "quarter")),
        ("Q2 2024", (date(2024, 4, 1), "quarter")),
        ("2024", (date(2024, 1, 1), "year")),
        (date(2024, 3, 7), (date(2024, 3, 7), "day")),
        (datetime(2024, 3, 7, 14, 30), (date(2024, 3, 7), "day")),  # noqa: DTZ001 - reason: files know no zone
    ],
)
def test_dates_are_day_first_and_no_more_exact_than_written(text: object, expected: object) -> None:
    assert values.read_date(text) == expected


def test_month_first_only_where_the_batch_says_so() -> None:
    assert values.read_date("3/7/2024", "mdy") == (date(2024, 3, 7), "day")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("3/25/2024", "There is no day 3 of month 25 in 2024. Is it written day first?"),
        ("31.2.2024", "There is no day 31 of month 2 in 2024. Is it written day first?"),
        ("soon", "'soon' is not a date. Write it as 7.3.2024 or 2024-03-07; a month as 2024-03."),
        ("0024-01-01", "The year 24 lies outside 1900 to 2100."),
    ],
)
def test_a_date_that_cannot_be_is_named_and_not_guessed(text: str, message: str) -> None:
    with pytest.raises(Unreadable) as refused:
        values.read_date(text)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("14:30", time(14, 30)),
        ("14.30", time(14, 30)),
        ("14h30", time(14, 30)),
        ("2:30 pm", time(14, 30)),
        ("9", time(9)),
    ],
)
def test_times(text: str, expected: time) -> None:
    assert values.read_time(text) == expected


@pytest.mark.parametrize("text", ["25:00", "noon", "12:75"])
def test_no_time(text: str) -> None:
    with pytest.raises(Unreadable):
        values.read_time(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("12", 12), ("1.204", 1204), ("1 204", 1204), ("1,204", 1204), ("12.0", 12), (12.0, 12), (" 7 ", 7), ("-3", -3)],
)
def test_whole_numbers(text: object, expected: int) -> None:
    assert values.read_integer(text) == expected


@pytest.mark.parametrize("text", ["3.5", "3,5", "three", "1.20.4", float("nan"), float("inf")])
def test_no_whole_number(text: object) -> None:
    with pytest.raises(Unreadable):
        values.read_integer(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3.5", 3.5),
        ("3,5", 3.5),
        ("1.204,50", 1204.5),
        ("1,204.50", 1204.5),
        ("44,81", 44.81),
        (7, 7.0),
        ("-21,5", -21.5),
    ],
)
def test_numbers_with_either_decimal_mark(text: object, expected: float) -> None:
    assert values.read_number(text) == expected


@pytest.mark.parametrize("text", ["nan", "inf", "12°", ""])
def test_no_number(text: str) -> None:
    with pytest.raises(Unreadable):
        values.read_number(text)


@pytest.mark.parametrize("word", ["yes", "Da", "да", "PO", "1", "x", "true"])
def test_yes_in_the_words_of_the_region(word: str) -> None:
    assert values.read_boolean(word) is True


@pytest.mark.parametrize("word", ["no", "Ne", "не", "jo", "0", "false"])
def test_no_in_the_words_of_the_region(word: str) -> None:
    assert values.read_boolean(word) is False


def test_neither_yes_nor_no() -> None:
    with pytest.raises(Unreadable, match="'maybe' is neither yes nor no"):
        values.read_boolean("maybe")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("  a\r\nb ", "a\nb"),
        ("a\x00b", "ab"),
        (5.0, "5"),
        (5.5, "5.5"),
        ("'=1+1", "=1+1"),
        ("'tis", "'tis"),
        ("e\u0301", "é"),
    ],
)
def test_text_without_the_accidents_of_files(given: object, expected: str) -> None:
    assert values.tidy(given) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("7.3.2024 09:00", "2024-03-07T09:00:00+01:00"),
        ("2024-07-03 14.30", "2024-07-03T14:30:00+02:00"),
        ("2024-03-07T09:00", "2024-03-07T09:00:00+01:00"),
        ("2024-03-07T09:00:00+00:00", "2024-03-07T09:00:00+00:00"),
        ("7 March 2024 9h", "2024-03-07T09:00:00+01:00"),
    ],
)
def test_moments_are_read(text: str, expected: str) -> None:
    assert values.read_moment(text).isoformat() == expected


@pytest.mark.parametrize("text", ["7.3.2024", "09:00", "March 2024 09:00", "2024-03-07T25:00", "soon"])
def test_a_moment_needs_its_day_and_its_time(text: str) -> None:
    with pytest.raises(values.Unreadable):
        values.read_moment(text)
