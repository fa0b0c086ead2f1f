"""The finished project made up so that it adds up to what was published: activities, seats in them, and the people.

Order: when and what; how many in each; from where and of which sector; of which sex; who came more than once; who came
to all of it. Then everything is counted again. Plain Python: the same seed gives the same project.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from throughline.demo.allocation import carve, spread
from throughline.demo.generator import DoesNotAddUp, random_for
from throughline.demo.tables import rows

SEED = "pact"
SMALLEST, LARGEST = 13, 30
MOST_TIMES = 4
AGAIN = 0.4
IN_PART = 0.05
SKIPS_ONE = 0.06
NO_SHOWS = 53
NATIONAL = 8
ONLY_ONSITE = {"study-visit", "simulation"}
WHY = (
    "The host could not receive us on these days. Illustrative.",
    "Too few nominations by the closing day. Illustrative.",
    "Travel was not possible. Illustrative.",
)


@dataclass
class Course:
    """What is taught, with how much it draws each sector."""

    key: str
    priority: str
    kind: str
    title: str
    days: int
    level: str
    weight: float
    draws: dict[str, float]
    target_group: str

    @classmethod
    def of(cls, row: dict[str, str]) -> "Course":
        draws = {name: float(row[name]) for name in ("judiciary", "customs-tax", "border", "other")} | {"police": 6.0}
        days, weight = int(row["days"]), float(row["weight"])
        kept = {name: row[name] for name in ("key", "priority", "kind", "title", "level", "target_group")}
        return cls(days=days, weight=weight, draws=draws, **kept)


@dataclass
class Someone:
    """A person without a name: of where, which sector, and which of the two groups of sex."""

    key: str
    jurisdiction: str
    sector: str
    sex: str
    took: set[str] = field(default_factory=set)


@dataclass
class Seat:
    """A place in an activity: who, and how much of each session they were there (none: they did not come)."""

    person: Someone
    percents: tuple[int, ...] = ()


@dataclass
class Planned:
    """One activity of the project, done or cancelled."""

    key: str
    course: Course
    edition: int
    mode: str
    starts_on: date
    venue: str = ""
    jurisdiction: str = ""
    national: bool = False
    cancelled_because: str = ""
    size: int = 0
    capacity: int = 0
    seats: list[Seat] = field(default_factory=list)

    @property
    def ends_on(self) -> date:
        return self.starts_on + timedelta(self.course.days - 1)

    @property
    def title(self) -> str:
        return self.course.title if self.edition == 1 else f"{self.course.title} ({self.edition})"

    @property
    def days(self) -> list[date]:
        return [self.starts_on + timedelta(number) for number in range(self.course.days)]

    @property
    def came(self) -> list[Seat]:
        return [seat for seat in self.seats if any(seat.percents)]


def published() -> dict[tuple[str, str], int]:
    """(what, slice) -> how many it has to be."""
    return {(row["what"], row["slice"]): int(row["value"]) for row in rows("pact/published")}


def of(what: str) -> dict[str, int]:
    return {part: value for (name, part), value in published().items() if name == what}


def courses() -> list[Course]:
    return [Course.of(row) for row in rows("pact/courses")]


def generate(seed: str = SEED) -> list[Planned]:
    """The whole project, oldest first."""
    found = plan(random_for("plan", seed))
    done = [one for one in found if not one.cancelled_because]
    fill(done, random_for("sizes", seed))
    seat(done, random_for("seats", seed))
    meet(done, random_for("people", seed))
    attend(done, random_for("attendance", seed))
    from throughline.demo.pact.recount import differences  # reason: it counts what is made here

    if faults := differences(found):
        raise DoesNotAddUp("; ".join(faults))
    return found


def plan(random: Random) -> list[Planned]:
    """What takes place when and where: year by year, week by week."""
    offered = courses()
    by_mode = {
        "onsite": [one for one in offered if one.kind != "webinar"],
        "online": [one for one in offered if one.kind not in ONLY_ONSITE],
    }
    places = list(rows("pact/jurisdictions"))
    found: list[Planned] = []
    for row in rows("pact/years"):
        first, last = date.fromisoformat(row["first"]), date.fromisoformat(row["last"])
        modes = ["online"] * int(row["online"]) + ["onsite"] * (int(row["onsite"]) + int(row["cancelled"]))
        random.shuffle(modes)
        weeks = [first + timedelta(7 * number) for number in range((last - first).days // 7 + 1)]
        for number, mode in enumerate(modes):
            monday = weeks[number * len(weeks) // len(modes)]
            choice = by_mode[mode]
            course = random.choices(choice, [one.weight * (3 if one.kind == "webinar" else 1) for one in choice])[0]
            one = Planned("", course, 1, mode, monday + timedelta(0 if course.days > 3 else 1))
            if mode == "onsite":
                place = places[len(found) % len(places)]
                one.venue, one.jurisdiction = place["place"], place["code"]
            found.append(one)
        cancel(found[-len(modes) :], int(row["cancelled"]), random)
    return numbered(found)


def cancel(year: list[Planned], number: int, random: Random) -> None:
    for one in random.sample([one for one in year if one.mode == "onsite"], number) if number else ():
        one.cancelled_because = random.choice(WHY)


def numbered(found: list[Planned]) -> list[Planned]:
    """Keys, and which time it is that a course is held."""
    ordered = sorted(found, key=lambda one: (one.starts_on, one.course.key))
    held: dict[str, int] = {}
    for number, one in enumerate(ordered, start=1):
        one.key = f"PACT-{number:03}"
        held[one.course.key] = held.get(one.course.key, 0) + 1
        one.edition = held[one.course.key]
    return ordered


def fill(done: list[Planned], random: Random) -> None:
    """How many came to each, between the smallest and the largest usual size; and which were for one country alone."""
    total = published()["participations", ""]
    room = {one.key: LARGEST - SMALLEST for one in done}
    draw = {one.key: random.uniform(0.4, 1.6) for one in done}
    more = carve(room, total - SMALLEST * len(done), draw)
    for one in done:
        one.size = SMALLEST + more[one.key]
        one.capacity = one.size + random.choice((0, 0, 1, 2, 3, 4))
    for one in random.sample([one for one in done if one.jurisdiction and one.size < 20], NATIONAL):
        one.national = True


def seat(done: list[Planned], random: Random) -> None:
    """From where, of which sector and of which sex those who came are; persons come later."""
    by_key = {one.key: one for one in done}
    sizes = {one.key: one.size for one in done}
    places = {row["code"]: int(row["participations"]) for row in rows("pact/jurisdictions")}

    def from_there(key: str, code: str) -> float:
        one = by_key[key]
        if one.national:
            return float(one.jurisdiction == code)
        return 1.4 if one.jurisdiction == code else 1.0

    where = spread(sizes, places, from_there)
    sectors = spread(sizes, of("sector"), lambda key, sector: by_key[key].course.draws[sector])
    sexes = [sex for sex, number in of("sex").items() for _ in range(number)]
    random.shuffle(sexes)
    for one in done:
        theirs = [sector for sector in of("sector") for _ in range(sectors[one.key, sector])]
        random.shuffle(theirs)
        codes = [code for code in places for _ in range(where[one.key, code])]
        one.seats = [Seat(Someone("", code, sector, sexes.pop())) for code, sector in zip(codes, theirs, strict=True)]


def meet(done: list[Planned], random: Random) -> None:
    """Who of them is the same person: somebody of the same kind who did not take this course before."""
    known: dict[tuple[str, str, str], list[Someone]] = {}
    number = 0
    for one in done:
        here: set[str] = set()
        for place in one.seats:
            who = place.person
            alike = known.setdefault((who.jurisdiction, who.sector, who.sex), [])
            again = [
                other
                for other in alike
                if other.key not in here and len(other.took) < MOST_TIMES and one.course.key not in other.took
            ]
            if again and random.random() < AGAIN:
                place.person = random.choice(again)
            else:
                number += 1
                who.key = f"{number:04}"
                alike.append(who)
            here.add(place.person.key)
            place.person.took.add(one.course.key)
    for one in random.sample(done, NO_SHOWS):
        number += 1
        code = one.jurisdiction if one.national else random.choice([row["code"] for row in rows("pact/jurisdictions")])
        one.seats.append(Seat(Someone(f"{number:04}", code, "police", "not-reported")))
        one.capacity = max(one.capacity, len(one.seats))


def attend(done: list[Planned], random: Random) -> None:
    """Most came to all of it, some missed a day, a few most of it. Those taken out above did not come."""
    for one in done:
        for place in one.seats[: one.size]:
            percents = [100] * one.course.days
            chance = random.random()
            if chance < IN_PART and one.course.days > 1:
                percents[1:] = [0] * (one.course.days - 1)
            elif chance < IN_PART + SKIPS_ONE:
                percents[-1] = 50
            place.percents = tuple(percents)
