"""Trainers, the sessions they hold and the way between, at the door: who may, what counts, and what is never added."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from throughline.kernel.access.errors import Invalid, Refused
from throughline.kernel.access.services import mark
from throughline.kernel.flow.services import advance
from throughline.kernel.history.models import Entry
from throughline.kernel.measures import registry
from throughline.kernel.measures.ask import ask
from throughline.kernel.measures.questions import Question
from throughline.kernel.testing.resource_cases import signed_in
from throughline.kernel.testing.training import make_activity, make_person
from throughline.kernel.testing.worlds import World
from throughline.training import duties, multiplying
from throughline.training.models import Activity, Cascade, Person, Trainer
from throughline.training.services import cascades, people, trainers
from throughline.training.tests.teaching_world import comer, make_session, make_trainer, make_training

pytestmark = pytest.mark.django_db
NAME = "Zqname Xvtrainer"


@pytest.fixture
def course(world: World) -> Activity:
    made = make_training(world)
    Person.objects.filter(pk=comer(made).pk).update(name=NAME, account=world.user("rita"))
    return made


@pytest.fixture
def counted(world: World) -> Callable[[str, str], int]:
    """How many questions an address asks the database, once what is remembered for good is remembered."""

    def count(who: str, address: str) -> int:
        client = signed_in(world, who)
        client.get(address)
        with CaptureQueriesContext(connection) as context:
            assert client.get(address).status_code == 200
        return len(context)

    return count


def said(refused: Any) -> list[str]:
    return [problem.field for problem in refused.value.problems]


class TestThePool:
    def test_a_contact_point_proposes_who_was_trained(self, world: World, course: Activity) -> None:
        made = make_trainer(world, course)
        assert (made.state, made.through, made.owner.code, str(made)) == (
            "in-training", course, "police-rs", made.reference,
        )  # fmt: skip
        assert sorted(str(one) for one in made.areas.all()) == ["Cyber attacks", "Drugs trafficking"]
        told = Entry.objects.get(object_id=made.pk, verb="trainer.create")
        assert NAME not in str(told.after)

    def test_others_do_not(self, world: World, course: Activity) -> None:
        for who in ("charlie", "sofia", "rita", "outsider"):
            with pytest.raises(Refused):
                make_trainer(world, course, by=who)

    def test_nor_who_did_not_attend_nor_twice_nor_wider(self, world: World, course: Activity) -> None:
        stranger = make_person(world, number=9)
        with pytest.raises(Invalid) as refused:
            make_trainer(world, course, person=stranger)
        assert said(refused) == ["through"]
        with pytest.raises(Invalid) as refused:
            make_trainer(world, course, through=make_activity(world))
        assert said(refused) == ["through"]
        with pytest.raises(Invalid) as refused:
            make_trainer(world, course, handling="green")
        assert said(refused) == ["handling"]
        make_trainer(world, course)
        with pytest.raises(Invalid) as refused:
            make_trainer(world, course)
        assert said(refused) == ["person"]

    def test_names_are_for_the_own_organisation_and_those_who_are_secretariat_if_the_person_agreed(
        self, world: World, course: Activity
    ) -> None:
        made = make_trainer(world, course)

        def readers() -> list[str]:
            everybody = ("alice", "bob", "charlie", "anna", "sofia", "adam", "outsider")
            return [who for who in everybody if Trainer.objects.visible_to(world.viewer(who)).exists()]

        assert readers() == ["alice", "bob"]
        people.consent(world.viewer("alice"), person=made.person, purpose="pool", given=True)
        # By role: anna and adam work at the secretariat too. Sofia read the name before, as the team of the activity.
        assert readers() == ["alice", "bob", "sofia"]
        people.consent(world.viewer("rita"), person=made.person, purpose="pool", given=False)
        assert readers() == ["alice", "bob"]
        assert Person.objects.get(pk=made.person_id).agreed_to_list is False

    def test_the_name_is_at_no_door_for_analysts_and_administrators_of_the_secretariat(
        self, world: World, course: Activity
    ) -> None:
        made = make_trainer(world, course)
        people.consent(world.viewer("alice"), person=made.person, purpose="pool", given=True)

        def seen(who: str) -> tuple[int, bool]:
            client = signed_in(world, who)
            assert NAME not in "".join(client.get(a).content.decode() for a in ("/cascades/", "/training/pool/"))
            answer = client.get(f"/trainers/{made.reference}/")
            return answer.status_code, NAME in client.get("/trainers/").content.decode()

        assert {who: seen(who) for who in ("anna", "adam", "sofia")} == {
            "anna": (404, False), "adam": (404, False), "sofia": (200, True),
        }  # fmt: skip
        world.user("sofia").roles.all().delete()
        duties.keep_teams()
        assert seen("sofia") == (404, False)
        world.user("anna").roles.create(programme=world.programme, role="secretariat")
        duties.keep_teams()
        assert seen("anna") == (200, True)
        told = Entry.objects.count()
        duties.keep_teams()
        assert Entry.objects.count() == told

    def test_a_wider_code_opens_nothing(self, world: World, course: Activity) -> None:
        made = make_trainer(world, course)
        mark(world.viewer("bob"), record=made, handling="green", reason="Oops.")
        assert not Trainer.objects.visible_to(world.viewer("charlie")).exists()

    def test_a_superuser_sees_no_name(self, world: World, course: Activity) -> None:
        made = make_trainer(world, course)
        make_session(world, made, state="confirmed")
        world.user("outsider").__class__.objects.filter(pk=world.user("outsider").pk).update(is_superuser=True)
        client = signed_in(world, "outsider")
        for address in ("/trainers/", "/training/pool/", "/training/multiplication/", "/cascades/",
                        f"/activities/{course.reference}/", "/trainers/export.csv"):  # fmt: skip
            answer = client.get(address)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert (address, answer.status_code, NAME in body.decode()) == (address, 200, False)
        assert client.get(f"/trainers/{made.reference}/").status_code == 404

    def test_the_page_of_the_pool_counts_for_all_and_names_nobody(self, world: World, course: Activity) -> None:
        make_trainer(world, course)
        make_trainer(world, course, 3, by="charlie", languages="sq")
        hidden = make_trainer(world, course, 2, handling="red")
        told = signed_in(world, "anna").get("/training/pool/").content.decode()
        assert "2 trainers." in told
        assert NAME not in told
        assert hidden.reference not in told
        assert "0 trainers" not in signed_in(world, "outsider").get("/training/pool/").content.decode()

    def test_an_erased_trainer_leaves_and_the_counts_stay(self, world: World, course: Activity) -> None:
        made = make_trainer(world, course)
        make_session(world, made, state="confirmed")
        before = multiplying.chains(world.viewer("sofia"), [course])[course.pk].counts
        people.erase(world.viewer("alice"), person=made.person)
        made.refresh_from_db()
        assert (made.state, made.note, made.languages) == ("left", "", "")
        after = multiplying.chains(world.viewer("sofia"), [course])[course.pk].counts
        assert (before, after) == ([3, 0, 1, 1, 1, 1], [3, 0, 1, 1, 1, 0])


class TestSessions:
    def test_a_trainer_reports_and_a_second_person_confirms(self, world: World, course: Activity) -> None:
        trainer = make_trainer(world, course)
        held = make_session(world, trainer, by="rita")
        assert (held.state, held.reached, held.jurisdiction.code, held.owner.code) == (
            "reported",
            11,
            "RS",
            "police-rs",
        )
        told = Entry.objects.get(object_id=held.pk, verb="cascade.create")
        assert (told.actor, told.actor_text) == (None, "the participant")
        advance(world.viewer("alice"), record=held, transition="confirm")
        trainer.refresh_from_db()
        assert (held.state, trainer.state, trainer.ready_on) == ("confirmed", "teaching", held.held_on)

    def test_nobody_confirms_what_they_reported_or_taught(self, world: World, course: Activity) -> None:
        trainer = make_trainer(world, course)
        reported = make_session(world, trainer, by="alice")
        Person.objects.filter(pk=trainer.person_id).update(account=world.user("bob"))
        for who in ("alice", "bob", "charlie", "rita", "outsider"):
            with pytest.raises(Refused):
                advance(world.viewer(who), record=reported, transition="confirm")
        advance(world.viewer("sofia"), record=reported, transition="confirm")

    def test_others_do_not_report(self, world: World, course: Activity) -> None:
        trainer = make_trainer(world, course)
        for who in ("charlie", "sofia", "outsider"):
            with pytest.raises(Refused):
                make_session(world, trainer, by=who)

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"women": 0, "men": 0, "sex_not_reported": 0}, "women"),
            ({"held_on": timezone.localdate() + timedelta(days=2)}, "held_on"),
            ({"held_on": timezone.localdate() - timedelta(days=30)}, "held_on"),
            ({"hours": 0}, "hours"),
        ],
    )
    def test_bad_reports_say_what_is_wrong(
        self, world: World, course: Activity, given: dict[str, Any], field: str
    ) -> None:
        with pytest.raises(Invalid) as refused:
            make_session(world, make_trainer(world, course), **given)
        assert said(refused) == [field]

    def test_nor_twice_nor_after_a_training_they_did_not_attend(self, world: World, course: Activity) -> None:
        trainer = make_trainer(world, course)
        make_session(world, trainer)
        with pytest.raises(Invalid) as refused:
            make_session(world, trainer)
        assert said(refused) == ["title"]
        other = make_training(world, people=("AL",))
        with pytest.raises(Invalid) as refused:
            make_session(world, trainer, number=2, activity=other)
        assert said(refused) == ["activity"]

    def test_what_is_returned_is_corrected_and_so_reported_again(self, world: World, course: Activity) -> None:
        held = make_session(world, make_trainer(world, course), by="rita")
        advance(world.viewer("alice"), record=held, transition="return", comment="How many women?")
        changed = cascades.change(world.viewer("rita"), cascade=held, values={"women": 5})
        assert (changed.state, changed.reached) == ("reported", 12)
        cascades.take_back(world.viewer("rita"), cascade=held)
        with pytest.raises(Refused):
            cascades.change(world.viewer("rita"), cascade=held, values={"women": 6})
        with pytest.raises(Refused):
            cascades.take_back(world.viewer("charlie"), cascade=held)

    def test_the_own_page_reports_on_a_phone(self, world: World, course: Activity) -> None:
        make_trainer(world, course)
        client = signed_in(world, "rita")
        assert "Sessions you taught" in client.get("/training/mine/").content.decode()
        day = timezone.localdate().isoformat()
        given = {"activity": str(course.pk), "title": "At home", "held_on": day, "women": "3", "men": "", "hours": "2"}
        assert client.post("/training/mine/sessions/", {**given, "women": ""}).status_code == 400
        assert client.post("/training/mine/sessions/", given).headers["Location"] == "/training/mine/"
        held = Cascade.objects.get()
        assert (held.title, held.reached, held.created_by) == ("At home", 3, world.user("rita"))
        address = reverse("training-mine-session", args=[held.pk])
        assert client.post(address, {**given, "women": "4"}).status_code == 302
        held.refresh_from_db()
        assert held.women == 4
        assert signed_in(world, "charlie").get("/training/mine/sessions/").status_code == 404
        assert signed_in(world, "charlie").post(address, {"what": "withdraw"}).status_code == 404
        assert client.post(address, {"what": "withdraw"}).status_code == 302


class TestTheWay:
    def test_where_people_drop_out(self, world: World, course: Activity) -> None:
        first, second = make_trainer(world, course), make_trainer(world, course, 3, by="charlie")
        advance(world.viewer("alice"), record=first, transition="ready")
        make_session(world, first, state="confirmed", held_on=timezone.localdate())
        make_session(world, first, state="reported", number=2)
        chain = multiplying.chains(world.viewer("sofia"), [course])[course.pk]
        assert chain.counts == [3, 0, 2, 1, 1, 1]
        assert [row["lost"] for row in chain.steps()] == [None, 3, 0, 1, 0, 0]
        assert (chain.median_days, chain.sessions, chain.reached) == (1, 1, 11)
        late = multiplying.chains(world.viewer("sofia"), [course], days=0)[course.pk]
        assert late.counts == [3, 0, 2, 1, 0, 1]
        albania = multiplying.chains(world.viewer("sofia"), [course], jurisdiction="AL")[course.pk]
        assert albania.counts == [1, 0, 1, 0, 0, 0]
        assert second.state == "in-training"

    def test_over_all_each_person_counts_once(self, world: World, course: Activity) -> None:
        again = make_training(world, people=("AL",))
        again.places.update(person=comer(course))
        found = multiplying.chains(world.viewer("sofia"), [course, again])
        assert [found[one.pk].base for one in (course, again)] == [3, 1]
        assert multiplying.overall(found.values()).base == 3

    def test_names_stand_only_where_they_may_be_read(self, world: World, course: Activity) -> None:
        make_trainer(world, course)
        address = f"/activities/{course.reference}/"
        seen = {who: NAME in signed_in(world, who).get(address).content.decode() for who in ("alice", "sofia", "anna")}
        assert seen == {"alice": True, "sofia": True, "anna": False}
        assert "3 people attended" in signed_in(world, "anna").get(address).content.decode()
        assert "Propose" in signed_in(world, "alice").get(address).content.decode()

    def test_the_page_filters_and_says_what_it_does_not_understand(self, world: World, course: Activity) -> None:
        client = signed_in(world, "anna")
        told = client.get("/training/multiplication/?days=30").content.decode()
        assert "first session within 30 days" in told
        assert course.title in told
        assert NAME not in told
        for odd in ("days=never", "days=0", "project=NOPE", "jurisdiction=XX"):
            assert client.get(f"/training/multiplication/?{odd}").status_code == 400
        assert course.title not in signed_in(world, "outsider").get("/training/multiplication/").content.decode()

    def test_the_page_costs_the_same_for_one_and_three(
        self, world: World, course: Activity, counted: Callable[[str, str], int]
    ) -> None:
        make_trainer(world, course)
        one = counted("anna", "/training/multiplication/"), counted("anna", "/training/pool/")
        for _more in range(2):
            make_trainer(world, make_training(world))
        assert (counted("anna", "/training/multiplication/"), counted("anna", "/training/pool/")) == one

    def test_the_line_of_an_activity_leads_to_its_trainers_and_sessions(self, world: World, course: Activity) -> None:
        trainer = make_trainer(world, course)
        held = make_session(world, trainer)
        told = signed_in(world, "alice").get(f"/activities/{course.reference}/").content.decode()
        assert f'href="/trainers/{trainer.reference}/"' in told
        assert f'href="/cascades/{held.reference}/"' in told
        assert (
            trainer.reference not in signed_in(world, "anna").get(f"/activities/{course.reference}/").content.decode()
        )


class TestReach:
    def test_only_what_is_confirmed_counts(self, world: World, course: Activity) -> None:
        trainer = make_trainer(world, course)
        make_session(world, trainer, state="confirmed")
        make_session(world, trainer, number=2)
        year = str(timezone.localdate().year)
        found = {
            name: ask(Question.ask(name, period=year), world.viewer("anna")).value
            for name in ("training-cascades", "training-cascaded", "training-cascaded-women")
        }
        assert found == {"training-cascades": 1, "training-cascaded": 11, "training-cascaded-women": 4}

    def test_direct_and_cascaded_are_never_added(self, world: World, course: Activity) -> None:
        """Facts apart: no measure has rows of both, and no page says their sum."""
        assert {one.fact for one in registry.measures.values() if "cascade" in one.id} == {"training_cascade"}
        assert {one.noun for one in registry.facts.values() if one.model == "training.Cascade"} == {"cascade"}
        make_session(world, make_trainer(world, course), state="confirmed", women=1000, men=0, sex_not_reported=0)
        year = str(timezone.localdate().year)
        direct = ask(Question.ask("training-participations", period=year), world.viewer("anna")).value
        assert direct == 3
        for address in ("/training/multiplication/", f"/activities/{course.reference}/", "/training/achievements/",
                        f"/ask/?measure=training-participations&period={year}"):  # fmt: skip
            told = signed_in(world, "anna").get(address)
            assert (address, told.status_code, "1,003" in told.content.decode()) == (address, 200, False)

    def test_trainers_change_and_leave(self, world: World, course: Activity) -> None:
        made = make_trainer(world, course)
        trainers.change(world.viewer("alice"), trainer=made, values={"languages": "EN"}, areas=[])
        made.refresh_from_db()
        assert (made.languages, made.areas.count()) == ("en", 0)
        with pytest.raises(Invalid):
            trainers.change(world.viewer("alice"), trainer=made, values={"person": comer(course, 2)})
        advance(world.viewer("alice"), record=made, transition="leave")
        with pytest.raises(Refused):
            advance(world.viewer("charlie"), record=made, transition="ready")
