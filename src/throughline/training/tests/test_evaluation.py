"""Evaluation through its verbs: planning, sending, answering, what is shown, what is forgotten."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models
from django.utils import timezone

from throughline.kernel.access.errors import Invalid, Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.models import Entry
from throughline.kernel.jobs.registry import duties
from throughline.kernel.notify.models import Mail, Notice
from throughline.kernel.testing.worlds import World
from throughline.training import evaluated
from throughline.training.choices import Role
from throughline.training.evaluation import Gains, Points, Rate, score
from throughline.training.models import Activity, Evaluation, Heap, Opinion, Superior, Ticket
from throughline.training.services import evaluating, sending
from throughline.training.services import people as people_verbs
from throughline.training.tests.delivering import make_course
from throughline.training.tests.evaluating import done_course, form_of, mailed, over, place_of, plan, say, sent


def problems(caught: Any) -> list[str]:
    return [one.field for one in caught.value.problems]


class TestArithmetic:
    @pytest.mark.parametrize(
        ("part", "of", "percent"),
        [(78, 87, "89.7"), (1907, 2078, "91.8"), (129, 746, "17.3"), (85, 99, "85.9"), (1, 8, "12.5"), (0, 3, "0.0")],
    )
    def test_rates_as_published(self, part: int, of: int, percent: str) -> None:
        """Evaluation reports and answers of 2008, and activities held of those scheduled in 2007."""
        assert Rate(part, of).percent == Decimal(percent)

    def test_over_nothing_there_is_no_rate(self) -> None:
        assert Rate(0, 0).percent is None

    def test_rates_of_activities_are_added_by_parts(self) -> None:
        lines = [
            evaluated.Line(None, 78, Rate(1000, 1078), Rate(100, 146), Rate(0, 0), covered=True),
            evaluated.Line(None, 1000, Rate(907, 1000), Rate(29, 600), Rate(0, 0), covered=False),
        ]
        found = evaluated.summed(lines, scheduled=3)
        assert (found.participants.percent, found.trainers.percent) == (Decimal("91.8"), Decimal("17.3"))
        assert (found.implemented, found.evaluated, found.managers.percent) == (Rate(2, 3), Rate(1, 2), None)

    def test_gains_are_of_those_who_took_both(self) -> None:
        gains = Gains(((Decimal(20), Decimal(60)), (Decimal(50), Decimal(40)), (Decimal(0), Decimal(100))), 5, 3)
        assert (gains.base, gains.mean, gains.median) == (3, Decimal("43.33"), Decimal(40))
        assert Gains((), 2, 0).mean is None

    def test_points_by_right_answers(self, world: World) -> None:
        form = form_of(world, "learning-participant").form
        assert score(form, {"amber": "own", "certain": "place time", "calibre": "9"}) == Points(Decimal(3), Decimal(3))
        assert score(form, {"amber": "anyone", "calibre": "09"}) == Points(Decimal(1), Decimal(3))
        assert score(form_of(world, "reaction-participant").form, {"overall": "5"}) is None


class TestPlanning:
    def test_the_usual_calls(self, world: World) -> None:
        course = done_course(world, 1, behaviour_days=90)
        evaluating.plan_usual(world.viewer("sofia"), activity=course)
        found = list(course.evaluations.values_list("level", "role", "days", "anonymous", "least"))
        assert found == [
            (1, "participant", 0, True, 5), (1, "trainer", 0, True, 5),
            (3, "line-manager", 90, True, 5), (3, "participant", 90, True, 5),
        ]  # fmt: skip
        assert evaluating.plan_usual(world.viewer("sofia"), activity=course) == []

    def test_dates_follow_the_activity(self, world: World) -> None:
        course = make_course(world)
        later, before = (
            plan(world, course, days=10),
            plan(world, course, "learning-participant", sort="pre-test", days=-7),
        )
        assert later.due_on == course.ends_on + timedelta(days=10)
        assert before.due_on == course.starts_on - timedelta(days=7)

    def test_others_than_the_team_plan_nothing(self, world: World) -> None:
        course, edition = done_course(world, 1), form_of(world, "reaction-participant")
        values = {"edition": edition, "level": 1, "role": "participant"}
        for who in ("charlie", "anna", "outsider"):
            with pytest.raises(Refused):
                evaluating.plan(world.viewer(who), activity=course, values=values)
        assert course.evaluations.count() == 0

    def test_what_does_not_fit_together(self, world: World) -> None:
        course = done_course(world, 1)
        for given, field in (
            ({"least": 2}, "least"),
            ({"level": 9}, "level"),
            ({"sort": "post-test"}, "edition"),
            ({"addresses": ["trainer@example.org"]}, "addresses"),
            ({"role": "trainer", "addresses": ["nonsense"]}, "addresses"),
            ({"days": 9999}, "days"),
        ):
            with pytest.raises(Invalid) as caught:
                plan(world, course, **given)
            assert problems(caught) == [field]

    def test_what_was_promised_stays(self, world: World) -> None:
        call = sent(world, done_course(world))
        changed = evaluating.change(
            world.viewer("sofia"),
            evaluation=call,
            values={"least": 1, "anonymous": False, "reminders": [3], "closes_on": call.closes_on + timedelta(days=2)},
        )
        assert (changed.least, changed.anonymous, changed.reminders) == (5, True, [3])
        with pytest.raises(Invalid):
            evaluating.change(world.viewer("sofia"), evaluation=call, values={"closes_on": timezone.localdate()})
        with pytest.raises(Invalid):
            evaluating.drop(world.viewer("sofia"), evaluation=call)
        with pytest.raises(Invalid):
            evaluating.change(world.viewer("sofia"), evaluation=over(call), values={"reminders": [1]})

    def test_a_test_is_kept_from_those_it_tests(self, world: World) -> None:
        edition = form_of(world, "learning-participant")
        assert edition not in evaluating.editions(world.viewer("alice"), world.programme)
        assert edition in evaluating.editions(world.viewer("sofia"), world.programme)
        assert form_of(world, "reaction-participant") in evaluating.editions(world.viewer("alice"), world.programme)


class TestSending:
    def test_on_its_day_and_once(self, world: World) -> None:
        course = done_course(world, 3)
        call, late = plan(world, course), plan(world, course, "behaviour-participant", days=30)
        assert sending.send_due(Viewer.nobody()) == 3
        assert sending.send_due(Viewer.nobody()) == 0
        assert (call.tickets.filter(told=True).count(), late.tickets.count(), len(set(mailed()))) == (3, 0, 3)
        call.refresh_from_db()
        assert call.closes_on == timezone.localdate() + timedelta(days=21)

    def test_a_worker_that_died_is_taken_up_again(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        call = plan(world, done_course(world, 5))
        monkeypatch.setattr(sending, "AT_ONCE", 2)
        assert sending.send_some(Viewer.nobody(), evaluation=call) == (2, False)
        assert sending.send_due(Viewer.nobody()) == 3
        assert (Mail.objects.count(), len(set(mailed())), call.tickets.filter(told=True).count()) == (5, 5, 5)

    def test_an_account_is_told_in_the_inbox(self, world: World) -> None:
        course = make_course(world, people=("RS", "AL"))
        person = place_of(course).person
        person.account = world.user("outsider")
        person.save()
        plan(world, course, "learning-participant", sort="pre-test", days=0)
        Notice.objects.all().delete()
        assert sending.send_due(Viewer.nobody()) == 2
        assert list(Notice.objects.values_list("person__email", "url")) == [("outsider@example.org", "/training/mine/")]
        assert len(mailed()) == 1

    def test_trainers_and_named_line_managers(self, world: World) -> None:
        course = done_course(world, 3)
        plan(world, course, "behaviour-manager")
        sent(world, course, "reaction-trainer", addresses=["T1@example.org", "t2@example.org", "t1@example.org"])
        evaluating.name_superior(world.viewer("alice"), place=place_of(course), email="boss@example.org")
        sending.send_due(Viewer.nobody())
        assert sorted(Mail.objects.values_list("address", flat=True)) == [
            "boss@example.org", "t1@example.org", "t2@example.org",
        ]  # fmt: skip
        with pytest.raises(Refused):
            evaluating.name_superior(world.viewer("charlie"), place=place_of(course, 2), email="a@example.org")

    def test_reminders_go_to_who_has_not_answered(self, world: World) -> None:
        call = sent(world, done_course(world, 3), reminders=[7])
        say(call, {"overall": "5"})
        Mail.objects.all().delete()
        assert sending.remind_due(Viewer.nobody()) == 0
        Evaluation.objects.filter(pk=call.pk).update(
            closes_on=timezone.localdate() + timedelta(days=6), sent_at=timezone.now() - timedelta(days=9)
        )
        assert (sending.remind_due(Viewer.nobody()), sending.remind_due(Viewer.nobody())) == (2, 0)
        assert len(mailed()) == 2

    def test_not_before_it_is_known_who_came(self, world: World) -> None:
        call = plan(world, make_course(world))
        assert sending.send_due(Viewer.nobody()) == 0
        with pytest.raises(Invalid):
            sending.send_now(world.viewer("sofia"), evaluation=call)

    def test_the_duty_is_known(self) -> None:
        assert "training.evaluations" in duties


class TestAnswering:
    def test_once(self, world: World) -> None:
        call = sent(world, done_course(world))
        ticket = call.tickets.order_by("id").first()
        assert ticket is not None
        evaluating.answer(Viewer.nobody(), ticket=ticket, answers={"overall": "5"})
        with pytest.raises(Invalid):
            evaluating.answer(Viewer.nobody(), ticket=ticket, answers={"overall": "1"})
        assert Heap.objects.get().answers == {"overall": ["5"]}

    @pytest.mark.parametrize("answers", [{}, {"overall": "6"}, {"overall": ""}])
    def test_what_is_no_answer(self, world: World, answers: dict[str, str]) -> None:
        call = sent(world, done_course(world))
        with pytest.raises(Invalid):
            say(call, answers)
        assert (Heap.objects.count(), call.tickets.filter(used=True).count()) == (0, 0)

    def test_not_after_it_has_closed(self, world: World) -> None:
        call = over(sent(world, done_course(world)))
        with pytest.raises(Invalid):
            say(call, {"overall": "5"})


SHEETS: list[dict[str, str]] = [
    {"overall": str(1 + number % 5), "improve": f"thought {9 - number}", "length": "right"} for number in range(6)
]


class TestNobodyCanLink:
    def test_nothing_leads_from_an_answer_to_who_gave_it(self, world: World) -> None:
        """By the models: what holds anonymous answers has one way out, to the call, and no time."""
        names = {one.name for one in Heap._meta.get_fields()}
        assert names == {"evaluation", "answers"}
        assert not [one for one in Ticket._meta.get_fields() if isinstance(one, models.DateField | models.TimeField)]

    def test_the_order_of_answering_cannot_be_told(self, world: World) -> None:
        """The same answers in another order leave the same heap, byte by byte."""
        heaps: list[str] = []
        for sheets in (SHEETS, SHEETS[::-1]):
            call = sent(world, done_course(world, title=f"Course {len(heaps)}"), reminders=[len(heaps)])
            say(call, *sheets)
            with connection.cursor() as cursor:
                cursor.execute("SELECT answers::text FROM training_heap WHERE evaluation_id = %s", [call.pk])
                heaps.append(cursor.fetchone()[0])
        assert heaps[0] == heaps[1]
        assert call.heap.answers["improve"] == sorted(one["improve"] for one in SHEETS)

    def test_no_row_of_any_table_was_written_with_one_answer_alone(self, world: World) -> None:
        """PostgreSQL keeps with each row which transaction wrote it: no row but the heap, written by the last, holds answers."""
        call = sent(world, done_course(world))
        say(call, *SHEETS)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*), count(DISTINCT xmin::text) FROM training_heap")
            assert cursor.fetchone() == (1, 1)
        assert (Opinion.objects.count(), call.tickets.filter(used=True).count()) == (0, 6)

    def test_history_says_nothing_of_it(self, world: World) -> None:
        call = sent(world, done_course(world))
        before = Entry.objects.count()
        say(call, *SHEETS)
        with pytest.raises(Invalid):
            evaluating.answer(Viewer.nobody(), ticket=call.tickets.filter(used=True)[0], answers={"overall": "1"})
        assert Entry.objects.count() == before

    def test_nothing_anywhere_in_the_database_holds_a_sheet(self, world: World) -> None:
        """Walk every table after closing: an answer's words stand in the heap and nowhere else."""
        call = sent(world, done_course(world))
        say(call, *({**one, "most_useful": "zqmarker"} for one in SHEETS))
        over(call)
        found = []
        with connection.cursor() as cursor:
            for model in apps.get_models():
                cursor.execute(
                    f'SELECT count(*) FROM "{model._meta.db_table}" AS r WHERE r::text LIKE %s', ["%zqmarker%"]
                )
                if cursor.fetchone()[0]:
                    found.append(model._meta.label_lower)
        assert found == ["training.heap"]

    def test_after_closing_not_even_who_answered(self, world: World) -> None:
        course = done_course(world)
        call = sent(world, course, "reaction-trainer", addresses=["t@example.org"])
        asked = sent(world, course)
        say(asked, *SHEETS[:5])
        over(call), over(asked)
        assert set(Ticket.objects.values_list("place", "email")) == {(None, "")}
        call.refresh_from_db()
        assert call.addresses == []
        found = evaluated.results(world.viewer("sofia"), course)
        assert [(one.rate.part, one.rate.of) for one in found] == [(5, 6), (0, 1)]


class TestWhatIsShown:
    def test_nothing_before_it_closes_and_all_at_once_then(self, world: World) -> None:
        course = done_course(world)
        call = sent(world, course)
        say(call, *SHEETS)
        found = evaluated.results(world.viewer("sofia"), course)[0]
        assert (found.shown, found.questions, found.rate) == (False, (), Rate(6, 6))
        over(call)
        found = evaluated.results(world.viewer("sofia"), course)[0]
        overall = found.questions[0]
        assert (overall.path, overall.mean, overall.answers) == ("overall", Decimal("2.67"), 6)
        assert dict(overall.counts)["Very poor"] == 2
        assert [one.texts for one in found.texts] == [tuple(sorted(one["improve"] for one in SHEETS))]

    def test_too_few_stay_hidden_for_good(self, world: World) -> None:
        course = done_course(world)
        call = sent(world, course)
        say(call, *SHEETS[:4])
        over(call)
        found = evaluated.results(world.viewer("sofia"), course)[0]
        assert (found.shown, found.questions, found.rate) == (False, (), Rate(4, 6))

    def test_a_question_few_answered_is_not_broken_down(self, world: World) -> None:
        course = done_course(world)
        call = sent(world, course)
        say(call, *[{"overall": "4"}] * 4, {"overall": "4", "relevance": "1"}, {"overall": "4"})
        over(call)
        asked = {one.path: one for one in evaluated.results(world.viewer("sofia"), course)[0].questions}
        relevance = asked["relevance"]
        assert (relevance.withheld, relevance.mean, relevance.counts, relevance.answers) == (True, None, (), 1)
        assert (asked["trainers"].withheld, asked["trainers"].mean) == (False, None)

    def test_words_are_for_the_team_and_the_secretariat(self, world: World) -> None:
        course = done_course(world)
        call = sent(world, course)
        say(call, *SHEETS)
        over(call)
        shown = {
            who: bool(evaluated.results(world.viewer(who), course)[0].texts) for who in ("sofia", "anna", "charlie")
        }
        assert shown == {"sofia": True, "anna": True, "charlie": False}

    def test_later_beside_the_beginning(self, world: World) -> None:
        course = done_course(world)
        first, later = sent(world, course), sent(world, course, "behaviour-participant")
        say(first, *[{"relevance": "5", "overall": "4"}] * 5)
        say(later, *[{"relevance": str(number % 2 + 3), "used": "often"} for number in range(6)])
        over(first), over(later)
        rows = evaluated.compared(evaluated.results(world.viewer("sofia"), course))
        assert [(one.label, [(mean, n) for _when, mean, n in one.means]) for one in rows] == [
            ("It was relevant to my work", [(Decimal("5.00"), 5), (Decimal("3.50"), 6)])
        ]


class TestTests:
    def answered(self, world: World) -> Activity:
        """Six people; four take both, one each only one. The test is taken with names."""
        course = done_course(world)
        before = sent(world, course, "learning-participant", sort="pre-test", days=-1)
        after = sent(world, course, "learning-participant", sort="post-test")
        right, wrong = {"amber": "own", "certain": "time place", "calibre": "9"}, {"amber": "anyone"}
        tickets = {
            call: {one.place.order: one for one in call.tickets.select_related("place")} for call in (before, after)
        }
        for number in (1, 2, 3, 4, 5):
            evaluating.answer(Viewer.nobody(), ticket=tickets[before][number], answers=wrong)
        for number in (1, 2, 3, 4, 6):
            given = right if number != 4 else {"amber": "own"}
            evaluating.answer(Viewer.nobody(), ticket=tickets[after][number], answers=given)
        return course

    def test_gain_by_person_for_the_team(self, world: World) -> None:
        found = evaluated.tests(world.viewer("sofia"), self.answered(world))
        assert found is not None
        assert (found.gains.base, found.gains.before, found.gains.after) == (4, 5, 5)
        assert (found.gains.mean, found.gains.median) == (Decimal("83.33"), Decimal("100.00"))
        assert [(one.name, one.gain) for one in found.people][3:] == [
            ("Officer RS 4", Decimal("33.33")), ("Officer RS 5", None), ("Officer RS 6", None),
        ]  # fmt: skip

    def test_others_see_numbers_after_both_have_closed(self, world: World) -> None:
        course = self.answered(world)
        Evaluation.objects.update(least=4)
        found = evaluated.tests(world.viewer("anna"), course)
        assert found is not None
        assert (found.people, found.shown) == ((), False)
        for call in course.evaluations.all():
            over(call)
        found = evaluated.tests(world.viewer("anna"), course)
        assert found is not None
        assert (found.people, found.shown, found.gains.mean) == ((), True, Decimal("83.33"))

    def test_erasing_keeps_the_points_and_not_the_words(self, world: World) -> None:
        course = self.answered(world)
        call = sent(world, course, "behaviour-participant", anonymous=False)
        say(call, {"used": "often", "example": "zqwords"})
        person = Opinion.objects.get(answers__has_key="used").ticket.place.person
        before = evaluated.tests(world.viewer("sofia"), course).gains
        people_verbs.erase(world.viewer("alice"), person=person)
        assert Opinion.objects.get(answers__has_key="used").answers == {"used": "often"}
        assert evaluated.tests(world.viewer("sofia"), course).gains == before

    def test_erasing_forgets_the_line_manager(self, world: World) -> None:
        course = done_course(world, 1)
        plan(world, course, "behaviour-manager", days=30)
        evaluating.name_superior(world.viewer("alice"), place=place_of(course), email="boss@example.org")
        people_verbs.erase(world.viewer("alice"), person=place_of(course).person)
        assert Superior.objects.count() == 0

    def test_line_managers_are_forgotten_when_the_call_closes(self, world: World) -> None:
        course = done_course(world, 1)
        call = plan(world, course, "behaviour-manager")
        evaluating.name_superior(world.viewer("alice"), place=place_of(course), email="boss@example.org")
        sending.send_due(Viewer.nobody())
        over(call)
        assert (Superior.objects.count(), list(call.tickets.values_list("email", flat=True))) == (0, [""])
        with pytest.raises(Invalid):
            evaluating.name_superior(world.viewer("alice"), place=place_of(course), email="boss@example.org")


class TestCoverage:
    def test_over_activities_in_two_queries(self, world: World, django_assert_num_queries: Any) -> None:
        for number in range(3):
            course = done_course(world, 2, title=f"Course {number}")
            call = sent(world, course)
            if number:
                say(call, {"overall": "4"})
                over(call)
            sent(world, course, "reaction-trainer", addresses=["t@example.org"])
        make_course(world, title="Not held yet, though over")
        readable = Activity.objects.visible_to(world.viewer("sofia"))
        with django_assert_num_queries(2):
            found = evaluated.coverage(readable)
        assert (found.implemented, found.evaluated) == (Rate(3, 4), Rate(2, 3))
        assert (found.participants, found.trainers, found.managers) == (Rate(2, 6), Rate(0, 3), Rate(0, 0))

    def test_results_take_the_same_queries_for_three_calls_as_for_one(
        self, world: World, django_assert_max_num_queries: Any
    ) -> None:
        course = done_course(world)
        for number in (1, 3):
            while course.evaluations.count() < number:
                over(sent(world, course, days=course.evaluations.count()))
            viewer = world.viewer("sofia")
            with django_assert_max_num_queries(8):
                assert len(evaluated.results(viewer, course)) == number

    def test_roles_are_words_people_use(self) -> None:
        assert [str(one.label) for one in Role] == ["Participant", "Trainer", "Line manager"]
