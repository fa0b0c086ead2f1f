"""How activities are written in bulk, and what files about training say in their own words."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Problem
from throughline.kernel.access.services import prefix
from throughline.kernel.intake.recipes import Lines, Recipe, Values
from throughline.training.choices import ActivityState
from throughline.training.models import Activity
from throughline.training.queries import search_text
from throughline.training.services.activities import completed, own_problems


def year_of(values: Values) -> str:
    """The year the activity starts in stands in its reference."""
    return prefix(Activity, values["starts_on"].year)


def derive(reference: str, values: Values, lines: Lines) -> dict[str, Any]:
    """What the verb would complete, and the text that is searched."""
    whole = completed(values)
    told = SimpleNamespace(**{"project": None, "priority": None, **whole}, reference=reference)
    return {
        **{name: whole[name] for name in whole if whole[name] != values.get(name)},
        "search_text": search_text(told),
    }


def admit(programme: Any, state: str, values: Values) -> Iterator[Problem]:
    """Nothing arrives as done before its last day, or in the project of another programme."""
    whole = completed(values)
    if state == ActivityState.DONE and whole["ends_on"] > timezone.localdate():
        yield Problem("ends_on", _("It is not over yet, so it cannot arrive as done."), str(whole["ends_on"]))
    yield from own_problems(programme.pk, whole)


RECIPE = Recipe(noun="activity", prefix=year_of, derive=derive, admit=admit)
