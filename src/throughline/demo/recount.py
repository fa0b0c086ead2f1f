"""Counting the generated incidents again, by other means than the measures, and comparing with what was published."""

from collections.abc import Callable, Iterator

from throughline.demo.arms import EXACT_PLACES, TOP
from throughline.demo.shapes import Event, Person
from throughline.demo.tables import Published, published

OUTCOMES = {"killed", "injured", "threatened", "suicide"}
WITHOUT_MOLDOVA = {"WB-6": "MD"}
PLACES = {code: top for top, codes in EXACT_PLACES.items() for code in codes}
EVENT_FACTS: dict[str, Callable[[Event], str]] = {
    "type": lambda event: event.type,
    "subtype": lambda event: event.subtype,
    "setting": lambda event: event.setting,
    "place-kind": lambda event: PLACES.get(event.place_kind, event.place_kind),
    "month": lambda event: f"{event.occurred_on:%Y-%m}",
}
PERSON_FACTS: dict[str, Callable[[Person], str]] = {
    "sex": lambda person: person.sex,
    "age-band": lambda person: person.age_band,
    "role": lambda person: person.role,
}


def in_scope(event: Event, scope: str) -> bool:
    return event.jurisdiction == scope or (
        scope.endswith(("-6", "-7")) and WITHOUT_MOLDOVA.get(scope) != event.jurisdiction
    )


def chosen(events: list[Event], row: Published, period: str) -> list[Event]:
    """The counted events of a period and scope that meet the conditions about events."""
    wanted = {name: value for name, value in row.conditions().items() if name in EVENT_FACTS}
    return [
        event
        for event in events
        if event.state == "verified"
        and event.quarter.startswith(period)
        and in_scope(event, row.scope)
        and all(EVENT_FACTS[name](event) == value for name, value in wanted.items())
    ]


def people(events: list[Event], row: Published) -> Iterator[Person]:
    wanted = {name: value for name, value in row.conditions().items() if name in PERSON_FACTS}
    for event in events:
        for person in event.people:
            if all(PERSON_FACTS[name](person) == value for name, value in wanted.items()):
                yield person


def percent(part: int, whole: int) -> float:
    return 100 * part / whole


def share_of_men(found: list[Person]) -> float:
    known = [person.sex for person in found if person.sex != "not-reported"]
    return percent(known.count("men"), len(known))


def count(events: list[Event], row: Published, period: str) -> float:
    """The answer to the row's question for a period."""
    within = chosen(events, row, period)
    everyone = list(people(within, row))
    sides = {"victims": "victim", "perpetrators": "perpetrator"}
    measure = row.measure
    if measure == "incidents":
        return len(within)
    if measure == "share-seizures":
        return percent(sum(event.type == "weapon-seizure" for event in within), len(within))
    if measure == "weapon-lines":
        kind = row.conditions()["weapon"]
        return sum(TOP.get(weapon.code, weapon.code) == kind for event in within for weapon in event.weapons)
    if measure.startswith("share-men-"):
        return share_of_men([one for one in everyone if one.side == sides[measure.removeprefix("share-men-")]])
    if measure in sides:
        return sum(one.side == sides[measure] for one in everyone)
    outcome = measure.removeprefix("people-")
    if outcome not in OUTCOMES:
        message = f"no one has counted {measure} yet"
        raise ValueError(message)
    return sum(one.outcome == outcome for one in everyone)


def before(period: str, compare: str) -> str:
    """The period a change is on: the one before, or the same one a year ago."""
    year = int(period[:4])
    if compare == "last-year" or len(period) == 4:
        return f"{year - 1}{period[4:]}"
    quarter = int(period[-1])
    return f"{year}-Q{quarter - 1}" if quarter > 1 else f"{year - 1}-Q4"


def rounded_like(published_value: float, value: float) -> float:
    """The value with as many decimals as were printed."""
    return round(value, 0 if published_value == int(published_value) else 1)


def answer(events: list[Event], row: Published) -> float:
    now = count(events, row, row.period)
    if not row.compare:
        return now
    earlier = count(events, row, before(row.period, row.compare))
    return percent(round(now) - round(earlier), round(earlier))


def differences(events: list[Event]) -> list[str]:
    """Every published figure that the events do not meet, in words; none, if all is well."""
    found = []
    for row in published():
        if row.set == "not-held":
            continue
        value = rounded_like(row.value, answer(events, row))
        if value != row.value:
            found.append(f"{row.period} {row.scope} {row.figure}: {value:g} instead of {row.value:g}")
    return found
