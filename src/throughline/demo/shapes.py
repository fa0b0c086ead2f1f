"""What the generator makes: plain data in the codes of the taxonomies."""

from dataclasses import dataclass, field
from datetime import date, time

JURISDICTIONS = ("AL", "BA", "XK", "MD", "ME", "MK", "RS")
QUARTERS = ("2022-Q1", "2022-Q2", "2022-Q3", "2022-Q4", "2023-Q1", "2023-Q2", "2023-Q3", "2023-Q4", "2024-Q1")


@dataclass(eq=False)
class Person:
    side: str
    outcome: str
    sex: str = ""
    role: str = ""
    age: int | None = None
    age_band: str = ""
    relation: str = ""


@dataclass(eq=False)
class Weapon:
    code: str
    quantity: int | None = 1


@dataclass(eq=False)
class Report:
    """One report on an incident, by an invented outlet."""

    source: str
    title: str
    address: str
    published_on: date


@dataclass(eq=False)
class Event:
    """One illustrative incident."""

    key: str
    quarter: str
    jurisdiction: str
    type: str
    subtype: str = ""
    mass_shooting: bool = False
    people: list[Person] = field(default_factory=list)
    weapons: list[Weapon] = field(default_factory=list)
    reports: list[Report] = field(default_factory=list)
    occurred_on: date = date(1970, 1, 1)
    date_precision: str = "day"
    occurred_at: time | None = None
    region: str = ""
    place: str = ""
    place_precision: str = "jurisdiction"
    latitude: float | None = None
    longitude: float | None = None
    setting: str = ""
    place_kind: str = ""
    possession: str = ""
    property_damage: bool = False
    narrative: str = ""
    handling: str = "green"
    state: str = "verified"

    @property
    def year(self) -> int:
        return int(self.quarter[:4])

    @property
    def kind(self) -> str:
        """The most exact term known."""
        return self.subtype or self.type

    def victims(self, *outcomes: str) -> list[Person]:
        return [one for one in self.people if one.side == "victim" and (not outcomes or one.outcome in outcomes)]

    def perpetrators(self) -> list[Person]:
        return [one for one in self.people if one.side == "perpetrator"]
