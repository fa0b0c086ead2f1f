"""Places at their door: nominate, select, offer, accept, decline, replace, release; who may, and what is refused."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from throughline.kernel.access.errors import Invalid, Refused
from throughline.kernel.history.models import Entry
from throughline.kernel.notify.models import Notice
from throughline.kernel.testing.training import make_activity, make_entry, make_person
from throughline.kernel.testing.worlds import World
from throughline.training.models import Activity, Person, Place, PlaceStep
from throughline.training.services import nominating, offers, selecting
from throughline.training.services.moves import book_of
from throughline.training.services.selecting import Decision

pytestmark = pytest.mark.django_db


def quota(world: World, **places: int) -> dict[str, Any]:
    return {"quotas": [{"jurisdiction": world.jurisdictions[code], "places": many} for code, many in places.items()]}


def people(world: World, code: str = "RS", many: int = 1, start: int = 1) -> list[Person]:
    return [make_person(world, code, number=number) for number in range(start, start + many)]


def nominated(world: World, activity: Activity, many: int = 1, code: str = "RS", **given: Any) -> list[Place]:
    by = {"RS": "alice", "AL": "charlie"}[code]
    start = Person.objects.count() + 1
    return nominating.nominate(world.viewer(by), activity=activity, people=people(world, code, many, start), **given)


def states(activity: Activity) -> list[str]:
    return list(Place.objects.filter(activity=activity).order_by("created_at", "order").values_list("state", flat=True))


def decide(world: World, activity: Activity, places: list[Place], what: str, by: str = "sofia") -> list[Place]:
    decisions = [Decision(one.pk, what, "Because.") for one in places]
    return selecting.decide(world.viewer(by), activity=activity, decisions=decisions)


def select_and_invite(world: World, activity: Activity, places: list[Place]) -> None:
    decide(world, activity, places, "select")
    offers.invite(world.viewer("sofia"), activity=activity)


class TestNominating:
    def test_in_order_with_reserves_and_a_step_each(self, world: World) -> None:
        activity = make_activity(world, lines=quota(world, RS=2))
        first = nominated(world, activity, 2, motive="Works on such cases.")
        reserve = nominated(world, activity, 1, reserve=True)

        assert [(one.order, one.state) for one in (*first, *reserve)] == [
            (1, "nominated"), (2, "nominated"), (3, "reserve"),
        ]  # fmt: skip
        assert first[0].jurisdiction == world.jurisdictions["RS"]
        assert PlaceStep.objects.filter(place=reserve[0]).values_list("source", "target", "by__name").get() == (
            "", "reserve", "Alice",
        )  # fmt: skip
        assert Notice.objects.get(person=world.user("sofia"), subject="2 people were nominated").text == str(activity)

    def test_a_course_once_taken_is_not_taken_again(self, world: World) -> None:
        entry = make_entry(world)
        before, now = make_activity(world, entry=entry, title="Before"), make_activity(world, entry=entry)
        place = nominated(world, before)[0]
        Place.objects.filter(pk=place.pk).update(state="attended")

        with pytest.raises(Invalid) as refused:
            nominating.nominate(world.viewer("alice"), activity=now, people=[place.person])

        said = f"{place.person}: has taken this course already, in {before.reference}"
        assert [one.message for one in refused.value.problems] == [said]

    def test_the_same_address_in_the_same_organisation_is_the_same_person(self, world: World) -> None:
        entry = make_entry(world)
        before, now = make_activity(world, entry=entry), make_activity(world, entry=entry)
        place = nominated(world, before)[0]
        Place.objects.filter(pk=place.pk).update(state="partly")
        again = make_person(world, number=77, email=place.person.email)

        assert set(nominating.already_taken(now, [again])) == {again.pk}
        assert nominating.already_taken(make_activity(world), [again]) == {}

    def test_who_did_not_come_may_be_nominated_again(self, world: World) -> None:
        entry = make_entry(world)
        before, now = make_activity(world, entry=entry), make_activity(world, entry=entry)
        place = nominated(world, before)[0]
        Place.objects.filter(pk=place.pk).update(state="no-show")

        made = nominating.nominate(world.viewer("alice"), activity=now, people=[place.person])

        assert [one.state for one in made] == ["nominated"]

    def test_nobody_has_two_live_places(self, world: World) -> None:
        activity = make_activity(world)
        place = nominated(world, activity)[0]

        with pytest.raises(Invalid, match="nominated for this activity already"):
            nominating.nominate(world.viewer("alice"), activity=activity, people=[place.person])

    @pytest.mark.parametrize("who", ["charlie", "rita", "anna", "sofia", "outsider"])
    def test_only_the_own_contact_point_nominates(self, world: World, who: str) -> None:
        activity, person = make_activity(world), make_person(world)

        with pytest.raises((Invalid, Refused)):
            nominating.nominate(world.viewer(who), activity=activity, people=[person])
        assert states(activity) == []

    def test_a_superuser_is_no_contact_point(self, world: World) -> None:
        activity, person = make_activity(world), make_person(world)
        adam = world.user("adam")
        adam.is_superuser = True
        adam.save()

        with pytest.raises(Invalid):
            nominating.nominate(world.viewer("adam"), activity=activity, people=[person])

    def test_after_the_closing_day_it_is_a_reserve_and_after_the_release_it_waits(self, world: World) -> None:
        today = timezone.localdate()
        closed = make_activity(world, nominate_by=today - timedelta(days=1))
        released = make_activity(world, release_on=today, capacity=1)

        assert [one.state for one in nominated(world, closed)] == ["reserve"]
        assert [one.state for one in nominated(world, released, 2)] == ["offered", "waiting"]

    def test_what_has_begun_or_was_cancelled_takes_nobody(self, world: World) -> None:
        begun = make_activity(world, starts_on=timezone.localdate())
        cancelled = make_activity(world, state="cancelled")

        for activity in (begun, cancelled):
            with pytest.raises(Refused):
                nominating.nominate(world.viewer("alice"), activity=activity, people=[make_person(world)])

    def test_the_order_is_the_contact_points_own(self, world: World) -> None:
        activity = make_activity(world)
        first, second, third = nominated(world, activity, 3)

        nominating.reorder(world.viewer("bob"), activity=activity, order=[third.pk, first.pk])

        ranked = Place.objects.filter(activity=activity).order_by("order").values_list("pk", flat=True)
        assert list(ranked) == [third.pk, first.pk, second.pk]
        with pytest.raises(Refused):
            nominating.reorder(world.viewer("charlie"), activity=activity, order=[second.pk])


class TestSelecting:
    def test_scored_decided_reasoned_and_in_history_without_names(self, world: World) -> None:
        activity = make_activity(world)
        yes, no = nominated(world, activity, 2)

        selecting.score(world.viewer("sofia"), activity=activity, scores={yes.pk: Decimal(80)})
        decide(world, activity, [yes], "select")
        decide(world, activity, [no], "reject")

        assert states(activity) == ["selected", "rejected"]
        assert list(PlaceStep.objects.filter(place=no).values_list("target", "reason")) == [
            ("nominated", ""), ("rejected", "Because."),
        ]  # fmt: skip
        told = (
            Entry.objects.filter(object_id=no.pk)
            .order_by("seq")
            .values_list("object_text", "before", "after", "reason")
        )
        name = f"{activity.reference}: {no.person.reference}"
        assert list(told) == [
            (name, {"state": ""}, {"state": "nominated"}, ""),
            (name, {"state": "nominated"}, {"state": "rejected"}, ""),
        ]

    def test_a_decision_has_a_reason_and_a_nomination(self, world: World) -> None:
        activity, other = make_activity(world), make_activity(world)
        place = nominated(world, activity)[0]
        sofia = world.viewer("sofia")

        with pytest.raises(Invalid, match="Say why"):
            selecting.decide(sofia, activity=activity, decisions=[Decision(place.pk, "select")])
        with pytest.raises(Invalid, match="select, wait or reject"):
            selecting.decide(sofia, activity=activity, decisions=[Decision(place.pk, "marry", "x")])
        with pytest.raises(Invalid, match="not open"):
            selecting.decide(sofia, activity=other, decisions=[Decision(place.pk, "select", "x")])

    @pytest.mark.parametrize("who", ["alice", "charlie", "anna", "adam", "outsider"])
    def test_only_the_team_decides(self, world: World, who: str) -> None:
        activity = make_activity(world)
        places = nominated(world, activity)

        with pytest.raises(Refused):
            decide(world, activity, places, "select", by=who)
        with pytest.raises(Refused):
            selecting.select_by_rule(world.viewer(who), activities=[activity])

    def test_a_quota_is_not_overrun_by_another(self, world: World) -> None:
        activity = make_activity(world, capacity=3, lines=quota(world, RS=1, AL=2))
        serbs = nominated(world, activity, 2)

        with pytest.raises(Invalid, match="No place is free for Serbia"):
            decide(world, activity, serbs, "select")
        assert states(activity) == ["nominated", "nominated"]

    def test_by_the_rule_for_all_at_once(self, world: World) -> None:
        activity = make_activity(world, capacity=3, lines=quota(world, RS=1, AL=1))
        serbs, albanians = nominated(world, activity, 3), nominated(world, activity, 1, code="AL")
        scores = {serbs[2].pk: Decimal(90), serbs[0].pk: Decimal(50)}
        selecting.score(world.viewer("sofia"), activity=activity, scores=scores)

        selecting.select_by_rule(world.viewer("sofia"), activities=[activity])

        now = {one.pk: one.state for one in Place.objects.all()}
        assert [now[one.pk] for one in (*serbs, *albanians)] == ["selected", "waiting", "selected", "selected"]

    def test_people_registered_together_are_decided_on_together(self, world: World) -> None:
        activity = make_activity(world)
        one, other = nominated(world, activity, 2, together=True)

        decide(world, activity, [one], "select")

        assert (states(activity), one.group) == (["selected", "selected"], other.group)


class TestOffers:
    def test_invited_and_accepted_by_the_contact_point(self, world: World) -> None:
        activity = make_activity(world)
        places = nominated(world, activity)
        select_and_invite(world, activity, places)

        offers.accept(world.viewer("alice"), place=places[0])

        assert states(activity) == ["confirmed"]

    @pytest.mark.parametrize("who", ["charlie", "sofia", "rita", "outsider"])
    def test_nobody_else_accepts(self, world: World, who: str) -> None:
        activity = make_activity(world)
        places = nominated(world, activity)
        select_and_invite(world, activity, places)

        with pytest.raises(Refused):
            offers.accept(world.viewer(who), place=places[0])

    def test_a_declined_place_of_a_quota_goes_to_its_reserve(self, world: World) -> None:
        activity = make_activity(world, capacity=2, lines=quota(world, RS=1, AL=1))
        first = nominated(world, activity)
        nominated(world, activity, reserve=True)
        nominated(world, activity, reserve=True, code="AL")
        select_and_invite(world, activity, first)

        offers.decline(world.viewer("alice"), place=first[0], reason="Ill.")

        assert states(activity) == ["declined", "offered", "reserve"]

    def test_too_late_is_too_late_and_the_next_is_asked(self, world: World) -> None:
        activity = make_activity(world, capacity=1)
        first, second = nominated(world, activity, 2)
        decide(world, activity, [second], "wait")
        select_and_invite(world, activity, [first])
        Place.objects.filter(pk=first.pk).update(offer_ends_at=timezone.now())

        with pytest.raises(Refused, match="time to answer has passed"):
            offers.accept(world.viewer("alice"), place=first)
        assert offers.expire_due(world.viewer("sofia")) == 1
        assert states(activity) == ["expired", "offered"]
        assert offers.expire_due(world.viewer("sofia")) == 0

    @pytest.mark.parametrize(
        ("rule", "expected"), [("strict", ["waiting"] * 3), ("fill", ["waiting", "waiting", "offered"])]
    )
    def test_a_wants_two_b_wants_one_and_one_is_free(self, world: World, rule: str, expected: list[str]) -> None:
        activity = make_activity(world, capacity=1, waiting_rule=rule)
        a, b = nominated(world, activity, 2, together=True), nominated(world, activity)
        Place.objects.filter(activity=activity).update(state="waiting", waiting_since=timezone.now())
        assert (len(a), len(b)) == (2, 1)

        offers.release(world.viewer("sofia"), activity=activity)

        assert states(activity) == expected

    def test_released_on_the_day_by_the_duty_to_one_list(self, world: World) -> None:
        activity = make_activity(
            world, capacity=2, lines=quota(world, RS=1, AL=1), release_on=timezone.localdate() + timedelta(1)
        )
        select_and_invite(world, activity, nominated(world, activity))
        nominated(world, activity, 2, reserve=True)
        assert offers.release_due(world.viewer("sofia")) == 0
        assert states(activity) == ["offered", "reserve", "reserve"]

        Activity.objects.filter(pk=activity.pk).update(release_on=timezone.localdate())
        assert offers.release_due(world.viewer("sofia")) == 1

        assert states(activity) == ["offered", "offered", "waiting"]

    def test_undecided_nominations_keep_their_claim(self, world: World) -> None:
        activity = make_activity(world, capacity=1)
        nominated(world, activity)
        waiting = nominated(world, activity)
        decide(world, activity, waiting, "wait")

        assert states(activity) == ["nominated", "waiting"]

    def test_withdrawn_by_the_team_with_a_reason(self, world: World) -> None:
        activity = make_activity(world)
        place = nominated(world, activity)[0]

        with pytest.raises(Refused, match="Say why"):
            offers.withdraw(world.viewer("sofia"), place=place)
        offers.withdraw(world.viewer("sofia"), place=place, reason="Postponed.")

        assert states(activity) == ["withdrawn"]
        assert (
            nominating.nominate(world.viewer("alice"), activity=activity, people=[place.person])[0].state == "nominated"
        )

    def test_a_substitute_keeps_the_place(self, world: World) -> None:
        activity = make_activity(world, capacity=1)
        first, waiting = nominated(world, activity, 2)
        decide(world, activity, [waiting], "wait")
        select_and_invite(world, activity, [first])
        offers.accept(world.viewer("alice"), place=first)
        other = make_person(world, number=50)

        made = nominating.substitute(world.viewer("alice"), place=first, person=other, reason="Ill.")

        assert (made.replaces_id, made.state, states(activity)) == (
            first.pk,
            "offered",
            ["withdrawn", "waiting", "offered"],
        )
        with pytest.raises(Invalid):
            nominating.substitute(world.viewer("alice"), place=made, person=make_person(world, "AL"), reason="Ill.")

    def test_travel_and_needs_are_asked_after_confirmation_only(self, world: World) -> None:
        activity = make_activity(world)
        place = nominated(world, activity)[0]
        alice = world.viewer("alice")
        with pytest.raises(Refused, match="once the place is confirmed"):
            offers.tell_needs(alice, place=place, special_needs="A ramp.")

        select_and_invite(world, activity, [place])
        offers.accept(alice, place=place)
        told = offers.tell_needs(alice, place=place, special_needs="A ramp.")

        assert told.special_needs == "A ramp."
        assert Entry.objects.filter(verb="place.tell-needs").values_list("after", flat=True).get() == {
            "changed": ["special_needs"]
        }

    def test_never_more_than_there_are(self, world: World) -> None:
        activity = make_activity(world, capacity=2)
        places = nominated(world, activity, 2)
        select_and_invite(world, activity, places)

        late = nominated(world, activity)

        with pytest.raises(Invalid, match="No place is free"):
            decide(world, activity, late, "select")
        assert book_of(activity).rooms.common == 0
