"""Figures from a Spark Connect endpoint at every door, and what the doors say while it is away."""

import json
import logging
from typing import Any

import pytest
from django.test import Client

from throughline.cli.tests.conftest import call
from throughline.incidents import services
from throughline.kernel.access.services import mark
from throughline.kernel.measures import facts
from throughline.kernel.measures.ask import ask, behind
from throughline.kernel.measures.questions import Question
from throughline.kernel.testing.resource_cases import Program
from throughline.kernel.testing.sail import free_port
from throughline.kernel.testing.worlds import World, make_incident

pytest.importorskip("pyspark")
INCIDENTS = Question.ask("incidents", by="quarter", period="2024")
__all__ = ["call"]


@pytest.fixture
def on_sail(settings: Any, sail: str) -> None:
    settings.THROUGHLINE_FACTS_ENGINE = sail


@pytest.fixture
def away(settings: Any) -> str:
    """An endpoint that nobody listens at, with a secret in its address."""
    settings.THROUGHLINE_FACTS_ENGINE = f"sc://127.0.0.1:{(port := free_port())}/;token=s3cret-t0ken"
    return f"sc://127.0.0.1:{port}"


def signed_in(world: World, name: str) -> Client:
    client = Client()
    client.force_login(world.user(name))
    return client


def test_a_figure_is_never_staler_than_the_record(world: World, on_sail: None) -> None:
    for expected in (1, 2):
        made = make_incident(world, state="verified")
        assert ask(INCIDENTS, world.viewer("anna")).value == expected
    services.change(world.viewer("alice"), incident=made, values={"region": "North"})
    assert ask(INCIDENTS, world.viewer("anna")).value == 1
    assert facts.check() is None


def test_what_is_closed_stays_closed(world: World, on_sail: None) -> None:
    """Alice's own police read it all; Vera elsewhere only what was not marked; who has no role nothing; also in old versions."""
    closed, open_ = make_incident(world, state="verified"), make_incident(world, state="verified")
    before = ask(INCIDENTS, world.viewer("vera"))
    mark(world.viewer("bob"), record=closed, handling="amber+strict")
    asked = {name: ask(INCIDENTS, world.viewer(name)).value for name in ("bob", "vera", "outsider")}
    assert (before.value, asked) == (2, {"bob": 2, "vera": 1, "outsider": None})
    assert behind(INCIDENTS, None, world.viewer("vera")) == [open_.pk]
    assert ask(INCIDENTS.but(as_of=before.as_of), world.viewer("vera")).value == 1


def test_page_api_and_command_line_give_the_same_figure(world: World, on_sail: None, call: Any) -> None:
    for _number in range(3):
        make_incident(world, state="verified")
    page = signed_in(world, "anna").get(f"/ask/?{INCIDENTS.to_query()}")
    api = Program(world, "anna").get(f"/api/v1/ask?{INCIDENTS.to_query()}").json()
    line = call("ask", "incidents", "--period", "2024", "--format", "json", "--as", world.user("anna").email)
    assert page.status_code == 200
    assert "from 3 verified records" in page.content.decode()
    assert (api["total"]["value"], json.loads(line.stdout)["total"]["value"]) == (3, 3)


def test_pages_say_that_there_are_no_figures_and_records_stay(
    world: World, away: str, caplog: pytest.LogCaptureFixture
) -> None:
    make_incident(world, state="verified")
    client = signed_in(world, "anna")
    with caplog.at_level(logging.WARNING):
        for address in (f"/ask/?{INCIDENTS.to_query()}", "/dashboard/"):
            answer = client.get(address)
            assert answer.status_code == 503
            assert "Records can be read and entered all the same" in answer.content.decode()
            assert "s3cret" not in answer.content.decode()
    assert f"{away} cannot be reached" in caplog.text
    assert "s3cret" not in caplog.text
    assert client.get("/incidents/").status_code == 200
    assert client.get("/").status_code == 200


def test_the_api_says_so_as_a_problem(world: World, away: str) -> None:
    answer = Program(world, "anna").get(f"/api/v1/ask?{INCIDENTS.to_query()}")
    assert (answer.status_code, answer.headers["Content-Type"]) == (503, "application/problem+json")
    assert answer.json()["title"] == "No figures just now."
    assert "s3cret" not in answer.text


def test_the_command_line_says_where_it_looked(world: World, away: str, call: Any) -> None:
    result = call("ask", "incidents", "--as", world.user("anna").email)
    assert result.exit_code == 1
    assert f"{away} cannot be reached (THROUGHLINE_FACTS_ENGINE): Connection refused" in result.stderr
    assert "s3cret" not in result.output
