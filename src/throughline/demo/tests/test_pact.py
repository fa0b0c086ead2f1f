"""The training programme of the demonstration: what stands where, what is to do for whom, and that no name is in it.

It is loaded once and looked at by every check within that one transaction; each check is a test of its own.
"""

import re
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import transaction
from django.db.models import F, Model, Q
from django.test import override_settings

from throughline.demo import services
from throughline.demo.cast_of_people import DOMAIN
from throughline.demo.pact import load as pact
from throughline.demo.pact.cast import Cast
from throughline.demo.records import Desk
from throughline.demo.tests.checking import outcome
from throughline.kernel.access.models import Record
from throughline.kernel.flow.models import Step
from throughline.kernel.history.models import Entry as Line
from throughline.kernel.history.queries import verify_chain
from throughline.kernel.notify.models import Mail, Notice
from throughline.kernel.rounds.models import Return
from throughline.needs import queries as needs
from throughline.needs import rapid
from throughline.needs.models import Exercise, Proposal
from throughline.training import placing
from throughline.training.choices import TOOK_PART
from throughline.training.models import (
    Activity,
    Attendance,
    Cascade,
    Certificate,
    Component,
    Entry,
    Evaluation,
    Pairing,
    Person,
    Place,
    PlaceStep,
    Project,
    Trainer,
)
from throughline.training.services import certificates

# The first so that the database is set up; the fixture below is what uses it, in one process.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("pact")]

Check = Callable[[Cast], None]
CHECKS: dict[str, Check] = {}
COUNTED: tuple[type[Model], ...] = (
    Project, Component, Entry, Activity, Person, Place, PlaceStep, Attendance, Certificate, Trainer, Cascade, Pairing,
    Evaluation, Exercise, Proposal, Step, Line,
)  # fmt: skip


def check(function: Check) -> Check:
    CHECKS[function.__name__] = function
    return function


def the(key: str) -> Activity:
    found: Activity = Activity.objects.get(external_key=f"PACT2-{key}")
    return found


def states(activity: Activity) -> dict[str, int]:
    return dict(Counter(activity.places.values_list("state", flat=True)))


@check
def the_finished_project_is_there_whole(cast: Cast) -> None:
    project = Project.objects.get(code="WBPACT-1")
    rows = Place.objects.filter(activity__project=project, state__in=TOOK_PART)
    assert Counter(project.activities.values_list("state", flat=True)) == {"done": 76, "cancelled": 5}
    assert rows.count() == 1599
    assert rows.values("person").distinct().count() < 1100
    assert rows.exclude(sex=F("person__sex")).exists() is False
    assert not Place.objects.filter(activity__state="cancelled", activity__project=project).exists()
    assert project.components.count() == 0


@check
def attendance_says_what_the_places_say(cast: Cast) -> None:
    for place in Place.objects.filter(activity__project__code="WBPACT-1").prefetch_related("attendances")[::40]:
        given = [one.percent for one in place.attendances.all()]
        assert round(sum(given) / len(given), 2) == float(place.attended or 0)
        assert place.state == (
            "no-show" if not sum(given) else "attended" if sum(given) >= 80 * len(given) else "partly"
        )


@check
def targets_and_components_stand_as_published(cast: Cast) -> None:
    second = Project.objects.get(code="WBPACT-2")
    assert [str(one) for one in second.components.all()] == [
        "1. Training portfolio",
        "2. Emerging threats and analysis",
        "3. EMPACT Support Network",
        "4. CT Support Network",
        "5. Strategic Cooperation Forum",
        "6. Train the trainers programme",
        "7. Operational Training Needs Analysis (OTNA)",
        "8. Rapid response training package",
    ]
    assert second.framework is not None
    targets = [int(one.targets.get().number) for one in second.framework.indicators.order_by("order")]
    assert targets == [168, 2315]


@check
def somebody_new_finds_something_to_do(cast: Cast) -> None:
    assert states(the("SELECT")) == {"nominated": 14, "reserve": 3}
    assert states(the("OFFERS")) == {"confirmed": 10, "offered": 2, "waiting": 6, "declined": 1}
    assert states(the("WEBINAR")) == {"nominated": 4}
    assert states(the("LAST")) == {"confirmed": 18}
    assert the("LAST").state == "confirmed"
    assert Attendance.objects.filter(place__activity=the("LAST")).count() == 18 * 8
    assert len(certificates.proposed(the("DONE"))) == 17
    assert (the("VISIT").state, the("FORUM").state, the("NEXT").state) == ("cancelled", "confirmed", "planned")


@check
def the_participant_has_an_own_page(cast: Cast) -> None:
    trainee = cast.viewers["trainee.rs"]
    mine = {one.activity.external_key: one for one in placing.own_places(trainee)}
    assert {key: one.state for key, one in mine.items()} == {"PACT2-OFFERS": "offered", "PACT2-OLD": "attended"}
    assert Certificate.objects.filter(place=mine["PACT2-OLD"]).count() == 1
    assert Person.objects.visible_to(trainee).count() == 1


@check
def names_are_read_by_contact_point_and_team_alone(cast: Cast) -> None:
    own = Person.objects.filter(owner=cast.point("AL"))
    assert Person.objects.visible_to(cast.contact("AL")).filter(owner=cast.point("AL")).count() == own.count()
    assert not Person.objects.visible_to(cast.viewers["analyst"]).exists()
    known = Person.objects.filter(Q(applications__isnull=False) | Q(trainer__isnull=False, consents__purpose="pool"))
    assert known.exists()
    assert not known.exclude(pk__in=Person.objects.visible_to(cast.office).values("pk")).exists()
    assert Person.objects.visible_to(cast.office).filter(places__activity=the("SELECT")).count() == 17


@check
def those_of_the_finished_project_are_erased_as_its_activities_ask(cast: Cast) -> None:
    people = Person.objects.filter(places__activity__project__code="WBPACT-1")
    assert not people.filter(erased_at=None).exists()
    assert placing.nominable(cast.contact("AL"), the("SELECT")).count() == 12 - 4


@check
def messages_ask_somebody_for_something(cast: Cast) -> None:
    told = Notice.objects.filter(read_at=None)
    assert Counter(told.values_list("person__email", flat=True)) == {
        "secretariat@demo.example": 10,
        "trainee.rs@demo.example": 5,
        "trainer.rs@demo.example": 3,
        "ncp.ba@demo.example": 1,
        "ncp.xk@demo.example": 1,
    }


@check
def the_exercise_of_2022_ended_with_seven_areas(cast: Cast) -> None:
    exercise = Exercise.objects.get(title__startswith="OTNA 2022")
    analysis = needs.analysis_of(exercise)
    assert exercise.state == "published"
    assert analysis is not None
    assert [(one.place, str(one.result.topic)) for one in needs.order_that_holds(analysis) if one.result.kept] == [
        (1, "Fraud, economic and financial crimes"),
        (2, "Drugs trafficking"),
        (3, "High-risk criminal networks"),
        (4, "Cyber-attacks"),
        (5, "Cross-cutting"),
        (6, "Migrant smuggling"),
        (7, "Counter-terrorism"),
    ]
    assert (exercise.round.period, str(exercise.round.opens_on)) == ("2022", "2022-02-01")


@check
def the_exercise_of_2026_is_half_way(cast: Cast) -> None:
    exercise = Exercise.objects.get(title__startswith="OTNA 2026")
    covered = needs.coverage(exercise)
    assert (exercise.state, covered.answers, covered.formula) == ("open", 4, "100 × 3 / 6 = 50.0 %")
    returns = Return.objects.filter(round=exercise.round)
    assert Counter(one.state for one in returns) == {"accepted": 4, "submitted": 1, "asked": 2}


@check
def proposals_stand_in_several_states_with_their_clock(cast: Cast) -> None:
    found = list(Proposal.objects.all())
    assert Counter(one.state for one in found) == {
        "submitted": 1, "screened": 1, "assessed": 1, "deferred": 1, "rejected": 1, "in-development": 1, "delivered": 1,
    }  # fmt: skip
    clocks = rapid.clocks(found)
    delivered = next(one for one in found if one.state == "delivered")
    assert not clocks[delivered.pk].running
    assert delivered.delivered_on == the("RAPID").starts_on
    for one in found:
        days = [lap.days for lap in clocks[one.pk].laps]
        assert days == sorted(days)


@check
def trainers_pass_on_at_home_and_some_do_not_yet(cast: Cast) -> None:
    attended = Place.objects.filter(activity=the("TOT"), state__in=TOOK_PART).count()
    pool = Counter(Trainer.objects.values_list("state", flat=True))
    assert (attended, pool) == (13, {"teaching": 3, "ready": 3, "in-training": 2})
    assert Counter(Cascade.objects.values_list("state", flat=True)) == {"confirmed": 3, "reported": 1}


@check
def a_pair_waits_for_an_answer_and_another_is_under_way(cast: Cast) -> None:
    found = {one.kind: one for one in Pairing.objects.all()}
    assert {kind: one.state for kind, one in found.items()} == {"exchange": "proposed", "mentoring": "under-way"}
    assert found["exchange"].guest.account == cast.users["trainee.rs"]
    assert found["mentoring"].contacts.count() == 2


@check
def evaluations_are_open_closed_and_to_come(cast: Cast) -> None:
    calls = Evaluation.objects.filter(role="participant")
    found = {(one.activity.external_key[6:], one.level): one.state for one in calls.select_related("activity")}
    assert found == {
        ("OLD", 1): "closed", ("OLD", 3): "open", ("TOT", 1): "closed", ("TOT", 3): "planned", ("DONE", 1): "open",
        ("DONE", 3): "planned",
    }  # fmt: skip


@check
def what_the_catalogue_offers_answers_needs(cast: Cast) -> None:
    assert Entry.objects.filter(programme=cast.programme, state="agreed").count() == 40
    office = cast.office
    assert Entry.objects.visible_to(office).filter(cycle="2024-2028").count() == 20


@check
def nobody_has_a_name(cast: Cast) -> None:
    names = set(Person.objects.values_list("name", flat=True))
    made = re.compile(r"(Participant \d+|Trainee|Trainer), [^()]+ \(illustrative\)")
    assert [one for one in names if one and not made.fullmatch(one)] == []
    assert Place.objects.filter(activity__project__code="WBPACT-1").exclude(person__name="").count() == 0
    emails = Person.objects.exclude(email="").values_list("email", flat=True)
    assert all(one.endswith(f"@{DOMAIN}") for one in emails)


@check
def nothing_passes_for_real(cast: Cast) -> None:
    from django.apps import apps  # reason: all models are there by now

    records = [model for model in apps.get_models() if issubclass(model, Record)]
    assert [str(one) for model in records for one in model._default_manager.filter(illustrative=False)] == []
    assert set(Project.objects.values_list("illustrative", flat=True)) == {True}
    assert all("(illustrative)" in one.title for one in [*Exercise.objects.all(), *Proposal.objects.all()])


@check
def no_mail_leaves_and_history_is_sound(cast: Cast) -> None:
    assert not Mail.objects.exists()
    assert verify_chain() is None


@check
def loading_again_changes_nothing(cast: Cast) -> None:
    before = [model._default_manager.count() for model in COUNTED]
    pact.load(services.SET_UP, desk(), services.quiet)
    assert [model._default_manager.count() for model in COUNTED] == before


def desk() -> Desk:
    return services.load_people(services.SET_UP)


@pytest.fixture(scope="module")
def outcomes(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Exception | None]:
    """What each check found."""
    kept = tmp_path_factory.mktemp("pact")
    facts = override_settings(FACTS=kept / "facts")
    found: dict[str, Exception | None] = {}
    with django_db_blocker.unblock(), facts, transaction.atomic():  # type: ignore[attr-defined]
        cast = pact.load(services.SET_UP, desk(), services.quiet)
        for name, function in CHECKS.items():
            found[name] = outcome(function, cast)
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("name", CHECKS)
def test_pact(name: str, outcomes: dict[str, Exception | None]) -> None:
    if fault := outcomes[name]:
        raise fault
