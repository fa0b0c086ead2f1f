"""What waits at the first station: returns and parts to answer, to approve, to put together, to decide."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.rounds import queries
from throughline.kernel.rounds.views import owed
from throughline.kernel.rounds.views.holders import to
from throughline.kernel.ui.waiting import Waiting


def to_do(viewer: Viewer) -> list[Waiting]:
    """The desk in counts; one thing alone is linked directly, several lead to the desk."""
    if not viewer.signed_in:
        return []
    return [
        _waiting(_("Returns to answer"), owed.to_answer(viewer), due=True),
        _waiting(_("Parts of returns to answer"), list(queries.parts_owed(viewer)), due=True),
        _waiting(_("Returns to approve"), owed.to_approve(viewer), due=True),
        _waiting(_("Parts that came in"), owed.parts_in(viewer)),
        _waiting(_("Returns to decide"), owed.to_decide(viewer)),
    ]


def _waiting(label: str, holders: Sequence[Any], *, due: bool = False) -> Waiting:
    url = to(holders[0], "detail") if len(holders) == 1 else reverse("return-asked")
    return Waiting(label, len(holders), url, due=min((one.due for one in holders), default=None) if due else None)
