"""The report on an operational analysis of training needs, in the order in which such reports are published.

No number is typed here: all come from the last analysis of the exercise that holds in the period, each with the formula
kept beside it. Who answered what is in no report; countries appear as counts.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.reporting import panels
from throughline.kernel.reporting.blocks import (
    Block,
    Cell,
    Charts,
    Definitions,
    Figure,
    FigureRow,
    Footnotes,
    Heading,
    Item,
    KeyFigure,
    Note,
    Row,
    Statement,
    Statements,
    Text,
)
from throughline.kernel.reporting.context import Context
from throughline.kernel.reporting.registry import BlockSpec, Cover, Template
from throughline.kernel.reporting.sentences import joined, plain, sentence
from throughline.kernel.ui import formats
from throughline.needs import arithmetic, queries, words
from throughline.needs.choices import Horizon, Kind
from throughline.needs.models import Analysis, Exercise, Validation
from throughline.needs.queries import Line
from throughline.reference.queries import footnotes

TOP = 4


# ---- what the document is made from


def exercise_of(context: Context) -> Exercise:
    """The exercise whose results hold in the period and that was analysed; Invalid, if there is none."""

    def read() -> Exercise:
        period = context.period
        rows = queries.exercises_for(context.viewer.of_what_is_shared()).filter(
            programme=context.programme, results_from__lte=period.end, results_to__gte=period.start
        )
        found = [one for one in rows if one.analyses.exists()]
        if not found:
            message = _("No analysed needs exercise of this programme holds in this period.")
            raise Invalid([Problem("period", message, str(period))])
        newest = max(found, key=lambda one: (one.results_from, one.created_at))
        if newest.scope.code != context.scope:
            message = _("This exercise is about: %(scope)s.") % {"scope": newest.scope.code}
            raise Invalid([Problem("scope", message, context.scope)])
        context.illustrative = context.illustrative or newest.illustrative
        return newest

    return context.once("exercise", read)


def analysis_of(context: Context) -> Analysis:
    return context.once("analysis", lambda: queries.analysis_of(exercise_of(context)))  # type: ignore[return-value]


def lines_of(context: Context) -> list[Line]:
    return context.once("lines", lambda: queries.order_that_holds(analysis_of(context)))


def figure(context: Context, name: str, label: str, value: Any, text: str, *, unit: str = "", base: str = "") -> Figure:
    """A number of the analysis; its link leads to the ranking with all formulas."""
    exercise = exercise_of(context)
    return context.stated(
        Figure(
            id=f"{exercise.reference}/{analysis_of(context).number}/{name}",
            label=label,
            value=None if value is None else float(value),
            text=text,
            unit=unit,
            base=base,
            path=reverse("exercise-ranking", args=[exercise.reference]),
            reason="" if value is not None else _("nobody answered"),
        )
    )


def cover(context: Context) -> Cover:
    exercise = exercise_of(context)
    years = f"{exercise.results_from.year}–{exercise.results_to.year}"
    return Cover(exercise.title, str(Kind(exercise.kind).label), years)


def response(context: Context) -> Figure:
    analysis = analysis_of(context)
    rate = arithmetic.response_rate(analysis.answering, analysis.eligible)
    countries = len(set(analysis.answering) & set(analysis.eligible))
    told = {"countries": countries, "eligible": len(analysis.eligible)}
    return figure(
        context,
        "response-rate",
        _("Response rate"),
        rate,
        f"{arithmetic.written(rate, analysis.method['decimals'], analysis.method['rounding'])}{formats.NARROW_SPACE}%",
        unit="%",
        base=_("%(countries)d of %(eligible)d eligible countries") % told,
    )


def rate_figure(context: Context, line: Line, name: str) -> Figure:
    """The relevance or urgency rate of a topic, its formula as the base."""
    label = {"relevance": _("Relevance"), "urgency": _("Urgency")}[name]
    text = getattr(line.result, name)
    topic = line.result.topic
    return figure(
        context,
        f"{name}/{topic.code}",
        f"{label}: {topic.title}",
        words.number(text),
        words.percent(text, analysis_of(context).method),
        unit="%",
        base=getattr(line.result, f"{name}_formula"),
    )


def demand_figure(context: Context, line: Line) -> Figure:
    topic = line.result.topic
    base = line.result.demand_formula
    shown = formats.number(line.result.demand)
    return figure(
        context, f"demand/{topic.code}", _("Officials declared: %(topic)s") % {"topic": topic.title},
        line.result.demand, shown, unit=_("officials"), base=base,
    )  # fmt: skip


# ---- sections


def summary(context: Context) -> Iterator[Block]:
    analysis, lines = analysis_of(context), lines_of(context)
    kept = [one for one in lines if one.result.kept]
    yield Text(
        (
            joined(
                sentence(
                    _("{countries} countries answered ({rate}); {answers} answers were accepted."),
                    countries=_countries(context),
                    rate=response(context),
                    answers=_answers(context),
                ),
                sentence(
                    _("{kept} of {all} topics lie above the cut-off."),
                    kept=_count(context, "kept", _("Topics above the cut-off"), len(kept)),
                    all=_count(context, "topics", _("Topics asked"), len(lines)),
                ),
                plain(f"{_stability(analysis)} {_('See the annex.')}"),
            ),
        )
    )
    if kept:
        row = tuple(
            KeyFigure(
                rate_figure(context, one, "relevance").id, f"{one.place}. {one.result.topic.title}", note=_("relevance")
            )
            for one in kept[:TOP]
        )
        yield FigureRow(row, title=_("First in the ranking"))


def _stability(analysis: Analysis) -> str:
    moved = sum(one["held"] < one["of"] for one in analysis.sensitivity["pairs"])
    if not moved:
        return _("The order stays the same under every other choice of weights, votes and countries that was tried.")
    return _("%(moved)d of %(all)d pairs of topics change places under other choices.") % {
        "moved": moved,
        "all": len(analysis.sensitivity["pairs"]),
    }


def _count(context: Context, name: str, label: str, number: int) -> Figure:
    return figure(context, name, label, number, formats.number(number))


def _countries(context: Context) -> Figure:
    analysis = analysis_of(context)
    return _count(
        context, "countries", _("Countries that answered"), len(set(analysis.answering) & set(analysis.eligible))
    )


def _answers(context: Context) -> Figure:
    return _count(context, "answers", _("Answers accepted"), analysis_of(context).answers)


def background(context: Context) -> Iterator[Block]:
    exercise = exercise_of(context)
    items = [
        Item(_("What it is about"), plain(" ".join(exercise.about.split()))) if exercise.about else None,
        Item(_("Baseline documents"), plain("; ".join(exercise.baseline.splitlines()))) if exercise.baseline else None,
    ]
    if exercise.follows:
        words_ = f"{exercise.follows} ({exercise.follows.reference}): {exercise.get_follows_as_display()}"
        items.append(Item(_("Follows"), plain(words_)))
    if exercise.published_on:
        items.append(Item(_("Published"), plain(formats.day(exercise.published_on))))
    items.append(
        Item(_("Results hold"), plain(f"{formats.day(exercise.results_from)} – {formats.day(exercise.results_to)}"))
    )
    items.append(Item(_("Validating body"), plain(f"{exercise.body} ({exercise.body.get_majority_display()})")))
    yield Definitions(tuple(one for one in items if one))


def response_rate(context: Context) -> Iterator[Block]:
    """Countries over eligible countries; answers are another number."""
    analysis = analysis_of(context)
    agreed = _count(context, "agreed", _("Positions agreed by contact points"), analysis.agreed)
    yield Text(
        (
            joined(
                sentence(
                    _("{countries} of {eligible} eligible countries answered: {rate}."),
                    countries=_countries(context),
                    eligible=_count(context, "eligible", _("Eligible countries"), len(analysis.eligible)),
                    rate=response(context),
                ),
                sentence(
                    _(
                        "Their institutions and other partners gave {answers} answers, from which one position a country was put together; {agreed} positions were agreed by the contact points."
                    ),
                    answers=_answers(context),
                    agreed=agreed,
                ),
            ),
        )
    )


def relevance(context: Context) -> Iterator[Block]:
    """Topics in their order, then the subtopics of each."""
    lines = lines_of(context)
    rows = [
        Row((
            Cell(f"{one.place}. {one.result.topic.title}" + (f" ({_('addition')})" if one.result.topic.added else "")),
            Cell(figure=rate_figure(context, one, "relevance").id, strong=one.result.kept),
            Cell(_("in") if one.result.kept else _("below the cut-off")),
            Cell(words.decided(one.result, moved=one.adjustment is not None) or "–"),
            Cell(one.result.relevance_formula),
        ))
        for one in lines
    ]  # fmt: skip
    heads = [_("Topic"), _("Relevance"), _("Cut-off"), _("Decided by"), _("Formula")]
    notes = [
        _("%(topic)s was moved from place %(before)d to %(after)d by the validating body: %(reason)s")
        % {
            "topic": one.result.topic.title,
            "before": one.adjustment.before,
            "after": one.adjustment.after,
            "reason": one.adjustment.reason,
        }
        for one in lines
        if one.adjustment
    ]
    yield context.table("relevance", _("Relevance of the topics"), heads, rows, notes=notes)
    bars = [(one.result.topic.title, rate_figure(context, one, "relevance")) for one in lines if one.result.relevance]
    if bars:
        title = _("Relevance rate of each topic, percent")
        yield Charts("relevance-chart", title, (panels.bars(title, bars, "%"),))
    below = queries.subtopics_of(analysis_of(context))
    sub = [
        Row((Cell(f"{line.result.topic.title}: {one.topic.title}"), Cell(words.percent(one.relevance, analysis_of(context).method)), Cell(one.relevance_formula)))
        for line in lines
        for one in below.get(line.result.topic.code, ())
    ]  # fmt: skip
    if sub:
        yield context.table(
            "subtopics", _("Relevance of the subtopics"), [_("Subtopic"), _("Relevance"), _("Formula")], sub
        )


def horizons(context: Context) -> Iterator[Block]:
    """The needs by within what time they ask for training, each group in its order."""
    taken = analysis_of(context).method
    groups: dict[str, list[str]] = {}
    for one in lines_of(context):
        if one.result.kept:
            name = words.horizon(one.result, taken)
            groups.setdefault(name, []).append(f"{one.place}. {one.result.topic.title}")
    order = [str(one.label) for one in Horizon]
    items = tuple(Item(name, plain("; ".join(groups[name]))) for name in order if name in groups)
    if items:
        yield Heading(_("Needs by term"), level=2)
        yield Definitions(items, aside=True)


def dimensions(context: Context) -> Iterator[Block]:
    """Urgency, numbers in all, by proficiency and by profile, each beside its formula."""
    lines, analysis = lines_of(context), analysis_of(context)
    urgent = [
        Row((Cell(one.result.topic.title), Cell(figure=rate_figure(context, one, "urgency").id), Cell(one.result.urgency_formula)))
        for one in lines
        if one.result.urgency
    ]  # fmt: skip
    if urgent:
        yield context.table("urgency", _("Urgency"), [_("Topic"), _("Urgency"), _("Formula")], urgent)
    yield from horizons(context)
    estimates = analysis.method["estimate"] != "none"
    heads = [_("Topic"), _("Officials declared"), *([_("Estimate for all")] if estimates else []), _("Formula")]
    rows = []
    for one in lines:
        cells = [Cell(one.result.topic.title), Cell(figure=demand_figure(context, one).id)]
        cells += [Cell(words.shown(one.result.estimate, analysis.method))] if estimates else []
        rows.append(Row((*cells, Cell(one.result.demand_formula))))
    note = _("n is how many countries declared numbers; Σ is what they add up to.")
    yield context.table("dimensions", _("Numbers of officials"), heads, rows, notes=(note,))
    yield from _split(context, "by_level", _("Officials by proficiency"), words.level_names(analysis.method))
    profiles = {one.code: one.title for one in exercise_of(context).profiles.all()}
    yield from _split(context, "by_profile", _("Officials by profile"), profiles)


def _split(context: Context, name: str, title: str, labels: dict[str, str]) -> Iterator[Block]:
    """A topic a row, a category a column; what nobody declared is a dash, not nought."""
    lines = lines_of(context)
    used = [code for code in labels if any(code in getattr(one.result, name) for one in lines)]
    if not used:
        return
    rows = [
        Row(
            (
                Cell(one.result.topic.title),
                *(Cell(formats.number(getattr(one.result, name).get(code))) for code in used),
            )
        )
        for one in lines
    ]
    total: Counter[str] = Counter()
    for one in lines:
        total.update(getattr(one.result, name))
    rows.append(Row((Cell(_("All topics")), *(Cell(formats.number(total[code])) for code in used)), kind="total"))
    notes = (_("An official who needs training in two topics is counted in both."),)
    yield context.table(name, title, [_("Topic"), *(labels[code] for code in used)], rows, notes=notes)


def national(context: Context) -> Iterator[Block]:
    rows = [
        Row((
            Cell(one.result.topic.title),
            Cell(formats.number(one.result.national.get("yes", 0))),
            Cell(formats.number(sum(one.result.national.values()))),
        ))
        for one in lines_of(context)
        if one.result.national
    ]  # fmt: skip
    if rows:
        heads = [_("Topic"), _("Countries that offer training on it"), _("Countries that said")]
        yield context.table("national", _("Training already offered at national level"), heads, rows)


def details(context: Context) -> Iterator[Block]:
    """Each topic on its own, above the cut-off."""
    analysis = analysis_of(context)
    levels = words.level_names(analysis.method)
    profiles = {one.code: one.title for one in exercise_of(context).profiles.all()}
    for one in lines_of(context):
        result = one.result
        if not result.kept:
            continue
        yield Heading(f"{one.place}. {result.topic.title}", level=2)
        items = [
            Item(_("Relevance"), sentence("{rate}: {formula}", rate=rate_figure(context, one, "relevance"), formula=result.relevance_formula)),
            Item(_("Urgency"), sentence("{rate}: {formula}", rate=rate_figure(context, one, "urgency"), formula=result.urgency_formula)),
            Item(_("Officials declared"), sentence("{number}: {formula}", number=demand_figure(context, one), formula=result.demand_formula)),
        ]  # fmt: skip
        for title, names, found in (
            (_("By proficiency"), levels, result.by_level),
            (_("By profile"), profiles, result.by_profile),
        ):
            if found:
                told = "; ".join(
                    f"{name}: {formats.number(found[code])}" for code, name in names.items() if code in found
                )
                items.append(Item(title, plain(told)))
        yield Definitions(tuple(items), aside=True)


def conclusions(context: Context) -> Iterator[Block]:
    """What the experts said and what the validating body decided."""
    analysis = analysis_of(context)
    kept = [one.result.topic.title for one in lines_of(context) if one.result.kept]
    if kept:
        order = _("Training needs in the order that holds: %(names)s.") % {"names": "; ".join(kept)}
        yield Text((plain(order),))
    reviews = [
        Statement(one.experts, Cell(formats.day(one.on)), tuple(one.text.splitlines()), note=str(one.topic or ""))
        for one in analysis.reviews.select_related("topic")
    ]
    if reviews:
        yield Statements("reviews", _("Expert review"), tuple(reviews))
    decisions = [
        Statement(one.body, Cell(str(one.get_outcome_display())), (_decision(one), *one.note.splitlines()))
        for one in analysis.validations.all()
    ]
    if decisions:
        yield Statements("validation", _("Validation"), tuple(decisions))


def _decision(one: Validation) -> str:
    """'4th meeting, 22 November 2026; two thirds of the votes: 18 of 27 in favour, 18 needed.'"""
    return "; ".join(part for part in (f"{one.meeting}, {formats.day(one.on)}", words.vote(one)) if part) + "."


def method(context: Context) -> Iterator[Block]:
    analysis = analysis_of(context)
    items = [Item(name, plain(text)) for name, text in words.method_words(analysis.method)]
    note = _(
        "These are the parameters of this exercise as its secretariat laid them down. They are nobody else's method."
    )
    yield Definitions((*items, Item(_("Whose method this is"), plain(note))), aside=True)
    countries = queries.eligible(exercise_of(context))
    notes = footnotes(context.programme.publisher, countries)
    if notes:
        yield Footnotes(tuple(Note(one.jurisdiction.mark, one.text) for one in notes))


def sensitivity(context: Context) -> Iterator[Block]:
    analysis, lines = analysis_of(context), lines_of(context)
    yield Text((plain(_stability(analysis)),))
    ranges = analysis.sensitivity["ranges"]
    rows = [
        Row((Cell(one.result.topic.title), Cell(str(one.result.rank)), *(Cell(str(end)) for end in ranges.get(one.result.topic.code, ["–", "–"]))))
        for one in sorted(lines, key=lambda line: line.result.rank)
    ]  # fmt: skip
    heads = [_("Topic"), _("Rank"), _("Best rank"), _("Worst rank")]
    tried = _("Tried: %(number)d other choices of weights and votes, and leaving each country out in turn.")
    notes = (tried % {"number": len(analysis.sensitivity["scenarios"])},)
    yield context.table("sensitivity", _("Ranks under other choices"), heads, rows, notes=notes)


OTNA = Template(
    "otna-report",
    gettext_lazy("Report on training needs"),
    gettext_lazy(
        "Response rate, relevance, urgency, numbers and profiles of training needs, each number with its formula."
    ),
    (
        BlockSpec("summary", gettext_lazy("Executive summary"), summary, new_page=True),
        BlockSpec("background", gettext_lazy("Background"), background),
        BlockSpec("response-rate", gettext_lazy("Response rate"), response_rate, new_page=True),
        BlockSpec("relevance", gettext_lazy("Relevance of topics"), relevance),
        BlockSpec("dimensions", gettext_lazy("Training dimensions"), dimensions, new_page=True),
        BlockSpec("national", gettext_lazy("National-level training"), national),
        BlockSpec("details", gettext_lazy("Training dimensions for main topics"), details, new_page=True),
        BlockSpec("conclusions", gettext_lazy("Conclusions"), conclusions, new_page=True),
        BlockSpec("method", gettext_lazy("Annex 1: method and parameters"), method, new_page=True),
        BlockSpec("sensitivity", gettext_lazy("Annex 2: sensitivity"), sensitivity),
    ),
    periods=("year",),
    handling="green",
    cover=cover,
    illustrative=gettext_lazy("Illustrative data: no answers of real authorities"),
)
