"""What a section is built with: one state of the facts, one reader, one period; every figure it takes is kept.

Blocks name figures by id only. A number can therefore come into a document in one way:
from an answer of a measure, together with the question that leads back to the records.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from importlib.metadata import version
from typing import Any, TypeVar

from django.utils import timezone
from django.utils.translation import gettext as _

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.measures import registry as measures
from throughline.kernel.measures import words
from throughline.kernel.measures.again import definition, scope_key
from throughline.kernel.measures.answers import Answer, Comparison
from throughline.kernel.measures.answers import Cell as Count
from throughline.kernel.measures.ask import ALL, Desk, open_desk
from throughline.kernel.measures.change import Change as Measured
from throughline.kernel.measures.change import Worth
from throughline.kernel.measures.questions import LAST_YEAR, MISSING_KEY, PREVIOUS, Question
from throughline.kernel.periods import Period
from throughline.kernel.reporting.blocks import (
    MISSING,
    Basis,
    Cell,
    Change,
    Column,
    Figure,
    KeyFigure,
    Row,
    Sentence,
    Table,
)
from throughline.kernel.reporting.focus import Focus

Read = TypeVar("Read")
Where = Mapping[str, str | Iterable[str]]
MARGIN = 1.5
NUMBER_OF_MEMBERS = re.compile(r" \(\d+\)$")
PROGRAMME = "programme"  # a document speaks for one programme; that goes without saying in labels


@dataclass
class Context:
    """Where the sections of one document get their figures."""

    viewer: Viewer
    programme: Any
    period: Period
    scope: str
    desk: Desk
    figures: dict[str, Figure] = field(default_factory=dict)
    answers: dict[Question, Answer] = field(default_factory=dict, repr=False)
    opened: datetime = field(default_factory=timezone.now)
    illustrative: bool = False  # a section says so of what it took without a measure
    kept: dict[str, Any] = field(default_factory=dict, repr=False)
    focus: Focus | None = None

    @classmethod
    def open(
        cls, viewer: Viewer, *, programme: Any, period: Period, scope: str, focus: Focus | None = None
    ) -> "Context":
        return cls(viewer, programme, period, scope, open_desk(viewer.of_what_is_shared()), focus=focus)

    @property
    def places(self) -> Mapping[str, str]:
        """Codes and printed names of the jurisdictions in scope, as the region prints them."""
        return measures.members(self.scope, self.period.end)

    @property
    def scope_label(self) -> str:
        """The scope in running text: 'South East Europe', the number of its members left to the cover."""
        return NUMBER_OF_MEMBERS.sub("", str(measures.scopes().get(self.scope, self.scope)))

    @property
    def comparisons(self) -> tuple[str, ...]:
        """The periods worth comparing with: a year's year before is its last year, asked once."""
        return (PREVIOUS,) if self.period.previous == self.period.last_year else (PREVIOUS, LAST_YEAR)

    def once(self, name: str, make: Callable[[], Read]) -> Read:
        """What one section has read is given to those after it, so that a document speaks of one state of things."""
        if name not in self.kept:
            self.kept[name] = make()
        return self.kept[name]  # type: ignore[no-any-return]

    def basis(self, sections: Iterable[str]) -> Basis:
        """What this document was computed with, to be kept with it."""
        used = dict.fromkeys(question.measure for question in self.answers)
        places = {key: found for key, found in self.desk.known.items() if isinstance(key, tuple) and key[0] == "places"}
        return Basis(
            tokens=tuple(sorted(self.desk.viewer.tokens())),
            audiences=self.desk.audiences,
            places={scope_key(scope, end): dict(found) for (_kind, scope, end), found in places.items()},
            measures={one: definition(one) for one in used},
            sections=tuple(sections),
            program=version("throughline"),
        )

    # ---- asking

    def ask(
        self,
        measure: str,
        *by: str,
        where: Where | None = None,
        period: Period | None = None,
        compare: Iterable[str] = (),
        everywhere: bool = False,
    ) -> Answer:
        """An answer for this document's period and scope, from its one state of the facts.

        `everywhere` leaves the scope out: what was held for these jurisdictions may have been held elsewhere.
        """
        question = Question.ask(
            measure,
            by=by,
            where={**(where or {}), PROGRAMME: self.programme.code},
            period=period or self.period,
            scope=None if everywhere else self.scope,
            compare=tuple(compare),
        )
        if question not in self.answers:
            self.answers[question] = self.desk.answer(question)
        return self.answers[question]

    def compared(self, measure: str, *by: str, where: Where | None = None) -> Answer:
        """The same with the periods this document compares with."""
        return self.ask(measure, *by, where=where, compare=self.comparisons)

    # ---- figures

    def figure(self, answer: Answer, *keys: str | None) -> Figure:
        """The figure of one cell of an answer (no keys: the total), kept under the id of its question."""
        count = _count(answer, keys)
        question = _narrowed(answer, keys)
        if count.value is None:
            question = _still_missing(answer, keys, question)
        return self._keep(
            Figure(
                id=_id(question),
                label=self._label(answer, keys),
                value=count.value,
                text=words.figure(count.value, answer.kind),
                unit=answer.unit,
                base=_base(answer, count) if keys else answer.base,
                coverage=answer.coverage.words,
                question=question.but(as_of=answer.as_of).to_query(),
                numerator=count.numerator,
                denominator=count.denominator,
                reason=count.why,
            )
        )

    def earlier(self, answer: Answer, against: str, *keys: str | None) -> Figure | None:
        """The figure an answer compares with, as a figure of its own with its own question."""
        found = _count(answer, keys).compared(against)
        if found is None:
            return None
        question = _narrowed(answer, keys)
        period = question.period.previous if against == PREVIOUS else question.period.last_year  # type: ignore[union-attr]
        then = question.but(period=period)
        if found.value is None:
            then = _still_missing(answer, keys, then)
        return self._keep(
            Figure(
                id=_id(then),
                label=self._label(answer, keys, period),
                value=found.value,
                text=words.figure(found.value, answer.kind),
                unit=answer.unit,
                question=then.but(as_of=answer.as_of).to_query(),
                reason="" if found.value is not None else _("nothing reported"),
            )
        )

    def share(self, part: Figure, of: Figure | Iterable[Figure], base: str, unknown: Figure | None = None) -> Figure:
        """Σn/Σd of figures already taken, such as the men among those whose sex was reported."""
        whole = [of] if isinstance(of, Figure) else list(of)
        total = sum(one.value or 0 for one in whole)
        value = part.value / total * 100 if total and part.value is not None else None
        said = _("%(part)s of %(total)s %(base)s") % {"part": part.text, "total": words.number(total), "base": base}
        if unknown is not None:
            said += "; " + _("%(unknown)s not reported") % {"unknown": unknown.text}
        text = MISSING if value is None else words.percent(value)
        return self._keep(
            replace(
                part,
                id=f"{part.id}/share",
                label=_("%(figure)s, share of %(base)s") % {"figure": part.label, "base": base},
                value=value,
                text=text,
                unit="%",
                base=said,
                numerator=part.value,
                denominator=total,
                part=part.id,
                whole=tuple(one.id for one in whole),
            )
        )

    def stated(self, figure: Figure) -> Figure:
        """A figure that no measure counts, such as an answer in a return; its `path` leads to where it stands.

        Its section sees to it that it comes from what is shared in the programme, and sets `illustrative`.
        """
        return self._keep(figure)

    def _keep(self, figure: Figure) -> Figure:
        return self.figures.setdefault(figure.id, figure)

    def _label(self, answer: Answer, keys: tuple[str | None, ...], period: Period | None = None) -> str:
        """'Incidents, Weapon seizure, Serbia, October–December 2023'."""
        parts = [answer.label]
        question = answer.question
        for name, values in question.where:
            if name == PROGRAMME:
                continue
            known = self.desk.words(measures.dimension(name, measures.facts[measures.measure(question.measure).fact]))
            parts.append(words.listed([str(known.get(value, value)) for value in values]))
        times = False
        for axis, key in zip(answer.axes, keys, strict=False):
            if key != ALL:
                parts.append(str(dict(axis.values).get(key, key)))
                times = times or bool(axis.time)
        if not times:
            parts.append(words.period_words(period or question.period))
        if self.scope and not any(axis.place for axis, key in zip(answer.axes, keys, strict=False) if key != ALL):
            parts.append(self.scope_label)
        return ", ".join(parts)

    # ---- in words

    def changes(self, answer: Answer, *keys: str | None) -> tuple[Change, ...]:
        """How a figure moved against each period compared with, in words a minister can repeat."""
        found = _count(answer, keys)
        return tuple(self._change(answer, one, keys) for one in found.comparisons)

    def _change(self, answer: Answer, one: Comparison, keys: tuple[str | None, ...]) -> Change:
        before = self.earlier(answer, one.against, *keys)
        against = _("against %(period)s") % {"period": one.label}
        if one.change is None:
            return Change(against, MISSING, words=one.words, previous=before.id if before else "")
        change = one.change
        ends = f"{words.figure(change.before, answer.kind)} → {words.figure(change.after, answer.kind)}"
        direction = "same" if not change.difference else "up" if change.difference > 0 else "down"
        return Change(
            against=against,
            text=words.percent_words(change),
            detail=ends,
            words=_worth(change),
            direction=direction,  # type: ignore[arg-type]
            firm=change.worth is Worth.REAL,
            previous=before.id if before else "",
        )

    def key(self, measure: str, label: str = "", note: str = "") -> KeyFigure:
        """A key figure with its changes."""
        answer = self.compared(measure)
        return KeyFigure(self.figure(answer).id, label or answer.label, self.changes(answer), note)

    def change_cell(self, answer: Answer, against: str, *keys: str | None) -> Cell:
        """A change for a table: bold where it is more than chance explains."""
        one = _count(answer, keys).compared(against)
        if one is None or one.change is None:
            return Cell(text=MISSING)
        return Cell(text=words.percent_words(one.change), strong=one.change.worth is Worth.REAL)

    def cell(self, answer: Answer, *keys: str | None) -> Cell:
        return Cell(figure=self.figure(answer, *keys).id)

    def earlier_cell(self, answer: Answer, against: str, *keys: str | None) -> Cell:
        before = self.earlier(answer, against, *keys)
        return Cell(figure=before.id) if before else Cell(text=MISSING)

    def table(
        self,
        name: str,
        title: str,
        heads: Iterable[str],
        rows: Iterable[Row],
        *,
        message: Sentence = (),
        notes: Iterable[str] = (),
    ) -> Table:
        """A table whose columns are as wide as what stands in them; the first column holds words, the rest numbers."""
        kept, labels = tuple(rows), list(heads)
        columns = []
        for place, label in enumerate(labels):
            texts = [self._text(row.cells[place]) for row in kept if row.kind != "group"]
            wide = max([*(len(word) for word in label.split()), *(len(text) for text in texts), 5])
            width = min(wide, 24) * 0.9 if place == 0 else wide
            columns.append(Column(label, "left" if place == 0 else "right", width + MARGIN))
        return Table(name, title, tuple(columns), kept, message, tuple(notes))

    def _text(self, cell: Cell) -> str:
        return self.figures[cell.figure].text if cell.figure else cell.text


def _count(answer: Answer, keys: tuple[str | None, ...]) -> Count:
    """The cell, margin or total of an answer."""
    if not keys or all(key == ALL for key in keys):
        return answer.total
    found = answer.index.get(keys) or answer.margins.get(keys)
    if found is None:  # a value that nothing stands under: the answer leaves it out
        return Count(keys, (), None, why=_("nothing reported"))
    return found


def _narrowed(answer: Answer, keys: tuple[str | None, ...]) -> Question:
    """The question of one cell: the cell's values as conditions, its period as the period."""
    question = answer.question.but(by=(), compare=())
    where = dict(question.where)
    for axis, key in zip(answer.axes, keys, strict=False):
        if key == ALL:
            continue
        if axis.time:
            question = question.but(period=Period.parse(str(key)))
        else:
            where[axis.id] = (MISSING_KEY if key is None else key,)
    return question.but(where=tuple(where.items()))


def _still_missing(answer: Answer, keys: tuple[str | None, ...], question: Question) -> Question:
    """For a missing figure, the question that shows it missing.

    Of one jurisdiction alone the total would be nought; sliced by jurisdiction, what was not reported
    stays a dash.
    """
    places = tuple(axis.id for axis, key in zip(answer.axes, keys, strict=False) if axis.place and key != ALL)
    return question.but(by=places)


def _id(question: Question) -> str:
    """A short name that is the same in every edition: 'people-killed/sex:women/2023-Q4'."""
    parts = [question.measure, *(f"{name}:{'+'.join(values)}" for name, values in question.where if name != PROGRAMME)]
    return "/".join([*parts, str(question.period), question.scope or "-"])


def _worth(change: Measured) -> str:
    """'could be chance (−8 % to +49 %)': the verdict with the interval it was read from."""
    verdict, interval = words.worth_words(change.worth), words.interval_words(change)
    return f"{verdict} ({interval})" if verdict and interval else verdict


def _base(answer: Answer, count: Count) -> str:
    if count.denominator is not None:
        return _("%(part)s of %(base)s") % {
            "part": words.number(count.numerator),
            "base": words.number(count.denominator),
        }
    return ""
