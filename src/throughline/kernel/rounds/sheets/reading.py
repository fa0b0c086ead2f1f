"""Reading a file that comes back. Cells are found by what stands hidden beside and above them, never by position.

A file that is not this return's, or whose headings do not say any more what its columns hold, is refused whole:
nothing is guessed. A single cell that means nothing to its question is a problem of that cell.
"""

import io
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NoReturn

import python_calamine
from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.intake.formats import Unreadable, sniff
from throughline.kernel.intake.formats.base import column_letter
from throughline.kernel.intake.formats.workbook import check_book, survived
from throughline.kernel.intake.limits import limits
from throughline.kernel.rounds.forms.definition import Form, Question, Repeat
from throughline.kernel.rounds.forms.places import MOST_ROWS, path_of
from throughline.kernel.rounds.sheets import marks
from throughline.kernel.rounds.sheets.faults import faults
from throughline.kernel.rounds.sheets.marks import ANSWER, PARENT, ROW, Answers, FileMark, Holder, SheetMark
from throughline.kernel.rounds.sheets.values import DASHES, IN_ERROR, Heard, NotUnderstood, as_answer, in_excel, plain

LARGEST = 25 * 1024 * 1024
LOOKED_AT = 12
Grid = list[list[Any]]


@dataclass(frozen=True)
class Spot:
    """One cell, as the person finds it in Excel."""

    sheet: str
    row: int
    column: int
    raw: str = ""

    @property
    def cell(self) -> str:
        return f"{column_letter(self.column)}{self.row + 1}"

    def __str__(self) -> str:
        where = {"sheet": self.sheet, "cell": self.cell, "value": self.raw[:60]}
        if self.raw:
            return _('Sheet "%(sheet)s", cell %(cell)s "%(value)s"') % where
        return _('Sheet "%(sheet)s", cell %(cell)s') % where


@dataclass(frozen=True)
class CellProblem:
    """One thing wrong with one cell."""

    spot: Spot
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.spot}: {self.message}"


@dataclass
class Filled:
    """What a file says: an answer for each cell that says something, '' where a dash takes one out."""

    language: str
    answers: Answers = field(default_factory=dict)
    problems: list[CellProblem] = field(default_factory=list)
    spots: dict[str, Spot] = field(default_factory=dict)
    said: Answers = field(default_factory=dict)


def read(content: bytes, *, form: Form, holder: Holder) -> Filled:
    """The answers of a file for this return or part. Raises Invalid for a file that is not for it or not whole."""
    try:
        book = _opened(content)
    except Unreadable as fault:
        raise Invalid([Problem("file", str(fault))]) from fault
    mark = _mark_of(book)
    _for_this(mark, holder)
    heard = Heard(form, mark.language)
    filled = Filled(
        mark.language, said={place: value for place, value in mark.said.items() if path_of(place) in form.items}
    )
    reader = _Reader(form, holder, heard, filled, faults(content))
    grids = {name: _grid(book, name) for name in book.sheet_names if name not in {marks.SHEET, marks.LISTS}}
    for sign in mark.sheets:
        reader.sheet(sign, grids)
    return filled


def _opened(content: bytes) -> python_calamine.CalamineWorkbook:
    if len(content) > LARGEST:
        raise Unreadable(_("The file is larger than %(most)s MB."), most=LARGEST // 1024**2)
    if not content.strip():
        raise Unreadable(_("The file is empty."))
    if sniff(content) != "xlsx":
        raise Unreadable(_("This is not an Excel workbook (.xlsx). Upload the file you downloaded here, filled in."))
    check_book(content, limits())
    try:
        with survived():
            return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    except python_calamine.PasswordError as fault:
        raise Unreadable(_("The workbook is protected by a password. Save it without one and try again.")) from fault
    except (python_calamine.CalamineError, OSError, ValueError) as fault:
        message = _("This is not a workbook that can be read. Open it in Excel and save it as .xlsx.")
        raise Unreadable(message) from fault


def _grid(book: python_calamine.CalamineWorkbook, name: str) -> Grid:
    try:
        with survived():
            return book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, OSError, ValueError) as fault:
        message = _("The sheet '%(name)s' cannot be read. Open the file in Excel and save it as .xlsx.")
        raise Invalid([Problem("file", message % {"name": name})]) from fault


# Is it this file?


def _mark_of(book: python_calamine.CalamineWorkbook) -> FileMark:
    mark = None
    if marks.SHEET in book.sheet_names:
        mark = marks.of_cells([cell for row in _grid(book, marks.SHEET) for cell in row if cell not in {None, ""}])
    if mark is None:
        _refuse(
            _(
                "This is not a file of a round, or what it says about itself was lost: a sheet that is hidden in it is "
                "missing. Download the file anew and copy your answers into it."
            )
        )
    return mark


def _for_this(mark: FileMark, holder: Holder) -> None:
    """Refuse what belongs to another round, another organisation, or an edition that was replaced."""
    if mark.round != holder.round.reference:
        _refuse(
            _(
                'This file belongs to another round: "%(other)s" (%(reference)s). Upload it there, or download the one of "%(this)s".'
            )
            % {"other": mark.round_title, "reference": mark.round, "this": holder.round.title}
        )
    if mark.holder != holder.reference:
        _refuse(
            _(
                "This file belongs to %(reference)s of %(other)s, not to %(this)s of %(owner)s. Download the file of this one."
            )
            % {
                "reference": mark.holder,
                "other": mark.organisation,
                "this": holder.reference,
                "owner": holder.owner,
            }
        )
    edition = holder.edition
    if mark.edition != edition.number or mark.fingerprint != marks.fingerprint(edition):
        _refuse(
            _(
                "This file asks edition %(old)d of the questionnaire; the round now asks edition %(new)d. Download the file anew and copy your answers into it."
            )
            % {"old": mark.edition, "new": edition.number}
        )


def _refuse(message: str) -> NoReturn:
    raise Invalid([Problem("file", message)])


class _Reader:
    """Reads the sheets of one file into `filled`."""

    def __init__(
        self, form: Form, holder: Holder, heard: Heard, filled: Filled, faulty: Mapping[str, Collection[str]]
    ) -> None:
        self.form, self.holder, self.heard, self.filled, self.faulty = form, holder, heard, filled, faulty

    def raw(self, name: str, grid: Grid, row: int, column: int) -> Any:
        """A cell; one in error says so."""
        faulty = self.faulty.get(name, ())
        return IN_ERROR if f"{column_letter(column)}{row + 1}" in faulty else _at(grid, row, column)

    def sheet(self, sign: SheetMark, grids: dict[str, Grid]) -> None:
        found = [(name, at) for name, grid in grids.items() if (at := _sign_at(grid, sign.sign)) is not None]
        if len(found) != 1:
            _refuse(_lost_sheet(sign, twice=len(found) > 1, there=sign.name in grids))
        name, (row, key) = found[0]
        grid = grids[name]
        columns = _columns(grid, row, sign, name)
        rows = range(columns.pop(HEADINGS) + 1, len(grid))
        if sign.kind == marks.QUESTIONS:
            self.questions(name, grid, rows, key, columns[ANSWER])
        else:
            self.table(name, grid, rows, key, columns, sign)

    def questions(self, name: str, grid: Grid, rows: range, key: int, column: int) -> None:
        for row in rows:
            place = plain(_at(grid, row, key))
            raw = self.raw(name, grid, row, column)
            if place:
                self.take(place, raw, Spot(name, row, column, plain(raw)))

    def table(self, name: str, grid: Grid, rows: range, key: int, columns: dict[str, int], sign: SheetMark) -> None:
        repeat = self.form.items.get(sign.key)
        if not isinstance(repeat, Repeat):
            return
        counted = dict(sign.rows)
        for row in rows:
            asked = {path: column for path, column in columns.items() if path in self.form.items}
            if all(plain(self.raw(name, grid, row, column)) == "" for column in asked.values()):
                continue
            spot = Spot(name, row, next(iter(asked.values())), "")
            place = plain(_at(grid, row, key)) or self._new_row(repeat, grid, row, columns, counted, spot)
            if place:
                for path, column in asked.items():
                    raw = self.raw(name, grid, row, column)
                    self.take(f"{place}{path[len(repeat.path) :]}", raw, Spot(name, row, column, plain(raw)))

    def _new_row(
        self, repeat: Repeat, grid: Grid, row: int, columns: dict[str, int], counted: dict[str, int], spot: Spot
    ) -> str:
        """The place of a row that was added: the next one under the rows it says it belongs to."""
        above = repeat.path
        for parent in (one for one in repeat.repeats if one is not repeat):
            column = columns[f"{PARENT} {parent.path}"]
            said = plain(_at(grid, row, column))
            if not said.isdigit() or not 0 < int(said) <= MOST_ROWS:
                message = _("Write the number of the row this belongs to, as it stands in the sheet of the outer rows.")
                self.filled.problems.append(CellProblem(Spot(spot.sheet, row, column, said), "", message))
                return ""
            above = _numbered(above, parent, int(said))
        counted[above] = counted.get(above, 0) + 1
        if counted[above] > MOST_ROWS:
            self.filled.problems.append(CellProblem(spot, "", _("There are too many rows.")))
            return ""
        return f"{above}[{counted[above]}]"

    def take(self, place: str, raw: Any, spot: Spot) -> None:
        """One cell: what it says to its question, if it says anything."""
        item = self.form.items.get(path_of(place))
        if not spot.raw or not isinstance(item, Question) or not in_excel(item) or not marks.mine(self.holder, place):
            return
        problem = ""
        if place in self.filled.spots:
            if self.filled.spots[place].raw != spot.raw:
                problem = _("Cell %(cell)s answers the same question. Leave one of them.") % {
                    "cell": f"{self.filled.spots[place].sheet}!{self.filled.spots[place].cell}"
                }
        else:
            self.filled.spots[place] = spot
            try:
                self.filled.answers[place] = self._answer(item, raw, spot.raw)
            except NotUnderstood as fault:
                problem = str(fault)
        if problem:
            self.filled.problems.append(CellProblem(spot, place, problem))

    def _answer(self, item: Question, raw: Any, text: str) -> str:
        if text in DASHES and not self.heard.values(item, text):
            return ""
        return as_answer(item, raw, self.heard)


HEADINGS = " headings"


def _columns(grid: Grid, row: int, sign: SheetMark, name: str) -> dict[str, int]:
    """Where each column stands now, and (under HEADINGS) on which row. Refuses headings that say something else."""
    told = {plain(cell): column for column, cell in enumerate(grid[row])}
    needed = [one for one in sign.headings if sign.kind == marks.TABLE or one == ANSWER]
    needed = [one for one in needed if one not in {ROW, marks.REMARK}]
    lost = [one for one in needed if one not in told]
    if lost:
        _refuse(
            _(
                'Sheet "%(sheet)s": the column "%(column)s" was deleted. Download the file anew and copy your answers into it.'
            )
            % {"sheet": name, "column": sign.headings[lost[0]]}
        )
    columns = {one: told[one] for one in needed}
    first = needed[0]
    below = range(row + 1, min(row + 1 + LOOKED_AT, len(grid)))
    matching = {at: _renamed(grid, at, columns, sign) for at in below}
    heading = next((at for at in below if not matching[at]), None)
    if heading is None:
        nearest = min(below, key=lambda at: len(matching[at]), default=row)
        wrong = (matching.get(nearest) or [first])[0]
        where = {
            "sheet": name,
            "column": column_letter(columns[wrong]),
            "heading": sign.headings[wrong],
            "now": plain(_at(grid, nearest, columns[wrong])) if len(needed) > 1 else "",
        }
        _refuse(
            _(
                'Sheet "%(sheet)s": the heading of column %(column)s must be "%(heading)s". It was renamed or deleted: write it again and upload the file.'
            )
            % where
        )
    return {**columns, HEADINGS: heading}


def _renamed(grid: Grid, row: int, columns: dict[str, int], sign: SheetMark) -> list[str]:
    """The columns whose heading does not stand on this row."""
    return [
        one for one, column in columns.items() if _squeezed(_at(grid, row, column)) != _squeezed(sign.headings[one])
    ]


def _squeezed(raw: Any) -> str:
    return " ".join(plain(raw).split())


def _sign_at(grid: Grid, sign: str) -> tuple[int, int] | None:
    """Where a sheet's hidden sign stands: its row, and the column of the keys."""
    for row, cells in enumerate(grid[:LOOKED_AT]):
        for column, cell in enumerate(cells):
            if cell == sign:
                return row, column
    return None


def _lost_sheet(sign: SheetMark, *, twice: bool, there: bool) -> str:
    if twice:
        message = _('The sheet "%(sheet)s" stands in the file twice. Delete the copy.')
    elif there:
        message = _(
            'Sheet "%(sheet)s": the hidden first row or the hidden column A was deleted; they say which answer belongs where. Download the file anew and copy your answers into it.'
        )
    else:
        message = _('The sheet "%(sheet)s" is missing. Download the file anew and copy your answers into it.')
    return message % {"sheet": sign.name}


def _numbered(path: str, parent: Repeat, number: int) -> str:
    """The path with the number of a row of one of the repeats around it."""
    steps = path.split("/")
    depth = parent.path.count("/")
    steps[depth] = f"{steps[depth]}[{number}]"
    return "/".join(steps)


def _at(grid: Sequence[Sequence[Any]], row: int, column: int) -> Any:
    cells = grid[row]
    return cells[column] if column < len(cells) else None
