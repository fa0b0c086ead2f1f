"""What a list shows that is not stored: counted for the fifty rows of a page, not for the whole table."""

from typing import Any

from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce


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
            return Q(pk__in=self._records(lookup, number))
        if lookup == "gte":
            return Q()
        return ~Q(pk__in=self._records("gt", 0 if lookup == "exact" else number))

    def _records(self, lookup: str, number: float) -> models.QuerySet[Any]:
        counted = self.lines.values(self.parent).annotate(found=Count("pk"))
        return counted.filter(**{f"found__{lookup}": number}).values(self.parent)


def count_lines(line: type[models.Model], parent: str, **conditions: Any) -> LineCount:
    """How many lines of this model, whose foreign key is `parent`, meet the conditions."""
    lines = line._default_manager.filter(**conditions).order_by()
    own = lines.filter(**{parent: OuterRef("pk")}).values(parent).annotate(found=Count("pk")).values("found")
    made = LineCount(Subquery(own, output_field=models.IntegerField()), 0)
    made.lines, made.parent = lines, parent
    return made
