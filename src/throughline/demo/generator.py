"""The illustrative incidents, the same ones each time: made step by step, then counted again and compared."""

from datetime import date, timedelta
from random import Random

from throughline.demo import twice
from throughline.demo.arms import arm
from throughline.demo.casting import cast
from throughline.demo.perpetrators import add, seat_perpetrators
from throughline.demo.places import settle
from throughline.demo.recount import differences
from throughline.demo.shapes import JURISDICTIONS, Event, Person, Weapon
from throughline.demo.surges import gather
from throughline.demo.telling import report, tell, tell_all
from throughline.demo.traits import describe
from throughline.demo.victims import seat_victims

SEED = "throughline"
# What is under way in the quarter after: nothing of it counts in a figure that analysts see.
UNDER_WAY = (
    *[("draft", "amber+strict")] * 14,
    *[("draft", "green")] * 4,
    *[("sent", "green")] * 20,
    *[("sent", "amber")] * 6,
    *[("returned", "green")] * 8,
    *[("verified", "amber+strict")] * 10,
    *[("sent", "red")] * 4,
    *[("withdrawn", "green")] * 4,
)
NEXT_QUARTER = "2024-Q2"
TYPES_UNDER_WAY = (
    "weapon-seizure",
    "weapon-seizure",
    "criminal-context",
    "public-dispute",
    "domestic-violence",
    "undetermined",
)


class DoesNotAddUp(Exception):
    """The tables contradict each other or the published figures."""


def random_for(step: str, seed: str) -> Random:
    """Each step has chance of its own, so that a change in one leaves the others as they were."""
    return Random(f"{seed}: {step}")


def counted(seed: str = SEED) -> list[Event]:
    """The incidents of 2022 to the first quarter of 2024, which meet every published figure."""
    events = cast(random_for("kinds", seed))
    seat_victims(events, random_for("victims", seed))
    seat_perpetrators(events, random_for("perpetrators", seed))
    describe(events, random_for("traits", seed))
    arm(events, random_for("weapons", seed))
    settle(events, random_for("places", seed))
    tell_all(events, random_for("telling", seed))
    gather(events, random_for("surges", seed))
    found = differences(events)
    if found:
        raise DoesNotAddUp("; ".join(found))
    return events


def under_way(seed: str = SEED) -> list[Event]:
    """Incidents of the next quarter as they stand in daily work: drafts, sent, returned, closely held."""
    random = random_for("under way", seed)
    events = []
    for number, (state, handling) in enumerate(UNDER_WAY, start=1):
        event = Event(
            key=f"{NEXT_QUARTER}-{number:04}",
            quarter=NEXT_QUARTER,
            jurisdiction=JURISDICTIONS[number % len(JURISDICTIONS)],
            type=random.choice(TYPES_UNDER_WAY),
            state=state,
            setting=random.choice(("urban", "rural")),
            possession="not-reported",
            occurred_on=date(2024, 4, 1) + timedelta(random.randrange(60)),
            weapons=[Weapon(random.choice(("pistol", "shotgun", "hand-grenade")))],
        )
        if event.type not in {"weapon-seizure", "undetermined"}:
            event.people.append(Person("victim", "threatened", sex=random.choice(("men", "women"))))
        add(event, random)
        event.people[-1].sex = "men"
        events.append(event)
        event.handling = handling
    settle(events, random)
    for event in events:
        tell(event, random)
        report(event, random)
    return events


def entered_twice(seed: str = SEED) -> list[Event]:
    """Second entries of cases that stand there already, which were counted once and are withdrawn since."""
    return twice.entered_twice(counted(seed), random_for("entered twice", seed))


def generate(seed: str = SEED) -> list[Event]:
    """Everything the demonstration loads, oldest first."""
    return sorted([*counted(seed), *under_way(seed)], key=lambda event: (event.occurred_on, event.key))
