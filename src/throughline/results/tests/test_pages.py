"""The doors to scorecards: pages, files, and who gets what."""

import csv
import io
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from throughline.kernel.access.choices import Handling
from throughline.kernel.history.models import Entry
from throughline.kernel.resources import registry
from throughline.kernel.testing.resource_cases import signed_in
from throughline.kernel.testing.worlds import World
from throughline.results import services
from throughline.results.models import Framework
from throughline.results.scorecards import Behind, Measured
from throughline.results.templatetags.results import measured
from throughline.results.tests import making

SCORECARD = "/scorecards/ROADMAP-2024/"
INDICATOR = f"{SCORECARD}ROADMAP-2024.KPI-6/"


@pytest.fixture
def framework(world: World) -> Framework:
    return making.load(world)


@pytest.fixture
def told(world: World, framework: Framework) -> Framework:
    """Serbia and Albania answered, for owner, analysts and secretariat only."""
    asked = making.open_round(world, opens_to=Handling.AMBER)
    text = {"text": "Zqtext", "text_english": "Zqenglish"}
    making.accepted(world, asked, "RS", {"kpi_6": {**making.SEIZED, "value": "4711"}, "kpi_9": text})
    making.accepted(world, asked, "AL", {"kpi_6": {"answer": "given", "value": "5"}})
    return framework


def page(world: World, who: str, url: str) -> str:
    answer = signed_in(world, who).get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_scorecard_shows_values_to_those_who_may_read_them(world: World, told: Framework) -> None:
    shown = page(world, "sofia", f"{SCORECARD}?period=2023")
    assert "4,716" in shown
    assert "2 of 6 reported" in shown
    assert "To be verified" in shown
    assert "Western Balkans is a safer region" in shown


@pytest.mark.parametrize(
    "url", [f"{SCORECARD}?period=2023", f"{INDICATOR}?period=2023", f"{INDICATOR}?jurisdiction=RS&period=2023"]
)
def test_a_neighbour_sees_no_trace_of_what_is_closed_to_it(world: World, told: Framework, url: str) -> None:
    shown = page(world, "charlie", url)
    for word in ("4,711", "4711", "4,716", "Zqtext", "Zqenglish"):
        assert word not in shown
    assert "4,711" in page(world, "alice", url)


def test_the_page_of_an_indicator_leads_to_the_answers_behind(world: World, told: Framework) -> None:
    shown = page(world, "sofia", f"{INDICATOR}?period=2023")
    assert "/returns/RT-" in shown
    assert "From 2020 by definition 2" in shown
    assert "4,711" in shown
    assert "Rifles and shotguns" in shown
    assert "The parts add up to 10" in shown


def test_the_words_of_one_jurisdiction(world: World, told: Framework) -> None:
    shown = page(world, "sofia", f"{SCORECARD}ROADMAP-2024.KPI-9/?period=2023&jurisdiction=RS")
    assert "Zqtext" in shown
    assert "Zqenglish" in shown


def test_one_goal_alone(world: World, told: Framework) -> None:
    shown = page(world, "sofia", f"{SCORECARD}?period=2023&goal=3")
    assert "KPI 6" in shown
    assert "KPI 12" not in shown


def test_an_empty_scorecard_offers_what_would_be_here(world: World, framework: Framework) -> None:
    assert "Nothing reported that you may read" in page(world, "charlie", SCORECARD)
    assert "No crosswalk yet" in page(world, "charlie", f"{SCORECARD}crosswalk/")


def test_no_framework_says_so(world: World) -> None:
    assert "No framework yet" in page(world, "alice", "/scorecards/")


def test_the_list_leads_to_both_frameworks_and_nothing_of_the_old_is_lost(world: World, told: Framework) -> None:
    making.load(world, "ROADMAP-2030")
    shown = page(world, "alice", "/scorecards/")
    assert [f"/scorecards/{code}/" in shown for code in ("ROADMAP-2024", "ROADMAP-2030")] == [True, True]
    assert "4,716" in page(world, "sofia", f"{SCORECARD}?period=2023")
    crosswalk = page(world, "alice", f"{SCORECARD}crosswalk/")
    assert "ROADMAP-2030 KPI 6" in crosswalk
    assert "No counterpart" in crosswalk


@pytest.mark.parametrize(
    "query", ["period=soon", "period=2023-05-03", "jurisdiction=MD&period=2023", "goal=x", "goal=-1"]
)
def test_what_is_asked_wrongly_is_said(world: World, framework: Framework, query: str) -> None:
    for address in (SCORECARD, INDICATOR, f"{SCORECARD}values.csv"):
        answer = signed_in(world, "alice").get(f"{address}?{query}")
        assert answer.status_code == 400
        assert 'class="box' in answer.content.decode()


@pytest.mark.parametrize(
    "url", ["/scorecards/NONE/", f"{SCORECARD}NONE/", f"{SCORECARD}values.pdf", "/scorecards/NONE/values.csv"]
)
def test_what_is_not_there_is_not_found(world: World, framework: Framework, url: str) -> None:
    assert signed_in(world, "alice").get(url).status_code == 404


def test_scorecards_are_for_people_who_signed_in(world: World, framework: Framework) -> None:
    for url in ("/scorecards/", SCORECARD, INDICATOR, f"{SCORECARD}values.csv"):
        assert Client().get(url).headers["Location"].startswith(reverse("account_login"))


def table(world: World, who: str, query: str = "period=2023") -> list[dict[str, str]]:
    answer = signed_in(world, who).get(f"{SCORECARD}values.csv?{query}")
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_values_as_a_table_with_codes_and_labels(world: World, told: Framework) -> None:
    rows = {(row["label"], row["jurisdiction"], row["cell"]): row for row in table(world, "sofia")}
    serbia, region = rows["KPI 6", "RS", ""], rows["KPI 6", "region", ""]
    assert (serbia["value"], serbia["jurisdiction_name"], serbia["version"]) == ("4711", "Serbia", "2")
    assert (region["value"], region["reported"], region["expected"]) == ("4716", "2", "6")
    assert rows["KPI 6", "region", "handgun"]["value"] == "6"
    assert (rows["KPI 6", "ME", ""]["value"], rows["KPI 6", "ME", ""]["why"]) == ("", "Nothing reported")
    assert rows["KPI 9", "RS", ""]["text_english"] == "Zqenglish"
    assert [one.after["framework"] for one in Entry.objects.filter(verb="scorecard.export")] == [told.code]


def test_the_table_holds_what_its_reader_may_read(world: World, told: Framework) -> None:
    rows = {(row["label"], row["jurisdiction"], row["cell"]): row for row in table(world, "charlie")}
    assert (rows["KPI 6", "RS", ""]["value"], rows["KPI 6", "region", ""]["value"]) == ("", "5")
    assert {row["jurisdiction"] for row in table(world, "charlie", "period=2023&jurisdiction=AL")} == {"AL", "region"}


def test_values_as_a_workbook(world: World, told: Framework) -> None:
    answer = signed_in(world, "sofia").get(f"{SCORECARD}values.xlsx?period=2023")
    assert answer.content[:2] == b"PK"
    assert "roadmap-2024-2023.xlsx" in answer.headers["Content-Disposition"]


def test_the_page_costs_the_same_for_one_return_and_three(world: World, framework: Framework) -> None:
    client = signed_in(world, "sofia")
    making.accepted(world, making.open_round(world, period="2021"), "RS", {"kpi_6": making.SEIZED})

    def counted() -> list[int]:
        found = []
        for url in (f"{SCORECARD}?period=2023", f"{INDICATOR}?period=2023"):
            client.get(url)
            with CaptureQueriesContext(connection) as context:
                client.get(url)
            found.append(len(context))
        return found

    one = counted()
    asked = making.open_round(world, period="2023")
    for place in ("RS", "AL"):
        making.accepted(world, asked, place, {"kpi_6": making.SEIZED})
    assert counted() == one


class TestKeeping:
    def test_the_secretariat_lays_down_and_changes(self, world: World, framework: Framework) -> None:
        one = making.indicator("KPI 7")
        made = services.TARGET.create(world.viewer("sofia"), values={"indicator": one, "number": Decimal(4)})
        services.TARGET.change(world.viewer("adam"), record=made, values={"number": Decimal(5)})
        made.refresh_from_db()
        assert (made.code, made.number) == ("ROADMAP-2024.KPI-7.target.region.overall", 5)
        assert [one.verb for one in Entry.objects.filter(object_id=made.pk).order_by("seq")] == [
            "target.create", "target.change",
        ]  # fmt: skip

    @pytest.mark.parametrize("who", ["alice", "bob", "charlie", "anna", "outsider"])
    @pytest.mark.parametrize(
        "noun", [resource.noun for resource in registry.all() if "results" in resource.model.__module__]
    )
    def test_nobody_else_does(self, world: World, framework: Framework, who: str, noun: str) -> None:
        assert signed_in(world, who).get(reverse(f"{noun}-add")).status_code == 403

    def test_a_form_says_what_is_wrong(self, world: World, framework: Framework) -> None:
        answer = signed_in(world, "sofia").post(
            reverse("definition-add"),
            {
                "indicator": "ROADMAP-2024.KPI-7", "number": "9", "title": "Of another kind", "kind": "ratio",
                "direction": "rise", "across_places": "sum", "across_periods": "sum", "answered_by": "authority",
                "origin": "computed", "measure": "no-such-measure", "statuses": "no scale", "_do": "save",
            },
        )  # fmt: skip
        shown = answer.content.decode()
        assert answer.status_code == 422
        for field in ("across_places", "measure", "statuses"):
            assert f'id="id_{field}_error"' in shown

    def test_the_code_stays(self, world: World, framework: Framework) -> None:
        with pytest.raises(services.Invalid, match="stays"):
            services.GOAL.change(world.viewer("sofia"), record=framework.goals.first(), values={"code": "OTHER"})

    def test_loading_twice_adds_nothing_and_changes_nothing(self, world: World, framework: Framework) -> None:
        goal = framework.goals.get(number=1)
        services.GOAL.change(
            world.viewer("sofia"), record=goal, values={"title": "As it was published", "to_be_verified": False}
        )
        again = services.load_framework(world.viewer("sofia"), name="roadmap-2024", programme=world.programme)
        goal.refresh_from_db()
        assert (again, goal.title) == ([], "As it was published")

    def test_only_those_who_run_the_programme_load(self, world: World) -> None:
        for who in ("alice", "charlie", "anna", "outsider"):
            with pytest.raises(services.Refused):
                services.load_framework(world.viewer(who), name="roadmap-2024", programme=world.programme)
        with pytest.raises(services.Invalid, match="roadmap-2030"):
            services.load_framework(world.viewer("sofia"), name="roadmap-1999", programme=world.programme)

    def test_the_vision_is_word_for_word_and_the_rest_is_marked(self, world: World, framework: Framework) -> None:
        later = making.load(world, "ROADMAP-2030")
        assert framework.vision == later.vision
        assert framework.vision.startswith("Western Balkans is a safer region, and exporter of security, where")
        assert framework.goals.count() == 7
        assert framework.indicators.count() == 14
        assert not framework.goals.filter(to_be_verified=False).exists()
        assert not framework.indicators.filter(to_be_verified=False).exists()


def test_a_value_is_drawn_as_text_never_as_markup() -> None:
    behind = Behind("return", 'R "1"', "/x/?a=1&b=2")
    drawn = measured(Measured(text="<b>", words="<b>", why="<i>", behind=(behind,)))
    link = '<a href="/x/?a=1&amp;b=2" title="R &quot;1&quot;">&lt;b&gt;</a>'
    assert drawn == f'{link} <span class="soft">&lt;i&gt;</span>'
    assert "&lt;i&gt;" in measured(Measured(why="<i>"))
    assert "&lt;i&gt;" in measured(None, "<i>")
