"""Reports and releases in the browser: build, look, take a file, sign, release."""

import pytest
from django.test import Client
from django.urls import reverse

from throughline.kernel.jobs.worker import drain
from throughline.kernel.reporting.models import Report
from throughline.kernel.testing.worlds import World
from throughline.kernel.ui.waiting import waiting_for
from throughline.publications import services
from throughline.publications.models import Release
from throughline.publications.tests.making import build, incidents, signed


@pytest.fixture
def region(world: World) -> World:
    incidents(world)
    return world


def signed_in(world: World, who: str) -> Client:
    client = Client()
    client.force_login(world.user(who), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def form(world: World, **changes: str) -> dict[str, str]:
    asked = {"template": "brief", "period": "2024-Q1", "scope": "SEE-7", "handling": "", "language": "en-gb"}
    return {"programme": str(world.programme.pk), **asked, **changes}


def test_an_analyst_builds_a_report(region: World) -> None:
    client = signed_in(region, "anna")
    assert client.get("/reports/add/").status_code == 200
    answer = client.post("/reports/add/", form(region))
    report = Report.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/reports/{report.reference}/")
    page = client.get(answer.headers["Location"]).content.decode()
    assert "Incidents verified in South East Europe: " in page
    assert 'href="/ask/?measure=incidents' in page


def test_those_who_may_not_build_are_told_so(region: World) -> None:
    client = signed_in(region, "alice")
    assert client.get("/reports/add/").status_code == 403
    assert client.post("/reports/add/", form(region)).status_code == 403
    assert not Report.objects.exists()


def test_a_wrong_period_is_said_at_its_field(region: World) -> None:
    answer = signed_in(region, "anna").post("/reports/add/", form(region, period="2024"))
    assert answer.status_code == 400
    assert "This document is for periods such as 2023-Q4." in answer.content.decode()


def test_the_document_page_shows_what_will_be_printed(region: World) -> None:
    report = build(region)
    client = signed_in(region, "sofia")
    page = client.get(f"/reports/{report.reference}/").content.decode()
    assert "Draft of edition 1, not for release" in page
    assert "Incidents by type, compared" in page
    chart = client.get(f"/reports/{report.reference}/charts/1-0.svg")
    assert (chart.status_code, chart.headers["Content-Type"]) == (200, "image/svg+xml")
    assert "sandbox" in chart.headers["Content-Security-Policy"]
    assert client.get(f"/reports/{report.reference}/charts/99-0.svg").status_code == 404
    assert client.get(f"/reports/{report.reference}/charts/1-9.svg").status_code == 404


def test_every_figure_is_listed_with_its_question(region: World) -> None:
    report = build(region)
    page = signed_in(region, "sofia").get(f"/reports/{report.reference}/figures/").content.decode()
    assert page.count('href="/ask/?measure=') == len(report.document.figures)


def test_a_figure_leads_to_its_question(region: World) -> None:
    figure = build(region).document.figures["people-killed/2024-Q1/SEE-7"]
    page = signed_in(region, "anna").get(f"{reverse('question')}?{figure.question}")
    assert page.status_code == 200


def test_files_are_downloads_and_never_shown_inside(region: World) -> None:
    report, client = build(region), signed_in(region, "sofia")
    for fmt in ("docx", "pptx", "pdf", "xlsx", "html"):
        answer = client.get(f"/reports/{report.reference}/file.{fmt}")
        assert answer.status_code == 200
        name = f"brief_2024-Q1_SEE-7_edition-1_draft.{fmt}"
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_others_find_nothing_of_a_report(region: World) -> None:
    reference = build(region).reference
    pages = ("", "figures/", "charts/1-0.svg", "file.pdf", "history/")
    for who in ("alice", "charlie", "outsider"):
        client = signed_in(region, who)
        assert {client.get(f"/reports/{reference}/{page}").status_code for page in pages} == {404}
        assert client.post(f"/reports/{reference}/release/").status_code == 404
        assert client.post(f"/reports/{reference}/build-again/").status_code == 404
        assert reference not in client.get("/reports/").content.decode()


def test_without_signing_in_one_is_sent_to_the_entrance(region: World) -> None:
    reference = build(region).reference
    answer = Client().get(f"/reports/{reference}/file.pdf")
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/accounts/login/")


def test_a_signed_report_is_released_in_the_background(region: World) -> None:
    report = signed(region)
    client = signed_in(region, "simon")
    assert "Release</button>" in client.get(f"/reports/{report.reference}/").content.decode()
    answer = client.post(f"/reports/{report.reference}/release/")
    assert answer.status_code == 302
    assert drain() >= 1
    release = Release.objects.get()
    assert f"/releases/{release.reference}/" in client.get(answer.headers["Location"]).content.decode()
    again = client.post(f"/reports/{report.reference}/release/")
    assert again.headers["Location"] == f"/releases/{release.reference}/"


def test_an_unsigned_report_has_no_release_button_and_no_way_round(region: World) -> None:
    report = build(region)
    client = signed_in(region, "simon")
    assert "Release</button>" not in client.get(f"/reports/{report.reference}/").content.decode()
    assert client.post(f"/reports/{report.reference}/release/").status_code == 403
    assert not Release.objects.exists()


def test_a_release_shows_its_files_figures_and_signature(region: World) -> None:
    release = services.release(region.viewer("simon"), report=signed(region))
    client = signed_in(region, "alice")
    page = client.get(f"/releases/{release.reference}/").content.decode()
    assert release.files.get(format="pdf").sha256 in page
    assert "Sofia" in page
    assert client.get(f"/releases/{release.reference}/figures/").status_code == 200
    assert client.get(f"/releases/{release.reference}/charts/1-0.svg").status_code == 200
    taken = client.get(f"/releases/{release.reference}/file.pdf")
    assert taken.content == bytes(release.files.get(format="pdf").content)
    assert client.get(f"/releases/{release.reference}/file.odt").status_code == 404
    assert release.reference in client.get("/releases/").content.decode()


def test_lists_do_not_read_the_contents(region: World, django_assert_max_num_queries: object) -> None:
    for _number in range(3):
        build(region)
    client = signed_in(region, "sofia")
    client.get("/reports/")
    with django_assert_max_num_queries(30) as seen:  # type: ignore[operator]
        client.get("/reports/")
    assert not any('"snapshot"' in query["sql"] for query in seen.captured_queries)


def test_what_waits_is_said_to_those_who_can_do_it(region: World) -> None:
    signed(region)
    assert [one.label for one in waiting_for(region.viewer("simon"))["report"]] == ["Reports to release"]
    assert waiting_for(region.viewer("alice"))["report"] == []
