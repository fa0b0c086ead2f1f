"""Answers as people read them, and as programs count them."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.utils import formats
from django.utils.translation import gettext as _

from throughline.kernel.rounds.forms import geometry
from throughline.kernel.rounds.forms.definition import CHOOSING, Form, Item, Question
from throughline.kernel.rounds.forms.values import moment_of

Plain = int | Decimal | date | str | list[str] | None


def value_label(form: Form, item: Item, value: str, language: str = "") -> str:
    """An answer in words: the labels of choices, numbers and dates as the reader's language writes them.

    What cannot be put into words (a wrong number, a choice that is gone) is given back as it stands.
    """
    if not isinstance(item, Question) or value == "":
        return ""
    if item.kind in CHOOSING:
        return _choices(item, value, form.language_for(language))
    if item.kind == "acknowledge":
        return _("Confirmed")
    number = as_number(item, value)
    if number is not None:
        return str(formats.number_format(number, use_l10n=True, force_grouping=True))
    if item.kind == "date" and (moment := moment_of(value)):
        return str(formats.date_format(moment.date()))
    if item.kind == "datetime" and (moment := moment_of(value)):
        return str(formats.date_format(moment, "DATETIME_FORMAT"))
    if item.kind == "geopoint" and (found := geometry.points(value)):
        return ", ".join(f"{part:.5f}" for part in found[0])
    return value


def _choices(item: Question, value: str, language: str) -> str:
    labels = {one.value: one.label for one in item.choices(language)}
    if item.kind == "select-one":
        return labels.get(value, value)
    mark = " → " if item.kind == "rank" else ", "
    return mark.join(labels.get(one, one) for one in value.split())


def as_number(item: Question, value: str) -> int | Decimal | None:
    """The number an answer is, None where the question asks for none or the answer is not one."""
    numeric = item.kind in {"integer", "decimal"} or item.bind_type in {"int", "decimal"}
    if not numeric:
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    if not number.is_finite():
        return None
    whole = item.kind == "integer" or item.bind_type == "int"
    return int(number) if whole and number == number.to_integral_value() else number


def python_value(item: Item, value: str) -> Plain:
    """An answer as a program counts it; None where there is none. What is not what it should be stays text."""
    if not isinstance(item, Question) or value == "":
        return None
    if item.kind in {"select-many", "rank"}:
        return value.split()
    number = as_number(item, value)
    if number is not None:
        return number
    if item.kind in {"date", "datetime"}:
        moment = moment_of(value)
        if isinstance(moment, datetime):
            return moment.date() if item.kind == "date" else moment
    return value
