"""The document of what a training project achieved: one slide of figures, then what stands behind them.

The project is that of the programme and scope whose time lies most in the period. Targets are compared where the period
holds the whole project; a part of it is compared with nothing.
"""

from collections.abc import Iterable, Iterator

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.measures import registry, words
from throughline.kernel.measures.ask import ALL, Answer
from throughline.kernel.reporting import panels
from throughline.kernel.reporting.blocks import (
    Block,
    Cell,
    Change,
    Charts,
    Definitions,
    Figure,
    FigureRow,
    Footnotes,
    Item,
    KeyFigure,
    Note,
    Row,
)
from throughline.kernel.reporting.context import Context
from throughline.kernel.reporting.registry import BlockSpec, Cover, Template
from throughline.kernel.reporting.sentences import plain, sentence
from throughline.kernel.ui import formats
from throughline.reference.models import Jurisdiction
from throughline.reference.queries import footnotes
from throughline.training import queries
from throughline.training.achieving import (
    CASCADED,
    CASCADES,
    NAMED,
    PERSONS,
    PLANNED,
    RATE,
    SECTORS,
    SHORT,
    UNLISTED,
    UNNAMED,
    months_of,
    time_passed,
)
from throughline.training.choices import ActivityState, Sector, Sex
from throughline.training.models import Project
from throughline.training.targets import ACTIVITIES, PARTICIPATIONS, Goal, goals_of, over


def project_of(context: Context) -> Project:
    """The project of the programme and scope whose time lies most in the period; Invalid, if there is none."""

    def read() -> Project:
        period = context.period
        rows = queries.projects(context.viewer).filter(
            programme=context.programme, scope__code=context.scope, starts_on__lte=period.end, ends_on__gte=period.start
        )
        found = sorted(rows, key=lambda one: min(one.ends_on, period.end) - max(one.starts_on, period.start))
        if not found:
            message = _("No project of this programme for these jurisdictions runs in this period.")
            raise Invalid([Problem("period", message, str(period))])
        context.illustrative = context.illustrative or found[-1].illustrative
        return found[-1]

    return context.once("project", read)


def goals(context: Context) -> dict[str, Goal]:
    """The targets, where the document speaks of the whole project."""
    project = project_of(context)
    whole = context.period.start <= project.starts_on and project.ends_on <= context.period.end
    return context.once("goals", lambda: goals_of([project]) if whole else {})


def ask(context: Context, measure: str, *by: str) -> Answer:
    """Of the project: wherever it was held, whoever came."""
    where = {"project": project_of(context).code}
    return context.ask(measure, *by, where=where, everywhere=True)


def cover(context: Context) -> Cover:
    project = project_of(context)
    time = f"{formats.day(project.starts_on)} – {formats.day(project.ends_on)}" if goals(context) else ""
    return Cover(project.title, _("Training achievements"), time)


def key(context: Context, measure: str, label: str = "", note: str = "") -> KeyFigure:
    """A figure, beside its target if it has one."""
    answer = ask(context, measure)
    figure = context.figure(answer)
    goal = goals(context).get(measure)
    percent = over(figure.value, goal.number) if goal else None
    changes: tuple[Change, ...] = ()
    if goal and percent is not None:
        target = words.number(float(goal.number))
        laid_down = Figure(
            f"target/{measure}",
            _("Target: %(label)s") % {"label": answer.label},
            float(goal.number),
            target,
            path=goal.url,
        )
        if goal.url:
            context.stated(laid_down)
        changes = (_against(context, target, float(percent), laid_down.id if goal.url else ""),)
    return KeyFigure(figure.id, label or answer.label, changes, note)


def _against(context: Context, target: str, percent: float, laid_down: str) -> Change:
    """The difference from the target; while the project runs, how much of it is reached in how much of the time."""
    passed = time_passed([project_of(context)], timezone.localdate())
    if passed is not None:
        of = _("of the target of %(target)s; %(passed)s of the time has passed")
        told = of % {"target": target, "passed": words.percent(passed)}
        return Change(told, words.percent(100 + percent), previous=laid_down)
    return Change(
        _("against the target of %(target)s") % {"target": target},
        words.percent(percent, sign=True),
        direction="up" if percent > 0 else "down" if percent < 0 else "same",
        previous=laid_down,
    )


def shared(
    context: Context, answer: Answer, parts: Iterable[Sex | Sector], base: str, unknown: str
) -> list[tuple[str, Figure]]:
    """Each part's share of all of them: a hundred percent of one base."""
    wanted = [(one, context.figure(answer, one.value)) for one in parts]
    outside = context.figure(answer, unknown) if answer.cell(unknown) else None
    of = [figure for _one, figure in wanted]
    return [(str(SHORT.get(one, one.label)), context.share(figure, of, base, outside)) for one, figure in wanted]


def sectors(context: Context) -> list[tuple[str, Figure]]:
    answer = ask(context, PARTICIPATIONS, "sector")
    return shared(context, answer, SECTORS, _("participations whose sector is known"), Sector.NOT_REPORTED)


def sexes(context: Context) -> list[tuple[str, Figure]]:
    """Women and men; or the two shares of a source that does not say whose they are."""
    answer = ask(context, PARTICIPATIONS, "sex")
    parts = UNNAMED if _is_unnamed(context) else NAMED
    base = (
        _("participations, sex not named by the source") if parts is UNNAMED else _("participations of women and men")
    )
    return shared(context, answer, parts, base, Sex.NOT_REPORTED)


def _is_unnamed(context: Context) -> bool:
    answer = ask(context, PARTICIPATIONS, "sex")
    return any((cell := answer.cell(one.value)) and cell.value for one in UNNAMED)


# ---- sections


def headline(context: Context) -> Iterator[Block]:
    """The page a ministry shows: activities and participations against target, sectors, sex."""
    activities, participations = key(context, ACTIVITIES), key(context, PARTICIPATIONS)
    persons = key(context, PERSONS, _("Different persons"), _("whoever came several times is one"))
    of = _("of participations")
    of_sex = _("sex not named by the source") if _is_unnamed(context) else of
    shares = [
        KeyFigure(figure.id, label, note=note)
        for note, found in ((of_sex, sexes(context)), (of, sectors(context)))
        for label, figure in found
        if figure.value is not None
    ]
    told = sentence(
        _("{project}: {activities} training activities, {participations} participations."),
        project=project_of(context).title,
        activities=context.figures[activities.figure],
        participations=context.figures[participations.figure],
    )
    yield FigureRow((activities, participations, persons, *shares), message=told)


def held(context: Context) -> Iterator[Block]:
    """What became of the plan."""
    planned = ask(context, PLANNED, "state")
    if not planned.total.value:
        return
    rate = key(context, RATE, note=_("held of all that were planned, cancelled ones included"))
    items = [
        KeyFigure(context.figure(planned).id, _("Activities planned")),
        rate,
        *(
            KeyFigure(context.figure(planned, state.value).id, str(state.label))
            for state in ActivityState
            if (cell := planned.cell(state.value)) and cell.value
        ),
    ]
    if ask(context, UNLISTED).total.value:
        items.append(key(context, UNLISTED, note=_("where no list was kept; never added to participations")))
    message = sentence(
        _("{rate} of the planned activities were held."),
        rate=context.figures[rate.figure],
    )
    yield FigureRow(tuple(items), message=message)
    yield from _pace(context)


def _pace(context: Context) -> Iterator[Block]:
    found = goals(context)
    if len(found) != 2:
        return
    months = months_of(project_of(context))
    activities, people = (float(found[name].number) for name in (ACTIVITIES, PARTICIPATIONS))
    text = _("%(people)s participations in %(activities)s activities over %(months)s months: %(each)s an activity, %(monthly)s activities a month") % {
        "people": words.number(people),
        "activities": words.number(activities),
        "months": months,
        "each": words.number(people / activities, 1),
        "monthly": words.number(activities / months, 1),
    }  # fmt: skip
    yield Definitions((Item(_("As it was planned"), plain(text)),), aside=True)


def who(context: Context) -> Iterator[Block]:
    """Sectors and sex, each of one base."""
    drawn = []
    for title, found in ((_("Sectors"), sectors(context)), (_("Sex"), sexes(context))):
        kept = [(label, figure) for label, figure in found if figure.value is not None]
        if kept:
            drawn.append((panels.bars(title, kept, "%", small=True), kept[0][1].base.partition(" ")[2]))
    if drawn:
        title = _("Participations by sector and sex, percent")
        yield Charts("who", title, tuple(panel for panel, _base in drawn), columns=2)


def beneficiaries(context: Context) -> Iterator[Block]:
    people, persons = (ask(context, measure, "jurisdiction") for measure in (PARTICIPATIONS, PERSONS))
    places: dict[str | None, str] = dict(context.places.items())
    places.update({code: name for code, name in people.axes[0].values if code not in places})
    if not people.total.value:
        return
    rows = [Row((Cell(name), context.cell(people, code), context.cell(persons, code))) for code, name in places.items()]
    rows.append(Row((Cell(_("All")), context.cell(people), context.cell(persons)), kind="total"))
    bars = [(name, context.figure(people, code)) for code, name in places.items()]
    title = _("Participations by beneficiary")
    yield Charts("beneficiaries-chart", title, (panels.bars(title, bars),))
    heads = [_("Beneficiary"), _("Participations"), _("Different persons")]
    notes = (_("Whoever took part several times is one person; persons do not add up."),)
    yield context.table("beneficiaries", title, heads, rows, notes=notes)
    named = Jurisdiction.objects.filter(code__in=[code for code in places if code])
    if found := footnotes(context.programme.publisher, named):
        yield Footnotes(tuple(Note(one.jurisdiction.mark, one.text) for one in found))


def tables(context: Context) -> Iterator[Block]:
    """Kinds of activity, years and priorities."""
    for by, title in (
        ("year", _("Activities and participations by year")),
        ("activity-kind", _("Activities and participations by kind of activity")),
        ("priority", _("Activities and participations by training priority")),
    ):
        yield from _two(context, by, title, (ACTIVITIES, PARTICIPATIONS), [_("Activities"), _("Participations")])


def reach(context: Context) -> Iterator[Block]:
    """Whom trainers reached at home; never added to those who took part directly."""
    if CASCADES not in registry.measures or not ask(context, CASCADES).total.value:
        return
    note = _("As trainers reported it. Direct and cascaded reach are never added.")
    heads = [_("Sessions"), _("People reached")]
    yield from _two(context, "jurisdiction", _("Cascaded reach by jurisdiction"), (CASCADES, CASCADED), heads, (note,))


def _two(
    context: Context, by: str, title: str, measures: tuple[str, str], heads: list[str], notes: tuple[str, ...] = ()
) -> Iterator[Block]:
    first, second = (ask(context, measure, by) for measure in measures)
    labels = dict((*first.axes[0].values, *second.axes[0].values))
    if not labels:
        return
    rows = [Row((Cell(label), context.cell(first, code), context.cell(second, code))) for code, label in labels.items()]
    rows.append(Row((Cell(_("All")), context.cell(first, ALL), context.cell(second, ALL)), kind="total"))
    yield context.table(f"{measures[0]}-{by}", title, [first.axes[0].label, *heads], rows, notes=notes)


def method(context: Context) -> Iterator[Block]:
    items = [
        (_("Activities"), _("Those that are done: closed by their team after their last day, with attendance taken or a reason given.")),
        (_("Participations"), _("Places whose holder attended, wholly or in part. Three courses of one person are three participations.")),
        (_("Persons"), _("Different people among them. Persons are never added up over jurisdictions or years.")),
        (_("Sex and sector"), _("As they were told once and kept with each participation. Where a source prints two shares and does not say which sex is which, neither does this document.")),
        (_("Erasing"), _("Erasing a person's data leaves each participation counted as it was.")),
    ]  # fmt: skip
    found = goals(context)
    if found:
        said = "; ".join(dict.fromkeys(one.source for one in found.values()))
        items.append((_("Targets"), said))
    yield Definitions(tuple(Item(term, plain(text)) for term, text in items), aside=True)


ACHIEVEMENTS = Template(
    "training-achievements",
    gettext_lazy("Training achievements"),
    gettext_lazy("What a training project achieved: activities and participations against targets, sectors, sex, beneficiaries."),
    (
        BlockSpec("headline", gettext_lazy("Achievements"), headline, new_page=True),
        BlockSpec("held", gettext_lazy("Planned and held"), held),
        BlockSpec("who", gettext_lazy("Who took part"), who, new_page=True),
        BlockSpec("beneficiaries", gettext_lazy("Beneficiaries"), beneficiaries),
        BlockSpec("tables", gettext_lazy("Years, kinds and priorities"), tables, new_page=True),
        BlockSpec("reach", gettext_lazy("Passed on at home"), reach),
        BlockSpec("method", gettext_lazy("Method and sources"), method, new_page=True),
    ),
    periods=("span", "year", "half", "quarter"),
    handling="green",
    cover=cover,
    illustrative=gettext_lazy("Illustrative data: made up so that it adds up to published figures; no real participants"),
)  # fmt: skip
