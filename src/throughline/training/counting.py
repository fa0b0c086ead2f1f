"""What a project printed of itself that no measure knows: its targets, its months, its components."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple
from urllib.parse import urlencode

from throughline.kernel.access.viewer import Viewer
from throughline.kernel.measures.ask import ask
from throughline.kernel.measures.questions import Question
from throughline.training.models import Project
from throughline.training.queries import projects
from throughline.training.targets import goals_of, over

Way = Callable[[Project, str, Viewer], Decimal | None]


def target(project: Project, measure: str) -> Decimal | None:
    """What the project's framework sets for a measure."""
    goal = goals_of([project]).get(measure)
    return goal.number if goal else None


def over_target(project: Project, measure: str, viewer: Viewer) -> Decimal | None:
    """By how many percent the records lie over the target, rounded as it is printed."""
    answer = ask(Question.ask(measure, where={"project": project.code}), viewer)
    found = over(answer.total.value, target(project, measure))
    if found is None:
        return None
    return (Decimal(found.numerator) / found.denominator).quantize(Decimal(1), ROUND_HALF_UP)


def months(project: Project) -> int:
    """Whole months from the first to the last day, both included."""
    starts, after = project.starts_on, project.ends_on + timedelta(1)
    return (after.year - starts.year) * 12 + after.month - starts.month - (after.day < starts.day)


WAYS: Mapping[str, Way] = {
    "target": lambda project, measure, _viewer: target(project, measure),
    "over-target": over_target,
    "months": lambda project, _measure, _viewer: Decimal(months(project)),
    "components": lambda project, _measure, _viewer: Decimal(project.components.count()) or None,
}


class OfProject(NamedTuple):
    """One way of counting, of a project; `measure` where the way asks for one."""

    give: str
    project: str
    measure: str

    @classmethod
    def of(cls, row: Mapping[str, str]) -> "OfProject":
        return cls(row["give"], row["of"], row["where"].removeprefix("measure="))

    def to_query(self) -> str:
        named = {"count": self.give, "project": self.project, "measure": self.measure}
        return urlencode({name: value for name, value in named.items() if value})

    def counted(self, viewer: Viewer) -> Decimal | None:
        project = projects(viewer).filter(code=self.project).first()
        return WAYS[self.give](project, self.measure, viewer) if project else None
