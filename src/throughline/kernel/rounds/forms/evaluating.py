"""Evaluating a form with answers: what is asked, what is computed, what is wrong.

One pass, in the order found when the form was read: nothing is worked out before what it depends on.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from math import isfinite
from typing import Any

from django.utils.translation import gettext as _

from throughline.kernel.rounds.forms import checking, places
from throughline.kernel.rounds.forms.compiling import Expression
from throughline.kernel.rounds.forms.definition import CHOOSING, Choice, Form, Group, Item, Question, Repeat
from throughline.kernel.rounds.forms.functions import whole_number
from throughline.kernel.rounds.forms.nodes import Node
from throughline.kernel.rounds.forms.places import Answers
from throughline.kernel.rounds.forms.problems import AnswerProblem
from throughline.kernel.rounds.forms.tree import Tree, build, cut_rows, grow_row
from throughline.kernel.rounds.forms.values import Value, as_date, date_text, plain, string, truth


@dataclass(frozen=True)
class Place:
    """A question, group or row as it stands with these answers."""

    place: str
    item: Item
    relevant: bool
    required: bool = False
    readonly: bool = False
    value: str = ""
    choices: tuple[Choice, ...] = ()
    label: str = ""
    hint: str = ""
    problem: str = ""

    @property
    def kind(self) -> str:
        """The kind of question, or 'group' or 'repeat'."""
        if isinstance(self.item, Question):
            return self.item.kind
        return "repeat" if isinstance(self.item, Repeat) else "group"

    @property
    def question(self) -> Question:
        """The question; only for those in `Evaluation.places`."""
        if not isinstance(self.item, Question):
            message = f"{self.place} is no question"
            raise TypeError(message)
        return self.item

    @property
    def asked(self) -> bool:
        """Whether a person is asked for it now."""
        return self.relevant and not self.readonly and isinstance(self.item, Question) and self.item.asked

    @property
    def answered(self) -> bool:
        return self.asked and self.value != ""


@dataclass(frozen=True)
class Section:
    """How far a top-level group is."""

    asked: int = 0
    answered: int = 0
    problems: int = 0

    def __iter__(self) -> Any:
        return iter((self.asked, self.answered, self.problems))


@dataclass(frozen=True)
class Evaluation:
    """A form with answers, worked out. `places` are the questions; `parts` the groups and rows too."""

    form: Form
    parts: tuple[Place, ...]
    answers: Answers
    problems: tuple[AnswerProblem, ...]

    @cached_property
    def places(self) -> tuple[Place, ...]:
        return tuple(part for part in self.parts if isinstance(part.item, Question))

    @cached_property
    def _by_place(self) -> dict[str, Place]:
        return {part.place: part for part in self.parts}

    def at(self, place: str) -> Place | None:
        """The question, group, repeat or row at a place. A repeat itself is named without a number: 'rows'."""
        return self._by_place.get(place)

    def rows(self, repeat: str) -> tuple[Place, ...]:
        """What stands in each row of the repeat at a place, such as 'rows' or 'rows[1]/inner': the rows themselves."""
        start = f"{repeat}["
        return tuple(
            part for part in self.parts if part.place.startswith(start) and part.place.count("/") == repeat.count("/")
        )

    @cached_property
    def asked(self) -> int:
        return sum(place.asked for place in self.places)

    @cached_property
    def answered(self) -> int:
        return sum(place.answered for place in self.places)

    @cached_property
    def by_section(self) -> dict[str, Section]:
        """Counts by name of the top-level group, '' for questions outside of all; sections nobody is asked are left out."""
        found: dict[str, Section] = {}
        for place in self.places:
            before = found.get(place.item.top, Section())
            found[place.item.top] = Section(
                before.asked + place.asked, before.answered + place.answered, before.problems + bool(place.problem)
            )
        return {top: section for top, section in found.items() if section.asked or section.problems}


def evaluate(
    form: Form,
    answers: Mapping[str, str],
    *,
    language: str = "",
    today: date | None = None,
    final: bool = False,
    seed: str = "",
) -> Evaluation:
    """Work out a form with these answers. `final` also asks for what is required."""
    run = Run(form, answers, language=language, today=today, seed=seed)
    run.calculate()
    return run.evaluation(final=final)


def blank(form: Form, *, today: date | None = None, seed: str = "") -> Answers:
    """A new sheet: the defaults, and the first row of each repeat without a number of rows."""
    rows = _first_rows(form.children, "")
    run = Run(form, rows, today=today, seed=seed, fill=True)
    run.calculate()
    return run.kept(irrelevant=True)


def _first_rows(items: Iterable[Item], above: str) -> Answers:
    rows: Answers = {}
    for item in items:
        if isinstance(item, Repeat) and item.count is None:
            place = places.join(above, item.name, 1)
            rows[place] = ""
            rows.update(_first_rows(item.children, place))
        elif isinstance(item, Group):
            rows.update(_first_rows(item.children, places.join(above, item.name)))
    return rows


class Run:
    """One evaluation. Expressions see it as `context.run`."""

    def __init__(
        self,
        form: Form,
        answers: Mapping[str, str],
        *,
        language: str = "",
        today: date | None = None,
        seed: str = "",
        fill: bool | frozenset[str] = False,
    ) -> None:
        self.form = form
        self.language = form.language_for(language)
        self.today = today or date.today()  # noqa: DTZ011  (the wall's date is what a form means)
        self.now = (datetime.combine(today, datetime.min.time()) if today else datetime.now().astimezone()).isoformat(
            timespec="milliseconds"
        )
        self.seed = seed
        self.fill = fill
        self.new: set[int] = set()
        self.tree: Tree = build(form, answers)

    # what expressions ask

    @property
    def top(self) -> Node:
        return self.tree.top

    def seed_of(self, node: Node) -> str:
        return f"{self.form.form_id} {self.seed} {self.tree.place(node)}"

    def translated(self, key: str) -> str:
        prose = self.form.translations.get(key)
        return prose.plain(self.language) if prose else ""

    def choice_label(self, path: str, value: str) -> str:
        """The label of a chosen value; of several, joined."""
        item = self.form.items.get(path)
        if not isinstance(item, Question) or not value:
            return ""
        labels = self._labels(item)
        return ", ".join(labels.get(one, one) for one in ([value] if value in labels else value.split()))

    def _labels(self, item: Question) -> dict[str, str]:
        if item.listed:
            return self._kept(
                ("labels", item.path, self.language),
                lambda: {one.value: one.label for one in item.choices(self.language)},
            )
        nodes = self.tree.by_path.get(item.path, [])
        return {one.value: one.label for node in nodes for one in self.choices(item, node)}

    def _kept(self, key: Any, make: Any) -> Any:
        """What is the same in each evaluation of a form is made once."""
        if key not in self.form.kept:
            self.form.kept[key] = make()
        return self.form.kept[key]

    # working out

    def calculate(self) -> None:
        for path in self.form.order:
            item = self.form.items[path]
            if isinstance(item, Repeat):
                self._rows(item)
            for node in self.tree.by_path.get(path, ()):
                node.relevant = node.parent is None or node.parent.relevant
                if node.relevant and item.relevant is not None:
                    node.relevant = truth(item.relevant.value(node, self))
                if isinstance(item, Question):
                    self._value(item, node)

    def _rows(self, item: Repeat) -> None:
        """As many rows as the form says, where it says so."""
        if item.count is None:
            return
        above = self.tree.by_path.get(item.parent.path, []) if item.parent else [self.tree.root]
        for node in above:
            place = Node(item.name, item, node)
            wanted = whole_number(item.count.value(place, self)) or 0
            count = min(max(wanted, 0), places.MOST_ROWS)
            cut_rows(self.tree, item, node, count)
            for row in range(len(node.named.get(item.name, ())) + 1, count + 1):
                new = grow_row(self.tree, item, node, places.join(self.tree.place(node), item.name, row), {}, {})
                self.new.update(id(below) for below in new.below())

    def _value(self, item: Question, node: Node) -> None:
        if not node.relevant:
            return
        if item.calculate is not None:
            node.value = self._typed(item, item.calculate.value(node, self))
        elif not node.value:
            if item.preload:
                node.value = self._preloaded(item)
            elif self._fills(item, node):
                node.value = self._default(item, node)

    def _fills(self, item: Question, node: Node) -> bool:
        """Defaults stand in new sheets and rows; after that only where nobody could have emptied the answer."""
        if self.fill is True or id(node) in self.new or not item.asked:
            return True
        if item.readonly is not None and item.readonly.text.strip() == "true()":
            return True
        return isinstance(self.fill, frozenset) and self.tree.place(node).startswith(tuple(self.fill))

    def _default(self, item: Question, node: Node) -> str:
        if item.dynamic_default is not None:
            return self._typed(item, item.dynamic_default.value(node, self))
        return item.default

    def _preloaded(self, item: Question) -> str:
        return self.today.isoformat() if item.preload == "date" else ""

    def _typed(self, item: Question, value: Value) -> str:
        """The value of a calculation as an answer of its kind; what is no number is no answer."""
        value = plain(value)
        if isinstance(value, float):
            if not isfinite(value):
                return ""
            if item.bind_type == "date":
                return as_date(value)
            if item.bind_type == "dateTime":
                return date_text(value, with_time=True)
        return string(value)

    # telling

    def kept(self, *, irrelevant: bool = False) -> Answers:
        """The answers and the markers of rows, in document order."""
        found: Answers = {}
        for node in self._nodes():
            if not (node.relevant or irrelevant):
                continue
            if isinstance(node.item, Repeat):
                if not any(below.value for below in node.below() if below.relevant or irrelevant):
                    found[self.tree.place(node)] = ""
            elif isinstance(node.item, Question) and node.value != "":
                found[self.tree.place(node)] = node.value
        return found

    def _nodes(self, above: Node | None = None) -> Iterator[Node]:
        """All nodes in document order, rows where their repeat stands."""
        above = above or self.tree.root
        children = above.item.children if above.item is not None else self.form.children
        for item in children:
            for node in above.named.get(item.name, ()):
                yield node
                if not isinstance(item, Question):
                    yield from self._nodes(node)

    def _parts(self, above: Node, *, final: bool) -> Iterator[Place]:
        """All parts in document order; before the rows of a repeat the repeat itself."""
        children = above.item.children if above.item is not None else self.form.children
        for item in children:
            if isinstance(item, Repeat):
                yield self._whole(item, above)
            for node in above.named.get(item.name, ()):
                yield self._part(node, final=final)
                if not isinstance(item, Question):
                    yield from self._parts(node, final=final)

    def _whole(self, item: Repeat, above: Node) -> Place:
        """A repeat as such: it may be asked for without having a row yet."""
        node = Node(item.name, item, above)
        relevant = above.relevant and (item.relevant is None or truth(item.relevant.value(node, self)))
        return Place(
            places.join(self.tree.place(above), item.name),
            item,
            relevant,
            readonly=item.count is not None,
            label=item.prose.filled(self.language, node, self),
            hint=item.hints.filled(self.language, node, self) if item.hints else "",
        )

    def evaluation(self, *, final: bool) -> Evaluation:
        parts = tuple(self._parts(self.tree.root, final=final))
        problems = [AnswerProblem(part.place, part.problem) for part in parts if part.problem]
        problems += [
            AnswerProblem(place, _('The form has no question "%(place)s".') % {"place": place})
            for place in self.tree.unknown
        ]
        return Evaluation(self.form, parts, self.kept(), tuple(problems))

    def _part(self, node: Node, *, final: bool) -> Place:
        item: Item = node.item
        part = Place(
            self.tree.place(node),
            item,
            node.relevant,
            label=item.prose.filled(self.language, node, self),
            hint=item.hints.filled(self.language, node, self) if item.hints else "",
        )
        if not isinstance(item, Question) or not node.relevant:
            return part
        part = replace(
            part,
            required=self._holds(item.required, node),
            readonly=item.calculate is not None or item.heading or self._holds(item.readonly, node),
            value=node.value,
            choices=self.choices(item, node) if item.kind in CHOOSING else (),
        )
        return replace(part, problem=self._problem(item, node, part, final=final))

    def _holds(self, expression: Expression | None, node: Node) -> bool:
        return expression is not None and truth(expression.value(node, self))

    def _problem(self, item: Question, node: Node, part: Place, *, final: bool) -> str:
        if not node.value:
            if final and part.required and part.asked:
                return item.required_message.filled(self.language, node, self) or _("An answer is required.")
            return ""
        wrong = checking.wrong_type(item, node.value) or checking.wrong_range(item, node.value)
        if not wrong and item.kind in CHOOSING:
            wrong = checking.wrong_choice(item, node.value, self._allowed(item, part.choices))
        if wrong or item.constraint is None or truth(item.constraint.value(node, self)):
            return wrong
        said = item.constraint_message.filled(self.language, node, self)
        return said or _("This answer does not meet the condition set for it.")

    def _allowed(self, item: Question, choices: tuple[Choice, ...]) -> frozenset[str]:
        if item.filtered:
            return frozenset(choice.value for choice in choices)
        return frozenset(self._kept(("allowed", item.path), lambda: frozenset(choice.value for choice in choices)))

    # choices

    def choices(self, item: Question, node: Node) -> tuple[Choice, ...]:
        """The choices open at a place, filtered by the other answers."""
        itemset = item.itemset
        if itemset is None or itemset.constant is not None:
            key = ("choices", item.path, self.language)
            return self._kept(key, lambda: item.choices(self.language))
        found = itemset.nodes.value(node, self)
        rows = found if isinstance(found, list) else []
        if item.listed:
            by_row = self._kept(
                ("rows", item.path, self.language),
                lambda: {id(one.node): one.choice(self.language) for one in item.listed},
            )
            return tuple(by_row[id(row)] for row in rows if id(row) in by_row)
        chosen = ((_text(row, itemset.value), _text(row, itemset.label)) for row in rows)
        return tuple(Choice(value, label or value) for value, label in chosen if value)


def _text(row: Node, name: str) -> str:
    found = row.named.get(name)
    return found[0].text if found else ""
