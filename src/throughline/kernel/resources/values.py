"""Reading what people type: dates, numbers, yes and no. Pure functions that raise `Unreadable`.

A message names the value and says what would be understood; it never guesses silently where two
readings are possible (25 can only be a day, but 3/4/2024 follows the stated order of day and month).
"""

import re
import unicodedata
from datetime import date, datetime, time
from functools import cache
from typing import Any, Literal

from babel.dates import get_month_names
from django.utils import timezone
from django.utils.translation import gettext as _

from throughline.kernel.text import fold, scrub

Order = Literal["dmy", "mdy"]
Precision = Literal["day", "month", "quarter", "year"]
MONTH_LANGUAGES = ("en", "sr_Latn", "sr", "hr", "bs", "sq", "mk", "ro", "bg", "de", "fr")
EARLIEST, LATEST = 1900, 2100
TWO_DIGITS = 100
MONTHS_A_QUARTER = 3
LONGEST_SHOWN = 60

FORMULA_SIGNS = frozenset("=+-@")
YES = frozenset("yes y true t on 1 x da d po ja oui si".split())
NO = frozenset("no n false f off 0 ne jo nein non nu".split())

ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[t ].*)?")
YEAR_MONTH = re.compile(r"(\d{4})[-/.](\d{1,2})\.?")
MONTH_YEAR = re.compile(r"(\d{1,2})[-/.](\d{4})\.?")
YEAR = re.compile(r"(\d{4})\.?")
QUARTER = re.compile(r"(\d{4})[- /]?q([1-4])|q([1-4])[- /]?(\d{4})")
THREE = re.compile(r"(\d{1,2})[-/. ]+(\d{1,2})[-/. ]+(\d{4}|\d{2})\.?(?:[t ]\d.*)?")
BIG_ENDIAN = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})\.?(?:[t ]\d.*)?")
DAY_WORD_YEAR = re.compile(r"(\d{1,2})(?:st|nd|rd|th)?[. ]+([a-z]+)\.?,? +(\d{4})\.?")
WORD_DAY_YEAR = re.compile(r"([a-z]+)\.? +(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})")
WORD_YEAR = re.compile(r"([a-z]+)\.?,? +(\d{4})\.?")
CLOCK = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?(?:[:.]\d{2}(?:\.\d+)?)? ?(am|pm|h)?")
GROUPED = re.compile(r"[-+]?\d{1,3}([., '\u00a0\u202f])\d{3}(\1\d{3})*")


class Unreadable(ValueError):
    """The value cannot be understood; the message says what can."""


def shown(value: Any) -> str:
    """A value as a message quotes it: short, on one line."""
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST_SHOWN else f"{text[: LONGEST_SHOWN - 1]}…"


def tidy(value: Any) -> str:
    """Text without the accidents and traps of files: outer space, control characters, overrides, 5.0 where a sheet held 5."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = value if isinstance(value, str) else str(value)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.encode("utf-8", "replace").decode())
    text = scrub(text).strip()
    # An export puts an apostrophe before what a spreadsheet would take for a formula.
    return text[1:] if text[:1] == "'" and text[1:2] in FORMULA_SIGNS else text


def is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip()) or value == []


@cache
def month_words() -> dict[str, int]:
    """The names of the months in the languages of the region, whole and abbreviated, folded."""
    words: dict[str, int] = {}
    for language in MONTH_LANGUAGES:
        for width in ("wide", "abbreviated"):
            for context in ("format", "stand-alone"):
                for number, name in get_month_names(width, context, language).items():
                    words.setdefault(fold(name).strip(". "), number)
    words["sept"] = 9
    return words


def read_date(value: Any, order: Order = "dmy") -> tuple[date, Precision]:
    """A date and how exact it is: 7.3.2024, 2024-03-07, 7 March 2024, March 2024, 2024-03, 2024-Q1, 2024."""
    if isinstance(value, datetime):
        return value.date(), "day"
    if isinstance(value, date):
        return value, "day"
    text = fold(tidy(value))
    for reading in (_in_figures, _in_words):
        found = reading(text, order)
        if found is not None:
            return found
    message = _("'%(value)s' is not a date. Write it as 7.3.2024 or 2024-03-07; a month as 2024-03.")
    raise Unreadable(message % {"value": shown(value)})


def _in_figures(text: str, order: Order) -> tuple[date, Precision] | None:
    if match := ISO.fullmatch(text) or BIG_ENDIAN.fullmatch(text):
        year, month, day = map(int, match.groups())
        return _day(year, month, day), "day"
    if match := THREE.fullmatch(text):
        first, second, year = map(int, match.groups())
        day, month = (first, second) if order == "dmy" else (second, first)
        return _day(year + 2000 if year < TWO_DIGITS else year, month, day), "day"
    if match := YEAR_MONTH.fullmatch(text):
        return _day(int(match[1]), int(match[2]), 1), "month"
    if match := MONTH_YEAR.fullmatch(text):
        return _day(int(match[2]), int(match[1]), 1), "month"
    if match := QUARTER.fullmatch(text):
        year, quarter = int(match[1] or match[4]), int(match[2] or match[3])
        return _day(year, (quarter - 1) * MONTHS_A_QUARTER + 1, 1), "quarter"
    if match := YEAR.fullmatch(text):
        return _day(int(match[1]), 1, 1), "year"
    return None


def _in_words(text: str, order: Order) -> tuple[date, Precision] | None:
    words = month_words()
    if (match := DAY_WORD_YEAR.fullmatch(text)) and match[2] in words:
        return _day(int(match[3]), words[match[2]], int(match[1])), "day"
    if (match := WORD_DAY_YEAR.fullmatch(text)) and match[1] in words:
        return _day(int(match[3]), words[match[1]], int(match[2])), "day"
    if (match := WORD_YEAR.fullmatch(text)) and match[1] in words:
        return _day(int(match[2]), words[match[1]], 1), "month"
    return None


def _day(year: int, month: int, day: int) -> date:
    if not EARLIEST <= year <= LATEST:
        message = _("The year %(year)s lies outside %(first)s to %(last)s.")
        raise Unreadable(message % {"year": year, "first": EARLIEST, "last": LATEST})
    try:
        return date(year, month, day)
    except ValueError:
        message = _("There is no day %(day)s of month %(month)s in %(year)s. Is it written day first?")
        raise Unreadable(message % {"day": day, "month": month, "year": year}) from None


def read_time(value: Any) -> time:
    """14:30, 14.30, 14h30, 2:30 pm."""
    if isinstance(value, datetime):
        return value.time()
    if isinstance(value, time):
        return value
    match = CLOCK.fullmatch(tidy(value).lower())
    if match:
        hour, minute = int(match[1]), int(match[2] or 0)
        hour = {"pm": hour % 12 + 12, "am": hour % 12}.get(match[3] or "", hour)
        if hour < 24 and minute < 60:
            return time(hour, minute)
    message = _("'%(value)s' is not a time. Write it as 14:30.")
    raise Unreadable(message % {"value": shown(value)})


def read_moment(value: Any, order: Order = "dmy") -> datetime:
    """A day with its time: 7.3.2024 09:00, 2024-03-07T09:00. Without a time zone it is the installation's own."""
    found = value if isinstance(value, datetime) else _moment(tidy(value), order)
    return found if timezone.is_aware(found) else timezone.make_aware(found)


def _moment(text: str, order: Order) -> datetime:
    if ISO.fullmatch(text.lower()) and ":" in text:
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            pass
    day, _space, clock = text.rpartition(" ")
    if day:
        found, precision = read_date(day, order)
        if precision == "day":
            return datetime.combine(found, read_time(clock))
    message = _("'%(value)s' is not a day with its time. Write it as 7.3.2024 09:00.")
    raise Unreadable(message % {"value": shown(text)})


def read_integer(value: Any) -> int:
    """12, 1.204, 1 204, 12.0: a whole number."""
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    text = tidy(value)
    if GROUPED.fullmatch(text):
        text = re.sub(r"[^\d+-]", "", text)
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        number = float("nan")
    if number.is_integer():
        return int(number)
    message = _("'%(value)s' is not a whole number.")
    raise Unreadable(message % {"value": shown(value)})


def read_number(value: Any) -> float:
    """3.5, 3,5, 1.204,50, 1,204.50: the last of two different marks is the decimal mark."""
    if isinstance(value, int | float):
        number = float(value)
    else:
        text = re.sub(r"[\s'\u00a0\u202f]", "", tidy(value))
        if "," in text and "." in text:
            group = "," if text.rfind(".") > text.rfind(",") else "."
            text = text.replace(group, "")
        try:
            number = float(text.replace(",", "."))
        except ValueError:
            number = float("nan")
    if number - number == 0:  # neither infinite nor 'not a number'
        return number
    message = _("'%(value)s' is not a number.")
    raise Unreadable(message % {"value": shown(value)})


def read_boolean(value: Any) -> bool:
    """Yes and no, in figures and in the words of the region."""
    if isinstance(value, bool):
        return value
    word = fold(tidy(value))
    if word in YES:
        return True
    if word in NO:
        return False
    message = _("'%(value)s' is neither yes nor no.")
    raise Unreadable(message % {"value": shown(value)})
