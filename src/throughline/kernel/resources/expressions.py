"""What a list shows that is not stored: counted for the fifty rows of a page, not for the whole table."""

from typing import Any

from django.db import models
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce


def count_lines(line: type[models.Model], parent: str, **conditions: Any) -> Coalesce:
    """How many child lines a record has that meet the conditions, as a subquery of its own.

    A joined count would make PostgreSQL group the whole table before it cuts off the first page.
    """
    rows = line._default_manager.filter(**{parent: OuterRef("pk")}, **conditions).order_by()
    counted = rows.values(parent).annotate(found=Count("pk")).values("found")
    return Coalesce(Subquery(counted, output_field=models.IntegerField()), 0)
