"""Building a report, and the way to a second person's signature."""

import pytest
from django.db import IntegrityError, connection, transaction

from throughline.kernel.access.errors import Invalid, Refused
from throughline.kernel.flow.services import advance
from throughline.kernel.history.models import Entry
from throughline.kernel.measures.ask import ask_all
from throughline.kernel.measures.questions import Question
from throughline.kernel.reporting import services
from throughline.kernel.reporting.models import Report
from throughline.kernel.reporting.queries import signature
from throughline.kernel.reporting.render import FORMATS
from throughline.kernel.resources.views.records import section_of
from throughline.kernel.testing.worlds import World, make_incident
from throughline.publications.resources import REPORT
from throughline.publications.tests.making import MONITOR, build, incidents

pytestmark = pytest.mark.django_db


@pytest.fixture
def region(world: World) -> World:
    incidents(world)
    return world


def test_a_report_is_built_as_a_draft_of_the_secretariat(region: World) -> None:
    report = build(region)
    assert (report.state, report.private, report.handling, report.marking) == ("draft", True, "amber+strict", "clear")
    assert report.owner == region.organisations["secretariat"]
    assert (report.title, report.period, report.scope, report.edition) == ("Brief", "2024-Q1", "SEE-7", 1)
    assert report.run_as == "Anna"
    assert Entry.objects.filter(verb="report.build", object_text=str(report)).exists()


def test_every_figure_of_a_snapshot_answers_its_question(region: World) -> None:
    """The heart of it: whoever asks the question behind a printed number is given that number."""
    document = build(region, template=MONITOR).document
    assert len(document.figures) > 100
    assert all(figure.question for figure in document.figures.values())
    measured = {name: figure for name, figure in document.figures.items() if not name.endswith("/share")}
    questions = [Question.from_query(figure.question) for figure in measured.values()]
    answers = ask_all(questions, region.viewer("anna"))
    given = [answer.cells[0].value if answer.axes else answer.value for answer in answers]
    assert dict(zip(measured, given, strict=True)) == {name: figure.value for name, figure in measured.items()}


def test_a_share_is_what_its_parts_say(region: World) -> None:
    figures = build(region, template=MONITOR).document.figures
    share = figures["victims/sex:men/2024-Q1/SEE-7/share"]
    assert (share.numerator, share.denominator, share.text) == (2, 3, "67\u202f%")
    assert share.base == "2 of 3 people whose sex was reported; 0 not reported"


def test_a_document_counts_only_what_is_shared_in_the_programme(region: World) -> None:
    """Whoever builds it: what is open to the builder alone stays out, and two builders get the same figures."""
    for handling in ("amber", "amber+strict", "red"):
        make_incident(region, "sofia", state="verified" if handling == "amber" else "sent", handling=handling)
    strict = make_incident(region, "sofia", handling="amber+strict", state="verified")
    printed = {
        who: next(block for block in build(region, who).document.blocks if block.kind == "figures").items[0].figure
        for who in ("anna", "sofia")
    }
    counted = {who: build(region, who).document.figures[name].value for who, name in printed.items()}
    assert counted == {"anna": 4, "sofia": 4}
    assert strict in type(strict).objects.visible_to(region.viewer("sofia"))


def test_the_page_of_key_figures_counts_what_was_verified(region: World) -> None:
    make_incident(region, state="sent")
    document = build(region).document
    row = next(block for block in document.blocks if block.kind == "figures")
    assert [document.figures[item.figure].text for item in row.items] == ["3", "2", "1", "0", "0"]
    killed = row.items[1].changes
    assert (killed[0].against, killed[0].text, killed[0].detail) == (
        "against October–December 2023", "+100\u202f%", "1 → 2",
    )  # fmt: skip
    assert (
        document.plain(row.message)
        == "Incidents verified in South East Europe: 3. People killed: 2; people injured: 1."
    )


def test_blocks_name_only_figures_that_are_kept(region: World) -> None:
    document = build(region, template=MONITOR).document
    named = {
        run.figure
        for block in document.blocks
        for sentence in (*getattr(block, "paragraphs", ()), getattr(block, "message", ()))
        for run in sentence
        if run.figure
    }
    named |= {
        cell.figure
        for block in document.blocks
        if block.kind == "table"
        for row in block.rows
        for cell in row.cells
        if cell.figure
    }
    named |= {
        name for block in document.blocks if block.kind == "charts" for panel in block.panels for name in panel.figures
    }
    assert named <= set(document.figures)


def test_names_are_printed_as_the_region_prints_them(region: World) -> None:
    document = build(region, template=MONITOR).document
    assert "Kosovo*" in document.scope_members
    table = next(block for block in document.blocks if block.kind == "table" and block.id == "jurisdictions")
    assert "Kosovo*" in [row.cells[0].text for row in table.rows]


def test_a_reader_of_less_is_told_less(region: World) -> None:
    """Sofia's report counts what the circle may read; an analyst of one authority's records could not know more."""
    make_incident(region, state="verified", handling="amber+strict", people=[{"side": "victim", "outcome": "killed"}])
    document = build(region, "sofia").document
    assert document.figures["people-killed/2024-Q1/SEE-7"].value == 2


@pytest.mark.parametrize("who", ["alice", "rita", "adam", "outsider"])
def test_only_analysts_and_the_secretariat_build(region: World, who: str) -> None:
    with pytest.raises(Refused):
        build(region, who)
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("template", "weekly"),
        ("period", "yesterday"),
        ("period", "2024"),
        ("scope", "EU-27"),
        ("handling", "secret"),
        ("language", "tlh"),
    ],
)
def test_what_cannot_be_built_is_said_at_its_field(region: World, field: str, value: str) -> None:
    with pytest.raises(Invalid) as caught:
        build(region, **{field: value})
    assert [problem.field for problem in caught.value.problems] == [field]
    assert not Report.objects.exists()


def test_a_yearly_overview_is_built_from_the_same_sections(region: World) -> None:
    document = build(region, template="yearly-overview", period="2024").document
    row = next(block for block in document.blocks if block.kind == "figures")
    assert [one.against for one in row.items[0].changes] == ["against 2023"]


def test_others_see_nothing_of_a_report_in_the_making(region: World) -> None:
    build(region)
    seen = {
        who: Report.objects.visible_to(region.viewer(who)).count()
        for who in ("anna", "sofia", "alice", "charlie", "outsider")
    }
    assert seen == {"anna": 1, "sofia": 1, "alice": 0, "charlie": 0, "outsider": 0}


# ---- sign-off


def test_a_second_person_signs(region: World) -> None:
    report = build(region)
    advance(region.viewer("anna"), record=report, transition="send")
    advance(region.viewer("sofia"), record=report, transition="sign", comment="Checked.")
    step = signature(report)
    assert (report.state, step.by, step.comment) == ("signed", region.user("sofia"), "Checked.")  # type: ignore[union-attr]


def test_the_author_may_not_sign_what_they_built(region: World) -> None:
    report = build(region, "sofia")
    advance(region.viewer("sofia"), record=report, transition="send")
    with pytest.raises(Refused, match="second person"):
        advance(region.viewer("sofia"), record=report, transition="sign")
    assert report.state == "ready"
    assert Entry.objects.latest("seq").verb == "flow.advance.refused"
    advance(region.viewer("simon"), record=report, transition="sign")
    assert report.state == "signed"


def test_whoever_sent_it_may_not_sign_it_either(region: World) -> None:
    report = build(region)
    advance(region.viewer("sofia"), record=report, transition="send")
    with pytest.raises(Refused, match="second person"):
        advance(region.viewer("sofia"), record=report, transition="sign")


def test_an_analyst_may_not_sign(region: World) -> None:
    report = build(region, "sofia")
    advance(region.viewer("sofia"), record=report, transition="send")
    with pytest.raises(Refused, match="Secretariat"):
        advance(region.viewer("anna"), record=report, transition="sign")


def test_returning_needs_a_comment_and_takes_the_signature_away(region: World) -> None:
    report = build(region)
    advance(region.viewer("anna"), record=report, transition="send")
    advance(region.viewer("sofia"), record=report, transition="sign")
    with pytest.raises(Invalid):
        advance(region.viewer("simon"), record=report, transition="return")
    advance(region.viewer("simon"), record=report, transition="return", comment="The map is missing.")
    assert (report.state, signature(report)) == ("returned", None)


def test_no_transition_leads_to_released(region: World) -> None:
    report = build(region)
    with pytest.raises(Invalid):
        advance(region.viewer("sofia"), record=report, transition="release")


# ---- the content never moves


def test_the_database_refuses_another_content(region: World) -> None:
    report = build(region)
    with (
        pytest.raises(IntegrityError, match="content of a report never changes"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE reporting_report SET snapshot = '{}'::jsonb WHERE id = %s", [report.pk])


def test_building_again_makes_another_report(region: World) -> None:
    first = build(region)
    make_incident(region, state="verified", handling="green")
    second = services.rebuild(region.viewer("sofia"), report=first)
    assert second.pk != first.pk
    counts = [one.document.figures["incidents/2024-Q1/SEE-7"].value for one in (first, second)]
    assert counts == [3, 4]


def test_a_draft_is_handed_out_in_every_format_and_that_is_written_down(region: World) -> None:
    report = build(region)
    for fmt in FORMATS:
        assert len(services.hand_out(region.viewer("sofia"), report=report, fmt=fmt)) > 5000
        entry = Entry.objects.latest("seq")
        assert (entry.verb, entry.after) == ("report.download", {"format": fmt})
        assert services.file_name(services.stamped(report), fmt) == f"brief_2024-Q1_SEE-7_edition-1_draft.{fmt}"


def test_who_cannot_see_a_report_is_handed_nothing(region: World) -> None:
    report = build(region)
    with pytest.raises(Refused):
        services.hand_out(region.viewer("alice"), report=report, fmt="pdf")
    with pytest.raises(Invalid):
        services.hand_out(region.viewer("anna"), report=report, fmt="odt")


def test_a_report_made_of_returns_alone_names_no_version_of_facts() -> None:
    for version, told in (("", False), ("incident:3", True)):
        section = section_of(REPORT, REPORT.sections[0], Report(facts_version=version, title="Narrative"))
        assert section is not None
        assert ("Version of the facts" in [fact["label"] for fact in section["facts"]]) == told
