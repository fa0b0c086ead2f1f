"""Reading reports: which there are, who signed, what may be built."""

from typing import Any

from django.db.models import QuerySet

from throughline.kernel.access.choices import Role
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.flow.models import Step
from throughline.kernel.reporting.models import Report

BUILDERS = (Role.ANALYST, Role.SECRETARIAT)


def may_build(viewer: Viewer) -> bool:
    """Whether this viewer may build a document in some programme."""
    return viewer.has_role(None, *BUILDERS)


def programmes_for(viewer: Viewer) -> list[Any]:
    """The programmes in which the viewer may build documents."""
    programmes = Report._meta.get_field("programme").related_model
    return list(programmes._default_manager.filter(pk__in=viewer.programmes_as(*BUILDERS)))  # type: ignore[union-attr]


SAME = ("programme_id", "template", "period", "scope", "focus", "language")


def editions_of(report: Report) -> QuerySet[Report]:
    """Every edition of one document: the same template, period, scope, focus and language in one programme."""
    same = {name: getattr(report, name) for name in SAME}
    return Report.objects.filter(**same).order_by("-edition", "-created_at")  # type: ignore[no-any-return]


def last_edition(report: Report) -> Report | None:
    """The newest edition there is of the same document, whatever became of it."""
    return editions_of(report).exclude(pk=report.pk).first()


def next_edition(report: Report) -> int:
    """One more than the newest edition: a number is never used twice."""
    last = last_edition(report)
    return last.edition + 1 if last else 1


def neighbours(viewer: Viewer, report: Report) -> tuple[Report | None, Report | None]:
    """The edition before this one and the newest after it, of those that this viewer may read."""
    mine = Report.objects.visible_to(viewer).filter(pk__in=editions_of(report).values("pk"))
    before = mine.filter(edition__lt=report.edition).order_by("-edition").first()
    after = mine.filter(edition__gt=report.edition).order_by("-edition").first()
    return before, after


def signature(report: Report) -> Step | None:
    """The sign-off in force: none while the report is not, or no longer, signed."""
    if report.state not in (Report.State.SIGNED, Report.State.RELEASED):
        return None
    steps = Step.objects.filter(noun=report._meta.model_name, object_id=report.pk, transition="sign")
    return steps.select_related("by").order_by("-at").first()
