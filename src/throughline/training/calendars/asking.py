"""What the address of the calendar asks for: a way of looking, a period, filters. The address is the whole question."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from throughline.kernel.access.errors import Problem
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.periods import Month, NotAPeriodError, Period, Year
from throughline.kernel.ui import formats
from throughline.reference.models import Programme
from throughline.reference.queries import jurisdictions, terms
from throughline.training import queries
from throughline.training.choices import ActivityState, Kind
from throughline.training.models import Activity, Quota

VIEWS = {
    "month": gettext_lazy("Month"),
    "list": gettext_lazy("List"),
    "timeline": gettext_lazy("Timeline"),
}
LONGEST = timedelta(days=366 * 6)
Pairs = list[tuple[str, str]]
Rows = QuerySet[Activity]


@dataclass(frozen=True)
class Filter:
    """One filter: what can be chosen, and what is left of the rows."""

    name: str
    label: Any
    options: Callable[[Viewer], Pairs]
    narrow: Callable[[Rows, str], Rows]


def _of_jurisdiction(rows: Rows, code: str) -> Rows:
    """What takes place there, or keeps places for it, alone or as one of a group."""
    own = Q(jurisdiction__code=code) | Q(scope__members__jurisdiction__code=code)
    return rows.filter(Q(venue_jurisdiction__code=code) | Q(pk__in=Quota.objects.filter(own).values("activity")))


def _in_language(rows: Rows, code: str) -> Rows:
    return rows.filter(languages__iregex=rf"(^|,)\s*{re.escape(code)}\s*(,|$)")


def _programmes(viewer: Viewer) -> Pairs:
    return [(one.code, str(one)) for one in Programme.objects.filter(pk__in=viewer.programmes)]


def _languages(viewer: Viewer) -> Pairs:
    """The languages that activities are held in."""
    told = queries.activities(viewer).order_by().values_list("languages", flat=True).distinct()
    codes = sorted({one.strip() for text in told for one in text.split(",") if one.strip()})
    return [(code, formats.locale().languages.get(code.split("-")[0], code)) for code in codes]


FILTERS = (
    Filter("programme", gettext_lazy("Programme"), _programmes, lambda rows, code: rows.filter(programme__code=code)),
    Filter(
        "project",
        gettext_lazy("Project"),
        lambda viewer: [(one.code, str(one)) for one in queries.projects(viewer)],
        lambda rows, code: rows.filter(project__code=code),
    ),
    Filter(
        "jurisdiction",
        gettext_lazy("Jurisdiction"),
        lambda viewer: [(one.code, str(one)) for one in jurisdictions()],
        _of_jurisdiction,
    ),
    Filter(
        "priority",
        gettext_lazy("Priority"),
        lambda viewer: [(one.code, str(one)) for one in terms("training-priority")],
        lambda rows, code: rows.filter(Q(priority__code=code) | Q(priority__parent__code=code)),
    ),
    Filter(
        "kind",
        gettext_lazy("Kind"),
        lambda viewer: [(code, str(label)) for code, label in Kind.choices],
        lambda rows, code: rows.filter(kind=code),
    ),
    Filter("language", gettext_lazy("Language"), _languages, _in_language),
    Filter(
        "state",
        gettext_lazy("State"),
        lambda viewer: [(code, str(label)) for code, label in ActivityState.choices],
        lambda rows, code: rows.filter(state=code),
    ),
)
MINE = "mine"


@dataclass(frozen=True)
class Question:
    """A question to the calendar, by one viewer."""

    viewer: Viewer
    view: str
    period: Period
    given: Mapping[str, str]
    problems: Sequence[Problem] = ()

    @property
    def mine(self) -> bool:
        return MINE in self.given

    @cached_property
    def options(self) -> dict[str, Pairs]:
        return {one.name: one.options(self.viewer) for one in FILTERS}

    def filtered(self) -> Rows:
        """The activities the viewer may read that fit the filters, of any day."""
        rows = queries.own_activities(self.viewer) if self.mine else queries.activities(self.viewer)
        if self.problems:
            return rows.none()
        for one in FILTERS:
            if one.name in self.given:
                rows = one.narrow(rows, self.given[one.name])
        return rows

    def rows(self) -> Rows:
        """Those of them that touch the period, in the order they start."""
        return (
            self.filtered()
            .filter(starts_on__lte=self.period.end, ends_on__gte=self.period.start)
            .order_by("starts_on", "ends_on", "title", "pk")
        )

    def nearest(self) -> Activity | None:
        """The next activity after an empty period, else the last before it."""
        rows = self.filtered()
        after = rows.filter(starts_on__gt=self.period.end).order_by("starts_on", "pk").first()
        return after or rows.filter(ends_on__lt=self.period.start).order_by("-ends_on", "pk").first()

    def address(self, **changes: str | None) -> str:
        """The question as an address, with changes; what is usual is left out."""
        told: dict[str, Any] = {"view": self.view, "on": str(self.period), **self.given, **changes}
        return "?" + urlencode({name: value for name, value in told.items() if value})

    @property
    def stored(self) -> str:
        """The filters alone, as a feed keeps them."""
        return urlencode(sorted(self.given.items()))

    def words(self) -> str:
        """The filters in words."""
        told = [label for one in FILTERS for label in [self.label_of(one.name)] if label]
        return " · ".join([*([_("My activities")] if self.mine else []), *told]) or _("All activities")

    def label_of(self, name: str) -> str:
        code = self.given.get(name, "")
        return dict(self.options[name]).get(code, code) if code else ""

    def chips(self) -> list[dict[str, str]]:
        """What was chosen, each with the address without it."""
        found = [
            {"field": str(one.label), "label": self.label_of(one.name), "remove_url": self.address(**{one.name: None})}
            for one in FILTERS
            if one.name in self.given
        ]
        if self.mine:
            found.append({"label": _("My activities"), "remove_url": self.address(mine=None)})
        return found


def ask(viewer: Viewer, given: Mapping[str, str]) -> Question:
    """Understand an address. What is not understood is said, and finds nothing rather than everything."""
    problems: list[Problem] = []
    view = given.get("view") or "month"
    if view not in VIEWS:
        problems.append(Problem("view", _("There is no such way to look at the calendar."), view))
        view = "month"
    period = _period(view, given.get("on", "").strip(), problems)
    chosen = {one.name: given[one.name].strip() for one in FILTERS if given.get(one.name, "").strip()}
    if given.get(MINE):
        chosen[MINE] = "1"
    question = Question(viewer, view, period, chosen, problems)
    for one in FILTERS:
        code = chosen.get(one.name)
        if code is not None and code not in dict(question.options[one.name]):
            message = _("There is no such value for '%(filter)s' here.") % {"filter": one.label}
            problems.append(Problem(one.name, message, code))
    return question


def _period(view: str, text: str, problems: list[Problem]) -> Period:
    """The period asked for; a month is looked at whole, everything else as it is named."""
    today = timezone.localdate()
    usual: Period = Month.containing(today) if view == "month" else Year.containing(today)
    if not text:
        return usual
    try:
        period = Period.parse(text)
    except NotAPeriodError:
        problems.append(Problem("on", _("Name a period such as 2026-03, 2026-Q2 or 2026."), text))
        return usual
    if period.end - period.start > LONGEST:
        problems.append(Problem("on", _("Ask for six years at most."), text))
        return usual
    if view != "month":
        return period
    return Month.containing(today if today in period else period.start)
