"""Counting the finished project again, by other means than the measures, and comparing with what was published."""

from collections import Counter

from throughline.demo.pact.generator import LARGEST, SMALLEST, Planned
from throughline.demo.tables import rows


def differences(found: list[Planned]) -> list[str]:
    """Every published figure that is missed and everything that cannot be, in words; none, if all is well."""
    done = [one for one in found if not one.cancelled_because]
    came = [seat for one in done for seat in one.came]
    counted = {"activities": Counter({"": len(done)}), "participations": Counter({"": len(came)})}
    counted["sector"] = Counter(seat.person.sector for seat in came)
    counted["sex"] = Counter(seat.person.sex for seat in came)
    faults = []
    for row in rows("pact/published"):
        value = counted[row["what"]][row["slice"]]
        printed = round(100 * value / len(came)) if row["unit"] == "percent" else value
        if (value, printed) != (int(row["value"]), int(row["printed"])):
            faults.append(f"{row['what']} {row['slice']}: {value} ({printed}) instead of {row['value']}")
    return faults + impossible(done)


def impossible(done: list[Planned]) -> list[str]:
    faults = []
    for one in done:
        people = [seat.person.key for seat in one.seats]
        if len(set(people)) != len(people):
            faults.append(f"{one.key}: somebody sits there twice")
        if not SMALLEST <= len(one.came) <= LARGEST:
            faults.append(f"{one.key}: {len(one.came)} people")
        if one.national and {seat.person.jurisdiction for seat in one.seats} != {one.jurisdiction}:
            faults.append(f"{one.key}: people of elsewhere")
    taken = Counter((seat.person.key, one.course.key) for one in done for seat in one.seats)
    return faults + [f"{person} takes {course} again" for (person, course), times in taken.items() if times > 1]
