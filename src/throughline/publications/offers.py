"""What documents offer to a question: to be the focus of one."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.measures.offers import Offer
from throughline.kernel.measures.questions import Question
from throughline.kernel.reporting.queries import may_build
from throughline.publications.blocks import IN_FOCUS


def document_of(viewer: Viewer, question: Question) -> Offer | None:
    """The form for an In-Focus Monitor with this question in it, for those who may build documents."""
    if not may_build(viewer):
        return None
    given = {
        "template": IN_FOCUS.id,
        "question": question.but(period=None, scope=None, compare=(), as_of=()).to_query(),
        "period": str(question.period or ""),
        "scope": question.scope or "",
    }
    filled = urlencode({name: value for name, value in given.items() if value})
    return Offer(_("Make a document of this question"), "file-text", f"{reverse('report-build')}?{filled}")
