"""What hangs on a record and goes with it when it is merged: links, files, and what other apps name here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, models, transaction


@dataclass(frozen=True)
class Follower:
    """Rows that point at any record by content type and number. `keeps` says which of them stay with the loser."""

    model: str
    type_field: str
    id_field: str
    keeps: Callable[[Any], bool] = lambda row: False

    def rows_of(self, record: models.Model) -> models.QuerySet[Any]:
        kind = ContentType.objects.get_for_model(record)
        manager = apps.get_model(self.model)._default_manager
        return manager.filter(**{self.type_field: kind, self.id_field: record.pk}).order_by("pk")


followers: list[Follower] = []


def register(*given: Follower) -> None:
    followers.extend(one for one in given if one not in followers)


def held_by(record: models.Model) -> bool:
    """Whether anything would go with the record."""
    return any(one.rows_of(record).exists() for one in followers)


def follow(loser: models.Model, winner: models.Model) -> list[dict[str, str]]:
    """Let everything go from loser to winner; what the winner has already stays where it is. Returns what went."""
    gone = []
    for one in followers:
        for row in one.rows_of(loser):
            if not one.keeps(row) and _point(one, row, winner.pk):
                gone.append({"model": one.model, "field": one.id_field, "row": str(row.pk)})
    return gone


def back(gone: list[dict[str, str]], loser: models.Model, winner: models.Model) -> None:
    """Bring back what went, unless somebody has taken it off or moved it since."""
    known = {(one.model, one.id_field): one for one in followers}
    for told in gone:
        one = known.get((told["model"], told["field"]))
        row = one.rows_of(winner).filter(pk=UUID(told["row"])).first() if one else None
        if one is not None and row is not None:
            _point(one, row, loser.pk)


def _point(one: Follower, row: models.Model, key: UUID) -> bool:
    try:
        with transaction.atomic():
            setattr(row, one.id_field, key)
            row.save(update_fields=[one.id_field])
    except IntegrityError:
        return False
    return True
