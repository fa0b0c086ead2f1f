"""Releases that keep: asked again as they were, they say what was printed; what is revised since says by which records."""

import pytest
from django.test import Client

from throughline.incidents.models import Incident
from throughline.kernel.access.services import mark
from throughline.kernel.flow.services import advance
from throughline.kernel.measures.models import KeptVersion
from throughline.kernel.testing.worlds import World, make_incident
from throughline.people.models import RoleGiven
from throughline.publications import services
from throughline.publications.models import Release, ReleaseCheck
from throughline.publications.queries import Revisions, revisions
from throughline.publications.revision import compare
from throughline.publications.tests.making import build, incidents, signed

pytestmark = pytest.mark.django_db
COUNT = "incidents/2024-Q1/SEE-7"


@pytest.fixture
def released(world: World) -> Release:
    incidents(world)
    return services.release(world.viewer("simon"), report=signed(world))


def first_counted() -> Incident:
    """Of what was released, the incident entered first: two people were killed in it."""
    return Incident.objects.filter(state="verified", occurred_on__year=2024).order_by("created_at")[0]


def checked(world: World, release: Release, who: str = "anna") -> Revisions:
    services.check(world.viewer("anna"), release=release)
    found = revisions(world.viewer(who), release)
    assert found is not None
    return found


def test_untouched_every_figure_is_what_was_printed(world: World, released: Release) -> None:
    found = checked(world, released)
    questions = [one for one in released.document.figures.values() if one.question]
    assert (found.asked, found.revised_count, found.faults_count) == (len(questions), 0, 0)
    assert len(questions) > 20


def test_an_incident_more_is_named_and_the_printed_figure_stays(world: World, released: Release) -> None:
    added = make_incident(world, state="verified", handling="green")
    found = checked(world, released)
    moved = {one.id: one for one in found.revised}[COUNT]
    assert (moved.printed, moved.today, moved.difference, moved.others) == ("3", "4", "+1", 0)
    assert [(one.reference, one.way, one.then, one.now) for one in moved.records] == [(added.reference, "added", 0, 1)]
    assert found.faults_count == 0


def test_one_withdrawn_and_one_with_another_person(world: World, released: Release) -> None:
    first = first_counted()
    advance(world.viewer("bob"), record=first, transition="withdraw", comment="Entered twice.")
    moved = {one.id: one for one in checked(world, released).revised}
    assert [(one.reference, one.way) for one in moved[COUNT].records] == [(first.reference, "withdrawn")]
    killed = moved["people-killed/2024-Q1/SEE-7"]
    assert (killed.printed, killed.today, killed.records[0].then, killed.records[0].now) == ("2", "0", 2, 0)


def test_a_record_closed_since_counts_as_it_did_then(world: World, released: Release) -> None:
    first = first_counted()
    mark(world.viewer("bob"), record=first, handling="amber+strict", reason="Named a child.")
    found = checked(world, released)
    assert found.faults_count == 0
    moved = {one.id: one for one in found.revised}[COUNT]
    assert (moved.printed, moved.today) == ("3", "2")
    # The analyst may no longer read it: it is counted, and not named.
    assert (moved.records, moved.others) == ((), 1)


def test_who_reads_what(world: World, released: Release) -> None:
    make_incident(world, state="verified", handling="amber")
    assert [one.others for one in checked(world, released).revised if one.id == COUNT] == [0]
    charlie = checked(world, released, "charlie")
    assert [one.others for one in charlie.revised if one.id == COUNT] == [1]
    outsider = checked(world, released, "outsider")
    assert (outsider.amounts, outsider.revised, outsider.changes) == (False, (), ())
    assert outsider.revised_count > 0


def test_a_builder_who_left_changes_nothing(world: World, released: Release) -> None:
    RoleGiven.objects.filter(user=world.user("anna")).delete()
    services.check(world.viewer("sofia"), release=released)
    assert ReleaseCheck.objects.get(release=released).revised == 0


def test_the_definitions_are_kept_with_it(released: Release) -> None:
    basis = released.document.basis
    assert basis is not None
    killed = basis.measures["people-killed"]
    assert "outcome" in killed["where"]
    assert len(killed["digest"]) == 64
    assert basis.sections


def test_the_facts_of_a_report_are_kept_until_it_is_discarded(world: World) -> None:
    incidents(world)
    report = build(world)
    kept = KeptVersion.objects.filter(reason=f"report {report.reference}")
    assert kept.exists()
    advance(world.viewer("anna"), record=report, transition="discard")
    services.let_go_of_discarded(world.viewer("anna"))
    assert not kept.exists()


def test_a_figure_that_is_not_what_was_printed_is_a_fault(world: World, released: Release) -> None:
    released.snapshot["figures"][COUNT]["value"] = 99
    found = compare(released.document)
    assert [one.id for one in found.faults if one.id == COUNT] == [COUNT]


def test_the_duty_looks_again_only_when_the_facts_moved(world: World, released: Release) -> None:
    nobody = world.viewer("anna")
    assert [services.check_due(nobody), services.check_due(nobody)] == [1, 0]
    make_incident(world, state="verified", handling="green")
    assert [services.check_due(nobody), services.check_due(nobody)] == [1, 0]


def test_the_page(world: World, released: Release, client: Client) -> None:
    added = make_incident(world, state="verified", handling="green")
    client.force_login(world.user("anna"))
    address = f"/releases/{released.reference}/revised/"
    assert "Not compared" in client.get(address).content.decode()
    assert client.post(address).status_code == 302
    text = client.get(address).content.decode()
    assert "Revised since:" in text
    assert added.reference in text
    assert "Revised since:" in client.get(f"/releases/{released.reference}/").content.decode()
