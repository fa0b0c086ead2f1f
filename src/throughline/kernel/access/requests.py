"""The request as our views get it: with the viewer on it (`web.middleware` puts it there)."""

from django.http import HttpRequest

from throughline.kernel.access.viewer import Viewer


class ViewerRequest(HttpRequest):
    """For annotations: every request that reaches a view of ours carries who looks."""

    viewer: Viewer
