"""The finished training project, made up without a database: it adds up, whatever chance decides."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from throughline.demo.generator import DoesNotAddUp
from throughline.demo.pact import generator, recount
from throughline.demo.pact.finished import regional
from throughline.demo.pact.generator import LARGEST, MOST_TIMES, SMALLEST, Planned, generate


def done(found: list[Planned]) -> list[Planned]:
    return [one for one in found if not one.cancelled_because]


def test_adds_up_to_what_was_published() -> None:
    held = done(generate())
    came = [seat.person for one in held for seat in one.came]
    assert (len(held), len(came)) == (76, 1599)
    assert Counter(one.sector for one in came) == {
        "police": 1167, "judiciary": 144, "customs-tax": 64, "border": 48, "other": 176,
    }  # fmt: skip
    assert Counter(one.sex for one in came) == {"unnamed-a": 1055, "unnamed-b": 544}
    shares = [round(100 * number / 1599) for number in (1167, 144, 64, 48, 176, 1055, 544)]
    assert shares == [73, 9, 4, 3, 11, 66, 34]


def test_is_the_same_each_time() -> None:
    first, second = generate(), generate()
    assert [(one.key, one.title, one.starts_on, one.venue) for one in first] == [
        (one.key, one.title, one.starts_on, one.venue) for one in second
    ]
    assert [[(seat.person.key, seat.percents) for seat in one.seats] for one in first] == [
        [(seat.person.key, seat.percents) for seat in one.seats] for one in second
    ]


@settings(max_examples=15, deadline=None)
@given(st.text(max_size=8))
def test_any_seed_gives_a_project_with_the_same_totals(seed: str) -> None:
    assert recount.differences(generate(seed)) == []


def test_persons_are_fewer_than_participations_and_nobody_takes_a_course_twice() -> None:
    held = done(generate())
    times = Counter(seat.person.key for one in held for seat in one.seats)
    assert sum(times.values()) - len(times) > 400
    assert max(times.values()) == MOST_TIMES
    courses = Counter((seat.person.key, one.course.key) for one in held for seat in one.seats)
    assert set(courses.values()) == {1}


def test_activities_are_of_usual_size_within_the_time_of_the_project() -> None:
    found = generate()
    assert all(SMALLEST <= len(one.came) <= LARGEST for one in done(found))
    assert all(str(one.starts_on) >= "2020-10-19" and str(one.ends_on) <= "2023-10-18" for one in found)
    assert all(one.starts_on.weekday() + one.course.days <= 5 for one in found)
    assert len(found) - len(done(found)) == 5
    assert {one.jurisdiction for one in done(found) if one.mode == "onsite"} == {"AL", "BA", "XK", "ME", "MK", "RS"}
    assert all(not one.jurisdiction for one in found if one.mode == "online")


def test_all_seven_priorities_and_all_six_jurisdictions_take_part() -> None:
    held = done(generate())
    assert len({one.course.priority for one in held}) == 7
    assert min(Counter(seat.person.jurisdiction for one in held for seat in one.came).values()) > 200


def test_what_does_not_add_up_is_not_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(recount, "rows", lambda _name: [
        {"what": "participations", "slice": "", "value": "1600", "printed": "1600", "unit": "people"}
    ])  # fmt: skip
    with pytest.raises(DoesNotAddUp, match="participations : 1599"):
        generate()


def test_a_person_in_two_seats_is_found() -> None:
    held = done(generate())
    held[0].seats[1] = held[0].seats[0]
    assert recount.impossible(held)[0] == f"{held[0].key}: somebody sits there twice"


def test_the_trainings_of_2023() -> None:
    found = regional()
    people = [(one.course.kind, {seat.person.jurisdiction for seat in one.seats}, len(one.seats)) for one in found]
    assert [(kind, len(places)) for kind, places, _number in people[:2]] == [("train-the-trainer", 6), ("course", 7)]
    assert people[2:] == [("workshop", {"RS"}, 50)] * 4
    assert {seat.person.sex for one in found for seat in one.seats} == {"not-reported"}


def test_published_numbers_stand_in_the_table() -> None:
    assert sum(generator.of("sector").values()) == sum(generator.of("sex").values()) == 1599
