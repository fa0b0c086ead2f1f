"""The answers of a round as a file: long (a row an answer) or wide (a row a return), as codes, labels or both.

Only returns the viewer may read, and of each what was handed in last: answers being worked on never leave. Cells a
spreadsheet would take for a formula are defused.
"""

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _
from xlsxwriter import Workbook

from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.unit import note, verb
from throughline.kernel.resources.exporting import BOM, defused
from throughline.kernel.rounds import queries
from throughline.kernel.rounds.choices import ReturnState
from throughline.kernel.rounds.forms import words
from throughline.kernel.rounds.forms.definition import Form, Item, Question, Repeat
from throughline.kernel.rounds.forms.places import is_row, path_of
from throughline.kernel.rounds.models import Return, Round, Version

LONG, WIDE, DICTIONARY = "long", "wide", "dictionary"
SHAPES = (LONG, WIDE, DICTIONARY)
CODES, LABELS, BOTH = "codes", "labels", "both"
VALUES = (CODES, LABELS, BOTH)
ACCEPTED, HANDED_IN = "accepted", "handed-in"
WHICH: dict[str, tuple[str, ...]] = {
    ACCEPTED: (ReturnState.ACCEPTED,),
    HANDED_IN: (ReturnState.ACCEPTED, ReturnState.SUBMITTED, ReturnState.RETURNED),
}
FORMATS = ("csv", "xlsx")
SEVERAL = frozenset({"select-many", "rank"})

Cell = str | int | Decimal | date | None
Rows = list[list[Cell]]


@dataclass(frozen=True)
class Wanted:
    """What is asked for. Raises Invalid for words that mean nothing here."""

    shape: str = LONG
    values: str = BOTH
    which: str = ACCEPTED
    language: str = ""

    def __post_init__(self) -> None:
        known = {"shape": (self.shape, SHAPES), "values": (self.values, VALUES), "which": (self.which, tuple(WHICH))}
        problems = [
            Problem(name, _("Choose one of: %(words)s.") % {"words": ", ".join(choices)}, value)
            for name, (value, choices) in known.items()
            if value not in choices
        ]
        if problems:
            raise Invalid(problems)

    @property
    def codes(self) -> bool:
        return self.values != LABELS

    @property
    def labels(self) -> bool:
        return self.values != CODES


@dataclass(frozen=True)
class Given:
    """What one organisation handed in."""

    ret: Return
    version: Version


@dataclass
class Sheet:
    """One table of the file."""

    title: str
    head: list[str]
    rows: Rows


def handed_in(viewer: Viewer, round: Round, which: str = ACCEPTED) -> list[Given]:  # noqa: A002 (the users' word)
    """The newest version of each return the viewer may read, in the order of the jurisdictions."""
    versions = Prefetch("sheet__versions", Version.objects.order_by("-number"))
    returns = (
        queries.returns_for(viewer)
        .filter(round=round, state__in=WHICH[which])
        .prefetch_related(versions)
        .order_by("owner__jurisdiction__order", "owner__name")
    )
    newest = ((ret, next(iter(ret.sheet.versions.all()), None)) for ret in returns)
    return [Given(ret, version) for ret, version in newest if version is not None]


@verb("round.export-answers")
def export(actor: Viewer, *, round: Round, wanted: Wanted, fmt: str) -> tuple[bytes, str]:  # noqa: A002 (as above)
    """The file and its name; that it was taken, and how much, is written down. Raises Invalid."""
    if fmt not in FORMATS:
        raise Invalid([Problem("format", _("Choose one of: %(words)s.") % {"words": ", ".join(FORMATS)}, fmt)])
    given = handed_in(actor, round, wanted.which)
    sheets = tables(round, given, wanted, fmt)
    content = as_csv(sheets[0]) if fmt == "csv" else as_xlsx(sheets)
    told = {"shape": wanted.shape, "values": wanted.values, "which": wanted.which, "format": fmt}
    # About nobody's record: who reads an open round need not learn who took how many answers away.
    note(None, after={"round": round.reference, **told, "returns": len(given)})
    return content, f"{round.reference}-{wanted.shape}-{timezone.localdate():%Y-%m-%d}.{fmt}"


def tables(round: Round, given: Sequence[Given], wanted: Wanted, fmt: str) -> list[Sheet]:  # noqa: A002 (as above)
    """The tables of the file; of CSV, which holds only one, the first is it."""
    form = round.edition.form
    language = form.language_for(wanted.language)
    dictionary = Sheet(_("Dictionary"), *_dictionary(form, language))
    if wanted.shape == DICTIONARY:
        return [dictionary]
    if wanted.shape == LONG:
        return [Sheet(_("Answers"), *_long(form, given, wanted, language)), dictionary]
    if fmt == "csv":
        return [Sheet(_("Answers"), *_wide(form, given, wanted, language, rows=True))]
    found = [Sheet(_("Answers"), *_wide(form, given, wanted, language, rows=False))]
    for number, repeat in enumerate((one for one in form.repeats()), start=1):
        title = f"{number} {repeat.label(language) or repeat.name}"
        found.append(Sheet(title, *_rows_of(form, repeat, given, wanted, language)))
    return [*found, dictionary]


# Shapes

WHO = ("round", "period", "return", "organisation", "jurisdiction", "state", "version", "handed_in", "nil")


def _who(one: Given) -> list[Cell]:
    """Whose return it is, and which version."""
    ret = one.ret
    return [
        ret.round.reference,
        ret.round.period,
        ret.reference,
        str(ret.owner),
        str(ret.owner.jurisdiction or ""),
        ret.state,
        one.version.number,
        one.version.at.isoformat(timespec="seconds"),
        int(one.version.nil),
    ]


def _long(form: Form, given: Sequence[Given], wanted: Wanted, language: str) -> tuple[list[str], Rows]:
    head = [*WHO, "place", "question", "label"]
    head += ["value"] if wanted.codes else []
    head += ["value_label"] if wanted.labels else []
    rows: Rows = []
    order = {path: number for number, path in enumerate(form.items)}
    for one in given:
        if one.version.nil:
            said: list[Cell] = [one.version.nil_reason] if wanted.labels else []
            rows.append([*_who(one), "", "", _("Nothing to report"), *([""] if wanted.codes else []), *said, None])
        for place in sorted(_answered(form, one.version.answers), key=lambda p: _position(p, order)):
            item = form.items[path_of(place)]
            value = one.version.answers[place]
            values: list[Cell] = [value] if wanted.codes else []
            values += [words.value_label(form, item, value, language)] if wanted.labels else []
            number = words.as_number(item, value) if isinstance(item, Question) else None
            rows.append([*_who(one), place, item.path, item.label(language) or item.name, *values, number])
    return [*head, "number"], rows


def _answered(form: Form, answers: Mapping[str, str]) -> list[str]:
    """Places of questions this form has."""
    return [
        p for p, v in answers.items() if v != "" and not is_row(p) and isinstance(form.items.get(path_of(p)), Question)
    ]


def _position(place: str, order: Mapping[str, int]) -> tuple[tuple[int, int], ...]:
    """Document order; rows of a repeat one after the other."""
    found, path = [], ""
    for step in place.split("/"):
        name, _bracket, number = step.partition("[")
        path = f"{path}/{name}" if path else name
        found.append((order.get(path, len(order)), int(number[:-1]) if number else 0))
    return tuple(found)


Column = tuple[str, Callable[[Mapping[str, str]], Cell]]


def _wide(form: Form, given: Sequence[Given], wanted: Wanted, language: str, *, rows: bool) -> tuple[list[str], Rows]:
    """A row a return. With `rows`, the rows of repeats are columns too: place[1]/kept, place[2]/kept."""
    columns: list[Column] = []
    order = {path: number for number, path in enumerate(form.items)}
    repeated = sorted(
        {p for one in given for p in _answered(form, one.version.answers) if "[" in p} if rows else (),
        key=lambda p: _position(p, order),
    )
    plain = [item.path for item in _columns_of(form) if not item.repeats]
    for place in sorted([*plain, *repeated], key=lambda p: _position(p, order)):
        columns += _column(form, place, wanted, language)
    reason: list[str] = ["nil_reason"]
    head = [*WHO, *reason, *(name for name, _value in columns)]
    return head, [
        [*_who(one), one.version.nil_reason, *(value(one.version.answers) for _name, value in columns)] for one in given
    ]


def _columns_of(form: Form) -> Iterator[Question]:
    """Questions that have a value: asked, or computed."""
    return (item for item in form.questions() if item.kind not in {"note", "hidden"})


def _column(form: Form, place: str, wanted: Wanted, language: str) -> list[Column]:
    """The columns of one question: its value, its label, and 0 or 1 for each option of 'select all that apply'."""
    item = form.items[path_of(place)]
    assert isinstance(item, Question)  # noqa: S101 (for the type checker: only questions come here)
    found: list[Column] = []
    if wanted.codes or not _has_labels(item):
        found.append((place, lambda answers: typed(item, answers.get(place, ""))))
    if wanted.labels and _has_labels(item):
        name = f"{place} ({_('label')})" if wanted.codes else place
        found.append((name, lambda answers: words.value_label(form, item, answers.get(place, ""), language)))
    if item.kind == "select-many":
        found += [_option(item, place, choice.value) for choice in item.choices(language)]
    return found


def _option(item: Item, place: str, option: str) -> Column:
    def chosen(answers: Mapping[str, str]) -> Cell:
        value = answers.get(place, "")
        return int(option in value.split()) if value else None

    return f"{place}/{option}", chosen


def _has_labels(item: Question) -> bool:
    return item.kind in SEVERAL or item.kind in {"select-one", "acknowledge"}


def typed(item: Item, value: str) -> Cell:
    """An answer as what it is: a number, a date or text."""
    found = words.python_value(item, value)
    if found is None or isinstance(found, list):
        return value or None
    return found


def _rows_of(
    form: Form, repeat: Repeat, given: Sequence[Given], wanted: Wanted, language: str
) -> tuple[list[str], Rows]:
    """A row for each row of a repeat, of all returns."""
    questions = [item for item in _columns_of(form) if item.repeats and item.repeats[-1] is repeat]
    pairs = [(q, _column(form, q.path, wanted, language)) for q in questions]
    head = ["return", "organisation", "jurisdiction", "row", *(name for _q, found in pairs for name, _value in found)]
    rows: Rows = []
    for one in given:
        for row in _row_places(one.version.answers, repeat):
            # The row's own answers, under the paths of their questions.
            own = {path_of(place): value for place, value in one.version.answers.items() if place.startswith(f"{row}/")}
            who: list[Cell] = [one.ret.reference, str(one.ret.owner), str(one.ret.owner.jurisdiction or ""), row]
            rows.append([*who, *(value(own) for _q, found in pairs for _name, value in found)])
    return head, rows


def _row_places(answers: Mapping[str, str], repeat: Repeat) -> list[str]:
    depth = repeat.path.count("/") + 1
    found = {"/".join(place.split("/")[:depth]) for place in answers if path_of(place).startswith(repeat.path)}
    rows = [one for one in found if path_of(one) == repeat.path and is_row(one)]
    return sorted(rows, key=lambda one: [int(step.partition("[")[2][:-1] or 0) for step in one.split("/")])


def _dictionary(form: Form, language: str) -> tuple[list[str], Rows]:
    """What each column means."""
    head = ["question", "label", "hint", "kind", "section", "repeated", "required", "choices", "together"]
    rows: Rows = []
    for item in _columns_of(form):
        choices = "; ".join(f"{one.value} = {one.label}" for one in item.choices(language))
        repeated = item.repeats[-1].path if item.repeats else ""
        required = int(item.required is not None)
        rows.append(
            [
                item.path,
                item.label(language),
                item.hint(language),
                item.kind,
                item.top,
                repeated,
                required,
                choices,
                item.extra.get("together", ""),
            ]
        )
    return head, rows


# Files


def as_csv(sheet: Sheet) -> bytes:
    """UTF-8 with a mark at the start, so that a spreadsheet reads č and ш as they are."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([defused(name) for name in sheet.head])
    for row in sheet.rows:
        writer.writerow(["" if cell is None else defused(cell) if isinstance(cell, str) else cell for cell in row])
    return f"{BOM}{out.getvalue()}".encode()


def as_xlsx(sheets: Sequence[Sheet]) -> bytes:
    """A sheet for each table, its head frozen and filterable; no text becomes a formula."""
    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    names: set[str] = set()
    for sheet in sheets:
        page = book.add_worksheet(_sheet_name(sheet.title, names))
        for column, name in enumerate(sheet.head):
            page.write_string(0, column, name, bold)
            page.set_column(column, column, min(max(len(name) + 2, 12), 40))
        for number, row in enumerate(sheet.rows, start=1):
            for column, cell in enumerate(row):
                _write(page, number, column, cell, day)
        page.freeze_panes(1, 0)
        page.autofilter(0, 0, max(len(sheet.rows), 1), max(len(sheet.head) - 1, 0))
    book.close()
    return out.getvalue()


def _write(page: Any, row: int, column: int, cell: Cell, day: Any) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, date):
        page.write_string(row, column, cell.isoformat()) if cell.year <= 1900 else page.write_datetime(
            row, column, cell, day
        )
    elif isinstance(cell, str):
        page.write_string(row, column, cell[:32_767])
    else:
        page.write_number(row, column, cell)


def _sheet_name(title: str, names: set[str]) -> str:
    unfit = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
    name = " ".join(title.translate(unfit).split())[:28] or "-"
    while name.casefold() in names:
        name = f"{name[:26]} {len(names)}"
    names.add(name.casefold())
    return name
