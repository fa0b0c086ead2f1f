"""The words in which apps declare facts, dimensions and measures."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

import ibis
import pyarrow as pa
from django.apps import apps
from django.utils.translation import ngettext_lazy
from django_stubs_ext import StrOrPromise

from throughline.kernel.periods import KINDS

if TYPE_CHECKING:
    from django.db.models import Model, Q, QuerySet
    from django.db.models.expressions import Combinable

Condition = Callable[[ibis.Table], ibis.Value]
NOT_REPORTED = "not-reported"
VERIFIED = ngettext_lazy("from %(count)s verified record", "from %(count)s verified records", "number")
ANY_STATE = ngettext_lazy("from %(count)s record in any state", "from %(count)s records in any state", "number")

TYPES: dict[str, pa.DataType] = {
    "key": pa.binary(),
    "text": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "flag": pa.bool_(),
    "date": pa.date32(),
}


@dataclass(frozen=True)
class Column:
    """One column of a fact: a path from the fact's model (or an expression), and what an empty one counts as."""

    name: str
    source: "str | Combinable"
    kind: str = "text"
    missing: str | None = None


@dataclass(frozen=True)
class Fact:
    """Flat rows drawn from one model: a record each, or a line of a record each.

    `record` is the path from the model to its record ('' where the model is the record itself); `point_label` the
    column that names a point on a map (the fact then has latitude and longitude). Every fact
    has the columns of `RECORD`, so that each can be cut by period, by reader and by state without a join.

    `only` says which rows of the model are drawn at all. `own` words dimensions as this fact knows them, where other
    subjects have other words for the same thing. `reports` says that places are covered by their lines here and not by
    where the record stands (who took part, not where it was held). `counted_words` name the records a figure is from.
    """

    name: str
    noun: str
    model: str
    columns: tuple[Column, ...]
    date: str = "occurred_on"
    record: str = ""
    counted: tuple[str, ...] = ("verified",)
    point_label: str = ""
    only: "Q | None" = None
    own: "tuple[Dimension, ...]" = ()
    reports: bool = False
    counted_words: StrOrPromise = VERIFIED

    RECORD = (
        Column("record", "id", "key"),
        Column("programme", "programme__code"),
        Column("audience", "audience_id", "integer"),
        Column("state", "state"),
        Column("illustrative", "illustrative", "flag"),
    )

    @property
    def lines(self) -> bool:
        """Whether a record may have several rows here, or none."""
        return bool(self.record)

    def path(self, source: str) -> str:
        return f"{self.record}__{source}" if self.record else source

    @cached_property
    def drawn(self) -> tuple[Column, ...]:
        """The columns read from the database, in order; the rest of the schema is worked out from them."""
        record = tuple(Column(one.name, self.path(str(one.source)), one.kind) for one in self.RECORD)
        return (*record, Column("date", self.path(self.date), "date"), *self.columns)

    @cached_property
    def arrow(self) -> pa.Schema:
        """The schema of the stored rows."""
        drawn = [pa.field(one.name, TYPES[one.kind]) for one in self.drawn]
        times = [pa.field(name, pa.int32() if name == "year" else pa.string()) for name in KINDS]
        return pa.schema([*drawn, pa.field("counted", pa.bool_()), *times])

    @property
    def table_name(self) -> str:
        """The name in expressions; two underscores, so that no column is called the same."""
        return f"fact__{self.name}"

    @cached_property
    def table(self) -> ibis.Table:
        """The fact as a table without rows, to write expressions on; an engine brings the rows."""
        return ibis.table(ibis.Schema.from_pyarrow(self.arrow), name=self.table_name)

    @cached_property
    def table_now(self) -> ibis.Table:
        """The fact in the version in force, beside an earlier version of itself."""
        return ibis.table(ibis.Schema.from_pyarrow(self.arrow), name=f"now__{self.table_name}")

    def queryset(self) -> "QuerySet[Model]":
        """Every row of the model, whoever may read it: facts are for all, the predicate for each."""
        rows = apps.get_model(self.model)._base_manager.order_by()
        return rows if self.only is None else rows.filter(self.only)


@dataclass(frozen=True)
class Dimension:
    """A way to slice: a column that facts have, and the words for its values in the order of print.

    `words` gives every value an answer should show even when nothing was counted; values not among them are
    shown as they are stored. `time` names the kind of period, `place` marks jurisdictions, `every_state` what says
    nothing about checked records alone. Narrowing by a place, or by what is marked `whole`, narrows the whole that
    a figure is from, and so its base and coverage; narrowing by anything else asks for a part of that whole.
    """

    id: str
    label: StrOrPromise
    words: Callable[[], Mapping[str, str]] | None = None
    column: str = ""
    empty: StrOrPromise = "–"
    time: str = ""
    place: bool = False
    fill: bool = True
    every_state: bool = False
    whole: bool = False

    @property
    def name(self) -> str:
        return self.column or self.id.replace("-", "_")


class Kind(StrEnum):
    COUNT = "count"
    SUM = "sum"
    SHARE = "share"
    DISTINCT = "distinct"


class Across(StrEnum):
    """What becomes of a figure when places, or periods, are put together."""

    SUM = "sum"
    RATIO = "ratio"
    NONE = "none"


@dataclass(frozen=True)
class Measure:
    """A figure and everything that must be known to read it rightly.

    Without `value` and `part` it counts rows of its fact. With `value` (a column) it sums that column over the
    rows where it is known. With `distinct` (a column) it counts the different values of that column, which never add
    up. With `part` and `base` it is a share: of the rows of `base`, those of `part`; rows outside `base` ('not
    reported') are told apart as unknown.
    """

    id: str
    label: StrOrPromise
    unit: StrOrPromise
    fact: str
    description: StrOrPromise = ""
    where: Condition | None = None
    value: str = ""
    distinct: str = ""
    part: Condition | None = None
    base: Condition | None = None
    base_label: StrOrPromise = ""
    places: Across = Across.SUM
    periods: Across = Across.SUM
    dimensions: tuple[str, ...] = ()
    every_state: bool = False
    source: StrOrPromise = ""
    group: StrOrPromise = ""

    @property
    def kind(self) -> Kind:
        if self.part is not None:
            return Kind.SHARE
        if self.distinct:
            return Kind.DISTINCT
        return Kind.SUM if self.value else Kind.COUNT


@dataclass(frozen=True)
class Places:
    """Where the scopes come from: the kernel knows no jurisdiction."""

    members: Callable[[str | None, date | None], Mapping[str, str]]
    scopes: Callable[[], Mapping[str, str]]
    footnotes: Callable[[Iterable[str]], list[str]]
