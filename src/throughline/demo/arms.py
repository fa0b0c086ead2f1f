"""Weapons, possession, and what kind of place: exact for the seizures and accidents of 2022, likely elsewhere."""

from random import Random

from throughline.demo.allocation import carve, pick
from throughline.demo.shapes import QUARTERS, Event, Weapon
from throughline.demo.tables import table

KINDS = {
    "handgun": ("pistol", "pistol", "pistol", "revolver", "handgun"),
    "rifle-shotgun": ("rifle", "shotgun", "shotgun", "rifle-shotgun"),
    "automatic-military": ("automatic-rifle", "automatic-rifle", "sub-machine-gun", "automatic-military"),
    "explosive": ("hand-grenade", "hand-grenade", "explosive-device", "explosive"),
}
TOP = {code: top for top, codes in KINDS.items() for code in codes}
# The weapon of an incident, by type: weights; "" is not reported.
LIKELY = {
    "criminal-context": {"handgun": 60, "automatic-military": 15, "explosive": 8, "rifle-shotgun": 7, "": 10},
    "public-dispute": {
        "handgun": 52,
        "rifle-shotgun": 14,
        "gas-pistol": 12,
        "air-gun": 5,
        "automatic-military": 4,
        "": 13,
    },
    "domestic-violence": {"handgun": 48, "rifle-shotgun": 28, "explosive": 6, "automatic-military": 4, "": 14},
    "undetermined": {"handgun": 34, "automatic-military": 16, "rifle-shotgun": 8, "": 42},
    "accidental-shooting": {"handgun": 30, "rifle-shotgun": 26, "explosive": 10, "air-gun": 8, "gas-pistol": 6, "": 20},
    "celebratory-shooting": {"handgun": 50, "gas-pistol": 26, "automatic-military": 10, "": 14},
    "hunting": {"rifle-shotgun": 92, "": 8},
    "dispute-with-police": {"handgun": 55, "automatic-military": 18, "rifle-shotgun": 12, "explosive": 5, "": 10},
    "suicide": {"handgun": 58, "rifle-shotgun": 26, "explosive": 4, "": 12},
    "weapons-theft": {"handgun": 44, "rifle-shotgun": 40, "automatic-military": 6, "": 10},
    "shooting-at-animals": {"air-gun": 44, "rifle-shotgun": 36, "handgun": 8, "": 12},
    "other": {"handgun": 40, "gas-pistol": 18, "explosive": 14, "": 28},
}
ACCIDENTS_2022 = {
    "handgun": 19,
    "rifle-shotgun": 16,
    "explosive": 7,
    "air-gun": 5,
    "gas-pistol": 4,
}  # the rest not reported
HOME_ACCIDENTS_2022 = 23
VICTIMS_BY_HANDGUN = 396  # of 1,071 in the Western Balkans in 2022: 37 %
VICTIMS_BY_ILLEGAL = 357  # one third
URBAN_SEIZURES_2022 = 1004
SEIZED_AT_2022 = {
    "home-yard": 600,
    "street": 345,
    "vehicle": 190,
    "border-crossing": 122,
    "public-place": 60,
    "hospitality": 45,
    "other-place": 60,
}  # of 1,542; not reported for the rest
EXACT_PLACES = {
    "home-yard": ("house", "house", "yard", "flat", "home-yard"),
    "public-place": ("public-place", "market"),
}
LIKELY_PLACES = {
    "weapon-seizure": {
        "home-yard": 39,
        "street": 22,
        "vehicle": 13,
        "border-crossing": 8,
        "public-place": 4,
        "hospitality": 3,
        "other-place": 4,
        "": 7,
    },
    "domestic-violence": {"home-yard": 86, "street": 6, "vehicle": 2, "": 6},
    "suicide": {"home-yard": 74, "vehicle": 6, "other-place": 8, "": 12},
    "celebratory-shooting": {"home-yard": 34, "hospitality": 22, "street": 24, "public-place": 10, "": 10},
    "hunting": {"other-place": 84, "": 16},
    "weapons-theft": {"home-yard": 66, "vehicle": 14, "other-place": 8, "": 12},
}
ELSEWHERE = {
    "street": 40,
    "home-yard": 20,
    "hospitality": 14,
    "public-place": 12,
    "vehicle": 5,
    "other-place": 3,
    "": 6,
}
ILLEGAL = {"weapon-seizure": 88, "criminal-context": 62, "undetermined": 22, "celebratory-shooting": 44}


def draw(weights: dict[str, int], random: Random) -> str:
    return random.choices(tuple(weights), tuple(weights.values()))[0]


def exact(code: str, random: Random) -> str:
    """A weapon of the second level, where sources tell it."""
    return random.choice(KINDS[code]) if code in KINDS else code


def with_top(event: Event, top: str) -> bool:
    return any(TOP.get(weapon.code, weapon.code) == top for weapon in event.weapons)


def seized(events: list[Event], random: Random) -> None:
    """Each case has one line a type; the published types add up to more than the cases, for some have several."""
    for quarter in QUARTERS:
        cases = [event for event in events if (event.quarter, event.type) == (quarter, "weapon-seizure")]
        fireworks = [event for event in cases if event.subtype == "pyrotechnic-seizure"]
        for event in fireworks:
            event.weapons = [Weapon("pyrotechnic", random.randint(20, 900))]
        firearms = [event for event in cases if event.subtype != "pyrotechnic-seizure"]
        wanted = dict(table("seized_weapons")[quarter])
        bullets = wanted.pop("other-weapon")
        small = [event for event in firearms if event.subtype != "large-seizure"]
        for event in pick(small, bullets, random):
            event.weapons = [Weapon("other-weapon", None)]
        share_out([event for event in firearms if not event.weapons], wanted, random)
    for event in events:
        if event.type == "weapon-seizure":
            quantities(event, random)


def share_out(cases: list[Event], wanted: dict[str, int], random: Random) -> None:
    """First a line for every case, then the remaining lines for cases that lack that type, large ones first."""
    first = carve(wanted, len(cases))
    codes = [code for code, number in first.items() for _ in range(number)]
    random.shuffle(codes)
    for event, code in zip(cases, codes, strict=True):
        event.weapons.append(Weapon(exact(code, random)))
    for code, number in wanted.items():
        lacking = [event for event in cases if not with_top(event, code) and len(event.weapons) < 4]
        for event in pick(lacking, number - first[code], random, lambda e: 9.0 if e.subtype else 1.0):
            event.weapons.append(Weapon(exact(code, random)))


def quantities(event: Event, random: Random) -> None:
    """Five weapons or more in a large seizure, four at most in any other."""
    if event.subtype == "large-seizure":
        event.weapons[0].quantity = random.randint(5, 40)
    elif not event.subtype and len(event.weapons) == 1 and event.weapons[0].quantity and random.random() < 0.2:
        event.weapons[0].quantity = random.randint(2, 4)


def used(events: list[Event], random: Random) -> None:
    """The weapon of every other incident."""
    of_2022 = [event for event in events if (event.year, event.type) == (2022, "accidental-shooting")]
    rest = random.sample(of_2022, len(of_2022))
    for code, number in ACCIDENTS_2022.items():
        for event in rest[:number]:
            event.weapons = [Weapon(exact(code, random))]
        rest = rest[number:]
    for event in events:
        if event.type in {"weapon-seizure"} or event in of_2022:
            continue
        code = "explosive" if event.subtype == "undetermined-explosion" else draw(LIKELY[event.type], random)
        if code:
            event.weapons = [Weapon(exact(code, random))]


def meet(events: list[Event], wanted: int, has: dict[str, bool], random: Random) -> list[Event]:
    """The events to turn over, so that those which have something hold exactly so many victims."""
    excess = sum(len(event.victims()) for event in events if has[event.key]) - wanted
    turned = []
    for event in random.sample(events, len(events)):
        size = len(event.victims())
        if has[event.key] is (excess > 0) and 0 < size <= abs(excess):
            turned.append(event)
            excess += -size if excess > 0 else size
    if excess:
        message = f"{wanted} victims cannot be met"
        raise ValueError(message)
    return turned


def meet_victims_of_2022(events: list[Event], random: Random) -> None:
    """Handgun 37 % of the victims and illegal possession one third, as published for the Western Balkans."""
    western = [event for event in events if event.year == 2022 and event.jurisdiction != "MD" and event.victims()]
    every = {event.key: with_top(event, "handgun") for event in western}
    open_ = [e for e in western if e.type != "accidental-shooting" and e.subtype != "undetermined-explosion"]
    fixed = sum(len(event.victims()) for event in western if every[event.key] and event not in open_)
    for event in meet(open_, VICTIMS_BY_HANDGUN - fixed, every, random):
        event.weapons = [Weapon(exact("rifle-shotgun" if every[event.key] else "handgun", random))]
    illegal = {event.key: event.possession == "illegal" for event in western}
    for event in meet(western, VICTIMS_BY_ILLEGAL, illegal, random):
        event.possession = "not-reported" if illegal[event.key] else "illegal"


def possession(events: list[Event], random: Random) -> None:
    for event in events:
        illegal = ILLEGAL.get(event.type, 30)
        legal = 70 if event.type == "hunting" else 22 if event.type != "weapon-seizure" else 3
        unknown = max(0, 100 - illegal - legal - 1)
        words = ("illegal", "legal", "mixed", "not-reported")
        event.possession = random.choices(words, (illegal, legal, 1, unknown))[0]


def where(events: list[Event], random: Random) -> None:
    """Urban or rural, and the kind of place."""
    for event in events:
        event.place_kind = draw(LIKELY_PLACES.get(event.type, ELSEWHERE), random)
        event.setting = random.choices(("urban", "rural", "not-reported"), (60, 33, 7))[0]
    seizures = [event for event in events if (event.year, event.type) == (2022, "weapon-seizure")]
    for number, event in enumerate(random.sample(seizures, len(seizures))):
        event.setting = "urban" if number < URBAN_SEIZURES_2022 else "rural"
    rest = random.sample(seizures, len(seizures))
    for code, number in {**SEIZED_AT_2022, "": len(seizures) - sum(SEIZED_AT_2022.values())}.items():
        for event in rest[:number]:
            event.place_kind = code
        rest = rest[number:]
    accidents_at_home(events, random)
    for event in events:
        if event.place_kind in EXACT_PLACES:
            event.place_kind = random.choice(EXACT_PLACES[event.place_kind])


def accidents_at_home(events: list[Event], random: Random) -> None:
    """36 % at home: 23 of the 64 accidents of 2022 whose place was reported."""
    accidents = [event for event in events if (event.year, event.type) == (2022, "accidental-shooting")]
    shuffled = random.sample(accidents, len(accidents))
    for number, event in enumerate(shuffled):
        if number < HOME_ACCIDENTS_2022:
            event.place_kind = "home-yard"
        elif number == HOME_ACCIDENTS_2022:
            event.place_kind = ""
        else:
            event.place_kind = random.choice(("street", "other-place", "other-place", "public-place", "vehicle"))


def arm(events: list[Event], random: Random) -> None:
    seized(events, random)
    used(events, random)
    possession(events, random)
    meet_victims_of_2022(events, random)
    where(events, random)
    for event in events:
        event.property_damage = event.type not in {"weapon-seizure", "suicide"} and random.random() < 0.15
