"""The pages of places at the door: each role sees and does what is theirs, and a name is nowhere else."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from throughline.kernel.history.models import Entry
from throughline.kernel.notify.models import Mail, Notice
from throughline.kernel.testing.training import make_activity, make_person
from throughline.kernel.testing.worlds import World
from throughline.training.models import Activity, Person, Place
from throughline.training.placing import fellows
from throughline.training.services import nominating, offers, people, selecting, teams
from throughline.training.services.selecting import Decision

pytestmark = pytest.mark.django_db
NAME = "Zqname Xvsecret"


@pytest.fixture
def door(world: World) -> Callable[[str], Client]:
    def enter(who: str) -> Client:
        client = Client()
        if who:
            client.force_login(world.user(who))
        return client

    return enter


def url(activity: Activity, name: str = "activity-places") -> str:
    return reverse(name, args=[activity.reference])


@pytest.fixture
def activity(world: World) -> Activity:
    lines = {"quotas": [{"jurisdiction": world.jurisdictions[code], "places": 3} for code in ("RS", "AL")]}
    return make_activity(world, capacity=8, lines=lines)


@pytest.fixture
def place(world: World, activity: Activity) -> Place:
    person = make_person(world, name=NAME, email="zqmail@example.org", function="Zqfunction")
    return nominating.nominate(world.viewer("alice"), activity=activity, people=[person], motive="Zqmotive")[0]


WORDS = ("Zqname", "zqmail", "Zqfunction", "Zqmotive", "Zqreason", "Zqneed")


def everything_of(world: World, who: str, activity: Activity, place: Place) -> dict[str, str]:
    """Every page of training this person can open, and the record's own, as text."""
    client = Client()
    if who:
        client.force_login(world.user(who))
    addresses = [
        url(activity), reverse("activity-detail", args=[activity.reference]), reverse("activity-list"),
        reverse("activity-list") + "?q=qname", reverse("training-person-list"), reverse("training-person-list") + "?q=qname",
        reverse("training-person-detail", args=[place.person.pk]), reverse("training-mine"), reverse("home"),
        reverse("notice-list"), f"/activities/{activity.reference}/history/",
    ]  # fmt: skip
    return {one: client.get(one, follow=True).content.decode() for one in addresses}


class TestNames:
    @pytest.mark.parametrize("who", ["charlie", "vera", "anna", "adam", "outsider", ""])
    def test_are_nowhere_for_those_who_read_counts(
        self, world: World, activity: Activity, place: Place, who: str
    ) -> None:
        sofia = world.viewer("sofia")
        selecting.decide(sofia, activity=activity, decisions=[Decision(place.pk, "select", "Zqreason")])
        offers.invite(sofia, activity=activity)
        offers.accept(world.viewer("alice"), place=place)
        offers.tell_needs(world.viewer("alice"), place=place, special_needs="Zqneed")

        said = everything_of(world, who, activity, place)

        assert {address: [word for word in WORDS if word in text] for address, text in said.items()} == {
            address: [] for address in said
        }

    def test_superusers_are_no_exception(self, world: World, activity: Activity, place: Place, door: Any) -> None:
        adam = world.user("adam")
        adam.is_superuser = True
        adam.save()

        assert NAME not in door("adam").get(url(activity)).content.decode()
        assert door("adam").get(reverse("training-person-detail", args=[place.person.pk])).status_code == 404

    @pytest.mark.parametrize("who", ["alice", "bob", "sofia", "simon"])
    def test_are_read_by_the_own_organisation_and_the_team(
        self, activity: Activity, place: Place, door: Any, who: str
    ) -> None:
        assert NAME in door(who).get(url(activity)).content.decode()

    def test_counts_are_for_all_who_see_the_activity(self, activity: Activity, place: Place, door: Any) -> None:
        page = door("charlie").get(url(activity))

        assert [line.as_dict() for line in page.context["lines"]] == [
            {"label": "Albania", "quota": 3, "held": 0, "left": 3, "nominated": 0, "reserve": 0, "waiting": 0},
            {"label": "Serbia", "quota": 3, "held": 0, "left": 3, "nominated": 1, "reserve": 0, "waiting": 0},
        ]
        assert "Selection" not in page.content.decode()

    def test_who_leaves_the_team_stops_reading_and_who_joins_begins(
        self, world: World, activity: Activity, place: Place, door: Any
    ) -> None:
        world.user("simon").roles.all().delete()
        anna = world.user("anna")
        anna.roles.create(programme=world.programme, role="secretariat")
        # At once where places are shown; by the duty where the person's record is read otherwise.
        assert NAME not in door("simon").get(url(activity)).content.decode()
        assert teams.settle_teams(world.viewer("sofia")) == 1
        assert teams.settle_teams(world.viewer("sofia")) == 0

        assert not Person.objects.visible_to(world.viewer("simon")).exists()
        assert NAME in door("anna").get(url(activity)).content.decode()

    def test_no_name_is_in_history_notices_or_mail(self, world: World, activity: Activity, place: Place) -> None:
        sofia = world.viewer("sofia")
        selecting.decide(sofia, activity=activity, decisions=[Decision(place.pk, "select", "Zqreason")])
        offers.invite(sofia, activity=activity)
        with pytest.raises(Exception, match="already"):
            nominating.nominate(world.viewer("alice"), activity=activity, people=[place.person])

        told = "\n".join(str(row) for model in (Entry, Notice, Mail) for row in model._default_manager.values_list())
        assert [word for word in WORDS if word in told and word != "zqmail"] == []

    def test_other_participants_see_who_agreed(self, world: World, activity: Activity, place: Place) -> None:
        mine = make_person(world, "AL", account="charlie", number=9)
        other = nominating.nominate(world.viewer("charlie"), activity=activity, people=[mine])[0]
        Place.objects.filter(pk__in=[place.pk, other.pk]).update(state="confirmed")
        assert fellows(world.viewer("charlie"), activity) == []
        people.consent(world.viewer("alice"), person=place.person, purpose="list", given=True)
        assert fellows(world.viewer("charlie"), activity) == [NAME]
        people.consent(world.viewer("alice"), person=place.person, purpose="list", given=False)
        assert fellows(world.viewer("charlie"), activity) == []


class TestTheContactPoint:
    def test_nominates_orders_and_withdraws(self, world: World, activity: Activity, place: Place, door: Any) -> None:
        alice, new = door("alice"), make_person(world, number=2)

        alice.post(url(activity, "activity-nominate"), {"person": [str(new.pk)], "reserve": "yes", "motive": "Next."})
        made = Place.objects.get(person=new)
        alice.post(url(activity, "activity-answer"), {"place": str(made.pk), "what": "nominate"})
        alice.post(url(activity, "activity-order"), {f"order-{made.pk}": "1", f"order-{place.pk}": "2"})
        alice.post(url(activity, "activity-answer"), {"place": str(place.pk), "what": "withdraw", "reason": "Ill."})

        rows = Place.objects.order_by("order").values_list("person", "state", "motive")
        assert list(rows) == [(new.pk, "nominated", "Next."), (place.person_id, "withdrawn", "Zqmotive")]

    def test_tells_travel_and_needs_of_who_has_no_account_once_it_is_confirmed(
        self, activity: Activity, place: Place, door: Any
    ) -> None:
        needs = {"place": str(place.pk), "what": "needs", "travel": "By train.", "special_needs": "A ramp."}

        early = door("alice").post(url(activity, "activity-answer"), needs)
        Place.objects.filter(pk=place.pk).update(state="confirmed")
        strange = [door(who).post(url(activity, "activity-answer"), needs).status_code for who in ("charlie", "sofia")]
        mine = door("alice").post(url(activity, "activity-answer"), needs)

        assert (early.status_code, strange, mine.status_code) == (403, [404, 403], 302)
        assert list(Place.objects.values_list("travel", "special_needs")) == [("By train.", "A ramp.")]
        assert "A ramp." in door("sofia").get(url(activity)).content.decode()

    @pytest.mark.parametrize("who", ["charlie", "anna", "outsider", "rita"])
    def test_others_cannot(self, world: World, activity: Activity, place: Place, door: Any, who: str) -> None:
        answers = [
            door(who).post(url(activity, "activity-nominate"), {"person": [str(make_person(world, number=3).pk)]}),
            door(who).post(url(activity, "activity-order"), {f"order-{place.pk}": "9"}),
            door(who).post(
                url(activity, "activity-answer"), {"place": str(place.pk), "what": "withdraw", "reason": "x"}
            ),
            door(who).post(url(activity, "activity-decide"), {"place": str(place.pk), "what": "select", "reason": "x"}),
            door(who).post(url(activity, "activity-invite")),
            door(who).post(url(activity, "activity-release")),
        ]

        assert {one.status_code for one in answers} <= {400, 403, 404}
        assert list(Place.objects.values_list("state", "order")) == [("nominated", 1)]

    def test_is_told_what_is_wrong_and_keeps_what_was_typed(
        self, world: World, activity: Activity, place: Place, door: Any
    ) -> None:
        make_person(world, number=2)
        page = door("alice").post(url(activity, "activity-nominate"), {"motive": "A long text."})

        assert (page.status_code, "A long text." in page.content.decode()) == (400, True)
        assert "Choose whom to nominate." in page.content.decode()


class TestTheTeam:
    def test_scores_selects_and_invites(self, activity: Activity, place: Place, door: Any) -> None:
        sofia = door("sofia")

        sofia.post(url(activity, "activity-decide"), {f"score-{place.pk}": "82,5", "what": "score"})
        sofia.post(url(activity, "activity-decide"), {"place": str(place.pk), "what": "select", "reason": "Fits."})
        sofia.post(url(activity, "activity-invite"))

        place.refresh_from_db()
        assert (place.state, str(place.score)) == ("offered", "82.50")
        assert "Fits." in sofia.get(url(activity)).content.decode()

    @pytest.mark.parametrize("given", [
        {"what": "select", "reason": "x"}, {"what": "select", "place": "no-key", "reason": "x"}, {"what": "", "reason": "x"},
        {"what": "score", "score-00000000-0000-7000-8000-000000000000": "12"}, {"what": "score", "score-x": "NaN"},
    ])  # fmt: skip
    def test_is_told_what_is_wrong(self, activity: Activity, place: Place, door: Any, given: dict[str, str]) -> None:
        assert door("sofia").post(url(activity, "activity-decide"), given).status_code == 400

    def test_the_board_costs_the_same_for_two_and_for_twenty(
        self, world: World, activity: Activity, place: Place, door: Any
    ) -> None:
        def cost() -> int:
            client = door("sofia")
            client.get(url(activity))
            with CaptureQueriesContext(connection) as asked:
                client.get(url(activity))
            return len(asked)

        few = cost()
        many = [make_person(world, number=number) for number in range(20, 40)]
        nominating.nominate(world.viewer("alice"), activity=activity, people=many)

        assert cost() <= few + 2


class TestTheParticipant:
    @pytest.fixture
    def me(self, world: World, activity: Activity) -> Place:
        person = people.add(
            world.viewer("alice"), programme=world.programme,
            values={"name": "Olga", "email": "OUTSIDER@example.org", "sex": "women", "sector": "police"},
        )  # fmt: skip
        return nominating.nominate(world.viewer("alice"), activity=activity, people=[person])[0]

    def test_accepts_tells_needs_and_is_not_named_in_history(
        self, world: World, activity: Activity, me: Place, door: Any
    ) -> None:
        sofia, outsider = world.viewer("sofia"), door("outsider")
        selecting.decide(sofia, activity=activity, decisions=[Decision(me.pk, "select", "x")])
        offers.invite(sofia, activity=activity)
        assert str(activity) in outsider.get(reverse("training-mine")).content.decode()

        answer = reverse("training-mine-answer", args=[me.pk])
        outsider.post(answer, {"what": "accept"})
        outsider.post(answer, {"what": "needs", f"{me.pk}-travel": "By train", f"{me.pk}-special_needs": ""})

        me.refresh_from_db()
        assert (me.state, me.travel) == ("confirmed", "By train")
        acts = Entry.objects.filter(verb__in=["place.accept", "place.tell-needs"])
        assert set(acts.values_list("actor", "actor_text")) == {(None, "the participant")}
        assert me.steps.get(target="confirmed").by == world.user("outsider")

    def test_sees_corrects_agrees_and_asks_for_erasure(self, world: World, me: Place, door: Any) -> None:
        outsider = door("outsider")
        assert "OUTSIDER@example.org".lower() in outsider.get(reverse("training-mine-data")).content.decode()

        form = {"name": "Olga B.", "email": "outsider@example.org", "sex": "women", "sector": "police"}
        outsider.post(reverse("training-mine-data"), form)
        outsider.post(reverse("training-mine-consent"), {"given": "yes"})
        outsider.post(reverse("training-mine-erase"))

        person = Person.objects.get(pk=me.person_id)
        assert (person.name, person.agreed_to_list, person.erasure_asked_at is not None) == ("Olga B.", True, True)
        told = set(Notice.objects.filter(person=world.user("alice")).values_list("subject", flat=True))
        assert {
            "A participant corrected their own data", "A participant asks for their data to be erased",
        } <= told  # fmt: skip

    def test_nobody_answers_for_another(self, me: Place, door: Any) -> None:
        for who in ("charlie", "anna", "sofia", "alice"):
            assert door(who).post(reverse("training-mine-answer", args=[me.pk]), {"what": "accept"}).status_code == 404
        assert door("charlie").get(reverse("training-mine-data")).status_code == 404

    def test_whose_account_came_later_finds_themselves(self, world: World, door: Any) -> None:
        person = make_person(world, email="outsider@example.org")
        outsider = door("outsider")
        assert "not on anybody" in outsider.get(reverse("training-mine")).content.decode()

        outsider.post(reverse("training-mine-claim"))

        person.refresh_from_db()
        assert person.account == world.user("outsider")
        assert "What is kept of you" in outsider.get(reverse("training-mine")).content.decode()

    def test_strangers_go_to_the_sign_in_page(self) -> None:
        assert Client().get(reverse("training-mine")).status_code == 302
