"""Which sheets the file has and what stands on each row: no cells, no colours yet."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count

from django.utils.translation import gettext as _

from throughline.kernel.rounds.forms import places
from throughline.kernel.rounds.forms.definition import Form, Group, Item, Question, Repeat
from throughline.kernel.rounds.forms.evaluating import Evaluation
from throughline.kernel.rounds.sheets.marks import Holder, mine, sections_of
from throughline.kernel.rounds.sheets.values import in_excel

HEADING, QUESTION, NOTE, POINTER = "heading", "question", "note", "pointer"
LONGEST_NAME = 31
UNFIT = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))


@dataclass(frozen=True)
class Line:
    """One row of a sheet of questions."""

    kind: str
    item: Item
    place: str
    number: str = ""
    depth: int = 0


@dataclass
class Section:
    """A sheet of questions: a top-level group, or what stands outside of all."""

    name: str
    key: str
    title: str
    note: str = ""
    lines: list[Line] = field(default_factory=list)


@dataclass
class Table:
    """A sheet with the rows of a repeated group: a column for each question."""

    name: str
    repeat: Repeat
    title: str
    parents: tuple[Repeat, ...]
    columns: tuple[Question, ...]
    rows: list[str] = field(default_factory=list)

    @property
    def counted(self) -> dict[str, int]:
        """How many rows there are under each repeat's place when the file is written."""
        found: dict[str, int] = {}
        for row in self.rows:
            above, _bracket, number = row.rpartition("[")
            found[above] = max(found.get(above, 0), int(number[:-1]))
        return found


@dataclass
class Layout:
    """The sheets in order."""

    sheets: list[Section | Table] = field(default_factory=list)

    @property
    def sections(self) -> list[Section]:
        return [one for one in self.sheets if isinstance(one, Section)]

    @property
    def tables(self) -> list[Table]:
        return [one for one in self.sheets if isinstance(one, Table)]

    def table(self, repeat: Repeat) -> Table | None:
        return next((one for one in self.tables if one.repeat is repeat), None)


def lay_out(form: Form, evaluation: Evaluation, holder: Holder, language: str) -> Layout:
    """The sheets for what the holder is asked."""
    maker = _Maker(form, evaluation, language)
    asked = sections_of(holder)
    children = [child for child in form.children if not asked or mine(holder, child.name)]
    loose = [child for child in children if isinstance(child, Question)]
    if _has_own(loose):
        maker.section("", _("General"), "", loose)
    for child in children:
        if isinstance(child, Group):
            maker.section(child.name, child.label(language) or child.name, child.hint(language), child.children)
        elif isinstance(child, Repeat):
            maker.table(child)
    return maker.layout


class _Maker:
    """Lays out one form, and counts the sheets."""

    def __init__(self, form: Form, evaluation: Evaluation, language: str) -> None:
        self.form, self.evaluation, self.language = form, evaluation, language
        self.layout = Layout()
        self.count = 0

    def section(self, key: str, title: str, note: str, items: Iterable[Item]) -> None:
        items = tuple(items)
        if not _has_own(items):
            # Nothing but tables: their own sheets say it all.
            for repeat in _flat(items)[1]:
                self.table(repeat)
            return
        self.count += 1
        sheet = Section(self.name(title), key, title, note)
        self.layout.sheets.append(sheet)
        sheet.lines = list(self.lines(items, self.count, count(1), 0))

    def lines(self, items: Iterable[Item], section: int, numbers: Iterator[int], depth: int) -> Iterator[Line]:
        for item in items:
            if isinstance(item, Repeat):
                yield Line(POINTER, item, item.path, depth=depth)
                self.table(item)
            elif isinstance(item, Group):
                if item.label(self.language):
                    yield Line(HEADING, item, item.path, depth=depth)
                yield from self.lines(item.children, section, numbers, depth + 1)
            elif isinstance(item, Question) and item.kind == "note":
                yield Line(NOTE, item, item.path, depth=depth)
            elif isinstance(item, Question) and item.asked:
                yield Line(QUESTION, item, item.path, f"{section}.{next(numbers)}", depth)

    def table(self, repeat: Repeat) -> None:
        columns, inner = _flat(repeat.children)
        parents = tuple(one for one in repeat.repeats if one is not repeat)
        self.count += 1
        title = repeat.label(self.language) or repeat.name
        made = Table(self.name(title), repeat, title, parents, columns, self.rows(repeat))
        self.layout.sheets.append(made)
        for one in inner:
            self.table(one)

    def rows(self, repeat: Repeat) -> list[str]:
        """The places of its rows, under all rows of the repeats around it."""
        return [one.place for one in self.evaluation.parts if one.item is repeat and places.is_row(one.place)]

    def name(self, title: str) -> str:
        """A name Excel takes: short, without its signs; the number in front keeps names apart."""
        whole = f"{self.count} {' '.join(title.translate(UNFIT).split())}"
        return whole if len(whole) <= LONGEST_NAME else f"{whole[: LONGEST_NAME - 1].rpartition(' ')[0] or whole[:30]}…"


def _has_own(items: Iterable[Item]) -> bool:
    """Whether something is asked or said outside of repeats."""
    return any(
        _has_own(item.children) if isinstance(item, Group) else isinstance(item, Question) and _shown(item)
        for item in items
    )


def _shown(item: Question) -> bool:
    return item.asked or item.kind == "note"


def _flat(items: Iterable[Item]) -> tuple[tuple[Question, ...], list[Repeat]]:
    """The questions of a row, groups opened, and the repeats inside it."""
    questions: list[Question] = []
    inner: list[Repeat] = []
    for item in items:
        if isinstance(item, Repeat):
            inner.append(item)
        elif isinstance(item, Group):
            more, below = _flat(item.children)
            questions += more
            inner += below
        elif isinstance(item, Question) and in_excel(item):
            questions.append(item)
    return tuple(questions), inner
