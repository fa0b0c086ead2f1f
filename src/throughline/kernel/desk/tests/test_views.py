"""Saved views at the door: Alice saves, Bob is her colleague, Charlie works elsewhere. A view is a question and opens nothing."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from throughline.kernel.access.errors import Invalid, Refused
from throughline.kernel.desk import queries, services
from throughline.kernel.desk.choices import Shared
from throughline.kernel.desk.models import SavedView, UsualView
from throughline.kernel.history.models import Entry
from throughline.kernel.resources import registry
from throughline.kernel.testing.resource_cases import signed_in
from throughline.kernel.testing.worlds import World, make_incident

pytestmark = pytest.mark.django_db
LIST = "/incidents/"


def save(world: World, name: str = "alice", *, question: str = "jurisdiction=RS", **more: Any) -> SavedView:
    given_name = more.pop("called", "Ours")
    return services.save(
        world.viewer(name), resource=registry.get("incident"), name=given_name, question=question, **more
    )


def for_organisation(world: World, name: str = "alice") -> dict[str, Any]:
    return {"shared": Shared.ORGANISATION, "organisation": next(iter(world.viewer(name).organisations))}


def seen_by(world: World, name: str) -> list[str]:
    return [one.name for one in queries.views_for(world.viewer(name), "incident")]


def test_a_view_is_saved_from_the_list_and_leads_back_to_its_question(world: World) -> None:
    client = signed_in(world, "alice")
    page = client.get(f"{LIST}?jurisdiction=RS&sort=-killed").content.decode()
    assert "/views/new/incident/?jurisdiction=RS&amp;sort=-killed" in page
    form = client.get("/views/new/incident/?jurisdiction=RS&sort=-killed&after=abc&q=")
    assert "Serbia" in form.content.decode()
    answer = client.post(
        "/views/new/incident/", {"name": "  Serbia,  worst ", "question": "jurisdiction=RS&sort=-killed"}
    )
    view = SavedView.objects.get()
    assert (view.name, view.question, view.shared) == ("Serbia, worst", "jurisdiction=RS&sort=-killed", "mine")
    assert answer.headers["Location"] == f"{LIST}?jurisdiction=RS&sort=-killed&view={view.pk}"
    stable = client.get(reverse("view-detail", args=[view.pk]))
    assert stable.headers["Location"] == answer.headers["Location"]
    assert 'aria-current="page">Serbia, worst' in client.get(answer.headers["Location"]).content.decode()


def test_what_is_private_has_no_history_and_what_is_shared_has(world: World) -> None:
    view = save(world)
    assert not Entry.objects.filter(verb__startswith="view.").exists()
    services.change(world.viewer("alice"), view=view, **for_organisation(world))
    entry = Entry.objects.get(verb="view.change")
    assert entry.before["shared"] == "mine"
    assert entry.after["shared"] == "organisation"


def test_a_view_of_mine_is_mine_alone(world: World) -> None:
    view = save(world)
    assert seen_by(world, "alice") == ["Ours"]
    for name in ("bob", "charlie", "sofia", "adam", "outsider"):
        assert seen_by(world, name) == []
        client = signed_in(world, name)
        for address in ("view-detail", "view-change"):
            assert client.get(reverse(address, args=[view.pk])).status_code == 404
        for what in ("usual", "copy", "delete", "update"):
            assert client.post(reverse("view-do", args=[view.pk]), {"do": what}).status_code == 404
    assert SavedView.objects.get().name == "Ours"
    assert Client().get(reverse("view-detail", args=[view.pk])).status_code == 302


def test_shared_with_an_organisation_colleagues_open_it_and_others_do_not(world: World) -> None:
    view = save(world, **for_organisation(world))
    assert (seen_by(world, "bob"), seen_by(world, "charlie"), seen_by(world, "sofia")) == (["Ours"], [], [])
    assert signed_in(world, "bob").get(reverse("view-detail", args=[view.pk])).status_code == 302
    # A colleague reads and copies it, and does not change it.
    assert signed_in(world, "bob").get(reverse("view-change", args=[view.pk])).status_code == 403
    with pytest.raises(Refused):
        services.change(world.viewer("bob"), view=view, name="Theirs")
    with pytest.raises(Refused):
        services.delete(world.viewer("bob"), view=view)
    copy = services.duplicate(world.viewer("bob"), view=view)
    assert (copy.name, copy.shared, copy.person_id) == ("Ours (copy)", "mine", world.user("bob").pk)
    assert services.duplicate(world.viewer("bob"), view=view).name == "Ours (copy 2)"


def test_only_who_speaks_to_a_programme_shares_with_it(world: World) -> None:
    programme = {"shared": Shared.PROGRAMME, "programme": world.programme.pk}
    for name in ("alice", "bob", "outsider"):
        with pytest.raises(Refused):
            save(world, name, **programme)
    view = save(world, "anna", **programme)
    assert (seen_by(world, "charlie"), seen_by(world, "outsider")) == (["Ours"], [])
    # The secretariat keeps the lists of all in order.
    services.change(world.viewer("sofia"), view=view, name="Everyone's")
    assert seen_by(world, "alice") == ["Everyone's"]


def test_nobody_shares_with_an_organisation_of_others(world: World) -> None:
    with pytest.raises(Refused):
        save(world, "alice", shared=Shared.ORGANISATION, organisation=world.organisations["police-al"].pk)
    with pytest.raises(Refused):
        save(world, "sofia", shared=Shared.PROGRAMME, programme=uuid4())


def test_sharing_a_view_shares_the_question_and_never_a_record(world: World) -> None:
    secret = make_incident(world, "alice", place="Zqsecretplace")
    view = save(world, "anna", question="q=zqsecretplace", shared=Shared.PROGRAMME, programme=world.programme.pk)
    address = signed_in(world, "charlie").get(reverse("view-detail", args=[view.pk])).headers["Location"]
    assert secret.reference in signed_in(world, "alice").get(address).content.decode()
    page = signed_in(world, "charlie").get(address).content.decode()
    assert secret.reference not in page
    assert "Nothing fits this question" in page


def test_a_view_that_asks_for_what_a_reader_may_not_see_finds_nothing_for_them(world: World) -> None:
    save(world, **for_organisation(world))
    SavedView.objects.update(question="jurisdiction=nowhere")
    page = signed_in(world, "bob").get(f"{LIST}?jurisdiction=nowhere").content.decode()
    assert "nowhere" in page
    assert "</table>" not in page.partition('class="filters-in-words"')[2].partition("column-choice")[0]


def test_the_usual_view_opens_the_list_and_the_whole_is_one_step_away(world: World) -> None:
    make_incident(world, "alice")
    view = save(world, **for_organisation(world))
    client = signed_in(world, "bob")
    client.post(reverse("view-do", args=[view.pk]), {"do": "usual"})
    opened = client.get(LIST)
    assert opened.headers["Location"] == f"{LIST}?jurisdiction=RS&view={view.pk}"
    page = client.get(opened.headers["Location"]).content.decode()
    assert f'href="{LIST}?view=all"' in page
    assert client.get(f"{LIST}?view=all").status_code == 200
    assert signed_in(world, "alice").get(LIST).status_code == 200
    # No longer shared: the colleague's list opens whole.
    services.change(world.viewer("alice"), view=view, shared=Shared.MINE)
    assert client.get(LIST).status_code == 200
    client.post(reverse("view-whole", args=["incident"]))
    assert not UsualView.objects.exists()


def test_nobody_opens_their_list_with_a_view_they_may_not_open(world: World) -> None:
    view = save(world)
    with pytest.raises(Refused):
        services.make_usual(world.viewer("charlie"), noun="incident", view=view)


def test_a_changed_question_is_said_and_kept_when_wanted(world: World) -> None:
    view = save(world)
    client = signed_in(world, "alice")
    page = client.get(f"{LIST}?jurisdiction=ME&view={view.pk}").content.decode()
    assert "Changed since it was saved." in page
    client.post(reverse("view-do", args=[view.pk]), {"do": "update", "question": "jurisdiction=ME"})
    view.refresh_from_db()
    assert view.question == "jurisdiction=ME"


@pytest.mark.parametrize(
    ("name", "question", "field"),
    [("", "", "name"), ("x" * 81, "", "name"), ("A", "jurisdiction=nowhere", "jurisdiction"), ("A", "q=" + "x" * 4000, "question")],
)  # fmt: skip
def test_a_view_that_cannot_be_is_not_kept(world: World, name: str, question: str, field: str) -> None:
    with pytest.raises(Invalid) as error:
        save(world, called=name, question=question)
    assert {one.field for one in error.value.problems} == {field}
    assert not SavedView.objects.exists()
    answer = signed_in(world, "alice").post("/views/new/incident/", {"name": name, "question": question})
    assert answer.status_code == 422


def test_two_views_of_a_list_have_two_names(world: World) -> None:
    save(world)
    with pytest.raises(Invalid):
        save(world)
    save(world, "bob")
    services.save(world.viewer("alice"), resource=registry.get("source"), name="Ours", question="")


def test_deleting_leaves_lists_whole(world: World) -> None:
    view = save(world)
    services.make_usual(world.viewer("alice"), noun="incident", view=view)
    client = signed_in(world, "alice")
    client.post(reverse("view-do", args=[view.pk]), {"do": "delete"})
    assert (SavedView.objects.count(), UsualView.objects.count()) == (0, 0)
    assert client.get(LIST).status_code == 200


def test_views_cost_one_question_however_many(world: World) -> None:
    def counted() -> int:
        with CaptureQueriesContext(connection) as queried:
            assert client.get("/sources/?view=all").status_code == 200
        return len(queried)

    client = signed_in(world, "alice")
    counted()
    none = counted()
    for number in range(3):
        services.save(world.viewer("alice"), resource=registry.get("source"), name=f"V{number}", question="")
    assert counted() == none


CIRCLES = st.sampled_from(["mine", "police-rs", "police-al", "secretariat", "programme"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=st.lists(st.tuples(st.sampled_from(["alice", "bob", "charlie", "sofia", "outsider"]), CIRCLES), max_size=6))
def test_who_opens_what_follows_the_prose(world: World, made: list[tuple[str, str]]) -> None:
    """Mine; my organisation's, if it is shared with it; my programme's, if it is shared with it. Nothing else."""
    SavedView.objects.all().delete()
    for number, (person, circle) in enumerate(made):
        shared = circle if circle in {"mine", "programme"} else "organisation"
        SavedView.objects.create(
            person=world.user(person),
            noun="incident",
            name=f"{number}",
            shared=shared,
            organisation=world.organisations[circle] if shared == "organisation" else None,
            programme=world.programme if shared == "programme" else None,
        )
    places = {"alice": "police-rs", "bob": "police-rs", "charlie": "police-al", "sofia": "secretariat", "outsider": "police-me"}  # fmt: skip
    for reader, place in places.items():
        expected = {
            str(number)
            for number, (person, circle) in enumerate(made)
            if person == reader or circle == place or (circle == "programme" and reader != "outsider")
        }
        assert set(seen_by(world, reader)) == expected
