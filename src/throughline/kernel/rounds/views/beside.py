"""Answers side by side, in words: now, in the version before, last time; and the parts of a return beside each other."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from throughline.kernel.rounds.choices import Via
from throughline.kernel.rounds.consolidating import LIST, NONE, SAME, SUM, Line
from throughline.kernel.rounds.forms.definition import Form, Group, Item, Question, Repeat
from throughline.kernel.rounds.forms.evaluating import Evaluation, Place, evaluate
from throughline.kernel.rounds.forms.places import is_row, path_of
from throughline.kernel.rounds.forms.words import value_label
from throughline.kernel.rounds.models import Remark, Return
from throughline.kernel.rounds.views.wording import plain

OWN = "own"
OTHER = "other"


@dataclass(frozen=True)
class Row:
    """One question with what was answered now and before, in words; or the heading of a row of a repeated section."""

    place: str
    label: str
    heading: bool = False
    computed: bool = False
    value: str = ""
    last: str = ""
    previous: str = ""
    differs: bool = False
    changed: bool = False
    problem: str = ""
    remarks: tuple[Remark, ...] = ()
    typed: str = ""


@dataclass(frozen=True)
class Part:
    """A top-level section with its rows."""

    title: str
    rows: list[Row] = field(default_factory=list)

    @property
    def changed(self) -> int:
        return sum(row.changed for row in self.rows)


@dataclass(frozen=True)
class Option:
    """A value that can be taken for a question, and who says it."""

    key: str
    who: str
    words: str
    value: str


@dataclass(frozen=True)
class Joined:
    """One question of several institutions: what each says, and what follows from it."""

    place: str
    label: str
    rule: str
    said: tuple[tuple[str, str], ...]
    proposed: str
    own: str
    to_decide: bool
    options: tuple[Option, ...] = ()
    choices: tuple[Any, ...] = ()
    picked: str = ""
    other: str = ""
    why: str = ""


def rules() -> dict[str, str]:
    """What is done with the answers of several institutions."""
    return {SUM: _("added"), SAME: _("the same from all"), LIST: _("one after another"), NONE: _("you decide")}


def side_by_side(
    form: Form,
    now: Mapping[str, str],
    *,
    last: Mapping[str, str],
    previous: Mapping[str, str] | None = None,
    language: str = "",
    remarks: Iterable[Remark] = (),
    typed: Mapping[str, str] | None = None,
    only: Sequence[str] = (),
) -> tuple[list[Part], Evaluation]:
    """The answers of a version by section, next to those of the version before and of last time.

    `typed` are remarks somebody was about to make; `only` narrows to some sections.
    """
    evaluation = evaluate(form, dict(now), language=language, final=True)
    teller = _Teller(form, language, evaluation, last, previous, list(remarks), typed or {})
    parts: dict[str, Part] = {}
    for row, item in teller.rows():
        if only and item.top not in only:
            continue
        title = plain(form.items[item.top].label(language)) if item.top else ""
        parts.setdefault(item.top, Part(title or _("Other questions"))).rows.append(row)
    found = [Part(part.title, _without_empty_headings(part.rows)) for part in parts.values()]
    return [part for part in found if part.rows], evaluation


def _without_empty_headings(rows: list[Row]) -> list[Row]:
    after = [*rows[1:], None]
    return [row for row, then in zip(rows, after, strict=True) if not (row.heading and (then is None or then.heading))]


@dataclass
class _Teller:
    form: Form
    language: str
    evaluation: Evaluation
    last: Mapping[str, str]
    previous: Mapping[str, str] | None
    remarks: list[Remark]
    typed: Mapping[str, str]

    def rows(self) -> Iterator[tuple[Row, Item]]:
        """In the order of the form; answers that only stood there before come behind their section's others."""
        seen = set()
        for part in self.evaluation.parts:
            seen.add(part.place)
            if isinstance(part.item, Repeat) and is_row(part.place) and part.relevant:
                number = part.place.rpartition("[")[2].rstrip("]")
                label = plain(part.label) or part.item.name
                yield Row(part.place, f"{label} {number}", heading=True), part.item
            elif isinstance(part.item, Group) and "/" in part.item.path and part.relevant and part.label:
                yield Row(part.place, plain(part.label), heading=True), part.item
            elif isinstance(part.item, Question) and self.tells(part):
                yield self.row(part), part.item
        for place in {**self.last, **(self.previous or {})}:
            item = self.form.items.get(path_of(place))
            if place not in seen and isinstance(item, Question) and item.asked:
                yield self.row(Place(place, item, relevant=False, label=_numbered(item, place, self.language))), item

    def tells(self, part: Place) -> bool:
        item: Any = part.item
        if item.kind in {"note", "hidden"}:
            return False
        before = self.last.get(part.place) or (self.previous or {}).get(part.place)
        if not item.asked:
            return bool(part.relevant and part.value and part.label)
        return part.relevant or bool(before)

    def row(self, part: Place) -> Row:
        place, item = part.place, part.item
        value = self.evaluation.answers.get(place, "")
        last = self.last.get(place, "")
        previous = value if self.previous is None else self.previous.get(place, "")
        return Row(
            place,
            plain(part.label) or item.name,
            computed=not getattr(item, "asked", True),
            value=self.words(item, value),
            last=self.words(item, last),
            previous=self.words(item, previous),
            differs=bool(last) and last != value,
            changed=previous != value,
            problem=part.problem,
            remarks=tuple(one for one in self.remarks if one.place == place),
            typed=self.typed.get(place, ""),
        )

    def words(self, item: Item, value: str) -> str:
        return value_label(self.form, item, value, self.language)


def _numbered(item: Item, place: str, language: str) -> str:
    number = place.partition("[")[2].partition("]")[0]
    label = item.label(language) or item.name
    return f"{label} ({number})" if number else label


def joined(
    ret: Return, lines: Iterable[Line], names: Mapping[str, str], *, language: str, given: Mapping[str, str]
) -> list[Joined]:
    """Each question the parts answer, with what has to be decided first.

    Undecided are contradictions, and questions the organisation asked answered otherwise itself.
    `given` is what was chosen so far in the form.
    """
    form = ret.edition.form
    found = [_joined(ret, form, line, names, language, given) for line in lines if not line.marker]
    return sorted(found, key=lambda one: not one.to_decide)


def _joined(
    ret: Return, form: Form, line: Line, names: Mapping[str, str], language: str, given: Mapping[str, str]
) -> Joined:
    item = form.items[path_of(line.place)]

    def words(value: str) -> str:
        return value_label(form, item, value, language)

    own = ret.sheet.answers.get(line.place, "")
    via = (ret.sheet.stamps.get(line.place) or ["", "", Via.PARTS])[2]
    written_here = bool(own) and via != Via.PARTS and own != line.proposed
    options = _options(line, names, own if written_here else "", words)
    return Joined(
        line.place,
        plain(_numbered(item, line.place, language)),
        rules().get(line.rule, line.rule),
        tuple((names.get(key, key), words(value)) for key, value in line.values.items()),
        words(line.proposed),
        words(own),
        line.contradiction or written_here,
        options,
        item.choices(language) if isinstance(item, Question) else (),
        given.get(f"pick:{line.place}", ""),
        given.get(f"other:{line.place}", ""),
        _("The institutions contradict each other.") if line.contradiction else _("You answered otherwise yourself."),
    )


def _options(line: Line, names: Mapping[str, str], own: str, words: Any) -> tuple[Option, ...]:
    said: dict[str, list[str]] = {}
    for key, value in line.values.items():
        said.setdefault(value, []).append(names.get(key, key))
    options = []
    if line.proposed and line.proposed not in said:
        options.append(Option("proposed", _("Put together"), words(line.proposed), line.proposed))
    options += [Option(str(at), ", ".join(who), words(value), value) for at, (value, who) in enumerate(said.items())]
    if own:
        options.append(Option(OWN, _("Your own answer"), words(own), own))
    return tuple(options)


def picked(lines: Iterable[Joined]) -> dict[str, str]:
    """The values chosen in the form: place -> value. What nobody chose is left out."""
    found = {}
    for one in lines:
        values = {option.key: option.value for option in one.options}
        if one.picked == OTHER:
            found[one.place] = one.other.strip()
        elif one.picked in values:
            found[one.place] = values[one.picked]
    return found
