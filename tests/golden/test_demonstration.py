"""The demonstration as a newcomer gets it: loaded whole, once; its documents out, one waiting; history sound."""

import pytest

from throughline.demo import services
from throughline.incidents.models import Incident
from throughline.kernel.history.models import Entry
from throughline.kernel.history.queries import verify_chain
from throughline.kernel.reporting.models import Report
from throughline.people.models import User
from throughline.people.queries import viewer_for
from throughline.publications.figures import figures
from throughline.publications.models import Release

# What the programme published on the Roadmap of 2023, and what of it no record holds before there are networks.
ROADMAP = {"roadmap-progress": 6, "roadmap-narrative": 2, "roadmap-kpi": 1}
COME_WITH_NETWORKS = {"roadmap-regional", "roadmap-local"}

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_loaded_once_and_whole() -> None:
    said: list[str] = []
    services.load(lambda done, total, words: said.append(words))
    assert services.is_loaded()
    assert "Incidents" in said
    assert "Quarterly monitors" in said
    assert "The Roadmap: rounds" in said

    released = Release.objects.order_by("template", "period")
    assert [(one.template, one.period, one.scope) for one in released] == [
        *(("quarterly-monitor", f"2023-Q{number}", "SEE-7") for number in (1, 2, 3, 4)),
        ("roadmap-kpi", "2023", "WB-6"),
        ("roadmap-narrative", "2023-H1", "WB-6"),
        ("roadmap-narrative", "2023-H2", "WB-6"),
    ]
    assert {(one.edition, one.illustrative, one.files.count()) for one in released} == {(1, True, 5)}
    assert all(one.signed_by_id != one.report.created_by_id for one in released.select_related("report"))
    waiting = Report.objects.exclude(state="released")
    assert [(report.period, report.state) for report in waiting] == [("2024-Q1", "ready")]
    assert verify_chain() is None

    analyst = viewer_for(User.objects.get(email="analyst@demo.example"))
    found = {one.id: one.number for one in figures(analyst)}
    assert found["av-monitors-quarterly"] == 4
    assert found["av-killed-2023"] == 151
    assert {name: value for name, value in found.items() if name.startswith("roadmap-")} == ROADMAP
    assert not COME_WITH_NETWORKS & set(found)

    counts = (Incident.objects.count(), Entry.objects.count(), Release.objects.count())
    services.load()
    assert (Incident.objects.count(), Entry.objects.count(), Release.objects.count()) == counts
