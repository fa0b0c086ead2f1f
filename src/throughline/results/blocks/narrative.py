"""The half-yearly narrative report: goal by goal, target by target, jurisdiction by jurisdiction."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.reporting import panels
from throughline.kernel.reporting.blocks import (
    Block,
    Cell,
    Charts,
    Definitions,
    Figure,
    FigureRow,
    Heading,
    Item,
    KeyFigure,
    Run,
    Sentence,
    Statement,
    Statements,
    Table,
    Text,
)
from throughline.kernel.reporting.context import Context
from throughline.kernel.reporting.registry import Cover
from throughline.kernel.reporting.sentences import plain, sentence
from throughline.results import documents
from throughline.results.blocks import wording
from throughline.results.documents import capital, narrative_of, status_figure
from throughline.results.numbering import ordinal
from throughline.results.scorecards import Narrative, NarrativeAnswer, NarrativeGoal, NarrativeTarget
from throughline.results.sentences import Subject, Told, listed
from throughline.results.summaries import Summary, summaries

BARS_A_CHART = 14


def cover(context: Context) -> Cover:
    """'Progress information on the Roadmap Goals Overall Targets', '2nd regional narrative report'."""
    found = narrative_of(context)
    subtitle = ""
    if found.number is not None:
        subtitle = _("%(number)s regional narrative report") % {"number": ordinal(found.number)}
    title = _("Progress information on the Roadmap Goals Overall Targets")
    return Cover(title, subtitle, wording.span(context.period))


# ---- what this is


def about(context: Context) -> Iterator[Block]:
    found = narrative_of(context)
    publisher = str(context.programme.secretariat)
    yield Text(
        (
            sentence(
                _("This report consolidates the individual reports of the jurisdictions on {title}, {period}."),
                title=found.title,
                period=wording.span(context.period),
            ),
            sentence(
                _(
                    "What stands under the name of a capital was reported by the authorities there and is theirs. "
                    "{publisher} put the reports together and has not altered their content."
                ),
                publisher=publisher,
            ),
            sentence(
                _(
                    "Texts in English are courtesy translations by {publisher} where the original is in another "
                    "language. The originals stand in the annex; they prevail."
                ),
                publisher=publisher,
            ),
        )
    )
    yield Definitions(tuple(_reading(found)), title=_("How to read it"))
    if found.footnotes:
        yield wording.footnotes(found.footnotes)


def _reading(found: Narrative) -> Iterator[Item]:
    steps = ", ".join(f"‘{label}’" for _code, label in found.scale)
    yield wording.item(_("Order"), _("Goal by goal, overall target by overall target, in one order of jurisdictions."))
    yield wording.capitals(found.places)
    yield wording.item(_("Status"), _("Each jurisdiction chose one of: %(steps)s.") % {"steps": steps})
    yield wording.item(
        _("Not reported"),
        _("No accepted report, or no answer on this target, from this jurisdiction. It is not ‘nothing to report’."),
    )
    yield wording.item(
        _("Language"), _("A text that has no original in the annex stands as it was written by the jurisdiction.")
    )
    yield wording.item(_("Nothing to report"), _("The jurisdiction answered that it has nothing to report."))
    if found.to_be_verified:
        yield wording.item(
            _("To be verified"),
            _("The wording of the goals and overall targets has not been confirmed by the secretariat yet."),
        )


# ---- the page of figures


def at_a_glance(context: Context) -> Iterator[Block]:
    found = narrative_of(context)
    yield _key_figures(context, found)
    yield from _status_charts(context, found)
    yield _matrix(context, found)
    missing = _missing(context, found)
    if missing:
        yield Heading(_("Who has not reported, and why"), level=2)
        yield Statements("missing", _("Who has not reported, and why"), missing)


def _key_figures(context: Context, found: Narrative) -> FigureRow:
    answers = [answer for goal in found.goals for target in goal.targets for answer in target.answers]
    told = [one for one in answers if one.answered and not one.nil]
    count = partial(documents.count_figure, context, found)
    asked = _("of %(number)s asked") % {"number": found.coverage.expected}
    reported = count("reported", _("Jurisdictions that reported"), found.coverage.reported, asked)
    nil = count("nil", _("Jurisdictions with nothing to report"), found.coverage.nil, asked)
    of_texts = _("of %(number)s asked for") % {"number": len(answers)}
    given = count("answers", _("Reports on single targets"), len(told), of_texts)
    items = [
        KeyFigure(reported.id, _("Jurisdictions that reported"), note=found.coverage.words),
        KeyFigure(nil.id, _("Nothing to report"), note=_("An answer; those who did not answer are not among them.")),
        KeyFigure(given.id, _("Reports on single targets"), note=of_texts),
    ]
    if found.scale:
        code, label = found.scale[-1]
        last = sum(one.status == code for one in told)
        figure = count(f"status-{code}", label, last, _("of %(number)s reports") % {"number": len(told)})
        items.append(
            KeyFigure(
                figure.id, f"‘{label}’", note=_("of %(number)s reports on single targets") % {"number": len(told)}
            )
        )
    return FigureRow(
        tuple(items),
        message=sentence(_("{n} of {asked} jurisdictions reported."), n=reported, asked=str(found.coverage.expected)),
    )


def _matrix(context: Context, found: Narrative) -> Table:
    """Every status at a glance, each a link to the answer."""
    rows = []
    for goal in found.goals:
        if goal.targets:
            heading = Cell(wording.goal_heading(goal.number, goal.title))
            rows.append(wording.row(heading, *[Cell()] * len(found.places), kind="group"))
        for target in goal.targets:
            cells = [Cell(figure=status_figure(context, found, target, one).id) for one in target.answers]
            rows.append(wording.row(Cell(target.label), *cells, kind="part"))
    heads = [_("Overall target"), *(capital(one) for one in found.places)]
    made = context.table("statuses", _("Status by overall target and jurisdiction"), heads, rows)
    first, *others = made.columns
    columns = (replace(first, width=9), *(replace(one, align="left", width=13) for one in others))
    return replace(made, columns=columns)


def _status_charts(context: Context, found: Narrative) -> Iterator[Charts]:
    """How many jurisdictions gave which status, on each target."""
    values: list[tuple[str, str, Figure]] = []
    for target in (target for goal in found.goals for target in goal.targets):
        parts = [(code, label, count) for code, label, count in target.statuses]
        parts += [("nil", _("Nothing to report"), sum(one.nil for one in target.answers))]
        parts += [("not-reported", _("Not reported"), sum(not one.answered for one in target.answers))]
        for code, label, count in parts:
            figure = _counted(context, found, target, code, label, count)
            values.append((target.label, label, figure))
    given = {label for _target, label, figure in values if figure.value}
    values = [one for one in values if one[1] in given]  # a status nobody has needs no colour
    if not values:
        return
    keys = {
        label: code
        for code, label in (*found.scale, ("nil", _("Nothing to report")), ("not-reported", _("Not reported")))
    }
    title = _("Jurisdictions by status, on each overall target")
    yield Charts("by-status", title, (panels.stacked(title, values, keys, _("jurisdictions")),))


def _counted(context: Context, found: Narrative, target: NarrativeTarget, code: str, label: str, count: int) -> Figure:
    words = _("Overall target %(target)s, ‘%(status)s’") % {"target": target.label, "status": label}
    base = _("of %(number)s asked") % {"number": len(target.answers)}
    return documents.count_figure(context, found, f"{target.code}/{code}", words, count, base)


def _missing(context: Context, found: Narrative) -> tuple[Statement, ...]:
    """Jurisdictions without any accepted answer, with the reason where the builder may know it."""
    reasons = context.once(
        "why-missing", lambda: documents.why_missing(context.viewer, documents.framework_of(context), context.period)
    )
    answered = {
        one.place.code for goal in found.goals for target in goal.targets for one in target.answers if one.answered
    }
    nil = {code for code, _reason in found.nil_reasons}
    return tuple(
        Statement(
            capital(one),
            Cell(_("Not reported")),
            (reasons.get(one.code) or _("No report of this jurisdiction has been accepted for this period."),),
            missing=True,
        )
        for one in found.places
        if one.code not in answered | nil
    )


# ---- goal by goal


def goals(context: Context) -> Iterator[Block]:
    """Every goal on its own page: what is said of it in sum, then each target with what each jurisdiction says."""
    found = narrative_of(context)
    for summary in summaries(found):
        _refuse_contradictions(summary)
        goal = summary.goal
        yield Heading(wording.goal_heading(goal.number, goal.title), new_page=True)
        if goal.text:
            yield Text((plain(goal.text),), aside=True)
        yield Text(tuple(_summary(context, found, summary)))
        for target in goal.targets:
            yield from _target(context, found, goal, target)


def _refuse_contradictions(summary: Summary) -> None:
    """A summary that was true when it was written may not be any more: then no document is built with it."""
    wrong = summary.contradictions
    if wrong:
        name = _("Summary of goal %(number)s") % {"number": summary.goal.number}
        raise Invalid([Problem("summary", f"{name}: {one.words}", one.claim) for one in wrong])


def _summary(context: Context, found: Narrative, summary: Summary) -> Iterator[Sentence]:
    """What a person wrote, if anybody did; else what is generated, each count a link."""
    if summary.text:
        for line in summary.text.splitlines():
            yield sentence("{line}", line=line)
        return
    for target, told in summary.told:
        runs = [Run(_("Overall target %(target)s: ") % {"target": target.label}, strong=True)]
        for one in told:
            runs += [*_told(context, found, target, one), Run(" ")]
        yield tuple(runs[:-1])


def _told(context: Context, found: Narrative, target: NarrativeTarget, told: Told) -> Sentence:
    label = {
        Subject.STATUS: dict(found.scale).get(told.code, told.code),
        Subject.NIL: _("Nothing to report"),
        Subject.SILENT: _("Not reported"),
        Subject.REPORTED: _("Reported"),
        Subject.UNSTATED: _("No status named"),
    }[told.subject]
    name = "not-reported" if told.subject is Subject.SILENT else told.code or told.subject.value
    figure = _counted(context, found, target, name, label, told.count)
    return sentence(told.words, count=figure, asked=str(told.asked), names=listed(told.names))


def _target(context: Context, found: Narrative, goal: NarrativeGoal, target: NarrativeTarget) -> Iterator[Block]:
    short = f"{target.label} {target.text}"
    if len(short) <= wording.LONGEST_HEADING:
        yield Heading(short, level=2)
    else:
        yield Heading(_("Overall target %(target)s") % {"target": target.label}, level=2)
        yield Text((plain(target.text),), aside=True)
    items = tuple(_statement(context, found, target, one) for one in target.answers)
    yield Statements(target.code, short, items)


def _statement(context: Context, found: Narrative, target: NarrativeTarget, answer: NarrativeAnswer) -> Statement:
    status = Cell(figure=status_figure(context, found, target, answer).id)
    if not answer.answered:
        return Statement(capital(answer.place), status, (_("No report on this target."),), missing=True)
    if answer.nil:
        reason = dict(found.nil_reasons).get(answer.place.code, "")
        return Statement(capital(answer.place), status, (reason or _("States that it has nothing to report."),))
    english, original = answer.text_english.strip(), answer.text.strip()
    return Statement(capital(answer.place), status, _paragraphs(english or original))


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


# ---- method, annex


def method(context: Context) -> Iterator[Block]:
    found = narrative_of(context)
    coverage = found.coverage
    missing = [one for one in found.places if one.name in coverage.missing]
    left_out = ngettext("Missing: %(names)s.", "Missing: %(names)s.", len(missing)) % {"names": wording.names(missing)}
    nil = dict(found.nil_reasons)
    yield Definitions(
        (
            wording.item(_("Coverage"), f"{coverage.words}.", left_out if missing else ""),
            *(
                wording.item(
                    _("Nothing to report"),
                    f"{capital(one)}: {nil[one.code] or _('no reason given')}.".replace("..", "."),
                )
                for one in found.places
                if one.code in nil
            ),
            wording.item(
                _("What is taken in"),
                _("Reports the secretariat has accepted, as they were submitted last."),
                _("Drafts, and reports that were sent back, are no part of it."),
            ),
            wording.item(
                _("Summaries"),
                _(
                    "Generated from the statuses. ‘All’ is every jurisdiction asked, ‘most’ more than half of them,"
                    " otherwise the number stands. The base is always the jurisdictions asked."
                ),
                _("Where the secretariat edited them, each such count was checked against the statuses."),
            ),
            wording.item(
                _("From a figure to its source"),
                _(
                    "Each status is a link to the answer in the return, for those who may read it; the Excel file lists all."
                ),
            ),
            wording.item(_("Framework"), f"{found.title}."),
        )
    )
    if found.footnotes:
        yield wording.footnotes(found.footnotes)


def originals(context: Context) -> Iterator[Block]:
    """The texts as they came, where they are in another language than the report."""
    for goal in narrative_of(context).goals:
        items = tuple(
            Statement(f"{target.label} {capital(one.place)}", Cell(), _paragraphs(one.text))
            for target in goal.targets
            for one in target.answers
            if one.answered and _translated(one)
        )
        if items:
            title = wording.goal_heading(goal.number, goal.title)
            yield Heading(title, level=2)
            yield Statements(f"{goal.code}/originals", title, items, aside=True)


def _translated(answer: NarrativeAnswer) -> bool:
    original, english = answer.text.strip(), answer.text_english.strip()
    return bool(original and english and original != english)
