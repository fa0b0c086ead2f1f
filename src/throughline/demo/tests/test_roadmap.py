"""The Roadmap of the demonstration: what stands where, that figures hang together, that nothing passes for real.

It is loaded once and looked at by every check within that one transaction; each check is a test of its own.
"""

from collections import Counter
from collections.abc import Callable

import pytest
from django.db import models, transaction
from django.test import override_settings
from django.utils import timezone

from throughline.demo import roadmap, roadmap_rounds, roadmap_tables, services
from throughline.demo.roadmap_cast import Cast
from throughline.demo.tables import rows
from throughline.demo.tests.checking import outcome
from throughline.kernel.access.models import Record
from throughline.kernel.history.models import Entry
from throughline.kernel.history.queries import verify_chain
from throughline.kernel.notify.models import Mail
from throughline.kernel.rounds import queries
from throughline.kernel.rounds.models import Part, Return, Round, Version
from throughline.reference.models import Organisation, Programme
from throughline.results.models import Baseline, IndicatorValue, Progress, Target

# The first so that the database is set up; the fixture below is what uses it, in one process.
pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("roadmap")]

PLACES = ("AL", "BA", "XK", "ME", "MK", "RS")
Check = Callable[[Cast], None]
CHECKS: dict[str, Check] = {}


def check(function: Check) -> Check:
    CHECKS[function.__name__] = function
    return function


def the_round(period: str, start: str) -> Round:
    return Round.objects.get(period=period, title__startswith=start, edition__questionnaire__code__endswith=kind(start))


def kind(start: str) -> str:
    return "kpi" if start.startswith("KPI") else "narrative"


def states(asked_in: Round) -> dict[str, str]:
    found = Return.objects.filter(round=asked_in).select_related("owner__jurisdiction")
    return {one.owner.jurisdiction.code: "nil" if one.nil else one.state for one in found}


@check
def what_became_of_each_return(cast: Cast) -> None:
    accepted = dict.fromkeys(PLACES, "accepted")
    assert states(the_round("2022", "KPI")) == accepted
    assert states(the_round("2023-H1", "Narrative")) == accepted
    assert states(the_round("2023-H2", "Narrative")) == accepted | {"ME": "nil", "MK": "returned"}
    assert states(the_round("2023", "KPI")) == accepted | {"AL": "asked", "RS": "returned"}
    own = Return.objects.filter(owner=cast.programme.secretariat)
    assert [(one.round.period, one.state) for one in own.order_by("round__period")] == [
        ("2022", "accepted"),
        ("2023", "accepted"),
    ]


@check
def one_is_late_and_was_reminded_in_its_time(cast: Cast) -> None:
    late = Return.objects.get(round=the_round("2023", "KPI"), owner=cast.commission("AL"))
    assert (late.late, late.submitted_at) == (True, None)
    assert [one.at.date().isoformat() for one in late.reminded.all()] == ["2024-04-04"]


@check
def comments_stand_on_single_questions(cast: Cast) -> None:
    for asked_in, place in ((the_round("2023", "KPI"), "RS"), (the_round("2023-H2", "Narrative"), "MK")):
        ret = Return.objects.get(round=asked_in, owner=cast.commission(place))
        remarks = queries.remarks_open(ret)
        assert len(remarks) == 2
        assert {one.place for one in remarks} <= set(ret.edition.form.items)
        assert not ret.late


@check
def bosnia_and_herzegovina_was_put_together_from_parts(cast: Cast) -> None:
    ret = Return.objects.get(round=the_round("2023", "KPI"), owner=cast.commission("BA"))
    parts = Part.objects.filter(of=ret)
    assert [part.state for part in parts] == ["handed-in"] * 6
    given = roadmap_tables.grid("kpi_2023_bosnia").values()
    for label in ("KPI 6", "KPI 10", "KPI 12"):
        value = IndicatorValue.objects.get(ret=ret, cell="", definition__indicator__label=label)
        assert value.number == sum(int(column.get(label, 0)) for column in given)
    assert IndicatorValue.objects.get(ret=ret, definition__indicator__label="KPI 1").status == "in-progress"
    settled = Entry.objects.get(object_id=ret.pk, verb="return.take-over", after__has_key="settled")
    assert (settled.reason, len(settled.after["settled"])) == (
        "The entity's law is in force, the state's is not: the state of the whole is in progress. Illustrative.",
        1,
    )


@check
def somebody_new_finds_something_to_do(cast: Cast) -> None:
    now = Round.objects.get(due_on__gt=timezone.localdate())
    assert Counter(states(now).values()) == {"asked": 5, "submitted": 1}
    assert [one.owner.jurisdiction.code for one in queries.owed(cast.reporter("BA")) if one.round_id == now.pk] == [
        "BA"
    ]
    draft = Return.objects.get(round=now, owner=cast.commission("BA"))
    assert sorted(part.state for part in Part.objects.filter(of=draft)) == ["asked", "handed-in"]
    assert [part.of_id for part in queries.parts_owed(cast.viewers["border.ba"])] == [draft.pk]


@check
def rounds_ran_when_their_periods_ask_for_it(cast: Cast) -> None:
    for row in rows("roadmap/rounds"):
        one = Round.objects.get(title=row["title"])
        assert (one.opens_on.isoformat(), one.due_on.isoformat()) == (row["opens"], row["due"])
        assert (one.closed_at.date().isoformat() if one.closed_at else "") == row["closed"]
        for ret in one.returns.all():
            times = [ret.opened_at, ret.started_at, ret.submitted_at, ret.decided_at]
            happened = [when.date() for when in times if when]
            assert happened == sorted(happened)
            assert all(one.opens_on <= day for day in happened)
            assert not ret.submitted_at or ret.submitted_at.date() <= one.due_on
            assert [version.at for version in Version.objects.filter(sheet=ret.sheet)] == (
                [ret.submitted_at] if ret.submitted_at else []
            )


@check
def figures_hang_together(cast: Cast) -> None:
    values = IndicatorValue.objects.filter(counted=True)
    assert values.exclude(numerator=None).filter(numerator__gt=models.F("denominator")).count() == 0
    for total in values.filter(cell="").exclude(number=None):
        parts = values.filter(ret=total.ret, definition=total.definition).exclude(cell="")
        assert not parts or sum(part.number or 0 for part in parts) == total.number
    assert Progress.objects.filter(counted=True, period="2023-H1").count() == 14 * 6
    assert Progress.objects.filter(counted=True, period="2023-H2", nil=True).count() == 14


@check
def nothing_passes_for_real(cast: Cast) -> None:
    from django.apps import apps  # reason: all models are there by now

    records = [model for model in apps.get_models() if issubclass(model, Record)]
    unmarked = [str(one) for model in records for one in model._default_manager.filter(illustrative=False)]
    assert unmarked == []
    assert not Organisation.objects.filter(illustrative=False).exists()
    assert not Programme.objects.filter(illustrative=False).exists()
    assert all("(illustrative)" in one.title for one in Round.objects.all())
    for model in (Baseline, Target):
        given = model._default_manager.all()
        assert all(one.to_be_verified and one.source.startswith(("Illustrative", "Placeholder")) for one in given)
    ends = tuple(roadmap_tables.MARKS.values())
    texts = Progress.objects.exclude(text="")
    assert all(one.text.endswith(ends) and one.text_english.endswith("Illustrative.") for one in texts)


@check
def no_mail_leaves_and_history_is_sound(cast: Cast) -> None:
    assert not Mail.objects.exists()
    assert verify_chain() is None


@check
def loading_again_changes_nothing(cast: Cast) -> None:
    def everything() -> tuple[int, ...]:
        counted = (Round, Return, Part, Version, IndicatorValue, Progress, Baseline, Target, Organisation, Entry)
        return tuple(model._default_manager.count() for model in counted)

    before = everything()
    roadmap_rounds.more_time(roadmap.load_rounds(services.SET_UP, services.quiet))
    assert everything() == before


@pytest.fixture(scope="module")
def outcomes(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Exception | None]:
    """What each check found."""
    facts = override_settings(FACTS=tmp_path_factory.mktemp("roadmap") / "facts")
    found: dict[str, Exception | None] = {}
    with django_db_blocker.unblock(), facts, transaction.atomic():  # type: ignore[attr-defined]
        services.load_people(services.SET_UP)
        cast = roadmap.load_rounds(services.SET_UP, services.quiet)
        roadmap_rounds.more_time(cast)
        for name, function in CHECKS.items():
            found[name] = outcome(function, cast)
        transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("name", CHECKS)
def test_roadmap(name: str, outcomes: dict[str, Exception | None]) -> None:
    if fault := outcomes[name]:
        raise fault
