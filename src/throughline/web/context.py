"""Tells the frame of a page which programmes a viewer works in, and whether they are illustrative."""

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.ui.frame import ProgrammeShown
from throughline.reference.models import Programme


def programmes(viewer: Viewer) -> list[ProgrammeShown]:
    """The viewer's programmes; programmes are no secret to those who hold a role in them."""
    rows = Programme.objects.filter(pk__in=viewer.programmes).values_list("name", "illustrative")
    return [ProgrammeShown(name, illustrative) for name, illustrative in rows]
