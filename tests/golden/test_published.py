"""The demonstration as a newcomer gets it, loaded whole, once: its documents are out, its history is sound, and every
published figure that the records can hold is what the measures answer, asked as the analyst.

The figures are transcribed, with their sources, in `demo/data/published.csv`.
"""

from dataclasses import dataclass

import pytest
from django.db import transaction
from django.test import override_settings

from throughline.demo import services
from throughline.demo.recount import rounded_like
from throughline.demo.shapes import JURISDICTIONS
from throughline.demo.tables import Published, published
from throughline.incidents.models import Incident
from throughline.kernel.history.models import Entry
from throughline.kernel.history.queries import Fault, verify_chain
from throughline.kernel.measures.answers import Answer
from throughline.kernel.measures.ask import ask_all
from throughline.kernel.measures.questions import Question
from throughline.kernel.notify.models import Notice
from throughline.kernel.reporting.models import Report
from throughline.kernel.watch.queries import flags
from throughline.people.models import User
from throughline.people.queries import viewer_for
from throughline.publications.figures import definitions, figures
from throughline.publications.models import Release
from throughline.publications.public.models import PublicEdition
from throughline.publications.revision import compare
from throughline.training.models import Place

# The first so that the database is set up; the fixture below is what uses it, in one process.
pytestmark = [pytest.mark.django_db, pytest.mark.slow]

HELD = [row for row in published() if row.set != "not-held"]
# What the programme published on the Roadmap of 2023, and what of it no record holds before there are networks.
ROADMAP = {"roadmap-progress": 6, "roadmap-narrative": 2, "roadmap-kpi": 1}
COME_WITH_NETWORKS = {"roadmap-regional", "roadmap-local"}
FIGURES = {
    "av-monitors-quarterly": 4,
    "av-killed-2023": 151,
    "av-killed-change": 17,
    "av-suicide-2023": 64,
    "av-suicide-change": -3,
    "av-injured-2023": 429,
    "av-injured-change": 27,
    "av-threatened-2023": 440,
    "av-threatened-change": -6,
    "pact-activities-actual": 76,
    "pact-activities-target": 67,
    "pact-participants-actual": 1599,
    "pact-participants-target": 1247,
    "pact-participants-over": 28,
    "pact-sector-police": 73,
    "pact-sector-judiciary": 9,
    "pact-sector-customs": 4,
    "pact-sector-border": 3,
    "pact-sector-other": 11,
    "pact-gender-a": 66,
    "pact-gender-b": 34,
    "pact2-activities-target": 168,
    "pact2-participants-target": 2315,
    "pact2-duration": 48,
    "pact2-components": 8,
    "otna2022-priorities": 7,
    "border-tot": 6,
    "criminal-training": 7,
    "pssm-personnel": 200,
}


def question(row: Published) -> Question:
    """The question a published figure answers."""
    where, period = row.conditions(), row.period
    period = where.pop("month", period)
    if row.scope in JURISDICTIONS:
        where["jurisdiction"] = row.scope
    scope = "SEE-7" if row.scope in JURISDICTIONS else row.scope
    return Question.ask(row.measure, where=where, period=period, scope=scope, compare=row.compare)


def name(row: Published) -> str:
    return f"{row.period} {row.scope} {row.figure}"


@dataclass
class Loaded:
    """What was found in the demonstration before it was taken away again."""

    said: list[str]
    answers: dict[str, Answer]
    figures: dict[str, int]
    released: list[tuple[str, str, str]]
    editions: set[tuple[int, bool, int]]
    signed_by_their_builder: int
    waiting: list[tuple[str, str]]
    fault: Fault | None
    counts: tuple[int, ...]
    asked_again: dict[str, int]
    not_as_printed: list[str]
    revised: dict[str, list[tuple[str, str, str, int]]]
    revised_changes: list[tuple[str, str, str]]
    public: list[tuple[str, bool, bool]]
    flags: list[tuple[str, str, str, str]]
    told_of_flags: set[str]
    counts_after_loading_again: tuple[int, ...] = ()


def counts() -> tuple[int, ...]:
    return tuple(model._default_manager.count() for model in (Incident, Entry, Release, Place))


def found(said: list[str]) -> Loaded:
    analyst = viewer_for(User.objects.get(email="analyst@demo.example"))
    answers = ask_all([question(row) for row in HELD], analyst)
    released = Release.objects.order_by("template", "period").select_related("report")
    waiting = Report.objects.exclude(state="released")
    again = {one.period: compare(one.document) for one in released if one.template == "quarterly-monitor"}
    public = PublicEdition.objects.select_related("release").order_by("release__period")
    return Loaded(
        said=said,
        answers={name(row): answer for row, answer in zip(HELD, answers, strict=True)},
        figures={one.figure.id: int(one.value) for one in figures(analyst) if one.value is not None},
        released=[(one.template, one.period, one.scope) for one in released],
        editions={(one.edition, one.illustrative, one.files.count()) for one in released},
        signed_by_their_builder=sum(one.signed_by_id == one.report.created_by_id for one in released),
        waiting=[(report.period, report.state) for report in waiting],
        fault=verify_chain(),
        counts=counts(),
        asked_again={key: one.asked for key, one in again.items()},
        not_as_printed=[moved.id for one in again.values() for moved in one.faults],
        revised={
            period: [(moved.id, moved.printed, moved.today_text, len(moved.records)) for moved in one.revised]
            for period, one in again.items()
            if one.revised
        },
        revised_changes=[(each.label, each.printed, each.today) for one in again.values() for each in one.changes],
        public=[(one.release.period, one.opened_by_id != one.proposed_by_id, bool(one.opened_at)) for one in public],
        flags=[
            (one.jurisdiction, one.kind, one.month, str(one.acknowledged_by or ""))
            for one in flags(analyst, all_of_them=True).order_by("jurisdiction")
        ],
        told_of_flags=set(Notice.objects.filter(subject="An unusual count").values_list("person__email", flat=True)),
    )


@pytest.fixture(scope="module")
def loaded(
    django_db_setup: None, django_db_blocker: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Loaded:
    """The demonstration, loaded once and asked everything at once, then taken away again."""
    facts = override_settings(FACTS=tmp_path_factory.mktemp("golden") / "facts")
    said: list[str] = []
    with django_db_blocker.unblock(), facts, transaction.atomic():  # type: ignore[attr-defined]
        services.load(lambda done, total, words: said.append(words))
        made = found(said)
        services.load()
        made.counts_after_loading_again = counts()
        transaction.set_rollback(True)
    return made


def test_loaded_whole_and_once(loaded: Loaded) -> None:
    assert {"Incidents", "Quarterly monitors", "The Roadmap: rounds", "Training: what is over"} <= set(loaded.said)
    assert loaded.counts_after_loading_again == loaded.counts
    assert loaded.fault is None


def test_its_documents_are_out_and_one_waits(loaded: Loaded) -> None:
    assert loaded.released == [
        ("quarterly-monitor", "2022-Q4", "SEE-7"),
        *(("quarterly-monitor", f"2023-Q{number}", "SEE-7") for number in (1, 2, 3, 4)),
        ("roadmap-kpi", "2023", "WB-6"),
        ("roadmap-narrative", "2023-H1", "WB-6"),
        ("roadmap-narrative", "2023-H2", "WB-6"),
    ]
    assert (loaded.editions, loaded.signed_by_their_builder) == ({(1, True, 5)}, 0)
    assert loaded.waiting == [("2024-Q1", "ready")]


def test_every_figure_of_its_monitors_asked_again_is_what_was_printed(loaded: Loaded) -> None:
    assert len(loaded.asked_again) == 5
    assert min(loaded.asked_again.values()) > 100
    assert loaded.not_as_printed == []


def test_the_monitor_of_the_fourth_quarter_of_2022_is_revised_since(loaded: Loaded) -> None:
    """Printed with 12 % fewer incidents than the quarter before, 11.2 % from today's: eight of 933 were withdrawn since."""
    assert set(loaded.revised) == {"2022-Q4"}
    moved = {one: rest for one, *rest in loaded.revised["2022-Q4"]}
    assert moved["incidents/2022-Q3/SEE-7"] == ["933", "925", 8]
    assert "incidents/2022-Q4/SEE-7" not in moved
    change = next(one for one in loaded.revised_changes if one[0].startswith("Incidents,"))
    assert change[1:] == ("\u221212\u202f%", "\u221211.2\u202f%")


def test_its_monitors_are_public_and_two_people_opened_each(loaded: Loaded) -> None:
    periods = ("2022-Q4", "2023-Q1", "2023-Q2", "2023-Q3", "2023-Q4")
    assert loaded.public == [(period, True, True) for period in periods]


def test_two_unusual_counts_of_which_one_is_acknowledged(loaded: Loaded) -> None:
    assert loaded.flags == [
        ("AL", "criminal-context", "2024-03", ""),
        ("XK", "weapon-seizure", "2024-03", "Analyst, Secretariat"),
    ]
    assert loaded.told_of_flags == {"analyst@demo.example", "verifier.xk@demo.example"}


def test_the_roadmap_of_2023(loaded: Loaded) -> None:
    assert {one: value for one, value in loaded.figures.items() if one.startswith("roadmap-")} == ROADMAP
    assert not COME_WITH_NETWORKS & set(loaded.figures)


@pytest.mark.parametrize("row", HELD, ids=name)
def test_published(row: Published, loaded: Loaded) -> None:
    total = loaded.answers[name(row)].total
    change = total.compared(row.compare) if row.compare else None
    value = change.change.percent if change and change.change else total.value
    assert value is not None
    assert rounded_like(row.value, value) == row.value


@pytest.mark.parametrize("identity", FIGURES)
def test_figures_printed_on_slides(identity: str, loaded: Loaded) -> None:
    assert loaded.figures[identity] == FIGURES[identity]


def test_every_figure_that_is_defined_is_held_to_its_printed_value() -> None:
    assert {one.id for one in definitions()} == set(FIGURES) | set(ROADMAP)


def test_every_published_figure_is_asked_or_says_why_not() -> None:
    left_out = [row for row in published() if row.set == "not-held"]
    assert len(HELD) + len(left_out) == len(published())
    assert {row.period for row in left_out} == {"2021", "2022", "2022-Q4"}
