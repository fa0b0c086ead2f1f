"""The line of a record: typed links, known relations, origin; and nothing of what a viewer may not read."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.template import Context, Template
from django.test import Client, RequestFactory

from throughline.incidents.models import Incident
from throughline.kernel.access.errors import Invalid, Refused
from throughline.kernel.access.services import mark
from throughline.kernel.history.models import Entry
from throughline.kernel.intake.models import Batch
from throughline.kernel.testing.worlds import World, make_incident
from throughline.kernel.trace.kinds import follow, followed
from throughline.kernel.trace.models import Link
from throughline.kernel.trace.queries import Line, line_of
from throughline.kernel.trace.services import link, unlink

Chain = tuple[Incident, Incident, Incident]


@pytest.fixture
def chain(world: World) -> Chain:
    """One incident that led to a second, which led to a third; all Alice's, all readable in the programme."""
    one, two, three = (make_incident(world, state="verified") for _ in range(3))
    alice = world.viewer("alice")
    link(alice, left=one, right=two, kind="leads-to")
    link(alice, left=two, right=three, kind="leads-to")
    return one, two, three


def told(line: Line) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    return (
        [(step.words, step.title) for step in line.left],
        [(step.words, step.title) for step in line.right],
    )


def hide(world: World, incident: Incident) -> None:
    mark(world.viewer("bob"), record=incident, handling="amber+strict", reason="Sensitive.")


def test_a_record_shows_what_it_came_from_and_led_to(world: World, chain: Chain) -> None:
    one, two, three = chain
    line = line_of(world.viewer("alice"), two)
    assert told(line) == ([("came from", one.reference)], [("led to", three.reference)])
    assert line.left[0].url == f"/incidents/{one.reference}/"
    assert (line.origin, line.is_empty) == (None, False)


def test_the_line_goes_on_as_deep_as_asked(world: World, chain: Chain) -> None:
    one, _two, three = chain
    viewer = world.viewer("alice")
    assert line_of(viewer, one).right[0].further == ()
    assert [step.title for step in line_of(viewer, one, depth=2).right[0].further] == [three.reference]
    assert [step.title for step in line_of(viewer, three, depth=9).left[0].further] == [one.reference]


def test_a_circle_is_walked_once(world: World, chain: Chain) -> None:
    one, _two, three = chain
    link(world.viewer("alice"), left=three, right=one, kind="leads-to")
    line = line_of(world.viewer("alice"), one, depth=4)
    assert line.right[0].further[0].further == ()


def test_what_a_viewer_may_not_read_is_not_on_their_line(world: World, chain: Chain) -> None:
    one, two, three = chain
    hide(world, one)
    assert told(line_of(world.viewer("charlie"), two)) == ([], [("led to", three.reference)])
    assert told(line_of(world.viewer("outsider"), two)) == ([], [])


def test_the_walk_does_not_pass_through_what_is_hidden(world: World, chain: Chain) -> None:
    one, two, _three = chain
    hide(world, two)
    assert line_of(world.viewer("charlie"), one, depth=4).is_empty


def test_the_line_of_a_record_one_may_not_read_is_empty(world: World, chain: Chain) -> None:
    hide(world, chain[1])
    assert line_of(world.viewer("charlie"), chain[1]).is_empty


def test_linking_twice_changes_nothing(world: World, chain: Chain) -> None:
    link(world.viewer("alice"), left=chain[0], right=chain[1], kind="leads-to")
    assert Link.objects.count() == 2


@pytest.mark.parametrize("who", ["charlie", "anna", "rita", "outsider"])
def test_only_those_who_may_change_one_of_the_two_link_them(world: World, chain: Chain, who: str) -> None:
    with pytest.raises(Refused):
        link(world.viewer(who), left=chain[0], right=chain[2], kind="leads-to")
    with pytest.raises(Refused):
        unlink(world.viewer(who), link=Link.objects.order_by("pk")[0])
    assert Link.objects.count() == 2


def test_nobody_links_to_what_they_may_not_read(world: World, chain: Chain) -> None:
    hide(world, chain[0])
    albanian = make_incident(world, by="charlie", state="verified")
    with pytest.raises(Refused):
        link(world.viewer("charlie"), left=chain[0], right=albanian, kind="leads-to")


def test_bad_links_are_not_made(world: World, chain: Chain) -> None:
    alice = world.viewer("alice")
    with pytest.raises(Invalid):
        link(alice, left=chain[0], right=chain[2], kind="no-such")
    with pytest.raises(Invalid):
        link(alice, left=chain[0], right=chain[0], kind="leads-to")


def test_history_keeps_a_link_apart_from_the_two_records(world: World, chain: Chain) -> None:
    unlink(world.viewer("alice"), link=Link.objects.get(left_id=chain[0].pk))
    entry = Entry.objects.latest("seq")
    ends = {"left": str(chain[0].pk), "right": str(chain[1].pk), "kind": "leads-to"}
    assert (entry.verb, entry.noun, entry.before) == ("trace.unlink", "link", ends)
    assert Entry.objects.filter(verb__startswith="trace.", noun="incident").count() == 0


def test_the_origin_of_an_imported_record_is_on_its_line(world: World) -> None:
    incident = make_incident(world, state="verified")
    batch = Batch.objects.create(noun="incident", name="seizures.csv", created_by=world.user("alice"))
    Incident.objects.filter(pk=incident.pk).update(batch=batch, source_row=17)
    incident.refresh_from_db()
    seen = {who: line_of(world.viewer(who), incident).origin for who in ("alice", "sofia", "charlie", "outsider")}
    assert [origin and (origin.row, origin.file) for origin in seen.values()] == [
        (17, "seizures.csv"),
        (17, "seizures.csv"),
        (17, ""),
        None,
    ]


@pytest.fixture
def following() -> Iterator[None]:
    yield
    followed.pop(Incident, None)


def test_what_the_models_know_is_followed_and_not_written_twice(world: World, following: None) -> None:
    one, two = make_incident(world, state="verified"), make_incident(world, state="verified")
    follow(Incident, left=lambda record: [("evidence", one)] if record.pk == two.pk else [])
    line = line_of(world.viewer("alice"), two)
    assert (told(line)[0], line.left[0].link) == ([("rests on", one.reference)], None)
    hide(world, one)
    assert line_of(world.viewer("charlie"), two).is_empty


def post(client: Client, incident: Incident, **given: Any) -> Any:
    return client.post(f"/line/incident/{incident.pk}/link/", {"kind": "evidence", "direction": "left", **given})


def test_a_link_is_made_and_taken_off_on_the_page(client: Client, world: World) -> None:
    one, two = make_incident(world), make_incident(world)
    client.force_login(world.user("alice"))
    response = post(client, two, reference=one.reference.lower())
    assert response["Location"] == f"/incidents/{two.reference}/"
    made = Link.objects.get()
    assert (made.left, made.right, made.kind) == (one, two, "evidence")
    client.post(f"/line/incident/{two.pk}/links/{made.pk}/remove/")
    assert Link.objects.count() == 0


def test_a_link_to_what_one_may_not_read_looks_like_a_link_to_nothing(client: Client, world: World) -> None:
    hidden, mine = make_incident(world), make_incident(world, by="charlie")
    client.force_login(world.user("charlie"))
    answers = []
    for reference in (hidden.reference, "AV-1999-000001", ""):
        post(client, mine, reference=reference)
        answers.append([str(message) for message in client.get("/notices/").context["messages"]])
    assert answers[0] == answers[1] == answers[2] == ["There is no record with this reference that you can see."]
    assert Link.objects.count() == 0


def test_pages_of_links_are_closed_to_others(client: Client, world: World, chain: Chain) -> None:
    one, two, _three = chain
    made = Link.objects.get(left_id=one.pk)
    client.force_login(world.user("outsider"))
    assert post(client, two, reference=one.reference).status_code == 404
    assert client.post(f"/line/incident/{two.pk}/links/{made.pk}/remove/").status_code == 404
    client.force_login(world.user("charlie"))
    assert client.post(f"/line/incident/{two.pk}/links/{made.pk}/remove/").status_code == 403
    assert client.post(f"/line/nonsense/{two.pk}/links/{made.pk}/remove/").status_code == 404
    assert Link.objects.count() == 2


def test_the_line_is_drawn_for_the_viewer_of_the_page(world: World, chain: Chain, rf: RequestFactory) -> None:
    request = rf.get("/")
    template = Template("{% load trace %}{% line_of record %}")
    pages = {}
    hide(world, chain[0])
    for who in ("alice", "charlie", "outsider"):
        request.viewer = world.viewer(who)  # type: ignore[attr-defined]
        pages[who] = template.render(Context({"request": request, "record": chain[1]}))
    assert chain[0].reference in pages["alice"]
    assert "Link to another record" in pages["alice"]
    assert chain[0].reference not in pages["charlie"]
    assert chain[2].reference in pages["charlie"]
    assert "Link to another record" not in pages["charlie"]
    assert pages["outsider"].strip() == ""
