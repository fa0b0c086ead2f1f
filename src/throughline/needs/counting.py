"""How many priorities an exercise ended with: a figure the programme prints of itself."""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple, Self
from urllib.parse import urlencode

from throughline.kernel.access.viewer import Viewer
from throughline.needs.choices import IN_FORCE
from throughline.needs.queries import analysis_of, exercises_for, order_that_holds


class Priorities(NamedTuple):
    """The topics that an exercise of a kind, asked for a period in a scope, kept as needs when it was published."""

    kind: str
    period: str
    scope: str

    @classmethod
    def of(cls, row: Mapping[str, str]) -> Self:
        return cls(row["of"], row["period"], row["scope"])

    def to_query(self) -> str:
        return urlencode({"needs": self.kind, "period": self.period, "scope": self.scope})

    def counted(self, viewer: Viewer) -> Decimal | None:
        rows = exercises_for(viewer).filter(kind=self.kind, round__period=self.period, scope__code=self.scope)
        exercise = rows.filter(state__in=IN_FORCE).order_by("created_at").last()
        analysis = analysis_of(exercise) if exercise else None
        return Decimal(sum(one.result.kept for one in order_that_holds(analysis))) if analysis else None
