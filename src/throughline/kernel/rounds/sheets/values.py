"""An answer as a cell, and a cell as an answer. What a cell means is told here, whether it is right by the validator."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from throughline.kernel.intake.formats.base import scrub
from throughline.kernel.rounds.forms.definition import CHOOSING, MEDIA, Choice, Form, Question

FIGURES = frozenset({"integer", "decimal", "range"})
ELSEWHERE = MEDIA | {"geotrace", "geoshape"}
# A dash alone says: take this answer out. A blank cell says nothing.
DASHES = frozenset({"-", "–", "—"})
DASH = "—"
BETWEEN = "; "
ACKNOWLEDGED = "OK"
LONGEST_CELL = 32_000
SAFE_DIGITS = 15
FIRST_YEAR = 1900
SERIALS = range(18_000, 80_000)
EPOCH = date(1899, 12, 30)
MIDNIGHT = datetime(1900, 1, 1)  # noqa: DTZ001 (a time of day has no zone)
IN_ERROR = "#ERROR"
FAULTS = frozenset({IN_ERROR, "#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"})
DAY_FIRST = ("%d.%m.%Y", "%d.%m.%Y.", "%d/%m/%Y", "%d-%m-%Y", "%Y/%m/%d")

Cell = str | int | float | date | datetime | None


class NotUnderstood(ValueError):
    """A cell that means nothing to its question; the message says what would."""


def in_excel(item: Question) -> bool:
    """Whether a cell can hold the answer: pictures, files and lines on a map are for the browser and the phone."""
    never = item.readonly is not None and item.readonly.text.strip() == "true()"
    return item.asked and item.kind not in ELSEWHERE and not never


# Writing


def as_cell(item: Question, value: str, said: Mapping[str, str]) -> Cell:
    """A stored answer as Excel shows it. What Excel would bend (long numbers, old dates) goes in as text."""
    if value == "" or len(value) > LONGEST_CELL:
        return None
    if item.kind in FIGURES:
        return _figure(value)
    if item.kind == "date":
        return _day(value)
    if item.kind == "select-one":
        return said.get(value, value)
    if item.kind in CHOOSING:
        return BETWEEN.join(said.get(one, one) for one in value.split())
    return value


def _figure(value: str) -> Cell:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return value
    if not number.is_finite() or len(number.as_tuple().digits) > SAFE_DIGITS:
        return value
    return int(number) if number == number.to_integral_value() else float(number)


def _day(value: str) -> Cell:
    try:
        found = date.fromisoformat(value)
    except ValueError:
        return value
    return found if found.year > FIRST_YEAR else value


def said_of(choices: Iterable[Choice]) -> dict[str, str]:
    """Value -> the words in the cell. Where two choices share their words, the code stands behind them."""
    listed = list(choices)
    words = [choice.label.strip() or choice.value for choice in listed]
    return {
        choice.value: f"{word} ({choice.value})" if words.count(word) > 1 or ";" in word else word
        for choice, word in zip(listed, words, strict=True)
    }


# Reading


@dataclass(frozen=True)
class Heard:
    """What the cells of one file can say: the words of its own language first, then of the others, then codes.

    In this order, because a file must be read as it was written: a form may have the code 2 for the words "3".
    """

    form: Form
    language: str = ""
    kept: dict[str, list[dict[str, list[str]]]] = field(default_factory=dict)

    def values(self, item: Question, said: str) -> list[str]:
        """The values that these words may mean."""
        if item.path not in self.kept:
            self.kept[item.path] = self._words(item)
        key = _folded(said)
        return next((words[key] for words in self.kept[item.path] if key in words), [])

    def _words(self, item: Question) -> list[dict[str, list[str]]]:
        languages = [self.language, *(one for one in self.form.languages if one != self.language)]
        told = [_by_words(item.choices(language)) for language in languages]
        return [*told, {_folded(one.value): [one.value] for one in item.choices()}]


def _by_words(choices: Iterable[Choice]) -> dict[str, list[str]]:
    listed = list(choices)
    found: dict[str, list[str]] = {}
    pairs = [(choice.label, choice.value) for choice in listed]
    for words, value in [*pairs, *((words, value) for value, words in said_of(listed).items())]:
        values = found.setdefault(_folded(words), [])
        if value not in values:
            values.append(value)
    return found


def _folded(words: str) -> str:
    return " ".join(words.split()).casefold()


def as_answer(item: Question, raw: Any, heard: Heard) -> str:
    """What a cell says as an answer; '' for a blank one. Raises NotUnderstood where no answer can be made of it.

    Numbers and dates that are written as text are left as they are written: the validator says what is wrong.
    """
    text = plain(raw)
    if text == "":
        return ""
    if text in FAULTS:
        raise NotUnderstood(_("The formula in this cell ends in an error. Write the value itself."))
    if item.kind == "date":
        return _date(raw, text)
    if item.kind == "datetime":
        return _moment(raw, text)
    if item.kind == "time":
        return raw.isoformat("minutes") if isinstance(raw, (time, datetime)) else _clock(raw, text)
    if item.kind == "select-one":
        return _one(item, text, heard)
    if item.kind in CHOOSING:
        return " ".join(_one(item, part.strip(), heard) for part in _parts(item, text, heard) if part.strip())
    if item.kind == "acknowledge":
        return ACKNOWLEDGED
    return text


def plain(raw: Any) -> str:
    """A cell as text: whole numbers without '.0', no exponents, nothing that cannot be seen."""
    if raw is None or raw == "":
        return ""
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, float):
        return _number(raw)
    if isinstance(raw, datetime):
        return raw.date().isoformat() if raw.time() == time.min else raw.isoformat(timespec="minutes")
    if isinstance(raw, (date, time)):
        return raw.isoformat()
    if isinstance(raw, timedelta):
        return (MIDNIGHT + raw).time().isoformat("minutes")
    text = scrub(str(raw)).strip()
    return text[1:] if text[:1] == "'" and text[1:2] in {"=", "+", "-", "@"} else text


def _number(raw: float) -> str:
    if not math.isfinite(raw):
        return ""
    if raw.is_integer() and abs(raw) < 10**SAFE_DIGITS:
        return str(int(raw))
    return format(Decimal(f"{raw:.15g}"), "f")


def _date(raw: Any, text: str) -> str:
    if isinstance(raw, datetime):
        return raw.date().isoformat()
    if isinstance(raw, float) and raw.is_integer() and int(raw) in SERIALS:
        return (EPOCH + timedelta(days=int(raw))).isoformat()
    for pattern in DAY_FIRST:
        try:
            return datetime.strptime(text, pattern).date().isoformat()  # noqa: DTZ007 (a day has no time zone)
        except ValueError:
            continue
    return text


def _moment(raw: Any, text: str) -> str:
    if isinstance(raw, datetime):
        return raw.isoformat(timespec="minutes")
    return text.replace(" ", "T", 1) if "T" not in text else text


def _clock(raw: Any, text: str) -> str:
    """A time of day; Excel keeps one as a part of a day."""
    if isinstance(raw, float) and 0 <= raw < 1:
        return (MIDNIGHT + timedelta(days=raw, milliseconds=500)).time().isoformat("minutes")
    return f"0{text}" if len(text) in {4, 7} and text[1] == ":" else text


def _parts(item: Question, text: str, heard: Heard) -> list[str]:
    """Several choices in one cell: with ; or a new line between them, or commas or blanks where these are codes."""
    parts = [part for line in text.splitlines() for part in line.split(";")]
    if len(parts) == 1 and not heard.values(item, text):
        for between in (",", None):
            pieces = [piece.strip() for piece in text.split(between)]
            if all(heard.values(item, piece) for piece in pieces if piece):
                return pieces
    return parts


def _one(item: Question, said: str, heard: Heard) -> str:
    if not item.listed:
        return said
    values = heard.values(item, said)
    if len(values) == 1:
        return values[0]
    if not values:
        raise NotUnderstood(_('"%(words)s" is not one of the choices.') % {"words": said})
    raise NotUnderstood(
        _('"%(words)s" can mean several choices. Write one of: %(codes)s.')
        % {"words": said, "codes": ", ".join(values)}
    )


def same(item: Question, one: str, other: str) -> bool:
    """Whether two answers are the same one: 1.50 and 1.5, and texts that differ by blanks nobody sees."""
    if one == other:
        return True
    if item.kind in FIGURES:
        try:
            return Decimal(one) == Decimal(other)
        except InvalidOperation:
            return False
    return item.kind == "text" and plain(one) == plain(other)
