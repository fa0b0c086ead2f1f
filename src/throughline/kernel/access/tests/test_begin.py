"""What every new record begins with."""

import pytest
from django.utils import timezone

from throughline.incidents.models import Incident
from throughline.kernel.access.services import begin
from throughline.kernel.testing.worlds import World
from throughline.training.models import Person

pytestmark = pytest.mark.django_db


def test_a_new_record_is_in_the_first_state_of_its_flow_and_says_who_made_it(world: World) -> None:
    police, alice = world.organisations["police-rs"], world.viewer("alice")
    year = timezone.localdate().year
    made = begin(alice, Incident, programme=world.programme, owner=police)
    assert (made.reference, made.state, made.private) == (f"AV-{year}-000001", "draft", True)
    assert (made.owner, made.created_by_id, made.changed_by_id) == (police, alice.person, alice.person)
    assert made.handling == world.programme.default_handling
    assert not Incident.objects.filter(pk=made.pk).exists()


def test_what_is_said_of_it_counts_and_its_year_stands_in_the_reference(world: World) -> None:
    world.programme.illustrative = True
    alice = world.viewer("alice")
    owner = world.organisations["police-rs"].pk
    made = begin(alice, Incident, programme=world.programme, owner=owner, year=2023, handling="red", state="sent")
    assert (made.reference, made.state, made.handling, made.illustrative) == ("AV-2023-000001", "sent", "red", True)
    assert begin(alice, Incident, programme=world.programme, owner=owner, year=2023).reference == "AV-2023-000002"


def test_without_a_flow_it_is_kept_and_open_to_its_readers(world: World) -> None:
    made = begin(world.viewer("alice"), Person, programme=world.programme, owner=world.organisations["police-rs"])
    assert (made.state, made.private) == ("kept", False)
