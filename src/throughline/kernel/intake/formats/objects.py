"""JSON, JSON Lines and GeoJSON: objects become rows, nested objects become dotted columns."""

import json
import re
from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from throughline.kernel.intake.formats import encodings
from throughline.kernel.intake.formats.base import (
    TOO_MANY_ROWS,
    Cleaner,
    Options,
    Row,
    Table,
    Unreadable,
    check_width,
    counted,
)
from throughline.kernel.intake.limits import Limits

Object = dict[str, Any]
LONGEST_NUMBER = 20


def read(content: bytes, options: Options, limits: Limits, known: frozenset[str]) -> Table:
    """A list of objects (or lines, or features) as a table of text."""
    encoding, certain = (options.encoding, True) if options.encoding else encodings.guess(content)
    text = encodings.decode(content, encoding)
    kind, objects, notes = _objects(text, options.format, limits)
    if not objects:
        raise Unreadable(_("The file holds no objects."))
    flat = [_flat(item, limits) for item in objects]
    columns = tuple(dict.fromkeys(name for item in flat for name in item))
    check_width(len(columns), limits)
    if len(flat) > limits.rows:
        raise Unreadable(TOO_MANY_ROWS, most=limits.rows)
    chosen = options.with_guesses(format=kind, encoding=encoding, header_row=0)
    return Table(
        columns=columns,
        source=lambda: counted(_rows(flat, columns, limits), limits),
        options=chosen,
        asked=options,
        notes=notes,
        certain={"encoding": certain},
    )


def _rows(flat: list[dict[str, str | None]], columns: tuple[str, ...], limits: Limits) -> Iterator[Row]:
    cleaner = Cleaner(limits)
    for number, item in enumerate(flat, start=1):
        yield cleaner.row(number, [item.get(column) for column in columns], len(columns))


def _objects(text: str, asked: str, limits: Limits) -> tuple[str, list[Object], list[str]]:
    """The objects, the format they came in, and what was left out."""
    if asked == "jsonl":
        return "jsonl", _lines(text, limits), []
    try:
        body = _load(text, limits)
    except json.JSONDecodeError as fault:
        if not asked and "\n" in text.strip():
            return "jsonl", _lines(text, limits), []
        message = _("Line %(line)s, column %(column)s is not JSON: %(fault)s.")
        raise Unreadable(message, line=fault.lineno, column=fault.colno, fault=fault.msg) from fault
    if isinstance(body, dict) and body.get("type") in {"FeatureCollection", "Feature"}:
        objects, notes = _features(body)
        return "geojson", objects, notes
    return "json", *_listed(body)


def _load(text: str, limits: Limits) -> Any:
    depth = _depth(text)
    if depth > limits.depth:
        message = _("The JSON is nested %(depth)s levels deep; at most %(most)s are read.")
        raise Unreadable(message, depth=depth, most=limits.depth)
    return json.loads(text, parse_constant=lambda name: None, parse_int=_whole)


def _whole(digits: str) -> int | str:
    """A number longer than any we know stays the text it is: int() would refuse it as an attack."""
    return int(digits) if len(digits) <= LONGEST_NUMBER else digits


_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"')


def _depth(text: str) -> int:
    """How deep the brackets go, found without building anything."""
    depth = deepest = 0
    for char in re.findall(r"[\[\]{}]", _STRINGS.sub("", text)):
        depth += 1 if char in "[{" else -1
        deepest = max(deepest, depth)
    return deepest


def _lines(text: str, limits: Limits) -> list[Object]:
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            item = _load(line, limits)
        except json.JSONDecodeError as fault:
            raise Unreadable(_("Line %(line)s is not JSON: %(fault)s."), line=number, fault=fault.msg) from fault
        if not isinstance(item, dict):
            raise Unreadable(_("Line %(line)s is not an object in curly brackets."), line=number)
        found.append(item)
    return found


def _listed(body: Any) -> tuple[list[Object], list[str]]:
    """The list of objects: the body itself, or the one list in it."""
    if isinstance(body, dict):
        lists = {
            name: value
            for name, value in body.items()
            if isinstance(value, list) and value and all(isinstance(item, dict) for item in value)
        }
        if not lists:
            return [body], []
        name = max(lists, key=lambda key: len(lists[key]))
        others = [key for key in lists if key != name]
        message = _("Read the list '%(name)s'; left out: %(others)s.") % {"name": name, "others": ", ".join(others)}
        return lists[name], [message] if others else []
    if isinstance(body, list) and all(isinstance(item, dict) for item in body):
        return body, []
    raise Unreadable(_("The JSON must be a list of objects, or an object with such a list in it."))


def _features(body: Object) -> tuple[list[Object], list[str]]:
    """Features as objects: their properties, and the place as latitude and longitude."""
    features = body.get("features", [body]) if body["type"] == "FeatureCollection" else [body]
    if not isinstance(features, list) or not all(isinstance(item, dict) for item in features):
        raise Unreadable(_("The features of this GeoJSON are not a list of objects."))
    found, bare, shapes = [], 0, 0
    for feature in features:
        item = dict(feature.get("properties") or {})
        if "id" in feature and "id" not in item:
            item["id"] = feature["id"]
        point = _point(feature.get("geometry"))
        bare += feature.get("geometry") is None
        shapes += bool(feature.get("geometry")) and (feature.get("geometry") or {}).get("type") != "Point"
        item.setdefault("longitude", point[0])
        item.setdefault("latitude", point[1])
        found.append(item)
    notes = [_("Features without a geometry, whose position stays empty: %(count)s.") % {"count": bare}] if bare else []
    if shapes:
        notes.append(_("Lines or areas, whose position is the middle of their corners: %(count)s.") % {"count": shapes})
    return found, notes


def _point(geometry: Object | None) -> tuple[float | None, float | None]:
    """Longitude and latitude; for a shape, the mean of its corners."""
    if not isinstance(geometry, dict):
        return None, None
    corners = list(_corners(geometry.get("coordinates", [])))
    if not corners:
        return None, None
    return (
        round(sum(corner[0] for corner in corners) / len(corners), 6),
        round(sum(corner[1] for corner in corners) / len(corners), 6),
    )


def _corners(coordinates: Any) -> Iterator[tuple[float, float]]:
    if (
        isinstance(coordinates, list)
        and len(coordinates) >= 2
        and all(isinstance(part, (int, float)) for part in coordinates[:2])
    ):
        yield float(coordinates[0]), float(coordinates[1])
    elif isinstance(coordinates, list):
        for part in coordinates:
            yield from _corners(part)


def _flat(item: Object, limits: Limits, prefix: str = "") -> dict[str, str | None]:
    """Dotted names for nested objects; lists of objects become packed columns, and later child lines."""
    found: dict[str, str | None] = {}
    for name, value in item.items():
        key = f"{prefix}{name}"
        if isinstance(value, dict):
            found.update(_flat(value, limits, f"{key}."))
        elif isinstance(value, list) and value and all(isinstance(part, dict) for part in value):
            found.update(_packed(key, value, limits))
        else:
            found[key] = _text(value)
    return found


def _packed(name: str, parts: list[Object], limits: Limits) -> dict[str, str | None]:
    """A list of objects as packed columns, one cell a field: 'people.*.sex' holds '1::men||2::women'."""
    flat = [_flat(part, limits) for part in parts]
    keys = dict.fromkeys(key for part in flat for key in part)
    return {
        f"{name}.*.{key}": "||".join(
            f"{number}::{(part[key] or '').replace('||', '| |')}"
            for number, part in enumerate(flat, start=1)
            if part.get(key)
        )
        for key in keys
    }


def _text(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, list):
        if all(not isinstance(part, (dict, list)) for part in value):
            return "; ".join(_text(part) or "" for part in value)
        return json.dumps(value, ensure_ascii=False)
    return str(value)
