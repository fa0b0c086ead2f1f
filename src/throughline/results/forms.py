"""Questionnaires made from a framework: XLSForm files that the rounds ask, people edit in Excel, and phones understand.

Each question says in columns of its own (`bind::throughline:…`) which indicator or overall target it answers and in
which role, so that what comes back is read by that and not by the order of questions. A form made elsewhere with the
same columns is taken in just the same.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from throughline.kernel.rounds.forms.writing import xlsform
from throughline.results.choices import CELL, AnsweredBy, Availability, Kind, Origin, Role
from throughline.results.loading import LANGUAGES, rows
from throughline.results.models import Framework, Goal, IndicatorVersion, OverallTarget

Row = dict[str, str]
ENGLISH = "en"
NAMES = {
    ENGLISH: "English (en)",
    "sr-latn": "Bosanski/Crnogorski/Srpski (sr-Latn)",
    "sq": "Shqip (sq)",
    "mk": "Македонски (mk)",
}
EXTRA = "bind::throughline:"
LIST = "status"
ANSWERS = "answer"


@cache
def phrases() -> dict[str, dict[str, str]]:
    """The fixed words of our forms in every language."""
    return {row["code"]: {language: row[language] for language in NAMES} for row in rows("phrases")}


@dataclass
class Book:
    """The rows of an XLSForm as they are put together."""

    languages: tuple[str, ...]
    survey: list[Row] = field(default_factory=list)
    choices: list[Row] = field(default_factory=list)

    def told(self, column: str, english: str, others: Mapping[str, str] | None = None) -> Row:
        """A text in every language of the form; English stands in where it is not translated."""
        known = others or {}
        return {
            f"{column}::{NAMES[language]}": known.get(language) or english
            for language in self.languages
            if english or known
        }

    def phrase(self, column: str, code: str, **values: str) -> Row:
        words = phrases()[code]
        given = {language: words[language] % values if values else words[language] for language in self.languages}
        return self.told(column, given[ENGLISH], given)

    def ask(self, kind: str, name: str, *texts: Row, extra: Mapping[str, str] | None = None, **columns: str) -> None:
        row = {"type": kind, "name": name, **columns}
        for text in texts:
            row |= text
        self.survey.append(row | {f"{EXTRA}{key}": value for key, value in (extra or {}).items()})

    def begin(self, name: str, *texts: Row) -> None:
        self.ask("begin_group", name, *texts)

    def end(self) -> None:
        self.survey.append({"type": "end_group"})

    def file(self, title: str, form_id: str) -> bytes:
        return xlsform(title=title, form_id=form_id, survey=self.survey, choices=self.choices, language=NAMES[ENGLISH])

    def listed(self, name: str, codes: Mapping[str, str]) -> None:
        """A list of choices, once."""
        if any(row["list_name"] == name for row in self.choices):
            return
        for code, label in codes.items():
            self.choices.append({"list_name": name, "name": code, **self.told("label", label)})


def kpi_form(framework: Framework, answered_by: str, languages: Iterable[str] = ()) -> bytes:
    """The yearly questionnaire on indicators: those each authority answers, or those the secretariat does."""
    book = Book(_languages(framework, languages))
    for one in Availability:
        book.choices.append({"list_name": ANSWERS, "name": one.value, **book.phrase("label", one.value)})
    asked: dict[Any, list[IndicatorVersion]] = defaultdict(list)
    for definition in definitions(framework):
        if definition.answered_by == answered_by and definition.origin == Origin.REPORTED:
            asked[definition.indicator.goal_id].append(definition)
    for goal in framework.goals.all():
        if asked[goal.pk]:
            _group(book, goal, asked[goal.pk])
    if asked[None]:
        book.begin("goal_0", book.phrase("label", "other"))
        for definition in asked[None]:
            _indicator(book, definition)
        book.end()
    title = f"{framework.title}: KPI" if answered_by == AnsweredBy.AUTHORITY else f"{framework.title}: KPI, secretariat"
    return book.file(title, f"{_name(framework.code)}_kpi_{answered_by}")


def narrative_form(framework: Framework, languages: Iterable[str] = ()) -> bytes:
    """The half-yearly questionnaire: a status and progress in words on every overall target, goal by goal."""
    book = Book(_languages(framework, languages))
    book.listed(LIST, framework.scale)
    targets: dict[Any, list[OverallTarget]] = defaultdict(list)
    for target in OverallTarget.objects.filter(goal__framework=framework).select_related("goal"):
        targets[target.goal_id].append(target)
    for goal in framework.goals.all():
        if not targets[goal.pk]:
            continue
        _begin_goal(book, goal)
        for target in targets[goal.pk]:
            _overall_target(book, target)
        book.end()
    return book.file(f"{framework.title}: narrative report", f"{_name(framework.code)}_narrative")


def definitions(framework: Framework) -> Iterator[IndicatorVersion]:
    """The newest definition of every indicator, in the order of print."""
    newest: dict[Any, IndicatorVersion] = {}
    found = IndicatorVersion.objects.filter(indicator__framework=framework).select_related("indicator")
    for one in found.order_by("indicator__order", "indicator__label", "number"):
        newest[one.indicator_id] = one
    yield from newest.values()


def _languages(framework: Framework, asked: Iterable[str]) -> tuple[str, ...]:
    """English, and the languages asked for; if none were, those in which every goal has its title."""
    goals = list(framework.goals.all())
    found = tuple(asked) or tuple(one for one in LANGUAGES if goals and all(goal.titles.get(one) for goal in goals))
    return (ENGLISH, *(one for one in found if one in NAMES and one != ENGLISH))


def _name(text: str) -> str:
    """A text as the name of a question: 'KPI 5' -> 'kpi_5'."""
    name = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    return name if name[:1].isalpha() else f"n_{name}"


def _begin_goal(book: Book, goal: Goal) -> None:
    titles = {language: f"{goal.number}. {title}" for language, title in goal.titles.items()}
    book.begin(f"goal_{goal.number}", book.told("label", str(goal), titles))


def _group(book: Book, goal: Goal, asked: list[IndicatorVersion]) -> None:
    _begin_goal(book, goal)
    for definition in asked:
        _indicator(book, definition)
    book.end()


def _indicator(book: Book, definition: IndicatorVersion) -> None:
    """The questions on one indicator, by its kind, in a group under its title."""
    label = definition.indicator.label
    titles = {language: f"{label}: {title}" for language, title in definition.titles.items()}
    stem = _name(label)
    book.begin(
        stem, book.told("label", f"{label}: {definition.title}", titles), book.told("hint", definition.definition)
    )
    asks = _Asks(book, definition, stem)
    match definition.kind:
        case Kind.COUNT:
            asks.availability()
            asks.count()
        case Kind.RATIO:
            asks.availability()
            asks.ratio()
        case Kind.STATUS:
            asks.status()
            asks.texts()
        case _:
            asks.texts()
    book.end()


@dataclass
class _Asks:
    """Asks about one indicator."""

    book: Book
    definition: IndicatorVersion
    stem: str

    def name(self, what: str) -> str:
        return "__".join([self.stem, *(_name(part) for part in what.split("__"))])

    def marks(self, role: str, together: str) -> Row:
        number = str(self.definition.number)
        code = self.definition.indicator.code
        return {"indicator": code, "definition": number, "role": role, "together": together}

    @property
    def relevant(self) -> str:
        return f"${{{self.name(Role.ANSWER)}}} = '{Availability.GIVEN}'"

    def availability(self) -> None:
        text = self.book.phrase("label", "answer")
        extra = self.marks(Role.ANSWER, "same")
        self.book.ask(f"select_one {ANSWERS}", self.name(Role.ANSWER), text, extra=extra, required="yes")

    def number(self, what: str, label: Row, constraint: str, message: str, *, required: bool, role: str = "") -> None:
        self.book.ask(
            "integer",
            self.name(what),
            label,
            self.book.phrase("constraint_message", message),
            extra=self.marks(role or what, "sum"),
            required="yes" if required else "",
            relevant=self.relevant,
            constraint=constraint,
        )

    def count(self) -> None:
        """The total, then its parts, none of which may exceed what is left of it."""
        words = self.definition.unit
        label = self.book.told("label", words.capitalize()) if words else self.book.phrase("label", "value")
        self.number(Role.VALUE, label, ". >= 0", "not-below-zero", required=True)
        total = f"${{{self.name(Role.VALUE)}}}"
        names = {code: self.name(f"cell__{code}") for code in self.definition.cells}
        for code, part in self.definition.cells.items():
            others = "".join(f" + coalesce(${{{name}}}, 0)" for other, name in names.items() if other != code)
            rule = f". >= 0 and . {others} <= {total}".replace("  ", " ")
            self._cell(code, part, rule, "not-above-total")
        if names:
            added = " + ".join(f"coalesce(${{{name}}}, 0)" for name in names.values())
            relevant = f"{self.relevant} and {added} > 0 and {added} < {total}"
            self.book.ask("note", self.name("parts"), self.book.phrase("label", "parts-open"), relevant=relevant)

    def _cell(self, code: str, part: str, rule: str, message: str) -> None:
        label = self.book.phrase("label", "of-these", part=part)
        self.number(f"cell__{code}", label, rule, message, required=False, role=f"{CELL}{code}")

    def ratio(self) -> None:
        """The denominator first: the numerator is checked against it on the spot."""
        told = self.book.told
        whole, part = self.definition.denominator, self.definition.numerator
        below = told("label", whole) if whole else self.book.phrase("label", "denominator")
        above = told("label", part) if part else self.book.phrase("label", "numerator")
        denominator = f"${{{self.name(Role.DENOMINATOR)}}}"
        self.number(Role.DENOMINATOR, below, ". >= 0", "not-below-zero", required=True)
        limit = f". >= 0 and . <= {denominator}"
        self.number(Role.NUMERATOR, above, limit, "not-above-denominator", required=True)
        for code, cell in self.definition.cells.items():
            self._cell(code, cell, limit, "not-above-total")

    def status(self) -> None:
        name = _name(f"{LIST}_{self.definition.indicator.label}")
        self.book.listed(name, self.definition.scale)
        text = self.book.phrase("label", "status")
        extra = self.marks(Role.STATUS, "same")
        self.book.ask(f"select_one {name}", self.name(Role.STATUS), text, extra=extra, required="yes")

    def texts(self) -> None:
        for role in (Role.TEXT, Role.TEXT_ENGLISH):
            text = self.book.phrase("label", role)
            extra = self.marks(role, "list")
            self.book.ask("text", self.name(role), text, extra=extra, appearance="multiline")


def _overall_target(book: Book, target: OverallTarget) -> None:
    stem = f"target_{target.goal.number}_{target.number}"
    titles = {language: f"{target.label} {text}" for language, text in target.texts.items()}
    book.begin(stem, book.told("label", f"{target.label} {target.text}", titles))
    extra = {"target": target.code, "role": Role.STATUS.value, "together": "same"}
    status = book.phrase("label", "status")
    book.ask(f"select_one {LIST}", f"{stem}__status", status, extra=extra, required="yes")
    for role in (Role.TEXT, Role.TEXT_ENGLISH):
        extra = {"target": target.code, "role": role.value, "together": "list"}
        book.ask("text", f"{stem}__{_name(role)}", book.phrase("label", role), extra=extra, appearance="multiline")
    book.end()
