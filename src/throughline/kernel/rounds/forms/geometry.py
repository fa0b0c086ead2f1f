"""Lengths and areas of what was drawn on a map: points as "latitude longitude altitude accuracy", joined by ';'."""

import math
from collections.abc import Sequence
from itertools import pairwise

from throughline.kernel.rounds.forms.values import NAN

EARTH = 6_378_100.0  # metres; the radius ODK takes

Point = tuple[float, float]


def points(text: str) -> list[Point] | None:
    """The points of a trace or shape, None where the text is not one."""
    found = []
    for part in text.split(";"):
        numbers = part.split()
        if not numbers:
            continue
        try:
            latitude, longitude, *_rest = [float(one) for one in numbers]
        except ValueError:
            return None
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180) or len(numbers) > 4:
            return None
        found.append((latitude, longitude))
    return found or None


def distance(texts: Sequence[str]) -> float:
    """Metres along all points, in their order."""
    line: list[Point] = []
    for text in texts:
        found = points(text)
        if found is None:
            return NAN
        line.extend(found)
    return sum(_apart(first, second) for first, second in pairwise(line))


def _apart(first: Point, second: Point) -> float:
    (lat1, lon1), (lat2, lon2) = ((math.radians(a), math.radians(b)) for a, b in (first, second))
    square = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH * math.asin(min(1.0, math.sqrt(square)))


def area(text: str) -> float:
    """Square metres inside a shape on the sphere."""
    shape = points(text)
    if shape is None or len(shape) < 3:
        return NAN
    total, (before_lat, before_lon) = 0.0, shape[-1]
    for latitude, longitude in shape:
        turned = math.radians(longitude) - math.radians(before_lon)
        first = math.tan((math.pi / 2 - math.radians(before_lat)) / 2)
        second = math.tan((math.pi / 2 - math.radians(latitude)) / 2)
        total += 2 * math.atan2(first * second * math.sin(turned), 1 + first * second * math.cos(turned))
        before_lat, before_lon = latitude, longitude
    return abs(total * EARTH**2)
