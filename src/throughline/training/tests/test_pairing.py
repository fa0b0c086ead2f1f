"""Exchanges and mentoring at the door: apply, propose, say yes or no, keep the log, complete; and who reads whose name when."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from throughline.kernel.access.errors import Invalid, Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.flow.queries import steps_of
from throughline.kernel.flow.services import advance
from throughline.kernel.history.models import Entry
from throughline.kernel.history.unit import unit_of_work
from throughline.kernel.notify.models import Notice
from throughline.kernel.testing.resource_cases import signed_in
from throughline.kernel.testing.training import make_activity, make_person
from throughline.kernel.testing.worlds import World
from throughline.people.models import User
from throughline.training import duties
from throughline.training.models import Application, Contact, Pairing, Person
from throughline.training.services import pairing as verbs
from throughline.training.services import people, teams
from throughline.training.teaching_rules import week_warning
from throughline.training.tests.teaching_world import make_application, make_pair

pytestmark = pytest.mark.django_db
HOST, GUEST = "Zqhost Xv", "Zqguest Xv"
EVERYBODY = ("alice", "bob", "charlie", "vera", "anna", "sofia", "adam", "rita", "outsider")


def said(refused: Any) -> list[str]:
    return [problem.field for problem in refused.value.problems]


def readers(world: World, person: Person) -> list[str]:
    return [who for who in EVERYBODY if Person.objects.visible_to(world.viewer(who)).filter(pk=person.pk).exists()]


@pytest.fixture
def host(world: World) -> Person:
    made = make_person(world, "RS", name=HOST, email="outsider@example.org")
    people.claim(world.viewer("outsider"))
    made.refresh_from_db()
    return made


@pytest.fixture
def guest(world: World) -> Person:
    return make_person(world, "AL", name=GUEST)


@pytest.fixture
def pair(world: World, host: Person, guest: Person) -> Pairing:
    make_application(world, host, by="outsider")
    make_application(world, guest, by="charlie", side="guest")
    return proposed(world, host, guest)


def proposed(world: World, host: Person, guest: Person, **given: Any) -> Pairing:
    monday = timezone.localdate() - timedelta(days=timezone.localdate().weekday() + 7)
    values = {"kind": "exchange", "host": host, "guest": guest, "starts_on": monday,
              "ends_on": monday + timedelta(days=4), **given}  # fmt: skip
    return verbs.propose(world.viewer("sofia"), programme=world.programme, values=values)


def agree(world: World, pair: Pairing) -> Pairing:
    verbs.answer(world.viewer("alice"), pairing=pair, side="host", yes=True)
    return verbs.answer(world.viewer("charlie"), pairing=pair, side="guest", yes=True)


class TestApplying:
    def test_lets_the_secretariat_read_the_name_until_it_is_withdrawn(self, world: World, host: Person) -> None:
        assert readers(world, host) == ["alice", "bob", "rita", "outsider"]
        made = make_application(world, host)
        assert readers(world, host) == ["alice", "bob", "sofia", "rita", "outsider"]
        assert Notice.objects.filter(person=world.user("sofia"), subject="Someone applied to be paired").count() == 1
        verbs.withdraw(world.viewer("outsider"), application=made)
        assert readers(world, host) == ["alice", "bob", "rita", "outsider"]

    def test_names_nobody_to_analysts_and_administrators_of_the_secretariat(self, world: World, host: Person) -> None:
        make_application(world, host)

        def seen(who: str) -> tuple[bool, ...]:
            client = signed_in(world, who)
            return tuple(HOST in client.get(f"/training/{one}/").content.decode() for one in ("pairings", "people"))

        assert {who: seen(who)[0] for who in ("anna", "adam", "sofia")} == {"anna": False, "adam": False, "sofia": True}
        world.user("sofia").roles.all().delete()
        assert seen("sofia") == (False, False)
        assert "sofia" in readers(world, host)
        duties.keep_teams()
        assert readers(world, host) == ["alice", "bob", "rita", "outsider"]

    def test_being_of_the_team_outlasts_an_application(self, world: World, host: Person) -> None:
        made = make_application(world, host)
        with unit_of_work(Viewer.nobody(), "test"):
            teams.let_team_read(make_activity(world), [host])
        verbs.withdraw(world.viewer("outsider"), application=made)
        assert "sofia" in readers(world, host)

    def test_is_for_oneself_and_for_ones_own_people(self, world: World, host: Person) -> None:
        for who in ("charlie", "sofia", "rita"):
            with pytest.raises(Refused):
                make_application(world, host, by=who)
        made = make_application(world, host, by="outsider")
        assert HOST not in str(list(Entry.objects.filter(object_id=made.pk).values()))
        with pytest.raises(Refused):
            verbs.withdraw(world.viewer("charlie"), application=made)

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"areas": ()}, "areas"),
            ({"languages": ""}, "languages"),
            ({"languages": "English please"}, "languages"),
            ({"kind": "holiday"}, "kind"),
            ({"side": "both"}, "side"),
            ({"named": "outsider@example.org"}, "named"),
        ],
    )
    def test_says_what_is_wrong(self, world: World, host: Person, given: dict[str, Any], field: str) -> None:
        with pytest.raises(Invalid) as refused:
            make_application(world, host, **given)
        assert said(refused) == [field]

    def test_once_for_each_side(self, world: World, host: Person) -> None:
        make_application(world, host)
        make_application(world, host, side="guest")
        with pytest.raises(Invalid) as refused:
            make_application(world, host)
        assert said(refused) == ["kind"]


class TestProposing:
    def test_closes_the_applications_and_says_whether_they_named_each_other(
        self, world: World, host: Person, guest: Person
    ) -> None:
        make_application(world, host, named=guest.email)
        make_application(world, guest, by="charlie", side="guest", named=host.email)
        made = proposed(world, host, guest)
        assert (made.state, made.matched, made.owner.code) == ("proposed", True, "secretariat")
        assert set(Application.objects.values_list("state", flat=True)) == {"paired"}
        asked = Notice.objects.filter(subject="A pair is proposed: please answer")
        assert sorted(asked.values_list("person__name", flat=True).distinct()) == [
            "Alice", "Bob", "Charlie", "Outsider", "Vera",
        ]  # fmt: skip
        told = str(list(Entry.objects.filter(object_id=made.pk).values()))
        assert (HOST in told, GUEST in told) == (False, False)

    def test_one_name_alone_is_no_match(self, world: World, host: Person, guest: Person) -> None:
        make_application(world, host, named=guest.email)
        make_application(world, guest, by="charlie", side="guest")
        assert proposed(world, host, guest).matched is False

    def test_is_for_the_secretariat_and_for_who_applied(self, world: World, host: Person, guest: Person) -> None:
        make_application(world, host)
        with pytest.raises(Invalid) as refused:
            proposed(world, host, guest)
        assert said(refused) == ["guest"]
        make_application(world, guest, by="charlie", side="guest")
        monday = date(2026, 3, 2)
        values = {"kind": "exchange", "host": host, "guest": guest, "starts_on": monday, "ends_on": monday}
        for who in ("alice", "anna", "adam", "outsider"):
            with pytest.raises(Refused):
                verbs.propose(world.viewer(who), programme=world.programme, values=values)

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"ends_on": date(2020, 1, 1)}, "ends_on"),
            ({"kind": "mentoring", "ends_on": timezone.localdate()}, "ends_on"),
            ({"kind": "mentoring", "ends_on": timezone.localdate() + timedelta(days=500)}, "ends_on"),
            ({"handling": "green"}, "handling"),
        ],
    )
    def test_says_what_is_wrong(
        self, world: World, host: Person, guest: Person, given: dict[str, Any], field: str
    ) -> None:
        make_application(world, host)
        make_application(world, guest, by="charlie", side="guest")
        with pytest.raises(Invalid) as refused:
            proposed(world, host, guest, **given)
        assert said(refused) == [field]

    def test_not_of_one_organisation_nor_twice(self, world: World, host: Person, pair: Pairing) -> None:
        colleague = make_person(world, "RS", number=7)
        make_application(world, colleague, side="guest")
        with pytest.raises(Invalid) as refused:
            proposed(world, host, colleague)
        assert said(refused) == ["guest"]
        with pytest.raises(Invalid) as refused:
            proposed(world, pair.host, pair.guest)
        assert said(refused) == ["guest"]

    def test_mentoring_takes_three_to_twelve_months(self, world: World, host: Person, guest: Person) -> None:
        make_application(world, host, kind="mentoring")
        make_application(world, guest, by="charlie", side="guest", kind="mentoring")
        start = date(2026, 11, 30)
        for ends, right in ((date(2027, 2, 26), False), (date(2027, 2, 27), True), (date(2027, 11, 29), True),
                            (date(2027, 11, 30), False)):  # fmt: skip
            given = {"kind": "mentoring", "starts_on": start, "ends_on": ends}
            if right:
                made = proposed(world, host, guest, **given)
                verbs.answer(world.viewer("alice"), pairing=made, side="host", yes=False)
            else:
                with pytest.raises(Invalid):
                    proposed(world, host, guest, **given)

    def test_a_week_that_is_none_is_warned_about_and_allowed(self) -> None:
        def warned(starts: date, ends: date, kind: str = "exchange") -> str:
            return week_warning(Pairing(kind=kind, starts_on=starts, ends_on=ends))

        assert warned(date(2026, 3, 2), date(2026, 3, 6)) == ""
        assert warned(date(2026, 3, 3), date(2026, 6, 6), "mentoring") == ""
        assert "2 March 2026 to 6 March 2026" in warned(date(2026, 3, 3), date(2026, 3, 6))
        assert "9 March 2026 to 13 March 2026" in warned(date(2026, 3, 7), date(2026, 3, 8))


class TestAnswering:
    def test_the_second_yes_opens_the_names_to_both_sides_and_no_sooner(self, world: World, pair: Pairing) -> None:
        verbs.answer(world.viewer("outsider"), pairing=pair, side="host", yes=True)
        assert "charlie" not in readers(world, pair.host)
        assert not Pairing.objects.visible_to(world.viewer("alice")).exists()
        done = verbs.answer(world.viewer("charlie"), pairing=pair, side="guest", yes=True)
        assert done.state == "agreed"
        assert {"alice", "charlie", "sofia"} <= set(readers(world, pair.host)) & set(readers(world, pair.guest))
        assert "outsider" not in readers(world, pair.guest)
        seen = [who for who in EVERYBODY if Pairing.objects.visible_to(world.viewer(who)).exists()]
        assert {"alice", "charlie", "sofia"} <= set(seen)
        assert "outsider" not in seen

    def test_a_no_ends_it_and_opens_nothing(self, world: World, pair: Pairing) -> None:
        verbs.answer(world.viewer("alice"), pairing=pair, side="host", yes=True)
        done = verbs.answer(world.viewer("charlie"), pairing=pair, side="guest", yes=False)
        assert done.state == "broken-off"
        assert ("charlie" in readers(world, pair.host), "alice" in readers(world, pair.guest)) == (False, False)
        with pytest.raises(Refused):
            verbs.answer(world.viewer("charlie"), pairing=pair, side="guest", yes=True)

    def test_nobody_answers_for_the_other_side(self, world: World, pair: Pairing) -> None:
        for who, side in (("charlie", "host"), ("alice", "guest"), ("outsider", "guest"), ("sofia", "host")):
            with pytest.raises(Refused):
                verbs.answer(world.viewer(who), pairing=pair, side=side, yes=True)
        with pytest.raises(Invalid):
            verbs.answer(world.viewer("alice"), pairing=pair, side="both", yes=True)
        with pytest.raises(Invalid):
            advance(world.viewer("sofia"), record=pair, transition="agree")

    def test_breaking_it_off_closes_the_names_again(self, world: World, pair: Pairing) -> None:
        agree(world, pair)
        advance(world.viewer("sofia"), record=pair, transition="start")
        with pytest.raises(Invalid):
            advance(world.viewer("sofia"), record=pair, transition="break-off")
        advance(world.viewer("sofia"), record=pair, transition="break-off", comment="The guest changed posts.")
        assert ("charlie" in readers(world, pair.host), "alice" in readers(world, pair.guest)) == (False, False)
        entry = Entry.objects.get(object_id=pair.pk, verb="pairing.break-off")
        assert (entry.reason, entry.after) == ("", {"state": "broken-off", "comment": "given"})
        assert not Entry.objects.filter(reason__contains="changed posts").exists()
        assert not Notice.objects.filter(text__contains="changed posts").exists()
        page = f"/pairings/{pair.reference}/"
        assert "The guest changed posts." in signed_in(world, "sofia").get(page).content.decode()
        people.erase(world.viewer("charlie"), person=pair.guest)
        assert "changed posts" not in signed_in(world, "sofia").get(page).content.decode()
        assert set(steps_of(pair).values_list("comment", flat=True)) == {""}
        assert not Pairing.objects.visible_to(world.viewer("charlie")).exists()

    def test_the_hourly_step_of_teams_takes_nothing_away(self, world: World, pair: Pairing) -> None:
        agree(world, pair)
        duties.keep_teams()
        assert "charlie" in readers(world, pair.host)


class TestUnderWay:
    def test_either_logs_contacts_and_an_outcome_completes_it(self, world: World, pair: Pairing) -> None:
        today = timezone.localdate()
        with pytest.raises(Refused):
            verbs.log_contact(world.viewer("outsider"), pairing=pair, on=today)
        agree(world, pair)
        pair.refresh_from_db()
        verbs.log_contact(world.viewer("outsider"), pairing=pair, on=today, minutes=90, text="Plans")
        verbs.log_contact(world.viewer("charlie"), pairing=pair, on=today)
        for who in ("sofia", "anna"):
            with pytest.raises(Refused):
                verbs.log_contact(world.viewer(who), pairing=pair, on=today)
        with pytest.raises(Invalid):
            verbs.log_contact(world.viewer("charlie"), pairing=pair, on=today + timedelta(days=2))
        with pytest.raises(Invalid):
            verbs.log_contact(world.viewer("charlie"), pairing=pair, on=today, minutes=0)
        advance(world.viewer("sofia"), record=pair, transition="start")
        with pytest.raises(Invalid) as refused:
            advance(world.viewer("sofia"), record=pair, transition="complete")
        assert said(refused) == ["outcome"]
        verbs.tell_outcome(world.viewer("outsider"), pairing=pair, text="A joint case.")
        advance(world.viewer("sofia"), record=pair, transition="complete")
        assert (pair.state, pair.outcome, pair.contacts.count()) == ("completed", "A joint case.", 2)
        told = str(list(Entry.objects.filter(object_id=pair.pk).values()))
        assert ("A joint case" in told, "Plans" in told, HOST in told) == (False, False, False)

    def test_erasing_one_wipes_what_was_written_and_the_counts_stay(self, world: World, pair: Pairing) -> None:
        agree(world, pair)
        pair.refresh_from_db()
        verbs.log_contact(world.viewer("alice"), pairing=pair, on=timezone.localdate(), text="Zqtext")
        people.erase(world.viewer("alice"), person=pair.host)
        assert list(Contact.objects.values_list("note", flat=True)) == [""]
        assert set(Application.objects.filter(person=pair.host).values_list("state", "languages")) == {
            ("withdrawn", "")
        }
        assert "Agreed" in signed_in(world, "anna").get("/training/pairings/").content.decode()
        assert Pairing.objects.visible_to(world.viewer("charlie")).exists()


class TestPages:
    def test_the_two_see_it_on_their_own_page_by_name_once_agreed(self, world: World, pair: Pairing) -> None:
        client = signed_in(world, "outsider")
        told = client.get("/training/mine/").content.decode()
        assert ("somebody of Police Albania" in told, GUEST in told, "Say yes" in told) == (True, False, True)
        address = reverse("training-pairing-answer", args=[pair.pk])
        assert client.post(address, {"side": "host", "what": "perhaps"}).status_code == 302
        assert client.post(address, {"side": "host", "what": "yes"}).headers["Location"] == "/training/mine/"
        signed_in(world, "charlie").post(address, {"side": "guest", "what": "yes"})
        told = client.get("/training/mine/").content.decode()
        assert (GUEST in told, "Write down a contact" in told) == (True, True)
        contact = reverse("training-pairing-contact", args=[pair.pk])
        assert client.post(contact, {"on": "2026-13-45"}).status_code == 302
        assert client.post(contact, {"on": timezone.localdate().isoformat(), "minutes": "60"}).status_code == 302
        assert client.post(reverse("training-pairing-outcome", args=[pair.pk]), {"outcome": "Good."}).status_code == 302
        pair.refresh_from_db()
        assert (pair.contacts.count(), pair.outcome) == (1, "Good.")

    def test_others_see_counts_and_no_names(self, world: World, pair: Pairing) -> None:
        told = {who: signed_in(world, who).get("/training/pairings/").content.decode() for who in ("anna", "adam")}
        for words in told.values():
            assert ("Exchange" in words, HOST in words, GUEST in words) == (True, False, False)
        for name in ("answer", "contact", "outcome"):
            address = reverse(f"training-pairing-{name}", args=[pair.pk])
            assert signed_in(world, "anna").post(address, {"side": "host", "what": "yes"}).status_code == 404

    def test_a_superuser_sees_no_names(self, world: World, pair: Pairing) -> None:
        agree(world, pair)
        user = make_superuser(world)
        for address in ("/training/pairings/", "/pairings/", "/pairings/export.csv"):
            answer = signed_in(world, user).get(address)
            body = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert (address, answer.status_code, HOST in body.decode()) == (address, 200, False)
        assert signed_in(world, user).get(f"/pairings/{pair.reference}/").status_code == 404

    def test_contact_points_apply_and_answer_for_their_people(self, world: World, host: Person, guest: Person) -> None:
        client, area = (
            signed_in(world, "alice"),
            make_application(world, guest, by="charlie", side="guest").areas.first(),
        )
        given = {"person": str(host.pk), "kind": "exchange", "side": "host", "areas": [str(area.pk)], "languages": "en"}
        assert client.post("/training/pairings/apply/", {**given, "languages": ""}).status_code == 400
        assert client.post("/training/pairings/apply/", {**given, "person": str(guest.pk)}).status_code == 404
        assert client.post("/training/pairings/apply/", {**given, "person": "nobody"}).status_code == 404
        assert client.post("/training/pairings/apply/", given).headers["Location"] == "/training/pairings/"
        told = signed_in(world, "sofia").get("/training/pairings/").content.decode()
        assert (f"Propose {HOST} and {GUEST}" in told, "both for: " in told) == (True, True)
        proposed(world, host, guest)
        told = client.get("/training/pairings/").content.decode()
        assert ("Say yes for them" in told, HOST in told, GUEST in told) == (True, True, False)

    def test_the_page_costs_the_same_for_one_and_three(self, world: World) -> None:
        def counted(who: str) -> int:
            client = signed_in(world, who)
            client.get("/training/pairings/")
            with CaptureQueriesContext(connection) as context:
                assert client.get("/training/pairings/").status_code == 200
            return len(context)

        def another(number: int) -> None:
            make_pair(world, number)
            make_application(world, make_person(world, "RS", number=50 + number))
            make_application(world, make_person(world, "AL", number=60 + number), by="charlie", side="guest")

        another(1)
        one = counted("alice"), counted("sofia"), counted("anna")
        another(2)
        another(3)
        assert (counted("alice"), counted("sofia"), counted("anna")) == one


def make_superuser(world: World) -> str:
    User.objects.filter(pk=world.user("rita").pk).update(is_superuser=True)
    world.user("rita").memberships.all().delete()
    return "rita"
