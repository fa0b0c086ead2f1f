"""Reading evaluations: what was answered, by whom how many, what tests gained, and how far a year is covered.

Anonymous answers are shown once their call has closed and enough answered, and then all at once: no reader can compare
two states of a result and learn what came in between (ADR 0150).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from throughline.kernel.access.choices import Role as Hat
from throughline.kernel.access.viewer import Viewer
from throughline.training.choices import TOOK_PART, ActivityState, CallSort, Level, Role
from throughline.training.evaluation import Gains, Points, Rate, Summary, columns, summaries
from throughline.training.models import Activity, Evaluation, Heap, Opinion, Person, Place
from throughline.training.team import holds, is_team

READERS = (Hat.ANALYST, Hat.SECRETARIAT)


def may_read_words(viewer: Viewer, activity: Activity) -> bool:
    """Who reads what people wrote without their name: the team, and the analysts and secretariat of the programme."""
    return is_team(viewer, activity) or holds(viewer, activity.programme_id, *READERS)


def calls(activity: Activity) -> QuerySet[Evaluation]:
    """The calls of an activity with how many were asked and how many answered."""
    rows = Evaluation.objects.filter(activity=activity).select_related("edition__questionnaire", "activity")
    return rows.defer("edition__source").annotate(
        asked=Count("tickets"), answered=Count("tickets", filter=Q(tickets__used=True))
    )


@dataclass(frozen=True)
class Result:
    """A call with what may be shown of it now."""

    call: Any
    rate: Rate
    shown: bool
    why: str = ""
    questions: tuple[Summary, ...] = ()

    @property
    def scales(self) -> list[Summary]:
        return [one for one in self.questions if one.mean is not None and one.kind == "scale"]

    @property
    def answered(self) -> list[Summary]:
        return [one for one in self.questions if one.answers]

    @property
    def unanswered(self) -> list[Summary]:
        return [one for one in self.questions if not one.answers]

    @property
    def texts(self) -> list[Summary]:
        return [one for one in self.questions if one.texts]


def results(viewer: Viewer, activity: Activity, *, language: str = "") -> list[Result]:
    """Each call of an activity, in the order of levels. Five queries, however many calls there are."""
    found = sorted(calls(activity), key=_order)
    keys = [one.pk for one in found]
    heaps = dict(Heap.objects.filter(evaluation__in=keys).values_list("evaluation", "answers"))
    named: dict[Any, list[dict[str, str]]] = {}
    for call, answers in Opinion.objects.filter(ticket__evaluation__in=keys).values_list(
        "ticket__evaluation", "answers"
    ):
        named.setdefault(call, []).append(answers)
    team, words = is_team(viewer, activity), may_read_words(viewer, activity)
    made = []
    for one in found:
        given = heaps.get(one.pk, {}) if one.anonymous else columns(named.get(one.pk, ()))
        made.append(_result(one, given, team=team, words=words, language=language))
    return made


def _order(call: Any) -> tuple[int, int, int, str]:
    """By level; within it as the words of kind and role are declared."""
    return call.level, CallSort.values.index(call.sort), Role.values.index(call.role), str(call.pk)


def _result(call: Any, given: dict[str, list[str]], *, team: bool, words: bool, language: str) -> Result:
    rate = Rate(call.answered, call.asked)
    why = withheld(call, team=team)
    if why:
        return Result(call, rate, shown=False, why=why)
    least = call.least if call.anonymous or not team else 1
    texts = words if call.anonymous else team
    asked = summaries(call.edition.form, given, language=language, least=least, texts=texts)
    return Result(call, rate, shown=True, questions=tuple(asked))


def withheld(call: Any, *, team: bool) -> str:
    """Why nothing of a call is shown to this reader now; '' where it is."""
    if not call.closes_on:
        return _("Not sent yet.")
    if call.answered == 0:
        return _("Nobody has answered.") if call.closed_at else _("Nobody has answered yet.")
    if not call.anonymous and team:
        return ""
    if not call.closed_at:
        return _("Shown when the call has closed.")
    if call.answered < call.least:
        return _("Not shown: fewer than %(least)s people answered.") % {"least": call.least}
    return ""


# Later against the beginning


@dataclass(frozen=True)
class Later:
    """A question that was asked right after the activity and again later."""

    label: str
    means: tuple[tuple[str, Decimal | None, int], ...]


def compared(found: Sequence[Result]) -> list[Later]:
    """Means of the questions that levels 3 and 4 share with level 1 by name, each with its number of answers."""
    surveys = [one for one in found if one.call.sort == CallSort.SURVEY]
    first = [one for one in surveys if one.call.level == 1 and one.call.role == Role.PARTICIPANT]
    later = [one for one in surveys if one.call.level > 2]
    rows = []
    for question in (one for result in first for one in result.scales):
        again = [
            (str(result.call), same.mean, same.answers)
            for result in later
            for same in result.scales
            if same.path == question.path
        ]
        if again:
            rows.append(Later(question.label, ((str(first[0].call), question.mean, question.answers), *again)))
    return rows


# Tests


@dataclass(frozen=True)
class Tested:
    """One participant's tests."""

    name: str
    before: Decimal | None
    after: Decimal | None

    @property
    def gain(self) -> Decimal | None:
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True)
class Tests:
    """The tests of an activity: by person for its team, as numbers for others."""

    gains: Gains
    people: tuple[Tested, ...] = ()
    shown: bool = True
    percent: bool = True


def tests(viewer: Viewer, activity: Activity) -> Tests | None:
    """Before and after, joined through the place. None where no test was answered.

    For others than the team, numbers come once every test has closed and enough took both.
    """
    rows = Opinion.objects.filter(ticket__evaluation__activity=activity, points__isnull=False)
    given: dict[Any, dict[str, Decimal]] = {}
    of = set()
    for place, sort, points, most in rows.values_list("ticket__place", "ticket__evaluation__sort", "points", "most"):
        if points is not None:  # the query leaves those out already
            given.setdefault(place, {})[sort] = Points(points, most).value
        of.add(most is not None)
    if not given:
        return None
    pre, post = CallSort.PRE_TEST.value, CallSort.POST_TEST.value
    both = tuple(sorted((one[pre], one[post]) for one in given.values() if pre in one and post in one))
    gains = Gains(both, sum(pre in one for one in given.values()), sum(post in one for one in given.values()))
    percent = of == {True}
    if is_team(viewer, activity):
        names = names_of(viewer, activity)
        people = [Tested(names[place], one.get(pre), one.get(post)) for place, one in given.items() if place in names]
        return Tests(gains, tuple(sorted(people, key=lambda one: one.name.casefold())), percent=percent)
    about = activity.evaluations.filter(sort__in=(pre, post), closes_on__isnull=False)
    least = max(about.values_list("least", flat=True), default=0)
    closed = not about.filter(closed_at=None).exists()
    return Tests(gains, shown=closed and gains.base >= least, percent=percent)


def names_of(viewer: Viewer, activity: Activity) -> dict[Any, str]:
    """Names of participants as far as the viewer may read them, else references."""
    readable = set(Person.objects.visible_to(viewer).filter(places__activity=activity).values_list("pk", flat=True))
    rows = Place.objects.past_the_wall("team").filter(activity=activity).select_related("person")
    return {one.pk: str(one.person) if one.person_id in readable else one.person.reference for one in rows}


# Over activities


@dataclass(frozen=True)
class Line:
    """One held activity: how many took part, and who answered of whom. `covered`: a call has closed with answers."""

    activity: Any
    took_part: int
    participants: Rate
    trainers: Rate
    managers: Rate
    covered: bool


@dataclass(frozen=True)
class Coverage:
    """How far activities were held and evaluated; every rate says over what."""

    lines: tuple[Line, ...]
    implemented: Rate
    evaluated: Rate
    participants: Rate
    trainers: Rate
    managers: Rate


def coverage(activities: QuerySet[Activity], *, level: int = Level.REACTION) -> Coverage:
    """Answer rates of one level over these activities. Two queries, however many there are.

    Implementation: held, of all that were scheduled until today, cancelled ones among them. Evaluated: held activities with a closed
    call that was answered. Participants: who answered, of all who took part in the held activities, asked or not.
    Trainers and line managers: of those asked, because nobody counts who else there was.
    """
    took_part = Count("places", filter=Q(places__state__in=TOOK_PART))
    over = Q(ends_on__lt=timezone.localdate()) | Q(state__in=(ActivityState.CANCELLED, ActivityState.DONE))
    scheduled = activities.filter(over)
    found = list(scheduled.annotate(took_part=took_part).order_by("-starts_on", "title", "pk"))
    held = [one for one in found if one.state == ActivityState.DONE]
    asked = _answers([one.pk for one in held], level) if held else {}
    lines = [_line(one, asked.get(one.pk, {})) for one in held]
    return summed(lines, scheduled=len(found))


def _answers(held: list[Any], level: int) -> dict[Any, dict[str, tuple[int, int, bool]]]:
    """Activity -> role -> how many were asked, how many answered, whether the call has closed with answers."""
    rows = Evaluation.objects.filter(activity__in=held, level=level, sort=CallSort.SURVEY)
    counted = rows.annotate(asked=Count("tickets"), answered=Count("tickets", filter=Q(tickets__used=True)))
    found: dict[Any, dict[str, tuple[int, int, bool]]] = {}
    for key, role, asked, answered, closed in counted.values_list("activity", "role", "asked", "answered", "closed_at"):
        before = found.setdefault(key, {}).get(role, (0, 0, False))
        over = before[2] or (closed is not None and answered > 0)
        found[key][role] = (before[0] + asked, before[1] + answered, over)
    return found


def _line(activity: Any, asked: dict[str, tuple[int, int, bool]]) -> Line:
    rates = {role: Rate(answered, number) for role, (number, answered, _over) in asked.items()}
    none = Rate(0, 0)
    return Line(
        activity=activity,
        took_part=activity.took_part,
        participants=Rate(rates.get(Role.PARTICIPANT, none).part, activity.took_part),
        trainers=rates.get(Role.TRAINER, none),
        managers=rates.get(Role.LINE_MANAGER, none),
        covered=any(over for _asked, _answered, over in asked.values()),
    )


def summed(lines: Sequence[Line], *, scheduled: int) -> Coverage:
    """The rates over all lines: parts and wholes are added, never percentages."""

    def over(name: str) -> Rate:
        rates = [getattr(one, name) for one in lines]
        return Rate(sum(one.part for one in rates), sum(one.of for one in rates))

    return Coverage(
        lines=tuple(lines),
        implemented=Rate(len(lines), scheduled),
        evaluated=Rate(sum(one.covered for one in lines), len(lines)),
        participants=over("participants"),
        trainers=over("trainers"),
        managers=over("managers"),
    )
