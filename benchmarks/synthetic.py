"""Incidents that never happened, as many as wanted, the same each time: what the benchmarks measure on.

Columns as the facts of incidents have them. Shares are roughly those of the published monitors: half of the
incidents are seizures, four of five people are men, one weapon line in most cases.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

YEARS = range(2014, 2025)
PLACES = ("AL", "BA", "XK", "MD", "ME", "MK", "RS")
TYPES = {
    "weapon-seizure": 0.47,
    "criminal-context": 0.17,
    "public-dispute": 0.09,
    "undetermined": 0.09,
    "domestic-violence": 0.06,
    "celebratory-shooting": 0.04,
    "suicide": 0.02,
    "accidental-shooting": 0.02,
    "other": 0.04,
}
WEAPONS = {
    "handgun": 0.42,
    "rifle-shotgun": 0.2,
    "explosive": 0.17,
    "automatic-military": 0.11,
    "gas-pistol": 0.06,
    "air-gun": 0.04,
}
SETTINGS = {"urban": 0.6, "rural": 0.3, "not-reported": 0.1}
POSSESSION = {"illegal": 0.6, "legal": 0.1, "not-reported": 0.3}
PLACE_KINDS = {"home-yard": 0.4, "street": 0.3, "other-place": 0.1, "not-reported": 0.2}
SEXES = {"men": 0.8, "women": 0.12, "not-reported": 0.08}
OUTCOMES = {"unharmed": 0.5, "threatened": 0.2, "injured": 0.17, "killed": 0.08, "suicide": 0.02, "not-reported": 0.03}
AGES = {"up-to-18": 0.06, "19-35": 0.4, "36-60": 0.3, "61-and-older": 0.06, "not-reported": 0.18}
STATES = {"verified": 0.95, "sent": 0.03, "draft": 0.02}


@dataclass(frozen=True)
class World:
    """Incidents, their people and their weapon lines."""

    incidents: pl.DataFrame
    people: pl.DataFrame
    weapons: pl.DataFrame


def make(count: int, audiences: Sequence[int] = (1,), programme: str = "AVM", seed: int = 7) -> World:
    """So many incidents of eleven years, with about 1.3 people and 0.9 weapon lines each."""
    chance = np.random.default_rng(seed)
    incidents = _incidents(chance, count, audiences, programme)
    return World(incidents, _people(chance, incidents), _weapons(chance, incidents))


def _drawn(chance: np.random.Generator, shares: dict[str, float], count: int) -> pl.Series:
    """Words drawn with these shares."""
    weights = np.array(list(shares.values()))
    codes = chance.choice(len(shares), count, p=weights / weights.sum()).astype(np.uint32)
    return pl.Series(list(shares)).gather(codes)


def _incidents(chance: np.random.Generator, count: int, audiences: Sequence[int], programme: str) -> pl.DataFrame:
    first, days = date(YEARS[0], 1, 1), (date(YEARS[-1], 12, 31) - date(YEARS[0], 1, 1)).days + 1
    place = chance.integers(0, len(PLACES), count)
    return pl.DataFrame(
        {
            "record": _keys(chance, count),
            "programme": pl.Series([programme]).new_from_index(0, count),
            "audience": np.array(audiences, dtype=np.int64)[chance.integers(0, len(audiences), count)],
            "state": _drawn(chance, STATES, count),
            "illustrative": np.ones(count, dtype=bool),
            "date": pl.Series(chance.integers(0, days, count)).cast(pl.Int32)
            + pl.Series([first]).cast(pl.Int32).new_from_index(0, count),
            "jurisdiction": pl.Series(PLACES).gather(place),
            "type": _drawn(chance, TYPES, count),
            "subtype": pl.Series([None], dtype=pl.String).new_from_index(0, count),
            "region": pl.Series([f"{code}-{number}" for code in PLACES for number in range(9)]).gather(
                place * 9 + chance.integers(0, 9, count)
            ),
            "setting": _drawn(chance, SETTINGS, count),
            "place_kind": _drawn(chance, PLACE_KINDS, count),
            "possession": _drawn(chance, POSSESSION, count),
            "property_damage": chance.random(count) < 0.1,
            "latitude": chance.uniform(39.7, 48.4, count),
            "longitude": chance.uniform(15.8, 30.1, count),
            "place_precision": _drawn(chance, {"settlement": 0.7, "municipality": 0.3}, count),
        }
    ).with_columns(pl.col("date").cast(pl.Date))


def _keys(chance: np.random.Generator, count: int) -> list[bytes]:
    """Keys of sixteen bytes, ordered like those of records made one after the other."""
    noise = chance.bytes(count * 10)
    return [(index + 1).to_bytes(6, "big") + noise[index * 10 : index * 10 + 10] for index in range(count)]


def _lines(chance: np.random.Generator, incidents: pl.DataFrame, counts: np.ndarray) -> pl.DataFrame:
    """The incidents, each as often as it has lines."""
    rows = np.repeat(np.arange(incidents.height, dtype=np.uint32), counts)
    return incidents.drop("property_damage", "latitude", "longitude", "place_precision")[rows]


def _people(chance: np.random.Generator, incidents: pl.DataFrame) -> pl.DataFrame:
    lines = _lines(chance, incidents, chance.choice([0, 1, 2, 3, 5], incidents.height, p=[0.15, 0.55, 0.2, 0.08, 0.02]))
    count = lines.height
    return lines.with_columns(
        side=_drawn(chance, {"perpetrator": 0.6, "victim": 0.4}, count),
        role=_drawn(chance, {"perpetrator": 0.9, "co-perpetrator": 0.1}, count),
        sex=_drawn(chance, SEXES, count),
        age_band=_drawn(chance, AGES, count),
        relation=_drawn(chance, {"not-reported": 0.6, "stranger": 0.2, "family": 0.1, "acquaintance": 0.1}, count),
        outcome=_drawn(chance, OUTCOMES, count),
    )


def _weapons(chance: np.random.Generator, incidents: pl.DataFrame) -> pl.DataFrame:
    lines = _lines(chance, incidents, chance.choice([0, 1, 2, 3], incidents.height, p=[0.2, 0.72, 0.06, 0.02]))
    count = lines.height
    quantity = pl.Series(chance.choice([1, 2, 3, 8], count, p=[0.8, 0.1, 0.06, 0.04])).cast(pl.Int64)
    return lines.with_columns(
        weapon=_drawn(chance, WEAPONS, count),
        weapon_kind=pl.Series([None], dtype=pl.String).new_from_index(0, count),
        quantity=pl.select(pl.when(pl.Series(chance.random(count) < 0.9)).then(quantity)).to_series(),
    )
