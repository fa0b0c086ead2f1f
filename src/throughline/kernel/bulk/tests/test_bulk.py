"""Several records at once: seen before it is done, all or nothing, through each record's own rules, undone as a whole."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from throughline.incidents.models import Incident
from throughline.kernel.access.choices import Right
from throughline.kernel.access.errors import Conflict, Invalid, Refused
from throughline.kernel.access.services import grant
from throughline.kernel.bulk import orders, services
from throughline.kernel.bulk.models import BulkChange
from throughline.kernel.bulk.orders import Choice, Order
from throughline.kernel.history.models import Entry
from throughline.kernel.history.queries import verify_chain
from throughline.kernel.resources import registry
from throughline.kernel.testing.resource_cases import signed_in
from throughline.kernel.testing.worlds import World, make_incident

pytestmark = pytest.mark.django_db
SET = Order(values={"place": "Stari Grad"})


def named(*records: Incident) -> Choice:
    return Choice(keys=tuple(one.reference for one in records))


def preview(world: World, name: str, choice: Choice, order: Order = SET) -> Any:
    return services.preview(world.viewer(name), resource=registry.get("incident"), choice=choice, order=order)


def apply(world: World, name: str, choice: Choice, order: Order = SET, **more: Any) -> BulkChange:
    return services.apply(world.viewer(name), resource=registry.get("incident"), choice=choice, order=order, **more)


def places() -> list[str]:
    return list(Incident.objects.order_by("pk").values_list("place", flat=True))


def test_a_preview_shows_before_and_after_and_leaves_nothing(world: World) -> None:
    first, second = make_incident(world), make_incident(world, place="Stari Grad")
    entries = Entry.objects.count()
    plan = preview(world, "alice", named(first, second))
    assert [line.text for line in plan.changing] == [first.reference]
    assert [(cell.label, cell.before, cell.after) for cell in plan.changing[0].cells] == [
        ("Place", "Novi Grad", "Stari Grad")
    ]
    assert [line.text for line in plan.same] == [second.reference]
    assert plan.stuck == []
    assert places() == ["Novi Grad", "Stari Grad"]
    assert (Entry.objects.count(), BulkChange.objects.count()) == (entries, 0)


def test_it_is_done_to_all_with_one_history_and_undone_as_a_whole(world: World) -> None:
    first, second, verified = make_incident(world), make_incident(world), make_incident(world, state="verified")
    made = apply(world, "bob", named(first, second, verified), reason="Renamed by the municipality")
    assert places() == ["Stari Grad"] * 3
    verified.refresh_from_db()
    assert verified.state == "sent"  # a checked incident that was changed waits for checking again
    entries = Entry.objects.filter(verb__in=("bulk.apply", "incident.change"))
    assert len(entries) == 4
    assert len({entry.request for entry in entries}) == 1
    assert entries.get(verb="bulk.apply").reason == "Renamed by the municipality"
    services.undo(world.viewer("bob"), change=made)
    verified.refresh_from_db()
    assert (places(), verified.state) == (["Novi Grad"] * 3, "verified")
    assert verify_chain() is None
    made.refresh_from_db()
    assert made.state == "undone"
    with pytest.raises(Refused):
        services.undo(world.viewer("bob"), change=made)


def test_one_that_cannot_be_changed_stops_all_unless_left_out(world: World) -> None:
    mine, gone = make_incident(world), make_incident(world)
    Incident.objects.filter(pk=gone.pk).update(state="withdrawn")
    plan = preview(world, "alice", named(mine, gone))
    assert [(line.text, len(line.problems)) for line in plan.stuck] == [(gone.reference, 1)]
    with pytest.raises(Invalid) as error:
        apply(world, "alice", named(mine, gone))
    (problem,) = error.value.problems
    assert (problem.row, problem.value) == (2, gone.reference)
    assert "withdrawn" in problem.message
    assert (places(), BulkChange.objects.count()) == (["Novi Grad"] * 2, 0)
    made = apply(world, "alice", named(mine, gone), leave_out=True)
    assert (places(), made.count, made.left_out) == (["Stari Grad", "Novi Grad"], 1, 1)


def test_what_is_invalid_is_said_by_record_and_field(world: World) -> None:
    record = make_incident(world)
    with pytest.raises(Invalid) as error:
        apply(world, "alice", named(record), Order(values={"occurred_on": "31.2.2024"}))
    assert [(one.field, one.row) for one in error.value.problems] == [("occurred_on", 1)]
    with pytest.raises(Invalid) as error:
        apply(world, "alice", named(record), Order(values={"latitude": "91", "longitude": "20"}))
    assert {one.field for one in error.value.problems} == {"latitude"}


def test_who_may_read_but_not_change_is_told_so_and_nothing_hidden_is_named(world: World) -> None:
    hidden, shared = make_incident(world), make_incident(world, state="sent")
    grant(world.viewer("alice"), record=shared, to=world.organisations["police-al"], right=Right.READ)
    plan = preview(world, "charlie", named(shared))
    assert [line.problems[0].message for line in plan.stuck] == ["You may read this but not change it."]
    with pytest.raises(Invalid):
        apply(world, "charlie", named(shared))
    # A record that is not there for them is like one that is not there at all.
    said = []
    for reference in (hidden.reference, "AV-2024-999999"):
        with pytest.raises(Invalid) as error:
            preview(world, "charlie", Choice(keys=(shared.reference, reference)))
        said.append([(one.field, str(one.message)) for one in error.value.problems])
    assert said[0] == said[1]
    everything = preview(world, "charlie", Choice(question=""))
    assert [line.text for line in everything.lines] == [shared.reference]
    assert places() == ["Novi Grad"] * 2


def test_a_second_person_verifies_many_and_nobody_their_own(world: World) -> None:
    foreign = [make_incident(world, "alice", state="sent") for _number in range(2)]
    own = make_incident(world, "bob", state="sent")
    order = Order(transition="verify")
    plan = preview(world, "bob", named(*foreign, own), order)
    assert [line.text for line in plan.changing] == [one.reference for one in foreign]
    assert "second person" in plan.stuck[0].problems[0].message
    with pytest.raises(Invalid):
        apply(world, "bob", named(*foreign, own), order)
    assert set(Incident.objects.values_list("state", flat=True)) == {"sent"}
    made = apply(world, "bob", named(*foreign), order)
    assert Incident.objects.filter(state="verified").count() == 2
    services.undo(world.viewer("bob"), change=made)
    assert set(Incident.objects.values_list("state", flat=True)) == {"sent"}
    # Taking it back makes nobody its author: they may verify again.
    assert len(preview(world, "bob", named(*foreign), order).changing) == 2
    with pytest.raises(Invalid):
        apply(world, "alice", named(*foreign), order)


def test_a_step_that_asks_for_a_comment_asks_for_it_here_too(world: World) -> None:
    sent = make_incident(world, state="sent")
    with pytest.raises(Invalid) as error:
        apply(world, "bob", named(sent), Order(transition="return"))
    assert {one.field for one in error.value.problems} == {"comment"}
    apply(world, "bob", named(sent), Order(transition="return", comment="Which street?"))
    sent.refresh_from_db()
    assert sent.state == "returned"


def test_it_is_not_undone_once_somebody_changed_one(world: World) -> None:
    first, second = make_incident(world), make_incident(world)
    made = apply(world, "alice", named(first, second))
    apply(world, "bob", named(second), Order(values={"region": "North"}))
    with pytest.raises(Refused, match=second.reference):
        services.undo(world.viewer("alice"), change=made)
    assert places() == ["Stari Grad"] * 2


def test_only_who_made_it_takes_it_back(world: World) -> None:
    made = apply(world, "alice", named(make_incident(world)))
    for name in ("bob", "sofia", "charlie"):
        with pytest.raises(Refused):
            services.undo(world.viewer(name), change=made)
        assert signed_in(world, name).get(reverse("bulk-detail", args=[made.pk])).status_code == 404
        assert signed_in(world, name).post(reverse("bulk-undo", args=[made.pk])).status_code == 404


def test_a_change_meanwhile_is_noticed(world: World) -> None:
    record = make_incident(world)
    mark = preview(world, "alice", named(record)).mark
    apply(world, "bob", named(record), Order(values={"region": "North"}))
    with pytest.raises(Conflict):
        apply(world, "alice", named(record), expected=mark)
    apply(world, "alice", named(record), expected=preview(world, "alice", named(record)).mark)


def test_too_many_or_none_are_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orders, "MOST", 2)
    records = [make_incident(world) for _number in range(3)]
    for choice in (
        Choice(question=""),
        named(*records),
        Choice(),
        Choice(question="place=nowhere"),
        Choice(keys=("\x00",)),
    ):
        with pytest.raises(Invalid):
            preview(world, "alice", choice)
    assert len(preview(world, "alice", named(*records[:2])).changing) == 2


@pytest.mark.parametrize(
    "order",
    [
        Order(),
        Order(values={"reference": "AV-1"}),
        Order(values={"handling": "clear"}),
        Order(values={"owner": "police-al"}),
        Order(values={"state": "verified"}),
        Order(values={"external_key": "x"}),
        Order(values={"nothing": "x"}),
        Order(transition="fly"),
        Order(values={"place": "x"}, transition="verify"),
    ],
)
def test_an_order_that_is_none_is_said_to_be(world: World, order: Order) -> None:
    with pytest.raises(Invalid):
        preview(world, "alice", named(make_incident(world)), order)


def test_a_field_may_be_emptied_and_comes_back_as_exact_as_it_was(world: World) -> None:
    record = make_incident(world, region="North", occurred_on=date(2024, 3, 1), date_precision="month")
    made = apply(world, "alice", named(record), Order(values={"region": "", "occurred_on": "7.3.2024"}))
    record.refresh_from_db()
    assert (record.region, record.date_precision) == ("", "day")
    services.undo(world.viewer("alice"), change=made)
    record.refresh_from_db()
    assert (record.region, str(record.occurred_on), record.date_precision) == ("North", "2024-03-01", "month")


def test_rows_that_are_no_records_can_be_changed_too(world: World) -> None:
    from throughline.incidents.models import Source  # reason: one noun without owner, state or version

    rows = [Source.objects.create(code=f"paper-{number}", name=f"Paper {number}", note="") for number in range(2)]
    given = {
        "resource": registry.get("source"),
        "choice": Choice(question=""),
        "order": Order(values={"note": "Daily"}),
    }
    made = services.apply(world.viewer("bob"), **given)
    assert list(Source.objects.values_list("note", flat=True)) == ["Daily"] * 2
    services.undo(world.viewer("bob"), change=made)
    assert list(Source.objects.values_list("note", flat=True)) == [""] * 2
    made = services.apply(world.viewer("bob"), **given)
    Source.objects.filter(pk=rows[0].pk).update(note="Weekly")
    with pytest.raises(Refused):
        services.undo(world.viewer("bob"), change=made)
    with pytest.raises(Invalid):
        services.apply(world.viewer("rita"), **given)


def test_the_pages_walk_from_ticking_to_taking_back(world: World) -> None:
    first, second = make_incident(world), make_incident(world)
    client = signed_in(world, "alice")
    assert "Change several at once" in client.get("/incidents/").content.decode()
    listed = client.get("/incidents/?select=1").content.decode()
    assert f'value="{first.pk}"' in listed
    picked = {"pick": [str(first.pk), str(second.pk)], "question": ""}
    form = client.post("/bulk/incident/", picked).content.decode()
    assert "Change 2 incidents at once" in form
    seen = client.post("/bulk/incident/", {**picked, "do": "preview", "set.place": "Stari Grad"})
    page = seen.content.decode()
    assert "2 records would change." in page
    mark = seen.context["plan"].mark
    done = client.post(
        "/bulk/incident/", {**picked, "do": "apply", "set.place": "Stari Grad", "mark": mark, "reason": "Renamed"}
    )
    made = BulkChange.objects.get()
    assert done.headers["Location"] == reverse("bulk-detail", args=[made.pk])
    assert first.reference in client.get(done.headers["Location"]).content.decode()
    assert "Stari Grad" in client.get("/bulk/").content.decode()
    client.post(reverse("bulk-undo", args=[made.pk]))
    assert places() == ["Novi Grad"] * 2


def test_the_pages_say_what_is_wrong(world: World) -> None:
    record = make_incident(world)
    client = signed_in(world, "alice")
    nothing = client.post("/bulk/incident/", {"question": "jurisdiction=RS"})
    assert nothing.headers["Location"] == "/incidents/?jurisdiction=RS&select=1"
    assert client.get("/bulk/incident/").headers["Location"] == "/incidents/?select=1"
    picked = {"pick": [str(record.pk)]}
    assert client.post("/bulk/incident/", {**picked, "do": "preview"}).status_code == 422
    assert client.post("/bulk/incident/", {**picked, "do": "preview", "set.jurisdiction": "Mars"}).status_code == 200
    stale = client.post("/bulk/incident/", {**picked, "do": "apply", "set.place": "X", "mark": "another"})
    assert "Somebody changed one of these records" in stale.content.decode()
    assert client.post("/bulk/no-such-noun/", picked).status_code == 404
    assert places() == ["Novi Grad"]


def test_a_row_more_costs_the_same_each_time(world: World) -> None:
    records = [make_incident(world) for _number in range(4)]

    def counted(count: int) -> int:
        with CaptureQueriesContext(connection) as queried:
            preview(world, "alice", named(*records[:count]))
        return len(queried)

    counted(1)
    one, two, four = counted(1), counted(2), counted(4)
    assert (four - two) == 2 * (two - one)
    assert two - one <= 25
