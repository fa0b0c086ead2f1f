"""How a verb says which records it changed."""

from collections.abc import Iterable
from uuid import UUID

from django.db import connection

from throughline.kernel.measures.models import FactTable


def mark(noun: str, ids: Iterable[UUID]) -> None:
    """Note that these records changed, in the caller's transaction: it is forgotten if the verb comes to nothing.

    One statement, whether for one record or for 250,000. Marking a record twice costs nothing later.
    """
    keys = list(ids)
    if not keys:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO measures_change (noun, record_id) SELECT %s, key FROM unnest(%s::uuid[]) AS key", [noun, keys]
        )


def draw_anew() -> None:
    """Have all facts drawn from the records anew: what they hold of reference data has changed. Part of a verb.

    Their digests no longer fit their declarations, which the next answer mends.
    """
    FactTable.objects.update(shape="")
