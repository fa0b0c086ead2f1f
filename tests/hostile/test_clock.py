"""The clock of the server goes back: order is kept by numbers, not by the clock, and nothing waits for time to come again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from throughline.incidents.services import change
from throughline.kernel.history.models import Entry
from throughline.kernel.history.queries import verify_chain
from throughline.kernel.jobs.models import Job
from throughline.kernel.jobs.services import enqueue
from throughline.kernel.jobs.worker import claim, drain
from throughline.kernel.measures import facts
from throughline.kernel.measures.ask import ask
from throughline.kernel.measures.questions import Question
from throughline.kernel.resources.story import entries_told
from throughline.kernel.testing.resource_cases import Program, signed_in
from throughline.kernel.testing.worlds import World, make_incident
from throughline.publications.tests.making import build, incidents

SET_BACK = timedelta(days=2)


@pytest.fixture
def set_back(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Sets the clock back by two days, from the moment it is called."""
    usual = timezone.now

    def go() -> None:
        monkeypatch.setattr(timezone, "now", lambda: usual() - SET_BACK)

    return go


def test_history_follows_its_numbers(world: World, set_back: Callable[[], None]) -> None:
    incident = make_incident(world)
    set_back()
    change(world.viewer("alice"), incident=incident, values={"narrative": "Told later, at an earlier time."})
    first, last = Entry.objects.order_by("seq").first(), Entry.objects.order_by("seq").last()
    assert first is not None
    assert last is not None
    assert (first.at > last.at, verify_chain()) == (True, None)
    told: list[Any] = list(entries_told(world.viewer("alice"), incident, limit=9))
    assert [one.verb for one in told] == ["incident.change", "incident.create"]


def test_references_go_on_where_they_were(world: World, set_back: Callable[[], None]) -> None:
    before = make_incident(world)
    set_back()
    after = make_incident(world)
    assert int(after.reference[-6:]) == int(before.reference[-6:]) + 1


def test_figures_of_now_and_of_then_stand(world: World, set_back: Callable[[], None]) -> None:
    incidents(world)
    document = build(world).document
    set_back()
    make_incident(world, state="verified", handling="green")
    question = Question(measure="incidents", period="2024-Q1")
    today = ask(question, world.viewer("sofia")).value
    figure = document.figures["incidents/2024-Q1/SEE-7"]
    then = ask(Question.from_query(figure.question), world.viewer("anna")).value
    assert (today, then, facts.check(), verify_chain()) == (4, 3, None, None)


def test_a_job_of_a_dead_worker_is_taken_up_at_once(world: World, set_back: Callable[[], None]) -> None:
    enqueue(world.viewer("alice"), task="notify.nothing", title="Waits")
    dead = claim()
    assert dead is not None
    set_back()
    assert drain() == 1
    assert Job.objects.get(pk=dead.pk).attempts == 2


def test_who_is_signed_in_stays_so_and_no_key_lives_longer(world: World, set_back: Callable[[], None]) -> None:
    alice, program = signed_in(world, "alice"), Program(world, "alice")
    set_back()
    assert alice.get("/incidents/").status_code == 200
    assert program.get("/api/v1/incidents/").status_code == 200
