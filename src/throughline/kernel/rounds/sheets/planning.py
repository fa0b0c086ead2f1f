"""What a file would change: compared with what it said when it was written, and with what stands there now.

A cell that says what it said then was not touched: whatever happened to the answer since is left alone. A cell that
was touched, while somebody else changed the same answer, is shown to choose.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

from throughline.kernel.rounds.forms import words
from throughline.kernel.rounds.forms.definition import Form, Question
from throughline.kernel.rounds.forms.evaluating import Evaluation, evaluate
from throughline.kernel.rounds.forms.places import is_row, path_of
from throughline.kernel.rounds.sheets.marks import Answers, Holder, mine
from throughline.kernel.rounds.sheets.reading import CellProblem, Filled, Spot
from throughline.kernel.rounds.sheets.values import same


@dataclass(frozen=True)
class Change:
    """One answer that would be another: what it is now and what the file says."""

    place: str
    label: str
    before: str
    after: str
    spot: Spot
    applies: bool = True


@dataclass
class Plan:
    """All of it, and what is in the way."""

    changes: list[Change] = field(default_factory=list)
    clashes: list[Change] = field(default_factory=list)
    problems: list[CellProblem] = field(default_factory=list)
    answers: Answers = field(default_factory=dict)
    evaluation: Evaluation | None = None
    revision: int = 0

    @property
    def ready(self) -> bool:
        """Whether it can be taken: there is something to change and nothing wrong with it."""
        return not self.problems and bool(self.changes or self.clashes)


def plan(holder: Holder, filled: Filled, *, taken: Collection[str] = ()) -> Plan:
    """What would become of the answers; `taken` are the clashes in which the file is to be followed."""
    form, current = holder.edition.form, dict(holder.sheet.answers)
    touched = _touched(form, filled)
    made = Plan(problems=list(filled.problems), revision=holder.sheet.revision)
    wanted: Answers = {}
    for place, value in touched.items():
        stored = current.get(place, "")
        item = form.items[path_of(place)]
        if isinstance(item, Question) and same(item, stored, value):
            continue
        if place in taken or same(item, stored, filled.said.get(place, "")):  # type: ignore[arg-type]
            wanted[place] = value
    clashing = {place for place in touched if place not in wanted and not _same_now(form, place, touched, current)}
    made.answers = _put_in(current, wanted, holder)
    made.evaluation = evaluate(form, made.answers, language=filled.language)
    made.changes = [_change(form, filled, made.evaluation, current, p, touched[p]) for p in wanted]
    made.clashes = [_change(form, filled, made.evaluation, current, p, touched[p]) for p in touched if p in clashing]
    made.problems += _objections(filled, made.evaluation, wanted)
    return made


def _touched(form: Form, filled: Filled) -> Answers:
    """The cells that say something else than when the file was written."""
    found = {}
    for place, value in filled.answers.items():
        item = form.items[path_of(place)]
        if isinstance(item, Question) and not same(item, filled.said.get(place, ""), value):
            found[place] = value
    return found


def _same_now(form: Form, place: str, touched: Answers, current: Answers) -> bool:
    item = form.items[path_of(place)]
    return isinstance(item, Question) and same(item, current.get(place, ""), touched[place])


def _put_in(current: Answers, wanted: Answers, holder: Holder) -> Answers:
    """The answers as they would be, as far as they are asked of this holder."""
    whole = {place: value for place, value in {**current, **wanted}.items() if value != "" or is_row(place)}
    # A row all of whose answers were taken out stays a row: rows are removed in the browser.
    for place in wanted:
        row = place.rpartition("]")[0] + "]" if "]" in place else ""
        if row and not any(one.startswith(row) for one in whole):
            whole[row] = ""
    return {place: value for place, value in whole.items() if mine(holder, place)}


def _change(form: Form, filled: Filled, evaluation: Evaluation, current: Answers, place: str, value: str) -> Change:
    item, found = form.items[path_of(place)], evaluation.at(place)
    label = (found.label if found else "") or item.label(filled.language) or item.name
    before = words.value_label(form, item, current.get(place, ""), filled.language)
    after = words.value_label(form, item, value, filled.language)
    return Change(place, label, before, after, filled.spots[place], found is not None and found.relevant)


def _objections(filled: Filled, evaluation: Evaluation, wanted: Collection[str]) -> list[CellProblem]:
    """What the validator says of the cells that would change; the rest is for whoever submits."""
    return [
        CellProblem(filled.spots[one.place], one.place, one.message)
        for one in evaluation.problems
        if one.place in wanted and one.place in filled.spots
    ]
