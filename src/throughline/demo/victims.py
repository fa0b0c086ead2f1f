"""Who came to harm: the people killed, injured, threatened and unharmed, put into the events exactly."""

from collections import defaultdict
from random import Random

from throughline.demo.allocation import carve
from throughline.demo.shapes import QUARTERS, Event, Person
from throughline.demo.tables import people_by_type, table

MOST_VICTIMS = 3
ACCIDENT = "accidental-shooting"
# What one jurisdiction has of the region's people: of 2022 the Western Balkans are published without Moldova,
# of 2023 the press gave Bosnia and Herzegovina's.
KILLED_IN_MOLDOVA = {"domestic-violence": 1, "public-dispute": 2, "criminal-context": 1, "undetermined": 1}
QUOTAS = {("2022", "injured"): ("MD", 35), ("2022", "threatened"): ("MD", 18), ("2023", "killed"): ("BA", 23)}
SPARED = {("2022", "killed"): "MD", ("2023", "killed"): "BA"}
VICTIMS_OF_2022_IN_WB = 1071
KILLED_INJURED_THREATENED_IN_WB = 124 + 303 + 450
UNHARMED_IN_MOLDOVA = 6
UNHARMED = {"criminal-context": 3, "public-dispute": 3, "undetermined": 2, "domestic-violence": 2}
UNHARMED_A_QUARTER = 35


class Seats:
    """The events by quarter, type and jurisdiction, and the putting of people into them."""

    def __init__(self, events: list[Event], random: Random) -> None:
        self.random = random
        self.cells: dict[tuple[str, str, str], list[Event]] = defaultdict(list)
        for event in events:
            if not event.mass_shooting:
                self.cells[event.quarter, event.type, event.jurisdiction].append(event)

    def at(self, quarter: str, type_: str, *, only: str = "", without: str = "") -> list[Event]:
        return [
            event
            for (when, what, code), found in self.cells.items()
            if (when, what) == (quarter, type_) and (not only or code == only) and code != without
            for event in found
        ]

    def place(self, events: list[Event], number: int, outcome: str) -> None:
        """Seat this many people, rather in events where nobody came to harm yet."""
        for _ in range(number):
            free = [event for event in events if len(event.victims()) < MOST_VICTIMS]
            weights = [self.weight(event, outcome) for event in free]
            self.random.choices(free, weights)[0].people.append(Person("victim", outcome))

    @staticmethod
    def weight(event: Event, outcome: str) -> float:
        robbed = outcome == "threatened" and event.subtype == "armed-robbery"
        return (1.0 if event.victims() else 8.0) * (6.0 if robbed else 1.0)


def accidents(seats: Seats) -> None:
    """Of 65 accidents in 2022 came 67 victims: one each at first, then a second for few."""
    for quarter in QUARTERS:
        people = people_by_type()
        killed, injured = people[quarter, "killed", ACCIDENT], people[quarter, "injured", ACCIDENT]
        events = seats.at(quarter, ACCIDENT)
        seats.random.shuffle(events)
        hurt = [events[number % len(events)] for number in range(killed + injured)]
        spared = SPARED.get((quarter[:4], "killed"), "")
        fatal = [event for event in hurt if event.jurisdiction != spared][:killed]
        for event in fatal:
            hurt.remove(event)
            event.people.append(Person("victim", "killed"))
        for event in hurt:
            event.people.append(Person("victim", "injured"))


def counted(seats: Seats, year: str, outcome: str, code: str) -> int:
    """How many with this outcome the jurisdiction has already (from its accidents)."""
    return sum(
        len(event.victims(outcome))
        for (quarter, _, place), events in seats.cells.items()
        if place == code and quarter.startswith(year)
        for event in events
    )


def quota(seats: Seats, year: str, outcome: str, cells: dict[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    """How many of each (quarter, type) belong to the jurisdiction with a share of its own."""
    if (year, outcome) not in QUOTAS:
        return {}
    code, wanted = QUOTAS[year, outcome]
    weight = {
        (quarter, type_): many * len(seats.at(quarter, type_, only=code)) / max(1, len(seats.at(quarter, type_)))
        for (quarter, type_), many in cells.items()
    }
    return carve(cells, wanted - counted(seats, year, outcome, code), weight)


def killed_in_moldova(seats: Seats, cells: dict[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    found: dict[tuple[str, str], int] = {}
    for type_, wanted in KILLED_IN_MOLDOVA.items():
        own = {key: many for key, many in cells.items() if key[1] == type_}
        weight = {key: many * len(seats.at(*key, only="MD")) for key, many in own.items()}
        found |= carve(own, wanted, weight)
    return found


def harmed(seats: Seats, year: str, outcome: str) -> None:
    """Everyone of a year with an outcome, accidents and mass shootings apart."""
    cells = {
        (quarter, type_): many
        for (quarter, what, type_), many in people_by_type().items()
        if what == outcome and type_ != ACCIDENT and quarter.startswith(year) and many
    }
    if (year, outcome) == ("2022", "killed"):
        code, own = "MD", killed_in_moldova(seats, cells)
    else:
        code, own = QUOTAS.get((year, outcome), ("", 0))[0], quota(seats, year, outcome, cells)
    for (quarter, type_), many in cells.items():
        mine = own.get((quarter, type_), 0)
        seats.place(seats.at(quarter, type_, only=code) if code else [], mine, outcome)
        seats.place(seats.at(quarter, type_, without=code), many - mine, outcome)


def suicides(seats: Seats) -> None:
    """One person each in incidents of suicide; some more who killed in their family first."""
    for quarter in QUARTERS:
        for event in seats.at(quarter, "suicide"):
            event.people.append(Person("victim", "suicide"))
        fatal = [event for event in seats.at(quarter, "domestic-violence") if event.victims("killed")]
        for event in fatal[: table("suicides")[quarter]["after_domestic_violence"]]:
            event.people.append(Person("perpetrator", "suicide", role="perpetrator"))


def unharmed(seats: Seats) -> None:
    """Those shot at and not hit, robbed and not threatened: they bring the victims of 2022 to the published sum."""
    died = sum(len(seats.at(q, "suicide", without="MD")) for q in QUARTERS if q.startswith("2022"))
    western = VICTIMS_OF_2022_IN_WB - KILLED_INJURED_THREATENED_IN_WB - died
    of_2022 = carve({(q, t): 10 * share for q in QUARTERS[:4] for t, share in UNHARMED.items()}, western)
    for (quarter, type_), many in of_2022.items():
        seats.place(seats.at(quarter, type_, without="MD"), many, "unharmed")
    for (quarter, type_), many in carve({(q, "public-dispute"): 3 for q in QUARTERS[:4]}, UNHARMED_IN_MOLDOVA).items():
        seats.place(seats.at(quarter, type_, only="MD"), many, "unharmed")
    for quarter in QUARTERS[4:]:
        for type_, many in carve({t: 10 * share for t, share in UNHARMED.items()}, UNHARMED_A_QUARTER).items():
            seats.place(seats.at(quarter, type_), many, "unharmed")


def seat_victims(events: list[Event], random: Random) -> None:
    seats = Seats(events, random)
    accidents(seats)
    for year in ("2022", "2023", "2024"):
        for outcome in ("killed", "injured", "threatened"):
            harmed(seats, year, outcome)
    suicides(seats)
    unharmed(seats)
