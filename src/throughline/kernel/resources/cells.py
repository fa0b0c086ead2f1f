"""Printing values: in words for a page, in cells for a sheet, in codes for the API."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from throughline.kernel.flow.registry import flow_for
from throughline.kernel.resources.cleaning import pack
from throughline.kernel.resources.declare import Column, Field, Resource
from throughline.kernel.resources.lookups import term_label
from throughline.kernel.ui import formats

Cell = str | int | float | bool | date | datetime | time | None
QUARTERS = (_l("first quarter"), _l("second quarter"), _l("third quarter"), _l("fourth quarter"))


def value_of(field: Field, row: Any) -> Any:
    return getattr(row, field.name, None)


def words(field: Field, value: Any, row: Any = None) -> Any:
    """A value as a page prints it, in the active language; None and '' stay as they are."""
    if value in (None, ""):
        return None
    if field.name == "state":
        return state_label(row, value)
    if field.said:
        return field.said(value)
    if field.kind == "choice":
        return str(dict(field.source.flatchoices).get(value, value))  # type: ignore[union-attr]
    if field.kind == "term":
        return term_label(value)
    if field.kind == "date":
        return day_words(value, getattr(row, field.precision, "day") if field.precision else "day")
    if field.kind == "time":
        return value.strftime("%H:%M")
    if field.kind == "reference":
        return str(value)
    return value


def printed(field: Field, row: Any) -> Any:
    return words(field, value_of(field, row), row)


def state_label(row: Any, value: str) -> str:
    flow = flow_for(type(row)) if row is not None else None
    return str(flow.state(value).label) if flow and value in flow.by_code else value.replace("-", " ").capitalize()


def state_tone(row: Any) -> str:
    flow = flow_for(type(row))
    return flow.state(row.state).tone if flow and row.state in flow.by_code else "neutral"


def day_words(value: date, precision: str) -> str:
    """A date no more exact than it is known: 7 March 2024, March 2024, first quarter 2024, 2024."""
    if precision == "month":
        return formats.month(value)
    if precision == "quarter":
        quarter = QUARTERS[(value.month - 1) // 3]
        return _("%(quarter)s of %(year)s") % {"quarter": quarter, "year": value.year}
    if precision == "year":
        return str(value.year)
    return formats.day(value)


def day_text(value: date, precision: str) -> str:
    """The same for a sheet: 2024-03-07, 2024-03, 2024-Q1, 2024. `clean` reads each of them back."""
    if precision == "month":
        return f"{value:%Y-%m}"
    if precision == "quarter":
        return f"{value.year}-Q{(value.month - 1) // 3 + 1}"
    return str(value.year) if precision == "year" else value.isoformat()


def sheet_cell(field: Field, row: Any) -> Cell:
    """A value as a sheet holds it: names as printed, numbers as numbers, dates no more exact than known."""
    value = value_of(field, row)
    if value is None or value == "":
        return ""
    if field.kind == "date":
        return day_text(value, getattr(row, field.precision, "day") if field.precision else "day")
    if field.kind == "moment":
        return timezone.localtime(value).isoformat(timespec="seconds")
    if field.kind in {"integer", "number"}:
        return value  # type: ignore[no-any-return]
    if field.kind == "boolean":
        return _("yes") if value else _("no")
    return str(words(field, value, row))


def column_cell(column: Column, record: Any) -> Cell:
    """One cell of the noun's sheet; child lines packed, numbered from 1."""
    if column.lines is None:
        return sheet_cell(column.field, record)
    rows = sorted(getattr(record, column.lines.name).all(), key=lambda row: row.pk)
    return pack((number, str(sheet_cell(column.field, row))) for number, row in enumerate(rows, start=1))


def code_of(field: Field, row: Any) -> Any:
    """A value as the API gives and takes it: codes, ISO dates, plain numbers."""
    value = value_of(field, row)
    if value is None:
        return None
    if field.kind in {"term", "reference"}:
        return str(getattr(value, field.by if field.kind == "reference" else "code", value.pk))
    if isinstance(value, date | time):
        return value.isoformat()
    return value


def as_json(resource: Resource, record: Any, *, lines: bool = True) -> dict[str, Any]:
    """A record as the API gives it; the same shape can be sent back."""
    told: dict[str, Any] = {"id": str(record.pk)}
    told |= {field.name: plain(code_of(field, record)) for field in resource.all_fields if hasattr(record, field.name)}
    if resource.is_record:
        told["version"] = record.version
    if lines:
        for part in resource.lines:
            rows = sorted(getattr(record, part.name).all(), key=lambda row: row.pk)
            told[part.name] = [{field.name: plain(code_of(field, row)) for field in part.fields} for row in rows]
    return told


def plain(value: Any) -> Any:
    """A decimal as the number JSON knows: whole where it is whole."""
    if not isinstance(value, Decimal):
        return value
    return int(value) if value == value.to_integral_value() else float(value)
