"""The frameworks that come with the program (`results/data/*.csv`), put where they are missing."""

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from importlib.resources import files
from typing import Any

from django.db import models

from throughline.reference.models import Programme
from throughline.results.models import (
    Baseline,
    Crosswalk,
    Framework,
    Goal,
    Indicator,
    IndicatorVersion,
    OverallTarget,
    Target,
)

LANGUAGES = ("sr-latn", "sq", "mk")
DEFINITION_FIELDS = (
    "title definition unit kind direction across_places across_periods answered_by origin measure where numerator "
    "denominator disaggregation statuses met change_note source"
).split()


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of one of our own tables."""
    text = files("throughline.results").joinpath("data", f"{name}.csv").read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


def names() -> tuple[str, ...]:
    """The frameworks there are, as the command line calls them."""
    return tuple(row["code"].lower() for row in rows("frameworks"))


def of(name: str, framework: str) -> list[dict[str, str]]:
    """The rows of a table that belong to one framework."""
    return [row for row in rows(name) if row["framework"] == framework]


def add(name: str, programme: Programme) -> list[models.Model]:
    """Everything of one framework that was missing. What users changed is never overwritten."""
    code = name.upper()
    row = next(row for row in rows("frameworks") if row["code"] == code)
    made: list[models.Model] = []
    values = {field: row[field] for field in ("title", "vision", "baseline_period", "source")}
    dates = {"valid_from": _date(row["valid_from"]), "valid_to": _date(row["valid_to"])}
    framework = _missing(made, Framework, code, {**values, **dates, "programme": programme, **_marked(row)})
    goals = _goals(made, framework)
    indicators = _indicators(made, framework, goals)
    _overall_targets(made, framework, goals, indicators)
    _sets(made, framework, indicators)
    _crosswalks(made)
    return made


def _missing(made: list[models.Model], model: type[Any], code: str, values: dict[str, Any]) -> Any:
    record, new = model.objects.get_or_create(code=code, defaults=values)
    if new:
        made.append(record)
    return record


def _goals(made: list[models.Model], framework: Framework) -> dict[str, Goal]:
    found = {}
    for row in of("goals", framework.code):
        values = {"framework": framework, "number": int(row["number"]), "title": row["title"], "text": row["text"]}
        values |= {"titles": _languages(row), "source": row["source"], **_marked(row)}
        found[row["number"]] = _missing(made, Goal, f"{framework.code}.G{row['number']}", values)
    return found


def _indicators(made: list[models.Model], framework: Framework, goals: dict[str, Goal]) -> dict[str, Indicator]:
    found: dict[str, Indicator] = {}
    for order, row in enumerate(of("indicators", framework.code), start=1):
        code = indicator_code(framework.code, row["label"])
        values: dict[str, Any] = {"framework": framework, "goal": goals.get(row["goal"]), "label": row["label"]}
        values |= {"order": order, "note": row["note"], **_marked(row)}
        indicator = found.get(code) or _missing(made, Indicator, code, values)
        found[code] = indicator
        number = int(row["version"] or 1)
        definition: dict[str, Any] = {name: row[name].replace("|", "\n") for name in DEFINITION_FIELDS}
        definition |= {"indicator": indicator, "number": number, "cumulative": row["cumulative"] == "yes"}
        definition |= {"valid_from": _date(row["valid_from"]), "titles": _languages(row), **_marked(row)}
        _missing(made, IndicatorVersion, f"{code}.v{number}", definition)
    return found


def indicator_code(framework: str, label: str) -> str:
    """'KPI 5' of ROADMAP-2024 -> 'ROADMAP-2024.KPI-5'."""
    return f"{framework}.{label.replace(' ', '-')}"


def _overall_targets(
    made: list[models.Model], framework: Framework, goals: dict[str, Goal], indicators: dict[str, Indicator]
) -> None:
    for row in of("overall_targets", framework.code):
        goal = goals[row["goal"]]
        shown = indicators.get(indicator_code(framework.code, row["indicator"])) if row["indicator"] else None
        values = {"goal": goal, "number": int(row["number"]), "text": row["text"], "texts": _languages(row)}
        values |= {"indicator": shown, "source": row["source"], **_marked(row)}
        _missing(made, OverallTarget, f"{goal.code}.T{row['number']}", values)


def _sets(made: list[models.Model], framework: Framework, indicators: dict[str, Indicator]) -> None:
    """Targets for the region. Baselines come in through the round on the baseline year, or are computed."""
    for row in of("targets", framework.code):
        indicator = indicators[indicator_code(framework.code, row["indicator"])]
        for model, kind in ((Baseline, "baseline"), (Target, "target")):
            if row["what"] == kind:
                number = Decimal(row["number"]) if row["number"] else None
                values = {"indicator": indicator, "period": row["period"], "number": number, "text": row["text"]}
                values |= {"source": row["source"], **_marked(row)}
                _missing(made, model, f"{indicator.code}.{kind}.region.{row['period'] or 'overall'}", values)


def _crosswalks(made: list[models.Model]) -> None:
    """Where both frameworks stand."""
    known = {one.code: one for one in Indicator.objects.all()}
    frameworks = set(Framework.objects.values_list("code", flat=True))
    for row in rows("crosswalks"):
        before, after = known.get(row["before"]), known.get(row["after"])
        if before is None or row["to"] not in frameworks or (row["after"] and after is None):
            continue
        code = f"{row['before']}..{row['after'] or 'none'}"
        values = {"before": before, "after": after, "relation": row["relation"], "note": row["note"], **_marked(row)}
        _missing(made, Crosswalk, code, values)


def _marked(row: dict[str, str]) -> dict[str, bool]:
    return {"to_be_verified": row["to_be_verified"] == "yes"}


def _languages(row: dict[str, str]) -> dict[str, str]:
    return {language: row[language] for language in LANGUAGES if row.get(language)}


def _date(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
