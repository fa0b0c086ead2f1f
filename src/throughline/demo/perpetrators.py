"""The other side: how many perpetrators an event has, and in which roles. No one is described who exists."""

from random import Random

from throughline.demo.allocation import pick
from throughline.demo.shapes import QUARTERS, Event, Person
from throughline.demo.tables import table

# How many perpetrators an incident of a type has: chances of 0, 1, 2, 3.
NUMBERS = {
    "criminal-context": (20, 50, 20, 10),
    "public-dispute": (15, 65, 15, 5),
    "domestic-violence": (0, 96, 4, 0),
    "undetermined": (80, 16, 4, 0),
    "celebratory-shooting": (30, 62, 8, 0),
    "hunting": (15, 65, 15, 5),
    "dispute-with-police": (5, 75, 15, 5),
    "suicide": (100, 0, 0, 0),
    "weapons-theft": (60, 30, 10, 0),
    "shooting-at-animals": (60, 38, 2, 0),
    "other": (50, 45, 5, 0),
}
LATER_ROLES = ("co-perpetrator", "co-perpetrator", "accomplice", "accomplice", "instigator")
# Of 65 accidents in 2022, 30 were self-inflicted and 31 caused by another; of 4 it is not known.
CAUSED_BY_ANOTHER = 31
SHARE_CAUSED_BY_ANOTHER = 0.48


def add(event: Event, random: Random) -> None:
    role = "perpetrator" if not event.perpetrators() else random.choice(LATER_ROLES)
    outcome = "unharmed" if random.random() < 0.7 else "not-reported"
    event.people.append(Person("perpetrator", outcome, role=role))


def of_seizures(events: list[Event], random: Random) -> None:
    """The published number of perpetrators over a quarter's seizures: none for a few, up to five for others."""
    for quarter in QUARTERS:
        row = table("seizures")[quarter]
        seizures = [event for event in events if (event.quarter, event.type) == (quarter, "weapon-seizure")]
        named = pick(seizures, round(0.9 * len(seizures)), random)
        for event in named:
            add(event, random)
        for _ in range(row["men"] + row["women"] + row["not-reported"] - len(named)):
            add(random.choice([event for event in named if len(event.people) < 5]), random)


def of_accidents(events: list[Event], random: Random) -> None:
    accidents = [event for event in events if event.type == "accidental-shooting"]
    by_year = {
        "2022": CAUSED_BY_ANOTHER,
        **{
            year: round(SHARE_CAUSED_BY_ANOTHER * sum(event.quarter.startswith(year) for event in accidents))
            for year in ("2023", "2024")
        },
    }
    for year, number in by_year.items():
        own = [event for event in accidents if event.quarter.startswith(year)]
        for event in pick(own, number, random, lambda e: 50.0 if len(e.victims()) > 1 else 1.0):
            add(event, random)


def of_the_rest(events: list[Event], random: Random) -> None:
    for event in events:
        chances = NUMBERS.get(event.type)
        if chances is None or event.perpetrators():
            continue
        number = 1 if event.mass_shooting else random.choices((0, 1, 2, 3), chances)[0]
        for _ in range(number):
            add(event, random)


def seat_perpetrators(events: list[Event], random: Random) -> None:
    of_seizures(events, random)
    of_accidents(events, random)
    of_the_rest(events, random)
