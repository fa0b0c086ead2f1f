"""The home page puts all that waits into one order, and nothing of what others wait for."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from throughline.kernel.duplicates.choices import PairState
from throughline.kernel.duplicates.models import Pair
from throughline.kernel.flow.models import Step
from throughline.kernel.notify.services import tell
from throughline.kernel.testing.resource_cases import signed_in
from throughline.kernel.testing.worlds import World, make_incident
from throughline.kernel.ui.waiting import ANYWHERE, Waiting, in_order, waiting_for

pytestmark = pytest.mark.django_db


def test_what_is_due_first_stands_on_top_and_what_has_no_day_below() -> None:
    late, soon, whenever = (
        Waiting("late", 1, "/a", date(2020, 1, 1)),
        Waiting("soon", 1, "/b", date(2999, 1, 1)),
        Waiting("whenever", 1, "/c"),
    )
    placed = in_order({"collect": [whenever, soon], "report": [late], ANYWHERE: []})
    assert [(one.item.label, str(one.station)) for one in placed] == [
        ("late", "Report"), ("soon", "Collect"), ("whenever", "Collect"),
    ]  # fmt: skip
    assert [one.item.late for one in placed] == [True, False, False]


def test_what_is_to_be_checked_is_due_on_the_first_day_of_its_records(world: World) -> None:
    first = make_incident(world, state="sent")
    make_incident(world, state="sent")
    today = timezone.localdate()
    Step.objects.filter(object_id=first.pk, target="sent").update(due_on=today - timedelta(days=2))
    (waits,) = waiting_for(world.viewer("bob"))["collect"]
    assert (waits.count, waits.due, waits.late) == (2, today - timedelta(days=2), True)
    page = signed_in(world, "bob").get("/").content.decode()
    assert "was due" in page
    assert "1 line is late." in page
    # Sent again: the older day no longer counts.
    Step.objects.create(
        noun="incident", object_id=first.pk, transition="send", source="returned", target="sent",
        by=world.user("alice"), due_on=today + timedelta(days=9),
    )  # fmt: skip
    (waits,) = waiting_for(world.viewer("bob"))["collect"]
    assert waits.due == today + timedelta(days=7)


def test_notices_and_pairs_wait_for_those_they_concern(world: World) -> None:
    first, second = (make_incident(world, state="verified") for _number in range(2))
    left, right = sorted((first.pk, second.pk))
    Pair.objects.create(noun="incident", left_id=left, right_id=right, points=9, version="1", state=PairState.OPEN)
    labels = {
        name: [str(one.label) for one in waiting_for(world.viewer(name))["collect"]]
        for name in ("bob", "charlie", "rita")
    }
    assert "Pairs of incidents that look alike" in labels["bob"]
    assert "Pairs of incidents that look alike" not in labels["charlie"] + labels["rita"]
    from throughline.kernel.history.unit import unit_of_work  # reason: telling is part of a verb

    with unit_of_work(world.viewer("alice"), "test.tell"):
        tell([world.user("rita")], subject="Look", text="")
    assert [(str(one.label), one.count) for one in waiting_for(world.viewer("rita"))[ANYWHERE]] == [
        ("Notices to read", 1)
    ]
    assert waiting_for(world.viewer("charlie"))[ANYWHERE] == []


def test_an_empty_home_says_what_would_be_here(world: World) -> None:
    page = signed_in(world, "rita").get("/").content.decode()
    assert "your own drafts will stand here" in page
