"""Whether an answer is what its question asks for: a number, a real date, a choice of the list."""

import re
from collections.abc import Callable
from datetime import time

from django.utils.translation import gettext as _

from throughline.kernel.rounds.forms import geometry
from throughline.kernel.rounds.forms.definition import Question
from throughline.kernel.rounds.forms.values import moment_of

LONGEST = 20_000
_INTEGER = re.compile(r"[+-]?[0-9]{1,15}")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]{1,15}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})(?:E[+-]?[0-9]{1,2})?")
_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:[ \u00a0\u202f'’.,]\d{3})+(?:[.,]\d+)?")
_COMMA = re.compile(r"[+-]?[0-9]+,[0-9]+")
_TIME = re.compile(r"\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:\d{2})?")


def wrong_type(item: Question, value: str) -> str:
    """What is wrong with the form of an answer, '' if nothing is."""
    if len(value) > LONGEST:
        return _("The answer is longer than %(most)s characters.") % {"most": LONGEST}
    check = _CHECKS.get(item.bind_type if item.kind in {"range", "hidden", "calculate"} else item.kind)
    return check(value) if check else ""


def _integer(value: str) -> str:
    if _INTEGER.fullmatch(value):
        return ""
    if _DECIMAL.fullmatch(value):
        return _("Enter a whole number, without decimals.")
    return _number(value) or _("Enter a whole number in digits, such as 12.")


def _number(value: str) -> str:
    """What is wrong with the writing of a number; '' if it is no number at all."""
    if _THOUSANDS.fullmatch(value) and not _COMMA.fullmatch(value):
        return _('Enter the number without separators between thousands: 1250, not "%(value)s".') % {"value": value}
    if _COMMA.fullmatch(value):
        if _THOUSANDS.fullmatch(value):
            return _('It is not clear whether "%(value)s" has decimals or thousands. Enter it without the comma.') % {
                "value": value
            }
        return _('Enter decimals with a point: %(point)s, not "%(value)s".') % {
            "point": value.replace(",", "."),
            "value": value,
        }
    return ""


def _decimal(value: str) -> str:
    return "" if _DECIMAL.fullmatch(value) else _number(value) or _("Enter a number in digits, such as 12 or 12.5.")


def _date(value: str) -> str:
    if len(value) == 10 and moment_of(value):
        return ""
    return _('"%(value)s" is not a date. Enter year, month and day, such as 2023-12-31.') % {"value": value}


def _time(value: str) -> str:
    try:
        if _TIME.fullmatch(value) and time.fromisoformat(value):
            return ""
    except ValueError:
        pass
    return _('"%(value)s" is not a time of day. Enter hours and minutes, such as 14:30.') % {"value": value}


def _datetime(value: str) -> str:
    if "T" in value and moment_of(value):
        return ""
    return _('"%(value)s" is not a date with a time, such as 2023-12-31T14:30.') % {"value": value}


def _places(least: int, message: Callable[[], str]) -> Callable[[str], str]:
    def check(value: str) -> str:
        found = geometry.points(value)
        enough = found is not None and (len(found) >= least if least > 1 else len(found) == 1)
        return "" if enough else message()

    return check


def _shape(value: str) -> str:
    found = geometry.points(value)
    if found and len(found) >= 4 and found[0] == found[-1]:
        return ""
    return _("This is not an area: its line needs at least three points and ends where it began.")


def _file(value: str) -> str:
    if "/" in value or "\\" in value or value.startswith("."):
        return _('"%(value)s" is not the name of a file.') % {"value": value}
    return ""


_CHECKS: dict[str, Callable[[str], str]] = {
    "integer": _integer,
    "int": _integer,
    "decimal": _decimal,
    "date": _date,
    "time": _time,
    "datetime": _datetime,
    "dateTime": _datetime,
    "geopoint": _places(1, lambda: _("This is not a position: enter latitude and longitude, such as 44.82 20.46.")),
    "geotrace": _places(2, lambda: _("This is not a line: it needs at least two points.")),
    "geoshape": _shape,
    "image": _file,
    "audio": _file,
    "video": _file,
    "file": _file,
}


def wrong_range(item: Question, value: str) -> str:
    """Outside of a range's ends, or between its steps."""
    if item.kind != "range":
        return ""
    start, end, step = (float(item.parameters.get(name, default)) for name, default in _RANGE)
    number = float(value)
    if not min(start, end) <= number <= max(start, end):
        return _("Enter a number from %(start)s to %(end)s.") % {
            "start": item.parameters.get("start", "1"),
            "end": item.parameters.get("end", "10"),
        }
    steps = (number - start) / step if step else 0.0
    if abs(steps - round(steps)) > 1e-9:
        return _("Enter a number in steps of %(step)s from %(start)s.") % {
            "step": item.parameters.get("step", "1"),
            "start": item.parameters.get("start", "1"),
        }
    return ""


_RANGE = (("start", "1"), ("end", "10"), ("step", "1"))


def wrong_choice(item: Question, value: str, allowed: frozenset[str]) -> str:
    """Not in the list (as it is with the other answers), or chosen twice."""
    chosen = [value] if item.kind == "select-one" else value.split()
    strange = [one for one in chosen if one not in allowed]
    if strange:
        known = {choice.value: choice.label for choice in item.choices()}
        if all(one in known for one in strange):
            names = ", ".join(known[one] for one in strange)
            return _('With the other answers as they are, "%(names)s" cannot be chosen here.') % {"names": names}
        return _('"%(values)s" is not one of the choices.') % {"values": ", ".join(strange)}
    if len(set(chosen)) < len(chosen):
        return _("The same choice is given twice.")
    if item.kind == "rank" and len(chosen) < len(allowed):
        return _("Put all %(count)s choices in order.") % {"count": len(allowed)}
    return ""
