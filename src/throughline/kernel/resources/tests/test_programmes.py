"""Who may add what depends on the programme: a noun is offered where its makers hold their role, and nowhere else."""

import pytest
from django.test import Client

from throughline.api import services as tokens
from throughline.kernel.access.choices import Role
from throughline.kernel.testing.worlds import World
from throughline.people.models import RoleGiven
from throughline.reference.models import Programme

pytestmark = pytest.mark.django_db
EXERCISE = {"title": "Needs 2026", "programme": "AVM"}


@pytest.fixture
def bob(world: World, client: Client) -> Client:
    """Verifies armed violence, and runs a training programme."""
    training = Programme.objects.create(
        code="TRN", name="Training", secretariat=world.organisations["police-rs"], scope=world.programme.scope
    )
    RoleGiven.objects.create(user=world.user("bob"), programme=training, role=Role.SECRETARIAT)
    client.force_login(world.user("bob"))
    return client


def test_a_form_offers_the_programmes_in_which_one_may_add_this_noun(bob: Client) -> None:
    both = bob.get("/incidents/add/").content.decode()
    assert ('value="AVM"' in both, 'value="TRN"' in both) == (True, True)
    # One programme is no choice: nothing is asked.
    assert 'name="programme"' not in bob.get("/exercises/add/").content.decode()


def test_no_other_is_taken(bob: Client) -> None:
    answer = bob.post("/exercises/add/", EXERCISE)
    assert answer.status_code == 422
    assert "Name one of the programmes you may add to: TRN." in answer.content.decode()


def test_it_is_not_offered_to_who_may_add_other_things(world: World, client: Client) -> None:
    client.force_login(world.user("bob"))
    assert "/exercises/add/" not in client.get("/exercises/").content.decode()
    assert client.get("/exercises/add/").status_code == 403
    assert "/incidents/add/" in client.get("/incidents/").content.decode()


def test_analysts_build_reports_by_the_api_though_they_enter_nothing(world: World, client: Client) -> None:
    key = tokens.make(world.viewer("anna"), name="reports", days=1)[1]
    asked = {"template": "quarterly-monitor", "period": "2023-Q4", "scope": "SEE-7"}
    sent = {"content_type": "application/json", "headers": {"authorization": f"Bearer {key}"}}
    assert client.post("/api/v1/reports/", asked, **sent).status_code == 201
    assert client.post("/api/v1/incidents/", {"occurred_on": "2024-01-02"}, **sent).status_code == 403
