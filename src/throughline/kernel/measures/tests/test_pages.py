"""The question page, its downloads, the dashboard and the lists behind figures, at the door."""

import re
from collections.abc import Callable
from datetime import date
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from python_calamine import CalamineWorkbook

from throughline.kernel.history.models import Entry
from throughline.kernel.measures import dashboards, registry
from throughline.kernel.measures.ask import ALL, ask
from throughline.kernel.measures.drawing import chart_of, map_of
from throughline.kernel.measures.grid import grid_of
from throughline.kernel.measures.links import key_of, records_url
from throughline.kernel.measures.questions import Question
from throughline.kernel.testing.worlds import World, make_incident

QUESTION = "measure=incidents&by=jurisdiction&by=type&period=2024-Q1&scope=SEE-7"
Door = Callable[[str], Client]


@pytest.fixture
def door(world: World) -> Door:
    def signed_in(name: str) -> Client:
        client = Client()
        client.force_login(world.user(name))
        return client

    return signed_in


@pytest.fixture
def quarter(world: World) -> World:
    """Four incidents of two jurisdictions, one of them read by its owner only; one incident of the quarter before."""
    victim = {"side": "victim", "sex": "women", "outcome": "killed"}
    make_incident(world, state="verified", people=[victim], latitude=45.2, longitude=19.8)
    make_incident(world, state="verified", kind="suicide", weapons=[{"weapon": world.term("handgun"), "quantity": 1}])
    make_incident(world, state="verified", jurisdiction=world.jurisdictions["AL"])
    make_incident(world, by="charlie", state="verified", handling="amber+strict")
    make_incident(world, state="verified", occurred_on=date(2023, 12, 1))
    return world


def page(client: Client, query: str, name: str = "question") -> str:
    response = client.get(f"{reverse(name)}?{query}")
    assert response.status_code == 200
    return response.content.decode()


def test_the_empty_page_offers_every_measure(quarter: World, door: Door) -> None:
    text = page(door("anna"), "")
    assert all(f'value="{one}"' in text for one in registry.measures)
    assert "Ask a question" in text


def test_an_answer_shows_figure_chart_table_map_base_and_coverage(quarter: World, door: Door) -> None:
    text = page(door("anna"), QUESTION + "&compare=previous")
    assert "Incidents by jurisdiction and type, South East Europe, January–March 2024" in text
    assert "from 3 verified records" in text
    assert "2 of 7 jurisdictions" in text
    assert "1 → 3; too few to say" in text
    assert '<option value="2023-Q4">October–December 2023</option>' in text
    assert text.count('<figure class="chart"') == 2
    assert "Kosovo*" in text


def test_each_reader_gets_their_own_figures(quarter: World, door: Door) -> None:
    bases = {
        name: re.findall(r"from (\d+) verified", page(door(name), QUESTION))[0]
        for name in ("anna", "charlie", "outsider")
    }
    assert bases == {"anna": "3", "charlie": "4", "outsider": "0"}


def test_nobody_is_sent_to_sign_in(quarter: World) -> None:
    for name in ("question", "dashboard"):
        response = Client().get(reverse(name))
        assert response.status_code == 302
        assert reverse("account_login") in response["Location"]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("measure=nothing", "There is no measure"),
        ("measure=incidents&by=colour", "cannot be sliced by"),
        ("measure=incidents&period=soon", "is not a period"),
        ("measure=incidents&scope=EUROPE", "There is no such scope"),
        ("measure=incidents&where=%3Cscript%3E", "Write a condition"),
        ("measure=incidents&as_of=incident:999", "no such version"),
    ],
)
def test_what_cannot_be_asked_is_explained(quarter: World, door: Door, query: str, message: str) -> None:
    response = door("anna").get(f"{reverse('question')}?{query}")
    assert response.status_code == 400
    assert message in response.content.decode()
    assert "<script>" not in response.content.decode()


@pytest.mark.parametrize("dimension", ["quarter", "jurisdiction", "type", "weapon", "sex", "region"])
def test_every_kind_of_dimension_has_a_page(quarter: World, door: Door, dimension: str) -> None:
    client = door("anna")
    for measure in ("incidents", "share-men-perpetrators"):
        page(client, f"measure={measure}&by=quarter&by={dimension}&period=2023..2024&compare=last-year")


def test_numbers_lead_to_exactly_their_records(quarter: World, door: Door) -> None:
    anna = quarter.viewer("anna")
    question = Question.from_query(QUESTION)
    text = door("anna").get(records_url(question, ("RS", "public-dispute"))).content.decode()
    assert "behind “Incidents by jurisdiction and type" in text
    assert len(set(re.findall(r"AV-2024-\d+", text))) == ask(question, anna).cell("RS", "public-dispute").value == 1
    text = door("anna").get(records_url(question)).content.decode()
    assert len(set(re.findall(r"AV-2024-\d+", text))) == 3


def test_an_address_gives_no_right_to_what_it_leads_to(quarter: World, door: Door) -> None:
    text = door("outsider").get(records_url(Question.from_query(QUESTION))).content.decode()
    assert re.findall(r"AV-2024-\d+", text) == []


def test_a_list_of_records_behind_nonsense_says_so(quarter: World, door: Door) -> None:
    text = door("anna").get(reverse("incident-list"), {"behind": "measure=nothing"}).content.decode()
    assert "There is no measure" in text
    assert re.findall(r"AV-20\d\d-\d+", text) == []


def test_figures_are_not_made_of_other_nouns(quarter: World, door: Door) -> None:
    text = door("anna").get(reverse("source-list"), {"behind": "measure=incidents"}).content.decode()
    assert "This figure is not made of these records." in text


def test_csv_says_what_it_is_and_runs_nothing(quarter: World, door: Door) -> None:
    quarter.jurisdictions["AL"].name = "=cmd()"
    quarter.jurisdictions["AL"].save()
    response = door("anna").get(f"{reverse('question-download', args=['csv'])}?{QUESTION}")
    text = response.content.decode("utf-8-sig")
    assert response["Content-Disposition"].startswith('attachment; filename="incidents-')
    assert 'Question,"Incidents by jurisdiction and type, South East Europe, January–March 2024"' in text
    assert "Base,from 3 verified records" in text
    assert "Run as,Anna" in text
    assert "\r\n'=cmd()," in text
    assert Entry.objects.filter(verb="measure.export").count() == 1


def test_xlsx_has_numbers_and_a_header_sheet(quarter: World, door: Door) -> None:
    response = door("anna").get(f"{reverse('question-download', args=['xlsx'])}?{QUESTION}")
    book = CalamineWorkbook.from_filelike(BytesIO(response.content))
    assert book.sheet_names == ["Answer", "About"]
    rows = book.get_sheet_by_name("Answer").to_python()
    assert rows[0][:2] == ["Jurisdiction", "Weapon seizure"]
    assert rows[-1][0] == "Total"
    assert rows[-1][-1] == 3.0
    told: dict[object, object] = dict(row[:2] for row in book.get_sheet_by_name("About").to_python())
    assert (told["Coverage"], told["Run as"]) == ("2 of 7 jurisdictions", "Anna")


def test_a_change_is_a_sentence_in_a_sheet_too(quarter: World, door: Door) -> None:
    query = "measure=incidents&by=jurisdiction&period=2024-Q1&scope=SEE-7&compare=previous"
    text = door("anna").get(f"{reverse('question-download', args=['csv'])}?{query}").content.decode("utf-8-sig")
    assert "Serbia,2,1,'+100\N{NARROW NO-BREAK SPACE}%; too few to say\r\n" in text
    assert "Albania,1,,\r\n" in text
    book = CalamineWorkbook.from_filelike(
        BytesIO(door("anna").get(f"{reverse('question-download', args=['xlsx'])}?{query}").content)
    )
    rows = {row[0]: row[1:3] for row in book.get_sheet_by_name("Answer").to_python()}
    assert rows["Serbia"] == [2.0, 1.0]


def test_the_state_slices_only_what_counts_every_state() -> None:
    assert "state" in registry.dimensions_of(registry.measures["incidents-entered"])
    assert "state" not in registry.dimensions_of(registry.measures["incidents"])


def test_downloads_refuse_what_cannot_be_asked(quarter: World, door: Door) -> None:
    assert door("anna").get(reverse("question-download", args=["csv"]) + "?measure=nothing").status_code == 400
    assert door("anna").get(reverse("question-download", args=["exe"]) + f"?{QUESTION}").status_code == 404


def test_the_dashboard_shows_the_last_quarter(quarter: World, door: Door) -> None:
    text = page(door("anna"), "", "dashboard")
    assert "January–March 2024" in text
    assert text.count('<figure class="chart"') == 9
    assert "Incidents by weapon" in text
    other = page(door("anna"), "period=2023-Q4&scope=WB-6&compare=last-year", "dashboard")
    assert "October–December 2023" in other


def test_the_dashboard_of_one_who_may_read_nothing_is_empty(quarter: World, door: Door) -> None:
    text = page(door("outsider"), "", "dashboard")
    assert "Nothing has been counted yet" in text
    assert "<figure" not in text


def test_the_dashboard_refuses_nonsense(quarter: World, door: Door) -> None:
    assert door("anna").get(reverse("dashboard"), {"period": "soon"}).status_code == 400
    assert door("anna").get(reverse("dashboard-one", args=["nothing"])).status_code == 404


def test_every_panel_of_every_dashboard_can_be_asked() -> None:
    for one in dashboards.dashboards.values():
        for panel in one.panels:
            assert set(panel.by) <= set(registry.dimensions_of(registry.measures[panel.measure]))


@pytest.mark.parametrize(
    ("by", "kind"),
    [
        (("quarter",), "column"),
        (("type",), "bar"),
        (("quarter", "sex"), "line"),
        (("quarter", "type"), "heat"),
        (("jurisdiction", "setting"), "stacked"),
        (("jurisdiction", "weapon"), "heat"),
        (("quarter", "jurisdiction", "setting"), "line"),
    ],
)
def test_the_chart_that_fits(quarter: World, by: tuple[str, ...], kind: str) -> None:
    answer = ask(Question.ask("incidents", by=by, period="2023-Q4..2024-Q1", scope="SEE-7"), quarter.viewer("anna"))
    chart = chart_of(answer)
    assert chart is not None
    assert chart.kind == kind
    assert sum(row["value"] or 0 for row in chart.data) >= 4


def test_a_figure_without_dimensions_has_no_chart(quarter: World) -> None:
    answer = ask(Question.ask("incidents"), quarter.viewer("anna"))
    assert (chart_of(answer), map_of(answer)) == (None, None)
    assert grid_of(answer).rows[0].entries[0].text == "4"


def test_a_map_of_an_answer_by_place_and_more_shows_the_totals_of_places(quarter: World) -> None:
    answer = ask(Question.from_query(QUESTION), quarter.viewer("anna"))
    drawn = map_of(answer)
    assert drawn is not None
    assert {row["place"]: row["value"] for row in drawn.data if row["value"]} == {"AL": 1, "RS": 2}


def test_keys_of_addresses(quarter: World) -> None:
    question = Question.from_query(QUESTION)
    assert key_of(question, ["RS", "-"]) == ("RS", None)
    assert key_of(question, [ALL, ALL]) is None
    assert key_of(question, ["RS"]) is None
