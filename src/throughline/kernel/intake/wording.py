"""The values of a column beside what they will become: known, suggested, or to be decided."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.intake.formats.base import Table
from throughline.kernel.intake.mapping import PACKED, Mapping, Use, field_of
from throughline.kernel.intake.names import likeness
from throughline.kernel.resources.cleaning import unpack
from throughline.kernel.resources.declare import Field, Option, Resource
from throughline.kernel.resources.lookups import Lookups
from throughline.kernel.resources.values import Unreadable

SHOWN = 120
ALIKE = 0.74


@dataclass(frozen=True)
class Word:
    """One value of the file: how often, what it is taken for, and whether a person must look."""

    value: str
    count: int
    code: str = ""
    label: str = ""
    how: str = "open"  # set, known, suggested, open


@dataclass(frozen=True)
class Words:
    """All values of one use of a column, with what can be chosen for them."""

    use: Use
    field: Field
    words: list[Word]
    options: tuple[Option, ...]
    more: int = 0

    @property
    def open(self) -> int:
        return sum(word.how == "open" for word in self.words)

    @property
    def suggested(self) -> int:
        return sum(word.how == "suggested" for word in self.words)


def value_lists(table: Table, resource: Resource, mapping: Mapping, viewer: Viewer) -> list[Words]:
    """For each column that fills a choice, a term, a reference or a yes/no: its values."""
    wanted = [
        (use, one)
        for use in mapping.uses
        if use.column and (one := field_of(resource, use.target)) is not None and _worded(one)
    ]
    counts = _count(table, [use for use, _field in wanted])
    lookups = Lookups(viewer)
    return [_words(use, one, count, lookups, viewer) for (use, one), count in zip(wanted, counts, strict=True)]


def _worded(one: Field) -> bool:
    return one.kind in {"choice", "term", "reference"}


def _count(table: Table, uses: list[Use]) -> list[Counter[str]]:
    places = {name: index for index, name in enumerate(table.columns)}
    found: list[Counter[str]] = [Counter() for _use in uses]
    if not uses:
        return found
    cells: list[Counter[str | None]] = [Counter() for _use in uses]
    for row in table.rows():
        for use, counter in zip(uses, cells, strict=True):
            counter[row.cells[places[use.column]]] += 1
    for use, counter, into in zip(uses, cells, found, strict=True):
        for cell, count in counter.items():
            for part in _parts(cell, use):
                into[part] += count
    return found


def _parts(cell: str | None, use: Use) -> Iterator[str]:
    if not cell:
        return
    if use.how != PACKED and ".*." not in use.target:
        yield cell
    elif use.separator in ("", "||"):
        yield from (part for _number, part in unpack(cell) if part)
    else:
        yield from (part.strip() for part in cell.split(use.separator) if part.strip())


def _words(use: Use, one: Field, counts: Counter[str], lookups: Lookups, viewer: Viewer) -> Words:
    options = one.options(viewer)
    words = [_word(value, count, use, one, lookups, options) for value, count in counts.most_common(SHOWN)]
    order = {"open": 0, "suggested": 1, "set": 2, "known": 3}
    return Words(
        use, one, sorted(words, key=lambda word: (order[word.how], -word.count)), options, max(len(counts) - SHOWN, 0)
    )


def _word(value: str, count: int, use: Use, one: Field, lookups: Lookups, options: tuple[Option, ...]) -> Word:
    labels = {option.value: option.label for option in options}
    if value in use.values:
        code = use.values[value]
        return Word(value, count, code, labels.get(code, code), "set")
    try:
        found = lookups.find(one, value)
    except Unreadable:
        near = nearest(value, options)
        return Word(value, count, near.value, near.label, "suggested") if near else Word(value, count)
    code = str(getattr(found, one.by, found)) if not isinstance(found, str) else found
    return Word(value, count, code, labels.get(code, str(found)), "known")


def nearest(value: str, options: tuple[Option, ...]) -> Option | None:
    """The option whose label, code or other name is spelt most like the value."""
    best, score = None, ALIKE
    for option in options:
        alike = max(likeness(value, name) for name in (option.label, option.value, *option.names))
        if alike > score:
            best, score = option, alike
    return best
