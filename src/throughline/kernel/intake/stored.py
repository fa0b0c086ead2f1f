"""A record's stored values in the form `clean` takes: what undoing sets them back to."""

from datetime import date, time
from typing import Any

from throughline.kernel.resources.cleaning import rows_of
from throughline.kernel.resources.declare import Field, Resource


def stored_raw(resource: Resource, record: Any, names: list[str]) -> dict[str, Any]:
    """The named fields and lines as plain JSON values that read back to the same."""
    found: dict[str, Any] = {}
    for name in names:
        part = next((part for part in resource.lines if part.name == name), None)
        if part is not None:
            fields = {one.name: one for one in part.fields}
            found[name] = [
                {key: raw_value(fields[key], value) for key, value in line.items()} for line in rows_of(record, part)
            ]
            continue
        one = resource.by_name[name]
        found[name] = raw_value(one, getattr(record, name))
        if one.precision:
            found[one.precision] = getattr(record, one.precision)
    return found


def raw_value(one: Field, value: Any) -> Any:
    if value is None:
        return None
    if one.kind == "term":
        return value.code
    if one.kind == "reference":
        return str(getattr(value, one.by, value.pk))
    return value.isoformat() if isinstance(value, (date, time)) else value
