"""Editing the summaries of a narrative report: who may, what is kept, what is refused."""

import pytest
from django.test import Client

from throughline.kernel.access.errors import Invalid, Refused
from throughline.kernel.history.models import Entry
from throughline.kernel.testing.worlds import World
from throughline.results import summaries
from throughline.results.models import Framework
from throughline.results.summary_models import SummaryText
from throughline.results.tests import making
from throughline.results.tests.reporting import PERIOD, SECRET, narrative_round

pytestmark = pytest.mark.django_db

RIGHT = "On 1.1 and 1.2, three jurisdictions report ‘On track’ and one has not reported."
WRONG = "On 1.1, most jurisdictions report ‘On track’."


@pytest.fixture
def framework(world: World) -> Framework:
    narrative_round(world)
    return Framework.objects.get(code=making.CODE)


def signed_in(world: World, name: str) -> Client:
    client = Client()
    client.force_login(world.user(name))
    return client


def address(page: str = "summaries") -> str:
    return f"/scorecards/{making.CODE}/{page}/"


def test_a_text_that_agrees_is_kept_with_its_author(world: World, framework: Framework) -> None:
    found = summaries.keep(world.viewer("sofia"), framework=framework, goal=1, period=PERIOD, text=RIGHT)
    assert (found.text, found.by) == (RIGHT, "Sofia")
    assert [one.outcome.value for one in found.verdicts] == ["agrees", "agrees"]
    assert Entry.objects.filter(verb="summary.keep").count() == 1


def test_a_text_that_contradicts_is_refused_with_both_counts(world: World, framework: Framework) -> None:
    with pytest.raises(Invalid) as refused:
        summaries.keep(world.viewer("sofia"), framework=framework, goal=1, period=PERIOD, text=WRONG)
    (problem,) = refused.value.problems
    assert problem.message == (
        "“most jurisdictions report ‘On track’” says 4 to 6. The records say 3 of 6 asked, ‘On track’ (target 1.1)."
    )
    assert not SummaryText.objects.exists()


def test_the_generated_text_agrees_with_itself(world: World, framework: Framework) -> None:
    sofia = world.viewer("sofia")
    narrative = summaries.shared(sofia, framework, PERIOD)
    for one in summaries.summaries(narrative):
        kept = summaries.keep(sofia, framework=framework, goal=one.goal.number, period=PERIOD, text=one.generated_text)
        assert {verdict.outcome.value for verdict in kept.verdicts} == {"agrees"}


def test_an_empty_text_goes_back_to_what_is_generated(world: World, framework: Framework) -> None:
    sofia = world.viewer("sofia")
    summaries.keep(sofia, framework=framework, goal=1, period=PERIOD, text=RIGHT)
    assert summaries.keep(sofia, framework=framework, goal=1, period=PERIOD, text="").text == ""
    assert not SummaryText.objects.exists()


@pytest.mark.parametrize("who", ["alice", "bob", "anna", "adam", "outsider"])
def test_only_the_secretariat_edits(world: World, framework: Framework, who: str) -> None:
    with pytest.raises(Refused):
        summaries.keep(world.viewer(who), framework=framework, goal=1, period=PERIOD, text=RIGHT)
    assert signed_in(world, who).get(address(), {"period": PERIOD}).status_code == 403


@pytest.mark.parametrize(("goal", "period", "text"), [(99, PERIOD, RIGHT), (1, "soon", RIGHT), (1, PERIOD, "x" * 6001)])
def test_what_cannot_be_kept(world: World, framework: Framework, goal: int, period: str, text: str) -> None:
    with pytest.raises(Invalid):
        summaries.keep(world.viewer("sofia"), framework=framework, goal=goal, period=period, text=text)


# ---- at the door


def test_the_page_shows_what_is_generated_and_keeps_what_is_written(world: World, framework: Framework) -> None:
    client = signed_in(world, "sofia")
    page = client.get(address(), {"period": PERIOD}).content.decode()
    assert "Three jurisdictions report ‘On track’ (3 of 6 asked)." in page
    answer = client.post(address(), {"goal": "1", "period": PERIOD, "text": RIGHT})
    assert answer.status_code == 302
    page = client.get(address(), {"period": PERIOD}).content.decode()
    assert RIGHT in page
    assert "agrees. The records say 3 of 6 asked" in page
    assert SECRET not in page


def test_the_page_names_the_contradiction_and_keeps_what_was_typed(world: World, framework: Framework) -> None:
    answer = signed_in(world, "sofia").post(address(), {"goal": "1", "period": PERIOD, "text": WRONG})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "The records say 3 of 6 asked" in page
    assert WRONG in page


@pytest.mark.parametrize("given", [{"goal": "x"}, {"goal": "1", "period": "soon"}, {}])
def test_nonsense_is_refused_in_words(world: World, framework: Framework, given: dict[str, str]) -> None:
    assert signed_in(world, "sofia").post(address(), given).status_code in {302, 400}


def test_progress_shows_what_the_reader_may_read(world: World, framework: Framework) -> None:
    page = signed_in(world, "alice").get(address("progress"), {"period": PERIOD}).content.decode()
    assert "The law was adopted (RS)." in page
    assert "Not reported" in page
    assert SECRET not in page
    outside = signed_in(world, "outsider").get(address("progress"), {"period": PERIOD}).content.decode()
    assert "The law was adopted" not in outside


def test_a_period_that_is_none_is_said(world: World, framework: Framework) -> None:
    assert signed_in(world, "alice").get(address("progress"), {"period": "soon"}).status_code == 400
