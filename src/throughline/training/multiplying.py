"""From training to teaching: who attended a training of trainers, and how far they came. Counts for all, names for few.

Counted are people, each once, out of those who attended; a step says of how many of them it holds, whichever way they
came. What trainers reach at home stands beside those trained directly and is never added to them: some may be the same.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import median
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from throughline.kernel.access.viewer import Viewer
from throughline.training import placing, queries
from throughline.training.choices import TOOK_PART, ActivityState, Kind
from throughline.training.models import Activity, Cascade, Certificate, Place, Trainer

DAYS, MOST_DAYS = 365, 3_650
ATTENDED, CERTIFIED, POOL, READY, TAUGHT, TEACHING = "attended", "certified", "pool", "ready", "taught", "teaching"
STEPS: dict[str, str | Promise] = {
    ATTENDED: _("Attended"),
    CERTIFIED: _("Certified"),
    POOL: _("Entered the pool"),
    READY: _("Ready to teach"),
    TAUGHT: _("Taught in time"),
    TEACHING: _("Teaching today"),
}


@dataclass
class Chain:
    """How many came how far, of one activity or of several."""

    people: dict[str, set[UUID]] = field(default_factory=lambda: {code: set() for code in STEPS})
    waits: list[int] = field(default_factory=list)
    sessions: int = 0
    reached: int = 0

    def add(self, other: "Chain") -> None:
        """Take another in: whoever is in both is one."""
        for code, people in other.people.items():
            self.people[code] |= people
        self.waits += other.waits
        self.sessions += other.sessions
        self.reached += other.reached

    @property
    def base(self) -> int:
        return len(self.people[ATTENDED])

    @property
    def median_days(self) -> float | None:
        """From the last day of the training to the first session taught, of those who taught."""
        return median(self.waits) if self.waits else None

    @property
    def counts(self) -> list[int]:
        return [len(self.people[code]) for code in STEPS]

    def steps(self) -> list[dict[str, Any]]:
        """A row a step: people, share of those who attended, and how many of the step before are missing."""
        rows = []
        before: set[UUID] | None = None
        for code, label in STEPS.items():
            here = self.people[code]
            rows.append(
                {
                    "code": code,
                    "label": label,
                    "count": len(here),
                    "share": len(here) / self.base if self.base else None,
                    "lost": None if before is None else len(before - here),
                }
            )
            before = here
        return rows


def trainings(viewer: Viewer) -> QuerySet[Activity]:
    """Trainings of trainers that are done and that the viewer may read."""
    found: QuerySet[Activity] = Activity.objects.visible_to(viewer).filter(
        kind=Kind.TRAIN_THE_TRAINER, state=ActivityState.DONE
    )
    return found.select_related("project", "priority").order_by("-starts_on", "reference")


def chains(
    viewer: Viewer, activities: Sequence[Activity], *, days: int = DAYS, jurisdiction: str = ""
) -> dict[UUID, Chain]:
    """The chain of each activity, by the same four questions to the database however many there are.

    Only people from one jurisdiction, if one is named. Trainers marked RED are nobody's to count, and sessions count as
    far as the viewer may read them, as everywhere.
    """
    keys = [one.pk for one in activities]
    ends = {one.pk: one.ends_on for one in activities}
    found = {key: Chain() for key in keys}
    standings = queries.standings(keys)
    taught = _sessions(viewer, keys, jurisdiction)
    for row in _comers(keys, jurisdiction):
        chain, person = found[row["activity"]], row["person"]
        first = taught.get((row["activity"], person))
        for code in _reached(row, standings.get(person), first, ends[row["activity"]] + timedelta(days=days)):
            chain.people[code].add(person)
        if first is not None:
            chain.waits.append((first.first - ends[row["activity"]]).days)
            chain.sessions += first.sessions
            chain.reached += first.reached
    return found


@dataclass
class _Taught:
    first: date
    sessions: int = 0
    reached: int = 0


def _comers(keys: Iterable[UUID], jurisdiction: str) -> Iterable[Any]:
    valid = Certificate.objects.filter(place=OuterRef("pk"), revoked_at=None)
    found = Place.objects.filter(activity__in=keys, state__in=TOOK_PART)
    if jurisdiction:
        found = found.filter(jurisdiction__code=jurisdiction)
    return found.order_by().annotate(certified=Exists(valid)).values("activity", "person", "certified")


def _sessions(viewer: Viewer, keys: Iterable[UUID], jurisdiction: str) -> dict[tuple[UUID, UUID], _Taught]:
    rows = Cascade.objects.visible_to(viewer).filter(activity__in=keys, state=Cascade.States.CONFIRMED)
    found: dict[tuple[UUID, UUID], _Taught] = {}
    reached = F("women") + F("men") + F("sex_not_reported")
    told = rows.order_by("held_on").annotate(people=reached)
    for activity, person, held, people in told.values_list("activity", "trainer__person", "held_on", "people"):
        one = found.setdefault((activity, person), _Taught(held))
        one.sessions += 1
        one.reached += people
    return found


def _reached(
    comer: dict[str, Any], standing: tuple[str, date | None] | None, taught: _Taught | None, by: date
) -> Iterable[str]:
    """The steps that hold for someone who came."""
    state, ready = standing or ("", None)
    holds = {
        ATTENDED: True,
        CERTIFIED: comer["certified"],
        POOL: standing is not None,
        READY: ready is not None,
        TAUGHT: taught is not None and taught.first <= by,
        TEACHING: taught is not None and state == Trainer.States.TEACHING,
    }
    return [code for code, held in holds.items() if held]


def overall(found: Iterable[Chain]) -> Chain:
    """Several together, each person once."""
    whole = Chain()
    for one in found:
        whole.add(one)
    return whole


def named(viewer: Viewer, activity: Activity, chain: Chain) -> list[dict[str, Any]]:
    """Who stands at which step, of those whom the viewer may know by name, the furthest first."""
    rows = []
    order = list(STEPS)
    for place in placing.places_for(viewer, activity).filter(state__in=TOOK_PART):
        steps = [code for code in order if place.person_id in chain.people[code]]
        if steps:
            rows.append(
                {"person": place.person, "step": STEPS[steps[-1]], "at": order.index(steps[-1]), "codes": steps}
            )
    return sorted(rows, key=lambda row: (-row["at"], str(row["person"])))
