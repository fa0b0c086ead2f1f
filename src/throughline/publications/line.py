"""How reports and releases hang together on the line of sight."""

from collections.abc import Iterator

from django.db import models

from throughline.kernel.reporting.models import Report
from throughline.publications.models import Release


def releases_of(report: models.Model) -> Iterator[tuple[str, models.Model]]:
    for release in Release.objects.filter(report_id=report.pk):
        yield "leads-to", release


def report_of(release: models.Model) -> Iterator[tuple[str, models.Model]]:
    for report in Report.objects.filter(pk=release.report_id):  # type: ignore[attr-defined]
        yield "leads-to", report
