"""What training projects achieved: the one page of figures that a programme shows, as plain data.

Page, API and command line read these; the document asks the same measures. Participations, persons, those who came
without a list and those whom trainers reached at home are four different figures, and none is added to another.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_stubs_ext import StrOrPromise

from throughline.kernel.measures import links, registry, words
from throughline.kernel.measures.answers import Answer
from throughline.kernel.measures.answers import Cell as Count
from throughline.kernel.measures.ask import Desk
from throughline.kernel.measures.grid import Entry
from throughline.kernel.measures.questions import Question
from throughline.kernel.periods import Period
from throughline.reference.models import Jurisdiction
from throughline.reference.queries import footnotes
from throughline.training.choices import ActivityState, Sector, Sex
from throughline.training.models import Project
from throughline.training.targets import ACTIVITIES, PARTICIPATIONS, Goal, goals_of, over

PERSONS, UNLISTED, ATTENDED = "training-persons", "training-unlisted", "training-activities-attended"
PLANNED, RATE = "training-activities-planned", "share-training-implemented"
# Of the people a trainer taught at home; declared where cascades are.
CASCADES, CASCADED = "training-cascades", "training-cascaded"
OF_PEOPLE = ("jurisdiction", "sex", "sector")
NAMED, UNNAMED = (Sex.WOMEN, Sex.MEN), (Sex.FIRST_UNNAMED, Sex.SECOND_UNNAMED)
# Under a title that says it already.
SHORT: Mapping[Sex | Sector, StrOrPromise] = {
    Sex.FIRST_UNNAMED: gettext_lazy("Larger group"),
    Sex.SECOND_UNNAMED: gettext_lazy("Smaller group"),
}
SECTORS = tuple(one for one in Sector if one != Sector.NOT_REPORTED)
AHEAD = (ActivityState.PLANNED, ActivityState.CONFIRMED)


@dataclass(frozen=True)
class Choice:
    """Whose achievements: projects (none: all activities), a period (None: from the first to the last), a part of them."""

    projects: tuple[Project, ...] = ()
    period: Period | None = None
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def of_people(self) -> bool:
        """Whether only some of the people are asked for."""
        return any(name in OF_PEOPLE for name in self.where)

    @property
    def is_part(self) -> bool:
        return bool(self.where) or self.period is not None


@dataclass(frozen=True)
class Against:
    """A figure beside what was laid down. Without a target, `target` is None; of a part, none is compared.

    While the projects run, `passed` says what part of their time is over, and how far the target is reached stands
    in place of the difference: '98 % under' would say that something went wrong.
    """

    label: str
    actual: Entry
    target: Goal | None = None
    passed: float | None = None

    @property
    def over(self) -> float | None:
        """Percent over the target, unrounded; negative under it."""
        found = over(self.actual.value, self.target.number) if self.target else None
        return None if found is None else float(found)

    @property
    def over_text(self) -> str:
        """As it is printed: '+28 %'."""
        return "" if self.over is None or self.passed is not None else words.percent(self.over, sign=True)

    @property
    def reached_text(self) -> str:
        """Of what still runs: '2 % of the target of 168; 54 % of the time has passed'."""
        if self.over is None or self.passed is None:
            return ""
        numbers = {
            "reached": words.percent(100 + self.over), "target": self.target_text, "passed": words.percent(self.passed),
        }  # fmt: skip
        return _("%(reached)s of the target of %(target)s; %(passed)s of the time has passed") % numbers

    @property
    def target_text(self) -> str:
        return words.number(float(self.target.number)) if self.target else ""

    @property
    def exactly(self) -> str:
        """With one decimal, where there is room for it: '+28.2 %'; of what still runs, '2.4 % reached so far'."""
        if self.over is None:
            return ""
        if self.passed is not None:
            return _("%(percent)s reached so far") % {"percent": words.percent(100 + self.over, 1)}
        return words.percent(self.over, 1, sign=True)


@dataclass(frozen=True)
class Share:
    """A part of participations: how many, and what share of those of whom it is known."""

    code: str
    label: str
    count: Entry
    percent: float | None

    @property
    def text(self) -> str:
        return words.percent(self.percent) if self.percent is not None else "–"


@dataclass(frozen=True)
class Shares:
    """Parts that make one base, the base, and how many are outside it because nothing is known."""

    label: str
    parts: tuple[Share, ...]
    base: int
    unknown: int
    note: str = ""

    @property
    def base_words(self) -> str:
        text = _("of %(base)s participations of which it is known") % {"base": words.number(self.base)}
        return (
            f"{text}; {_('%(unknown)s not reported') % {'unknown': words.number(self.unknown)}}"
            if self.unknown
            else text
        )


@dataclass(frozen=True)
class Line:
    """A jurisdiction, kind, priority or year with its figures."""

    code: str
    label: str
    first: Entry
    second: Entry


@dataclass(frozen=True)
class Lines:
    """Lines with their total, which is asked and not added up."""

    label: str
    heads: tuple[str, str]
    lines: tuple[Line, ...]
    total: Line
    note: str = ""


@dataclass(frozen=True)
class Pace:
    """What was planned for a whole project, a month and an activity; and how large activities were so far."""

    months: int
    activities: float
    participations: float
    held: float | None

    @property
    def per_month(self) -> float:
        return self.activities / self.months

    @property
    def per_activity(self) -> float:
        return self.participations / self.activities

    @property
    def held_text(self) -> str:
        return words.number(self.held, 1) if self.held is not None else ""


@dataclass(frozen=True)
class Achievements:
    choice: Choice
    title: str
    activities: Against
    participations: Against
    persons: Entry
    unlisted: Entry
    sexes: tuple[Shares, ...]
    sectors: Shares
    beneficiaries: Lines
    plan: Lines | None
    rate: Entry | None
    tables: tuple[Lines, ...]
    reach: Lines | None
    pace: Pace | None
    notes: tuple[str, ...]
    footnotes: tuple[str, ...]
    illustrative: bool
    base: str
    asked_at: datetime
    run_as: str

    @property
    def nothing(self) -> bool:
        """Whether nothing at all was counted, nor is anything planned."""
        return not (self.activities.actual.value or self.participations.actual.value or self.plan)


class Asking:
    """The questions of one page, from one state of the facts."""

    def __init__(self, desk: Desk, choice: Choice) -> None:
        self.desk = desk
        self.choice = choice
        self.where = dict(choice.where)
        if choice.projects:
            self.where["project"] = tuple(one.code for one in choice.projects)

    def answer(self, measure: str, *by: str, everyone: bool = False) -> Answer:
        """The answer; `everyone` leaves out what is asked of people, of whom an activity ahead knows nothing."""
        return self.desk.answer(self.question(measure, *by, everyone=everyone))

    def question(self, measure: str, *by: str, everyone: bool = False) -> Question:
        allowed = registry.dimensions_of(registry.measure(measure))
        gone = OF_PEOPLE if everyone else ()
        where = {name: values for name, values in self.where.items() if name in allowed and name not in gone}
        return Question.ask(measure, by=by, where=where, period=self.choice.period)

    @property
    def activities(self) -> str:
        """Of some people, the activities are those they took part in."""
        return ATTENDED if self.choice.of_people else ACTIVITIES


def entry(answer: Answer, *keys: str | None) -> Entry:
    """One number with the way to its records."""
    cell = answer.index.get(keys) if keys else answer.total
    return shown(answer, cell, keys)


def shown(answer: Answer, cell: Count | None, keys: tuple[str | None, ...]) -> Entry:
    if cell is None or cell.value is None:
        return Entry(words.figure(None, answer.kind), None, why=cell.why if cell else _("nobody so far"))
    url = links.records_url(answer.question, keys or None) if cell.value else ""
    return Entry(words.figure(cell.value, answer.kind), cell.value, url)


def achievements(desk: Desk, choice: Choice) -> Achievements:
    """Everything the page shows of this choice, as this desk's viewer may know it."""
    asking = Asking(desk, choice)
    goals = {} if choice.is_part else goals_of(choice.projects)
    held, people = asking.answer(asking.activities), asking.answer(PARTICIPATIONS, "jurisdiction")
    persons = asking.answer(PERSONS, "jurisdiction")
    shown_there = beneficiaries(asking, people, persons)
    label = _("Activities they took part in") if choice.of_people else _("Training activities")
    passed = time_passed(choice.projects, timezone.localdate())
    activities = Against(label, entry(held), goals.get(ACTIVITIES), passed)
    participations = Against(_("Participations"), entry(people), goals.get(PARTICIPATIONS), passed)
    return Achievements(
        choice=choice,
        title=words.listed([one.title for one in choice.projects]) or _("All training activities"),
        activities=activities,
        participations=participations,
        persons=entry(persons),
        unlisted=entry(asking.answer(UNLISTED, everyone=True)) if not choice.of_people else Entry("–", None),
        sexes=tuple(sexes(asking.answer(PARTICIPATIONS, "sex"))),
        sectors=shares(_("Sectors"), asking.answer(PARTICIPATIONS, "sector"), SECTORS, Sector.NOT_REPORTED),
        beneficiaries=shown_there,
        plan=None if choice.of_people else plan(asking),
        rate=None if choice.of_people else entry(asking.answer(RATE)),
        tables=tuple(table(asking, name) for name in ("activity-kind", "year", "priority")),
        reach=reach(asking),
        pace=pace(choice, activities, participations),
        notes=(_part_note(),) if choice.is_part and choice.projects else (),
        footnotes=footnotes_of(choice, people, shown_there),
        illustrative=held.illustrative or people.illustrative,
        base=held.base,
        asked_at=held.asked_at,
        run_as=held.run_as,
    )


def _part_note() -> str:
    return _("Targets are for a whole project; this is a part of it and is compared with none.")


def footnotes_of(choice: Choice, people: Answer, lines: Lines) -> tuple[str, ...]:
    """What stands under jurisdictions, in the words of the projects' own programme."""
    if not choice.projects:
        return people.footnotes
    named = Jurisdiction.objects.filter(code__in=[one.code for one in lines.lines])
    found = footnotes(choice.projects[0].programme.publisher, named.exclude(mark=""))
    return tuple(f"{one.jurisdiction.mark} {one.text}" for one in found)


# ---- shares


def shares(
    label: str, answer: Answer, parts: Iterable[Sex | Sector], unknown: Sex | Sector | None, note: str = ""
) -> Shares:
    """These parts, each of their sum, so that they make a hundred percent of one base."""
    wanted = list(parts)
    counts = {one: _value(answer, one) for one in wanted}
    base = sum(counts.values())
    made = tuple(
        Share(
            one.value,
            str(SHORT.get(one, one.label)),
            entry(answer, one.value),
            counts[one] / base * 100 if base else None,
        )
        for one in wanted
    )
    return Shares(label, made, base, _value(answer, unknown) if unknown else 0, note)


def sexes(answer: Answer) -> Iterable[Shares]:
    """Women and men; and, apart from them, the two shares of sources that do not say whose they are."""
    named, unnamed = (any(_value(answer, code) for code in codes) for codes in (NAMED, UNNAMED))
    if unnamed:
        note = _("The source prints two shares and does not say which sex is which.")
        yield shares(_("Sex, not named by the source"), answer, UNNAMED, None if named else Sex.NOT_REPORTED, note)
    if named or not unnamed:
        yield shares(_("Sex"), answer, NAMED, Sex.NOT_REPORTED)


def _value(answer: Answer, code: str) -> int:
    cell = answer.index.get((code,))
    return int(cell.value or 0) if cell else 0


# ---- tables


def beneficiaries(asking: Asking, people: Answer, persons: Answer) -> Lines:
    """Every jurisdiction of the projects' scopes, then others that took part: participations and different persons."""
    scopes = dict.fromkeys(one.scope.code for one in asking.choice.projects)
    places: dict[str | None, str] = {}
    for scope in scopes:
        places.update(asking.desk.places(scope, asking.choice.period))
    if wanted := asking.choice.where.get("jurisdiction"):
        places = {code: name for code, name in places.items() if code in wanted}
    places |= {code: name for code, name in people.axes[0].values if code not in places}
    lines = tuple(Line(code or "-", name, entry(people, code), entry(persons, code)) for code, name in places.items())
    total = Line("", _("All"), entry(people), entry(persons))
    note = _("Whoever took part several times is one person; persons do not add up.")
    return Lines(_("Beneficiaries"), (_("Participations"), _("Persons")), lines, total, note)


def table(asking: Asking, by: str) -> Lines:
    """Activities and participations by kind, year or priority."""
    held, people = asking.answer(asking.activities, by), asking.answer(PARTICIPATIONS, by)
    labels = dict((*held.axes[0].values, *people.axes[0].values))
    lines = tuple(Line(code or "-", label, entry(held, code), entry(people, code)) for code, label in labels.items())
    total = Line("", _("All"), entry(held), entry(people))
    return Lines(held.axes[0].label, (_("Activities"), _("Participations")), lines, total)


def plan(asking: Asking) -> Lines | None:
    """What became of what was planned; None where nothing was."""
    answer = asking.answer(PLANNED, "state")
    if not answer.total.value:
        return None
    named = dict(answer.axes[0].values)
    held = asking.answer(PARTICIPATIONS, everyone=True)
    lines = tuple(
        Line(state.value, str(named.get(state.value, state.label)), entry(answer, state.value), Entry("", None))
        for state in (ActivityState.DONE, *AHEAD, ActivityState.CANCELLED)
    )
    return Lines(
        _("Planned and held"), (_("Activities"), ""), lines, Line("", _("All planned"), entry(answer), entry(held))
    )


def reach(asking: Asking) -> Lines | None:
    """Whom trainers reached at home, by jurisdiction: never added to participations. None where nothing is kept of it."""
    if CASCADED not in registry.measures or CASCADES not in registry.measures:
        return None
    sessions, people = asking.answer(CASCADES, "jurisdiction"), asking.answer(CASCADED, "jurisdiction")
    if not sessions.total.value:
        return None
    labels = dict((*sessions.axes[0].values, *people.axes[0].values))
    lines = tuple(
        Line(code or "-", label, entry(sessions, code), entry(people, code)) for code, label in labels.items()
    )
    total = Line("", _("All"), entry(sessions), entry(people))
    note = _("Reached by trainers at home, as they reported it. Direct and cascaded reach are never added.")
    return Lines(_("Cascaded reach"), (_("Sessions"), _("People reached")), lines, total, note)


def pace(choice: Choice, activities: Against, participations: Against) -> Pace | None:
    """The arithmetic of a plan: of one whole project with both targets."""
    if len(choice.projects) != 1 or activities.target is None or participations.target is None:
        return None
    held = activities.actual.value and (participations.actual.value or 0) / activities.actual.value
    months = months_of(choice.projects[0])
    return Pace(months, float(activities.target.number), float(participations.target.number), held or None)


def time_passed(projects: Sequence[Project], today: date) -> float | None:
    """What percent of the projects' days is over; None when all of them have ended."""
    if not projects or today > max(one.ends_on for one in projects):
        return None
    days = sum((one.ends_on - one.starts_on).days + 1 for one in projects)
    over_days = sum(
        min(max((today - one.starts_on).days, 0), (one.ends_on - one.starts_on).days + 1) for one in projects
    )
    return over_days / days * 100


def months_of(project: Project) -> int:
    """The months a project runs: 19 October 2020 to 18 October 2023 is 36; half a month and more is one."""
    first, last = project.starts_on, project.ends_on
    whole = (last.year - first.year) * 12 + last.month - first.month
    return max(whole + round((last.day - first.day + 1) / 31), 1)
