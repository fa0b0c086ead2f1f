"""The demonstration as a newcomer gets it: loaded whole, once; four monitors out, one waiting; history sound."""

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

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_loaded_once_and_whole() -> None:
    said: list[str] = []
    services.load(lambda done, total, words: said.append(words))
    assert services.is_loaded()
    assert "Incidents" in said
    assert "Quarterly monitors" in said

    released = Release.objects.order_by("period").values_list("period", "scope", "edition", "illustrative")
    assert list(released) == [(f"2023-Q{number}", "SEE-7", 1, True) for number in (1, 2, 3, 4)]
    assert [release.files.count() for release in Release.objects.all()] == [5] * 4
    waiting = Report.objects.exclude(state="released")
    assert [(report.period, report.state) for report in waiting] == [("2024-Q1", "ready")]
    assert verify_chain() is None

    analyst = viewer_for(User.objects.get(email="analyst@demo.example"))
    found = {one.id: one.number for one in figures(analyst)}
    assert found["av-monitors-quarterly"] == 4
    assert found["av-killed-2023"] == 151

    counts = (Incident.objects.count(), Entry.objects.count(), Release.objects.count())
    services.load()
    assert (Incident.objects.count(), Entry.objects.count(), Release.objects.count()) == counts
