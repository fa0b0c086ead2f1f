"""Reading flags: for whom, in what words, with what drawn."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from throughline.kernel.access.choices import Role
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.charts.chart import Chart
from throughline.kernel.following.registry import Other
from throughline.kernel.measures import registry as measures
from throughline.kernel.measures import words
from throughline.kernel.measures.links import question_url
from throughline.kernel.measures.questions import Question
from throughline.kernel.periods import Period
from throughline.kernel.ui.waiting import Waiting
from throughline.kernel.watch.method import judge
from throughline.kernel.watch.models import Flag, Subscription
from throughline.kernel.watch.registry import watched

DECIDERS = (Role.ANALYST, Role.SECRETARIAT, Role.VERIFIER)
DRAWN = 36


@dataclass(frozen=True)
class Told:
    """A flag in words, for one reader."""

    flag: Flag
    place: str
    kind: str
    measure: str
    month: str
    sentence: str
    evidence: str
    may_acknowledge: bool
    url: str


def may_watch(viewer: Viewer) -> bool:
    """Whoever works in a programme."""
    return bool(viewer.programmes)


def flags(viewer: Viewer, *, all_of_them: bool = False) -> QuerySet[Flag]:
    """What this viewer may read, the newest month first: those that wait for a word, or all."""
    found = Flag.objects.widest(viewer).select_related("programme", "acknowledged_by")
    return found if all_of_them else found.filter(acknowledged_at=None, ended=False)


def may_acknowledge(viewer: Viewer, flag: Flag) -> bool:
    return flag.acknowledged_at is None and viewer.has_role(flag.programme_id, *DECIDERS)


def waiting(viewer: Viewer) -> list[Waiting]:
    """For those who decide: unusual counts that nobody has said a word on yet."""
    programmes = viewer.programmes_as(*DECIDERS)
    number = flags(viewer).filter(programme__in=programmes).count() if programmes else 0
    return [Waiting(_("Unusual counts to look at"), number, reverse("warning-list"))]


def subscriptions(viewer: Viewer) -> QuerySet[Subscription]:
    return Subscription.objects.filter(person_id=viewer.person, programme__in=viewer.programmes).select_related(
        "programme"
    )


def told_of(viewer: Viewer) -> list[Other]:
    """For the page of all somebody follows: each subscription in words, and where it ends."""
    rows = list(subscriptions(viewer))
    if not rows:
        return []
    known, types, address = places(), kinds(), reverse("warning-list")
    return [
        Other(
            _("Early warning, %(programme)s: %(place)s, %(kind)s")
            % {
                "programme": one.programme,
                "place": known.get(one.jurisdiction, "") or _("all jurisdictions"),
                "kind": types.get(one.kind, "") or _("all types"),
            },
            address,
            reverse("warning-unsubscribe", args=[one.pk]),
        )
        for one in rows
    ]


def places() -> dict[str, str]:
    return dict(measures.members(None))


def kinds() -> dict[str, str]:
    """The words of every type that is watched."""
    found: dict[str, str] = {}
    for one in watched.values():
        found |= _words(one.measure, one.by)
    return found


def told(viewer: Viewer, flag: Flag) -> Told:
    """The flag in words: what was counted, what was expected, how unusual that is, and by what it is judged."""
    by = watched[flag.measure].by if flag.measure in watched else ""
    kind = _words(flag.measure, by).get(flag.kind, flag.kind) if by else flag.kind
    seen = flag.evidence
    month = words.period_words(Period.parse(flag.month))
    sentence = _("%(count)s where %(expected)s were expected; more than %(limit)s is unusual.") % {
        "count": words.number(flag.count),
        "expected": words.number(seen["expected"], 1),
        "limit": words.number(seen["limit"]),
    }
    return Told(
        flag=flag,
        place=places().get(flag.jurisdiction, flag.jurisdiction),
        kind=kind,
        measure=str(measures.measures[flag.measure].label) if flag.measure in measures.measures else flag.measure,
        month=month,
        sentence=sentence,
        evidence=_evidence(seen),
        may_acknowledge=may_acknowledge(viewer, flag),
        url=question_url(_question(flag, by)) if by else "",
    )


def chart_of(one: Told) -> Chart:
    """The counts of the past and the month that was flagged, before what was to be expected of each of them."""
    past = [*one.flag.evidence["past"], [one.flag.month, one.flag.count]]
    bands = _bands(tuple(count for _month, count in past))
    data = [
        {"month": month, "count": count, "expected": low, "limit": high}
        for (month, count), (low, high) in zip(past, bands, strict=True)
    ][-DRAWN:]
    note = _("Shaded: from the count that was expected to the highest that is not unusual, each month by its own past.")
    labels = {
        "month": _("Month"),
        "count": _("Count"),
        "expected": _("Expected"),
        "limit": _("Highest that is not unusual"),
    }
    title = f"{one.measure}, {one.kind}, {one.place}"
    return Chart("line", title, data, x="month", y="count", low="expected", high="limit", labels=labels, note=note)


@lru_cache(maxsize=256)
def _bands(counts: tuple[int | None, ...]) -> tuple[tuple[float | None, float | None], ...]:
    """For each month what was expected and the limit, by the months before it; nothing where too little is known."""
    found: list[tuple[float | None, float | None]] = []
    for place in range(len(counts)):
        verdict = judge(counts[:place], counts[place] or 0) if place >= len(counts) - DRAWN else None
        found.append((verdict.expected, float(verdict.limit)) if verdict else (None, None))
    return tuple(found)


def _evidence(seen: dict[str, Any]) -> str:
    chance = seen["chance"]
    odds = _("less than once in 10,000 quiet months") if chance < 1e-4 else _("about once in %(n)s quiet months") % {
        "n": words.number(1 / chance)
    }  # fmt: skip
    parts = [
        _("As many would come about by chance %(odds)s.") % {"odds": odds},
        _("Judged by %(months)s months of its own past.") % {"months": words.number(seen["months"])},
    ]
    if seen["seasons"]:
        parts.append(_("Seasons are taken into account."))
    if seen["trend"]:
        parts.append(_("A trend is taken into account."))
    return " ".join(parts)


def _question(flag: Flag, by: str) -> Question:
    where = {"programme": flag.programme.code, by: flag.kind, "jurisdiction": flag.jurisdiction}
    return Question.ask(flag.measure, where=where, period=flag.month)


def _words(measure: str, by: str) -> dict[str, str]:
    if measure not in measures.measures:
        return {}
    one = measures.dimension(by, measures.facts[measures.measures[measure].fact])
    return {str(key): str(label) for key, label in one.words().items()} if one.words else {}
