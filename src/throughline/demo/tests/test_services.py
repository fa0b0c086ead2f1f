"""Loading: what is missing is added, what is there is left, and every record obeys the rules of its noun."""

from collections import Counter
from functools import cache

import pytest

from throughline.demo import generator, records, roadmap, services, together
from throughline.demo.cast_of_people import DOMAIN, PASSWORD
from throughline.demo.pact import load as pact
from throughline.demo.pact.cast import load_cast as load_training
from throughline.demo.roadmap_cast import load_cast
from throughline.demo.shapes import QUARTERS, Event
from throughline.incidents import queries, rules
from throughline.incidents.models import Incident, Source
from throughline.kernel.access.audiences import audience_for
from throughline.kernel.access.errors import Refused
from throughline.kernel.comments.models import Comment
from throughline.kernel.desk.models import SavedView
from throughline.kernel.following.models import Following
from throughline.kernel.history.models import Entry
from throughline.kernel.proposing.models import ProposedChange
from throughline.people.models import RoleGiven, User
from throughline.people.queries import viewer_for
from throughline.reference.models import Network, Organisation, Programme, Scope
from throughline.reference.services import load_reference

pytestmark = pytest.mark.django_db


@cache
def events() -> tuple[Event, ...]:
    return tuple(generator.generate())


def counted() -> list[Event]:
    return [event for event in events() if event.quarter in QUARTERS][::150]


def under_way() -> list[Event]:
    return [event for event in events() if event.quarter not in QUARTERS]


@pytest.fixture
def desk() -> records.Desk:
    return services.load_people(services.SET_UP)


def everything() -> tuple[int, ...]:
    models = (User, RoleGiven, Organisation, Network, Programme, Source, Incident, Entry)
    return tuple(model.objects.count() for model in models)


def test_people_are_functions_with_one_password_and_one_superuser(desk: records.Desk) -> None:
    users = User.objects.all()
    assert len(users) == 4 + 7 * 3
    assert all(
        user.email.endswith(f"@{DOMAIN}") and user.illustrative and user.check_password(PASSWORD) for user in users
    )
    assert [user.email for user in users if user.is_superuser] == [f"administrator@{DOMAIN}"]
    assert Counter(RoleGiven.objects.values_list("role", flat=True)) == {
        "contributor": 7,
        "verifier": 7,
        "reader": 7,
        "secretariat": 2,
        "analyst": 1,
        "administrator": 1,
    }


def test_authorities_are_marked_illustrative(desk: records.Desk) -> None:
    assert set(Organisation.objects.values_list("illustrative", flat=True)) == {True}
    assert Programme.objects.get().illustrative
    assert Organisation.objects.get(code="police-xk").name == "Police directorate, Kosovo*"


def test_loading_again_adds_nothing(desk: records.Desk) -> None:
    services.load_incidents(services.SET_UP, desk=desk, events=counted())
    services.load_under_way(desk, under_way()[:6])
    before = everything()
    again = services.load_people(services.SET_UP)
    assert services.load_incidents(services.SET_UP, desk=again, events=counted()) == 0
    assert services.load_under_way(again, under_way()[:6]) == 0
    assert everything() == before


def test_incidents_are_as_if_they_had_been_entered(desk: records.Desk) -> None:
    wanted = counted()
    assert services.load_incidents(services.SET_UP, desk=desk, events=wanted) == len(wanted)
    for event in wanted:
        incident = Incident.objects.get(external_key=event.key)
        assert incident.reference.startswith(f"AV-{event.occurred_on.year}-")
        assert incident.audience_id == audience_for(incident)
        assert incident.people.count() == len(event.people)
        assert incident.weapons.count() == len(event.weapons)
        assert incident.sources.count() == len(event.reports)
        assert incident.search_text == queries.search_text(incident, [report.title for report in event.reports])
        assert list(Entry.objects.filter(object_id=incident.pk).values_list("verb", flat=True)) == ["demo.incidents"]


def test_analysts_read_all_that_counts_and_officers_their_own_and_the_open(desk: records.Desk) -> None:
    wanted = counted()
    services.load_incidents(services.SET_UP, desk=desk, events=wanted)
    seen = {
        address: Incident.objects.visible_to(viewer_for(desk.users[address])).count()
        for address in ("analyst", "officer.rs", "commission.rs")
    }
    open_ = [event for event in wanted if event.handling != "amber"]
    own = [event for event in wanted if event.handling == "amber" and event.jurisdiction == "RS"]
    assert seen == {"analyst": len(wanted), "officer.rs": len(open_) + len(own), "commission.rs": len(open_)}


def test_every_incident_obeys_the_rules_of_its_noun(desk: records.Desk) -> None:
    for event in events():
        found = list(rules.problems(records.values_of(event, desk), records.lines_of(event, desk)))
        assert found == [], event.key


def test_work_under_way_stands_where_it_says(desk: records.Desk) -> None:
    services.load_under_way(desk, under_way())
    states = Counter(Incident.objects.values_list("state", flat=True))
    assert states == Counter(event.state for event in under_way())
    analyst = viewer_for(desk.users["analyst"])
    assert not Incident.objects.visible_to(analyst).filter(state="verified").exists()


def test_people_talk_about_what_they_may_read_and_only_once(desk: records.Desk) -> None:
    services.load_incidents(services.SET_UP, desk=desk, events=counted())
    for _again in range(2):
        together.talk(programme=desk.programme, users=desk.users)
    proposal, (asked, answered) = ProposedChange.objects.get(), Comment.objects.order_by("written_at")
    assert (asked.text, answered.parent, answered.text) == (together.ASKED, asked, together.ANSWERED)
    assert asked.record == proposal.record
    assert (proposal.before, proposal.after) == ({"property_damage": False}, {"property_damage": True})
    assert sorted(Following.objects.values_list("person__email", "every")) == [
        (f"analyst@{DOMAIN}", "each"), (f"analyst@{DOMAIN}", "week"), (f"secretariat@{DOMAIN}", "day"),
    ]  # fmt: skip
    assert [one.name for one in SavedView.objects.visible_to(viewer_for(desk.users["officer.al"]))] == [
        "Seizures since January 2024"
    ]


def test_work_under_way_was_checked_by_someone_else(desk: records.Desk) -> None:
    strict = next(event for event in under_way() if event.state == "verified")
    services.load_under_way(desk, [strict])
    steps = Entry.objects.filter(object_id=Incident.objects.get().pk).order_by("seq")
    assert [(entry.verb, entry.actor_text.split(",")[0]) for entry in steps] == [
        ("incident.create", "Officer"),
        ("incident.send", "Officer"),
        ("incident.verify", "Verifier"),
    ]


@pytest.mark.parametrize("code", ["AVM", "OTHER"])
def test_illustrative_accounts_never_stand_beside_a_real_programme(code: str) -> None:
    load_reference(services.SET_UP)
    office = Organisation.objects.create(code="office", name="Office", kind="secretariat")
    Programme.objects.create(code=code, name="Real", secretariat=office, scope=Scope.objects.get(code="SEE-7"))
    with pytest.raises(Refused, match="not illustrative"):
        services.load()
    assert not User.objects.exists()


def test_illustrative_accounts_never_stand_beside_a_real_one() -> None:
    User.objects.create_superuser("operator@example.org", "correct horse battery", name="Operator")
    with pytest.raises(Refused, match="not illustrative"):
        services.load()
    assert User.objects.count() == 1


def test_accounts_are_told_once_they_are_there(desk: records.Desk) -> None:
    load_cast(services.SET_UP)
    load_training(services.SET_UP)
    told = services.accounts()
    assert [email for email, _, _ in told] == [f"{address}@{DOMAIN}" for address in services.SHOWN]
    assert {password for _, password, _ in told} == {PASSWORD}


def test_nothing_is_loaded_until_all_is(desk: records.Desk) -> None:
    assert not services.is_loaded()
    cast = load_cast(services.SET_UP)
    services.finish(services.SET_UP, programme=desk.programme)
    assert not services.is_loaded()
    roadmap.finish(services.SET_UP, cast=cast)
    assert not services.is_loaded()
    pact.finish(services.SET_UP, cast=load_training(services.SET_UP))
    assert services.is_loaded()
