"""A scorecard as a table of values: one line a value, codes and labels, as CSV or Excel."""

import csv
from collections.abc import Iterator
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _

from throughline.kernel.resources.exporting import BOM, XLSX, defused
from throughline.results.scorecards import Coverage, IndicatorCard, Measured, Scorecard

Row = dict[str, str | float | None]
COLUMNS = (
    "framework goal indicator label title unit kind version period jurisdiction jurisdiction_name cell cell_label value "
    "numerator denominator status status_label text text_english nil why baseline target percent_achieved reported "
    "expected sources"
).split()
TYPES = {"csv": "text/csv; charset=utf-8", "xlsx": XLSX}
REGION = "region"


def rows_of(card: Scorecard) -> Iterator[Row]:
    """Each jurisdiction's value, then the region's with its coverage, then the parts of the region's value."""
    for goal in card.goals:
        for one in goal.indicators:
            yield from _rows(card, goal.number, one)


def _rows(card: Scorecard, goal: int, one: IndicatorCard) -> Iterator[Row]:
    head: Row = {"framework": card.framework, "goal": goal or None, "indicator": one.code, "label": one.label}
    head |= {"title": one.title, "unit": one.unit, "kind": one.kind, "period": card.period}
    for figure in one.places:
        place: Row = {"jurisdiction": figure.place.code, "jurisdiction_name": figure.place.name}
        yield head | place | _value(figure.measured) | _set(figure.baseline, figure.target, figure.progress.percent)
    if card.jurisdiction and one.places:
        return
    region: Row = {"jurisdiction": REGION, "jurisdiction_name": _("Region")}
    whole = _value(one.actual) | _set(one.baseline, one.target, one.progress.percent) | _covered(one.coverage)
    yield head | region | whole
    for part in one.cells:
        cell: Row = {"cell": part.code, "cell_label": part.label}
        yield head | region | cell | _value(part.measured) | _covered(part.coverage)


def _value(found: Measured) -> Row:
    return {
        "version": found.version or None,
        "value": found.value,
        "numerator": found.numerator,
        "denominator": found.denominator,
        "status": found.status,
        "status_label": found.status_label,
        "text": found.text,
        "text_english": found.text_english,
        "nil": "yes" if found.nil else "",
        "why": found.why,
        "sources": " ".join(dict.fromkeys(one.reference or one.label for one in found.behind)),
    }


def _set(baseline: Measured | None, target: Measured | None, percent: float | None) -> Row:
    return {
        "baseline": baseline.value if baseline else None,
        "target": target.value if target else None,
        "percent_achieved": percent,
    }


def _covered(coverage: Coverage) -> Row:
    return {"reported": coverage.reported, "expected": coverage.expected}


def about(card: Scorecard) -> list[tuple[str, str]]:
    """What must be known to read the table."""
    lines = [
        (_("Framework"), card.title),
        (_("Period"), card.period_label),
        (_("Jurisdictions"), ", ".join(one.name for one in card.places)),
        (_("Run as"), card.run_as),
        (_("Asked on"), card.asked_at),
        (_("Missing"), _("An empty value is missing, not zero; 'why' says why.")),
    ]
    if card.to_be_verified:
        lines.append((_("To be verified"), _("The wording of goals and indicators is not confirmed.")))
    if card.illustrative:
        lines.append((_("Illustrative"), _("These values are illustrative.")))
    return lines + [(_("Footnote"), text) for text in card.footnotes]


def as_csv(card: Scorecard) -> bytes:
    text = StringIO()
    text.write(BOM)
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in rows_of(card):
        writer.writerow([defused(row.get(name)) for name in COLUMNS])
    return text.getvalue().encode()


def as_xlsx(card: Scorecard) -> bytes:
    buffer = BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet(_("Values"))
    for column, name in enumerate(COLUMNS):
        sheet.write_string(0, column, name, bold)
    last = 0
    for last, row in enumerate(rows_of(card), start=1):
        for column, name in enumerate(COLUMNS):
            _write(sheet, last, column, row.get(name))
    sheet.freeze_panes(1, 4)
    sheet.autofilter(0, 0, max(last, 1), len(COLUMNS) - 1)
    notes = book.add_worksheet(_("About"))
    notes.set_column(0, 0, 24)
    notes.set_column(1, 1, 100)
    for index, (name, value) in enumerate(about(card)):
        notes.write_string(index, 0, name, bold)
        notes.write_string(index, 1, value)
    book.close()
    return buffer.getvalue()


def _write(sheet: Any, row: int, column: int, value: str | float | None) -> None:
    if isinstance(value, str):
        if value:
            sheet.write_string(row, column, value)
    elif value is not None:
        sheet.write_number(row, column, value)


FORMATS = {"csv": as_csv, "xlsx": as_xlsx}
