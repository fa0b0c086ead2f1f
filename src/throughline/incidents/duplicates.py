"""What makes two incidents alike: date, place, type, source, what happened to whom, weapons, text.

The weights are data with a version. They were set by hand from what people look at, and tried on the labelled set of
`benchmarks/duplicates.py`, which says how many of the true pairs they find and how many of those they find are true.
"""

import re
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from itertools import islice
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from throughline.incidents.choices import DatePrecision, PlacePrecision
from throughline.incidents.models import IncidentSource, PersonLine, WeaponLine
from throughline.kernel.duplicates import compare
from throughline.kernel.duplicates.declare import Duplicates, Part
from throughline.kernel.resources.cleaning import Draft
from throughline.kernel.text import fold

READ_AT_ONCE = 5_000
TEXT_LOOKED_AT = 600
DAYS_AROUND = 3
WORDS = re.compile(r"[a-z]{4,}")
VAGUE = frozenset({"undetermined", "other"})
PRECISE = frozenset({PlacePrecision.EXACT.value, PlacePrecision.SETTLEMENT.value})
COLUMNS = (
    "pk", "programme_id", "jurisdiction_id", "occurred_on", "date_precision", "occurred_at", "kind__code",
    "kind__parent__code", "place", "region", "place_precision", "latitude", "longitude", "narrative",
)  # fmt: skip


@dataclass(slots=True)
class Profile:
    """What of an incident is compared."""

    key: UUID | None
    programme: UUID
    jurisdiction: UUID | None
    day: date
    exact: bool
    at: time | None
    kind: str
    top: str
    where: str
    region: str
    point: tuple[float, float] | None
    text: str
    place: str
    addresses: frozenset[str] = field(default_factory=frozenset)
    links: frozenset[str] = field(default_factory=frozenset)
    people: dict[str, int] = field(default_factory=dict)
    weapons: dict[str, int] = field(default_factory=dict)


def profiles(rows: QuerySet[Any]) -> Iterator[Profile]:
    """Stored incidents as profiles: four questions for every five thousand."""
    told = rows.values_list(*COLUMNS).iterator(chunk_size=READ_AT_ONCE)
    while chunk := list(islice(told, READ_AT_ONCE)):
        found = {row[0]: _stored(row) for row in chunk}
        _add_sources(found)
        _add_people(found)
        _add_weapons(found)
        yield from found.values()


def _stored(row: tuple[Any, ...]) -> Profile:
    key, programme, jurisdiction, day, precision, at, kind, top, place, region, place_precision, lat, lon, text = row
    return Profile(
        key=key, programme=programme, jurisdiction=jurisdiction, day=day, exact=precision == DatePrecision.DAY, at=at,
        kind=kind, top=top or kind, where=fold(place), region=fold(region), place=place,
        point=_point(place_precision, lat, lon), text=fold(text[:TEXT_LOOKED_AT]),
    )  # fmt: skip


def drafted(draft: Draft, programme: Any) -> Profile | None:
    """What is being entered; None until it says when, where and what."""
    day, jurisdiction, kind = (draft.value(name) for name in ("occurred_on", "jurisdiction", "kind"))
    if day is None or jurisdiction is None or kind is None:
        return None
    place, region, text = (str(draft.value(name) or "") for name in ("place", "region", "narrative"))
    made = Profile(
        key=getattr(draft.existing, "pk", None), programme=getattr(programme, "pk", programme),
        jurisdiction=jurisdiction.pk, day=day,
        exact=(draft.value("date_precision") or DatePrecision.DAY) == DatePrecision.DAY,
        at=draft.value("occurred_at"), kind=kind.code, top=kind.top.code, where=fold(place), region=fold(region),
        place=place, text=fold(text[:TEXT_LOOKED_AT]),
        point=_point(draft.value("place_precision"), draft.value("latitude"), draft.value("longitude")),
    )  # fmt: skip
    _link(made, (str(row.get("address") or "") for row in draft.rows("sources")))
    for person in draft.rows("people"):
        _count(made.people, f"{person.get('side')}/{person.get('outcome') or 'not-reported'}", 1)
    for line in draft.rows("weapons"):
        if weapon := line.get("weapon"):
            _count(made.weapons, weapon.top.code, line.get("quantity") or 1)
    return made


def _point(precision: str | None, latitude: float | None, longitude: float | None) -> tuple[float, float] | None:
    if latitude is None or longitude is None or precision not in PRECISE:
        return None
    return latitude, longitude


def _add_sources(found: dict[Any, Profile]) -> None:
    rows = IncidentSource.objects.filter(incident_id__in=found).exclude(address="")
    given: dict[Any, list[str]] = {}
    for key, address in rows.values_list("incident_id", "address"):
        given.setdefault(key, []).append(address)
    for key, addresses in given.items():
        _link(found[key], addresses)


def _add_people(found: dict[Any, Profile]) -> None:
    rows = PersonLine.objects.filter(incident_id__in=found).values_list("incident_id", "side", "outcome")
    for key, side, outcome in rows:
        _count(found[key].people, f"{side}/{outcome}", 1)


def _add_weapons(found: dict[Any, Profile]) -> None:
    names = ("incident_id", "weapon__code", "weapon__parent__code", "quantity")
    for key, code, top, quantity in WeaponLine.objects.filter(incident_id__in=found).values_list(*names):
        _count(found[key].weapons, top or code, quantity or 1)


def _count(counts: dict[str, int], name: str, number: int) -> None:
    counts[name] = counts.get(name, 0) + number


def _link(profile: Profile, addresses: Iterable[str]) -> None:
    profile.addresses = frozenset(one for one in addresses if one)
    profile.links = frozenset(filter(None, map(link, profile.addresses)))


def link(address: str) -> str:
    """A web address without what differs from one visitor to the next: scheme, www, trackers, the last stroke."""
    try:
        parts = urlsplit(address.strip().lower())
    except ValueError:
        return ""
    query = "&".join(one for one in parts.query.split("&") if one and not one.startswith(("utm_", "fbclid", "gclid")))
    path = parts.path.rstrip("/")
    # The front page of an outlet names no report.
    return f"{parts.netloc.removeprefix('www.')}{path}{'?' if query else ''}{query}" if path or query else ""


# Blocks


def keys(one: Profile) -> Iterator[Hashable]:
    """Days around, day and month exchanged, a wrong day in the same place, the same report, the same words."""
    if one.exact:
        number = one.day.toordinal()
        yield "day", one.jurisdiction, number // 4, 0
        yield "day", one.jurisdiction, (number + 2) // 4, 1
        if one.day.day <= 12:
            yield "swapped", one.jurisdiction, one.day.year, *sorted((one.day.day, one.day.month))
    if one.where:
        yield "month", one.jurisdiction, one.day.year, one.day.month, one.top, one.where[:8]
    for address in one.links:
        yield "link", address
    words = set(WORDS.findall(one.text))
    if len(words) >= 6:
        yield "text", *sorted(words, key=lambda word: (-len(word), word))[:5]


def nearby(one: Profile) -> Q:
    """The same as a condition. Words are left to the sweep."""
    around = timedelta(days=DAYS_AROUND)
    found = Q(jurisdiction_id=one.jurisdiction, occurred_on__range=(_safe(one.day, -around), _safe(one.day, around)))
    if other := compare.swapped(one.day):
        found |= Q(jurisdiction_id=one.jurisdiction, occurred_on=other)
    if one.place:
        month = Q(occurred_on__year=one.day.year, occurred_on__month=one.day.month)
        found |= month & Q(jurisdiction_id=one.jurisdiction, place__iexact=one.place)
    if one.addresses:
        found |= Q(pk__in=IncidentSource.objects.filter(address__in=one.addresses).values("incident_id"))
    return found


def window(some: Sequence[Profile]) -> Q:
    """The time and the jurisdictions of the incidents in a file."""
    around = timedelta(days=DAYS_AROUND + 1)
    days = [day for one in some for day in (one.day, compare.swapped(one.day)) if day is not None]
    return Q(
        jurisdiction_id__in={one.jurisdiction for one in some},
        occurred_on__range=(_safe(min(days), -around), _safe(max(days), around)),
    )


def _safe(day: date, by: timedelta) -> date:
    try:
        return day + by
    except OverflowError:
        return day


# Parts


def when(one: Profile, other: Profile) -> float | None:
    if one.exact and other.exact:
        return compare.days(one.day, other.day)
    return 0.5 if (one.day.year, one.day.month) == (other.day.year, other.day.month) else 0.2


def what(one: Profile, other: Profile) -> float | None:
    if one.kind == other.kind:
        return 1.0
    if one.top == other.top:
        return 0.7
    return 0.4 if one.top in VAGUE or other.top in VAGUE else 0.0


def place(one: Profile, other: Profile) -> float | None:
    """By name or by position, whichever agrees more; by region where neither is known."""
    found = [compare.name(one.where, other.where), compare.near(one.point, other.point)]
    known = [agreement for agreement in found if agreement is not None]
    return max(known) if known else compare.name(one.region, other.region)


PARTS = (
    Part("jurisdiction", _("Jurisdiction"), 4, -30, lambda a, b: compare.same(a.jurisdiction, b.jurisdiction)),
    Part("date", _("Date"), 18, -14, when),
    Part("type", _("Type"), 10, -14, what),
    # Two outlets that tell of it are the rule: another source says nothing against.
    Part("source", _("Source"), 30, 0, lambda a, b: compare.shared(a.links, b.links) or None),
    Part("people", _("People and outcome"), 12, -10, lambda a, b: compare.counts(a.people, b.people)),
    Part("place", _("Place"), 18, -22, place),
    Part("time", _("Time"), 8, -8, lambda a, b: compare.hours(a.at, b.at)),
    Part("weapons", _("Weapons"), 6, -6, lambda a, b: compare.counts(a.weapons, b.weapons)),
    Part("text", _("Text"), 24, -10, lambda a, b: compare.text(a.text, b.text)),
)
DUPLICATES = Duplicates(
    noun="incident",
    version="2026-1",
    parts=PARTS,
    possible=55,
    likely=65,
    profiles=profiles,
    drafted=drafted,
    keys=keys,
    nearby=nearby,
    window=window,
)
