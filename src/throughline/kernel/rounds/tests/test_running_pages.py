"""The secretariat's pages: prepare a round, open it, see the board, remind, give more time, close."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from throughline.kernel.notify.models import Notice
from throughline.kernel.rounds import services
from throughline.kernel.rounds.models import Reminder, Return, Round
from throughline.kernel.testing.resource_cases import signed_in, text_of
from throughline.kernel.testing.rounds import (
    make_institution,
    make_part,
    make_questionnaire,
    make_return,
    make_round,
    return_of,
)
from throughline.kernel.testing.worlds import World

SECRET = "zq-working-answer"


@pytest.fixture
def sofia(world: World) -> Client:
    return signed_in(world, "sofia")


def asked_of(world: World, edition: Any, **given: Any) -> dict[str, Any]:
    today = timezone.localdate()
    return {
        "edition": str(edition.pk),
        "title": "Arms return 2024",
        "period": "2024",
        "opens_on": today.isoformat(),
        "due_on": (today + timedelta(days=20)).isoformat(),
        "reminders": "14; 3",
        "approval": "contact-point",
        "opens_to": "amber",
        "before": "",
        "instructions": "By Friday, please.",
        "asked": [str(world.organisations[name].pk) for name in ("police-rs", "police-al")],
        **given,
    }


# Preparing


def test_a_round_is_prepared_with_those_chosen(world: World, sofia: Client) -> None:
    edition = make_questionnaire(world)

    answer = sofia.post(reverse("round-prepare"), asked_of(world, edition))

    made = Round.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("round-detail", args=[made.reference]))
    assert (made.state, made.period, made.reminders) == ("prepared", "2024", [14, 3])
    assert sorted(made.returns.values_list("owner__code", flat=True)) == ["police-al", "police-rs"]
    assert Notice.objects.count() == 0


def test_only_a_secretariat_prepares(world: World) -> None:
    edition = make_questionnaire(world)

    answers = [
        (signed_in(world, who).get(reverse("round-prepare")).status_code,
         signed_in(world, who).post(reverse("round-prepare"), asked_of(world, edition)).status_code)
        for who in ("alice", "anna", "outsider")
    ]  # fmt: skip

    assert answers == [(403, 403)] * 3
    assert Round.objects.count() == 0


def test_what_is_wrong_with_a_round_stands_at_its_fields_and_what_was_typed_stays(world: World, sofia: Client) -> None:
    edition = make_questionnaire(world)
    due = (timezone.localdate() - timedelta(days=3)).isoformat()

    wrong = asked_of(world, edition, period="last winter", due_on=due, asked=[])
    page = sofia.post(reverse("round-prepare"), wrong)

    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"period", "due_on", "asked"}
    assert "last winter" in text_of(page)
    assert "By Friday, please." in text_of(page)
    assert Round.objects.count() == 0


def test_reminders_are_days(world: World, sofia: Client) -> None:
    page = sofia.post(reverse("round-prepare"), asked_of(world, make_questionnaire(world), reminders="soon"))

    assert (page.status_code, list(page.context["form"].errors)) == (422, ["reminders"])


def test_commissions_and_those_asked_last_time_are_suggested(world: World, sofia: Client) -> None:
    commission = world.organisations["police-mk"]
    commission.kind = "commission"
    commission.save()
    made = make_round(world, asked=("RS",), title="Return of 2023", period="2023")

    page = sofia.get(reverse("round-prepare"))

    assert page.context["chosen"] == {str(commission.pk), str(world.organisations["police-rs"].pk)}
    initial = page.context["form"].initial
    assert (initial["title"], initial["period"], initial["before"]) == ("Return of 2024", "2024", str(made.pk))


def test_without_a_questionnaire_the_first_step_is_offered(world: World, sofia: Client) -> None:
    page = text_of(sofia.get(reverse("round-prepare")))

    assert "There is nothing to ask yet" in page
    assert reverse("questionnaire-make") in page


def test_a_round_is_changed(world: World, sofia: Client) -> None:
    made = make_round(world, opened=False)
    given = asked_of(world, made.edition, title="Another title")

    answer = sofia.post(reverse("round-change", args=[made.reference]), given | {"version": made.version})
    late = sofia.post(reverse("round-change", args=[made.reference]), given | {"version": made.version, "title": "B"})

    made.refresh_from_db()
    assert (answer.status_code, made.title) == (302, "Another title")
    assert (late.status_code, "Someone changed this round" in text_of(late)) == (422, True)


# Opening


def test_opening_shows_who_will_be_told_and_then_tells_them(world: World, sofia: Client) -> None:
    made = make_round(world, asked=("RS", "ME"), opened=False)
    url = reverse("round-open", args=[made.reference])

    page = sofia.get(url)
    told = [(str(one.ret.owner), one.people) for one in page.context["told"]]
    answer = sofia.post(url)

    assert told == [("Police Montenegro", []), ("Police Serbia", ["Alice", "Bob"])]
    assert "1 organisation has nobody here" in text_of(page)
    made.refresh_from_db()
    assert (answer.status_code, made.state) == (302, "open")
    assert sorted(Notice.objects.values_list("person__name", flat=True)) == ["Alice", "Bob"]


def test_who_does_not_run_a_round_does_nothing_with_it(world: World) -> None:
    made = make_round(world)
    alice = signed_in(world, "alice")
    names = ("change", "remind", "ask", "close", "reopen", "open")

    answers = [
        alice.post(reverse(f"round-{name}", args=[made.reference]), {"reason": "x"}).status_code for name in names
    ]
    ret = return_of(made, world)
    answers += [
        alice.post(reverse(f"round-{name}", args=[made.reference, ret.reference]), {"reason": "x"}).status_code
        for name in ("extend", "ask-no-longer")
    ]

    assert answers == [403] * 8
    made.refresh_from_db()
    assert made.state == "open"


def test_a_round_being_prepared_is_nobody_elses(world: World) -> None:
    made = make_round(world, opened=False)

    answers = {who: signed_in(world, who).get(reverse("round-detail", args=[made.reference])).status_code
               for who in ("sofia", "simon", "alice", "charlie", "outsider")}  # fmt: skip

    assert answers == {"sofia": 200, "simon": 200, "alice": 404, "charlie": 404, "outsider": 404}


# The board


def test_the_board_says_where_everyone_stands(world: World, sofia: Client) -> None:
    made = make_round(world, asked=("RS", "AL", "ME"))
    make_return(world, "RS", round=made, state="submitted")
    make_return(world, "AL", round=made)

    page = sofia.get(reverse("round-detail", args=[made.reference]))

    board = page.context["panels"][0][1]
    assert [(row.organisation, row.label) for row in board["rows"]] == [
        ("Police Albania", "Being answered"), ("Police Montenegro", "Not opened"), ("Police Serbia", "Submitted"),
    ]  # fmt: skip
    assert {str(one.label): one.value for one in board["figures"]} == {
        "Asked": 3, "Not opened": 1, "Being answered": 1, "To decide": 1, "Returned": 0, "Accepted": 0,
        "Nothing to report": 0, "Late": 0,
    }  # fmt: skip
    assert [row.organisation for row in board["silent"]] == ["Police Montenegro"]
    assert reverse("return-decide", args=[return_of(made, world).reference]) in text_of(page)


def test_who_answers_sees_their_own_line_and_nobody_elses(world: World) -> None:
    made = make_round(world, asked=("RS", "AL", "ME"), due_on=timezone.localdate() - timedelta(days=2))
    make_return(world, "RS", round=made, answers={"law/progress": SECRET})

    page = text_of(signed_in(world, "charlie").get(reverse("round-detail", args=[made.reference])))

    assert "Police Albania" in page
    assert [word for word in ("Police Serbia", "Police Montenegro", "Who is where", SECRET) if word in page] == []


def test_an_analyst_sees_how_many_were_accepted_and_a_respondent_does_not(world: World) -> None:
    made = make_round(world, asked=("RS", "AL", "ME"))
    make_return(world, "RS", round=made, state="accepted")
    url = reverse("round-detail", args=[made.reference])

    pages = {who: signed_in(world, who).get(url).context["panels"][0][1]["coverage"] for who in ("anna", "alice")}

    assert pages == {"anna": (1, 3), "alice": None}
    assert "1 of 3" in text_of(signed_in(world, "anna").get(url))


def test_the_board_costs_the_same_for_one_and_three(world: World, sofia: Client) -> None:
    one, three = make_round(world, asked=("RS",)), make_round(world, asked=("RS", "AL", "ME"))
    for made, places in ((one, ("RS",)), (three, ("RS", "AL"))):
        for place in places:
            make_return(world, place, round=made)

    def counted(made: Round) -> int:
        url = reverse("round-detail", args=[made.reference])
        sofia.get(url)
        with CaptureQueriesContext(connection) as context:
            assert sofia.get(url).status_code == 200
        return len(context)

    assert counted(one) == counted(three)


def test_working_answers_are_on_no_page_of_who_asks(world: World, sofia: Client) -> None:
    made = make_round(world)
    ret = make_return(world, "RS", round=made, answers={"law/progress": SECRET, "law/status": "drafted"})
    part = make_part(world, ret, make_institution(world))
    services.save(world.viewer("boris"), holder=part, changes={"law/progress": ("", SECRET)})
    pages = [
        reverse(f"round-{name}", args=[made.reference]) for name in ("detail", "history", "remind", "ask", "close")
    ]
    pages += [reverse(f"round-{name}", args=[made.reference, ret.reference]) for name in ("extend", "ask-no-longer")]
    pages += [reverse("round-list"), reverse("return-list"), reverse("part-list"), reverse("home")]
    hidden = [reverse(f"return-{name}", args=[ret.reference]) for name in ("detail", "decide", "history", "share-out")]

    assert [url for url in pages if SECRET in text_of(sofia.get(url))] == []
    assert [sofia.get(url).status_code for url in hidden] == [404] * 4
    assert ret.reference not in text_of(sofia.get(reverse("return-list")))


# Chasing


def test_all_late_are_reminded_in_one_move(world: World, sofia: Client) -> None:
    made = make_round(world, asked=("RS", "AL", "ME"), due_on=timezone.localdate() - timedelta(days=1))
    make_return(world, "AL", round=made, state="submitted")
    url = reverse("round-remind", args=[made.reference])
    Notice.objects.all().delete()

    page = sofia.get(url)
    chosen = page.context["chosen"]
    answer = sofia.post(url, {"chosen": sorted(chosen), "text": "We close on Monday."})

    assert chosen == {return_of(made, world, place).reference for place in ("RS", "ME")}
    assert answer.status_code == 302
    assert Reminder.objects.count() == 2
    assert set(Notice.objects.values_list("person__name", "text")) == {
        ("Alice", "We close on Monday."), ("Bob", "We close on Monday."),
    }  # fmt: skip


def test_reminding_nobody_is_said(world: World, sofia: Client) -> None:
    made = make_round(world)

    page = sofia.post(reverse("round-remind", args=[made.reference]), {"text": ""})

    assert (page.status_code, "Choose at least one organisation." in text_of(page)) == (422, True)
    assert Reminder.objects.count() == 0


def test_a_return_of_another_round_is_not_reminded(world: World, sofia: Client) -> None:
    made, other = make_round(world), make_round(world)

    page = sofia.post(reverse("round-remind", args=[made.reference]), {"chosen": [return_of(other, world).reference]})

    assert (page.status_code, Reminder.objects.count()) == (422, 0)


def test_one_gets_more_time(world: World, sofia: Client) -> None:
    made = make_round(world)
    ret = return_of(made, world)
    later = made.due_on + timedelta(days=7)
    url = reverse("round-extend", args=[made.reference, ret.reference])

    wrong = sofia.post(url, {"due_on": "2020-01-01", "reason": "A holiday."})
    answer = sofia.post(url, {"due_on": later.isoformat(), "reason": "A holiday."})

    ret.refresh_from_db()
    assert (wrong.status_code, list(wrong.context["form"].errors)) == (422, ["due_on"])
    assert (answer.status_code, ret.due) == (302, later)


def test_a_return_is_found_only_in_its_own_round(world: World, sofia: Client) -> None:
    made, other = make_round(world), make_round(world)

    answer = sofia.get(reverse("round-extend", args=[made.reference, return_of(other, world).reference]))

    assert answer.status_code == 404


def test_one_more_is_asked_and_one_no_longer(world: World, sofia: Client) -> None:
    made = make_round(world, asked=("RS", "AL"))
    montenegro = world.organisations["police-me"]

    more = sofia.post(reverse("round-ask", args=[made.reference]), {"organisation": str(montenegro.pk)})
    ret = return_of(made, world, "AL")
    url = reverse("round-ask-no-longer", args=[made.reference, ret.reference])
    unsaid = sofia.post(url, {"reason": " "})
    fewer = sofia.post(url, {"reason": "Answers elsewhere."})

    assert (more.status_code, unsaid.status_code, fewer.status_code) == (302, 422, 302)
    states = dict(Return.objects.filter(round=made).values_list("owner__code", "state"))
    assert states == {"police-rs": "asked", "police-al": "withdrawn", "police-me": "asked"}


# Closing


def test_closing_says_what_will_be_missing(world: World, sofia: Client) -> None:
    made = make_round(world, asked=("RS", "AL"))
    make_return(world, "RS", round=made, state="accepted")
    url = reverse("round-close", args=[made.reference])

    page = text_of(sofia.get(url))
    answer = sofia.post(url, {"reason": ""})

    made.refresh_from_db()
    assert ("1 return will be missing" in page, "Police Albania" in page, "Police Serbia" in page) == (
        True,
        True,
        False,
    )
    assert (answer.status_code, made.state) == (302, "closed")
    again = sofia.post(reverse("round-reopen", args=[made.reference]), {"reason": "Albania asked."})
    made.refresh_from_db()
    assert (again.status_code, made.state) == (302, "open")


def test_what_waits_for_a_decision_keeps_a_round_open(world: World, sofia: Client) -> None:
    made = make_round(world, asked=("RS", "AL"))
    ret = make_return(world, "RS", round=made, state="submitted")
    url = reverse("round-close", args=[made.reference])

    page = text_of(sofia.get(url))
    answer = sofia.post(url, {"reason": ""})

    made.refresh_from_db()
    assert reverse("return-decide", args=[ret.reference]) in page
    assert (answer.status_code, made.state) == (403, "open")


# The calendar


def test_the_date_due_goes_into_a_calendar(world: World) -> None:
    made = make_round(world, title="Arms; return, 2023", instructions="First line\nBEGIN:VEVENT")
    ret = return_of(made, world)
    services.extend(world.viewer("sofia"), ret=ret, due_on=made.due_on + timedelta(days=5), reason="A holiday.")
    url = reverse("round-calendar", args=[made.reference])

    lines = {who: signed_in(world, who).get(url).content.decode().split("\r\n") for who in ("sofia", "bob", "charlie")}

    def due(who: str) -> str:
        return next(line.partition(":")[2] for line in lines[who] if line.startswith("DTSTART"))

    assert (due("sofia"), due("charlie")) == (f"{made.due_on:%Y%m%d}",) * 2
    assert due("bob") == f"{made.due_on + timedelta(days=5):%Y%m%d}"
    assert "SUMMARY:Due: Arms\\; return\\, 2023" in lines["bob"]
    assert "DESCRIPTION:First line\\nBEGIN:VEVENT" in lines["bob"]
    assert [line for line in lines["bob"] if line.startswith("TRIGGER")] == ["TRIGGER:-P14D", "TRIGGER:-P3D"]
    assert (lines["bob"].count("BEGIN:VEVENT"), lines["bob"].count("END:VEVENT")) == (1, 1)
    assert signed_in(world, "outsider").get(url).status_code == 404
