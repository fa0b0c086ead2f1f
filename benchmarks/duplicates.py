"""How many duplicates are found, how many of those found are true, and how long a sweep takes.

    python benchmarks/duplicates.py [--copies 500] [--speed 250000] [--seed 7]

The labelled set: the illustrative incidents of the demonstration, some of them copied and disturbed as a second reporter
would (another day, day and month exchanged, a misspelt or missing place, another type, another telling, another outlet,
people or weapons told otherwise). A pair is true if one is the copy of the other. The demonstration's incidents are all
different, so every other pair that is found is false. No database is needed: what is measured is blocking and points.
"""

import argparse
import random
import resource as machine
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

PROGRAMME = uuid5(NAMESPACE_URL, "programme")


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--copies", type=int, default=500)
    options.add_argument("--speed", type=int, default=250_000, help="synthetic records for the sweep; 0 leaves it out")
    options.add_argument("--seed", type=int, default=7)
    given = options.parse_args()
    import os

    os.environ["DJANGO_SETTINGS_MODULE"] = "throughline.config.settings"
    os.environ.setdefault("DATABASE_URL", "postgresql:///unused")
    import django

    django.setup()
    quality(given.copies, given.seed)
    if given.speed:
        speed(given.speed, given.seed)


def profile_of(event: Any, number: int) -> Any:
    """An event of the demonstration as what is compared."""
    from throughline.incidents.duplicates import Profile, _count, _link, _point
    from throughline.kernel.text import fold

    made = Profile(
        key=uuid5(NAMESPACE_URL, f"{event.key}/{number}"), programme=PROGRAMME,
        jurisdiction=uuid5(NAMESPACE_URL, event.jurisdiction), day=event.occurred_on, exact=event.date_precision == "day",
        at=event.occurred_at, kind=event.kind, top=event.type, where=fold(event.place), region=fold(event.region),
        place=event.place, point=_point(event.place_precision, event.latitude, event.longitude),
        text=fold(event.narrative[:600]),
    )  # fmt: skip
    _link(made, (one.address for one in event.reports))
    for person in event.people:
        _count(made.people, f"{person.side}/{person.outcome}", 1)
    for weapon in event.weapons:
        _count(made.weapons, weapon.code, weapon.quantity or 1)
    return made


def disturbed(one: Any, draw: random.Random, number: int) -> Any:
    """The same incident as somebody else would have entered it."""
    made = replace(one, key=uuid5(NAMESPACE_URL, f"copy {number}"), people=dict(one.people), weapons=dict(one.weapons))
    _when(made, draw)
    _where(made, draw)
    _told(made, draw, number)
    _who(made, draw)
    if draw.random() < 0.4:
        made.at = None
    if draw.random() < 0.4:
        made.point = None
    return made


def _when(made: Any, draw: random.Random) -> None:
    from throughline.kernel.duplicates.compare import swapped

    if (turn := draw.random()) < 0.25:
        made.day += timedelta(days=draw.choice((-2, -1, -1, 1, 1, 2)))
    elif turn < 0.32:
        made.day = swapped(made.day) or made.day
    elif turn < 0.36:
        made.day, made.exact = made.day.replace(day=1), False


def _where(made: Any, draw: random.Random) -> None:
    if (turn := draw.random()) < 0.3 and len(made.where) > 3:
        spot = draw.randrange(1, len(made.where) - 1)
        made.where = made.where[:spot] + draw.choice("aeiosn") + made.where[spot + 1 :]
    elif turn < 0.4:
        made.where, made.place = "", ""


def _told(made: Any, draw: random.Random, number: int) -> None:
    if draw.random() < 0.15:
        made.kind = made.top = draw.choice(("undetermined", "other", "criminal-context"))
    words = made.text.split()
    if (turn := draw.random()) < 0.5:
        made.text = " ".join(draw.sample(words, k=max(1, len(words) // 2)))
    elif turn < 0.7:
        made.text = ""
    if draw.random() < 0.75:
        made.links = frozenset({f"another.example/{number}"})


def _who(made: Any, draw: random.Random) -> None:
    if (turn := draw.random()) < 0.2 and made.people:
        made.people[draw.choice(sorted(made.people))] += 1
    elif turn < 0.3:
        made.people = {}
    if draw.random() < 0.25:
        made.weapons = {}


def quality(copies: int, seed: int) -> None:
    """Precision and recall at each threshold."""
    from throughline.demo.generator import generate
    from throughline.incidents.duplicates import DUPLICATES as RULE
    from throughline.kernel.duplicates.blocking import alike, candidates

    draw = random.Random(seed)
    originals = [profile_of(event, number) for number, event in enumerate(generate())]
    chosen = draw.sample(originals, k=min(copies, len(originals)))
    made = [disturbed(one, draw, number) for number, one in enumerate(chosen)]
    true = {frozenset((one.key, copy.key)) for one, copy in zip(chosen, made, strict=True)}
    profiles = [*originals, *made]
    met = {frozenset((profiles[a].key, profiles[b].key)) for a, b in candidates(RULE, profiles)}
    print(f"{len(originals):,} incidents, {len(made):,} disturbed copies; weights {RULE.version}")
    print(f"blocking: {len(met):,} pairs compared, {len(met & true) / len(true):.1%} of the true ones among them")
    found = {frozenset((a.key, b.key)): points.points for a, b, points in alike(replace(RULE, possible=30), profiles)}
    print("points from   found   precision   recall")
    for floor in sorted({30, 35, 40, 45, 50, 55, 60, 65, 70, RULE.possible, RULE.likely}):
        kept = {pair for pair, points in found.items() if points >= floor}
        right = len(kept & true)
        name = {RULE.possible: "possible", RULE.likely: "likely"}.get(floor, "")
        print(f"{floor:>11} {len(kept):>7,} {right / max(len(kept), 1):>11.1%} {right / len(true):>8.1%}  {name}")


def synthetic(count: int, seed: int) -> Iterable[Any]:
    """So many incidents of eleven years in seven jurisdictions, each with its own words."""
    from throughline.incidents.duplicates import Profile

    draw = random.Random(seed)
    places = [[f"{chr(97 + one)}{draw.randrange(10**6)}grad" for _number in range(150)] for one in range(7)]
    weights = [1 / (rank + 1) for rank in range(150)]
    vocabulary = [f"{draw.randrange(36**5):x}word" for _number in range(3000)]
    kinds = ("weapon-seizure", "criminal-context", "public-dispute", "undetermined", "domestic-violence", "other")
    for number in range(count):
        home = draw.randrange(7)
        where = draw.choices(places[home], weights)[0]
        kind = draw.choice(kinds)
        yield Profile(
            key=UUID(int=number), programme=PROGRAMME, jurisdiction=UUID(int=home),
            day=date(2014, 1, 1) + timedelta(days=draw.randrange(4017)), exact=True, at=None, kind=kind, top=kind,
            where=where, region="", place=where, point=None, text=" ".join(draw.choices(vocabulary, k=20)),
            links=frozenset({f"outlet.example/{number}"}),
            people={f"victim/{draw.choice(('killed', 'injured'))}": draw.randrange(1, 3)},
            weapons={draw.choice(("handgun", "rifle-shotgun")): 1},
        )  # fmt: skip


def speed(count: int, seed: int) -> None:
    from throughline.incidents.duplicates import DUPLICATES as RULE
    from throughline.kernel.duplicates.blocking import alike

    profiles = list(synthetic(count, seed))
    compared = 0

    def heard(number: int) -> None:
        nonlocal compared
        compared = number

    begun, used = time.perf_counter(), time.process_time()
    found = sum(1 for _pair in alike(RULE, profiles, heard))
    took, used = time.perf_counter() - begun, time.process_time() - used
    memory = machine.getrusage(machine.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{count:,} records: {compared:,} pairs compared, {found:,} found; {took:.0f} s ({used:.0f} s of processor), peak {memory:,.0f} MiB"
    )


if __name__ == "__main__":
    main()
