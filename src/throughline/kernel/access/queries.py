"""Checking what is stored against what the rule says now, for `throughline verify`."""

from collections import defaultdict
from collections.abc import Iterator
from uuid import UUID

from django.apps import apps

from throughline.kernel.access.audiences import tokens_of
from throughline.kernel.access.models import Audience, Grant, Record


def record_models() -> Iterator[type[Record]]:
    """Every noun that is a record."""
    return (model for model in apps.get_models() if issubclass(model, Record))


def first_wrong_audience() -> Record | None:
    """The first record whose stored audience is not the one the rule gives it, or none."""
    audiences = {audience.pk: frozenset(audience.tokens) for audience in Audience.objects.iterator()}
    grants: dict[UUID, list[Grant]] = defaultdict(list)
    for grant in Grant.objects.iterator():
        grants[grant.object_id].append(grant)
    for model in record_models():
        for record in model._default_manager.order_by("pk").iterator(chunk_size=5000):
            if audiences.get(record.audience_id) != tokens_of(record, grants.get(record.pk, [])):
                return record  # type: ignore[no-any-return]
    return None
