"""Changes asked for before a report is signed: nothing is signed while one waits, and the release says they were settled."""

import pytest
from django.test import Client
from django.urls import reverse

from throughline.kernel.access.errors import Conflict, Invalid, Refused
from throughline.kernel.access.services import mark
from throughline.kernel.comments import queries
from throughline.kernel.comments.models import Comment
from throughline.kernel.comments.services import answer, reopen, settle, write
from throughline.kernel.flow.services import advance
from throughline.kernel.history.queries import entries_for
from throughline.kernel.notify.models import Notice
from throughline.kernel.reporting.models import Report
from throughline.kernel.reporting.services import rebuild
from throughline.kernel.testing.worlds import World
from throughline.publications.services import release
from throughline.publications.tests.making import build, incidents

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(world: World) -> Report:
    """Anna's, sent for sign-off."""
    incidents(world)
    made = build(world)
    advance(world.viewer("anna"), record=made, transition="send")
    return made


def ask(world: World, report: Report, who: str = "simon", text: str = "Say 'jurisdiction'.", part: str = "") -> Comment:
    return write(world.viewer(who), record=report, text=text, kind="request", part=part)


def sign(world: World, report: Report) -> Report:
    return advance(world.viewer("sofia"), record=report, transition="sign")  # type: ignore[return-value]


def test_signing_is_refused_while_a_request_is_open_and_lists_it(world: World, report: Report) -> None:
    ask(world, report)
    with pytest.raises(Invalid) as refused:
        sign(world, report)
    name = world.user("simon").name
    assert [one.message for one in refused.value.problems] == [
        f"Change request 1 by {name} is open: Say 'jurisdiction'."
    ]
    report.refresh_from_db()
    assert report.state == "ready"


@pytest.mark.parametrize(("who", "state", "reason"), [("anna", "done", ""), ("anna", "declined", "No."), ("simon", "withdrawn", "")])  # fmt: skip
def test_a_settled_request_holds_up_nothing(world: World, report: Report, who: str, state: str, reason: str) -> None:
    settle(world.viewer(who), comment=ask(world, report), state=state, reason=reason)
    assert sign(world, report).state == "signed"


def test_declining_needs_a_reason(world: World, report: Report) -> None:
    with pytest.raises(Invalid):
        settle(world.viewer("anna"), comment=ask(world, report), state="declined")


@pytest.mark.parametrize(("who", "state"), [("adam", "done"), ("adam", "withdrawn"), ("anna", "withdrawn")])
def test_settling_is_for_those_who_answer_for_it(world: World, report: Report, who: str, state: str) -> None:
    asked = ask(world, report)
    with pytest.raises(Refused):
        settle(world.viewer(who), comment=asked, state=state)


def test_nothing_is_asked_of_what_is_signed(world: World, report: Report) -> None:
    asked = ask(world, report)
    settle(world.viewer("anna"), comment=asked, state="done")
    sign(world, report)
    with pytest.raises(Refused):
        ask(world, report)
    with pytest.raises(Refused):
        reopen(world.viewer("simon"), comment=asked)
    write(world.viewer("simon"), record=report, text="Well done.")  # a comment is no request


def test_a_request_is_opened_again_before_it_is_signed(world: World, report: Report) -> None:
    asked = ask(world, report)
    settle(world.viewer("anna"), comment=asked, state="done")
    with pytest.raises(Conflict):
        settle(world.viewer("anna"), comment=asked, state="done")
    reopen(world.viewer("simon"), comment=asked)
    with pytest.raises(Invalid):
        sign(world, report)


def test_a_request_is_read_by_all_who_read_the_document_and_kept_to_none(world: World, report: Report) -> None:
    early = ask(world, report)
    said = answer(world.viewer("anna"), comment=early, text="Where?")
    mark(world.viewer("sofia"), record=report, handling="green", reason="For all.")
    for one in (early, said):
        assert queries.comment_for(world.viewer("charlie"), one.pk) is not None
    with pytest.raises(Invalid):
        write(world.viewer("sofia"), record=report, text="Psst.", kind="request",
              organisation=world.organisations["secretariat"].pk)  # fmt: skip


def test_it_is_about_a_block_of_the_document(world: World, report: Report) -> None:
    code, label = queries.parts_of(report)[1]
    asked = ask(world, report, part=code)
    assert (asked.part, asked.part_label) == (code, label)
    with pytest.raises(Invalid):
        ask(world, report, part="part-99999")


def test_each_block_of_the_page_says_what_was_said_about_it(world: World, report: Report, client: Client) -> None:
    code = next(code for code, label in queries.parts_of(report) if label.startswith("Figure 1"))
    ask(world, report, part=code)
    client.force_login(world.user("simon"))
    text = client.get(reverse("report-detail", args=[report.reference])).content.decode()
    assert f'href="?part={code}&amp;ask=1#discussion">1 comment<' in text
    assert ">Comment or ask for a change<" in text


def test_history_says_who_asked_what_and_how_it_ended(world: World, report: Report) -> None:
    settle(world.viewer("anna"), comment=ask(world, report), state="declined", reason="It is the printed name.")
    told = [(one.verb, one.actor_text, one.reason) for one in entries_for(world.viewer("sofia"), report)[:2]]
    assert told == [
        ("comment.settle-request", world.user("anna").name, "It is the printed name."),
        ("comment.request", world.user("simon").name, "Say 'jurisdiction'."),
    ]


def test_who_built_it_is_told_of_a_request_and_who_asked_of_its_end(world: World, report: Report) -> None:
    Notice.objects.all().delete()
    asked = ask(world, report)
    settle(world.viewer("anna"), comment=asked, state="done")
    told = list(Notice.objects.order_by("told_at").values_list("person__name", "subject"))
    assert told == [
        (world.user("anna").name, f"A change is asked for in {report.reference}"),
        (world.user("simon").name, f"Change request 1, {report.reference}: Done"),
    ]


def test_what_is_still_asked_waits_in_the_next_build_too(world: World, report: Report) -> None:
    settled, waits = ask(world, report), ask(world, report, text="And the title.")
    settle(world.viewer("anna"), comment=settled, state="done")
    again = rebuild(world.viewer("anna"), report=report)
    carried = Comment.objects.on(again).get()
    assert (carried.text, carried.number, carried.carried_from, carried.written_by) == (
        "And the title.", 1, waits, world.user("simon"),
    )  # fmt: skip
    advance(world.viewer("anna"), record=again, transition="send")
    with pytest.raises(Invalid):
        sign(world, again)


def test_the_release_says_that_all_were_settled(world: World, report: Report, client: Client) -> None:
    settle(world.viewer("anna"), comment=ask(world, report, text="zqasked"), state="declined", reason="zqwhy")
    made = release(world.viewer("sofia"), report=sign(world, report))
    seen = {}
    for who in ("simon", "charlie"):
        client.force_login(world.user(who))
        text = client.get(reverse("release-detail", args=[made.reference])).content.decode()
        seen[who] = [
            words in text for words in ("1 change was asked for", "zqasked", "zqwhy", "without that nothing is")
        ]
    assert seen == {"simon": [True, True, True, False], "charlie": [False, False, False, True]}
    assert "zqasked" not in str(made.snapshot)
