"""What training projects achieved, over the API: the figures of the page, unrounded, as the caller may know them."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router

from throughline.api.auth import caller
from throughline.api.offering import offer
from throughline.kernel.access.errors import Invalid, Problem
from throughline.kernel.measures.ask import open_desk
from throughline.training.achieved_data import as_json
from throughline.training.achieving import achievements
from throughline.training.choosing import PARTS, choice_of, projects_for

TOLD = {
    "project": "The code of a project; repeat it for several, 'all' for every activity. Without it: the newest one.",
    "period": "2023, 2023-H1, 2023-Q4, 2021..2023. Without it: the whole time.",
    **dict.fromkeys(PARTS, "Only a part: a code, or several with commas."),
}
router = Router(tags=["training"])


def read_achievements(request: HttpRequest) -> dict[str, Any]:
    """Activities and participations against targets, persons, sectors, sex, beneficiaries; never a name."""
    if strange := [Problem(name, _("There is no such parameter.")) for name in request.GET if name not in TOLD]:
        raise Invalid(strange)
    viewer, given = caller(request), request.GET.dict()
    desk = open_desk(viewer)
    named, period = request.GET.getlist("project"), str(given.get("period", ""))
    choice = choice_of(desk, projects_for(viewer), named=named, period=period, parts=given)
    return as_json(achievements(desk, choice))


offer(
    router,
    "GET",
    "/training/achievements",
    read_achievements,
    "What training projects achieved",
    parameters=[
        {"name": name, "in": "query", "required": False, "description": text, "schema": {"type": "string"}}
        for name, text in TOLD.items()
    ],
)
