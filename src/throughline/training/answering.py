"""What an entry of the catalogue answers (needs, proposals, goals of strategies), and what became of what it answers.

Subjects say what of theirs can be answered, and are told when an activity is done. The answer itself is a link of
the kind 'answers' on the line of sight, or a field of the answered record.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.trace.models import Link
from throughline.results.models import Goal
from throughline.training import queries
from throughline.training.choices import TOOK_PART, ActivityState
from throughline.training.models import Activity, Entry, Place

ANSWERS = "answers"
MOST = 20


@dataclass(frozen=True)
class Answerable:
    """A sort of thing an entry can answer: `search` gives those the viewer may see in whose words these occur."""

    code: str
    label: str | Promise
    search: Callable[[Viewer, Entry, str], Sequence[models.Model]]


answerables: list[Answerable] = []
# Told when an activity is closed as done, within that verb.
done: list[Callable[[Viewer, Activity], None]] = []


def goals(viewer: Viewer, entry: Entry, words: str) -> list[Goal]:
    """Goals of the frameworks of the entry's programme."""
    found = Goal.objects.filter(framework__programme=entry.programme_id, framework__programme__in=viewer.programmes)
    return list(found.filter(models.Q(title__icontains=words) | models.Q(code__icontains=words))[:MOST])


answerables.append(Answerable("goal", _("Goals of strategies"), goals))


# ---- what answers


@dataclass
class Answered:
    """What became of something that was asked for: entries and activities the viewer may see, and who came."""

    entries: list[Entry] = field(default_factory=list)
    activities: list[Activity] = field(default_factory=list)
    participations: int = 0
    unlisted: int = 0

    @property
    def done(self) -> list[Activity]:
        return [one for one in self.activities if one.state == ActivityState.DONE]

    @property
    def coming(self) -> list[Activity]:
        return [one for one in self.activities if one.state in (ActivityState.PLANNED, ActivityState.CONFIRMED)]


def linked(records: Iterable[models.Model]) -> dict[UUID, set[UUID]]:
    """The entries linked as answers to each record (all of one model)."""
    rows = list(records)
    if not rows:
        return {}
    links = Link.objects.filter(
        kind=ANSWERS, left_type=ContentType.objects.get_for_model(rows[0]), left_id__in=[one.pk for one in rows],
        right_type=ContentType.objects.get_for_model(Entry),
    )  # fmt: skip
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for left, right in links.values_list("left_id", "right_id"):
        found[left].add(right)
    return found


def answered(viewer: Viewer, wanted: Mapping[Any, set[UUID]], since: Mapping[Any, date | None]) -> dict[Any, Answered]:
    """What became of each of these, given the entries that answer it: three reads however many there are.

    What began before the day it was asked for (`since`) is no answer to it.
    """
    keys = {one for several in wanted.values() for one in several}
    entries = {one.pk: one for one in queries.entries(viewer).filter(pk__in=keys)}
    taught: dict[Any, list[Activity]] = defaultdict(list)
    for activity in queries.activities(viewer).filter(entry__in=entries).order_by("starts_on"):
        taught[activity.entry_id].append(activity)
    over = [one.pk for several in taught.values() for one in several if one.state == ActivityState.DONE]
    came = participations(over)
    found = {}
    for key, several in wanted.items():
        one = found[key] = Answered(sorted((entries[pk] for pk in several if pk in entries), key=str))
        day = since.get(key) or date.min
        one.activities = [row for entry in one.entries for row in taught[entry.pk] if row.starts_on >= day]
        one.participations = sum(came[activity.pk] for activity in one.done)
        one.unlisted = sum(activity.came_unlisted or 0 for activity in one.done)
    return found


def participations(activities: Iterable[UUID]) -> Counter[UUID]:
    """How many took part in each of these activities."""
    rows = Place.objects.filter(activity__in=list(activities), state__in=TOOK_PART).order_by()
    return Counter(dict(rows.values_list("activity").annotate(models.Count("pk"))))
