"""What a list shows that is not stored: counted for the fifty rows of a page, not for the whole table."""

from collections.abc import Sequence
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Count, F, Func, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce

from throughline.kernel.access.standing import past_the_wall

MOST_KEYS = 10_000


class Among(Func):
    """Whether a value is one of many, given as one array: thousands of single parameters take longer than the answer."""

    template, arg_joiner = "(%(expressions)s))", " = ANY("
    output_field = models.BooleanField()

    def __init__(self, value: F, many: Sequence[Any], kind: "models.Field[Any, Any]") -> None:
        super().__init__(value, Value(list(many), output_field=ArrayField(kind)))


class LineCount(Coalesce):
    """How many child lines a record has that meet some conditions; none is 0.

    A subquery of its own, worked out for the rows of a page alone: a joined count would make PostgreSQL
    group the whole table before it cuts off the first page. Asked for as a filter, it is turned round:
    the lines are grouped, and the records they belong to looked up.
    """

    lines: models.QuerySet[Any]
    parent: str

    def among(self, lookup: str, number: float) -> Q:
        """The records whose count is equal to ('exact'), at least ('gte') or at most ('lte') the number."""
        with_none = {"exact": number == 0, "gte": number <= 0, "lte": number >= 0}[lookup]
        if not with_none:
            return self._these(lookup, number)
        if lookup == "gte":
            return Q()
        return ~Q(pk__in=self._records("gt", 0 if lookup == "exact" else number))

    def _these(self, lookup: str, number: float) -> Q:
        """Their keys are found first, if they are few: then the database knows how few, and looks each of them up."""
        records = self._records(lookup, number)
        if (lookup, number) == ("gte", 1):
            return Q(pk__in=records)
        with past_the_wall("keys"):
            keys = list(records.values_list(self.parent, flat=True)[: MOST_KEYS + 1])
        return Q(pk__in=records) if len(keys) > MOST_KEYS else Q(Among(F("pk"), keys, models.UUIDField()))

    def _records(self, lookup: str, number: float) -> models.QuerySet[Any]:
        if (lookup, number) in {("gte", 1), ("gt", 0)}:  # one line is enough: nothing to count
            return self.lines.values(self.parent)
        # Counting the parent's key needs nothing but an index that ends with it.
        counted = self.lines.values(self.parent).annotate(found=Count(self.parent))
        return counted.filter(**{f"found__{lookup}": number}).values(self.parent)


def count_lines(line: type[models.Model], parent: str, **conditions: Any) -> LineCount:
    """How many lines of this model, whose foreign key is `parent`, meet the conditions."""
    lines = line._default_manager.filter(**conditions).order_by()
    own = lines.filter(**{parent: OuterRef("pk")}).values(parent).annotate(found=Count("pk")).values("found")
    made = LineCount(Subquery(own, output_field=models.IntegerField()), 0)
    made.lines, made.parent = lines, parent
    return made
