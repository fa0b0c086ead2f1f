"""Reading reports: which there are, who signed, what may be built."""

from typing import Any

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


def next_edition(report: Report) -> int:
    """One more than what was released of the same document for the same period and scope."""
    released = Report.objects.filter(
        programme=report.programme,
        template=report.template,
        period=report.period,
        scope=report.scope,
        language=report.language,
        state=Report.State.RELEASED,
    )
    return released.count() + 1


def signature(report: Report) -> Step | None:
    """The sign-off in force: none while the report is not, or no longer, signed."""
    if report.state not in (Report.State.SIGNED, Report.State.RELEASED):
        return None
    steps = Step.objects.filter(noun=report._meta.model_name, object_id=report.pk, transition="sign")
    return steps.select_related("by").order_by("-at").first()
