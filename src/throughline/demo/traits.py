"""Sex, age band and relation, so that the published splits come out and 'not reported' stays a value."""

from collections.abc import Iterable, Sequence
from random import Random

from throughline.demo.allocation import pick
from throughline.demo.shapes import QUARTERS, Event, Person
from throughline.demo.tables import table

Seat = tuple[Event, Person]
Split = tuple[int, int, int]  # men, women, not reported

WESTERN_2022: dict[str, Split] = {"killed": (92, 30, 2), "injured": (262, 22, 19), "threatened": (306, 120, 24)}
WESTERN_2022_VICTIMS: Split = (809, 202, 60)  # 80 % men, 20 % women of those reported
MOLDOVA_2022: dict[str, Split] = {
    "killed": (4, 1, 0),
    "injured": (29, 3, 3),
    "threatened": (13, 5, 0),
    "unharmed": (4, 2, 0),
}
WOMEN_BY_SUICIDE_2022 = 3
KILLED_2023: dict[bool, Split] = {True: (17, 6, 0), False: (98, 29, 1)}  # in Bosnia and Herzegovina, elsewhere
INJURED_2023: Split = (322, 37, 70)
WOMEN_KILLED_AT_HOME = 3  # fourth quarter of 2022
BOYS_IN_ACCIDENTS = 12  # 2022
# Share of men among perpetrators of known sex, per thousand; where none is published, as in the quarters around.
MEN_PER_MILLE = {"2022-Q3": 843, "2022-Q4": 990, "2024-Q1": 980}
USUAL_MEN_PER_MILLE = 982
UNKNOWN_PERPETRATORS = 0.2
BANDS = {"up-to-18": (12, 18), "19-35": (19, 35), "36-60": (36, 60), "61-and-older": (61, 84)}
BAND_WEIGHTS = (8, 41, 38, 13)
YOUNGER_2022 = 0.41  # of the victims in the Western Balkans whose age was reported, those of 19-35
RELATIONS = {
    "public-dispute": ("acquaintance", "acquaintance", "acquaintance", "stranger", ""),
    "criminal-context": ("stranger", "stranger", "", "acquaintance"),
    "accidental-shooting": ("family", "acquaintance", ""),
    "dispute-with-police": ("stranger",),
}


def women_weight(seat: Seat) -> float:
    """Violence at home: its victims are more often women than those of other types, its perpetrators hardly ever."""
    event, person = seat
    if event.type != "domestic-violence":
        return 1.0
    return 12.0 if person.side == "victim" else 0.1


def split(seats: Iterable[Seat], wanted: Split, random: Random) -> None:
    """Give the people their sex; who has one already counts towards the numbers."""
    everyone = list(seats)
    had = [person.sex for _, person in everyone]
    men, women, unknown = (
        number - had.count(sex) for number, sex in zip(wanted, ("men", "women", "not-reported"), strict=True)
    )
    free = [seat for seat in everyone if not seat[1].sex]
    if len(free) != men + women + unknown or min(men, women, unknown) < 0:
        message = f"{len(free)} people cannot be split into {men}, {women} and {unknown}"
        raise ValueError(message)
    for _, person in pick(free, women, random, women_weight):
        person.sex = "women"
    for _, person in pick([seat for seat in free if not seat[1].sex], unknown, random):
        person.sex = "not-reported"
    for _, person in free:
        person.sex = person.sex or "men"


def usual(number: int) -> Split:
    """Where nothing is published: some seven men, two women and one not reported of ten."""
    women, unknown = round(0.2 * number), round(0.08 * number)
    return number - women - unknown, women, unknown


def seats_of(events: list[Event], period: str, outcome: str = "", side: str = "victim") -> list[Seat]:
    return [
        (event, person)
        for event in events
        if event.quarter.startswith(period)
        for person in event.people
        if person.side == side and (not outcome or person.outcome == outcome)
    ]


def known_beforehand(events: list[Event], random: Random) -> None:
    """Single facts published of the fourth quarter and of the accidents of 2022."""
    at_home = [seat for seat in seats_of(events, "2022-Q4", "killed") if seat[0].type == "domestic-violence"]
    for number, (_, person) in enumerate(at_home):
        person.sex = "women" if number < WOMEN_KILLED_AT_HOME else "men"
    for _, person in seats_of(events, "2022-Q4", "suicide"):
        person.sex = "men"
    accidents = [seat for seat in seats_of(events, "2022") if seat[0].type == "accidental-shooting"]
    boys = pick([seat for seat in accidents if seat[0].jurisdiction != "MD"], BOYS_IN_ACCIDENTS, random)
    for seat in accidents:
        seat[1].age_band = random.choice(("19-35", "36-60", "36-60", "61-and-older", "not-reported"))
    for _, person in boys:
        person.sex, person.age_band = "men", "up-to-18"


def sexes_of_2022(events: list[Event], random: Random) -> None:
    western = [event for event in events if event.jurisdiction != "MD"]
    moldova = [event for event in events if event.jurisdiction == "MD"]
    for outcome, wanted in WESTERN_2022.items():
        split(seats_of(western, "2022", outcome), wanted, random)
    for outcome, wanted in MOLDOVA_2022.items():
        split(seats_of(moldova, "2022", outcome), wanted, random)
    dead = seats_of(western, "2022", "suicide")
    split(dead, (len(dead) - WOMEN_BY_SUICIDE_2022, WOMEN_BY_SUICIDE_2022, 0), random)
    alone = seats_of(moldova, "2022", "suicide")
    split(alone, (len(alone), 0, 0), random)
    given = [person.sex for _, person in seats_of(western, "2022")]
    rest = [
        all_ - given.count(sex)
        for all_, sex in zip(WESTERN_2022_VICTIMS, ("men", "women", "not-reported"), strict=True)
    ]
    split(seats_of(western, "2022", "unharmed"), (rest[0], rest[1], rest[2]), random)


def sexes_of_victims(events: list[Event], random: Random) -> None:
    known_beforehand(events, random)
    sexes_of_2022(events, random)
    for bosnia, wanted in KILLED_2023.items():
        own = [event for event in events if (event.jurisdiction == "BA") is bosnia]
        split(seats_of(own, "2023", "killed"), wanted, random)
    split(seats_of(events, "2023", "injured"), INJURED_2023, random)
    for period in ("2023", "2024"):
        for outcome in ("killed", "injured", "threatened", "unharmed", "suicide"):
            rest = [seat for seat in seats_of(events, period, outcome) if not seat[1].sex]
            split(rest, usual(len(rest)) if outcome != "suicide" else (len(rest) - 1, 1, 0), random)


def sexes_of_perpetrators(events: list[Event], random: Random) -> None:
    for _, person in seats_of(events, "", "suicide", "perpetrator"):
        person.sex = "men"
    for quarter in QUARTERS:
        everyone = seats_of(events, quarter, side="perpetrator")
        seized = [seat for seat in everyone if seat[0].type == "weapon-seizure"]
        row = table("seizures")[quarter]
        split(seized, (row["men"], row["women"], row["not-reported"]), random)
        others = [seat for seat in everyone if seat[0].type != "weapon-seizure"]
        wanted = MEN_PER_MILLE.get(quarter, USUAL_MEN_PER_MILLE)
        unknown, women = women_among(row["men"] + row["women"], len(others), wanted)
        women -= row["women"]
        split(others, (len(others) - unknown - women, women, unknown), random)


def women_among(seized: int, others: int, men_per_mille: int) -> tuple[int, int]:
    """How many of the others to leave unknown, and how many women in all, for exactly this share of men."""
    usually = round(UNKNOWN_PERPETRATORS * others)
    for unknown in range(usually, others):
        known = seized + others - unknown
        women = round(known * (1000 - men_per_mille) / 1000)
        if round(1000 * (known - women) / known) == men_per_mille:
            return unknown, women
    message = f"{men_per_mille} men per mille cannot be met"
    raise ValueError(message)


def ages(events: list[Event], random: Random) -> None:
    for event in events:
        for person in event.people:
            if not person.age_band:
                unknown = 0.22 if person.side == "victim" else 0.45
                band = random.choices(tuple(BANDS), BAND_WEIGHTS)[0]
                person.age_band = "not-reported" if random.random() < unknown else band
    meet_younger(events, random)
    for event in events:
        for person in event.people:
            if person.age_band == "not-reported":
                person.age_band = ""
            elif random.random() < 0.6:
                person.age = random.randint(*BANDS[person.age_band])


def meet_younger(events: list[Event], random: Random) -> None:
    """Move people between two neighbouring bands until the published share of 2022 is met."""
    western = [seat for seat in seats_of(events, "2022") if seat[0].jurisdiction != "MD"]
    known = [person for _, person in western if person.age_band != "not-reported"]
    young = [person for person in known if person.age_band == "19-35"]
    older = [person for person in known if person.age_band == "36-60"]
    excess = len(young) - round(YOUNGER_2022 * len(known))
    source: Sequence[Person] = young if excess > 0 else older
    for person in pick(source, abs(excess), random):
        person.age_band = "36-60" if excess > 0 else "19-35"


def relations(events: list[Event], random: Random) -> None:
    for event in events:
        if event.type == "domestic-violence":
            relation = "intimate-partner" if event.subtype else "family"
            for person in event.people:
                person.relation = relation
            continue
        alone = event.type == "accidental-shooting" and not event.perpetrators()
        choices = RELATIONS.get(event.type, ("",))
        for person in event.victims():
            person.relation = "" if alone or event.mass_shooting else random.choice(choices)


def describe(events: list[Event], random: Random) -> None:
    sexes_of_victims(events, random)
    sexes_of_perpetrators(events, random)
    ages(events, random)
    relations(events, random)
