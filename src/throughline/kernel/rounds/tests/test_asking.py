"""Running a round: who may, what is written, who is told, and what is refused."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from throughline.kernel.access.errors import Conflict, Invalid, Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.history.queries import entries_for
from throughline.kernel.notify.models import Mail, Notice
from throughline.kernel.rounds import queries, services
from throughline.kernel.rounds.choices import ReturnState, RoundState
from throughline.kernel.rounds.models import Questionnaire, Reminder, Return, Round
from throughline.kernel.rounds.services.reminding import remind_due
from throughline.kernel.testing.rounds import (
    make_questionnaire,
    make_return,
    make_round,
    return_of,
    xlsform,
)
from throughline.kernel.testing.worlds import World

pytestmark = pytest.mark.django_db


def problems_of(error: pytest.ExceptionInfo[Invalid]) -> list[tuple[str, str]]:
    return [(problem.field, problem.message) for problem in error.value.problems]


def test_the_secretariat_makes_a_questionnaire_and_others_do_not(world: World) -> None:
    edition = make_questionnaire(world)
    assert (edition.number, edition.form_id, edition.questionnaire.code) == (1, "arms_return", "arms-return")
    assert [entry.verb for entry in entries_for(world.viewer("sofia"), edition.questionnaire)] == [
        "questionnaire.add-edition",
        "questionnaire.keep",
    ]
    for name in ("alice", "bob", "anna", "adam", "outsider"):
        with pytest.raises(Refused):
            services.keep_questionnaire(world.viewer(name), programme=world.programme, title="Mine")
        with pytest.raises(Refused):
            services.add_edition(
                world.viewer(name), questionnaire=edition.questionnaire, content=xlsform(), name="x.xlsx"
            )
    assert Questionnaire.objects.count() == 1


def test_a_form_with_problems_is_not_kept(world: World) -> None:
    edition = make_questionnaire(world)
    broken = [{"type": "integre", "name": "n", "label": "N"}, {"type": "text", "name": "t", "label": "${nowhere}"}]
    with pytest.raises(Invalid) as error:
        services.add_edition(
            world.viewer("sofia"), questionnaire=edition.questionnaire, content=xlsform(broken), name="x.xlsx"
        )
    assert {problem.row for problem in error.value.problems} == {2, 3}
    with pytest.raises(Conflict):
        services.add_edition(
            world.viewer("sofia"), questionnaire=edition.questionnaire, content=xlsform(), name="x.xlsx"
        )
    assert edition.questionnaire.editions.count() == 1


def test_an_open_round_tells_those_asked_and_nobody_else(world: World) -> None:
    asked = make_round(world)
    told = set(Notice.objects.values_list("person__name", flat=True))
    assert told == {"Alice", "Bob", "Charlie", "Vera"}
    assert asked.state == RoundState.OPEN
    assert set(queries.rounds_for(world.viewer("rita")).values_list("title", flat=True)) == {"Arms return 2023"}
    assert list(queries.rounds_for(world.viewer("outsider"))) == []


def test_a_prepared_round_is_the_secretariats_alone(world: World) -> None:
    prepared = make_round(world, opened=False)
    assert list(queries.rounds_for(world.viewer("sofia"))) == [prepared]
    assert list(queries.rounds_for(world.viewer("bob"))) == []
    assert Notice.objects.count() == 0
    with pytest.raises(Refused):
        services.save(world.viewer("bob"), holder=return_of(prepared, world), changes={"seizures/seized": ("", "1")})
    with pytest.raises(Refused):
        services.open_round(world.viewer("bob"), round=prepared)


def test_bad_values_are_named_and_nothing_is_written(world: World) -> None:
    edition = make_questionnaire(world)
    today = timezone.localdate()
    with pytest.raises(Invalid) as error:
        services.prepare(
            world.viewer("sofia"),
            programme=world.programme,
            edition=edition,
            title=" ",
            period="soon",
            opens_on=today,
            due_on=today - timedelta(days=1),
            asked=[],
            reminders=[0],
            approval="nobody",
            opens_to="red",
        )
    assert [field for field, _message in problems_of(error)] == [
        "title", "period", "due_on", "reminders", "approval", "opens_to", "asked",
    ]  # fmt: skip
    assert Round.objects.count() == 0


def test_who_runs_the_round_sees_how_far_everyone_is_and_no_answer(world: World) -> None:
    asked = make_round(world, asked=("RS", "AL", "ME"))
    services.note_opened(world.viewer("vera"), holder=return_of(asked, world, "AL"))
    make_return(world, "RS", round=asked, state="submitted")
    seen = {one.organisation: one.label for one in queries.standing(world.viewer("sofia"), asked)}
    assert seen == {"Police Albania": "Opened", "Police Montenegro": "Not opened", "Police Serbia": "Submitted"}
    for name in ("anna", "bob", "adam", "outsider"):
        with pytest.raises(Refused):
            queries.standing(world.viewer(name), asked)


def test_the_board_asks_the_database_as_often_for_many_as_for_one(world: World, django_assert_num_queries: Any) -> None:
    sofia = world.viewer("sofia")
    one, three = make_round(world, asked=("RS",)), make_round(world, asked=("RS", "AL", "ME"), title="Again")
    with django_assert_num_queries(1):
        assert len(queries.standing(sofia, one)) == 1
    with django_assert_num_queries(1):
        assert len(queries.standing(sofia, three)) == 3


def test_reminding_reaches_those_who_owe_in_one_move(world: World) -> None:
    asked = make_round(world)
    make_return(world, "RS", round=asked, state="submitted")
    Notice.objects.all().delete()
    made = services.remind(world.viewer("sofia"), round=asked, text="The meeting is near.")
    assert [one.of.owner.code for one in made] == ["police-al"]
    assert set(Notice.objects.values_list("person__name", flat=True)) == {"Charlie", "Vera"}
    with pytest.raises(Refused):
        services.remind(world.viewer("vera"), round=asked)


def test_reminders_by_date_go_once(world: World) -> None:
    asked = make_round(world, due_on=timezone.localdate() + timedelta(days=3), reminders=(14, 3))
    assert remind_due(Viewer.nobody()) == 2
    assert remind_due(Viewer.nobody()) == 0
    assert set(Reminder.objects.values_list("days_before", flat=True)) == {3}
    assert {one.reminded for one in queries.standing(world.viewer("sofia"), asked)} == {1}


def test_more_time_is_given_with_a_reason(world: World) -> None:
    asked = make_round(world, due_on=timezone.localdate() - timedelta(days=2))
    ret = return_of(asked, world)
    assert ret.late
    later = timezone.localdate() + timedelta(days=5)
    with pytest.raises(Invalid) as error:
        services.extend(world.viewer("sofia"), ret=ret, due_on=timezone.localdate() - timedelta(days=1), reason="")
    assert [field for field, _message in problems_of(error)] == ["due_on", "reason"]
    services.extend(world.viewer("sofia"), ret=ret, due_on=later, reason="Holidays")
    assert not return_of(asked, world).late
    assert return_of(asked, world, "AL").late


def test_a_round_closes_when_everything_is_decided(world: World) -> None:
    asked = make_round(world)
    ret = make_return(world, "RS", round=asked, state="submitted")
    with pytest.raises(Refused, match="Police Serbia"):
        services.close_round(world.viewer("sofia"), round=asked)
    services.accept(world.viewer("sofia"), ret=ret)
    services.close_round(world.viewer("sofia"), round=asked)
    with pytest.raises(Refused, match="closed"):
        services.save(
            world.viewer("vera"), holder=return_of(asked, world, "AL"), changes={"seizures/seized": ("", "1")}
        )
    with pytest.raises(Refused, match="Open the round again"):
        services.reopen(world.viewer("sofia"), ret=ret, reason="A mistake")
    services.reopen_round(world.viewer("sofia"), round=asked, reason="One came late.")
    assert Round.objects.get().state == RoundState.OPEN


def test_one_more_can_be_asked_and_one_no_longer(world: World) -> None:
    asked = make_round(world, asked=("RS",))
    services.ask_also(world.viewer("sofia"), round=asked, organisation=world.organisations["police-me"])
    with pytest.raises(Conflict):
        services.ask_also(world.viewer("sofia"), round=asked, organisation=world.organisations["police-me"])
    services.ask_no_longer(world.viewer("sofia"), ret=return_of(asked, world, "ME"), reason="Asked by mistake")
    assert [one.organisation for one in queries.standing(world.viewer("sofia"), asked)] == ["Police Serbia"]
    assert Return.objects.filter(state=ReturnState.WITHDRAWN).count() == 1


def test_what_the_form_answers_by_itself_stands_in_a_new_return(world: World) -> None:
    survey = [
        {"type": "text", "name": "unit", "label": "Unit", "default": "pieces"},
        {"type": "integer", "name": "number", "label": "Number"},
    ]
    asked = make_round(world, make_questionnaire(world, xlsform(survey, (), {"default_language": ""})))
    assert return_of(asked, world).sheet.answers == {"unit": "pieces"}
    assert return_of(asked, world).started_at is None


def test_the_history_of_a_round_says_nothing_of_one_neighbour_to_another(world: World) -> None:
    asked = make_round(world, asked=("RS", "AL"), due_on=timezone.localdate() - timedelta(days=1))
    sofia, serbia = world.viewer("sofia"), return_of(asked, world)
    services.remind(sofia, round=asked, returns=[serbia], text="Serbia is late")
    services.extend(
        sofia, ret=return_of(asked, world), due_on=timezone.localdate() + timedelta(days=1), reason="Serbia asked"
    )
    services.ask_also(sofia, round=asked, organisation=world.organisations["police-me"])
    services.ask_no_longer(sofia, ret=return_of(asked, world, "ME"), reason="Montenegro asked")
    services.close_round(sofia, round=asked)
    told = " ".join(
        f"{entry.after} {entry.before} {entry.reason}" for entry in entries_for(world.viewer("charlie"), asked)
    )
    assert "reminded" in told
    assert [name for name in ("Serbia", "Montenegro", "Albania") if name in told] == []
    assert "Serbia asked" in [entry.reason for entry in entries_for(world.viewer("bob"), serbia)]


def test_who_runs_the_round_sees_whom_no_mail_reached(world: World) -> None:
    asked = make_round(world, asked=("RS",))
    Mail.objects.filter(person=world.user("alice")).update(state=Mail.State.FAILED, error="550 no such mailbox")
    (mail,) = queries.not_reached(world.viewer("sofia"), asked)
    assert (mail.person, mail.error) == (world.user("alice"), "550 no such mailbox")
    with pytest.raises(Refused):
        queries.not_reached(world.viewer("bob"), asked)
