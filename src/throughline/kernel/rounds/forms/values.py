"""Strings, numbers, truth and dates as XForms turns them into each other.

Numbers are doubles. A date is a string (2023-05-01) that counts as days since 1 January 1970 wherever a number
is wanted: so dates compare with dates and with numbers, and a week is 7.
"""

import math
import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from throughline.kernel.rounds.forms.nodes import Node

Value = str | float | bool | list[Node]

NAN = math.nan
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T[0-9]{2}:[0-9]{2}.*)?")
EPOCH = date(1970, 1, 1)
NUMERIC_KINDS = frozenset({"integer", "decimal", "range"})


def plain(value: Value) -> str | float | bool:
    """A set of nodes as the value of its first node; a question for a number gives a number."""
    if not isinstance(value, list):
        return value
    if not value:
        return ""
    node = value[0]
    text = node.text
    if text and node.item is not None and getattr(node.item, "kind", "") in NUMERIC_KINDS:
        parsed = number(text)
        return text if math.isnan(parsed) else parsed
    return text


def string(value: Value) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return value[0].text if value else ""
    return number_text(value)


def number_text(value: float) -> str:
    """A number as people write it: no '.0', no exponent, no dust in the sixteenth place."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return format(Decimal(f"{value:.15g}"), "f")


def number(value: Value) -> float:
    """A value as a number; what is no number and no date is NaN, and so is an empty answer."""
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    if isinstance(value, list):
        value = value[0].text if value else ""
    if isinstance(value, str):
        text = value.strip()
        if _NUMBER.fullmatch(text):
            return float(text)
        if _DATE.fullmatch(text):
            return days(text)
        return NAN
    return float(value)


def truth(value: Value) -> bool:
    """Whether something holds: an empty answer and the number 0 do not."""
    value = plain(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, str):
        return bool(value)
    return bool(value) and not math.isnan(value)


def days(text: str) -> float:
    """Days since 1 January 1970, with the fraction of the day; NaN where this is no date."""
    moment = moment_of(text)
    if moment is None:
        return NAN
    since = moment - datetime.combine(EPOCH, time())
    return since.days + since.seconds / 86400 + since.microseconds / 86_400_000_000


def moment_of(text: str) -> datetime | None:
    """A date or date-time as the clock on the wall showed it; the offset from UTC is left aside."""
    if not _DATE.fullmatch(text):
        return None
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time())
        return datetime.fromisoformat(text).replace(tzinfo=None)
    except ValueError:
        return None


def date_text(value: float, *, with_time: bool = False) -> str:
    """The date (or date-time) so many days after 1 January 1970; '' outside of the calendar."""
    if math.isnan(value) or math.isinf(value):
        return ""
    try:
        moment = datetime.combine(EPOCH, time()) + timedelta(days=value)
    except OverflowError:
        return ""
    if not with_time:
        return moment.date().isoformat()
    return moment.isoformat(timespec="milliseconds")


def as_date(value: Value) -> str:
    """What `date()` gives: a number of days or a date-time as a date."""
    value = plain(value)
    if isinstance(value, str):
        text = value.strip()
        moment = moment_of(text)
        if moment is not None:
            return moment.date().isoformat()
    return date_text(number(value))


def same(left: float, right: float) -> bool:
    """Equal as far as a double can tell: 0.1 + 0.2 is 0.3 to the person who adds up."""
    return left == right or math.isclose(left, right, rel_tol=1e-12)


def words_of(value: Value) -> list[str]:
    """The choices in an answer to 'select all that apply'."""
    return string(value).split()
