"""How incidents are written in bulk, and what files about armed violence say in their own words."""

from types import SimpleNamespace
from typing import Any

from throughline.incidents.choices import Outcome, Side
from throughline.incidents.models import Incident
from throughline.incidents.queries import search_text
from throughline.kernel.access.services import prefix
from throughline.kernel.intake.recipes import Lines, Recipe, Values

FATAL = {"true": Outcome.KILLED.value, "false": Outcome.INJURED.value}
VICTIM = {"side": Side.VICTIM.value}


def year_of(values: Values) -> str:
    """The year the incident happened in stands in its reference."""
    return prefix(Incident, values["occurred_on"].year)


def derive(reference: str, values: Values, lines: Lines) -> dict[str, Any]:
    """The text that is searched, as the verb would write it."""
    titles = [str(line.get("title", "")) for line in lines.get("sources", ())]
    told = SimpleNamespace(**values, reference=reference)
    return {"search_text": search_text(told, titles)}  # type: ignore[arg-type]


RECIPE = Recipe(
    noun="incident",
    prefix=year_of,
    derive=derive,
    flags=dict.fromkeys(("fatal", "fatality", "killed", "died", "death", "dead"), ("people.1.outcome", FATAL)),
    counts={
        "killed": ("people", {**VICTIM, "outcome": Outcome.KILLED.value}),
        "n killed": ("people", {**VICTIM, "outcome": Outcome.KILLED.value}),
        "deaths": ("people", {**VICTIM, "outcome": Outcome.KILLED.value}),
        "fatalities": ("people", {**VICTIM, "outcome": Outcome.KILLED.value}),
        "best": ("people", {**VICTIM, "outcome": Outcome.KILLED.value}),
        "injured": ("people", {**VICTIM, "outcome": Outcome.INJURED.value}),
        "n injured": ("people", {**VICTIM, "outcome": Outcome.INJURED.value}),
        "wounded": ("people", {**VICTIM, "outcome": Outcome.INJURED.value}),
        "threatened": ("people", {**VICTIM, "outcome": Outcome.THREATENED.value}),
        "suicides": ("people", {**VICTIM, "outcome": Outcome.SUICIDE.value}),
    },
    lines={"people": VICTIM},
)
