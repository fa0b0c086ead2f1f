"""A list as a question: what is asked, how it is sorted, which page. The address holds all of it.

Pages are cut by key, not by number: the next page starts after the last row shown, so page ten
thousand costs what page one costs, and nothing is skipped or shown twice while others write.
"""

import base64
import binascii
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from functools import cached_property
from typing import Any, Self
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import F, Model, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Problem
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.resources.declare import Field, Resource
from throughline.kernel.resources.filters import Condition, conditions_of, more_conditions, search
from throughline.kernel.resources.lookups import Lookups
from throughline.kernel.resources.values import shown

PAGE = 50
MOST_ON_A_PAGE = 200
MOST_COUNTED = 1_000
PAGING = ("after", "before")
LABEL_FIELDS = ("order", "name", "label", "reference")


@dataclass(frozen=True)
class Asked:
    """A question to a noun's list."""

    resource: Resource
    viewer: Viewer
    conditions: tuple[Condition, ...] = ()
    problems: tuple[Problem, ...] = ()
    text: str = ""
    sort: str = ""
    after: str = ""
    before: str = ""
    size: int = PAGE
    params: QueryDict = field(default_factory=QueryDict, repr=False)

    @classmethod
    def read(cls, resource: Resource, params: QueryDict, viewer: Viewer, lookups: Lookups | None = None) -> Self:
        """The question an address asks. What cannot be understood stands in `problems`, and asks nothing."""
        conditions, problems = conditions_of(resource, params, lookups or Lookups(viewer))
        for more in more_conditions:
            further, wrong = more(resource, params, viewer)
            conditions += further
            problems += wrong
        sort = params.get("sort", "")
        if sort.lstrip("-") not in sortable(resource):
            if sort:
                problems.append(Problem("sort", _("The list cannot be sorted by that."), shown(sort)))
            sort = resource.order or f"-{resource.key}"
        return cls(
            resource,
            viewer,
            tuple(conditions),
            tuple(problems),
            params.get("q", "").strip(),
            sort,
            params.get("after", ""),
            params.get("before", ""),
            page_size(params.get("limit", "")),
            params,
        )

    @property
    def where(self) -> Q:
        whole = Q()
        for condition in self.conditions:
            whole &= condition.where
        return whole

    @cached_property
    def rows(self) -> QuerySet[Any]:
        """All rows asked for that the viewer may read; a question not understood finds none."""
        rows = with_expressions(self.resource, self.resource.visible(self.viewer))
        if self.problems:
            return rows.none()
        return search(self.resource, rows.filter(self.where), self.text)

    @cached_property
    def ordered(self) -> QuerySet[Any]:
        """The rows in the order asked for, as an export takes them."""
        return self.rows.order_by(*order_of(self.resource, self.sort)).select_related(*self.resource.related)

    @property
    def words(self) -> list[str]:
        """The question as a reader reads it, the noun aside."""
        return [*(condition.words for condition in self.conditions), *([f"“{self.text}”"] if self.text else [])]

    @property
    def address(self) -> str:
        """The question without paging, for links and for the history of an export."""
        return address_without(self.params, PAGING)

    def counted(self) -> tuple[int, bool]:
        """How many rows there are, up to a thousand; and whether that is all."""
        found = self.rows.order_by().values("pk")[: MOST_COUNTED + 1].count()
        return min(found, MOST_COUNTED), found <= MOST_COUNTED


@dataclass(frozen=True)
class Page:
    """One page of a list, with the keys of its neighbours ('' where there is none)."""

    rows: Sequence[Any]
    newer: str = ""
    older: str = ""


def page_size(text: str) -> int:
    return min(max(int(text), 1), MOST_ON_A_PAGE) if text.isascii() and text.isdigit() else PAGE


def address_without(params: QueryDict, names: Iterable[str]) -> str:
    kept = params.copy()
    for name in names:
        kept.pop(name, None)
    return kept.urlencode()


def with_expressions(resource: Resource, rows: QuerySet[Any]) -> QuerySet[Any]:
    """The rows with what is computed for each."""
    computed = {one.name: one.expression for one in resource.all_fields if one.expression is not None}
    return rows.annotate(**computed) if computed else rows


# Sorting


def sortable(resource: Resource) -> dict[str, str]:
    """What the list can be sorted by, with the path in the database."""
    return {one.name: sort_path(one) for one in resource.all_fields if one.kind != "long-text"}


def sort_path(one: Field) -> str:
    if one.kind not in {"term", "reference"}:
        return one.name
    has = {column.name for column in one.related._meta.fields}
    return f"{one.name}__{next((name for name in LABEL_FIELDS if name in has), 'pk')}"


def order_of(resource: Resource, sort: str, *, backwards: bool = False) -> list[Any]:
    """The order of the rows; the key last, so that no two rows tie. Empty values come last."""
    path = sortable(resource)[sort.lstrip("-")]
    descending = sort.startswith("-") is not backwards
    if not can_be_empty(resource, sort):
        sign = "-" if descending else ""
        return [f"{sign}{path}", f"{sign}pk"]
    last = {"nulls_first": True} if backwards else {"nulls_last": True}
    expression = F(path).desc(**last) if descending else F(path).asc(**last)
    return [expression, "-pk" if descending else "pk"]


def can_be_empty(resource: Resource, sort: str) -> bool:
    source = resource.field(sort.lstrip("-")).source
    return source is not None and bool(source.null)


# Keyset pages


def key_of(row: Any, path: str) -> str:
    """The place of a row in the order, as the address carries it."""
    value = row
    for part in path.split("__"):
        value = getattr(value, part) if value is not None else None
    plain = value.isoformat() if isinstance(value, date | datetime | time) else value
    plain = str(plain) if isinstance(plain, UUID | Decimal) else plain
    return base64.urlsafe_b64encode(json.dumps([plain, str(row.pk)]).encode()).decode().rstrip("=")


def key_read(text: str, model: type[Model], path: str) -> tuple[Any, UUID] | None:
    """The place an address names; None if it was made up, and the list then starts at the beginning."""
    try:
        value, key = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        if "\x00" in str(value):
            return None
        return (None if value is None else as_stored(model, path, value)), UUID(key)
    except (ValueError, TypeError, AttributeError, ValidationError, binascii.Error, OverflowError):
        return None


def as_stored(model: type[Model], path: str, value: Any) -> Any:
    """A value of the address in the type of the sorted column."""
    *steps, last = path.split("__")
    for step in steps:
        model = model._meta.get_field(step).related_model  # type: ignore[assignment]
    names = {one.name for one in model._meta.get_fields()}
    return model._meta.get_field(last).to_python(value) if last in names else int(value)  # type: ignore[union-attr]


def page_of(asked: Asked, *, lines: bool = False) -> Page:
    """The rows of one page: after a key, before a key, or from the start; with their lines if asked for."""
    backwards = bool(asked.before) and not asked.after
    path = sortable(asked.resource)[asked.sort.lstrip("-")]
    key = key_read(asked.after or asked.before, asked.resource.model, path) if asked.after or asked.before else None
    rows = asked.rows
    if key is not None:
        rows = rows.filter(_beyond(asked, path, key, backwards=backwards))
    rows = rows.order_by(*order_of(asked.resource, asked.sort, backwards=backwards))
    keys = list(rows.values_list("pk", flat=True)[: asked.size + 1])
    more = len(keys) > asked.size
    found = rows_with(asked.resource, keys[: asked.size], lines=lines)
    if backwards:
        found.reverse()
    if not found:
        return Page(found)
    has_newer = more if backwards else key is not None
    has_older = True if backwards else more
    return Page(
        found,
        newer=key_of(found[0], path) if has_newer else "",
        older=key_of(found[-1], path) if has_older else "",
    )


def rows_with(resource: Resource, keys: Sequence[UUID], *, lines: bool) -> list[Any]:
    """The rows with these keys, in their order, with all a page shows of them.

    The keys were found by a query that joins nothing but the access rule; joining seven small tables there
    costs PostgreSQL more time to plan than all of this takes to run.
    """
    rows = with_expressions(resource, resource.rows.filter(pk__in=keys))
    rows = rows.prefetch_related(*resource.related, *(resource.prefetch if lines else ()))
    by_key = {row.pk: row for row in rows}
    return [by_key[key] for key in keys if key in by_key]


def _beyond(asked: Asked, path: str, key: tuple[Any, UUID], *, backwards: bool) -> Q:
    """The rows after a key in the order, or before it. The first clause lets an index find the place."""
    value, pk = key
    descending = asked.sort.startswith("-") is not backwards
    further = "lt" if descending else "gt"
    same_further = Q(**{f"pk__{further}": pk})
    if value is None:
        empty = Q(**{f"{path}__isnull": True}) & same_further
        return empty | Q(**{f"{path}__isnull": False}) if backwards else empty
    beyond = Q(**{f"{path}__{further}": value}) | (Q(**{path: value}) & same_further)
    beyond = Q(**{f"{path}__{further}e": value}) & beyond
    if can_be_empty(asked.resource, asked.sort) and not backwards:
        beyond |= Q(**{f"{path}__isnull": True})
    return beyond


def neighbours(asked: Asked, page: Page) -> dict[str, str]:
    """The addresses of the pages before and after this one."""
    base = asked.address
    joined = f"{base}&" if base else ""
    return {
        "newer": f"?{joined}before={page.newer}" if page.newer else "",
        "older": f"?{joined}after={page.older}" if page.older else "",
    }


def without(asked: Asked, names: Iterable[str]) -> str:
    """The address of the question with something no longer asked."""
    return f"?{address_without(asked.params, [*names, *PAGING])}"
