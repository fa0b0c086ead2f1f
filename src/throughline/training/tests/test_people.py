"""People: kept by their own organisation, erased for good, with every figure as it was."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.utils import timezone

from throughline.kernel.access.errors import Invalid, Refused
from throughline.kernel.access.models import Grant
from throughline.kernel.comments.models import Comment
from throughline.kernel.comments.services import write
from throughline.kernel.flow.services import advance
from throughline.kernel.history.models import Entry
from throughline.kernel.history.queries import verify_chain
from throughline.kernel.notify.models import Mail
from throughline.kernel.testing.training import make_activity, make_person
from throughline.kernel.testing.worlds import World
from throughline.training import duties
from throughline.training.models import Activity, Consent, Person, Place
from throughline.training.placing import standings
from throughline.training.services import nominating, offers, people, selecting
from throughline.training.services.selecting import Decision

pytestmark = pytest.mark.django_db
SAID = {
    "name": "Zqname Zqfamily", "email": "zqmail@example.org", "telephone": "+381 zqphone", "function": "Zqfunction",
    "unit": "Zqunit", "sex": "women", "sector": "border", "languages": "sr",
}  # fmt: skip


def added(world: World, **given: Any) -> Person:
    return people.add(world.viewer("alice"), programme=world.programme, values={**SAID, **given})


def confirmed(world: World, person: Person, activity: Activity | None = None) -> Place:
    course = activity or make_activity(world)
    place = nominating.nominate(world.viewer("alice"), activity=course, people=[person], motive="zqmotive")[0]
    sofia = world.viewer("sofia")
    selecting.decide(sofia, activity=course, decisions=[Decision(place.pk, "select", "zqreason")])
    offers.invite(sofia, activity=course)
    offers.accept(world.viewer("alice"), place=place)
    return offers.tell_needs(world.viewer("alice"), place=place, travel="zqtravel", special_needs="zqneeds")


def figures(activity: Activity) -> Any:
    """What is counted: by jurisdiction and state, by sex and sector, and how many people."""
    rows = Place.objects.filter(activity=activity).order_by("pk")
    return (
        [one.as_dict() for one in standings(activity)],
        list(rows.values_list("jurisdiction", "sex", "sector", "state")),
        rows.values("person").distinct().count(),
    )


def everything_stored() -> str:
    """Every text in every table of ours."""
    return "\n".join(
        str(row) for model in apps.get_models() if not model._meta.proxy for row in model._base_manager.values_list()
    ).lower()


class TestKeeping:
    def test_belongs_to_the_own_organisation_and_its_jurisdiction(self, world: World) -> None:
        person = added(world, jurisdiction=world.jurisdictions["AL"])

        assert (person.owner, person.jurisdiction, person.handling) == (
            world.organisations["police-rs"], world.jurisdictions["RS"], "amber+strict",
        )  # fmt: skip
        readers = [name for name in world.users if Person.objects.visible_to(world.viewer(name)).exists()]
        assert readers == ["alice", "bob", "rita"]

    @pytest.mark.parametrize("wrong", [{"name": " "}, {"sex": "many"}, {"sector": "navy"}])
    def test_what_cannot_be_is_refused(self, world: World, wrong: dict[str, str]) -> None:
        with pytest.raises(Invalid) as refused:
            added(world, **wrong)
        assert [one.field for one in refused.value.problems] == list(wrong)

    def test_one_address_is_one_person_in_an_organisation(self, world: World) -> None:
        added(world)
        with pytest.raises(Invalid, match="kept with this address already"):
            added(world, email="ZQMAIL@example.org")

    @pytest.mark.parametrize("who", ["anna", "outsider", "rita"])
    def test_only_who_may_add_adds(self, world: World, who: str) -> None:
        with pytest.raises(Refused):
            people.add(world.viewer(who), programme=world.programme, values=SAID)

    @pytest.mark.parametrize("who", ["charlie", "sofia", "rita"])
    def test_only_the_own_organisation_changes_and_erases(self, world: World, who: str) -> None:
        person = added(world)
        confirmed(world, person)
        for verb, given in ((people.change, {"values": {"name": "X"}}), (people.erase, {})):
            with pytest.raises(Refused):
                verb(world.viewer(who), person=person, **given)

    def test_a_correction_follows_to_what_is_ahead_and_leaves_what_was_counted(self, world: World) -> None:
        person = added(world)
        done, ahead = confirmed(world, person), confirmed(world, person)
        Activity.objects.filter(pk=done.activity_id).update(state="done")

        people.change(world.viewer("bob"), person=person, values={"sex": "men"})

        assert [Place.objects.get(pk=one.pk).sex for one in (done, ahead)] == ["women", "men"]
        assert Entry.objects.filter(verb="person.change").values_list("after", flat=True).get() == {"changed": ["sex"]}

    def test_consent_is_kept_with_when_it_was_taken_back(self, world: World) -> None:
        person = added(world)
        for given in (True, True, False, True):
            people.consent(world.viewer("alice"), person=person, purpose="list", given=given)

        assert [one.withdrawn_at is None for one in Consent.objects.order_by("given_at")] == [False, True]
        with pytest.raises(Invalid):
            people.consent(world.viewer("alice"), person=person, purpose="advertising", given=True)
        with pytest.raises(Refused):
            people.consent(world.viewer("sofia"), person=person, purpose="list", given=True)


class TestErasing:
    def test_nothing_that_says_who_it_was_is_left_anywhere(self, world: World) -> None:
        person = added(world)
        place = confirmed(world, person)
        Mail.objects.create(address=person.email, subject="x", text="x")
        Activity.objects.filter(pk=place.activity_id).update(state="done")
        before = figures(place.activity)
        assert "zqneeds" in everything_stored()

        people.erase(world.viewer("bob"), person=person)

        left = everything_stored()
        assert [
            word for word in ("zqname", "zqfamily", "zqmail", "zqphone", "zqfunction", "zqunit") if word in left
        ] == []
        assert [word for word in ("zqmotive", "zqreason", "zqtravel", "zqneeds") if word in left] == []
        assert figures(place.activity) == before
        assert not Grant.objects.filter(object_id=person.pk).exists()
        assert verify_chain() is None

    def test_who_is_still_expected_is_withdrawn_and_the_next_is_asked(self, world: World) -> None:
        activity = make_activity(world, capacity=1)
        person = added(world)
        confirmed(world, person, activity)
        following = nominating.nominate(world.viewer("charlie"), activity=activity, people=[make_person(world, "AL")])
        decisions = [Decision(following[0].pk, "wait", "x")]
        selecting.decide(world.viewer("sofia"), activity=activity, decisions=decisions)

        people.erase(world.viewer("alice"), person=person)

        assert list(Place.objects.order_by("created_at").values_list("state", flat=True)) == ["withdrawn", "offered"]

    def test_what_was_said_about_them_goes_too(self, world: World) -> None:
        person = added(world)
        write(world.viewer("alice"), record=person, text="Is zqname still with the border police?")
        people.erase(world.viewer("alice"), person=person)

        assert not Comment.objects.exists()
        assert "zqname" not in everything_stored()

    def test_the_erased_cannot_be_erased_changed_or_nominated(self, world: World) -> None:
        person = added(world)
        people.erase(world.viewer("alice"), person=person)

        with pytest.raises(Refused, match="has been erased"):
            people.erase(world.viewer("alice"), person=person)
        with pytest.raises(Refused, match="has been erased"):
            people.change(world.viewer("alice"), person=person, values={"name": "Back"})
        with pytest.raises(Invalid, match="was erased"):
            nominating.nominate(
                world.viewer("alice"), activity=make_activity(world), people=[Person.objects.get(pk=person.pk)]
            )

    def test_closing_an_activity_later_brings_nothing_back(self, world: World) -> None:
        activity = make_activity(world, state="confirmed")
        confirmed(world, person := added(world), activity)
        past = timezone.localdate() - timedelta(days=3)
        Activity.objects.filter(pk=activity.pk).update(starts_on=past, ends_on=past)
        Place.objects.filter(activity=activity).update(state="attended")
        people.erase(world.viewer("alice"), person=person)

        activity.refresh_from_db()
        advance(world.viewer("sofia"), record=activity, transition="finish", comment="No list was kept.")

        assert list(Place.objects.values_list("sex", "sector", "state")) == [("women", "border", "attended")]
        assert "zqname" not in everything_stored()

    def test_by_date_when_the_last_activity_is_long_enough_ago(self, world: World) -> None:
        long_ago, lately, never = added(world), added(world, email="b@example.org"), added(world, email="c@example.org")
        old, new = confirmed(world, long_ago), confirmed(world, lately)
        also = confirmed(world, lately)
        past = timezone.localdate() - timedelta(days=400)
        Activity.objects.filter(pk__in=[old.activity_id, also.activity_id]).update(
            starts_on=past, ends_on=past, retention_days=365, state="done"
        )
        assert new.state == "confirmed"

        assert duties.erase_by_date() == 1

        assert [Person.objects.get(pk=one.pk).erased_at is not None for one in (long_ago, lately, never)] == [
            True, False, False,
        ]  # fmt: skip
        also.refresh_from_db()
        assert (also.special_needs, also.motive, also.sex) == ("", "", "women")
        assert duties.erase_by_date() == 0

    def test_every_text_that_hangs_on_a_person_is_wiped_or_no_text_about_them(self) -> None:
        """A field added later that holds words about a person must be wiped, or named here with why it may stay."""
        stays = {
            "Person": {"reference", "handling", "state", "sex", "sector"},
            "Place": {"sex", "sector", "state"},
            "PlaceStep": {"source", "target"},
            "Attendance": {"via"},
            "Certificate": {"serial", "code", "rule", "revoked_because", "shows", "badge_salt"},
            "Trainer": {"reference", "handling", "state"},
            "TrainerArea": set(),
            "Application": {"kind", "side", "state"},
            "Cascade": {"reference", "handling", "state", "title", "note", "venue"},  # of a session, not of a person
            "Pairing": {"reference", "handling", "state", "kind"},
            "Contact": set(),
            "Ticket": set(),
            "Superior": {"email"},  # the row goes
            "Consent": {"purpose"},
        }
        wiped = {"Person": set(people.WIPED_OF_PERSON)}
        for model, _way, fields in people.WIPED:
            wiped.setdefault(model.__name__, set()).update(fields)
        for name, kept in stays.items():
            texts = {
                one.name
                for one in apps.get_model("training", name)._meta.concrete_fields
                if isinstance(one, models.CharField | models.TextField)
            }
            assert (name, texts - kept - wiped.get(name, set())) == (name, set())
