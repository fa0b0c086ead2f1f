"""Whose achievements are asked for: read from an address, a call or a command line in one way."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from throughline.kernel.access.errors import Refused
from throughline.kernel.access.viewer import Viewer
from throughline.kernel.measures import pages
from throughline.kernel.measures.ask import Desk
from throughline.kernel.measures.questions import Question
from throughline.training import queries
from throughline.training.achieving import Choice
from throughline.training.models import Project
from throughline.training.targets import PARTICIPATIONS

# What an address calls the dimensions one may narrow by.
PARTS = {
    "jurisdiction": "jurisdiction",
    "sex": "sex",
    "sector": "sector",
    "priority": "priority",
    "kind": "activity-kind",
    "component": "component",
    "year": "year",
}
EVERY = "all"


def projects_for(viewer: Viewer) -> list[Project]:
    """The projects one may choose from, newest first, with their components."""
    return list(queries.projects(viewer).prefetch_related("components"))


def choice_of(
    desk: Desk, projects: Sequence[Project], *, named: Sequence[str], period: str = "", parts: Mapping[str, str]
) -> Choice:
    """What is asked for; where no project is named, the newest with targets in which something was held.

    Refused for a project the viewer may not read, Invalid for a period that is none.
    """
    wanted = [code for code in dict.fromkeys(named) if code]
    known = {one.code: one for one in projects}
    if wanted != [EVERY] and not set(wanted) <= set(known):
        raise Refused(_("There is no such project among those you may read."))
    where = {PARTS[name]: tuple(parts[name].split(",")) for name in PARTS if parts.get(name)}
    chosen = [known[code] for code in wanted if code in known] if wanted else _newest(desk, projects)
    return Choice(tuple(chosen), pages.period_or(period, None), where)


def _newest(desk: Desk, projects: Sequence[Project]) -> list[Project]:
    if len(projects) < 2:
        return list(projects)
    held = {cell.keys[0] for cell in desk.answer(Question.ask(PARTICIPATIONS, by="project")).cells if cell.value}
    return sorted(projects, key=lambda one: (one.code not in held, one.framework_id is None))[:1]
