"""A record as it was, whole: its fields and lines with their numbers, kept with a merge and put back by undoing it."""

from typing import Any
from uuid import UUID

from django.core import serializers
from django.db import models

from throughline.kernel.resources.declare import Lines, Resource

Kept = dict[str, Any]


def fields_of(resource: Resource) -> list[str]:
    """The stored fields a merge may change: what people enter, and the text that is searched."""
    names = [one.name for one in resource.fields if one.source is not None and not one.read_only]
    return [*names, resource.search] if isinstance(resource.search, str) and resource.search else names


def kept(resource: Resource, record: models.Model) -> Kept:
    """The record's fields and all its lines, as plain values."""
    fresh = resource.model._default_manager.get(pk=record.pk)
    told = serializers.serialize("python", [fresh], fields=fields_of(resource))[0]["fields"]
    lines = {part.name: _lines(part, fresh) for part in resource.lines}
    return plain({"fields": told, "lines": lines, "state": fresh.state})  # type: ignore[attr-defined]


def plain(value: Any) -> Any:
    """As JSON gives it back, so that what is kept now equals what was kept before."""
    if isinstance(value, dict):
        return {str(name): plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)


def content(told: Kept) -> Kept:
    """What must not have changed since for a merge to be undone: the fields and lines, whatever the state."""
    return {"fields": told["fields"], "lines": told["lines"]}


def put_back(resource: Resource, record: models.Model, told: Kept) -> None:
    """Write fields and lines as they were, lines under the numbers they had. Part of a verb; saves the fields too."""
    row = {"model": record._meta.label_lower, "pk": str(record.pk), "fields": told["fields"]}
    as_was = next(iter(serializers.deserialize("python", [row]))).object
    names = list(told["fields"])
    for name in names:
        attribute = record._meta.get_field(name).attname  # type: ignore[union-attr]
        setattr(record, attribute, getattr(as_was, attribute))
    record.save(update_fields=[*names, "version", "changed_by", "changed_at"])
    for part in resource.lines:
        _rows(part, record).delete()
        rows = [one.object for one in serializers.deserialize("python", told["lines"][part.name])]
        part.model._default_manager.bulk_create(rows)  # type: ignore[union-attr]


def differences(before: Kept, after: Kept) -> tuple[dict[str, Any], dict[str, Any]]:
    """(before, after) of the fields and lines that differ, for history; without the numbers of lines."""
    was, now = _told(before), _told(after)
    names = [name for name in now if was.get(name) != now[name]]
    return {name: was.get(name) for name in names}, {name: now[name] for name in names}


def _told(one: Kept) -> dict[str, Any]:
    skipped = {"search_text"}
    lines = {
        name: [{key: str(cell) for key, cell in row["fields"].items() if cell not in (None, "")} for row in rows]
        for name, rows in one["lines"].items()
    }
    return {name: value for name, value in one["fields"].items() if name not in skipped} | lines


def _lines(part: Lines, record: models.Model) -> list[dict[str, Any]]:
    told = serializers.serialize("python", _rows(part, record))
    return [{**one, "pk": str(UUID(str(one["pk"])))} for one in told]


def _rows(part: Lines, record: models.Model) -> models.QuerySet[Any]:
    return part.model._default_manager.filter(**{part.parent_field: record}).order_by("pk")  # type: ignore[union-attr]
