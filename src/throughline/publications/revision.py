"""A release asked again: as it was, where it must equal what was printed, and as the records are today.

Both times the readers are those of the document: the audiences its builder's role opened then, and those the same role
opens now. What differs is laid to records: what each brought to the figure then, and what it brings today.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any
from uuid import UUID

from django.utils import translation
from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Invalid
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.measures import again, change, registry, words
from throughline.kernel.measures.answering import Desk
from throughline.kernel.measures.answers import Answer
from throughline.kernel.measures.declare import Fact, Kind
from throughline.kernel.measures.plans import NOTHING, Numbers
from throughline.kernel.measures.questions import Question
from throughline.kernel.measures.tables import Version
from throughline.kernel.reporting.blocks import Basis, Figure, FigureRow, KeyFigure, Snapshot

ADDED, CHANGED, WITHDRAWN = "added", "changed", "withdrawn"
# Of more records than this behind one difference, the rest are counted and not named.
MOST_RECORDS = 500
Number = float | int | None


@dataclass
class Moved:
    """A figure that is not today what was printed, or not even then."""

    id: str
    label: str
    question: str
    printed: str
    value: Number
    again: Number
    today: Number
    today_text: str
    difference: str
    noun: str = ""
    records: list[tuple[str, str, int, int]] = field(default_factory=list)
    more: int = 0
    problem: str = ""


@dataclass
class MovedChange:
    """A change printed beside a key figure that today's figures put differently: '-12 %', '-11 %'."""

    label: str
    against: str
    printed: str
    today: str
    exact: Number


@dataclass
class Found:
    """What asking a release again has found. Plain data."""

    asked: int = 0
    faults: list[Moved] = field(default_factory=list)
    revised: list[Moved] = field(default_factory=list)
    changes: list[MovedChange] = field(default_factory=list)
    defined: list[str] = field(default_factory=list)
    versions: str = ""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


class CannotBeAsked(Exception):
    """The release was made before what its figures rest on was kept with it, or that is lost."""


def compare(snapshot: Snapshot) -> Found:
    """Ask every figure of a released document again, then and now. Raises CannotBeAsked."""
    basis = snapshot.basis
    if basis is None:
        raise CannotBeAsked(_("This release was made before the basis of its figures was kept with it."))
    if gone := again.lost(snapshot.facts_version):
        raise CannotBeAsked(_("The facts of then are not all there: %(versions)s") % {"versions": ", ".join(gone)})
    with translation.override(snapshot.language):
        return _Comparing(snapshot, basis).found()


class _Comparing:
    def __init__(self, snapshot: Snapshot, basis: Basis) -> None:
        self.snapshot = snapshot
        self.basis = basis
        nobody = Viewer.nobody()
        self.then: Desk = again.desk_of_then(
            nobody, versions=snapshot.facts_version, audiences=basis.audiences, places=basis.places
        )
        self.now: Desk = again.desk_by_tokens(nobody, basis.tokens)
        self.values: dict[tuple[bool, str], Number] = {}
        self.found_so_far = Found()

    def found(self) -> Found:
        found = self.found_so_far
        found.versions = versions_for(self.basis.measures, self.now.versions)
        found.defined = [one for one in self.basis.measures if not self._defined_as_then(one)]
        for figure in self.snapshot.figures.values():
            if figure.question:
                found.asked += 1
                self._look(figure)
        for block in self.snapshot.blocks:
            if isinstance(block, FigureRow):
                for item in block.items:
                    self._look_at_changes(item)
        return found

    def _look(self, figure: Figure) -> None:
        try:
            then, now = self.value(figure, today=False), self.value(figure, today=True)
        except Invalid as error:
            text = "; ".join(str(problem.message) for problem in error.problems)
            self.found_so_far.faults.append(self._moved(figure, None, None, problem=text))
            return
        # A document prints a dash where nothing was counted; asked alone, the same is 0.
        as_printed = then == figure.value or (figure.value is None and not then)
        if not as_printed:
            self.found_so_far.faults.append(self._moved(figure, then, now, problem=_("not what was printed")))
        elif now != then:
            moved = self._moved(figure, then, now)
            moved.records, moved.more = self._records(figure)
            self.found_so_far.revised.append(moved)

    def value(self, figure: Figure, *, today: bool) -> Number:
        """The figure from the records of today, or of then."""
        key = (today, figure.id)
        if key not in self.values:
            self.values[key] = self._share(figure, today=today) if figure.whole else self._asked(figure, today=today)
        return self.values[key]

    def _share(self, figure: Figure, *, today: bool) -> Number:
        figures = self.snapshot.figures
        part = self.value(figures[figure.part], today=today)
        total = sum(self.value(figures[one], today=today) or 0 for one in figure.whole)
        return part / total * 100 if total and part is not None else None

    def _asked(self, figure: Figure, *, today: bool) -> Number:
        question = question_of(figure)
        answer = (self.now if today else self.then).answer(question)
        return _value(answer, question)

    def _defined_as_then(self, measure: str) -> bool:
        if measure not in registry.measures:
            return False
        return again.definition(measure)["digest"] == self.basis.measures[measure].get("digest")

    def _moved(self, figure: Figure, then: Number, now: Number, problem: str = "") -> Moved:
        question = question_of(figure)
        known = registry.measures.get(question.measure)
        share = bool(figure.whole) or (known is not None and known.kind is Kind.SHARE)
        return Moved(
            id=figure.id,
            label=figure.label,
            question=question.to_query(),
            printed=figure.text,
            value=figure.value,
            again=then,
            today=now,
            today_text=words.figure(now, Kind.SHARE if share else Kind.COUNT),
            difference=_difference(then, now, share=share),
            noun=registry.facts[known.fact].noun if known else "",
            problem=problem,
        )

    def _records(self, figure: Figure) -> tuple[list[tuple[str, str, int, int]], int]:
        """The records that bring something else to the figure now than then; for a share, to its part or its whole."""
        ids = dict.fromkeys([figure.part, *figure.whole]) if figure.whole else [figure.id]
        moved: dict[UUID, tuple[str, str, int, int]] = {}
        for one in ids:
            question = question_of(self.snapshot.figures[one])
            before, after = self.then.weights(question), self.now.weights(question)
            for key in sorted(before.keys() | after.keys()):
                was, now = before.get(key, NOTHING), after.get(key, NOTHING)
                if was != now and key not in moved:
                    moved[key] = (str(key), _way(key, before, after), was.value, now.value)
        rows = list(moved.values())
        return rows[:MOST_RECORDS], max(0, len(rows) - MOST_RECORDS)

    def _look_at_changes(self, item: KeyFigure) -> None:
        """The changes printed beside a key figure, worked out from today's two figures."""
        figure = self.snapshot.figures[item.figure]
        for one in item.changes:
            earlier = self.snapshot.figures.get(one.previous)
            if earlier is None or not figure.question or figure.whole:
                continue
            values = [self.value(each, today=True) for each in (earlier, figure)]
            if values == [earlier.value, figure.value] or None in values:
                continue
            kind = registry.measure(question_of(figure).measure).kind
            if kind is Kind.SHARE:
                continue
            before, after = (value or 0 for value in values)
            made = change.of_sums(before, after)
            label = f"{item.label}, {self.snapshot.period_label}"
            exact = made.percent
            self.found_so_far.changes.append(
                MovedChange(label, one.against, one.text, _exactly(made), exact if exact is None else float(exact))
            )


def versions_for(measures: Iterable[str], versions: Mapping[str, Version]) -> str:
    """The versions of the facts that these measures are counted from."""
    used = {other.name for one in measures if one in registry.measures for other in _facts_of(one)}
    return ", ".join(f"{name}:{versions[name].number}" for name in sorted(used))


def _facts_of(measure: str) -> list[Fact]:
    return registry.siblings(registry.facts[registry.measures[measure].fact])


def question_of(figure: Figure) -> Question:
    """What the figure answers, without the moment at which it did."""
    return Question.from_query(figure.question).but(as_of=())


def _value(answer: Answer, question: Question) -> Number:
    """The total; of a figure printed as missing, sliced by place to show that it is, the cell of its place."""
    if not question.by:
        return answer.total.value
    where = dict(question.where)
    key = tuple((where.get(name) or ("*",))[0] for name in question.by)
    cell = answer.index.get(key)
    return cell.value if cell else None


def _way(key: UUID, before: dict[UUID, Numbers], after: dict[UUID, Numbers]) -> str:
    if key not in before:
        return ADDED
    return CHANGED if key in after else WITHDRAWN


def _difference(then: Number, now: Number, *, share: bool) -> str:
    if then is None or now is None:
        return ""
    return _("%(points)s points") % {"points": words.signed(now - then, 1)} if share else words.signed(now - then)


def _exactly(made: change.Change) -> str:
    """A change to one decimal: two that print alike are told apart."""
    return words.percent_words(made) if made.percent is None else words.percent(made.percent, 1, sign=True)
