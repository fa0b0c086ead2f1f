"""The training report of one activity: what took place, who took part, what they said of it, what the team learned.

Numbers only: no names, and nothing anybody wrote in their own words but the team itself. What may not be shown of an
evaluation on its page is in no report either.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
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
    Text,
)
from throughline.kernel.reporting.context import Context
from throughline.kernel.reporting.registry import BlockSpec, Cover, Template
from throughline.kernel.reporting.sentences import joined, plain, sentence
from throughline.kernel.ui import formats
from throughline.reference.models import Jurisdiction
from throughline.reference.queries import footnotes
from throughline.training import evaluated
from throughline.training.choices import TOOK_PART, ActivityState, PlaceState, Sector, Sex
from throughline.training.evaluated import Result, Tests
from throughline.training.evaluation import Rate, Summary
from throughline.training.models import Activity, Attendance, Lesson, Place, Session
from throughline.training.web import evaluation_address

PERCENT = "%"


def activity_of(context: Context) -> Activity:
    """The finished activity the document is about. Invalid, where it is not shared, not finished, or of another time."""

    def read() -> Activity:
        rows = Activity.objects.visible_to(context.viewer.of_what_is_shared()).filter(programme=context.programme)
        rows = rows.select_related(
            "entry", "project", "component", "priority", "venue_jurisdiction", "programme__secretariat", "owner"
        )
        found: Activity | None = rows.filter(reference=context.scope).first()
        if found is None:
            message = _("There is no activity with this reference that is shared in the programme.")
            raise Invalid([Problem("scope", message, context.scope)])
        if found.state != ActivityState.DONE:
            raise Invalid([Problem("scope", _("The activity is not closed as done yet."), context.scope)])
        if not context.period.start <= found.ends_on <= context.period.end:
            raise Invalid([Problem("period", _("The activity ended in another year."), str(context.period))])
        context.illustrative = context.illustrative or found.illustrative
        return found

    return context.once("activity", read)


def figure(
    context: Context, name: str, label: str, value: Any, *, unit: str = "", base: str = "", path: str = ""
) -> Figure:
    """A number of this activity; its link leads to the page it was counted for."""
    activity = activity_of(context)
    number = None if value is None else float(value) if isinstance(value, Decimal) else value
    text = (
        "–"
        if number is None
        else formats.number(number, 1 if unit == PERCENT else 2 if isinstance(value, Decimal) else 0)
    )
    return context.stated(
        Figure(
            id=f"{activity.reference}/{name}",
            label=label,
            value=number,
            text=f"{text}{formats.NARROW_SPACE}%" if unit == PERCENT and number is not None else text,
            unit=unit,
            base=base,
            path=path or reverse("activity-detail", args=[activity.reference]),
            reason="" if number is not None else _("nothing to count"),
        )
    )


def rate_figure(context: Context, name: str, label: str, rate: Rate, base: str) -> Figure:
    told = _("%(part)s of %(of)s %(base)s") % {"part": rate.part, "of": rate.of, "base": base}
    return figure(
        context, name, label, rate.percent, unit=PERCENT, base=told, path=evaluation_address(activity_of(context))
    )


def cover(context: Context) -> Cover:
    activity = activity_of(context)
    where = ", ".join(str(one) for one in (activity.venue, activity.venue_jurisdiction) if one)
    return Cover(activity.title, str(_("Training report")), days(activity), where or str(activity.get_mode_display()))


def days(activity: Activity) -> str:
    if activity.starts_on == activity.ends_on:
        return formats.day(activity.starts_on)
    return f"{formats.day(activity.starts_on)} – {formats.day(activity.ends_on)}"


def places_of(context: Context) -> list[Place]:
    def read() -> list[Place]:
        rows = activity_of(context).places.filter(state__in=(*TOOK_PART, PlaceState.NO_SHOW))
        return list(rows.select_related("jurisdiction"))

    return context.once("places", read)


def came(context: Context) -> list[Place]:
    return [one for one in places_of(context) if one.state in TOOK_PART]


def results_of(context: Context) -> list[Result]:
    """What everybody may see of the evaluation: as shown to someone who is not of the team."""

    def read() -> list[Result]:
        reader = context.viewer.of_what_is_shared()
        return evaluated.results(reader, activity_of(context), language=formats.locale().language)

    return context.once("results", read)


# ---- sections


def summary(context: Context) -> Iterator[Block]:
    activity, took_part = activity_of(context), came(context)
    number = figure(context, "took-part", _("Participants"), len(took_part))
    where = {one.jurisdiction_id for one in took_part if one.jurisdiction_id}
    places = figure(context, "jurisdictions", _("Jurisdictions"), len(where))
    items = [KeyFigure(number.id, _("Participants")), KeyFigure(places.id, _("Jurisdictions they came from"))]
    overall = next((one for result in results_of(context) if result.call.level == 1 for one in result.scales), None)
    if overall is not None and overall.path == "overall":
        mean = _mean(context, "overall", overall)
        items.append(
            KeyFigure(mean.id, overall.label, note=_("mean from 1 to 5, %(n)s answers") % {"n": overall.answers})
        )
    yield FigureRow(tuple(items))
    whole = sum(one.state == PlaceState.ATTENDED for one in took_part)
    attended = figure(context, "attended", _("Attended whole"), whole)
    words = _("{attended} of them attended at least {percent} % of all sessions held.")
    said = [sentence(words, attended=attended, percent=str(activity.attendance_needed))]
    if activity.came_unlisted:
        unlisted = figure(context, "unlisted", _("Participants without a list"), activity.came_unlisted)
        said.append(
            sentence(
                _("{unlisted} more came of whom no list was kept; they are in no figure below."), unlisted=unlisted
            )
        )
    yield Text((joined(*said),))


def what(context: Context) -> Iterator[Block]:
    activity = activity_of(context)
    entry = activity.entry
    pairs = (
        (_("Kind"), activity.get_kind_display()),
        (_("Dates"), days(activity)),
        (_("Place"), ", ".join(str(one) for one in (activity.venue, activity.venue_jurisdiction) if one)),
        (_("How"), activity.get_mode_display()),
        (_("Languages"), activity.languages),
        (_("Project"), activity.project),
        (_("Component"), activity.component),
        (_("Priority"), activity.priority),
        (_("Catalogue entry"), f"{entry.title} ({entry.reference})" if entry else ""),
        (_("Aim"), entry.aim if entry else ""),
        (_("Learning outcomes"), entry.outcomes if entry else ""),
        (_("Learning methods"), entry.methods if entry else ""),
        (_("Assessment"), entry.assessment if entry else ""),
        (_("Run by"), activity.owner),
    )
    yield Definitions(tuple(Item(str(name), plain(str(text))) for name, text in pairs if text))


def who(context: Context) -> Iterator[Block]:
    took_part = came(context)
    if not took_part:
        return
    names = {one.jurisdiction_id: str(one.jurisdiction) for one in took_part if one.jurisdiction_id}
    order = [(one.pk, names[one.pk]) for one in Jurisdiction.objects.filter(pk__in=names)]
    sides = (
        ("jurisdiction", _("Participants by jurisdiction"), [*order, (None, _("Not reported"))], "jurisdiction_id"),
        ("sex", _("Participants by sex"), [(one.value, one.label) for one in Sex], "sex"),
        ("sector", _("Participants by sector"), [(one.value, one.label) for one in Sector], "sector"),
    )
    for name, title, labels, attribute in sides:
        counted = Counter(getattr(one, attribute) for one in took_part)
        rows = []
        drawn = []
        for key, label in labels:
            if counted[key]:
                number = figure(context, f"{name}/{key or 'none'}", f"{title}: {label}", counted[key])
                rate = rate_figure(
                    context,
                    f"{name}/{key or 'none'}/share",
                    f"{title}: {label}",
                    Rate(counted[key], len(took_part)),
                    _("participants"),
                )
                rows.append(Row((Cell(str(label)), Cell(figure=number.id), Cell(figure=rate.id))))
                drawn.append((str(label), number))
        told = context.table(name, str(title), [_("Of whom"), _("Participants"), _("Share")], rows)
        charted = name == "jurisdiction" and len(drawn) > 1
        yield replace(told, aside=charted)
        if charted:
            yield Charts("by-jurisdiction", str(title), (panels.bars(str(title), drawn),))
    notes = footnotes(context.programme.publisher, Jurisdiction.objects.filter(pk__in=names))
    if notes:
        yield Footnotes(tuple(Note(one.jurisdiction.mark, one.text) for one in notes))


def attendance(context: Context) -> Iterator[Block]:
    activity, places = activity_of(context), places_of(context)
    if not places:
        return
    counted = Counter(one.state for one in places)
    rows = []
    for state in (PlaceState.ATTENDED, PlaceState.PARTLY, PlaceState.NO_SHOW):
        number = figure(context, f"attendance/{state}", str(state.label), counted[state])
        rows.append(Row((Cell(str(state.label)), Cell(figure=number.id))))
    note = _("Attended: at least %(percent)s %% of all sessions held.") % {"percent": activity.attendance_needed}
    yield context.table("attendance", _("Attendance"), [_("Of those with a place"), _("People")], rows, notes=(note,))
    marks = Attendance.objects.filter(place__in=places, percent__gt=0).values_list("session", flat=True)
    there = Counter(marks)
    rows = []
    for one in activity.sessions.all():
        number = figure(context, f"session/{one.pk}", str(one), there[one.pk])
        rows.append(Row((Cell(session_of(one)), Cell(figure=number.id))))
    if rows and there:
        yield context.table("by-session", _("There in each session"), [_("Session"), _("People")], rows)


def session_of(one: Session) -> str:
    when = formats.moment(one.starts_at)
    return f"{one.title}, {when}" if one.title else when


def assessment(context: Context) -> Iterator[Block]:
    """What was learned: tests before and after, certificates."""
    found: Tests | None = evaluated.tests(context.viewer.of_what_is_shared(), activity_of(context))
    certified = Place.objects.filter(
        activity=activity_of(context), certificate__revoked_at=None, certificate__isnull=False
    )
    number = figure(context, "certificates", _("Certificates"), certified.count())
    yield Text((sentence(_("{number} certificates were issued."), number=number),))
    if found is None or not found.shown or not found.gains.base:
        return
    gains, unit = found.gains, _("percent of the points") if found.percent else _("points")
    base = _("%(n)s people who took both tests") % {"n": gains.base}
    rows = []
    for name, label, value in (
        ("before", _("Mean before"), gains.mean_before),
        ("after", _("Mean after"), gains.mean_after),
        ("gain", _("Mean gain"), gains.mean),
        ("median", _("Median gain"), gains.median),
    ):
        number = figure(context, f"test/{name}", label, value, base=base, path=evaluation_address(activity_of(context)))
        rows.append(Row((Cell(label), Cell(figure=number.id))))
    title = _("Tests before and after, in %(unit)s") % {"unit": unit}
    others = _("%(before)s people took the first test, %(after)s the second. Who took one only is in no mean.")
    yield context.table(
        "tests", title, ["", base], rows, notes=(others % {"before": gains.before, "after": gains.after},)
    )


def evaluation(context: Context) -> Iterator[Block]:
    found = results_of(context)
    surveys = [one for one in found if one.call.sort == "survey" and one.call.closes_on]
    if not surveys:
        return
    rows = []
    for one in surveys:
        name = f"answers/{one.call.pk}"
        answered = figure(
            context, f"{name}/n", _("Answered"), one.rate.part, path=evaluation_address(activity_of(context))
        )
        asked = figure(context, f"{name}/of", _("Asked"), one.rate.of, path=evaluation_address(activity_of(context)))
        rate = rate_figure(context, name, _("Answer rate: %(call)s") % {"call": one.call}, one.rate, _("asked"))
        rows.append(Row((Cell(_level(one)), Cell(figure=asked.id), Cell(figure=answered.id), Cell(figure=rate.id))))
    heads = [_("Level and who was asked"), _("Asked"), _("Answered"), _("Answer rate")]
    yield context.table("answer-rates", _("Who answered"), heads, rows)
    for one in surveys:
        yield from _answers(context, one)
    yield from _later(context, found)


def _level(result: Result) -> str:
    call = result.call
    return f"{call.level}. {call.get_level_display()}, {call.get_role_display()}"


def _answers(context: Context, result: Result) -> Iterator[Block]:
    yield Heading(_level(result), level=2)
    if not result.shown:
        yield Text((plain(result.why),), aside=True)
        return
    scales, key = [one for one in result.scales if not one.withheld], str(result.call.pk)
    if scales:
        rows, drawn = [], []
        for one in scales:
            mean = _mean(context, f"{key}/{one.path}", one)
            rows.append(Row((Cell(one.label), Cell(figure=mean.id), Cell(formats.number(one.answers)))))
            drawn.append((one.label, mean))
        title = _("Means from 1 to 5: %(call)s") % {"call": result.call}
        told = context.table(f"means/{key}", title, [_("Question"), _("Mean"), _("Answers")], rows)
        yield replace(told, aside=True)
        yield Charts(f"chart/{key}", title, (panels.bars(title, drawn),))
    yield from _choices(context, result, [one for one in result.questions if one.kind == "choice" and one.counts])


def _choices(context: Context, result: Result, asked: Iterable[Summary]) -> Iterator[Block]:
    key = result.call.pk
    rows: list[Row] = []
    for one in asked:
        rows.append(Row((Cell(one.label, strong=True), Cell(), Cell()), kind="group"))
        for at, (label, count) in enumerate(one.counts):
            name = f"{key}/{one.path}/{at}"
            path = evaluation_address(activity_of(context))
            number = figure(context, name, f"{one.label} {label}", count, path=path)
            rate = rate_figure(context, f"{name}/share", f"{one.label} {label}", Rate(count, one.answers), _("answers"))
            rows.append(Row((Cell(label), Cell(figure=number.id), Cell(figure=rate.id))))
    if rows:
        yield context.table(
            f"choices/{key}",
            _("Other answers: %(call)s") % {"call": result.call},
            [_("Answer"), _("Number"), _("Share")],
            rows,
        )


def _mean(context: Context, name: str, one: Summary) -> Figure:
    base = _("%(n)s answers") % {"n": one.answers}
    return figure(
        context, f"mean/{name}", one.label, one.mean, base=base, path=evaluation_address(activity_of(context))
    )


def _later(context: Context, found: list[Result]) -> Iterator[Block]:
    rows = []
    for number, one in enumerate(evaluated.compared(found)):
        rows.append(Row((Cell(one.label, strong=True), Cell(), Cell()), kind="group"))
        for at, (when, mean, answers) in enumerate(one.means):
            path = evaluation_address(activity_of(context))
            shown = figure(context, f"later/{number}/{at}", f"{one.label}, {when}", mean, path=path)
            rows.append(Row((Cell(when), Cell(figure=shown.id), Cell(formats.number(answers)))))
    if rows:
        yield context.table("later", _("Then and later"), [_("When and whom"), _("Mean"), _("Answers")], rows)


def lessons(context: Context) -> Iterator[Block]:
    yield from _words(context, "lessons")


def conclusions(context: Context) -> Iterator[Block]:
    yield from _words(context, "conclusions")


def _words(context: Context, name: str) -> Iterator[Block]:
    kept = context.once("lesson", lambda: Lesson.objects.filter(activity=activity_of(context)).first())
    told = [one.strip() for one in getattr(kept, name, "").splitlines() if one.strip()]
    if told:
        yield Text(tuple(plain(one) for one in told))


def method(context: Context) -> Iterator[Block]:
    items = [
        Item(_("Participants"), plain(_("Those who attended, whole or in part, as the attendance lists say."))),
        Item(
            _("Answers"),
            plain(_("Each mean and share is over those who answered the question; who did not is in none.")),
        ),
        Item(
            _("Anonymous answers"),
            plain(_("Shown only where the call has closed and as many answered as was promised to respondents.")),
        ),
    ]
    yield Definitions(tuple(items), aside=True)


REPORT = Template(
    "training-report",
    gettext_lazy("Training report"),
    gettext_lazy("One activity: what, when, who, attendance, assessment, evaluation by level, lessons, conclusions."),
    (
        BlockSpec("summary", gettext_lazy("In short"), summary, new_page=True),
        BlockSpec("what", gettext_lazy("The activity"), what),
        BlockSpec("who", gettext_lazy("Participants"), who),
        BlockSpec("attendance", gettext_lazy("Attendance"), attendance),
        BlockSpec("assessment", gettext_lazy("Assessment"), assessment),
        BlockSpec("evaluation", gettext_lazy("Evaluation"), evaluation),
        BlockSpec("lessons", gettext_lazy("Lessons"), lessons),
        BlockSpec("conclusions", gettext_lazy("Conclusions"), conclusions),
        BlockSpec("method", gettext_lazy("How it was counted"), method),
    ),
    periods=("year",),
    handling="green",
    cover=cover,
    about=gettext_lazy("Activity"),
    illustrative=gettext_lazy("Illustrative data: no real people took part and nobody gave these answers"),
)
