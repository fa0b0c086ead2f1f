"""Seizures of one quarter that two officers entered from two reports: why a published monitor was revised.

The monitor of October to December 2022 printed 12 % fewer incidents than the quarter before. From the figures published since
it is 11.2 %: July to September had stood at about 933 then, and stands at 925. Here the eight that make the difference
were entered twice, counted when the monitor was released, found and withdrawn afterwards. Which eight is made up.
"""

from dataclasses import replace
from random import Random

from throughline.demo.allocation import pick
from throughline.demo.cast_of_people import let_no_mail_leave
from throughline.demo.records import Desk
from throughline.demo.shapes import Event
from throughline.demo.telling import report
from throughline.incidents.models import Incident
from throughline.kernel.flow.services import advance
from throughline.people.queries import viewer_for

QUARTER, MANY = "2022-Q3", 8
WHY = "The same seizure was entered twice, from two reports of it."


def entered_twice(events: list[Event], random: Random) -> list[Event]:
    """The second entries: the same case with another key and another report. Seizures, so no person counts twice."""
    cases = [
        one for one in events if (one.quarter, one.type, one.subtype, one.date_precision) == (QUARTER, "weapon-seizure", "", "day")
    ]  # fmt: skip
    found = []
    for one in sorted(pick(cases, MANY, random), key=lambda event: event.key):
        again = replace(one, key=f"{one.key}-again", reports=[])
        report(again, random)
        found.append(again)
    return found


def withdraw(events: list[Event], desk: Desk) -> int:
    """What a verifier of its jurisdiction does when the second entry is found; how many were left to withdraw."""
    standing = Incident.objects.filter(programme=desk.programme, external_key__in=[one.key for one in events])
    done = 0
    for event in events:
        incident = standing.filter(external_key=event.key, state="verified").first()
        if incident is not None:
            advance(viewer_for(desk.verifier(event)), record=incident, transition="withdraw", comment=WHY)
            done += 1
    let_no_mail_leave()
    return done
