"""Scorecards: what was set beside what is, of how many, as each reader may know it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from throughline.kernel.access.choices import Handling
from throughline.kernel.access.errors import Invalid
from throughline.kernel.access.services import mark
from throughline.kernel.rounds import services as rounds
from throughline.kernel.testing import rounds as given
from throughline.kernel.testing.worlds import World, make_incident
from throughline.results import queries, services
from throughline.results.models import Framework, IndicatorVersion
from throughline.results.scorecards import IndicatorCard
from throughline.results.tests import making


@pytest.fixture
def framework(world: World) -> Framework:
    return making.load(world)


def card(
    world: World, framework: Framework, label: str, *, who: str = "sofia", period: str = "2023", **asked: Any
) -> IndicatorCard:
    found = queries.scorecard(world.viewer(who), framework, period=period, **asked)
    return next(one for one in found.indicators() if one.label == label)


def seized(value: int, **cells: int) -> dict:
    parts = {f"cell__{code}": str(count) for code, count in cells.items()}
    return {"kpi_6": {"answer": "given", "value": str(value), **parts}}


class TestRegion:
    def test_an_empty_scorecard_says_that_nothing_is_reported(self, world: World, framework: Framework) -> None:
        found = queries.scorecard(world.viewer("sofia"), framework, period="2023")

        assert [goal.number for goal in found.goals] == [1, 2, 3, 4, 5, 6, 7]
        assert [one.label for one in found.indicators()][:3] == ["KPI 1", "KPI 2", "KPI 3"]
        assert len(list(found.indicators())) == 14
        assert {one.coverage.words for one in found.indicators()} == {"0 of 6 reported", "0 of 1 reported"}
        assert all(one.actual.value is None and one.actual.why for one in found.indicators())
        assert (found.to_be_verified, found.periods) == (True, ("2018", "2019", "2020", "2021", "2022", "2023"))

    def test_a_sum_of_five_of_six_is_labelled(self, world: World, framework: Framework) -> None:
        asked = making.open_round(world)
        making.accepted(world, asked, "RS", seized(10, handgun=6))
        making.accepted(world, asked, "AL", seized(5, handgun=5))
        found = card(world, framework, "KPI 6")

        assert (found.actual.value, found.actual.words, found.coverage.words) == (15, "15", "2 of 6 reported")
        assert (found.coverage.partial, len(found.coverage.missing)) == (True, 4)
        assert [(one.place.code, one.measured.value) for one in found.places if one.measured.reported] == [
            ("AL", 5), ("RS", 10),
        ]  # fmt: skip
        handguns = found.cells[0]
        assert (handguns.label, handguns.measured.value, handguns.coverage.reported) == ("Handguns", 11, 2)
        assert found.cells[1].measured.value is None
        assert found.cells_words == "The parts add up to 11; 4 of 15 are not in any part."

    def test_each_value_names_its_return_and_question(self, world: World, framework: Framework) -> None:
        ret = making.accepted(world, making.open_round(world), "RS", seized(10))
        found = card(world, framework, "KPI 6")
        behind = next(one for one in found.places if one.place.code == "RS").measured.behind[0]

        assert (behind.kind, behind.reference, behind.place) == ("return", ret.reference, "goal_3/kpi_6/kpi_6__answer")
        assert behind.url.startswith(f"/returns/{ret.reference}/#")

    def test_ratios_are_sums_divided_by_sums(self, world: World, framework: Framework) -> None:
        asked = making.open_round(world)
        for place, numerator, denominator in (("RS", "1", "10"), ("AL", "9", "190")):
            making.accepted(
                world, asked, place, {"kpi_8": {"answer": "given", "numerator": numerator, "denominator": denominator}}
            )
        found = card(world, framework, "KPI 8")

        assert (found.actual.numerator, found.actual.denominator, found.actual.value) == (10, 200, 5)
        assert found.actual.words == "10 of 200 (5.0\N{NARROW NO-BREAK SPACE}%)"

    def test_statuses_are_counted_with_those_that_count(self, world: World, framework: Framework) -> None:
        asked = making.open_round(world)
        making.accepted(world, asked, "RS", {"kpi_1": {"status": "full-compliance"}})
        making.accepted(world, asked, "AL", {"kpi_1": {"status": "on-track"}})
        found = card(world, framework, "KPI 1")

        assert (found.actual.value, found.coverage.words) == (1, "2 of 6 reported")
        assert [(label, count) for _code, label, count in found.statuses] == [
            ("Not started", 0), ("In progress", 0), ("On track", 1), ("Full compliance", 1),
        ]  # fmt: skip
        assert (found.target.value, found.progress.why) == (6, "No baseline")
        assert card(world, framework, "KPI 2").actual.value == 2

    def test_a_nil_return_is_an_answer_and_not_a_zero(self, world: World, framework: Framework) -> None:
        asked = making.open_round(world)
        making.accepted(world, asked, "RS", seized(10))
        ret = given.return_of(asked, world, "AL")
        rounds.submit_nil(world.viewer("vera"), ret=ret, reason="Nothing was seized.")
        making.accept(world, ret)
        found = card(world, framework, "KPI 6")

        assert (found.actual.value, found.coverage.words) == (10, "2 of 6 reported, 1 of them nothing to report")
        albania = next(one for one in found.places if one.place.code == "AL").measured
        assert (albania.value, albania.words, albania.reported) == (None, "Nothing to report", True)

    def test_what_was_reopened_counts_no_more(self, world: World, framework: Framework) -> None:
        ret = making.accepted(world, making.open_round(world), "RS", seized(10))
        making.reopen(world, ret)
        found = card(world, framework, "KPI 6")

        assert (found.actual.value, found.coverage.reported) == (None, 0)
        history = queries.value_history(world.viewer("sofia"), making.indicator("KPI 6"))
        assert [(one.measured.value, one.counted) for one in history] == [(10, False)]

    def test_the_secretariat_answers_for_the_region(self, world: World, framework: Framework) -> None:
        made = making.edition(world, source="ROADMAP-2024/secretariat")
        answers = making.whole(made, {"kpi_5": {"answer": "given", "value": "7"}})
        asked = rounds.prepare(
            world.viewer("simon"), programme=world.programme, edition=made, title="Secretariat 2023", period="2023",
            opens_on=timezone.localdate(), due_on=timezone.localdate(), opens_to=Handling.GREEN,
            asked=[world.organisations["secretariat"]],
        )  # fmt: skip
        rounds.open_round(world.viewer("simon"), round=asked)
        ret = asked.returns.get()
        rounds.save(world.viewer("sofia"), holder=ret, changes={place: ("", value) for place, value in answers.items()})
        rounds.submit(world.viewer("sofia"), ret=ret)
        making.accept(world, ret)
        found = card(world, framework, "KPI 5", who="charlie")

        assert (found.actual.value, found.coverage.words, found.places) == (7, "1 of 1 reported", ())


class TestProgress:
    def test_a_falling_indicator_by_what_was_laid_down(self, world: World, framework: Framework) -> None:
        keeper, one = world.viewer("sofia"), making.indicator("KPI 6")
        definition = IndicatorVersion.objects.get(code="ROADMAP-2024.KPI-6.v2")
        services.DEFINITION.change(keeper, record=definition, values={"direction": "fall"})
        services.BASELINE.create(keeper, values={"indicator": one, "period": "2018", "number": Decimal(200)})
        services.TARGET.create(keeper, values={"indicator": one, "number": Decimal(100)})
        services.TARGET.create(keeper, values={"indicator": one, "period": "2022", "number": Decimal(120)})
        asked = making.open_round(world)
        making.accepted(world, asked, "RS", seized(100))
        making.accepted(world, asked, "AL", seized(50))
        found = card(world, framework, "KPI 6")

        assert (found.baseline.value, found.target.value, found.progress.percent) == (200, 100, None)
        assert found.progress.words == "Not said while some have not reported"
        assert card(world, framework, "KPI 6", period="2022").target.value == 120

    def test_the_baseline_is_what_was_reported_for_the_baseline_year(self, world: World, framework: Framework) -> None:
        made = making.edition(world)
        making.accepted(
            world, making.open_round(world, made, period="2018"), "RS", {"kpi_7": {"answer": "given", "value": "4"}}
        )
        making.accepted(world, making.open_round(world, made), "RS", {"kpi_7": {"answer": "given", "value": "3"}})
        services.TARGET.create(
            world.viewer("sofia"),
            values={
                "indicator": making.indicator("KPI 7"),
                "jurisdiction": world.jurisdictions["RS"],
                "number": Decimal(14),
            },
        )
        found = card(world, framework, "KPI 7")

        assert (found.baseline.value, found.actual.value) == (4, 3)
        (serbia,) = [one for one in found.places if one.place.code == "RS"]
        assert (serbia.progress.percent, serbia.progress.remark) == (-10, "moved-away")
        assert [(one.period, one.measured.value) for one in found.trend if one.measured.value is not None] == [
            ("2018", 4), ("2023", 3),
        ]  # fmt: skip

    def test_one_jurisdiction_has_its_own_baseline_target_and_way(self, world: World, framework: Framework) -> None:
        keeper, one, serbia = world.viewer("sofia"), making.indicator("KPI 7"), world.jurisdictions["RS"]
        common = {"indicator": one, "jurisdiction": serbia}
        services.BASELINE.create(keeper, values={**common, "period": "2018", "number": Decimal(2)})
        services.TARGET.create(keeper, values={**common, "number": Decimal(4)})
        making.accepted(world, making.open_round(world), "RS", {"kpi_7": {"answer": "given", "value": "5"}})
        found = card(world, framework, "KPI 7", jurisdiction="RS")

        assert (found.actual.value, found.baseline.value, found.target.value) == (5, 2, 4)
        assert (found.progress.percent, found.progress.remark) == (150, "exceeded")
        region = card(world, framework, "KPI 7")
        assert (region.target, region.progress.why) == (None, "No target")
        assert next(one for one in region.places if one.place.code == "RS").progress.percent == 150


class TestTime:
    def test_halves_make_a_year_by_the_rule_across_periods(self, world: World, framework: Framework) -> None:
        made = making.edition(world)
        for period, value in (("2023-H1", "4"), ("2023-H2", "6")):
            making.accepted(
                world, making.open_round(world, made, period=period), "RS",
                {
                    "kpi_7": {"answer": "given", "value": value},
                    "kpi_11": {"answer": "given", "value": value},
                    "kpi_13": {"answer": "given", "numerator": value, "denominator": "10"},
                },
            )  # fmt: skip
        assert card(world, framework, "KPI 7").actual.value == 10
        assert card(world, framework, "KPI 11").actual.value == 6
        assert card(world, framework, "KPI 13").actual.value == 60
        assert card(world, framework, "KPI 7", period="2023-H1").actual.value == 4

    def test_a_new_definition_is_shown_on_the_trend(self, world: World, framework: Framework) -> None:
        found = card(world, framework, "KPI 6")

        assert [(one.period, one.before, one.after) for one in found.changes] == [("2020", 1, 2)]
        assert "March 2020" in found.changes[0].note
        assert [one.version for one in found.trend] == [1, 1, 2, 2, 2, 2]

    @pytest.mark.parametrize("period", ["2023-02-30", "soon", "2023-05-03", "2021..2023"])
    def test_a_period_that_is_none_is_refused_in_words(self, world: World, framework: Framework, period: str) -> None:
        with pytest.raises(Invalid):
            queries.scorecard(world.viewer("sofia"), framework, period=period)

    def test_a_jurisdiction_outside_the_scope_is_refused(self, world: World, framework: Framework) -> None:
        with pytest.raises(Invalid, match="scope"):
            queries.scorecard(world.viewer("sofia"), framework, period="2023", jurisdiction="MD")


class TestComputed:
    def test_computed_indicators_come_from_the_records(self, world: World, framework: Framework) -> None:
        for place, day in (
            ("RS", date(2023, 3, 7)),
            ("RS", date(2018, 3, 7)),
            ("RS", date(2018, 5, 7)),
            ("AL", date(2023, 6, 1)),
        ):
            people = [{"side": "victim", "sex": "women", "outcome": "killed"}]
            by = {"RS": "alice", "AL": "charlie"}[place]
            make_incident(
                world, by, state="verified", jurisdiction=world.jurisdictions[place], occurred_on=day, people=people
            )
        found = card(world, framework, "KPI 4")

        assert (found.origin, found.actual.value, found.baseline.value) == ("computed", 2, 2)
        assert (found.coverage.words, found.progress.why) == ("2 of 6 reported", "No target")
        assert "measure=people-killed" in found.actual.behind[0].url
        serbia = next(one for one in found.places if one.place.code == "RS")
        assert (serbia.measured.value, serbia.baseline.value) == (1, 2)
        assert "where=jurisdiction:RS" in serbia.measured.behind[0].url
        assert card(world, framework, "KPI 4", jurisdiction="RS").actual.value == 1


class TestWhoSeesWhat:
    def test_a_neighbour_does_not_see_what_was_not_opened_to_it(self, world: World, framework: Framework) -> None:
        asked = making.open_round(world, opens_to=Handling.AMBER)
        making.accepted(world, asked, "RS", seized(4711, handgun=4000))
        making.accepted(world, asked, "AL", seized(5))

        assert card(world, framework, "KPI 6", who="sofia").actual.value == 4716
        assert card(world, framework, "KPI 6", who="anna").actual.value == 4716
        assert card(world, framework, "KPI 6", who="alice").actual.value == 4711
        charlie = card(world, framework, "KPI 6", who="charlie")
        assert (charlie.actual.value, charlie.coverage.words) == (5, "1 of 6 reported")
        assert "4,711" not in str(charlie)
        assert card(world, framework, "KPI 6", who="outsider").coverage.reported == 0
        assert queries.value_history(world.viewer("charlie"), making.indicator("KPI 6"), jurisdiction="RS") == []

    def test_marking_a_return_closer_takes_its_values_along(self, world: World, framework: Framework) -> None:
        ret = making.accepted(world, making.open_round(world), "RS", seized(10))
        assert card(world, framework, "KPI 6", who="charlie").actual.value == 10
        mark(world.viewer("bob"), record=ret, handling=Handling.STRICT, reason="Under investigation.")
        assert card(world, framework, "KPI 6", who="charlie").actual.value is None
        assert card(world, framework, "KPI 6", who="sofia").actual.value is None
        assert card(world, framework, "KPI 6", who="alice").actual.value == 10

    def test_baselines_and_targets_are_for_those_with_a_role(self, world: World, framework: Framework) -> None:
        one = making.indicator("KPI 7")
        services.TARGET.create(world.viewer("sofia"), values={"indicator": one, "number": Decimal(4)})
        assert card(world, framework, "KPI 7", who="charlie").target.value == 4
        assert card(world, framework, "KPI 7", who="outsider").target is None


class TestNarrative:
    def test_goal_by_goal_target_by_target_place_by_place(self, world: World, framework: Framework) -> None:
        made = making.edition(world, asking="narrative", source="ROADMAP-2024")
        asked = making.open_round(world, made, period="2023-H1")
        text = {"status": "full-compliance", "text": "Usvojeno.", "text_english": "Adopted."}
        ret = making.accepted(world, asked, "RS", {"target_1_1": text})
        nil = given.return_of(asked, world, "AL")
        rounds.submit_nil(world.viewer("vera"), ret=nil, reason="No meeting was held.")
        making.accept(world, nil)
        found = queries.narrative(world.viewer("sofia"), framework, period="2023-H1")

        assert (found.number, found.period_label, found.coverage.words) == (
            10, "January–June 2023", "2 of 6 reported, 1 of them nothing to report",
        )  # fmt: skip
        first = found.goals[0].targets[0]
        assert (first.label, first.coverage.reported) == ("1.1", 2)
        assert {code: count for code, _label, count in first.statuses}["full-compliance"] == 1
        serbia = next(one for one in first.answers if one.place.code == "RS")
        assert (serbia.place.capital, serbia.text, serbia.text_english) == ("Belgrade", "Usvojeno.", "Adopted.")
        assert serbia.behind.reference == ret.reference
        albania = next(one for one in first.answers if one.place.code == "AL")
        assert (albania.answered, albania.nil, albania.status) == (True, True, "")
        assert found.nil_reasons == (("AL", "No meeting was held."),)
        assert not next(one for one in first.answers if one.place.code == "ME").answered

    def test_a_neighbour_reads_only_what_was_opened(self, world: World, framework: Framework) -> None:
        made = making.edition(world, asking="narrative", source="ROADMAP-2024")
        asked = making.open_round(world, made, period="2023-H1", opens_to=Handling.AMBER)
        making.accepted(world, asked, "RS", {"target_1_1": {"status": "on-track", "text": "Zqnarrative"}})

        assert "Zqnarrative" in str(queries.narrative(world.viewer("sofia"), framework, period="2023-H1"))
        assert "Zqnarrative" not in str(queries.narrative(world.viewer("charlie"), framework, period="2023-H1"))


def test_the_number_of_queries_does_not_grow_with_what_was_reported(world: World, framework: Framework) -> None:
    made = making.edition(world)
    viewer = world.viewer("sofia")

    def counted() -> tuple[int, int]:
        queries.scorecard(viewer, framework, period="2023")  # facts are brought up to date here, not below
        with CaptureQueriesContext(connection) as context:
            queries.scorecard(viewer, framework, period="2023")
        with CaptureQueriesContext(connection) as narrative:
            queries.narrative(viewer, framework, period="2023-H1")
        return len(context), len(narrative)

    making.accepted(world, making.open_round(world, made, period="2021"), "RS", seized(10, handgun=3))
    one = counted()
    for period in ("2022", "2023"):
        asked = making.open_round(world, made, period=period)
        making.accepted(world, asked, "RS", seized(10, handgun=3))
        making.accepted(world, asked, "AL", seized(10, handgun=3))

    assert counted() == one
    assert one[0] <= 30
    assert one[1] <= 9
