"""The illustrative answers (`demo/data/roadmap/*.csv`), as the forms of the framework ask for them.

The tables know indicators and overall targets; where their questions stand in a form says the form itself
(`Question.extra`), so that a form with other names or another order is answered just the same.
"""

from collections.abc import Iterator, Mapping
from functools import cache

from throughline.demo.tables import rows
from throughline.kernel.rounds.forms.definition import Form
from throughline.results.choices import CELL, Availability, Role

# What is answered, as a form says it: the indicator or overall target, and the role of the question.
Cells = dict[tuple[str, str], str]

LANGUAGE = {"AL": "sq", "BA": "bs", "XK": "sq", "ME": "bs", "MK": "mk", "RS": "sr"}
MARKS = {
    "en": "Illustrative.",
    "sr": "Ilustrativno.",
    "bs": "Ilustrativno.",
    "sq": "Ilustrative.",
    "mk": "Илустративно.",
}
LEVELS = {"not-started": "none", "in-progress": "early", "on-track": "late", "full-compliance": "late"}


@cache
def grid(name: str) -> dict[str, dict[str, str]]:
    """A table by column: 'AL' -> question -> what stands there, empty cells left out."""
    found: dict[str, dict[str, str]] = {}
    for row in rows(f"roadmap/{name}"):
        key, *values = row.values()
        for column, value in zip(list(row)[1:], values, strict=True):
            if value:
                found.setdefault(column, {})[key] = value
    return found


def kpi(name: str, column: str) -> Cells:
    """What one Commission or institution says on the indicators."""
    cells: Cells = {}
    for key, value in grid(name).get(column, {}).items():
        label, _slash, what = key.partition("/")
        code = label.replace(" ", "-")
        if what in {Role.NUMERATOR, Role.DENOMINATOR}:
            cells[code, what] = value
        elif what:
            cells[code, f"{CELL}{what}"] = value
        else:
            cells[code, Role.VALUE if value.isdecimal() else Role.STATUS] = value
    return cells | awareness(column)


def awareness(who: str) -> Cells:
    """What was done to raise awareness, in words."""
    for row in rows("roadmap/awareness"):
        if row["who"] == who:
            language = LANGUAGE.get(who, "bs")
            return {
                ("KPI-9", Role.TEXT): f"{row['original']} {MARKS[language]}",
                ("KPI-9", Role.TEXT_ENGLISH): f"{row['en']} {MARKS['en']}",
            }
    return {}


def narrative(name: str, place: str) -> Cells:
    """What one Commission says on each overall target: its status, and progress in its language and in English."""
    cells: Cells = {}
    for number, (target, status) in enumerate(grid(name).get(place, {}).items()):
        goal, _dot, own = target.partition(".")
        code = f"G{goal}.T{own}"
        cells[code, Role.STATUS] = status
        cells[code, Role.TEXT] = said(target, status, LANGUAGE[place], place, number)
        cells[code, Role.TEXT_ENGLISH] = said(target, status, "en", place, number)
    return cells


def said(target: str, status: str, language: str, place: str, number: int) -> str:
    """A sentence on the target, another that goes on from it, and the mark that it is illustrative."""
    level = LEVELS[status]
    first = sentences()["" if level == "none" else target, level]
    outlook = list(rows("roadmap/outlook"))
    next_ = outlook[(number + list(LANGUAGE).index(place)) % len(outlook)]
    return " ".join(text for text in (first[language], next_[language], MARKS[language]) if text)


@cache
def sentences() -> dict[tuple[str, str], dict[str, str]]:
    return {(row["target"], row["level"]): row for row in rows("roadmap/progress")}


def answers(form: Form, cells: Mapping[tuple[str, str], str]) -> dict[str, str]:
    """The answers at their places in a form; of an indicator nothing is known on, that there are no figures."""
    known = {code for code, _role in cells}
    found: dict[str, str] = {}
    for question in form.questions():
        code = code_of(question.extra)
        role = question.extra.get("role", "")
        if role == Role.ANSWER:
            found[question.path] = Availability.GIVEN if code in known else Availability.NONE
        elif value := cells.get((code, role)):
            found[question.path] = value
    return {place: str(value) for place, value in found.items()}


def code_of(extra: Mapping[str, str]) -> str:
    """'ROADMAP-2024.KPI-6' -> 'KPI-6': the tables serve every framework."""
    return (extra.get("indicator") or extra.get("target") or "").partition(".")[2]


def place_of(form: Form, code: str, role: str) -> str:
    """Where a form asks for this."""
    return next(
        one.path for one in form.questions() if code_of(one.extra) == code and one.extra.get("role", "") == role
    )


def sections_of(form: Form, cells: Mapping[tuple[str, str], str]) -> list[str]:
    """The sections of a form in which any of these is asked for."""
    wanted = {code for code, _role in cells}
    found = [one.top for one in form.questions() if code_of(one.extra) in wanted]
    return list(dict.fromkeys(found))


def baselines() -> Iterator[tuple[str, str, dict[str, str]]]:
    """Indicator, jurisdiction, and what stood there in the baseline year."""
    for place, column in grid("kpi_2018").items():
        for label in dict.fromkeys(key.partition("/")[0] for key in column):
            values = {"number": column[label]} if label in column else {}
            values |= {
                str(what): column[f"{label}/{what}"]
                for what in (Role.NUMERATOR, Role.DENOMINATOR)
                if f"{label}/{what}" in column
            }
            yield label, place, values
