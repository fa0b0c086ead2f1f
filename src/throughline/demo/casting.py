"""How many incidents of which kind, where and in which quarter: the bare events, before anyone is in them."""

from collections.abc import Iterator
from random import Random

from throughline.demo.allocation import carve, pick, spread
from throughline.demo.shapes import JURISDICTIONS, QUARTERS, Event, Person
from throughline.demo.tables import table

# Where a kind of incident is met more often than the size of the jurisdiction alone would say.
LEANINGS = {
    ("celebratory-shooting", "XK"): 1.6,
    ("celebratory-shooting", "MD"): 0.4,
    ("criminal-context", "ME"): 1.4,
    ("criminal-context", "AL"): 1.4,
    ("domestic-violence", "MD"): 0.8,
    ("undetermined-explosion", "MD"): 0.3,
}
ORGANISED = {"2023-Q4": 50, "2024-Q1": 57}  # 2024-Q1 is published, as are its 45 armed robberies
ROBBERIES = {"2023-Q4": 46, "2024-Q1": 45}
ACCIDENTS = ("improper-handling", "improper-handling", "maintenance", "hunting-accident", "malfunction", "")
# Two shootings of May 2023 in Serbia: 19 killed and 19 injured together. How they divide is illustrative.
MASS_SHOOTINGS = (("other", 10, 6), ("public-dispute", 9, 13))


def places_of_quarters() -> dict[tuple[str, str], int]:
    """(quarter, jurisdiction) -> incidents."""
    kinds, places = table("incidents_by_kind"), table("incidents_by_jurisdiction")
    totals = {quarter: sum(kinds[quarter].values()) for quarter in QUARTERS}
    found: dict[tuple[str, str], int] = {}
    for quarter in ("2023-Q4", "2024-Q1"):
        found |= {(quarter, code): places[quarter][code] for code in JURISDICTIONS}
    for year in ("2022", "2023"):
        open_quarters = {q: totals[q] for q in QUARTERS if q.startswith(year) and (q, "AL") not in found}
        fixed = {
            code: sum(n for (q, c), n in found.items() if c == code and q.startswith(year)) for code in JURISDICTIONS
        }
        rest = {code: places[year][code] - fixed[code] for code in JURISDICTIONS}
        found |= spread(open_quarters, rest, lambda q, c: totals[q] * places[year][c])  # noqa: B023 (used at once)
    return found


def kinds_in_bosnia(quarters: dict[tuple[str, str], int]) -> dict[tuple[str, str], int]:
    """(quarter, kind) -> incidents in Bosnia and Herzegovina, of which the press gave yearly breakdowns."""
    kinds = table("incidents_by_kind")
    found: dict[tuple[str, str], int] = {}
    for year, wanted in table("bosnia_by_kind").items():
        columns = {quarter: quarters[quarter, "BA"] for quarter in QUARTERS if quarter.startswith(year)}
        share = spread(wanted, columns, lambda kind, quarter: float(kinds[quarter][kind]))
        found |= {(quarter, kind): n for (kind, quarter), n in share.items()}
    found |= {("2024-Q1", kind): n for kind, n in carve(kinds["2024-Q1"], quarters["2024-Q1", "BA"]).items()}
    return found


def kinds_by_place() -> dict[tuple[str, str, str], int]:
    """(quarter, kind, jurisdiction) -> incidents."""
    kinds, quarters = table("incidents_by_kind"), places_of_quarters()
    bosnia = kinds_in_bosnia(quarters)
    found = {(quarter, kind, "BA"): n for (quarter, kind), n in bosnia.items()}
    for quarter in QUARTERS:
        rest = {kind: n - bosnia[quarter, kind] for kind, n in kinds[quarter].items()}
        if min(rest.values()) < 0:
            message = f"{quarter}: more in one place than in the region"
            raise ValueError(message)
        places = {code: quarters[quarter, code] for code in JURISDICTIONS if code != "BA"}
        share = spread(
            rest,
            places,
            lambda kind, code: rest[kind] * places[code] * LEANINGS.get((kind, code), 1.0),  # noqa: B023
        )
        found |= {(quarter, kind, code): n for (kind, code), n in share.items()}
    return found


def bare_events() -> Iterator[Event]:
    shares = kinds_by_place()
    for quarter in QUARTERS:
        number = 0
        for (when, kind, code), many in shares.items():
            if when != quarter:
                continue
            undetermined = kind.startswith("undetermined")
            for _ in range(many):
                number += 1
                yield Event(
                    key=f"{quarter}-{number:04}",
                    quarter=quarter,
                    jurisdiction=code,
                    type="undetermined" if undetermined else kind,
                    subtype=kind if undetermined else "",
                )


def mark(events: list[Event], number: int, subtype: str, random: Random) -> None:
    """Give some of the events, as yet without one, a kind of the second level."""
    for event in pick([one for one in events if not one.subtype], number, random):
        event.subtype = subtype


def second_level(events: list[Event], random: Random) -> None:
    for quarter in QUARTERS:
        of = {
            type_: [one for one in events if one.quarter == quarter and one.type == type_]
            for type_ in ("weapon-seizure", "criminal-context", "domestic-violence", "accidental-shooting")
        }
        seizures, criminal = table("seizures")[quarter], of["criminal-context"]
        mark(of["weapon-seizure"], seizures["large"], "large-seizure", random)
        mark(of["weapon-seizure"], seizures["pyrotechnic"], "pyrotechnic-seizure", random)
        mark(criminal, ORGANISED.get(quarter, round(0.36 * len(criminal))), "organised-crime", random)
        mark(criminal, ROBBERIES.get(quarter, round(0.33 * len(criminal))), "armed-robbery", random)
        mark(of["domestic-violence"], round(0.45 * len(of["domestic-violence"])), "intimate-partner-violence", random)
        for event in of["accidental-shooting"]:
            event.subtype = random.choice(ACCIDENTS)


def mass_shootings(events: list[Event]) -> None:
    """Put the victims of the two shootings into two incidents of their type."""
    for type_, killed, injured in MASS_SHOOTINGS:
        event = next(one for one in events if (one.quarter, one.jurisdiction, one.type) == ("2023-Q2", "RS", type_))
        event.mass_shooting = True
        event.people += [Person("victim", "killed") for _ in range(killed)]
        event.people += [Person("victim", "injured") for _ in range(injured)]


def cast(random: Random) -> list[Event]:
    """All events with their kinds; only the mass shootings have people yet."""
    events = list(bare_events())
    second_level(events, random)
    mass_shootings(events)
    return events
