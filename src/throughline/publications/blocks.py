"""The In-Focus Monitor: one question, whichever it is, over places, over time and along what explains it.

Nothing here knows the subject. What a subject wants beside its question, its ready focuses say.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.measures import registry as measures
from throughline.kernel.measures import words
from throughline.kernel.measures.answers import Answer
from throughline.kernel.measures.declare import NOT_REPORTED, Kind
from throughline.kernel.periods import Quarter, Span, Year
from throughline.kernel.reporting import panels
from throughline.kernel.reporting.blocks import (
    Block,
    Cell,
    Charts,
    Column,
    Definitions,
    Figure,
    FigureRow,
    Footnotes,
    Heading,
    Item,
    KeyFigure,
    Note,
    Row,
    Sentence,
    Table,
    Text,
)
from throughline.kernel.reporting.context import Context
from throughline.kernel.reporting.focus import Focus, Slice, sources
from throughline.kernel.reporting.registry import BlockSpec, Cover, Template
from throughline.kernel.reporting.sentences import joined, plain, sentence
from throughline.kernel.reporting.tables import bold_note, compared_heads, compared_row, pairs, ranked, row
from throughline.reference.queries import footnotes, scope_members

PLACE = "jurisdiction"
QUARTERS_BACK, FEWEST = 8, 2
MOST_VALUES, MOST_SAID = 12, 4
Labelled = list[tuple[str | None, str, Figure]]


def focus(context: Context) -> Focus:
    if context.focus is None:
        raise Invalid([Problem("focus", _("Choose what the document is to focus on."))])
    return context.focus


def cover(context: Context) -> Cover:
    return Cover(str(focus(context).title), _("In-Focus Monitor"))


def asked(context: Context, *by: str, compared: bool = True) -> Answer:
    """The focus itself, by whatever is given."""
    about = focus(context)
    ask = context.compared if compared else context.ask
    return ask(about.measure, *by, where=dict(about.where))


def beside(context: Context, one: Slice) -> Answer:
    about = focus(context)
    return context.compared(one.measure or about.measure, *([one.by] if one.by else []), where=where_of(about, one))


def where_of(about: Focus, one: Slice) -> dict[str, tuple[str, ...]]:
    """A companion has conditions of its own; a slice of the focus's own measure has the focus's."""
    return dict(one.where) if one.measure else dict(about.where)


# ---- the sections


def at_a_glance(context: Context) -> Iterator[Block]:
    """The figure the document is about, those beside it, and what is counted."""
    about, answer = focus(context), asked(context)
    whole = context.figure(answer)
    items = [KeyFigure(whole.id, str(about.title), context.changes(answer))]
    for one in about.beside:
        found = beside(context, one)
        items.append(KeyFigure(context.figure(found).id, str(one.label) or found.label, context.changes(found)))
    said = _("{title} in {scope}, {period}: {count}.")
    message = sentence(
        said,
        title=str(about.title),
        scope=context.scope_label,
        period=words.period_words(context.period),
        count=whole,
    )
    yield FigureRow(tuple(items), message=message)
    paragraphs = [plain(str(about.description))] if about.description else []
    paragraphs += [joined(plain(f"{label}."), largest) for label, largest in _standing_out(context)]
    if paragraphs:
        yield Text(tuple(paragraphs))


def _standing_out(context: Context) -> Iterator[tuple[str, Sentence]]:
    """Of each slice, what there is most of."""
    for one in focus(context).slices[:MOST_SAID]:
        cut = Cut.of(context, one)
        if cut is not None:
            yield cut.label, cut.largest()


def by_jurisdiction(context: Context) -> Iterator[Block]:
    measure = measures.measure(focus(context).measure)
    fixed = {name for name, _values in focus(context).where}
    if PLACE not in measures.dimensions_of(measure) or PLACE in fixed:
        return
    answer, title = asked(context, PLACE), _("%(what)s by jurisdiction") % {"what": focus(context).title}
    found = ranked(context, answer)
    if not found:
        return
    _key, label, most = found[0]
    said = _("{place}: {count}, the highest of the jurisdictions.")
    if answer.additive:
        said = _("{place}: {count} of {total}, more than any other jurisdiction.")
    yield Charts(
        "by-jurisdiction",
        title,
        (panels.places(context, title, answer),),
        message=sentence(said, place=label, count=most, total=context.figure(answer)),
        notes=(
            _("Boundaries and names on the map imply no opinion on the status of any territory."),
            *under_names(context),
        ),
    )
    rows = [compared_row(context, answer, name, code) for code, name in answer.axes[0].values]
    rows.append(compared_row(context, answer, context.scope_label, total=True))
    heads = compared_heads(context, answer, _("Jurisdiction"))
    notes = [bold_note(), *under_names(context)]
    yield context.table("by-jurisdiction-table", title, heads, rows, notes=notes)


def over_time(context: Context) -> Iterator[Block]:
    """The focus and its companions by quarter: two years, or this quarter and the two years before it."""
    last = Quarter.containing(context.period.end)
    span, by = Span(last.shifted(-(7 if isinstance(context.period, Year) else QUARTERS_BACK)), last), "quarter"
    about = focus(context)
    answers = [context.ask(about.measure, by, where=dict(about.where), period=span)]
    answers += [context.ask(one.measure, by, where=dict(one.where), period=span) for one in about.beside if one.measure]
    labels = [str(about.title), *(str(one.label) for one in about.beside if one.measure)]
    times = list(answers[0].axes[0].values)
    while times and all((cell := one.cell(times[0][0])) is None or cell.value is None for one in answers):
        times.pop(0)
    if len(times) < FEWEST:
        return
    title = _("%(what)s, %(first)s to %(last)s") % {
        "what": about.title,
        "first": times[0][1],
        "last": times[-1][1],
    }
    series = [[(_short(key), context.figure(one, key)) for key, _label in times] for one in answers]
    small = len(answers) > 1
    drawn = tuple(
        panels.lines(label or one.label, values, one.unit, small=small)
        for label, one, values in zip(labels, answers, series, strict=True)
    )
    notes = (_("Each panel has its own scale from zero."),) if small else ()
    yield Charts("over-time", title, drawn, columns=2 if small else 1, notes=notes)
    rows = [
        row(label, *(Cell(figure=values[place][1].id) for values in series))
        for place, (_key, label) in enumerate(times)
    ]
    heads = [_("Quarter"), *(label or one.label for label, one in zip(labels, answers, strict=True))]
    yield context.table("over-time-table", title, heads, rows)


def closer_look(context: Context) -> Iterator[Block]:
    """Each slice of the focus: a chart, and the same with what it was before."""
    for one in focus(context).slices:
        yield from _slice(context, one)


def _slice(context: Context, one: Slice) -> Iterator[Block]:
    cut = Cut.of(context, one)
    if cut is None:
        return
    name = f"{one.measure}-by-{one.by}" if one.measure else f"by-{one.by}"
    title = f"{focus(context).title}: {cut.label[:1].lower()}{cut.label[1:]}"
    yield Heading(cut.label, 2)
    panel = panels.bars(title, pairs(cut.known[:MOST_VALUES]), cut.answer.unit)
    yield Charts(name, title, (panel,), message=cut.largest())
    yield context.table(f"{name}-table", title, cut.heads(), cut.rows(), notes=cut.notes())


@dataclass(frozen=True)
class Cut:
    """One slice of the focus, answered: what was reported, most first, and for whom it was not."""

    context: Context
    answer: Answer
    label: str
    known: Labelled
    unknown: Labelled

    @classmethod
    def of(cls, context: Context, one: Slice) -> "Cut | None":
        """None where there is nothing to compare: nothing reported, or all of one kind."""
        answer = beside(context, one)
        found = ranked(context, answer)
        known = [each for each in found if each[0] != NOT_REPORTED]
        unknown = [each for each in found if each[0] == NOT_REPORTED]
        if not known or len(found) < FEWEST:
            return None
        return cls(context, answer, str(one.label) or answer.axes[0].label, known, unknown)

    @property
    def adds_up(self) -> bool:
        """Whether the rows are parts of one whole: only then a share of it says anything."""
        parts = sum(figure.value or 0 for _key, _label, figure in [*self.known, *self.unknown])
        return self.answer.additive and self.answer.kind is not Kind.SHARE and parts == (self.answer.value or 0)

    def share(self, place: int) -> Figure:
        return self.context.share(self.known[place][2], [figure for _key, _label, figure in self.known], _("reported"))

    def largest(self) -> Sentence:
        _key, label, first = self.known[0]
        if not self.adds_up:
            return sentence(_("{label}: {count}, more than any other."), label=label, count=first)
        words_of = _("{label}: {count}, {share} of those reported.")
        said = sentence(words_of, label=label, count=first, share=self.share(0))
        if not self.unknown:
            return said
        return joined(said, sentence(_("Not reported: {unknown}."), unknown=self.unknown[0][2]))

    def heads(self) -> list[str]:
        heads = compared_heads(self.context, self.answer, self.label)
        return [*heads[:2], _("Share"), *heads[2:]] if self.adds_up else heads

    def rows(self) -> list[Row]:
        context, answer = self.context, self.answer
        found = [*self.known, *self.unknown]
        rows = [compared_row(context, answer, label, key) for key, label, _figure in found]
        if not self.adds_up:
            return rows
        shares = [Cell(figure=self.share(place).id) for place in range(len(self.known))] + [Cell()] * len(self.unknown)
        rows.append(compared_row(context, answer, _("All"), total=True))
        return [_with(one, cell) for one, cell in zip(rows, [*shares, Cell()], strict=True)]

    def notes(self) -> list[str]:
        parts = _("Shares are of those for whom it was reported.")
        several = _("What stands in several rows is counted in each; the rows do not add up.")
        return [bold_note(), parts if self.adds_up else several]


def _with(made: Row, cell: Cell) -> Row:
    """The same row with one cell more, behind the figure of the period."""
    return Row((*made.cells[:2], cell, *made.cells[2:]), made.kind)


def method(context: Context) -> Iterator[Block]:
    """The annex: what was asked, from which records, how changes are judged, and where the figures lead."""
    yield Definitions((*_counted(context), *_measured(context), *_reading(context)))
    yield _measures_table(context)
    notes = footnotes(context.programme.publisher, scope_members(context.scope, context.period.end), context.period.end)
    if notes:
        yield Footnotes(tuple(Note(note.jurisdiction.mark, note.text) for note in notes))


def _counted(context: Context) -> Iterator[Item]:
    about = focus(context)
    question = sentence("{title}. {words}", title=str(about.title), words=str(about.description))
    yield Item(_("What is counted"), question)
    conditions = [f"{label}: {said}" for label, said in _conditions(about)]
    if conditions:
        yield Item(_("Narrowed to"), plain("; ".join(conditions)))


def _conditions(about: Focus) -> Iterator[tuple[str, str]]:
    known = measures.dimensions_of(measures.measure(about.measure))
    for name, values in about.where:
        dimension = known[name]
        said = dimension.words() if dimension.words else {}
        yield str(dimension.label), words.listed([str(said.get(value, value)) for value in values])


def _measured(context: Context) -> Iterator[Item]:
    answer = asked(context)
    notes = [sentence("{words}", words=note) for note in answer.notes]
    coverage = sentence("{base}; {coverage}.", base=answer.base, coverage=answer.coverage.words)
    yield Item(_("Coverage"), joined(coverage, *notes))
    measure = measures.measure(focus(context).measure)
    source = measure.source or sources.get(measures.facts[measure.fact].noun, "")
    if source:
        yield Item(_("Sources"), plain(str(source)))


def _reading(context: Context) -> Iterator[Item]:
    exact = _("Two counts are compared by the exact conditional interval of their ratio (Poisson, 95 %).")
    worth = _("Where 'no change' lies inside it, the text says 'could be chance'; below ten cases, 'too few to say'.")
    yield Item(_("Changes"), plain(f"{exact} {worth}"))
    missing = _(
        "A dash stands where nothing was reported; that is not nought. Shares are of those for whom it was reported."
    )
    yield Item(_("Missing"), plain(missing))
    later = _("The figures are as of the time on the cover. This document never changes; a new edition may follow.")
    yield Item(_("Later corrections"), plain(later))
    link = _("Each figure is a link to the question it answers and, for those who may read them, to the records.")
    yield Item(_("From a figure to its records"), plain(link))


def _measures_table(context: Context) -> Table:
    """Every measure of the document as it was defined when it was asked."""
    about = focus(context)
    used = dict.fromkeys([about.measure, *(one.measure for one in chain(about.beside, about.slices) if one.measure)])
    rows = []
    for identity in used:
        one = measures.measure(identity)
        rows.append(Row((Cell(text=str(one.label)), Cell(text=str(one.unit)), Cell(text=str(one.description)))))
    columns = (Column(_("Measure"), "left", 12), Column(_("Unit"), "left", 6), Column(_("What it counts"), "left", 34))
    return Table("measures", _("The measures of this document"), columns, tuple(rows), aside=True)


def under_names(context: Context) -> tuple[str, ...]:
    """What the programme's publisher prints wherever these jurisdictions are named."""
    day = context.period.end
    found = footnotes(context.programme.publisher, scope_members(context.scope, day), day)
    return tuple(f"{note.jurisdiction.mark} {note.text}" for note in found)


def _short(key: str | None) -> str:
    """'Q1 24', to fit under a small chart."""
    quarter = Quarter.containing(Quarter.parse(str(key)).start)
    return _("Q%(number)d %(year)s") % {"number": quarter.number, "year": f"{quarter.year % 100:02d}"}


IN_FOCUS = Template(
    "in-focus-monitor",
    gettext_lazy("In-Focus Monitor"),
    gettext_lazy("One question of your choosing: over places, over time, and along what explains it."),
    (
        BlockSpec("at-a-glance", gettext_lazy("At a glance"), at_a_glance, new_page=True),
        BlockSpec("by-jurisdiction", gettext_lazy("By jurisdiction"), by_jurisdiction, new_page=True),
        BlockSpec("over-time", gettext_lazy("Over time"), over_time, new_page=True),
        BlockSpec("closer-look", gettext_lazy("A closer look"), closer_look, new_page=True),
        BlockSpec("method", gettext_lazy("Annex: sources and method"), method, new_page=True),
    ),
    periods=("quarter", "half", "year"),
    cover=cover,
    focused=True,
)
