"""A question: which measure, sliced how, of what, when and where. Plain data that reads and writes as an address."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import parse_qsl, urlencode

from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.measures import registry
from throughline.kernel.periods import NotAPeriodError, Period

PREVIOUS, LAST_YEAR = "previous", "last-year"
COMPARISONS = (PREVIOUS, LAST_YEAR)
MOST_DIMENSIONS = 3
MISSING_KEY = "-"

Where = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True)
class Question:
    """`where` holds (dimension, values) pairs; a record must have one of the values of each.

    `as_of` names versions of facts ('incident:12'): the answer is then as it was when they were in force.
    The constructor takes what is handy (texts, mappings, lists) and keeps it in one form, so that equal
    questions are equal objects with equal addresses.
    """

    measure: str
    by: tuple[str, ...] = ()
    where: Where = ()
    period: Period | None = None
    scope: str | None = None
    compare: tuple[str, ...] = ()
    as_of: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        keep = object.__setattr__
        keep(self, "by", _unique(_texts(self.by)))
        keep(self, "where", _pairs(self.where))
        keep(self, "compare", tuple(one for one in COMPARISONS if one in _texts(self.compare)))
        keep(self, "as_of", tuple(sorted(_texts(self.as_of))))
        keep(self, "scope", self.scope or None)
        if isinstance(self.period, str):
            keep(self, "period", Period.parse(self.period) if self.period else None)

    @classmethod
    def ask(
        cls,
        measure: str,
        *,
        by: str | Iterable[str] = (),
        where: "Mapping[str, str | Iterable[str]] | Where" = (),
        period: Period | str | None = None,
        scope: str | None = None,
        compare: str | Iterable[str] | None = (),
        as_of: str | Iterable[str] = (),
    ) -> Self:
        """A question from whatever is at hand; says what cannot be asked (Invalid)."""
        try:
            return cls(measure, by, where, period, scope, compare or (), as_of)  # type: ignore[arg-type]
        except NotAPeriodError as error:
            raise Invalid([Problem("period", str(error), error.text)]) from error

    @classmethod
    def from_query(cls, query: str | Iterable[tuple[str, str]]) -> Self:
        """The question of an address such as 'measure=people-killed&by=quarter&where=sex:men,women&period=2023'."""
        pairs = parse_qsl(query.lstrip("?")) if isinstance(query, str) else list(query)
        given: dict[str, list[str]] = {}
        for name, value in pairs:
            if value:
                given.setdefault(name, []).append(value)
        where = [_condition(value) for value in given.get("where", [])]
        return cls.ask(
            given.get("measure", [""])[-1],
            by=[one for value in given.get("by", []) for one in value.split(",")],
            where=tuple(where),
            period=given.get("period", [None])[-1],
            scope=given.get("scope", [None])[-1],
            compare=[one for value in given.get("compare", []) for one in value.split(",")],
            as_of=[one for value in given.get("as_of", []) for one in value.split(",")],
        )

    def to_query(self) -> str:
        """The address of this question; `from_query` reads it back."""
        pairs = [("measure", self.measure)]
        pairs += [("by", one) for one in self.by]
        pairs += [("where", f"{name}:{','.join(values)}") for name, values in self.where]
        pairs += [("period", str(self.period))] if self.period else []
        pairs += [("scope", self.scope)] if self.scope else []
        pairs += [("compare", one) for one in self.compare]
        pairs += [("as_of", one) for one in self.as_of]
        return urlencode(pairs, safe=":,")

    def but(self, **changes: object) -> Self:
        """This question with something else."""
        return replace(self, **changes)  # type: ignore[arg-type]

    def only(self, **values: str) -> Self:
        """This question of those records alone that have these values (underscores for hyphens)."""
        kept = dict(self.where) | {name.replace("_", "-"): (value,) for name, value in values.items()}
        return self.but(where=tuple(kept.items()))

    def checked(self, scopes: Mapping[str, str] | None = None) -> Self:
        """This question, if it can be answered; otherwise Invalid, with what to ask instead."""
        known_scopes = registry.scopes() if scopes is None else scopes
        wanted = registry.measure(self.measure)
        allowed = registry.dimensions_of(wanted)
        problems = [
            Problem(field, _no_dimension(name, str(wanted.label), list(allowed)), name)
            for field, names in (("by", self.by), ("where", [name for name, _values in self.where]))
            for name in names
            if name not in allowed
        ]
        if len(self.by) > MOST_DIMENSIONS:
            message = _("Slice by at most %(most)d dimensions.") % {"most": MOST_DIMENSIONS}
            problems.append(Problem("by", message, ",".join(self.by)))
        if self.scope and self.scope not in known_scopes:
            known = ", ".join(known_scopes)
            problems.append(
                Problem("scope", _("There is no such scope. There are: %(all)s") % {"all": known}, self.scope)
            )
        if self.compare and self.period is None:
            problems.append(Problem("compare", _("To compare, say which period."), ",".join(self.compare)))
        if problems:
            raise Invalid(problems)
        return self


def _no_dimension(name: str, label: str, allowed: list[str]) -> str:
    words = _("“%(measure)s” cannot be sliced by “%(name)s”. It can be by: %(all)s")
    return words % {"measure": label, "name": name, "all": ", ".join(allowed)}


def _texts(given: object) -> list[str]:
    if given is None:
        return []
    many = [given] if isinstance(given, str) else list(given)  # type: ignore[call-overload]
    return [str(one).strip() for one in many if one is not None and str(one).strip()]


def _unique(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _pairs(given: object) -> Where:
    """Conditions in one form: dimensions in order of name, values merged and in order."""
    pairs = given.items() if isinstance(given, Mapping) else given
    merged: dict[str, list[str]] = {}
    for name, values in pairs or ():  # type: ignore[attr-defined]
        merged.setdefault(str(name), []).extend(_texts(values))
    return tuple((name, tuple(sorted(set(values)))) for name, values in sorted(merged.items()) if values)


def _condition(text: str) -> tuple[str, tuple[str, ...]]:
    name, colon, values = text.partition(":")
    if not colon:
        name, _equals, values = text.partition("=")
    if not name or not values:
        message = _("Write a condition as dimension:value, such as sex:men.")
        raise Invalid([Problem("where", message, text)])
    return name.strip(), tuple(values.split(","))
