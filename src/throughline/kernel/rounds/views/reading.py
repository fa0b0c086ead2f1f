"""Answers to be read: what was handed in, section by section, and what changed between two versions."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from throughline.kernel.rounds.forms.changes import differences
from throughline.kernel.rounds.forms.definition import MEDIA, Form, Group, Item, Question, Repeat
from throughline.kernel.rounds.forms.evaluating import Evaluation
from throughline.kernel.rounds.forms.places import path_of
from throughline.kernel.rounds.forms.words import as_number
from throughline.kernel.rounds.models import Remark
from throughline.kernel.rounds.views.controls import Answers, Showing, in_words, is_seen
from throughline.kernel.rounds.views.sections import Section
from throughline.kernel.rounds.views.wording import plain

LONG = 60


@dataclass(frozen=True)
class Line:
    """One line to read: a heading (no answer), or a question with its answer."""

    place: str
    label: str
    depth: int = 0
    heading: bool = False
    text: str = ""
    number: bool = False
    long: bool = False
    file_url: str = ""
    remarks: tuple[Remark, ...] = ()

    @property
    def id(self) -> str:
        """The place itself: what is made of an answer elsewhere (a scorecard) links to it."""
        return self.place


@dataclass(frozen=True)
class Chapter:
    """A section with its lines."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Changed:
    """A question that was answered differently in two versions."""

    label: str
    where: str
    before: str
    after: str
    number: bool
    remarks: tuple[Remark, ...]


def chapters(showing: Showing, sections: Iterable[Section]) -> tuple[Chapter, ...]:
    """What was answered, as it is read; sections and questions that were not asked are left out."""
    read = ((section, tuple(_lines(showing, section.items, "", 0))) for section in sections if section.relevant)
    return tuple(Chapter(section.title, _unheaded(section, lines)) for section, lines in read if lines)


def _unheaded(section: Section, lines: tuple[Line, ...]) -> tuple[Line, ...]:
    """The section's own heading stands above the table already."""
    return lines[1:] if lines[0].heading and lines[0].place == section.name else lines


def _lines(showing: Showing, items: Iterable[Item], above: str, depth: int) -> Iterator[Line]:
    for item in items:
        place = f"{above}/{item.name}" if above else item.name
        if isinstance(item, Question):
            line = _answer(showing, item, place, depth)
            if line:
                yield line
        elif isinstance(item, Repeat):
            for number, row in enumerate(showing.evaluation.rows(place), start=1):
                if row.relevant:
                    label = plain(item.label(showing.language)) or item.name
                    yield Line(row.place, f"{label}, {number}", depth, heading=True)
                    yield from _lines(showing, item.children, row.place, depth + 1)
        elif isinstance(item, Group):
            yield from _group(showing, item, place, depth)


def _group(showing: Showing, item: Group, place: str, depth: int) -> Iterator[Line]:
    stands = showing.evaluation.at(place)
    if stands is not None and not stands.relevant:
        return
    label = plain(stands.label) if stands else ""
    if label:
        yield Line(place, label, depth, heading=True)
    yield from _lines(showing, item.children, place, depth + bool(label and depth))


def _answer(showing: Showing, item: Question, place: str, depth: int) -> Line | None:
    stands = showing.evaluation.at(place)
    if stands is None or not stands.relevant or item.kind in {"note", "hidden"}:
        return None
    if item.kind == "calculate" and not item.prose:
        return None
    text = showing.words(item, stands.value)
    return Line(
        place=place,
        label=plain(stands.label) or item.name,
        depth=depth,
        text=text,
        number=as_number(item, stands.value) is not None,
        long=len(text) > LONG or "\n" in stands.value,
        file_url=showing.files.get(stands.value, "") if item.kind in MEDIA else "",
        remarks=tuple(showing.remarks_at.get(place, ())),
    )


def changes_between(
    form: Form,
    before: Answers,
    after: Answers,
    told: tuple[Evaluation, Evaluation],
    language: str,
    remarks: Iterable[Remark],
) -> list[Changed]:
    """Question by question what differs, in the order of the form, with what was remarked on the earlier one."""
    said: dict[str, list[Remark]] = {}
    for remark in remarks:
        said.setdefault(remark.place, []).append(remark)
    found = {change.place: (change.before, change.after) for change in differences(before, after)}
    found |= {place: (before.get(place, ""), after.get(place, "")) for place in said if place and place not in found}
    order = {path: at for at, path in enumerate(form.items)}
    found = {place: pair for place, pair in found.items() if _is_read(form, place)}
    places = sorted(found, key=lambda place: (order.get(path_of(place), len(order)), place))
    return [_changed(form, place, found[place], told, language, tuple(said.get(place, ()))) for place in places]


def _is_read(form: Form, place: str) -> bool:
    """Whether a person ever meets the question; one the form no longer has is told all the same."""
    item = form.items.get(path_of(place))
    return item is None or is_seen(item)


def _changed(
    form: Form,
    place: str,
    pair: tuple[str, str],
    told: tuple[Evaluation, Evaluation],
    language: str,
    remarks: tuple[Remark, ...],
) -> Changed:
    item = form.items.get(path_of(place))
    stands = told[1].at(place) or told[0].at(place)
    label = plain(stands.label) if stands else (plain(item.label(language)) if item else place)
    words = [in_words(form, item, value, language) if item else value for value in pair]
    number = isinstance(item, Question) and any(as_number(item, value) is not None for value in pair)
    return Changed(label or place, where_of(form, place, language), words[0], words[1], number, remarks)


def where_of(form: Form, place: str, language: str) -> str:
    """The groups and rows around a place: 'Storage sites 2'."""
    steps = place.split("/")[:-1]
    names = []
    for at in range(len(steps)):
        item = form.items.get(path_of("/".join(steps[: at + 1])))
        number = steps[at].partition("[")[2].removesuffix("]")
        label = plain(item.label(language)) if item else ""
        names += [f"{label} {number}".strip()] if label else []
    return " · ".join(names)
